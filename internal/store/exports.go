package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"certdesk/internal/fault"
)

// BeginExport notes that files are about to be written. Errors: ErrNotFound (no such order), ErrExists.
func (s *Store) BeginExport(ctx context.Context, e Export) error {
	if e.Started.IsZero() {
		e.Started = s.now()
	}
	files, err := json.Marshal(e.Files)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO exports (id, order_id, certificate_sha256, destination, files, started, finished) VALUES (?,?,?,?,?,?,?)`,
			e.ID, e.OrderID, e.CertificateSHA256, e.Destination, string(files), millis(e.Started), millis(e.Finished))
		if isConstraint(err) {
			return ErrExists
		}
		return owned(err)
	})
}

// AddExportFile notes a file of an export, before its first byte is written. Errors: ErrNotFound.
func (s *Store) AddExportFile(ctx context.Context, id string, f ExportFile) error {
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var packed string
		err := tx.QueryRowContext(ctx, `SELECT files FROM exports WHERE id = ?`, id).Scan(&packed)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		var files []ExportFile
		if err := unpack(packed, &files); err != nil {
			return err
		}
		b, err := json.Marshal(append(files, f))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE exports SET files = ? WHERE id = ?`, string(b), id)
		return err
	})
}

// FinishExport notes that the password of an export was on the screen. Errors: ErrNotFound.
func (s *Store) FinishExport(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE exports SET finished = ? WHERE id = ?`, millis(at), id)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrNotFound, err)
		}
		return nil
	})
}

// DropExport forgets an export whose files are gone. One that is not there is fine.
func (s *Store) DropExport(ctx context.Context, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM exports WHERE id = ?`, id)
		return err
	})
}

const selectExports = `SELECT id, order_id, certificate_sha256, destination, files, started, finished FROM exports `

// Exports lists the exports of an order, the newest first.
func (s *Store) Exports(ctx context.Context, orderID string) ([]Export, error) {
	rows, err := s.read.QueryContext(ctx, selectExports+`WHERE order_id = ? ORDER BY started DESC, rowid DESC`, orderID)
	return collect(s, rows, err, scanExport)
}

// Unfinished lists the exports of all orders that are still "writing", oldest first.
func (s *Store) Unfinished(ctx context.Context) ([]Export, error) {
	rows, err := s.read.QueryContext(ctx, selectExports+`WHERE finished = 0 ORDER BY started, rowid`)
	return collect(s, rows, err, scanExport)
}

func scanExport(rows *sql.Rows) (Export, error) {
	var e Export
	var files string
	var started, finished int64
	if err := rows.Scan(&e.ID, &e.OrderID, &e.CertificateSHA256, &e.Destination, &files, &started, &finished); err != nil {
		return e, err
	}
	e.Started, e.Finished = moment(started), moment(finished)
	return e, unpack(files, &e.Files)
}

// unpack reads JSON that this package wrote; what the decoder would say quotes it.
func unpack(text string, into any) error {
	if json.Unmarshal([]byte(text), into) != nil {
		return fault.New(fault.StoreDamaged, errors.New("store: a row can't be read"))
	}
	return nil
}
