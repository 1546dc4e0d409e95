package desk

import (
	"context"

	"certdesk/internal/export"
	"certdesk/internal/passphrase"
	"certdesk/internal/secret"
	"certdesk/internal/vault"
)

// Secrets is where keys, codes and tokens are kept: in the system's keyring, or, where the customer has chosen it, in
// a passphrase file. Nothing changes place unasked.
type Secrets struct{ *core }

// Places says where secrets are kept. It asks nobody.
func (s *Secrets) Places() vault.Places { return s.Vault.Places() }

// Reaches reports whether there may be a keyring on this computer. It may take a moment, and never causes a prompt.
func (s *Secrets) Reaches(context.Context) bool { return s.Vault.Reaches() }

// Attend has a be asked for the passphrase, and where to keep secrets when there is no keyring, by any press that
// needs them.
func (s *Secrets) Attend(a vault.Asker) { s.Vault.Attend(a) }

// widest is how many letters of a passphrase are in sight at once on a sheet: nobody may write down a part of it.
const widest = 54

// Words makes a passphrase of six words. It is kept nowhere. One that is too wide to be seen whole is made anew, which
// costs a fraction of one of its 77 bits.
func (s *Secrets) Words() (secret.Value, error) {
	for {
		p, err := passphrase.Make(s.Rand)
		if err != nil || p.Len() <= widest {
			return p, err
		}
	}
}

// Text is a passphrase for the screen.
func (s *Secrets) Text(p secret.Value) string { return export.Text(p) }

// Judge says how strong a passphrase of the customer's own is, and PasswordShort when it is too short.
func (s *Secrets) Judge(text string) (export.Strength, error) {
	return export.StrengthOf(text), passphrase.Check(secret.FromString(text))
}

// Unlock opens the passphrase file for this run.
func (s *Secrets) Unlock(_ context.Context, p secret.Value) error { return s.Vault.Unlock(p) }

// UseFile makes an empty passphrase file for what comes from here on.
func (s *Secrets) UseFile(ctx context.Context, p secret.Value) error {
	if err := passphrase.Check(p); err != nil {
		return err
	}
	return s.Vault.UseFile(context.WithoutCancel(ctx), p)
}

// ToFile makes a passphrase file and moves everything into it; it gives how much that was. With a file that is there
// already the move goes on, and p is not looked at.
func (s *Secrets) ToFile(ctx context.Context, p secret.Value) (int, error) {
	if !s.Places().InFile {
		if err := passphrase.Check(p); err != nil {
			return 0, err
		}
	}
	return s.Vault.ToFile(ctx, p)
}

// ToKeyring moves everything into the keyring and removes the file; it gives how much that was.
func (s *Secrets) ToKeyring(ctx context.Context) (int, error) { return s.Vault.ToKeyring(ctx) }

// Change gives the file another passphrase.
func (s *Secrets) Change(ctx context.Context, old, p secret.Value) error {
	if err := passphrase.Check(p); err != nil {
		return err
	}
	return s.Vault.ChangePassphrase(context.WithoutCancel(ctx), old, p)
}

// GiveUp goes on without a file that has gone or that nobody can open; it gives the name under which it is kept, empty
// when it has gone. What was in it is then missing, as after the loss of a keyring.
func (s *Secrets) GiveUp(ctx context.Context) (string, error) {
	return s.Vault.GiveUpFile(context.WithoutCancel(ctx))
}
