package acme

import (
	"errors"
	"slices"
	"testing"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/activation"
	"certdesk/internal/e2e/pebble"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// asked is what the directory says of the customer's account.
func (c *customer) asked() acme.Account {
	c.t.Helper()
	key, err := keyOf(c.token)
	if err != nil {
		c.t.Fatal(err)
	}
	s, err := c.client.session(c.service, key, "")
	if err != nil {
		c.t.Fatal(err)
	}
	a, err := s.acme.GetAccount(c.t.Context(), s.account)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

// TestWhatIsGivenWithAnAccount: its e-mail address and its terms; what the directory does not accept of them is said
// at the field, and nothing is opened before.
func TestWhatIsGivenWithAnAccount(t *testing.T) {
	t.Parallel()
	at := pebble.Start(t, pebble.Options{})
	c := newCustomer(t, at, "kid-1")
	found, err := c.client.Lookup(t.Context(), activation.Ticket{Service: c.service, Code: c.code})
	if err != nil || !found.Licence.OpensAccount || !found.Licence.Bound {
		t.Fatalf("%+v, %v", found.Licence, err)
	}
	refused := func(want fault.Code, field, why string) {
		t.Helper()
		c.prepare("example.ch")
		err := c.submit()
		var r *seller.Refusal
		if !errors.As(err, &r) || r.Fault.Code != want || len(r.Fields) != 1 || r.Fields[0].Pointer != field || r.Fields[0].Code != why {
			t.Errorf("%v %+v", err, r)
		}
		if len(c.shelf.list) != 0 || at.Accounts() != 0 {
			t.Errorf("accounts: %+v, %d", c.shelf.list, at.Accounts())
		}
	}
	c.agreed = []string{"https://ca.example.org/terms-of-last-year"}
	refused(fault.TermsChanged, "/accepted_terms", "other")
	c.agreed = nil
	c.contact = "nobody"
	refused(fault.ContactRefused, "/account_contact", "malformed")
	c.contact = "anna+acme/1@example.ch"
	c.prepare("example.ch")
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	if got := c.asked(); !slices.Equal(got.Contact, []string{"mailto:anna+acme%2F1@example.ch"}) {
		t.Errorf("contact: %q", got.Contact)
	}
	if a := c.shelf.list[0]; a.Contact != c.contact || len(found.Licence.Terms) != 1 || a.Terms != found.Licence.Terms[0].ID || a.URL == "" {
		t.Errorf("%+v", a)
	}
	found, err = c.client.Lookup(t.Context(), activation.Ticket{Service: c.service, Code: c.code})
	if err != nil || found.Licence.OpensAccount || found.Licence.Bound {
		t.Errorf("once it is open: %+v, %v", found.Licence, err)
	}

	// It is closed for good; what was left of it here is no way to another order, and makes room for a new one.
	closed := c.shelf.list[0]
	for range 2 { // closed already is no failure
		if err := c.client.CloseAccount(t.Context(), closed); err != nil {
			t.Fatal(err)
		}
	}
	closed.URL = "" // as a crash may leave it
	if err := c.shelf.Opened(t.Context(), closed); err != nil {
		t.Fatal(err)
	}
	c.prepare("example.ch")
	if err := c.submit(); !fault.Is(err, fault.AccountClosed) || len(c.shelf.list) != 0 {
		t.Fatalf("%v %+v", err, c.shelf.list)
	}
	c.prepare("example.ch")
	if err := c.submit(); err != nil || at.Accounts() != 2 {
		t.Errorf("%v, %d accounts", err, at.Accounts())
	}
}

// TestAContactThatIsWanted is asked for where it is missing.
func TestAContactThatIsWanted(t *testing.T) {
	c := New(Options{})
	s, err := c.session(activation.ACMEService("https://acme.example.ch/directory", ""), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	for contact, why := range map[string]string{"": "required", "anna@example.ch": "other"} {
		err := s.notOpened(acme.Problem{Type: acme.ProblemTypeUnsupportedContact, Status: 400}, body{Contact: contact}, secret.FromString(activation.NoKey))
		var r *seller.Refusal
		if !errors.As(err, &r) || r.Fault.Code != fault.ContactRefused || r.Fields[0].Code != why {
			t.Errorf("%q: %v %+v", contact, err, r)
		}
	}
}
