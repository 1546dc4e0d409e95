package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/order"
	"certdesk/internal/store"
)

func person() order.Contact {
	return order.Contact{GivenName: "Anna", Surname: "Muster", Email: "anna@muster.example", Phone: "031 555 01 00", PhoneCountry: "CH"}
}

// organization completes an application for products that verify one, as somebody in Bern types it.
func organization(a order.Application) order.Application {
	a.Administrative, a.SameTechnical, a.AuthorityToSign = person(), true, true
	a.Organization = &order.Organization{
		LegalName: "Muster Handel AG", Phone: "031 555 01 00", PhoneCountry: "CH",
		Registration: order.Registration{Scheme: "NTR", Number: "CHE-123.456.789", Country: "CH"},
		Address:      order.Address{Lines: []string{"Marktgasse 1"}, PostalCode: "3011", Locality: "Bern", Country: "CH"},
	}
	return a
}

func extended(a order.Application) order.Application {
	a = organization(a)
	a.Organization.Jurisdiction = order.Jurisdiction{Country: "CH"}
	a.Organization.BusinessCategory = "private_organization"
	return a
}

func onHardware(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	check(t, err)
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	check(t, err)
	return request
}

// TestEveryProduct redeems each of the demo's products through the desk, with what happens on the other side
// of it, up to what the product gives.
func TestEveryProduct(t *testing.T) {
	site := order.Application{Domains: "shop.muster.example", WithoutWWW: true}
	approved := site
	approved.ApproverEmail = "admin@muster.example"
	mailbox := order.Application{Mailbox: "anna@muster.example", GivenName: "Anna", Surname: "Muster"}
	for _, tc := range []struct {
		code  string
		a     order.Application
		acts  []string // on the other side, in turn
		names string   // of the certificate
	}{
		{"DEMO-TLS-DV", order.Application{Domains: "muster.example\nshop.muster.example"}, []string{"publish-all"}, "muster.example shop.muster.example www.muster.example www.shop.muster.example"},
		{"DEMO-TLS-WILD", order.Application{Domains: "*.muster.example"}, []string{"publish-right.name-1"}, "*.muster.example"},
		{"DEMO-MULTI", order.Application{Domains: "*.muster.example\nmüller.example", WithoutWWW: true}, []string{"publish-all"}, "*.muster.example xn--mller-kva.example"},
		{"DEMO-TLS-OV", organization(approved), []string{"publish-right.name-1", "document-accept.document-organization-order", "call-answered.call", "approve.approval"}, "shop.muster.example"},
		{"DEMO-TLS-EV", extended(approved), []string{"publish-right.name-1", "document-accept.document-organization-order", "document-accept.document-extended-agreement", "call-answered.call", "approve.approval"}, "shop.muster.example"},
		{"DEMO-MAIL-ORG", organization(mailbox), []string{"document-accept.document-person-authority"}, "anna@muster.example"},
		{"DEMO-FLAGGED", site, []string{"publish-right.name-1", "pass.review"}, "shop.muster.example"},
		{"DEMO-UNPAID", site, []string{"paid.payment", "publish-right.name-1"}, "shop.muster.example"},
		{"DEMO-DELEGATED-LINK", site, []string{"publish-right.name-1"}, "shop.muster.example"},
		{"DEMO-CODE", organization(order.Application{Request: onHardware(t)}), []string{"document-accept.document-organization-order", "call-answered.call"}, ""},
		{"DEMO-SITE", order.Application{Domains: "shop.muster.example", Administrative: person(), SameTechnical: true}, []string{"publish-right.name-1"}, ""},
	} {
		t.Run(tc.code, func(t *testing.T) {
			o := open(t)
			ord := o.apply(t, tc.code, tc.a)
			for _, act := range tc.acts {
				if err := o.helper.Act(t.Context(), ord.Receipt.ID, act); err != nil {
					t.Fatalf("%s: %v, there are %v", act, err, o.actions(t, ord))
				}
				o.ahead.Add(int64(20 * time.Second)) // the authority looks by itself
			}
			if tc.a.Mailbox != "" {
				mails, err := o.helper.Inbox(t.Context())
				check(t, err)
				check(t, o.helper.Confirm(t.Context(), mails[0].ID))
			}
			o.ahead.Add(int64(time.Minute))
			ord, err := o.desk.Refresher.Look(t.Context(), ord.ID)
			check(t, err)
			if ord.Snapshot.State != order.Issued {
				t.Fatalf("%s, there are %v", ord.Snapshot.State, o.actions(t, ord))
			}
			if tc.code == "DEMO-SITE" {
				if len(ord.Snapshot.Certificates) != 0 {
					t.Error("a certificate")
				}
				return
			}
			if ord.Phase != order.PhaseReady {
				t.Fatalf("phase %s", ord.Phase)
			}
			var names []string
			for _, n := range ord.Snapshot.Names {
				names = append(names, n.Value)
			}
			if got := strings.Join(names, " "); got != tc.names {
				t.Errorf("for %s", got)
			}
		})
	}
}

func (o *office) actions(t *testing.T, ord store.Order) []string {
	t.Helper()
	list, err := o.helper.Actions(t.Context(), ord.Receipt.ID)
	check(t, err)
	var ids []string
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	return ids
}

// apply goes from the code to the sent application.
func (o *office) apply(t *testing.T, code string, a order.Application) store.Order {
	t.Helper()
	ctx := t.Context()
	reading, err := o.desk.Redeem.Read(code, activation.Typed)
	check(t, err)
	started, err := o.desk.Redeem.Start(ctx, reading.Ticket, false)
	check(t, err)
	ord, err := o.desk.Redeem.Lookup(ctx, started.OrderID)
	check(t, err)
	for _, terms := range ord.Licence.Terms {
		a.AcceptedTerms = append(a.AcceptedTerms, terms.ID)
	}
	check(t, o.desk.Redeem.Save(ctx, ord.ID, a, order.StepReview))
	if a.OwnRequest() {
		_, err = o.desk.Redeem.UseRequest(ctx, ord.ID, a.Request)
		check(t, err)
	} else if ord.Licence.WantsKey() {
		check(t, o.desk.Redeem.MakeKey(ctx, ord.ID, order.KeyChoice{Algorithm: "ecdsa", Size: 256}, func(desk.KeyStage) {}))
	}
	check(t, o.desk.Redeem.Submit(ctx, ord.ID))
	ord, err = o.desk.Redeem.Order(ctx, ord.ID)
	check(t, err)
	return ord
}

// A certificate that the authority has set back in time replaces the one that is here: renewals can be tried.
func TestACertificateAboutToEnd(t *testing.T) {
	o := open(t)
	ord := o.apply(t, "DEMO-TLS-DV", order.Application{Domains: "shop.muster.example", WithoutWWW: true})
	check(t, o.helper.Act(t.Context(), ord.Receipt.ID, "publish-right.name-1"))
	o.ahead.Add(int64(20 * time.Second))
	ord, err := o.desk.Refresher.Look(t.Context(), ord.ID)
	check(t, err)
	o.ahead.Add(int64(20 * time.Second))
	ord, err = o.desk.Refresher.Look(t.Context(), ord.ID)
	check(t, err)
	if ord.Phase != order.PhaseReady {
		t.Fatalf("phase %s %s", ord.Phase, ord.Snapshot.State)
	}
	check(t, o.helper.Act(t.Context(), ord.Receipt.ID, "age"))
	o.ahead.Add(int64(2 * time.Hour))
	_, err = o.desk.Refresher.Look(t.Context(), ord.ID)
	check(t, err)
	view, err := o.desk.Orders.View(t.Context(), ord.ID)
	check(t, err)
	current, ok := view.Current()
	if left := current.NotAfter.Sub(o.now()); !ok || len(view.Certificates) != 2 || left > 10*24*time.Hour || left < 9*24*time.Hour {
		t.Errorf("%d certificates, the current one for another %v", len(view.Certificates), left)
	}
	rows, err := o.desk.Orders.Rows(t.Context())
	check(t, err)
	if !rows[0].NotAfter.Equal(current.NotAfter) {
		t.Errorf("in the list: %v", rows[0].NotAfter)
	}
}
