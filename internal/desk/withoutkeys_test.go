package desk

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/order"
)

// TestKeysInAForm: of what a page would have written, the texts with a private key are left out, wherever they are; the
// form on the screen stays as it is, and all else is written.
func TestKeysInAForm(t *testing.T) {
	const key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA\n-----END EC PRIVATE KEY-----"
	form := func(text string) order.Application {
		return order.Application{
			Mailbox: "anna@example.ch", GivenName: text, Domains: "example.ch\n" + text, AcceptedTerms: []string{"t1", text},
			Organization: &order.Organization{LegalName: text, Address: order.Address{Lines: []string{text, "Weg 1"}}},
		}
	}
	a := form(key)
	want := form("")
	want.Domains = ""
	if diff := cmp.Diff(want, withoutKeys(a)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(form(key), a); diff != "" {
		t.Errorf("the form has changed: %s", diff)
	}
	if diff := cmp.Diff(form("Private keys AG"), withoutKeys(form("Private keys AG"))); diff != "" {
		t.Error(diff)
	}
}
