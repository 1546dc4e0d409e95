package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
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
	used := nameOrder(failed)
	used.Licence.MayBill = true
	net := &sky{records: map[string]proof.Answer{}}
	renewed := func() (order.Snapshot, error) {
		again := byRecord("a", shopName)
		again.Instruction.RecordValue = "n3wv4lu3-n3wv4lu3"
		return *nameOrder(again).Snapshot, nil
	}
	s.script = &script{
		network: net, orders: []store.Order{used}, choose: func(context.Context, string) (order.Snapshot, error) { return renewed() },
		status: func(context.Context) (order.Snapshot, error) { return renewed() },
	}
	w = start(t, s)
	w.resume("you")
	w.see(w.word("acme.used-up.do"))
	w.screen("prove-used-up")
	w.press("acme.new-values")
	w.see("n3wv4lu3-n3wv4lu3")
	w.see(w.word("prove.check"))
	net.set(func() { net.records["TXT "+shopRecord] = texts("n3wv4lu3-n3wv4lu3") })
	w.until(w.word("acme.ask"))
	w.screen("prove-ask")
	w.press("acme.ask")
	w.see(w.word("names.asked"))
	w.see(w.word("prove.check"))
	w.stop()

	l := websiteLicence(100, "yes")
	l.MayBill, l.Product.Name, l.Product.TermMonths = true, "TLS (ACME)", 0
	l.Product.Profiles = []order.Profile{{Name: "classic", Description: "Valid for 90 days"}, {Name: "shortlived", Description: "Valid for 6 days, without revocation"}}
	done := nameOrder(byRecord("a", shopName))
	done.Licence = l
	c := issued(t, &done, noon.AddDate(0, 0, 30))
	done.Snapshot.State, done.Snapshot.Tasks = order.Issued, nil
	done.Snapshot.Renewal = &order.Renewal{From: noon.AddDate(0, 0, -1), Until: noon.AddDate(0, 0, 2)}
	x1, x2 := signedByRoot(t, "Example Root X1"), signedByRoot(t, "Example Root X2")
	c.Chain = [][]byte{x1}
	s.data, s.script = "", &script{orders: []store.Order{done}, certs: []store.Certificate{c}, chains: [][][]byte{{x1}, {x1, x2}}}
	s.script.lookup = func(context.Context) (seller.Found, error) {
		return seller.Found{Licence: l, Service: done.Seller}, nil
	}
	w = start(t, s)
	w.see(w.word("view.renew"))
	w.screen("order-renew")
	w.open("view.chains")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.All[*kit.Choices](w.root())[0])
	w.screen("order-chains")
	w.press("view.renew")
	w.see(w.word("acme.profile"))
	w.screen("account-profiles")
	w.stop()
	newAccountScreens(t, s, l)
	accountListScreens(t, s, done)
}

// accountListScreens are the accounts in the settings: one without orders under way and one with, an HMAC key that is
// kept, and what is asked before one is ended.
func accountListScreens(t *testing.T, s setup, done store.Order) {
	t.Helper()
	zero, google := "https://acme.zerossl.com/v2/DV90", "https://dv.acme-v02.api.pki.goog/directory"
	done.Service = activation.ACMEService(zero, "k-4711")
	waiting := nameOrder(byRecord("w", "mail.example.ch"))
	waiting.ID, waiting.TokenID, waiting.Service = "w", "", activation.ACMEService(google, "")
	s.data, s.script = "", &script{orders: []store.Order{done, waiting}}
	w := start(t, s)
	for key, value := range map[string]any{
		"acme.accounts": []seller.Account{
			{
				Directory: zero, KeyID: "k-4711", URL: "https://acme.zerossl.com/v2/DV90/account/Zx9", SecretID: "s1", Opened: noon.AddDate(0, -2, 0),
				Terms: "https://zerossl.com/terms.pdf", Contact: "anna@example.ch",
			},
			{Directory: google, URL: google + "/account/12", SecretID: "s2", Opened: noon},
		},
		"acme.bindings": []desk.Binding{{Host: "acme.zerossl.com", KeyID: "k-4711", SecretID: "s3", Kept: noon}},
	} {
		text, err := json.Marshal(value)
		if err == nil {
			err = w.a.worlds.real.store.SetSetting(t.Context(), key, string(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w.a.shell.Places = places("/home/anna/.local/share/certdesk")
	w.a.shell.About.Version = "1.0.0"
	w.press("home.settings")
	w.see(w.word("settings.accounts"))
	kittest.TabTo(t, w.a.window.Canvas(), w.details(1)) // it comes into view
	w.screen("settings-accounts")
	w.details(0).Tapped(nil)
	w.see(w.word("settings.account-in-use"))
	w.press("settings.done")
	w.details(1).Tapped(nil)
	w.see("k-4711")
	w.screen("settings-account")
	w.press("settings.account-close")
	w.capture("settings-account-close")
	w.press("settings.account-keep")
	w.press("settings.account-forget")
	w.press("settings.account-forget.yes")
	w.see(w.word("settings.language"))
	w.press("settings.done")
	w.press("home.redeem")
	w.title(order.StepLink)
	w.paste("Directory: https://acme.zerossl.com/v2/DV90\nEAB key ID: k-4711")
	w.see(w.word("acme.kept-key"))
	w.screen("account-kept-key")
	w.press("journey.save-close")
	w.press("home.settings")
	w.press("settings.binding-delete")
	w.press("settings.binding-delete")
	w.q.Finish(t)
	if all, err := w.a.worlds.real.Desk.Authorities.Bindings(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("kept: %+v, %v", all, err)
	}
	if all, err := w.a.worlds.real.Desk.Authorities.Accounts(t.Context()); err != nil || len(all) != 1 || all[0].SecretID != "s2" {
		t.Errorf("accounts: %+v, %v", all, err)
	}
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

// details is the nth button of the settings that leads to an account.
func (w *walk) details(n int) *kit.Button {
	w.t.Helper()
	label := w.word("settings.account-open")
	all := slices.DeleteFunc(kittest.All[*kit.Button](w.root()), func(b *kit.Button) bool { return b.Text() != label })
	if len(all) <= n {
		w.t.Fatalf("%d accounts", len(all))
	}
	return all[n]
}

// signedByRoot is a certificate that a root of that name has signed.
func signedByRoot(t *testing.T, root string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example CA"}, NotBefore: noon, NotAfter: noon.AddDate(5, 0, 0)}
	above := &x509.Certificate{Subject: pkix.Name{CommonName: root}}
	der, err := x509.CreateCertificate(rand.Reader, template, above, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
