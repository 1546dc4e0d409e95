package store

import (
	"context"
	"crypto/x509"
	"database/sql"
	"encoding/json"

	"certdesk/internal/spki"
)

// requestSPKI is the public key of the order's request: the one that was sent, or else the customer's own; empty
// where there is none that can be read.
func (o *Order) requestSPKI() string {
	der := o.CSR
	if len(der) == 0 {
		der = o.Application.Request
	}
	if len(der) == 0 {
		return ""
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return ""
	}
	hash, err := spki.Hex(request.PublicKey)
	if err != nil {
		return ""
	}
	return hash
}

// OrdersBySPKI finds the orders to which a certificate with this public key belongs, by their keys and by their
// requests, the one that changed last first. It reads two indexes, so it takes no longer with many orders.
func (s *Store) OrdersBySPKI(ctx context.Context, spki string) ([]string, error) {
	if spki == "" {
		return nil, nil
	}
	if err := s.readRequests(ctx); err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT id FROM orders WHERE id IN (
  SELECT order_id FROM keys WHERE spki = ?1 AND spki <> '' AND kind = 'key' AND order_id IS NOT NULL
  UNION SELECT id FROM orders WHERE request_spki = ?1 AND request_spki <> '') ORDER BY updated DESC, id`, spki)
	return collect(s, rows, err, scanText)
}

// readRequests fills in the public keys of orders that an older version has written.
func (s *Store) readRequests(ctx context.Context) error {
	rows, err := s.read.QueryContext(ctx, `SELECT id FROM orders WHERE request_spki IS NULL`)
	ids, err := collect(s, rows, err, scanText)
	if err != nil || len(ids) == 0 {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, id := range ids {
			// A damaged order has none that could be trusted; it is found to be damaged when it is opened.
			o, err := getOrder(ctx, tx, id)
			hash := ""
			if err == nil {
				hash = o.requestSPKI()
			}
			if _, err := tx.ExecContext(ctx, `UPDATE orders SET request_spki = ? WHERE id = ?`, hash, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// mostIssuers bounds what [Store.Issuers] reads.
const mostIssuers = 500

// Issuers are the certificates of authorities, in DER, that came with the newest of those that are here.
func (s *Store) Issuers(ctx context.Context) ([][]byte, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT chain FROM (
  SELECT chain FROM certificates WHERE set_aside = 0 AND chain NOT IN ('[]', 'null') ORDER BY rowid DESC LIMIT ?)`, mostIssuers)
	chains, err := collect(s, rows, err, scanText)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var out [][]byte
	for _, text := range chains {
		var chain [][]byte
		if json.Unmarshal([]byte(text), &chain) != nil {
			continue // it is said when its order is opened
		}
		for _, der := range chain {
			if !seen[string(der)] {
				seen[string(der)] = true
				out = append(out, der)
			}
		}
	}
	return out, nil
}
