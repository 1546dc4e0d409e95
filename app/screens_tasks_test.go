package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

func init() {
	walks["tasks"] = taskScreens
	walks["tasks-others"] = otherTaskScreens
	walks["tasks-ends"] = endScreens
	walks["licence-remarks"] = remarkScreens
	walks["deadline"] = deadlineScreens
	walks["report"] = reportScreens
}

func (p scriptedSeller) Accept(ctx context.Context, r seller.Receipt, token secret.Value, _ string, _ []string, _ string) (order.Snapshot, seller.Receipt, error) {
	return p.Status(ctx, r, token)
}

func (p scriptedSeller) Schedule(ctx context.Context, r seller.Receipt, token secret.Value, _ string, _ order.Proposal, _ string) (order.Snapshot, seller.Receipt, error) {
	return p.Status(ctx, r, token)
}

func (p scriptedSeller) Upload(ctx context.Context, r seller.Receipt, token secret.Value, _ string, _ order.Upload, _ string) (order.Snapshot, seller.Receipt, error) {
	return p.Status(ctx, r, token)
}

func (p scriptedSeller) Cancel(ctx context.Context, r seller.Receipt, token secret.Value, _ string) (order.Snapshot, seller.Receipt, error) {
	return p.Status(ctx, r, token)
}

func (p scriptedSeller) Form(context.Context, seller.Receipt, secret.Value, string) (order.Form, error) {
	return order.Form{ID: "form", Title: "Order form", Send: "post", Blocks: []order.FormBlock{{Kind: "signature", Label: "Place, date"}}}, nil
}

// organization is a licence for a website with the name of its organization.
func organization() order.Licence {
	l := silver()
	l.Product.Name, l.Product.Type, l.Product.Validation = "Website Organization", order.TLS, order.ValidationOrganization
	l.Product.Names = order.NameRules{Kinds: []string{"dns"}, Min: 1, Max: 10, WWW: "free_pair", IDN: true}
	l.Product.SubjectFields, l.Product.Contacts, l.Product.Approver = nil, []string{"administrative", "technical"}, true
	l.Product.ProofMethods = []string{"dns_txt", "email"}
	l.Product.Documents = []order.DocumentRule{{Form: "order-form", Send: "upload"}}
	l.Product.Expected = order.Expected{MinMinutes: 1440, MaxMinutes: 2880, BusinessDays: true}
	return l
}

// ordered is an organization's order of which the seller said s.
func ordered(s order.Snapshot) store.Order {
	o := sent("01", s)
	o.Licence = organization()
	a := company()
	a.Domains, a.ApproverEmail, a.KeyChoice = "shop.muster.ch\nbücher.muster.ch", "admin@muster.ch", o.Application.KeyChoice
	o.Application = a
	o.Snapshot.Names = nil
	for _, n := range []string{"shop", "www.shop", "xn--bcher-kva", "www.xn--bcher-kva", "mail", "intranet", "vpn"} {
		o.Snapshot.Names = append(o.Snapshot.Names, order.Name{Type: "dns", Value: n + ".muster.ch"})
	}
	return o
}

func open(id string, kind order.TaskKind, i order.Instruction) order.Task {
	return order.Task{ID: id, Kind: kind, State: order.TaskOpen, Instruction: i}
}

// taskScreens are an organization's order with most of its tasks: the view, the page for waiting, what was wrong
// with a call's times and with a document.
func taskScreens(t *testing.T, s setup) {
	until, first, last := noon.AddDate(0, 0, 10), noon.AddDate(0, 0, 1), noon.AddDate(0, 0, 3)
	document := open("document", order.Document, order.Instruction{Type: "form", Send: "upload", Form: "order-form"})
	document.Expires = &until
	call := open("call", order.PhoneCall, order.Instruction{Type: "phone", Phone: "+41446681800", Hours: "Monday to Friday, 08:00 to 17:00"})
	call.LastResult = &order.TaskResult{At: noon.Add(-time.Hour), Code: "no_answer", Detail: "Nobody answered at +41 44 668 18 00."}
	check := open("check", order.OrganizationCheck, order.Instruction{})
	check.Target = "Muster AG"
	proved := order.Task{ID: "name", Kind: order.ProveName, Target: "muster.ch", State: order.TaskDone}
	s.script = &script{orders: []store.Order{ordered(order.Snapshot{
		State: order.WaitingCustomer, Earliest: &first, Latest: &last, Tasks: []order.Task{check, proved, document, call},
		Timeline: []order.Event{{At: noon.Add(-time.Hour), Event: "name_proved", By: "authority"}},
	})}}
	w := start(t, s)
	w.see(w.word("view.people-sent"))
	w.screen("order-tasks")
	w.resume("you")
	w.title(order.StepWaiting)
	w.screen("tasks")
	w.drop(w.file("brief.docx", "PK\x03\x04"))
	w.press("waiting.upload.send")
	w.see(w.word("fault.document-type.saw"))
	w.pick(1, "waiting.call.day", 2)
	w.press("waiting.call.propose")
	w.see(w.word("waiting.call.half.saw"))
	w.screen("tasks-wrong")
	w.press("waiting.cancel")
	w.button("waiting.cancel.yes")
	w.screen("tasks-cancel")
}

// otherTaskScreens are the tasks that lie elsewhere, a form that was made, terms and a payment; and an order that
// takes longer than was expected.
func otherTaskScreens(t *testing.T, s setup) {
	late := noon.AddDate(0, 0, -2)
	address := &order.Address{Lines: []string{"Example Trust AG", "Validation", "Postfach"}, PostalCode: "3000", Locality: "Bern", Country: "CH"}
	approval := open("approval", order.Approval, order.Instruction{Type: "email", Email: "admin@muster.ch"})
	s.script = &script{orders: []store.Order{ordered(order.Snapshot{
		State: order.WaitingCustomer, Latest: &late, Tasks: []order.Task{
			open("paper", order.Document, order.Instruction{Type: "form", Send: "post", Form: "form", Address: address}),
			open("terms", order.Agreement, order.Instruction{}),
			open("payment", order.Payment, order.Instruction{Type: "link", ActionURL: "https://pay.example.ch/4711"}),
			approval, open("review", order.QualityReview, order.Instruction{}), open("new", "dance", order.Instruction{}),
		},
	})}}
	w := start(t, s)
	w.resume("you")
	w.title(order.StepWaiting)
	w.press("waiting.form.make")
	w.see(w.word("waiting.form.made"))
	w.press("waiting.agree")
	w.see(w.word("review.accept-first"))
	w.screen("tasks-others")
}

// endScreens are ends without a certificate, and the one of a service that has none.
func endScreens(t *testing.T, s setup) {
	for _, state := range []order.ServiceState{order.ServiceLapsed, order.ServiceFailed} {
		before, after := ordered(waitingForAuthority()), ordered(order.Snapshot{State: state})
		before.Receipt.NextPoll = noon.Add(5 * time.Second)
		script := &script{orders: []store.Order{before}}
		script.status = func(context.Context) (order.Snapshot, error) { return *after.Snapshot, nil }
		s.data, s.script = "", script
		w := start(t, s)
		w.resume("authority")
		w.until(w.word("waiting.over-title"))
		w.screen("ended-" + string(state))
		w.stop()
	}
	o := ordered(order.Snapshot{State: order.Issued, TermUntil: "2027-11-23"})
	o.Licence.Product.Type, o.Licence.Product.Validation, o.Licence.Product.Name = order.SiteService, "", "Site Scanner"
	o.Phase, o.KeyID = order.PhaseReady, ""
	s.data, s.script = "", &script{orders: []store.Order{o}}
	w := start(t, s)
	w.see(w.word("view.next.service.title"))
	w.screen("order-service")
	w.resume("service")
	w.see(w.word("waiting.finished.title"))
	w.screen("waiting-finished")
}

// remarkScreens are what a licence should have said about it before one goes on, and one that was used here.
func remarkScreens(t *testing.T, s setup) {
	soon := noon.AddDate(0, 0, 3)
	program, site, used := silver(), silver(), silver()
	program.Product.Type, program.Product.Name, program.Product.KeyStorage = order.CodeSigning, "Code Signing", "hardware"
	program.Product.Names, program.Product.SubjectFields = order.NameRules{}, nil
	program.ActivationExpires, program.Purchase.Quantity = &soon, 40
	site.Product.Type, site.Product.Name, site.Product.Names = order.SiteService, "Site Scanner", order.NameRules{Kinds: []string{"dns"}, Min: 1, Max: 1}
	site.Product.SubjectFields, site.Product.Keys = nil, nil
	used.State, used.OrderID = order.LicenceConsumed, "01"
	script := &script{orders: []store.Order{sent("01", waitingForMail())}}
	s.script = script
	w := start(t, s)
	for _, c := range []struct {
		name    string
		licence order.Licence
		see     string
	}{{"hardware", program, "licence.hardware.saw"}, {"site", site, "licence.site.saw"}, {"here", used, "licence.here"}} {
		script.set(func() {
			script.lookup = func(context.Context) (seller.Found, error) {
				return seller.Found{Licence: c.licence, Service: alpha()}, nil
			}
		})
		w.press("home.redeem")
		w.title(order.StepLink)
		w.paste(exampleLink + c.name)
		w.press("journey.continue")
		w.see(w.word(c.see))
		w.screen("licence-" + c.name)
		w.press("journey.save-close")
		w.button("home.redeem")
	}
}

// deadlineScreens are drafts whose licences end soon.
func deadlineScreens(t *testing.T, s setup) {
	soon, later := noon.AddDate(0, 0, 3), noon.AddDate(0, 0, 9)
	a, b := draft("01", order.StepNames), draft("02", order.StepNames)
	a.Licence.ActivationExpires, b.Licence.ActivationExpires = &later, &soon
	b.Application.Mailbox = "office@example.ch"
	s.script = &script{orders: []store.Order{a, b}}
	w := start(t, s)
	w.see(w.word("licence.soon.do"))
	w.screen("home-deadline")
	w.press("shell.ok")
	w.see(w.word("licence.soon.do"))
	if kittest.HasText(w.root(), w.word("home.reminder.more", "n", 1)) {
		t.Error("the reminder that was read is still there")
	}
}

// reportScreens are the list of all certificates as a file.
func reportScreens(t *testing.T, s setup) {
	o := sent("01", order.Snapshot{State: order.Issued})
	c := issued(t, &o, noon.AddDate(1, 0, 0))
	s.script = &script{orders: []store.Order{o}, certs: []store.Certificate{c}}
	w := start(t, s)
	w.press("report.open")
	w.retype("report.folder", filepath.Join(w.home, "gone"))
	w.press("report.save")
	w.see(w.word("fault.folder-gone.saw"))
	w.screen("report-failed")
	w.retype("report.folder", w.home)
	w.press("report.save")
	w.see(w.word("report.done"))
	w.screen("report-made")
}
