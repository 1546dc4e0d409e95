package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// TestACertificateComesBackAsText is pasted with words around it and without its last line; an order for a mailbox.
// What does not fit is said at the field, and what was pasted stays there.
func TestACertificateComesBackAsText(t *testing.T) {
	ca := newAuthority(t)
	w := start(t, setup{})
	request := w.toPage("https://panel.example.ch/billmgr?func=certificate.open&elid=4711", "smime", "field.mailbox", "anna@example.ch")
	w.see(w.word("handoff.step", "n", 1, "what", w.word("handoff.guide.billmanager.1")))
	stranger := ownRequest(t, "rsa:2048", "/CN=stranger.example", "DNS:stranger.example")
	other := read(t, ca.sign(stranger.request))
	mine := read(t, ca.sign(request))
	for _, c := range []struct{ text, want string }{
		{"", "fault.certificate-empty.saw"},
		{"Your certificate will follow.", "fault.certificate-none.saw"},
		{request, "fault.certificate-request.saw"},
		{read(t, ca.path("ca.pem")), "fault.certificate-chain.saw"},
		{mine[len(mine)/2:], "fault.certificate-headless.saw"},
	} {
		w.retype("handoff.bring.label", "")
		if c.text != "" {
			w.pasteInto("handoff.bring.label", c.text)
		}
		w.press("handoff.take")
		w.see(w.word(c.want))
		if kept := kittest.EntryByLabel(t, w.root(), w.word("handoff.bring.label")).Text(); kept != c.text {
			t.Errorf("%s: %d letters were pasted, %d are there", c.want, len(c.text), len(kept))
		}
	}
	w.retype("handoff.bring.label", "")
	w.pasteInto("handoff.bring.label", other)
	w.press("handoff.take")
	w.see(w.word("fault.certificate-not-ours.saw", "name", "stranger.example"))
	w.retype("handoff.bring.label", "")
	w.pasteInto("handoff.bring.label", "Dear customer,\n\nhere it is:\n"+strings.TrimSuffix(mine, "-----END CERTIFICATE-----\n")+"\nKind regards\n")
	w.press("handoff.take")
	w.see(w.word("handoff.arrived"))
	w.see(w.word("certificate.mended.end"))
	w.see(w.word("certificate.finding.chain-missing")) // nobody is named who has it
	w.makeFile("thunderbird")
	w.press("use.finish")
	w.see(w.word("view.certificate"))
	w.press("handoff.renew")
	w.title(order.StepKey)
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.see("anna@example.ch")
	again := w.handOver()
	if again == request || len(w.rows()) != 2 {
		t.Errorf("the same request again: %v; %d orders", again == request, len(w.rows()))
	}
	openssl(t, "crl2pkcs7", "-nocrl", "-certfile", ca.path("ca.pem"), "-certfile", ca.sign(again), "-out", filepath.Join(w.home, "renewed.p7b"))
	w.press("handoff.request.save") // into the folder that the window for folders begins with
	w.q.Finish(t)
	w.press("files.use-folder")
	w.see(w.word("handoff.request.saved", "name", "anna@example.ch.csr"))
	if read(t, filepath.Join(w.home, "anna@example.ch.csr")) != again {
		t.Error("the file has another request than the clipboard")
	}
	w.press("handoff.bring.open")
	w.see("renewed.p7b")
	kittest.TypeText(t, w.a.window.Canvas(), "ren")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("handoff.arrived"))
}

// toPageWith goes from the link of a seller in the browser to the page on which the order waits, with a request of the
// customer's own.
func (w *walk) toPageWith(request string) {
	w.t.Helper()
	w.see(w.word("home.title"))
	kittest.TypeText(w.t, w.a.window.Canvas(), swisssign)
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
	w.press("journey.continue")
	w.bought("tls", "websites.field", "shop.muster.ch")
	w.chooseOwn()
	w.pasteInto("key.own.label", request)
	w.press("key.own.use")
	w.see(w.word("key.own.stays"))
	w.press("journey.continue")
	w.handOver()
}

// TestACertificateOfAnotherOrder is dropped on the page of one order and leads to the one of its key: a request of
// the customer's own, to which the key is brought after.
func TestACertificateOfAnotherOrder(t *testing.T) {
	ca := newAuthority(t)
	own := ownRequest(t, "rsa:2048", "/CN=shop.muster.ch", "DNS:shop.muster.ch")
	w := start(t, setup{})
	w.toPageWith(own.request)
	first := w.rows()[0]
	w.press("journey.save-close")
	w.press("home.redeem")
	w.title(order.StepLink)
	kittest.Paste(t, w.a.window.Canvas(), "https://billing.example.ch/configuressl.php?cert=d41d8cd98f00b204e9800998ecf8427e")
	w.press("journey.continue")
	w.bought("tls", "websites.field", "www.other.example")
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.handOver()

	p7b := ca.path("server.p7b")
	openssl(t, "crl2pkcs7", "-nocrl", "-certfile", ca.sign(own.request), "-certfile", ca.path("ca.pem"), "-outform", "DER", "-out", p7b)
	w.drop(p7b)
	w.see(w.word("handoff.arrived"))
	w.see(w.word("use.without.title"))
	if o := w.order(w.realDesk(), first); o.Phase != order.PhaseReady {
		t.Errorf("the first order is %s", o.Phase)
	}
	w.drop(w.file("server.key", own.key))
	w.press("use.key.yes")
	w.see(w.word("use.key.added"))
	w.press("journey.save-close")
	w.drop(p7b) // on the home screen
	w.see(w.word("handoff.arrived-again"))
}

// TestACertificateInDownloads is noticed once the customer has allowed it, also in the next run; what belongs to no
// order that waits is not spoken of, and no file is touched.
func TestACertificateInDownloads(t *testing.T) {
	ca := newAuthority(t)
	home := t.TempDir()
	folder := filepath.Join(home, "Downloads")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	w := start(t, setup{home: home})
	request := w.toPage(swisssign, "tls", "websites.field", "shop.muster.ch")
	if w.arrives != nil {
		t.Fatal("the folder is watched before it was allowed")
	}
	tick := kittest.All[*kit.Check](w.root())[0]
	kittest.TabTo(t, w.a.window.Canvas(), tick)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
	w.q.Finish(t)
	w.stop()

	w = start(t, setup{data: w.data, home: w.home, keyring: w.keyring})
	w.button("view.next.you.button")
	move := func(name, from string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(read(t, from)), 0o600); err != nil {
			t.Fatal(err)
		}
		w.arrives(path)
		w.q.Finish(t)
		return path
	}
	stranger := ownRequest(t, "rsa:2048", "/CN=stranger.example", "DNS:stranger.example")
	move("stranger.crt", ca.sign(stranger.request))
	if w.has("handoff.downloads.use") {
		t.Error("somebody else's certificate is offered")
	}
	mine := ca.sign(request)
	offered := w.word("handoff.downloads.offer", "name", "shop.crt", "order", "shop.muster.ch")
	path := move("shop.crt", mine)
	w.see(offered)
	w.press("handoff.downloads.not-now")
	if w.order(w.realDesk(), w.rows()[0]).Phase != order.PhaseSent {
		t.Error("it was taken without a yes")
	}
	w.arrives(path)
	w.see(offered)
	w.press("handoff.downloads.use")
	w.see(w.word("handoff.arrived"))
	if read(t, path) != read(t, mine) {
		t.Error("the file was changed")
	}
	w.press("journey.save-close")
	w.press("home.settings")
	w.see(w.word("handoff.downloads.title"))
	tick = kittest.All[*kit.Check](w.root())[0]
	kittest.TabTo(t, w.a.window.Canvas(), tick)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
	w.q.Finish(t)
	w.arrives(path)
	w.q.Finish(t)
	if w.realDesk().Settings.Downloads(t.Context()) || w.has("handoff.downloads.use") {
		t.Error("it goes on after it was forbidden")
	}
}

// TestABundleComesBack is a PKCS #12 file with the certificate for a request of the customer's own and its key: a
// wrong password is said, and the key is kept after a yes.
func TestABundleComesBack(t *testing.T) {
	ca := newAuthority(t)
	own := ownRequest(t, "rsa:2048", "/CN=shop.muster.ch", "DNS:shop.muster.ch")
	w := start(t, setup{})
	w.toPageWith(own.request)
	w.drop(w.file("server.key", own.key))
	w.see(w.word("fault.key-before-certificate.saw"))
	bundle := ca.path("server.p12")
	openssl(t, "pkcs12", "-export", "-inkey", w.file("key.pem", own.key), "-in", ca.sign(own.request), "-out", bundle, "-passout", "pass:correct horse")
	w.drop(bundle)
	w.typeInto("use.key.password", "wrong")
	w.press("use.key.unlock")
	w.see(w.word("fault.key-file-password.saw"))
	w.retype("use.key.password", "correct horse")
	w.press("use.key.unlock")
	w.press("use.key.yes")
	w.see(w.word("use.key.added"))
	w.q.Finish(t)
	w.stop()
	for _, f := range filesWith(t, w.data, strings.Split(own.key, "\n")[14]) {
		t.Errorf("the key is in %s", f)
	}
}

// TestAKeyFromTheSellersPage: somebody let the page make the key, and has a PKCS #12 file. Dropped anywhere, it leads to
// the order that waits; what it means is said, no leaves everything as it was, and yes takes both into the order.
func TestAKeyFromTheSellersPage(t *testing.T) {
	ca := newAuthority(t)
	w := start(t, setup{})
	w.toPage(swisssign, "tls", "websites.field", "shop.muster.ch")
	w.press("journey.save-close")
	w.button("view.next.you.button")
	theirs := ownRequest(t, "rsa:2048", "/CN=shop.muster.ch", "DNS:shop.muster.ch")
	certificate := ca.sign(theirs.request)
	bundle := ca.path("shop.p12")
	openssl(t, "pkcs12", "-export", "-inkey", w.file("theirs.key", theirs.key), "-in", certificate, "-out", bundle, "-passout", "pass:correct horse")
	w.drop(bundle)
	w.typeInto("use.key.password", "correct horse")
	w.press("use.key.unlock")
	w.see(w.word("handoff.foreign.text", "name", "shop.muster.ch", "kind", "RSA 2048", "seller", "SwissSign"))
	w.press("handoff.foreign.no")
	w.see(w.word("fault.certificate-not-ours.saw", "name", "shop.muster.ch"))
	o := w.order(w.realDesk(), w.rows()[0])
	if o.Phase != order.PhaseSent {
		t.Fatalf("after no: %s", o.Phase)
	}
	sealed := ca.path("private.key")
	openssl(t, "pkcs8", "-topk8", "-in", w.file("plain.key", theirs.key), "-out", sealed, "-passout", "pass:battery staple")
	w.drop(ca.zipped("download.zip", certificate, sealed))
	w.see(w.word("handoff.locked.hint-beside"))
	w.typeInto("use.key.password", "wrong")
	w.press("use.key.unlock")
	w.see(w.word("fault.key-file-password.saw"))
	w.retype("use.key.password", "battery staple")
	w.press("use.key.unlock")
	w.press("handoff.foreign.yes")
	w.see(w.word("handoff.arrived"))
	w.choose10("nginx")
	w.press("use.make-files")
	w.see(w.word("use.done"))
	w.press("use.finish")
	w.see(w.word("event.seller-key"))
	w.q.Finish(t)
	w.stop()
	for _, f := range filesWith(t, w.data, strings.Split(theirs.key, "\n")[14]) {
		t.Errorf("the key is in %s", f)
	}
}
