package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// ByCodeHash finds the order of a code that was used here before: the newest, where one code made several.
func (s *Store) ByCodeHash(ctx context.Context, hash string) (id string, ok bool, err error) {
	if hash == "" {
		return "", false, nil
	}
	err = s.read.QueryRowContext(ctx,
		`SELECT id FROM orders WHERE code_hash = ? AND code_hash <> '' ORDER BY phase = 'ended', created DESC, id LIMIT 1`, hash).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return id, err == nil, s.failure(err)
}

// Rows lists all orders for the list, the one that changed last first. It is one query over the light rows.
func (s *Store) Rows(ctx context.Context) ([]Row, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, phase, service_state, task_kind, title, product, product_type,
  seller_name, service, not_after, created, updated, sent, next_poll, words, more, deadline FROM orders ORDER BY updated DESC, id`)
	return collect(s, rows, err, func(rows *sql.Rows) (Row, error) {
		var r Row
		var notAfter, created, updated, sent, next, deadline int64
		err := rows.Scan(&r.ID, &r.Phase, &r.ServiceState, &r.TaskKind, &r.Title, &r.Product, &r.ProductType,
			&r.SellerName, &r.Service, &notAfter, &created, &updated, &sent, &next, &r.Words, &r.More, &deadline)
		r.NotAfter, r.Created, r.Updated = moment(notAfter), moment(created), moment(updated)
		r.Sent, r.NextPoll, r.Deadline = moment(sent), moment(next), moment(deadline)
		return r, err
	})
}

// ByServiceOrder finds the order that a service calls by this id. It reads every order of the service, so it is
// for a press, not for a list.
func (s *Store) ByServiceOrder(ctx context.Context, service, serviceID string) (id string, ok bool, err error) {
	if serviceID == "" {
		return "", false, nil
	}
	err = s.read.QueryRowContext(ctx, `SELECT o.id FROM orders o JOIN documents d ON d.order_id = o.id
WHERE o.service = ? AND json_valid(d.doc) AND json_extract(d.doc, '$.receipt.id') = ? ORDER BY o.updated DESC LIMIT 1`, service, serviceID).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return id, err == nil, s.failure(err)
}

// Due lists the sent orders whose next look has come, the one that waits longest first.
func (s *Store) Due(ctx context.Context, now time.Time) ([]string, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT id FROM orders WHERE phase = 'sent' AND next_poll <= ? ORDER BY next_poll, id`, millis(now))
	return collect(s, rows, err, scanText)
}

// VaultIDs lists every id in the vault that an order or a key names. What the vault's ledger has beyond
// these has no owner.
func (s *Store) VaultIDs(ctx context.Context) (map[string]bool, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id FROM keys UNION SELECT key_id FROM orders UNION
  SELECT code_id FROM orders UNION SELECT token_id FROM orders`)
	list, err := collect(s, rows, err, scanText)
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(list))
	for _, id := range list {
		if id != "" {
			out[id] = true
		}
	}
	return out, nil
}

// SpentCodes lists the orders that a seller has accepted and whose code is still in the vault.
func (s *Store) SpentCodes(ctx context.Context) ([]string, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT id FROM orders WHERE code_id <> '' AND phase NOT IN ('draft', 'submitting') ORDER BY id`)
	return collect(s, rows, err, scanText)
}

func scanText(rows *sql.Rows) (string, error) {
	var s string
	err := rows.Scan(&s)
	return s, err
}

// collect reads all rows of a query.
func collect[T any](s *Store, rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, s.failure(err)
	}
	defer func() { _ = rows.Close() }()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, s.failure(err)
		}
		out = append(out, v)
	}
	return out, s.failure(rows.Err())
}
