package vault

import (
	"context"
	"errors"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/vault/passfile"
)

// ToKeyring moves every record from the passphrase file into the keyring, and then removes the file; it gives how
// many there were. A crash, or any fault, leaves each record where it was or in both places: it is safe to do again.
// Faults: those of Probe, of the passphrase file, and of writing the ledger.
//
// Order, for each: a line in the ledger; the record into the keyring, read back and compared; a line. When all are
// there: a line that new records go into the keyring and the file is to go; the file; a line that it is gone.
func (v *Vault) ToKeyring(ctx context.Context) (int, error) {
	if err := v.openFile(ctx); err != nil {
		return 0, err
	}
	leave, err := v.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	if err := v.probeKeyring(ctx); err != nil {
		return 0, err
	}
	ids, err := v.file.IDs()
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := v.moveOut(ctx, id); err != nil {
			return 0, err
		}
	}
	// What the ledger says to be in the file and is not, has gone: it is looked for in the keyring from here on.
	for _, e := range v.ledger.Entries() {
		if e.In == InFile {
			e.In, e.Also, e.At = InKeyring, "", v.now()
			if err := v.ledger.add(e); err != nil {
				return 0, err
			}
		}
	}
	if err := v.ledger.setPlace(InKeyring, true, v.now()); err != nil {
		return 0, err
	}
	return len(ids), v.finishLeaving()
}

// openFile opens the passphrase file itself, wherever new records go.
func (v *Vault) openFile(ctx context.Context) error {
	if v.file == nil || !v.file.Exists() {
		return fault.New(fault.PassfileGone, nil)
	}
	for !v.file.Unlocked() {
		a := v.asks(ctx)
		if a == nil {
			return v.closed()
		}
		if err := v.askOnce(ctx, func() bool { return !v.file.Unlocked() }, a.Unlock); err != nil {
			return err
		}
		if !v.file.Exists() {
			return fault.New(fault.PassfileGone, nil)
		}
	}
	return nil
}

// moveOut puts one record of the file into the keyring.
func (v *Vault) moveOut(ctx context.Context, id string) error {
	text, err := v.file.Get(id)
	if err != nil {
		return err
	}
	e, known := v.ledger.Entry(id)
	if !known { // the ledger was lost with the folder, and the file was brought back
		r, err := parse(text)
		if err != nil {
			return fault.New(fault.PassfileDamaged, err)
		}
		e = Entry{ID: id, Kind: r.Kind, SPKI: r.SPKI, Event: Stored, In: InFile}
	}
	if e.In == InFile {
		e.Also, e.At = AlsoKeyring, v.now()
		if err := v.ledger.add(e); err != nil {
			return err
		}
	}
	if err := v.putIntoKeyring(ctx, id, text); err != nil {
		return err
	}
	e.In, e.Also, e.At = InKeyring, "", v.now()
	return v.ledger.add(e)
}

// putIntoKeyring sets a record in the keyring, unless it is there, and reads it back.
func (v *Vault) putIntoKeyring(ctx context.Context, id, text string) error {
	back, err := v.fromKeyring(ctx, id)
	if err == nil && back == text {
		return nil
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return failed("looking for a record", err, text)
	}
	return v.setInKeyring(ctx, id, text)
}

func (v *Vault) fromKeyring(ctx context.Context, id string) (string, error) {
	return v.ask(ctx, func() (string, error) { return v.backend.Get(id) })
}

func (v *Vault) setInKeyring(ctx context.Context, id, text string) error {
	if _, err := v.ask(ctx, func() (string, error) { return "", v.backend.Set(id, text) }); err != nil {
		return failed("setting a record", err, text)
	}
	back, err := v.fromKeyring(ctx, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return failed("reading a record back", err, text)
	}
	if err != nil || back != text {
		return fault.New(fault.KeyringLies, errors.New("vault: what came back is not what went in"))
	}
	return nil
}

// finishLeaving removes a passphrase file whose records were all moved.
func (v *Vault) finishLeaving() error {
	if err := v.file.Remove(); err != nil {
		return err
	}
	return v.ledger.setPlace(InKeyring, false, v.now())
}

// ToFile makes a passphrase file and moves every record of the keyring into it; it gives how many there were. A
// crash, or any fault, leaves each record where it was or in both places. Faults: those of UseFile, of the keyring,
// and of writing the ledger. Where the file is there already, the move goes on.
//
// Order: the file; a line that new records go into it; for each record: into the file, read back and compared; a line
// that it is there, and in the keyring too; out of the keyring; a line.
func (v *Vault) ToFile(ctx context.Context, p secret.Value) (int, error) {
	if in, _ := v.ledger.Place(); in != InFile {
		if err := v.UseFile(ctx, p); err != nil {
			return 0, err
		}
	}
	if err := v.openFile(ctx); err != nil {
		return 0, err
	}
	leave, err := v.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	n := 0
	for _, e := range v.ledger.Entries() {
		if e.In == InKeyring {
			moved, err := v.moveIn(ctx, e)
			if err != nil {
				return n, err
			}
			if moved {
				n++
			}
		}
	}
	return n, v.clearKeyring(ctx)
}

// moveIn puts one record of the keyring into the file. It reports whether there was one.
func (v *Vault) moveIn(ctx context.Context, e Entry) (bool, error) {
	text, err := v.fromKeyring(ctx, e.ID)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, failed("reading a record", err, "")
	}
	if err := v.file.Set(e.ID, text); err != nil {
		return false, err
	}
	if back, err := v.file.Get(e.ID); err != nil || back != text {
		return false, fault.New(fault.PassfileDamaged, err)
	}
	e.In, e.Also, e.At = InFile, AlsoKeyring, v.now()
	return true, v.ledger.add(e)
}

// clearKeyring removes from the keyring what a move has left there. What has not reached the file stays in the
// keyring, and belongs there; where there is no keyring, nothing can be removed from it yet.
func (v *Vault) clearKeyring(ctx context.Context) error {
	for _, e := range v.ledger.Entries() {
		if e.Also != AlsoKeyring || e.In != InFile {
			continue
		}
		_, err := v.file.Get(e.ID)
		switch {
		case errors.Is(err, passfile.ErrNotFound):
			e.In = InKeyring
		case err != nil:
			return err
		default:
			err := v.deleteFromKeyring(ctx, e.ID)
			if v.without(err) {
				continue
			}
			if err != nil {
				return failed("deleting a record", err, "")
			}
		}
		e.Also, e.At = "", v.now()
		if err := v.ledger.add(e); err != nil {
			return err
		}
	}
	return nil
}
