package desk

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/vault"
)

// accountsSetting is the setting that holds the accounts, as a JSON list of [seller.Account].
const accountsSetting = "acme.accounts"

// Accounts are the accounts with directories of certificate authorities: in the settings without their keys, the
// keys in the vault. It is a [seller.Accounts]; the registry of sellers is made with it, before the desk.
type Accounts struct {
	store Store
	vault Vault
	rand  io.Reader
	now   func() time.Time
	mu    sync.Mutex // of reading and writing the list
}

// NewAccounts gives the accounts of one world.
func NewAccounts(s Store, v Vault, random io.Reader, now func() time.Time) *Accounts {
	return &Accounts{store: s, vault: v, rand: random, now: now}
}

// errAccounts: a list that can't be read is never written over.
var errAccounts = errors.New("desk: the list of accounts can't be read")

// All gives every account.
func (a *Accounts) All(ctx context.Context) ([]seller.Account, error) {
	return accountsOf(ctx, a.store)
}

func accountsOf(ctx context.Context, s Store) ([]seller.Account, error) {
	text, ok, err := s.Setting(ctx, accountsSetting)
	if err != nil || !ok {
		return nil, err
	}
	var out []seller.Account
	if json.Unmarshal([]byte(text), &out) != nil {
		return nil, errAccounts
	}
	return out, nil
}

// Key reads an account's key from the vault.
func (a *Accounts) Key(ctx context.Context, of seller.Account) (secret.Value, error) {
	return a.vault.Secret(ctx, of.SecretID)
}

// Make keeps a new account.
//
// Order: the account, which owns the id; its key.
func (a *Accounts) Make(ctx context.Context, directory, keyID string, key secret.Value) (seller.Account, error) {
	made := seller.Account{Directory: directory, KeyID: keyID, SecretID: vault.NewID(a.rand)}
	err := a.change(ctx, func(all []seller.Account) []seller.Account {
		return append(without(all, made), made)
	})
	if err != nil {
		return made, err
	}
	return made, a.vault.PutSecret(ctx, made.SecretID, "", vault.KindAccount, key)
}

// Opened notes what the directory calls an account, what was given with it, and that it was opened now.
func (a *Accounts) Opened(ctx context.Context, of seller.Account) error {
	of.Opened = a.now()
	return a.change(context.WithoutCancel(ctx), func(all []seller.Account) []seller.Account {
		for i := range all {
			if all[i].SecretID == of.SecretID {
				all[i] = of
			}
		}
		return all
	})
}

// Forget removes an account.
//
// Order: its key; the account, which until then is its owner.
func (a *Accounts) Forget(ctx context.Context, of seller.Account) error {
	ctx = context.WithoutCancel(ctx)
	if err := a.vault.Delete(ctx, of.SecretID); err != nil {
		return err
	}
	return a.change(ctx, func(all []seller.Account) []seller.Account {
		return slices.DeleteFunc(all, func(o seller.Account) bool { return o.SecretID == of.SecretID })
	})
}

// without leaves out what stands for the same directory and key id.
func without(all []seller.Account, of seller.Account) []seller.Account {
	return slices.DeleteFunc(all, func(o seller.Account) bool { return o.Directory == of.Directory && o.KeyID == of.KeyID })
}

func (a *Accounts) change(ctx context.Context, change func([]seller.Account) []seller.Account) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	all, err := a.All(ctx)
	if err != nil {
		return err
	}
	text, err := json.Marshal(change(all))
	if err != nil {
		return err
	}
	return a.store.SetSetting(ctx, accountsSetting, string(text))
}
