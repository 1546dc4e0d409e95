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
	paths, err := json.Marshal(e.Paths)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO exports (id, order_id, certificate_sha256, destination, paths, started, finished) VALUES (?,?,?,?,?,?,?)`,
			e.ID, e.OrderID, e.CertificateSHA256, e.Destination, string(paths), millis(e.Started), millis(e.Finished))
		if isConstraint(err) {
			return ErrExists
		}
		return owned(err)
	})
}

// FinishExport notes that the password of an export was on the screen. Errors: ErrNotFound.
func (s *Store) FinishExport(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		r, err := tx.Exec(`UPDATE exports SET finished = ? WHERE id = ?`, millis(at), id)
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
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`DELETE FROM exports WHERE id = ?`, id)
		return err
	})
}

const selectExports = `SELECT id, order_id, certificate_sha256, destination, paths, started, finished FROM exports `

// Exports lists the exports of an order, the newest first.
func (s *Store) Exports(ctx context.Context, orderID string) ([]Export, error) {
	rows, err := s.read.QueryContext(ctx, selectExports+`WHERE order_id = ? ORDER BY started DESC, id`, orderID)
	return collect(rows, err, scanExport)
}

// Unfinished lists the exports of all orders that are still "writing", oldest first.
func (s *Store) Unfinished(ctx context.Context) ([]Export, error) {
	rows, err := s.read.QueryContext(ctx, selectExports+`WHERE finished = 0 ORDER BY started, id`)
	return collect(rows, err, scanExport)
}

func scanExport(rows *sql.Rows) (Export, error) {
	var e Export
	var paths string
	var started, finished int64
	if err := rows.Scan(&e.ID, &e.OrderID, &e.CertificateSHA256, &e.Destination, &paths, &started, &finished); err != nil {
		return e, err
	}
	e.Started, e.Finished = moment(started), moment(finished)
	return e, unpack(paths, &e.Paths)
}

// unpack reads JSON that this package wrote; what the decoder would say quotes it.
func unpack(text string, into any) error {
	if json.Unmarshal([]byte(text), into) != nil {
		return fault.New(fault.StoreDamaged, errors.New("store: a row can't be read"))
	}
	return nil
}
