package vault

import (
	"context"
	"errors"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/vault/passfile"
)

// Places is where secrets are kept.
type Places struct {
	InFile   bool   // new ones go into the passphrase file
	File     string // its path; empty: this vault has none
	There    bool   // the file is there
	Unlocked bool   // it is open in this run
}

// Places says where secrets are kept. It asks nobody and opens nothing.
func (v *Vault) Places() Places {
	in, _ := v.ledger.Place()
	p := Places{InFile: in == InFile}
	if v.file != nil {
		p.File, p.There, p.Unlocked = v.file.Path(), v.file.Exists(), v.file.Unlocked()
	}
	return p
}

// Reaches reports whether there may be a keyring: false where it is certain that there is none. It may take a moment,
// and never causes a prompt.
func (v *Vault) Reaches() bool {
	r, ok := v.backend.(interface{ Reaches() bool })
	return !ok || r.Reaches()
}

// inFile reports whether the record of id is in the passphrase file; an empty or an unknown id is a new record.
func (v *Vault) inFile(id string) bool {
	if v.file == nil {
		return false
	}
	in, _ := v.ledger.Place()
	if e, known := v.ledger.Entry(id); known {
		// Where the file was given up, what was in it is gone; unless it is brought back.
		return e.In == InFile && (in == InFile || v.file.Exists())
	}
	return in == InFile
}

// lostWithFile reports whether the record of id was in a passphrase file that was given up and is not there.
func (v *Vault) lostWithFile(id string) bool {
	e, known := v.ledger.Entry(id)
	return known && e.In == InFile && !v.inFile(id)
}

// set, read and remove are the three calls to where the record of id is. The disk answers at once or not at all, so
// that only a keyring has a limit.
func (v *Vault) set(ctx context.Context, id, text string) error {
	if v.inFile(id) {
		return v.file.Set(id, text)
	}
	_, err := v.ask(ctx, func() (string, error) { return "", v.backend.Set(id, text) })
	return err
}

// get gives a record. One in a keyring that this computer no longer has, where the customer does without one, is gone.
func (v *Vault) get(ctx context.Context, id string) (string, error) {
	text, err := v.look(ctx, id)
	if v.without(err) {
		err = ErrNotFound
	}
	return text, err
}

// look is get that says when there is no keyring to look into.
func (v *Vault) look(ctx context.Context, id string) (string, error) {
	switch {
	case v.lostWithFile(id):
		return "", ErrNotFound
	case v.inFile(id):
		text, err := v.file.Get(id)
		if !errors.Is(err, passfile.ErrNotFound) {
			return text, err
		}
		if e, _ := v.ledger.Entry(id); e.Also != AlsoKeyring {
			return "", ErrNotFound
		}
	}
	return v.fromKeyring(ctx, id)
}

// without reports whether an error says that there is no keyring, and the customer has chosen to do without one.
func (v *Vault) without(err error) bool {
	in, _ := v.ledger.Place()
	return in == InFile && err != nil && !errors.Is(err, ErrNotFound) && fault.Is(failed("reading", err, ""), fault.KeyringAbsent)
}

// delete removes a record, and what a move has left of it in the keyring; one that is not there is fine.
func (v *Vault) delete(ctx context.Context, id string) error {
	if v.lostWithFile(id) {
		return nil
	}
	inFile := v.inFile(id)
	if inFile {
		if err := v.file.Delete(id); err != nil && !errors.Is(err, passfile.ErrNotFound) {
			return err
		}
	}
	if e, _ := v.ledger.Entry(id); inFile && e.Also != AlsoKeyring {
		return nil
	}
	return v.deleteFromKeyring(ctx, id)
}

func (v *Vault) deleteFromKeyring(ctx context.Context, id string) error {
	_, err := v.ask(ctx, func() (string, error) { return "", v.backend.Delete(id) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Unlock opens the passphrase file for this run. Faults: those of [passfile.File.Unlock].
func (v *Vault) Unlock(p secret.Value) error {
	if v.file == nil {
		return fault.New(fault.PassfileGone, nil)
	}
	return v.file.Unlock(p)
}

// UseFile makes an empty passphrase file, into which new records go from here on. What is in a keyring stays there.
// It is never done unasked. Faults: FileExists, those of writing.
func (v *Vault) UseFile(ctx context.Context, p secret.Value) error {
	leave, err := v.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if v.file == nil {
		return fault.New(fault.PassfileGone, nil)
	}
	if v.file.Exists() { // it was given up, or a crash came before it was used: it is kept
		if err := v.file.SetAside(v.asideName()); err != nil {
			return err
		}
	}
	if err := v.file.Create(p); err != nil {
		return err
	}
	return v.ledger.setPlace(InFile, false, v.now())
}

// ChangePassphrase gives the file another passphrase. Faults: those of [passfile.File.Change].
func (v *Vault) ChangePassphrase(ctx context.Context, old, p secret.Value) error {
	leave, err := v.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if v.file == nil {
		return fault.New(fault.PassfileGone, nil)
	}
	return v.file.Change(old, p)
}

// GiveUpFile goes on without a passphrase file that nobody can open any more, or that has gone: it is kept under
// another name in the same folder, which is given, and new records go into the keyring again, or where the customer
// then chooses. What was in it is gone until it is brought back.
func (v *Vault) GiveUpFile(ctx context.Context) (name string, err error) {
	leave, err := v.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	if v.file == nil {
		return "", fault.New(fault.PassfileGone, nil)
	}
	if v.file.Exists() {
		name = v.asideName()
	}
	if err := v.file.SetAside(name); err != nil {
		return "", err
	}
	return name, v.ledger.setPlace(InKeyring, false, v.now())
}

// asideName is the name of a passphrase file that is no longer used.
func (v *Vault) asideName() string {
	return "secrets-set-aside-" + v.now().Local().Format("2006-01-02-150405") + ".certdesk"
}
