package main

import (
	"archive/zip"
	"bytes"
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
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

// authority is a certificate authority made by OpenSSL.
type authority struct {
	t   *testing.T
	dir string
	n   int
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	openssl(t, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", a.path("ca.key"), "-out", a.path("ca.pem"),
		"-subj", "/O=Test Authority/CN=Test CA", "-days", "30", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
	return a
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name) }

// sign gives the path of the certificate for a request.
func (a *authority) sign(request string) string {
	a.t.Helper()
	a.n++
	csr, out := a.path("request.csr"), a.path(strings.Repeat("c", a.n)+".pem")
	if err := os.WriteFile(csr, []byte(request), 0o600); err != nil {
		a.t.Fatal(err)
	}
	extra := a.path("extra.cnf")
	if err := os.WriteFile(extra, []byte("authorityInfoAccess=caIssuers;URI:http://aia.example/ca.cer\n"), 0o600); err != nil {
		a.t.Fatal(err)
	}
	openssl(a.t, "x509", "-req", "-in", csr, "-CA", a.path("ca.pem"), "-CAkey", a.path("ca.key"), "-days", "20", "-copy_extensions", "copy", "-extfile", extra, "-out", out)
	return out
}

// below makes an authority that this one has signed; its certificate says where this one's is, and signs further on.
func (a *authority) below() *authority {
	a.t.Helper()
	b := &authority{t: a.t, dir: a.t.TempDir()}
	openssl(a.t, "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", b.path("ca.key"), "-out", b.path("ca.csr"), "-subj", "/O=Test Authority/CN=Test CA 2")
	extra := b.path("ca.cnf")
	text := "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nauthorityInfoAccess=caIssuers;URI:http://above.example/ca.cer\n"
	if err := os.WriteFile(extra, []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
	openssl(a.t, "x509", "-req", "-in", b.path("ca.csr"), "-CA", a.path("ca.pem"), "-CAkey", a.path("ca.key"), "-days", "25", "-extfile", extra, "-out", b.path("ca.pem"))
	return b
}

// zipped puts files into an archive.
func (a *authority) zipped(name string, paths ...string) string {
	a.t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range paths {
		f, err := z.Create("certificates/" + filepath.Base(p))
		if err == nil {
			_, err = f.Write([]byte(read(a.t, p)))
		}
		if err != nil {
			a.t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(a.path(name), out.Bytes(), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return a.path(name)
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

// TestACertificateOfAnotherOrder is dropped on the page of one order and leads to the one of its key: a request of
// the customer's own, to which the key is brought after.
func TestACertificateOfAnotherOrder(t *testing.T) {
	ca := newAuthority(t)
	own := ownRequest(t, "rsa:2048", "/CN=shop.muster.ch", "DNS:shop.muster.ch")
	w := start(t, setup{})
	w.see(w.word("home.title"))
	kittest.TypeText(t, w.a.window.Canvas(), swisssign)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.press("journey.continue")
	w.bought("tls", "websites.field", "shop.muster.ch")
	w.chooseOwn()
	w.pasteInto("key.own.label", own.request)
	w.press("key.own.use")
	w.see(w.word("key.own.stays"))
	w.press("journey.continue")
	w.handOver()
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

// TestABundleComesBack is a PKCS #12 file with the certificate for a request of the customer's own and its key: a
// wrong password is said, and the key is kept after a yes.
func TestABundleComesBack(t *testing.T) {
	ca := newAuthority(t)
	own := ownRequest(t, "rsa:2048", "/CN=shop.muster.ch", "DNS:shop.muster.ch")
	w := start(t, setup{})
	w.see(w.word("home.title"))
	kittest.TypeText(t, w.a.window.Canvas(), swisssign)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.press("journey.continue")
	w.bought("tls", "websites.field", "shop.muster.ch")
	w.chooseOwn()
	w.pasteInto("key.own.label", own.request)
	w.press("key.own.use")
	w.see(w.word("key.own.stays"))
	w.press("journey.continue")
	w.handOver()
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
	w.drop(ca.zipped("download.zip", certificate, w.file("private.key", theirs.key)))
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
