package vault

import (
	"context"

	"certdesk/internal/fault"
)

// Asker is the customer, at the window. Each call comes back when there is an answer, or when ctx ends.
type Asker interface {
	// Unlock has the passphrase file opened, or another way found. An error says that the customer did not.
	Unlock(ctx context.Context) error
	// Choose asks where to keep secrets on a computer that offers no keyring: nil means that it is worth looking
	// again. An error says that the customer did not choose.
	Choose(ctx context.Context) error
}

type quietly struct{}

// Quietly gives a context in which nobody is asked anything: what needs an answer fails at once, with
// PassfileLocked or KeyringAbsent. Background work has one.
func Quietly(ctx context.Context) context.Context { return context.WithValue(ctx, quietly{}, true) }

// Attend has a be asked from here on.
func (v *Vault) Attend(a Asker) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asker = a
}

// asks is the customer, or nil where nobody may be asked.
func (v *Vault) asks(ctx context.Context) Asker {
	if ctx.Value(quietly{}) != nil {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.asker
}

// question waits for the turn to ask: several presses may need the same answer.
func (v *Vault) question(ctx context.Context) (done func(), err error) {
	select {
	case v.asking <- struct{}{}:
		return func() { <-v.asking }, nil
	case <-ctx.Done():
		return nil, fault.New(fault.Cancelled, context.Cause(ctx))
	}
}

// open has the passphrase file opened where the record of id, or any new one, is in it. An empty id is a new one. It
// is called while nothing is held: an answer may take as long as it likes.
func (v *Vault) open(ctx context.Context, id string) error {
	for v.inFile(id) && !v.file.Unlocked() {
		a := v.asks(ctx)
		if a == nil {
			return v.closed()
		}
		if err := v.askOnce(ctx, func() bool { return v.inFile(id) && !v.file.Unlocked() }, a.Unlock); err != nil {
			return err
		}
	}
	return nil
}

// closed is why the passphrase file can't be used.
func (v *Vault) closed() error {
	if !v.file.Exists() {
		return fault.New(fault.PassfileGone, nil)
	}
	return fault.New(fault.PassfileLocked, nil)
}

// askOnce asks, unless somebody else's question has brought the answer meanwhile.
func (v *Vault) askOnce(ctx context.Context, needed func() bool, ask func(context.Context) error) error {
	done, err := v.question(ctx)
	if err != nil {
		return err
	}
	defer done()
	if !needed() {
		return nil
	}
	return ask(ctx)
}

// choosing does what puts a new record somewhere, and asks the customer where, if there is no keyring. The fault
// then offers the choice.
func (v *Vault) choosing(ctx context.Context, put func() error) error {
	for {
		err := put()
		in, _ := v.ledger.Place()
		if !fault.Is(err, fault.KeyringAbsent) || in != InKeyring || v.file == nil {
			return err
		}
		offered := fault.Of(err).With(fault.ChoosePlace)
		a := v.asks(ctx)
		if a == nil {
			return offered
		}
		chosen := v.askOnce(ctx, func() bool { in, _ := v.ledger.Place(); return in == InKeyring }, a.Choose)
		if chosen != nil {
			if ctx.Err() != nil {
				return chosen
			}
			return offered
		}
	}
}
