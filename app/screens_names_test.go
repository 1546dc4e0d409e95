package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

func init() {
	walks["websites"] = websiteScreens
	walks["contacts"] = contactScreens
	walks["organization"] = organizationScreens
	walks["review-site"] = reviewSiteScreens
	walks["settings-remembered"] = rememberedScreens
}

// websiteLicence is a licence for websites.
func websiteLicence(maximum int, wildcard string) order.Licence {
	l := silver()
	l.Product = order.Product{
		ID: "site", Name: "Site Secure", Type: order.TLS, Validation: order.ValidationDomain, TermMonths: 12, CA: "Example Trust AG",
		Names:      order.NameRules{Kinds: []string{"dns"}, Min: 1, Max: maximum, Wildcard: wildcard, WWW: "free_pair", IDN: true},
		KeyStorage: "software", ProofMethods: []string{"dns_txt", "http_file", "email"}, Expected: order.Expected{MinMinutes: 1, MaxMinutes: 5},
	}
	return l
}

// verifiedSite is one whose organization is verified.
func verifiedSite(v order.Validation) order.Licence {
	l := websiteLicence(3, "no")
	l.Product.Name, l.Product.Validation = "Site Business", v
	l.Product.Contacts, l.Product.Approver = []string{"administrative", "technical"}, true
	l.ShopURL = "https://shop.example.ch/renew"
	return l
}

// siteDraft is a draft of a licence at a step.
func siteDraft(l order.Licence, step order.Step, a order.Application) store.Order {
	o := draft("01", step)
	a.KeyChoice = order.KeyChoice{Algorithm: "rsa", Size: 3072}
	o.Licence, o.Application = l, a
	return o
}

// filledSite is what verifiedSite asks for.
func filledSite() order.Application {
	return order.Application{
		Domains:        "shop.example.ch\nbücher.example.ch",
		Administrative: order.Contact{GivenName: "Anna", Surname: "Keller", JobTitle: "Leiterin Informatik", Email: "anna@example.ch", Phone: "044 668 18 00", PhoneCountry: "CH"},
		SameTechnical:  true,
		Organization: &order.Organization{
			LegalName: "Muster Handels AG", Registration: order.Registration{Scheme: "NTR", Number: "CHE-123.456.788", Country: "CH"},
			Jurisdiction: order.Jurisdiction{Country: "CH"}, BusinessCategory: "private_organization", IncorporatedOn: "31.12.1999",
			Address: order.Address{Lines: []string{"Hauptstrasse 1"}, PostalCode: "8001", Locality: "Zürich", Country: "CH"},
			Phone:   "044 668 18 00", PhoneCountry: "CH",
		},
		AuthorityToSign: true,
	}
}

// begin opens a draft at its step.
func (w *walk) begin(step order.Step) {
	w.t.Helper()
	w.resume("draft")
	w.title(step)
	w.q.Finish(w.t)
}

func websiteScreens(t *testing.T, s setup) {
	s.script = &script{orders: []store.Order{siteDraft(websiteLicence(3, "no"), order.StepNames, order.Application{})}}
	w := start(t, s)
	w.begin(order.StepNames)
	w.press("journey.continue")
	w.screen("websites-missing")
	w.fill("websites.field", "shop.example.ch\nbücher.example.ch\nhttps://www.example.ch/cart\n*.example.ch\nintranet")
	w.screen("websites-wrong")
	w.fill("websites.field", "example.ch\nbücher.example.ch\nwww.example.ch\nexample.ch.")
	w.press("journey.continue")
	w.title(order.StepKey)
	w.press("journey.back")
	w.title(order.StepNames)
	w.screen("websites-good")
	w.stop()
	s.data = ""
	s.script = &script{orders: []store.Order{siteDraft(websiteLicence(100, "yes"), order.StepNames, order.Application{})}}
	w = start(t, s)
	w.begin(order.StepNames)
	var names strings.Builder
	for i := range 105 {
		fmt.Fprintf(&names, "shop-%d.bücher-%d.example.ch,", i, i%7)
	}
	w.fill("websites.field", names.String()+" a.example.internal; 192.0.2.1; b_c.example.ch; .d.example.ch; e@example.ch; f..example.ch")
	w.press("journey.continue")
	w.screen("websites-many")
}

func contactScreens(t *testing.T, s setup) {
	s.script = &script{orders: []store.Order{siteDraft(verifiedSite(order.ValidationOrganization), order.StepContacts, order.Application{Domains: "shop.example.ch"})}}
	w := start(t, s)
	w.begin(order.StepContacts)
	w.screen("contacts-empty")
	w.press("journey.continue")
	w.screen("contacts-missing")
	w.typeInto("contacts.given_name", "Anna")
	w.typeInto("contacts.surname", "Keller-Oberhänsli")
	w.typeInto("contacts.email", "anna@müller.example.ch")
	w.typeInto("contacts.phone", "044 668 18 00")
	kittest.CheckByText(t, w.root(), w.word("contacts.same")).Tapped(nil)
	w.screen("contacts-two")
}

func organizationScreens(t *testing.T, s setup) {
	s.script = &script{orders: []store.Order{siteDraft(verifiedSite(order.ValidationExtended), order.StepOrganization, order.Application{Domains: "shop.example.ch"})}}
	w := start(t, s)
	w.begin(order.StepOrganization)
	w.screen("organization-empty")
	w.press("journey.continue")
	w.screen("organization-missing")
	w.stop()
	s.data = ""
	o := siteDraft(verifiedSite(order.ValidationExtended), order.StepOrganization, filledSite())
	o.Application.Organization.Registration = order.Registration{Scheme: "LEI", Number: "5493 00T8 BM49 AURS DO56"}
	o.Application.Organization.TradeName = strings.Repeat("Muster ", 9)
	s.script = &script{orders: []store.Order{o}}
	w = start(t, s)
	w.begin(order.StepOrganization)
	w.press("journey.continue")
	w.screen("organization-filled")
}

func reviewSiteScreens(t *testing.T, s setup) {
	o := withKey(siteDraft(verifiedSite(order.ValidationExtended), order.StepReview, filledSite()))
	script := &script{orders: []store.Order{o}}
	s.script = script
	w := start(t, s)
	w.begin(order.StepReview)
	w.screen("review-site")
	w.accept()
	w.press("review.send")
	w.see(w.word("order.problem.approver.empty.saw"))
	w.screen("review-approver")
	w.pickFrom("review.approver-question", "hostmaster")
	key := kittest.All[*kit.Check](w.root())[0]
	if !key.Checked() {
		t.Fatal("the terms were not accepted")
	}
	script.set(func() {
		script.keys[o.KeyID] = testKey(t)
		script.submit = func(context.Context) error {
			return &seller.Refusal{Fault: fault.New(fault.FieldInvalid, nil), Fields: []seller.FieldProblem{
				{Pointer: "/organization/registration/number", Code: "not_allowed", Detail: "unknown at the register"},
				{Pointer: "/contacts/administrative/phone", Code: "mismatch"},
			}}
		}
	})
	w.press("review.send")
	w.see(w.word("review.refused"))
	w.press("journey.back")
	w.title(order.StepContacts)
	w.screen("contacts-refused")
}

// testKey is a key that can sign; making one of RSA for each picture takes too long.
func testKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// pickFrom chooses from a list by keyboard: what is typed shortens it, Return takes the first.
func (w *walk) pickFrom(label, search string) {
	w.t.Helper()
	canvas := w.a.window.Canvas()
	kittest.TabTo(w.t, canvas, kittest.PickerByLabel(w.t, w.root(), w.word(label)))
	kittest.TypeText(w.t, canvas, search)
	kittest.Press(w.t, canvas, "Return")
	w.q.Drain()
}

// rememberedScreens are the settings with something remembered, and what is changed of it.
func rememberedScreens(t *testing.T, s setup) {
	s.script = &script{}
	w := start(t, s)
	w.a.shell.Places = places("/home/anna/.local/share/certdesk")
	w.a.shell.About.Version = "1.0.0"
	filled := filledSite()
	world, err := w.a.worlds.Real(context.Background())
	if err == nil {
		err = world.Desk.Settings.Remember(context.Background(), desk.Remembered{
			Administrative: filled.Administrative, SameTechnical: true, Organization: filled.Organization,
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.press("home.settings")
	w.see("Muster Handels AG")
	w.screen("settings-remembered")
	w.pressFirst("settings.remembered-edit")
	w.see(w.word("contacts.surname"))
	w.fillIn("contacts.phone", "044")
	w.press("settings.remembered-save")
	w.screen("settings-contacts")
}
