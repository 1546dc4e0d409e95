package vault

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"sync"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/vault/passfile"
)

// Kind is what a record is.
type Kind string

// The kinds of record.
const (
	KindKey   Kind = "key"   // a private key
	KindCode  Kind = "code"  // an activation code
	KindToken Kind = "token" // an order token
	// KindAccount is the key of an account with a certificate authority's directory, which outlives its orders.
	KindAccount Kind = "account"
)

// Origin says where a key was made. The promise that a key never left this computer holds for MadeHere
// only.
type Origin string

// The origins of a key.
const (
	MadeHere Origin = "made-here"
	Imported Origin = "imported"
	// FromSeller is a key that the seller's page has made: somebody else has had it.
	FromSeller Origin = "seller"
)

// DefaultTimeout is how long a keyring may take for one call: long enough for somebody to type the
// password that it asks for.
const DefaultTimeout = 60 * time.Second

// Options of a [Vault]. The zero value is the usual one.
type Options struct {
	Timeout time.Duration // for one call with its repetition; 0: DefaultTimeout
	Now     func() time.Time
	File    *passfile.File // for a computer without a keyring, once the customer has chosen it; nil: there is no such choice
}

// Vault keeps secrets in a keyring, or in a passphrase file, and their ids in a ledger.
type Vault struct {
	backend Backend
	ledger  *Ledger
	file    *passfile.File // nil: none
	timeout time.Duration
	now     func() time.Time
	gate    gate
	turn    chan struct{} // one change at a time: a ledger line and its record belong together
	asking  chan struct{} // one question to the customer at a time

	mu     sync.Mutex
	tokens map[string]secret.Value
	asker  Asker // nil: nobody is there
}

// New makes a Vault of a keyring and a ledger, and of a passphrase file. It asks none.
func New(b Backend, l *Ledger, o Options) *Vault {
	v := &Vault{
		backend: b, ledger: l, file: o.File, timeout: o.Timeout, now: o.Now,
		turn: make(chan struct{}, 1), asking: make(chan struct{}, 1), tokens: map[string]secret.Value{},
	}
	if v.timeout <= 0 {
		v.timeout = DefaultTimeout
	}
	if v.now == nil {
		v.now = time.Now
	}
	return v
}

// Probe finds out whether the keyring works: it sets, gets and deletes a record that holds nothing. It may
// make the system ask for a password, so it belongs behind a press, not into the start. Faults:
// KeyringAbsent, KeyringLocked, KeyringBlocked, KeyringFull, KeyringLies, KeyringDenied. Where secrets are kept in the
// passphrase file, it is opened and written instead; faults: PassfileLocked, PassfileGone, PassfileDamaged,
// PassfileNewer, PassfileUnreadable, those of writing. All other methods have these faults too.
func (v *Vault) Probe(ctx context.Context) error {
	return v.choosing(ctx, func() error {
		if err := v.open(ctx, ""); err != nil {
			return err
		}
		leave, err := v.enter(ctx)
		if err != nil {
			return err
		}
		defer leave()
		if in, _ := v.ledger.Place(); in == InKeyring {
			return v.probeKeyring(ctx)
		}
		if err := v.putAndCompare(ctx, probeID, probe); err != nil {
			return err
		}
		if err := v.delete(ctx, probeID); err != nil {
			return failed("deleting the probe", err, "")
		}
		return nil
	})
}

// What is put where it is to be found out whether it can be.
const (
	probeID = "probe"
	probe   = `{"v":1,"kind":"probe"}`
)

func (v *Vault) probeKeyring(ctx context.Context) error {
	if err := v.setInKeyring(ctx, probeID, probe); err != nil {
		return err
	}
	if err := v.deleteFromKeyring(ctx, probeID); err != nil {
		return failed("deleting the probe", err, "")
	}
	return nil
}

// PutKey keeps a private key under id, for an order. It returns only after the key was read back and
// compared; after any fault but a repetition's, the key must not be used. The ledger has id from the
// beginning, so that a record that arrives late, after a fault, is still found by Reconcile.
//
// The same key under the same id again is fine; another key under an id that is in use is refused.
// Faults: those of Probe, KeyUnusable (RSA with more than two primes, or a kind that can't be kept), and
// those of writing the ledger.
func (v *Vault) PutKey(ctx context.Context, id, orderID string, key crypto.Signer, origin Origin) error {
	text, hash, err := encodeKey(key, origin)
	if err != nil {
		return fault.New(fault.KeyUnusable, err)
	}
	return v.put(ctx, Entry{ID: id, Kind: KindKey, SPKI: hash, OrderID: orderID}, text, func(back string) error {
		_, _, readHash, err := decodeKey(back)
		if err != nil {
			return err
		}
		if readHash != hash {
			return errRecord
		}
		return nil
	})
}

// Key gives the key kept under id. It is rebuilt and validated, and its public key is the one that the
// record and the ledger name. Faults: those of Probe, KeyGone (the keyring has no such record),
// KeyUnusable (it has one that is not whole).
func (v *Vault) Key(ctx context.Context, id string) (crypto.Signer, Origin, error) {
	if err := v.open(ctx, id); err != nil {
		return nil, "", err
	}
	text, err := v.get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, "", fault.New(fault.KeyGone, ErrNotFound)
	}
	if err != nil {
		return nil, "", failed("reading a key", err, "")
	}
	key, origin, hash, err := decodeKey(text)
	if err != nil {
		return nil, "", fault.New(fault.KeyUnusable, err)
	}
	if e, ok := v.ledger.Entry(id); ok && e.SPKI != "" && e.SPKI != hash {
		return nil, "", fault.New(fault.KeyUnusable, errors.New("vault: the record holds another key than the ledger names"))
	}
	return key, origin, nil
}

// PutSecret keeps a code or a token under id. Faults: those of Probe and of writing the ledger; KeyringFull
// also for a value over 1,800 bytes.
func (v *Vault) PutSecret(ctx context.Context, id, orderID string, kind Kind, s secret.Value) error {
	if kind == KindKey || kind == "" {
		return fmt.Errorf("vault: %q is not kept by PutSecret", kind)
	}
	if s.Empty() {
		return errors.New("vault: an empty secret")
	}
	text, err := encodeSecret(kind, s)
	if err != nil {
		return err
	}
	err = v.put(ctx, Entry{ID: id, Kind: kind, OrderID: orderID}, text, func(back string) error {
		readKind, value, err := decodeSecret(back)
		if err != nil {
			return err
		}
		if readKind != kind || !value.Equal(s) {
			return errRecord
		}
		return nil
	})
	if err == nil && kind == KindToken {
		v.remember(id, secret.New(s.Reveal()))
	}
	return err
}

// Secret gives the code or token kept under id. A token is asked of the keyring once a run and then
// remembered. Faults: those of Probe, and SecretGone when the keyring has no usable record of it.
func (v *Vault) Secret(ctx context.Context, id string) (secret.Value, error) {
	if s, ok := v.Remembered(id); ok {
		return s, nil
	}
	if err := v.open(ctx, id); err != nil {
		return secret.Value{}, err
	}
	text, err := v.get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return secret.Value{}, fault.New(fault.SecretGone, ErrNotFound)
	}
	if err != nil {
		return secret.Value{}, failed("reading a secret", err, "")
	}
	kind, s, err := decodeSecret(text)
	if err != nil {
		return secret.Value{}, fault.New(fault.SecretGone, err)
	}
	if kind == KindToken {
		v.remember(id, s)
	}
	return s, nil
}

// Remembered gives a token that this run has read or put already. It never asks the keyring, so background
// work can use it without causing a prompt.
func (v *Vault) Remembered(id string) (secret.Value, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, ok := v.tokens[id]
	return s, ok
}

func (v *Vault) remember(id string, s secret.Value) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tokens[id] = s
}

func (v *Vault) forget(id string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.tokens, id)
}

// Delete removes the record of id, and then id from the ledger. A record that is not there any more is fine; so is one
// in a keyring that this computer no longer has, where the customer does without one: the ledger still knows of it.
func (v *Vault) Delete(ctx context.Context, id string) error {
	if err := v.open(ctx, id); err != nil {
		return err
	}
	leave, err := v.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	err = v.delete(ctx, id)
	if v.without(err) { // should the keyring come back, Reconcile finds a record that no order knows
		v.forget(id)
		return nil
	}
	if err != nil {
		return failed("deleting a record", err, "")
	}
	v.forget(id)
	return v.strike(id)
}

// strike writes that id is gone, if the ledger has it.
func (v *Vault) strike(id string) error {
	e, ok := v.ledger.Entry(id)
	if !ok {
		return nil
	}
	e.Event, e.At = Deleted, v.now()
	return v.ledger.add(e)
}
