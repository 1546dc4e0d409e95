package main

import (
	"context"
	"net/url"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/ui/kit/kittest"
)

const swisssign = "https://www.swisssign.net/activate?licence=7Q2K9FHM41XZM8TR"

// realDesk is the desk of the customer's own orders.
func (w *walk) realDesk() *desk.Desk {
	w.t.Helper()
	world, err := w.a.worlds.Real(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return world.Desk
}

// toPage goes from a link of a seller in the browser to the page on which the order waits. It gives the request as
// it is in the clipboard.
func (w *walk) toPage(link, kind, label, names string) string {
	w.t.Helper()
	w.see(w.word("home.title"))
	kittest.TypeText(w.t, w.a.window.Canvas(), link)
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("handoff.link.how"))
	w.press("journey.continue")
	w.bought(kind, label, names)
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	return w.handOver()
}

// bought says what was bought and fills in its names.
func (w *walk) bought(kind, label, names string) {
	w.t.Helper()
	w.see(w.word("handoff.kind.title"))
	kittest.ChoiceByTitle(w.t, w.root(), w.word("handoff.kind."+kind)).Tapped(nil)
	w.press("journey.continue")
	w.title(order.StepNames)
	w.typeInto(label, names)
	w.press("journey.continue")
	w.title(order.StepKey)
}

// handOver presses the button of the overview and copies the request.
func (w *walk) handOver() string {
	w.t.Helper()
	w.see(w.word("handoff.review.title"))
	w.press("handoff.review.open")
	w.button("handoff.open")
	w.press("handoff.request.copy")
	return fyne.CurrentApp().Clipboard().Content()
}

// TestAWebHandoff is a licence that only works on SwissSign's page: key and request are made here, the page opens
// after the request is kept, and the certificate that comes back as an archive finds its key, also after a restart.
// A file for a web server comes out that OpenSSL takes together with its key.
func TestAWebHandoff(t *testing.T) {
	ca := newAuthority(t)
	w := start(t, setup{})
	request := w.toPage(swisssign, "tls", "websites.field", "shop.muster.ch\nwww.muster.ch")
	if len(w.opened) != 1 || w.opened[0] != swisssign {
		t.Errorf("opened: %v", w.opened)
	}
	w.see(w.word("handoff.step", "n", 2, "what", w.word("handoff.guide.swisssign.2")))
	w.stop()

	w = start(t, setup{data: w.data, home: w.home, keyring: w.keyring})
	row := w.rows()[0]
	w.press("view.next.you.button")
	w.button("handoff.open")
	if text := kittest.CopyFieldByLabel(t, w.root(), w.word("handoff.open.address")).Value(); text != swisssign {
		t.Errorf("the address after a restart: %q", text)
	}
	if len(w.opened) > 0 {
		t.Error("the page was opened by itself")
	}
	if w.realDesk().Handoff.RequestText(w.order(w.realDesk(), row)) != request {
		t.Error("the request is another one after a restart")
	}
	w.drop(ca.zipped("shop.zip", ca.path("ca.pem"), ca.sign(request)))
	w.see(w.word("handoff.arrived"))
	w.see(w.word("use.title"))
	w.choose10("nginx")
	w.press("use.make-files")
	w.see(w.word("use.done"))
	w.q.Finish(t)
	w.stop()
	for _, f := range filesWith(t, w.data, swisssign) {
		t.Errorf("the link, which opens the order, is in %s", f)
	}
}

// rows are the ids of the customer's own orders.
func (w *walk) rows() []string {
	w.t.Helper()
	rows, err := w.realDesk().Orders.Rows(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

// TestACodeForAPageInTheBrowser has no link: its seller is chosen from the list, and the code stands on the page, to be
// copied. The certificate comes alone, in a saved e-mail that is dropped on the home screen; what is missing above it
// is fetched on a press, after a first try that fails.
func TestACodeForAPageInTheBrowser(t *testing.T) {
	ca := newAuthority(t)
	asked := 0
	w := start(t, setup{issuer: func(_ context.Context, u *url.URL) ([]byte, error) {
		if asked++; asked == 1 {
			return nil, fault.New(fault.ServiceSlow, nil, "host", u.Host)
		}
		return []byte(read(t, ca.path("ca.pem"))), nil
	}})
	w.see(w.word("home.title"))
	kittest.TypeText(t, w.a.window.Canvas(), "7Q2K-9FHM-41XZ")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.seller.question"))
	w.pickFrom("link.seller.pick", "certum")
	w.see(w.word("handoff.link.how"))
	w.press("journey.continue")
	w.bought("smime", "field.mailbox", "anna@example.ch")
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	request := w.handOver()
	if len(w.opened) != 1 || w.opened[0] != "https://certum.eu/" {
		t.Errorf("opened: %v", w.opened)
	}
	if code := kittest.CopyFieldByLabel(t, w.root(), w.word("handoff.open.code")).Value(); code != "7Q2K-9FHM-41XZ" && code != "7Q2K9FHM41XZ" {
		t.Errorf("the code on the page: %q", code)
	}
	w.press("journey.save-close")
	w.button("view.next.you.button")
	mail := "From: ca@example.ch\r\nSubject: Your certificate\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--b\r\nContent-Type: application/x-x509-user-cert\r\n\r\n" + read(t, ca.sign(request)) + "\r\n--b--\r\n"
	w.drop(w.file("Your certificate.eml", mail))
	w.see(w.word("handoff.arrived"))
	if asked > 0 {
		t.Error("somebody was asked without a press")
	}
	w.press("handoff.issuer.get", "host", "aia.example")
	w.see(w.word("fault.issuer-unreachable.saw", "host", "aia.example"))
	w.press("handoff.issuer.get", "host", "aia.example")
	w.q.Await(t, func() bool { return !w.has("handoff.issuer.note", "host", "aia.example") })
	if w.has("handoff.issuer.whole") {
		t.Error("nothing is said to have been missing")
	}
	w.makeFile("thunderbird")
}

// TestWhatMayBeMissingHigherUp: above the certificate that came along, another may be missing. A look says that a root
// follows, and it is not asked about again.
func TestWhatMayBeMissingHigherUp(t *testing.T) {
	root := newAuthority(t)
	ca := root.below()
	asked := 0
	w := start(t, setup{issuer: func(context.Context, *url.URL) ([]byte, error) {
		asked++
		return []byte(read(t, root.path("ca.pem"))), nil
	}})
	request := w.toPage(swisssign, "tls", "websites.field", "shop.muster.ch")
	w.drop(ca.zipped("shop.zip", ca.sign(request), ca.path("ca.pem")))
	w.see(w.word("handoff.arrived"))
	w.see(w.word("handoff.issuer.perhaps", "name", "Test CA 2"))
	if asked > 0 {
		t.Error("somebody was asked without a press")
	}
	w.press("handoff.issuer.look", "host", "above.example")
	w.see(w.word("handoff.issuer.whole"))
	w.press("journey.save-close")
	w.see(w.word("view.certificate"))
	if asked != 1 || w.has("handoff.issuer.look", "host", "above.example") {
		t.Errorf("asked %d times; it is offered again: %v", asked, w.has("handoff.issuer.look", "host", "above.example"))
	}
}

// TestASellerThatOnlyABrowserReaches: some networks let nothing but a browser out. Beside another try, the page is a
// way on.
func TestASellerThatOnlyABrowserReaches(t *testing.T) {
	w := start(t, setup{script: &script{honest: true, lookup: func(context.Context) (seller.Found, error) {
		return seller.Found{}, fault.New(fault.ServiceUnreachable, nil, "host", "shop.example.ch")
	}}})
	w.beginWith(exampleLink)
	w.press("journey.continue")
	w.press("action.retry")
	w.press("handoff.continue")
	w.bought("smime", "field.mailbox", "anna@example.ch")
	w.press("key.make")
	w.see(w.word("key.ready"))
}

// TestTheLinkAfterARestart: what looked like a service turns out to be a page in the browser. In the next run, too, the
// draft goes on there by the link as it was pasted.
func TestTheLinkAfterARestart(t *testing.T) {
	only := &script{honest: true, lookup: webOnly}
	w := start(t, setup{script: only})
	w.beginWith(exampleLink)
	w.press("journey.continue")
	w.button("handoff.continue")
	w.stop()

	w = start(t, setup{data: w.data, home: w.home, keyring: w.keyring, script: only})
	w.press("view.next.draft.button")
	w.press("handoff.continue")
	w.bought("smime", "field.mailbox", "anna@example.ch")
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.handOver()
	if len(w.opened) != 1 || w.opened[0] != exampleLink {
		t.Errorf("opened: %v", w.opened)
	}
	w.q.Finish(t)
	w.stop()
	for _, f := range filesWith(t, w.data, exampleLink) {
		t.Errorf("the link, which opens the order, is in %s", f)
	}
}
