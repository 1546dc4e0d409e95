package handoff_test

import (
	"context"
	"fmt"
	"testing"

	"certdesk/assets"
	"certdesk/internal/activation"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/handoff"
)

// What is kept of a link or a code opens the page again, with the instructions of whoever runs it.
func TestTheWayBackToThePage(t *testing.T) {
	const code = "7Q2K9FHM41XZM8TR"
	for _, c := range []struct {
		name, text, url, code, guide, seller string
	}{
		{"a link with its code", "https://www.swisssign.net/activate?licence=" + code, "https://www.swisssign.net/activate?licence=" + code, "", "swisssign", "SwissSign"},
		{"a link and a code beside it", "Go to https://www.swisssign.net/redeem\n\nYour code: " + code, "https://www.swisssign.net/redeem", code, "swisssign", "SwissSign"},
		{"an order page of WHMCS", "https://billing.example.ch/configuressl.php?cert=d41d8cd98f00b204e9800998ecf8427e", "https://billing.example.ch/configuressl.php?cert=d41d8cd98f00b204e9800998ecf8427e", "", "whmcs", "billing.example.ch"},
		{"an order page of BILLmanager", "https://panel.example.ch:1500/billmgr?func=certificate.open&elid=471100", "https://panel.example.ch:1500/billmgr?func=certificate.open&elid=471100", "", "billmanager", "panel.example.ch:1500"},
		{"a page that nobody knows", "https://shop.example.ch/activate#" + code, "https://shop.example.ch/activate#" + code, "", "", "shop.example.ch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := activation.Parse(c.text, activation.Pasted)
			if err != nil {
				if r, err = (activation.Parser{}).ParsePage(c.text, activation.Pasted); err != nil {
					t.Fatal(err)
				}
			}
			ticket := r.Ticket.InBrowser()
			way := handoff.Client{}
			page, err := way.Page(ticket.Service, way.Keep(ticket))
			if err != nil || page.URL != c.url || page.Code != c.code || page.Guide != c.guide || page.Seller != c.seller {
				t.Errorf("%+v, %v", page, err)
			}
			found, err := way.Lookup(t.Context(), ticket)
			if err != nil || found.Service.Name != c.seller || !found.Licence.Web {
				t.Errorf("%+v, %v", found, err)
			}
		})
	}
}

// Every guide has its texts, in every language.
func TestGuidesHaveTheirWords(t *testing.T) {
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range c.Languages() {
		ids := map[string]bool{}
		for _, id := range c.IDs(lang) {
			ids[id] = true
		}
		for _, g := range activation.Builtin().Guides() {
			for n := 1; n <= g.Steps+1; n++ {
				if id := fmt.Sprintf("handoff.guide.%s.%d", g.ID, n); ids[id] != (n <= g.Steps) {
					t.Errorf("%s: %s is there: %v", lang, id, ids[id])
				}
			}
		}
	}
}

// A code alone goes to the seller that was chosen: its page is opened, and the code entered there.
func TestACodeAlone(t *testing.T) {
	way := handoff.Client{}
	ticket := activation.Ticket{Service: "https://certum.eu", Code: secret.FromString("7Q2K-9FHM")}.InBrowser()
	page, err := way.Page(ticket.Service, way.Keep(ticket))
	if err != nil || page.URL != "https://certum.eu/" || page.Code != "7Q2K-9FHM" || page.Guide != "certum" {
		t.Errorf("%+v, %v", page, err)
	}
	if _, err := way.Page(ticket.Service, secret.FromString("https://%zz")); err == nil {
		t.Error("an address that can't be read")
	}
}

// Submit makes the order one that waits for the customer, and is never asked after.
func TestNothingIsSent(t *testing.T) {
	way := handoff.Client{}
	var kept []seller.Receipt
	s, r, err := way.Submit(t.Context(), order.Submission{Service: "web:https://shop.example.ch"}, func(r seller.Receipt) error { kept = append(kept, r); return nil })
	if err != nil || len(kept) != 1 || order.StateOf(order.PhaseSent, &s, r.NextPoll, r.NextPoll) != order.WaitingForYou {
		t.Fatalf("%+v, %+v, %v", s, r, err)
	}
	if r.NextPoll.Year() < 9000 {
		t.Errorf("it is asked after at %v", r.NextPoll)
	}
	if _, _, err := way.Submit(t.Context(), order.Submission{}, func(seller.Receipt) error { return context.Canceled }); err == nil {
		t.Error("a receipt that can't be kept")
	}
	if _, err := way.Prepare(order.Licence{}, order.Application{}, nil, secret.Value{}); err == nil {
		t.Error("an order without a request")
	}
}
