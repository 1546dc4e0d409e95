package seller

import (
	"context"
	"time"

	"certdesk/internal/secret"
)

// Account is what this computer knows of an account with a directory. Nothing in it is secret: its key lies in
// the vault.
type Account struct {
	Directory string `json:"directory"`
	KeyID     string `json:"key_id,omitempty"` // of the binding that made it; empty for one without
	URL       string `json:"url,omitempty"`    // what the directory calls it; empty until it has said so
	SecretID  string `json:"secret_id"`        // of its key in the vault

	Opened  time.Time `json:"opened,omitzero"`   // when it was opened from here
	Terms   string    `json:"terms,omitempty"`   // where the terms are that were accepted with it
	Contact string    `json:"contact,omitempty"` // the e-mail address that was given with it
}

// Accounts keeps accounts beyond the orders that made them: bound once, used again.
type Accounts interface {
	All(ctx context.Context) ([]Account, error)
	// Key reads an account's key. Only a press of the customer leads here: the keyring may ask for its password.
	Key(ctx context.Context, a Account) (secret.Value, error)
	// Make keeps a new account with its key: first the account, which is the key's owner, then the key.
	Make(ctx context.Context, directory, keyID string, key secret.Value) (Account, error)
	// Opened notes that the directory has opened an account: what it calls it, and what was given with it.
	Opened(ctx context.Context, a Account) error
	// Forget removes an account that the directory does not know, with its key.
	Forget(ctx context.Context, a Account) error
}

// AccountCloser is a seller whose accounts can be closed for good.
type AccountCloser interface {
	// CloseAccount closes an account at its directory. One that is closed already, or unknown, is no failure.
	CloseAccount(ctx context.Context, a Account) error
}

// TokenMaker is a seller that says what opens an order; at others it is a random value that is made here.
type TokenMaker interface {
	// Token gives it before anything is sent. What it makes is in the vault when it returns.
	Token(ctx context.Context, service string, code secret.Value) (secret.Value, error)
}
