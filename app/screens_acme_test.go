package main

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

// accountKey stands for an HMAC key.
var accountKey = strings.Repeat("Example-Key_", 4)[:43]

// accountScreens are an account with a certificate authority: what is read and asked at step 1, and a name whose
// values no longer count at step 8.
func accountScreens(t *testing.T, s setup) {
	s.script = &script{}
	w := start(t, s)
	w.beginWith("Directory: https://acme.shop.example.ch/v2/DV\nKey ID: k-4711\nHMAC key: " + accountKey)
	w.see(w.word("acme.found-key"))
	w.screen("account-found")
	w.paste("EAB key ID: k-4711\nEAB HMAC key: " + accountKey[:20])
	w.press("journey.continue")
	w.saw("directory-missing")
	w.screen("account-asked")
	w.paste("https://acme.zerossl.com/v2/DV90")
	w.see(w.word("acme.optional"))
	w.screen("account-directory")
	w.stop()
	s.data = ""
	failed := byRecord("a", shopName)
	failed.State, failed.UsedUp = order.TaskFailed, "proof"
	failed.Methods = []string{"dns_txt", "http_file"}
	failed.LastResult = &order.TaskResult{At: noon, Code: "not_found", Detail: "No TXT record found at _acme-challenge.shop.example.ch"}
	s.script = &script{orders: []store.Order{nameOrder(failed)}, choose: func(context.Context, string) (order.Snapshot, error) {
		again := byRecord("a", shopName)
		again.Instruction.RecordValue = "n3wv4lu3-n3wv4lu3"
		return *nameOrder(again).Snapshot, nil
	}}
	w = start(t, s)
	w.resume("you")
	w.see(w.word("acme.used-up.do"))
	w.screen("prove-used-up")
	w.press("acme.new-values")
	w.see("n3wv4lu3-n3wv4lu3")
	w.stop()

	l := websiteLicence(100, "yes")
	l.MayBill, l.Product.Name, l.Product.TermMonths = true, "TLS (ACME)", 0
	l.Product.Profiles = []order.Profile{{Name: "classic", Description: "Valid for 90 days"}, {Name: "shortlived", Description: "Valid for 6 days, without revocation"}}
	done := nameOrder(byRecord("a", shopName))
	done.Licence = l
	c := issued(t, &done, noon.AddDate(0, 0, 30))
	done.Snapshot.State, done.Snapshot.Tasks = order.Issued, nil
	done.Snapshot.Renewal = &order.Renewal{From: noon.AddDate(0, 0, -1), Until: noon.AddDate(0, 0, 2)}
	s.data, s.script = "", &script{orders: []store.Order{done}, certs: []store.Certificate{c}}
	s.script.lookup = func(context.Context) (seller.Found, error) {
		return seller.Found{Licence: l, Service: done.Seller}, nil
	}
	w = start(t, s)
	w.see(w.word("view.renew"))
	w.screen("order-renew")
	w.press("view.renew")
	w.see(w.word("acme.profile"))
	w.screen("account-profiles")
	w.stop()
	newAccountScreens(t, s, l)
}

// newAccountScreens are what is asked of an account that is opened with the request, and an address for it that the
// authority does not accept.
func newAccountScreens(t *testing.T, s setup, l order.Licence) {
	t.Helper()
	l.OpensAccount, l.Bound, l.Product.Profiles = true, true, nil
	l.Terms = []order.Terms{{ID: "https://trust.example.com/terms", URL: "https://trust.example.com/terms"}}
	d := draft("n", order.StepKey)
	d.Licence, d.Application = l, order.Application{Domains: shopName}
	s.data, s.script = "", &script{orders: []store.Order{d}, submit: func(context.Context) error {
		f := fault.New(fault.ContactRefused, nil, "host", "acme.shop.example.ch")
		return &seller.Refusal{Fault: f, Fields: []seller.FieldProblem{{Pointer: "/account_contact", Code: "malformed"}}}
	}}
	w := start(t, s)
	w.resume("draft")
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.see(w.word("acme.account.keep"))
	w.screen("account-new")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.CheckByText(t, w.root(), w.word("acme.account.keep")))
	kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
	contact := w.word("field.optional", "label", w.word("acme.account.contact"))
	kittest.TabTo(t, w.a.window.Canvas(), kittest.EntryByLabel(t, w.root(), contact))
	kittest.TypeText(t, w.a.window.Canvas(), "anna@example")
	w.accept()
	w.press("review.send")
	w.see(w.word("order.problem.contact.email.domain-no-dot"))
	kittest.TypeText(t, w.a.window.Canvas(), ".ch")
	w.press("review.send")
	w.saw("contact-refused", "host", "acme.shop.example.ch")
	w.press("action.go_back")
	w.see(w.word("refused.saw", "seller", l.SellerName, "why", w.word("refused.malformed")))
	w.screen("account-contact-refused")
	o, err := w.a.worlds.real.Desk.Redeem.Order(t.Context(), "n")
	if err != nil || !o.Application.KeepBinding || o.Application.AccountContact != "anna@example.ch" {
		t.Errorf("what was typed: %+v, %v", o.Application, err)
	}
}
