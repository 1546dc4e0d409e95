package acme

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// find gives the account for a directory and a key id. Without a key id it is the one without a binding, else the
// only one there is.
func (c *Client) find(ctx context.Context, directory, keyID string) (seller.Account, bool, error) {
	all, err := c.o.Accounts.All(ctx)
	if err != nil {
		return seller.Account{}, false, err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(a seller.Account) bool { return a.Directory != directory })
	if i := slices.IndexFunc(all, func(a seller.Account) bool { return a.KeyID == keyID }); i >= 0 {
		return all[i], true, nil
	}
	if keyID == "" && len(all) == 1 && all[0].URL != "" {
		return all[0], true, nil
	}
	return seller.Account{}, false, nil
}

// Token gives the key of the account that an order is for. One that is not there is made, and is in the vault
// before the directory hears of it.
//
// An account whose key the keyring has lost is opened anew where that is possible: with the binding that came along,
// or where none is needed. Its old key can't come back.
func (c *Client) Token(ctx context.Context, service string, code secret.Value) (secret.Value, error) {
	directory, keyID, ok := activation.SplitACME(service)
	if !ok {
		return secret.Value{}, fault.New(fault.NotADirectory, nil, "host", service)
	}
	a, found, err := c.find(ctx, directory, keyID)
	if err != nil {
		return secret.Value{}, err
	}
	if found {
		key, err := c.o.Accounts.Key(ctx, a)
		if err == nil || !fault.Is(err, fault.SecretGone) {
			return key, err
		}
		// Without an address a crash came between the account and its key; the directory has not heard of that one.
		if a.URL != "" && a.KeyID != "" && !activation.HasKey(code) {
			return secret.Value{}, fault.New(fault.BindingMissing, err, "host", hostOf(directory))
		}
		if err := c.o.Accounts.Forget(ctx, a); err != nil {
			return secret.Value{}, err
		}
	}
	key, err := newKey(c.o.Rand)
	if err != nil {
		return secret.Value{}, err
	}
	_, err = c.o.Accounts.Make(ctx, directory, keyID, key)
	return key, err
}

// enter has the session use the order's account, and opens it at the directory where it is not there yet.
func (s *session) enter(ctx context.Context, service string, code secret.Value, b body) error {
	directory, keyID, _ := activation.SplitACME(service)
	record, found, err := s.c.find(ctx, directory, keyID)
	if err != nil {
		return err
	}
	if found && record.URL != "" {
		s.account.Location = record.URL
		return nil
	}
	// A crash may have come between the directory's answer and its note here: then the account is there, and its
	// binding spent.
	have, err := s.acme.GetAccount(ctx, s.account)
	var p acme.Problem
	switch {
	case err == nil:
	case errors.As(err, &p) && p.Type == acme.ProblemTypeAccountDoesNotExist:
		if have, err = s.open(ctx, keyID, code, b); err != nil {
			var refusal *seller.Refusal
			if errors.As(err, &refusal) && found {
				_ = s.c.o.Accounts.Forget(ctx, record) // the next try makes one anew
			}
			return err
		}
	case errors.As(err, &p) && p.Type == acme.ProblemTypeUnauthorized && found:
		// It was closed (RFC 8555 7.3.6): nothing can be opened with its key any more.
		if err := s.c.o.Accounts.Forget(ctx, record); err != nil {
			return err
		}
		return s.refused(err)
	default:
		return s.refused(err)
	}
	if have.Location == "" {
		return fault.New(fault.ServiceBroken, nil, "host", s.host)
	}
	if err := s.ours(have.Location); err != nil {
		return err
	}
	s.account.Location = have.Location
	if !found {
		return nil
	}
	record.URL, record.Contact = have.Location, b.Contact
	if len(b.Agreed) > 0 {
		record.Terms = b.Agreed[0] // a directory has one address of terms
	}
	return s.c.o.Accounts.Opened(ctx, record)
}

// open asks for a new account, bound to the customer's where there is a key for that.
//
// The terms that are agreed to are those that the directory names now: where they have changed since the customer has
// seen them, nothing is agreed to.
func (s *session) open(ctx context.Context, keyID string, code secret.Value, b body) (acme.Account, error) {
	a := s.account
	dir, err := s.c.directory(ctx, s.at)
	if err != nil {
		return a, err
	}
	if dir.Meta != nil {
		if now := termsOf(*dir.Meta); now != "" && !slices.Contains(b.Agreed, now) {
			return a, &seller.Refusal{
				Fault:  fault.New(fault.TermsChanged, nil, "host", s.host),
				Fields: []seller.FieldProblem{{Pointer: "/accepted_terms", Code: "other"}},
			}
		}
	}
	a.TermsOfServiceAgreed = len(b.Agreed) > 0
	if b.Contact != "" {
		a.Contact = []string{mailto(b.Contact)}
	}
	if activation.HasKey(code) {
		if err := a.SetExternalAccountBinding(ctx, s.acme, acme.EAB{KeyID: keyID, MACKey: string(code.Reveal())}); err != nil {
			return a, s.fault(err)
		}
	}
	what := []string{"account " + keyID}
	if err := s.limitedUntil(what); err != nil {
		return a, err
	}
	made, err := s.acme.NewAccount(ctx, a)
	if err != nil {
		s.remember(err, what)
		return a, s.notOpened(err, b, code)
	}
	return made, nil
}

// bindingTypes are what directories answer to a binding that they don't know, or no longer: RFC 8555 7.3.4 names the first
// alone.
var bindingTypes = map[string]bool{
	acme.ProblemTypeUnauthorized: true, acme.ProblemTypeMalformed: true, acme.ProblemTypeExternalAccountRequired: true,
}

// notOpened is why an account was not opened, at the field of the application that it is about.
func (s *session) notOpened(err error, b body, code secret.Value) error {
	var p acme.Problem
	isProblem := errors.As(err, &p)
	bound := activation.HasKey(code)
	if bound && isProblem && bindingTypes[p.Type] {
		return &seller.Refusal{Fault: s.about(fault.New(fault.BindingWrong, nil, "host", s.host), p)}
	}
	err = s.refused(err)
	var refusal *seller.Refusal
	if errors.As(err, &refusal) && refusal.Fault.Code == fault.ContactRefused {
		why := "other"
		switch {
		case b.Contact == "":
			why = "required"
		case p.Type == acme.ProblemTypeInvalidContact:
			why = "malformed"
		}
		refusal.Fields = []seller.FieldProblem{{Pointer: "/account_contact", Code: why, Detail: refusal.Fault.Detail}}
	}
	return err
}

// mailto is an address as a contact of an account (RFC 8555 7.3, RFC 6068 2).
func mailto(address string) string {
	var out strings.Builder
	for _, c := range []byte(address) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~!$'*+@", c) >= 0:
			out.WriteByte(c)
		default:
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return "mailto:" + out.String()
}

// CloseAccount closes an account for good (RFC 8555 7.3.6).
func (c *Client) CloseAccount(ctx context.Context, a seller.Account) error {
	token, err := c.o.Accounts.Key(ctx, a)
	if err != nil {
		return err
	}
	key, err := keyOf(token)
	if err != nil {
		return err
	}
	s, err := c.session(activation.ACMEService(a.Directory, a.KeyID), key, a.URL)
	if err != nil {
		return err
	}
	_, err = s.acme.UpdateAccount(ctx, acme.Account{Status: acme.StatusDeactivated, Location: a.URL, PrivateKey: key})
	var p acme.Problem
	if err == nil || errors.As(err, &p) && (p.Type == acme.ProblemTypeAccountDoesNotExist || p.Type == acme.ProblemTypeUnauthorized) {
		return nil
	}
	return s.fault(err)
}
