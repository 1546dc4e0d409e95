package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/demo"
	"certdesk/internal/desk"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// patient is a demo in which nothing happens unless somebody presses its button.
func patient() *demo.Options {
	return &demo.Options{MailDelay: -1, IssueDelay: -1, ReviewDelay: -1}
}

// inDemo opens the demo and gives its desk.
func (w *walk) inDemo() *desk.Desk {
	w.t.Helper()
	w.press("home.demo")
	w.see(w.word("home.demo-codes"))
	world, err := w.a.worlds.Demo(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return world.Desk
}

// company is what an organization's application holds.
func company() order.Application {
	return order.Application{
		Administrative: order.Contact{GivenName: "Anna", Surname: "Keller", JobTitle: "IT", Email: "anna@muster.ch", Phone: "044 668 18 00", PhoneCountry: "CH"},
		SameTechnical:  true,
		Organization: &order.Organization{
			LegalName: "Muster AG", Registration: order.Registration{Scheme: "NTR", Number: "CHE-123.456.788", Country: "CH"},
			Address: order.Address{Lines: []string{"Hauptstrasse 1"}, PostalCode: "8001", Locality: "Zürich", Country: "CH"},
			Phone:   "+41 44 668 18 00", PhoneCountry: "CH",
		},
		AuthorityToSign: true,
	}
}

// send takes a code from the ticket to the sent order at the desk: the steps before it have walks of their own.
func (w *walk) send(d *desk.Desk, code string, a order.Application) string {
	w.t.Helper()
	ctx := context.Background()
	started, err := d.Redeem.Start(ctx, activation.Ticket{Service: activation.Demo, Code: secret.FromString(code)}, false)
	if err != nil {
		w.t.Fatal(err)
	}
	o, err := d.Redeem.Lookup(ctx, started.OrderID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, terms := range o.Licence.Terms {
		a.AcceptedTerms = append(a.AcceptedTerms, terms.ID)
	}
	if err := d.Redeem.Save(ctx, o.ID, a, order.StepReview); err != nil {
		w.t.Fatal(err)
	}
	if o.Licence.WantsKey() {
		p256 := order.KeyChoice{Algorithm: order.ECDSA, Size: 256}
		if err := d.Redeem.MakeKey(ctx, o.ID, p256, func(desk.KeyStage) {}); err != nil {
			w.t.Fatal(err)
		}
	}
	if o, err = d.Redeem.Order(ctx, o.ID); err != nil {
		w.t.Fatal(err)
	}
	if wrong := d.Redeem.Problems(o); !order.Sendable(wrong) {
		w.t.Fatalf("%+v", wrong)
	}
	if err := d.Redeem.Submit(ctx, o.ID); err != nil {
		var refused *seller.Refusal
		if errors.As(err, &refused) {
			w.t.Fatalf("%v: %+v", err, refused.Fields)
		}
		w.t.Fatal(err)
	}
	return o.ID
}

// order reads an order as it is on the disk.
func (w *walk) order(d *desk.Desk, id string) store.Order {
	w.t.Helper()
	o, err := d.Redeem.Order(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

// toWaiting opens the page for waiting, from the order's view or over the rail.
func (w *walk) toWaiting() {
	w.t.Helper()
	w.press("view.next.you.button")
	w.title(order.StepProve)
	w.rail("step.waiting")
	w.title(order.StepWaiting)
}

// rail goes to another step over the rail.
func (w *walk) rail(id string) {
	w.t.Helper()
	kittest.TabTo(w.t, w.a.window.Canvas(), kittest.RailStep(w.t, w.root(), w.word(id)))
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
}

// act presses a button of the demo's other side, by the beginning of its label.
func (w *walk) act(label string) {
	w.t.Helper()
	var found *kit.Button
	w.q.Await(w.t, func() bool {
		for _, b := range kittest.All[*kit.Button](w.root()) {
			if strings.HasPrefix(b.Text(), label) && b.Visible() {
				found = b
				return true
			}
		}
		return false
	})
	kittest.TabTo(w.t, w.a.window.Canvas(), found)
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
	w.q.Finish(w.t)
}

// checkProofs has the authority look at the proofs of an order, as the page for proofs does.
func (w *walk) checkProofs(d *desk.Desk, id string) {
	w.t.Helper()
	for _, task := range w.order(d, id).Snapshot.Tasks {
		if task.Kind == order.ProveName && task.State == order.TaskOpen {
			if err := d.Proofs.Check(context.Background(), id, task.ID); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	w.q.Finish(w.t)
}

// file writes a file that a customer may choose.
func (w *walk) file(name, data string) string {
	w.t.Helper()
	path := filepath.Join(w.home, name)
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// pick picks an item of a picker, given by the id of its label.
func (w *walk) pick(n int, id string, item int) {
	w.t.Helper()
	label := w.word(id, "n", n)
	for _, p := range kittest.All[*kit.Picker](w.root()) {
		if p.Label() == label {
			kittest.TabTo(w.t, w.a.window.Canvas(), p)
			kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
			for range item {
				kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyDown)
			}
			kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
			w.q.Finish(w.t)
			if p.Picked() == "" {
				w.t.Fatalf("nothing was picked from %q", label)
			}
			return
		}
	}
	w.t.Fatalf("no picker %q; the screen:\n%s", label, kittest.VisibleText(w.root()))
}

// TestAnOrganizationsOrder is DEMO-TLS-OV from the code to the file: names, contacts, organization; a document that
// is none and one that is, times for a call, the check of the organization, the approval.
func TestAnOrganizationsOrder(t *testing.T) {
	w := start(t, setup{demo: patient()})
	w.toContactsOf("DEMO-TLS-OV")
	w.contact()
	w.press("journey.continue")
	w.title(order.StepOrganization)
	w.organization()
	w.press("journey.continue")
	w.title(order.StepKey)
	w.sends()
	w.title(order.StepProve)
	w.rail("step.waiting")
	w.title(order.StepWaiting)
	w.see(w.word("order.task.organization_check"))
	w.see(w.word("task.pill.authority"))
	w.see("Muster Handels AG")
	w.documents()
	w.proposesACall()

	w.act("Accept “")
	w.act(w.word("demo.action.call-answered"))
	w.act(w.word("demo.action.checked", "organization", "Muster Handels AG"))
	w.act(w.word("demo.action.publish-right", "name", "shop.example.ch"))
	w.rail("step.prove")
	w.title(order.StepProve)
	w.press("prove.check")
	w.until(w.word("task.approval"))
	w.see("hostmaster@")
	w.act("Approve as hostmaster@")
	w.until(w.word("use.title"))
	w.makeFile("windows")
	if files, err := filepath.Glob(filepath.Join(w.home, "*.p12")); err != nil || len(files) != 1 {
		t.Errorf("files: %v %v", files, err)
	}
	w.press("use.finish")
	w.see(w.word("view.certificate"))
	w.see(w.word("event.document", "name", "Auszug.pdf"))
	w.see(w.word("view.people-sent"))
	w.see("CHE-123.456.788")
}

// documents sends a file that is no document, which is said before anything leaves, and one that is.
func (w *walk) documents() {
	w.t.Helper()
	w.drop(w.file("letter.pdf", "PK\x03\x04 a Word document"))
	w.see("letter.pdf")
	w.press("waiting.upload.send")
	w.see(w.word("fault.document-type.saw"))
	w.see("letter.pdf") // what was chosen stays
	w.drop(w.file("Auszug.pdf", "%PDF-1.7 extract"))
	w.press("waiting.upload.send")
	w.see(w.word("task.document.submitted"))
}

// proposesACall proposes nothing, half a time, a number that is none; then what can be called.
func (w *walk) proposesACall() {
	w.t.Helper()
	w.press("waiting.call.propose")
	w.see(w.word("fault.call-times.saw"))
	w.pick(1, "waiting.call.day", 1)
	w.press("waiting.call.propose")
	w.see(w.word("waiting.call.half.saw"))
	w.pick(1, "waiting.call.time", 3)
	w.typeInto("waiting.call.phone", "no number")
	w.press("waiting.call.propose")
	w.see(w.word("order.problem.phone.letters.saw"))
	w.retype("waiting.call.phone", "044 668 18 01")
	w.press("waiting.call.propose")
	w.see(w.word("task.phone_call.submitted"))
}

// TestTimesForACallAreKept: what was picked and typed is there after the app was closed, until it is sent.
func TestTimesForACallAreKept(t *testing.T) {
	call := open("call", order.PhoneCall, order.Instruction{Type: "phone", Phone: "+41446681800"})
	o := ordered(order.Snapshot{State: order.WaitingCustomer, Tasks: []order.Task{call}})
	w := start(t, setup{clock: noon, script: &script{orders: []store.Order{o}}})
	w.resume("you")
	w.title(order.StepWaiting)
	w.pick(2, "waiting.call.day", 2)
	w.typeInto("waiting.call.comment", "Ask for Anna")
	w.stop() // before the moment after which it is written by itself
	s := w.setup
	s.script = &script{}
	w = start(t, s)
	w.resume("you")
	w.title(order.StepWaiting)
	if got := kittest.EntryByLabel(t, w.root(), w.word("waiting.call.comment")).Text(); got != "Ask for Anna" {
		t.Errorf("the field holds %q", got)
	}
	for _, p := range kittest.All[*kit.Picker](w.root()) {
		if want := p.Label() == w.word("waiting.call.day", "n", 2); want != (p.Picked() != "") {
			t.Errorf("%s holds %q", p.Label(), p.Picked())
		}
	}
}

// TestAFormToSignAndPost is DEMO-MAIL-ORG after sending: the form as a PDF with the address, the paper that
// arrives, the check; then the certificate.
func TestAFormToSignAndPost(t *testing.T) {
	w := start(t, setup{demo: patient()})
	d := w.inDemo()
	a := company()
	a.Mailbox, a.GivenName, a.Surname = "anna@muster.ch", "Anna", "Keller"
	id := w.send(d, "DEMO-MAIL-ORG", a)
	w.see("anna@muster.ch")
	w.toWaiting()
	w.see("Demostrasse 1")
	w.see("3000 Bern")
	w.retype("waiting.form.folder", filepath.Join(w.home, "gone"))
	w.press("waiting.form.make")
	w.see(w.word("fault.folder-gone.saw"))
	w.retype("waiting.form.folder", w.home)
	w.press("waiting.form.make")
	w.see(w.word("waiting.form.made"))
	files, err := filepath.Glob(filepath.Join(w.home, "*.pdf"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	text, err := exec.Command("pdftotext", "-layout", files[0], "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Muster AG", "Anna Keller", "Demostrasse 1", "3000 Bern", w.word("form.post-to")} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the form does not say %q:\n%s", want, text)
		}
	}
	w.act("Let “")
	w.act(w.word("demo.action.checked", "organization", "Muster AG"))
	w.rail("step.prove")
	w.button("helper.confirm")
	w.confirmFirst()
	w.until(w.word("use.title"))
	if o := w.order(d, id); o.Phase != order.PhaseReady {
		t.Errorf("phase %s", o.Phase)
	}
}

// TestAServiceWithoutACertificate is DEMO-SITE from the code to the end: no key and no file, and what there is
// instead.
func TestAServiceWithoutACertificate(t *testing.T) {
	w := start(t, setup{demo: patient()})
	w.enterDemo()
	w.enter("DEMO-SITE")
	w.title(order.StepLicence)
	w.see(w.word("licence.site.saw"))
	for _, row := range kittest.All[*kit.Rail](w.root())[0].Rows() {
		if row.Text() == w.word("step.use") || row.Text() == w.word("step.key") {
			t.Errorf("a service has the step %q", row.Text())
		}
	}
	w.press("journey.continue")
	w.title(order.StepNames)
	w.fillIn("websites.field", "shop.example.ch")
	w.press("journey.continue")
	w.title(order.StepContacts)
	w.contact()
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)
	for _, row := range kittest.All[*kit.Rail](w.root())[0].Rows() {
		if row.Text() == w.word("step.use") {
			t.Error("a service without a file has a step for it")
		}
	}
	w.act(w.word("demo.action.publish-right", "name", "shop.example.ch"))
	w.press("prove.check")
	w.until(w.word("waiting.finished.saw"))
	w.see(w.word("waiting.finished.title"))
	w.press("use.finish")
	w.see(w.word("view.next.service.title"))
	w.see(w.word("event.set-up"))
	w.press("view.next.service.button")
	w.see(w.word("waiting.finished.saw"))
}

// publish proves the names of an order on the demo's other side.
func (w *walk) publish(d *desk.Desk, id string) {
	w.t.Helper()
	ctx := context.Background()
	world, err := w.a.worlds.Demo(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	service := w.order(d, id).Receipt.ID
	actions, err := world.Helper.Actions(ctx, service)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range actions {
		if strings.HasPrefix(a.ID, "publish-right") {
			if err := world.Helper.Act(ctx, service, a.ID); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	w.checkProofs(d, id)
}

// oneSite is an application for one name.
func oneSite(name string) order.Application { return order.Application{Domains: name} }
