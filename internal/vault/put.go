package vault

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"certdesk/internal/fault"
)

// enter waits for the turn to change something.
func (v *Vault) enter(ctx context.Context) (leave func(), err error) {
	select {
	case v.turn <- struct{}{}:
		return func() { <-v.turn }, nil
	case <-ctx.Done():
		return nil, fault.New(fault.Cancelled, context.Cause(ctx))
	}
}

// put is the one order in which a record gets into the keyring: a line in the ledger, the record, the
// record read back and compared byte by byte and by meaning, a line in the ledger.
func (v *Vault) put(ctx context.Context, e Entry, text string, proves func(back string) error) error {
	if !printable(e.ID) {
		return errors.New("vault: an id that can't be a label")
	}
	if len(text) > maxRecord {
		return fault.New(fault.KeyringFull, fmt.Errorf("vault: a record of %d bytes", len(text)))
	}
	return v.choosing(ctx, func() error {
		if err := v.open(ctx, e.ID); err != nil {
			return err
		}
		return v.putNow(ctx, e, text, proves)
	})
}

func (v *Vault) putNow(ctx context.Context, e Entry, text string, proves func(back string) error) error {
	leave, err := v.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	old, ok := v.ledger.Entry(e.ID)
	kept := ok && old.Event == Stored
	if kept && (old.Kind != e.Kind || old.SPKI != e.SPKI) {
		return errors.New("vault: the id is in use for another key")
	}
	e.In, _ = v.ledger.Place()
	switch {
	case ok && e.In == InFile && (old.In == InKeyring || old.Also == AlsoKeyring):
		e.Also = AlsoKeyring // it is there too, or may have arrived after all
	case kept && !v.lostWithFile(e.ID):
		e.In, e.Also = old.In, old.Also // a record stays where it is
	}
	e.Event, e.At = Reserved, v.now()
	if err := v.ledger.add(e); err != nil {
		return err
	}
	if err := v.putAndCompare(ctx, e.ID, text); err != nil {
		switch {
		case kept:
		case fault.Is(err, fault.KeyringLies):
			v.takeBack(ctx, e.ID)
		case fault.Is(err, fault.KeyringAbsent): // nothing can have arrived anywhere
			_ = v.strike(e.ID)
		}
		return err
	}
	// The bytes are the same; that they mean the same is proven too before anybody relies on it.
	if err := proves(text); err != nil {
		return fault.New(fault.KeyUnusable, err)
	}
	e.Event, e.At = Stored, v.now()
	return v.ledger.add(e)
}

// takeBack removes what a lying keyring has kept of a record, so that it doesn't turn up one day as a key
// without an order. If that fails, the ledger still knows of it.
func (v *Vault) takeBack(ctx context.Context, id string) {
	if v.delete(ctx, id) == nil {
		_ = v.strike(id)
	}
}

// putAndCompare sets a record and reads it back.
func (v *Vault) putAndCompare(ctx context.Context, id, text string) error {
	if err := v.set(ctx, id, text); err != nil {
		return failed("setting a record", err, text)
	}
	back, err := v.get(ctx, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return failed("reading a record back", err, text)
	}
	if err != nil || back != text {
		return fault.New(fault.KeyringLies, errors.New("vault: what came back is not what went in"))
	}
	return nil
}

// ask calls the keyring, and once more when it fails: an unrelated D-Bus signal during an unlock prompt
// makes go-keyring fail although the customer unlocked.
func (v *Vault) ask(ctx context.Context, f func() (string, error)) (string, error) {
	limit := time.NewTimer(v.timeout)
	defer limit.Stop()
	text, err := v.gate.do(ctx, limit.C, f)
	var decided *fault.Error
	if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, keyring.ErrSetDataTooBig) || errors.As(err, &decided) {
		return text, err
	}
	return v.gate.do(ctx, limit.C, f)
}

// failed turns a keyring's error into a fault. record is what was being set: a keyring that repeats it in
// its message must not carry it into a log.
func failed(op string, err error, record string) error {
	var decided *fault.Error
	if errors.As(err, &decided) {
		return decided
	}
	text := err.Error()
	if quotes(text, record) {
		text = "(its message repeats what was to be kept)"
	}
	return fault.New(classify(err), fmt.Errorf("vault: %s: %s", op, text))
}

// quotes reports whether text holds a piece of record.
func quotes(text, record string) bool {
	const piece = 12
	for i := 0; i+piece <= len(record); i++ {
		if strings.Contains(text, record[i:i+piece]) {
			return true
		}
	}
	return false
}
