package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
)

// SetChains keeps the chains that an authority offers for a certificate of an order, each in DER, the issuer first, and
// the authority's own choice before the others. Errors: ErrNotFound (no such order).
func (s *Store) SetChains(ctx context.Context, orderID, sha256 string, chains [][][]byte) error {
	text, err := json.Marshal(chains)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO chains (order_id, certificate_sha256, chains) VALUES (?,?,?)
ON CONFLICT (order_id, certificate_sha256) DO UPDATE SET chains=excluded.chains`, orderID, sha256, string(text))
		return owned(err)
	})
}

// Chains gives the chains that an authority offers for a certificate; none where it offers one.
func (s *Store) Chains(ctx context.Context, orderID, sha256 string) ([][][]byte, error) {
	var text string
	err := s.read.QueryRowContext(ctx, `SELECT chains FROM chains WHERE order_id = ? AND certificate_sha256 = ?`, orderID, sha256).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, s.failure(err)
	}
	var out [][][]byte
	return out, unpack(text, &out)
}
