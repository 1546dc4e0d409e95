package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations gives the SQL that leads from version n to n+1 at index n. Versions only go up.
func migrations() ([]string, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range names { // sorted by name
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, string(text))
	}
	return out, nil
}

// applicationID marks the file as ours ("CDSK").
const applicationID = 0x4344534B

// migrate brings the database from version to the newest, one transaction a step.
func migrate(ctx context.Context, db *sql.DB, version int, steps []string) error {
	for n := version; n < len(steps); n++ {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		for _, statement := range []string{
			steps[n], fmt.Sprintf("PRAGMA user_version = %d", n+1), fmt.Sprintf("PRAGMA application_id = %d", applicationID),
		} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				_ = tx.Rollback()
				return fmt.Errorf("store: migrating to version %d: %w", n+1, err)
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}
