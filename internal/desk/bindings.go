package desk

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// bindingsSetting is the setting that holds the HMAC keys that are kept, as a JSON list of [Binding].
const bindingsSetting = "acme.bindings"

// Binding is the HMAC key of a binding that serves several accounts (RFC 8555 7.3.4). It is kept only because the
// customer said so. Nothing in it is secret: the key lies in the vault.
type Binding struct {
	Host     string    `json:"host"` // of the directory: it is used for no other
	KeyID    string    `json:"key_id"`
	SecretID string    `json:"secret_id"`
	Kept     time.Time `json:"kept"`
}

// errBindings: a list that can't be read is never written over.
var errBindings = errors.New("desk: the list of bindings can't be read")

func bindingsOf(ctx context.Context, s Store) ([]Binding, error) {
	text, ok, err := s.Setting(ctx, bindingsSetting)
	if err != nil || !ok {
		return nil, err
	}
	var out []Binding
	if json.Unmarshal([]byte(text), &out) != nil {
		return nil, errBindings
	}
	return out, nil
}

// bindingOf is where the key of a service would be kept, without an id; ok is false for what has none.
func bindingOf(service string) (b Binding, ok bool) {
	directory, keyID, ok := activation.SplitACME(service)
	u, err := url.Parse(directory)
	if !ok || err != nil || keyID == "" || u.Host == "" {
		return b, false
	}
	return Binding{Host: u.Host, KeyID: keyID}, true
}

func (b Binding) same(o Binding) bool { return b.Host == o.Host && b.KeyID == o.KeyID }

// kept is the binding that is kept for a service.
func (c *core) keptBinding(ctx context.Context, service string) (Binding, bool, error) {
	want, ok := bindingOf(service)
	if !ok {
		return Binding{}, false, nil
	}
	all, err := bindingsOf(ctx, c.Store)
	if err != nil {
		return Binding{}, false, err
	}
	i := slices.IndexFunc(all, want.same)
	if i < 0 {
		return Binding{}, false, nil
	}
	return all[i], true, nil
}

// withKept gives a code without an HMAC key the one that is kept for its account.
func (c *core) withKept(ctx context.Context, service string, code secret.Value) (secret.Value, error) {
	if activation.HasKey(code) {
		return code, nil
	}
	b, ok, err := c.keptBinding(ctx, service)
	if err != nil || !ok {
		return code, err
	}
	key, err := c.Vault.Secret(ctx, b.SecretID)
	if fault.Is(err, fault.SecretGone) { // it is asked for again
		return code, nil
	}
	return key, err
}

// keepBinding keeps the HMAC key of an order's account, where the customer has said that it serves several.
//
// Order: the list, which owns the id; the key; the key that was kept before.
func (c *core) keepBinding(ctx context.Context, o store.Order) error {
	b, ok := bindingOf(o.Service)
	if !ok || !o.Application.KeepBinding || !o.Licence.Bound {
		return nil
	}
	code, err := c.ownCode(ctx, o)
	if fault.Is(err, fault.CodeForgotten) || err == nil && !activation.HasKey(code) {
		return nil
	}
	if err != nil {
		return err
	}
	had, before, err := c.keptBinding(ctx, o.Service)
	if err != nil {
		return err
	}
	if before {
		key, err := c.Vault.Secret(ctx, had.SecretID)
		if err == nil && key.Equal(code) || err != nil && !fault.Is(err, fault.SecretGone) {
			return err
		}
	}
	b.SecretID, b.Kept = vault.NewID(c.Rand), c.Now()
	if err := c.changeBindings(ctx, func(all []Binding) []Binding {
		return append(slices.DeleteFunc(all, b.same), b)
	}); err != nil {
		return err
	}
	if err := c.Vault.PutSecret(ctx, b.SecretID, "", vault.KindAccount, code); err != nil || !before {
		return err
	}
	return c.Vault.Delete(ctx, had.SecretID)
}

func (c *core) changeBindings(ctx context.Context, change func([]Binding) []Binding) error {
	c.binding.Lock()
	defer c.binding.Unlock()
	all, err := bindingsOf(ctx, c.Store)
	if err != nil {
		return err
	}
	text, err := json.Marshal(change(all))
	if err != nil {
		return err
	}
	return c.Store.SetSetting(ctx, bindingsSetting, string(text))
}

// bound takes the HMAC key from an order once its account exists: it is not needed any more. It is kept elsewhere
// where the customer wants that.
//
// Order: the kept key; the code without a key into the keyring; order; the key out of the keyring.
func (c *core) bound(ctx context.Context, o store.Order) error {
	directory, keyID, ok := activation.SplitACME(o.Service)
	if !ok {
		return nil
	}
	accounts, err := c.Accounts.All(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(accounts, func(a seller.Account) bool {
		return a.Directory == directory && a.KeyID == keyID && a.URL != ""
	})
	if i < 0 {
		return nil
	}
	code, err := c.ownCode(ctx, o)
	if err != nil || !activation.HasKey(code) {
		return err
	}
	if _, err := c.Accounts.Key(ctx, accounts[i]); fault.Is(err, fault.SecretGone) {
		return nil // it has to be opened anew, with this key
	} else if err != nil {
		return err
	}
	if err := c.keepBinding(ctx, o); err != nil {
		return err
	}
	none, old := secret.FromString(activation.NoKey), o.CodeID
	if old == "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.codes[o.ID] = none
		return nil
	}
	id := c.newRecord()
	if err := c.Vault.PutSecret(ctx, id, o.ID, vault.KindCode, none); err != nil {
		return err
	}
	if _, err := c.Store.Update(ctx, o.ID, func(o *store.Order) error { o.CodeID = id; return nil }); err != nil {
		return err
	}
	c.mu.Lock()
	delete(c.codes, o.ID)
	c.mu.Unlock()
	return c.Vault.Delete(ctx, old)
}
