package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// Create adds an order. Created and Updated are set when they are not. Errors: ErrExists, ErrIncomplete.
func (s *Store) Create(ctx context.Context, o Order) error {
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		now := s.now()
		if o.Created.IsZero() {
			o.Created = now
		}
		if o.Updated.IsZero() {
			o.Updated = now
		}
		if err := o.check(); err != nil {
			return err
		}
		var taken bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM orders WHERE id = ?)`, o.ID).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return ErrExists
		}
		return putOrder(ctx, tx, &o)
	})
}

// Get gives an order whole. Errors: ErrNotFound.
func (s *Store) Get(ctx context.Context, id string) (Order, error) {
	o, err := getOrder(ctx, s.read, id)
	return o, s.failure(err)
}

// Update reads an order, has change change it, and writes it, in one transaction: either all of it, with
// nobody in between, or, when change or the writing fails, nothing. It returns the order as it is now.
//
// change runs while other changes wait, so it must not wait for anything, nor call the store. The id and
// Created can't be changed; what has been frozen can't either (ErrFrozen) until the phase leaves
// submitting. Updated is set here whenever more has changed than the time and the floor of the last look.
func (s *Store) Update(ctx context.Context, id string, change func(*Order) error) (Order, error) {
	var out Order
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		old, err := getOrder(ctx, tx, id)
		if err != nil {
			return err
		}
		changed, err := getOrder(ctx, tx, id) // a second copy: change may write into maps
		if err != nil {
			return err
		}
		if err := change(&changed); err != nil {
			return err
		}
		if err := guard(&old, &changed); err != nil {
			return err
		}
		changed.Created = old.Created
		changed.Updated = old.Updated
		if news(old, changed) {
			changed.Updated = s.now()
		}
		if err := changed.check(); err != nil {
			return err
		}
		out = changed
		return putOrder(ctx, tx, &changed)
	})
	if err != nil {
		return Order{}, err
	}
	return out, nil
}

// Delete removes an order with all that belongs to it. What lies in the vault is the caller's to delete,
// before. An order that is not there is fine.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM settings WHERE substr(key, 1, length(?1)) = ?1`, InstallSetting(id)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM orders WHERE id = ?`, id)
		return err
	})
}

// InstallSetting is how the settings begin in which stands where an order's certificates were put on this computer:
// they go with the order.
func InstallSetting(orderID string) string { return "install." + orderID + "." }

// guard keeps what may be on its way from being changed: the same bytes with the same key are repeated
// until there is a final answer (then the phase goes to draft, sent or ended). Only draft lets go of them.
func guard(old, changed *Order) error {
	if changed.ID != old.ID {
		return fmt.Errorf("%w: the id", ErrFrozen)
	}
	if old.Phase != order.PhaseSubmitting || changed.Phase == order.PhaseDraft {
		return nil
	}
	for _, f := range []struct {
		name string
		same bool
	}{
		{"the body", len(old.Body) == 0 || bytes.Equal(old.Body, changed.Body)},
		{"the request", len(old.CSR) == 0 || bytes.Equal(old.CSR, changed.CSR)},
		{"the idempotency key", old.IdempotencyKey == "" || old.IdempotencyKey == changed.IdempotencyKey},
		{"the key", old.KeyID == "" || old.KeyID == changed.KeyID},
		{"the token", old.TokenID == "" || old.TokenID == changed.TokenID},
		{"the service", old.Service == changed.Service},
	} {
		if !f.same {
			return fmt.Errorf("%w: %s", ErrFrozen, f.name)
		}
	}
	return nil
}

func (o *Order) check() error {
	if o.ID == "" || o.Phase == "" {
		return ErrIncomplete
	}
	if o.Phase == order.PhaseSubmitting && (len(o.Body) == 0 || o.IdempotencyKey == "") {
		return ErrIncomplete
	}
	return nil
}

// news reports whether a change is more than a look that found nothing new. It goes by what would be
// written: equal times can differ in memory.
func news(old, changed Order) bool {
	texts := make([][]byte, 0, 2)
	for _, o := range []Order{old, changed} {
		o.LastLooked, o.LastFault, o.Receipt.NextPoll, o.Updated = time.Time{}, nil, time.Time{}, time.Time{}
		if o.Snapshot != nil {
			s := *o.Snapshot
			s.ServerDate = nil
			o.Snapshot = &s
		}
		text, err := json.Marshal(o)
		if err != nil {
			return true
		}
		texts = append(texts, text)
	}
	return !bytes.Equal(texts[0], texts[1]) || !bytes.Equal(old.CSR, changed.CSR) || !bytes.Equal(old.Body, changed.Body)
}

const putRow = `INSERT INTO orders (id, service, phase, service_state, task_kind, title, product, product_type,
  seller_name, code_hash, code_id, token_id, key_id, created, updated, sent, next_poll, words, more, deadline, request_spki)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
ON CONFLICT (id) DO UPDATE SET service=excluded.service, phase=excluded.phase, service_state=excluded.service_state,
  task_kind=excluded.task_kind, title=excluded.title, product=excluded.product, product_type=excluded.product_type,
  seller_name=excluded.seller_name, code_hash=excluded.code_hash, code_id=excluded.code_id, token_id=excluded.token_id,
  key_id=excluded.key_id, created=excluded.created, updated=excluded.updated, sent=excluded.sent, next_poll=excluded.next_poll,
  words=excluded.words, more=excluded.more, deadline=excluded.deadline, request_spki=excluded.request_spki`

const putDocument = `INSERT INTO documents (order_id, doc, csr, body, sum) VALUES (?,?,?,?,?)
ON CONFLICT (order_id) DO UPDATE SET doc=excluded.doc, csr=excluded.csr, body=excluded.body, sum=excluded.sum`

func putOrder(ctx context.Context, tx *sql.Tx, o *Order) error {
	doc, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("store: encoding an order: %w", err)
	}
	_, err = tx.ExecContext(ctx, putRow, o.ID, o.Service, string(o.Phase), string(o.serviceState()), string(o.taskKind()), o.title(),
		o.Licence.Product.Name, string(o.Licence.Product.Type), o.sellerName(), o.CodeHash, o.CodeID, o.TokenID, o.KeyID,
		millis(o.Created), millis(o.Updated), millis(o.Sent), millis(o.Receipt.NextPoll),
		o.words(), o.more(), millis(o.deadline()), o.requestSPKI())
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, putDocument, o.ID, string(doc), o.CSR, o.Body, sum(doc, o.CSR, o.Body))
	return err
}

// queryer is a pool or a transaction.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func getOrder(ctx context.Context, q queryer, id string) (Order, error) {
	var doc string
	var csr, body, want []byte
	err := q.QueryRowContext(ctx, `SELECT doc, csr, body, sum FROM documents WHERE order_id = ?`, id).
		Scan(&doc, &csr, &body, &want)
	if err != nil {
		return Order{}, err
	}
	return decodeOrder(id, doc, csr, body, want)
}

func decodeOrder(id, doc string, csr, body, want []byte) (Order, error) {
	if !bytes.Equal(sum([]byte(doc), csr, body), want) {
		return Order{}, fault.New(fault.StoreDamaged, errors.New("store: an order is not what was written"))
	}
	var o Order
	if err := json.Unmarshal([]byte(doc), &o); err != nil || o.ID != id {
		return Order{}, fault.New(fault.StoreDamaged, errors.New("store: an order can't be read"))
	}
	o.CSR, o.Body = csr, body
	return o, nil
}

// sum is SHA-256 over the three parts, each with its length before it.
func sum(doc, csr, body []byte) []byte {
	h := sha256.New()
	for _, part := range [][]byte{doc, csr, body} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		h.Write(n[:])
		h.Write(part)
	}
	return h.Sum(nil)
}

// millis and moment turn times into milliseconds since 1970 and back; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
