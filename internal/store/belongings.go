package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"certdesk/internal/i18n"
)

// AddKey notes that a record in the vault belongs to an order. The same key again is fine. Errors:
// ErrNotFound (no such order).
func (s *Store) AddKey(ctx context.Context, k Key) error {
	if k.Created.IsZero() {
		k.Created = s.now()
	}
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO keys (id, order_id, kind, origin, algorithm, spki, created) VALUES (?,NULLIF(?,''),?,?,?,?,?)
ON CONFLICT (id) DO UPDATE SET order_id=excluded.order_id, kind=excluded.kind, origin=excluded.origin,
  algorithm=excluded.algorithm, spki=excluded.spki`,
			k.ID, k.OrderID, k.Kind, k.Origin, k.Algorithm, k.SPKI, millis(k.Created))
		return owned(err)
	})
}

const selectKeys = `SELECT id, COALESCE(order_id, ''), kind, origin, algorithm, spki, created FROM keys `

func scanKey(rows *sql.Rows) (Key, error) {
	var k Key
	var created int64
	err := rows.Scan(&k.ID, &k.OrderID, &k.Kind, &k.Origin, &k.Algorithm, &k.SPKI, &created)
	k.Created = moment(created)
	return k, err
}

// Keys lists the keys of an order, oldest first; with an empty id those without an order.
func (s *Store) Keys(ctx context.Context, orderID string) ([]Key, error) {
	rows, err := s.read.QueryContext(ctx, selectKeys+`WHERE COALESCE(order_id, '') = ? ORDER BY created, id`, orderID)
	return collect(s, rows, err, scanKey)
}

// KeyBySPKI finds the key that a certificate or a request with this public key belongs to.
func (s *Store) KeyBySPKI(ctx context.Context, spki string) (Key, bool, error) {
	if spki == "" {
		return Key{}, false, nil
	}
	rows, err := s.read.QueryContext(ctx, selectKeys+`WHERE spki = ? AND spki <> '' ORDER BY created DESC, id LIMIT 1`, spki)
	list, err := collect(s, rows, err, scanKey)
	if err != nil || len(list) == 0 {
		return Key{}, false, err
	}
	return list[0], true, nil
}

// DeleteKey forgets a key. One that is not there is fine.
func (s *Store) DeleteKey(ctx context.Context, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM keys WHERE id = ?`, id)
		return err
	})
}

// AddCertificate keeps a certificate of an order. The same certificate again updates its chain and its
// state. A current one takes the place of the one that was current, whichever ends later: the seller says
// which is to be used. Errors: ErrNotFound (no such order).
func (s *Store) AddCertificate(ctx context.Context, c Certificate) error {
	if c.Added.IsZero() {
		c.Added = s.now()
	}
	chain, err := json.Marshal(c.Chain)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO certificates (sha256, order_id, spki, der, chain, not_before, not_after, state, set_aside, added)
VALUES (?,?,?,?,?,?,?,?,?,?)
ON CONFLICT (order_id, sha256) DO UPDATE SET chain=excluded.chain, state=excluded.state, set_aside=excluded.set_aside`,
			c.SHA256, c.OrderID, c.SPKI, c.DER, string(chain), millis(c.NotBefore), millis(c.NotAfter), c.State, c.SetAside, millis(c.Added))
		if err != nil {
			return owned(err)
		}
		if c.State == current && !c.SetAside {
			_, err = tx.ExecContext(ctx, `UPDATE certificates SET state = 'previous'
WHERE order_id = ? AND sha256 <> ? AND state = 'current' AND set_aside = 0`, c.OrderID, c.SHA256)
			if err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, setNotAfter+` WHERE id = ?`, c.OrderID)
		return err
	})
}

// current is the state of the certificate that is to be used.
const current = "current"

const setNotAfter = `UPDATE orders SET not_after =
  COALESCE((SELECT MAX(not_after) FROM certificates WHERE order_id = orders.id AND set_aside = 0 AND state = 'current'),
    (SELECT MAX(not_after) FROM certificates WHERE order_id = orders.id AND set_aside = 0), 0)`

// Certificates lists the certificates of an order, the newest first.
func (s *Store) Certificates(ctx context.Context, orderID string) ([]Certificate, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT sha256, order_id, spki, der, chain, not_before, not_after, state, set_aside, added
FROM certificates WHERE order_id = ? ORDER BY not_before DESC, added DESC, sha256`, orderID)
	return collect(s, rows, err, func(rows *sql.Rows) (Certificate, error) {
		var c Certificate
		var chain string
		var before, after, added int64
		if err := rows.Scan(&c.SHA256, &c.OrderID, &c.SPKI, &c.DER, &chain, &before, &after, &c.State, &c.SetAside, &added); err != nil {
			return c, err
		}
		c.NotBefore, c.NotAfter, c.Added = moment(before), moment(after), moment(added)
		return c, unpack(chain, &c.Chain)
	})
}

// Log adds a line to an order's timeline. The same line at the same time again is fine.
func (s *Store) Log(ctx context.Context, orderID string, at time.Time, m i18n.Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO timeline (order_id, at, message) VALUES (?,?,?) ON CONFLICT DO NOTHING`,
			orderID, millis(at), string(text))
		return owned(err)
	})
}

// Timeline lists what happened to an order, oldest first.
func (s *Store) Timeline(ctx context.Context, orderID string) ([]Entry, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT at, message FROM timeline WHERE order_id = ? ORDER BY at, id`, orderID)
	return collect(s, rows, err, func(rows *sql.Rows) (Entry, error) {
		var e Entry
		var at int64
		var text string
		if err := rows.Scan(&at, &text); err != nil {
			return e, err
		}
		e.At = moment(at)
		return e, unpack(text, &e.Message)
	})
}

// Setting gives a setting and whether it was ever set.
func (s *Store) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT value FROM settings WHERE key = ?`, key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return value, err == nil, s.failure(err)
}

// SetSetting sets a setting.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO settings (key, value, updated) VALUES (?,?,?)
ON CONFLICT (key) DO UPDATE SET value=excluded.value, updated=excluded.updated`, key, value, millis(s.now()))
		return err
	})
}

// owned says ErrNotFound for a row whose order is not there.
func owned(err error) error {
	if isForeignKey(err) {
		return ErrNotFound
	}
	return err
}
