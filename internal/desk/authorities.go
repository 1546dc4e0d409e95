package desk

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
)

// Authorities are the customer's accounts with certificate authorities, to look at and to end, and the HMAC keys that
// are kept for more of them.
type Authorities struct{ *core }

// AccountView is an account with what belongs to it.
type AccountView struct {
	seller.Account
	Name   string // of the authority, else its host
	Host   string // of the directory
	Orders []Row  // those of the account that are here, the one that changed last first
}

// Open counts the orders under way: they need the account.
func (v AccountView) Open() int {
	n := 0
	for _, o := range v.Orders {
		if o.Phase == order.PhaseSubmitting || o.Phase == order.PhaseSent {
			n++
		}
	}
	return n
}

// Accounts lists the accounts that are open, by authority and key id. One that its directory has not heard of is none.
func (a *Authorities) Accounts(ctx context.Context) ([]AccountView, error) {
	all, err := a.core.Accounts.All(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(o seller.Account) bool { return o.URL == "" })
	if len(all) == 0 {
		return nil, nil
	}
	rows, err := a.Store.Rows(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]AccountView, len(all))
	for i, account := range all {
		out[i] = AccountView{Account: account, Host: hostOfDirectory(account.Directory), Name: nameOfDirectory(account.Directory)}
	}
	for _, row := range rows {
		if i := accountOf(row.Service, all); i >= 0 {
			out[i].Orders = append(out[i].Orders, Row{Row: row, State: stateOf(row, a.Now())})
		}
	}
	slices.SortFunc(out, func(a, b AccountView) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.KeyID, b.KeyID), cmp.Compare(a.Directory, b.Directory))
	})
	return out, nil
}

// accountOf is the account of a service, as its way in finds it; -1: none.
func accountOf(service string, all []seller.Account) int {
	directory, keyID, ok := activation.SplitACME(service)
	if !ok {
		return -1
	}
	only, n := -1, 0
	for i, a := range all {
		if a.Directory != directory {
			continue
		}
		if a.KeyID == keyID {
			return i
		}
		only, n = i, n+1
	}
	if keyID == "" && n == 1 {
		return only
	}
	return -1
}

func hostOfDirectory(directory string) string {
	u, err := url.Parse(directory)
	if err != nil {
		return i18n.Clean(directory, 260)
	}
	return i18n.Clean(u.Host, 260)
}

func nameOfDirectory(directory string) string {
	if u, err := url.Parse(directory); err == nil {
		if known, ok := activation.Builtin().ByHost(u.Hostname()); ok {
			return known.Name
		}
	}
	return hostOfDirectory(directory)
}

// Forget removes an account with its key from this computer. The authority does not hear of it. It refuses while an
// order of the account is under way.
func (a *Authorities) Forget(ctx context.Context, account AccountView) error {
	if err := a.unused(ctx, account); err != nil {
		return err
	}
	return a.core.Accounts.Forget(ctx, account.Account)
}

// Close has the authority close an account for good, and removes it here. It refuses while an order of the account is
// under way.
//
// Order: the authority; the account. A crash in between is mended by another press: what is closed is no failure.
func (a *Authorities) Close(ctx context.Context, account AccountView) error {
	if err := a.unused(ctx, account); err != nil {
		return err
	}
	s, err := a.Sellers(activation.ACMEService(account.Directory, account.KeyID))
	if err != nil {
		return err
	}
	closer, ok := s.(seller.AccountCloser)
	if !ok {
		return fault.New(fault.OrderState, nil)
	}
	if err := closer.CloseAccount(ctx, account.Account); err != nil {
		return err
	}
	return a.core.Accounts.Forget(ctx, account.Account)
}

func (a *Authorities) unused(ctx context.Context, account AccountView) error {
	all, err := a.Accounts(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(v AccountView) bool { return v.SecretID == account.SecretID })
	if i >= 0 && all[i].Open() > 0 {
		return fault.New(fault.AccountInUse, nil, "n", all[i].Open())
	}
	return nil
}

// Bindings lists the HMAC keys that are kept.
func (a *Authorities) Bindings(ctx context.Context) ([]Binding, error) {
	return bindingsOf(ctx, a.Store)
}

// Keeps reports whether the HMAC key of a service's account is kept here. It reads no secret.
func (a *Authorities) Keeps(ctx context.Context, service string) (bool, error) {
	_, ok, err := a.keptBinding(ctx, service)
	return ok, err
}

// DeleteBinding deletes an HMAC key that is kept. Accounts that it has opened stay.
//
// Order: the key; the list, which until then is its owner.
func (a *Authorities) DeleteBinding(ctx context.Context, b Binding) error {
	ctx = context.WithoutCancel(ctx)
	if err := a.Vault.Delete(ctx, b.SecretID); err != nil {
		return err
	}
	return a.changeBindings(ctx, func(all []Binding) []Binding {
		return slices.DeleteFunc(all, func(o Binding) bool { return o.SecretID == b.SecretID })
	})
}
