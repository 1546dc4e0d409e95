package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// toKeyOf goes from a demo code for a website to step 6.
func (w *walk) toKeyOf(code, domains string) {
	w.t.Helper()
	w.see(w.word("home.title"))
	kittest.TypeText(w.t, w.a.window.Canvas(), code)
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.demo"))
	w.press("journey.continue")
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	if domains != "" {
		w.title(order.StepNames)
		w.typeInto("websites.field", domains)
		w.press("journey.continue")
	}
	w.title(order.StepKey)
}

// TestAnOwnRequestThroughTheScreens is a website whose key was made by OpenSSL: from the code to certificate and
// chain as files that OpenSSL reads, and, with the key that is brought, to a file for Java. A private key that was
// pasted by mistake is nowhere afterwards.
func TestAnOwnRequestThroughTheScreens(t *testing.T) {
	made := ownRequest(t, "rsa:2048", "/C=CH/O=Muster AG/CN=shop.muster.ch", "DNS:shop.muster.ch")
	slip := ownRequest(t, "rsa:2048", "/CN=shop.muster.ch", "")
	w := start(t, setup{})
	w.toKeyOf("demo-tls-dv", "shop.muster.ch")
	w.chooseOwn()
	w.pasteInto("key.own.label", slip.request+slip.key)
	w.see(w.word("fault.csr-private-key.saw"))
	if text := kittest.EntryByLabel(t, w.root(), w.word("key.own.label")).Text(); text != "" {
		t.Error("the private key is still in the field")
	}
	w.pasteInto("key.own.label", made.request)
	w.press("key.own.use")
	w.see("Muster AG")
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)
	w.act(w.word("demo.action.publish-right", "name", "shop.muster.ch"))
	w.press("prove.check")
	w.until(w.word("use.without.title"))
	w.press("use.make-files")
	w.see(w.word("use.done"))
	w.q.Finish(t)

	file := func(ext string) string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(w.home, "*"+ext))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", ext, found, err)
		}
		return found[0]
	}
	key := filepath.Join(t.TempDir(), "server.key")
	if err := os.WriteFile(key, []byte(made.key), 0o600); err != nil {
		t.Fatal(err)
	}
	chain := file(".fullchain.pem")
	if openssl(t, "x509", "-in", chain, "-noout", "-pubkey") != openssl(t, "pkey", "-in", key, "-pubout") {
		t.Error("the certificate is for another key")
	}
	openssl(t, "verify", "-partial_chain", "-no_check_time", "-trusted", second(t, chain), chain)
	if p7b := openssl(t, "pkcs7", "-in", file(".p7b"), "-print_certs"); strings.Count(p7b, "BEGIN CERTIFICATE") != strings.Count(read(t, chain), "BEGIN CERTIFICATE") {
		t.Error("the P7B holds other certificates than the chain")
	}
	if der := openssl(t, "x509", "-inform", "DER", "-in", file(".cer"), "-noout", "-ext", "subjectAltName"); !strings.Contains(der, "DNS:shop.muster.ch") {
		t.Errorf("the DER file is for %s", der)
	}

	w.drop(key)
	w.press("use.key.yes")
	w.see(w.word("use.key.added"))
	w.choose10("java")
	w.press("use.make")
	w.see(w.word("use.done"))
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte(kittest.CopyFieldByLabel(t, w.root(), w.word("use.password")).Value()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	opened := filepath.Join(t.TempDir(), "opened.pem")
	openssl(t, "pkcs12", "-in", file(".p12"), "-passin", "file:"+password, "-nodes", "-out", opened)
	if openssl(t, "pkey", "-in", opened) != openssl(t, "pkey", "-in", key) {
		t.Error("another key is in the file")
	}
	w.q.Finish(t)
	w.stop()
	// The first lines hold the modulus, which is public; the line that is looked for is a part of the exponent.
	for what, secret := range map[string]string{"the key that was pasted": slip.key, "the key that was added": made.key} {
		for _, f := range filesWith(t, w.data, strings.Split(secret, "\n")[14]) {
			t.Errorf("%s is in %s", what, f)
		}
	}
}

// second is the second certificate of a PEM file, in a file of its own.
func second(t *testing.T, path string) string {
	t.Helper()
	all := strings.SplitAfter(read(t, path), "-----END CERTIFICATE-----\n")
	if len(all) < 3 {
		t.Fatalf("%d certificates", len(all)-1)
	}
	out := filepath.Join(t.TempDir(), "second.pem")
	if err := os.WriteFile(out, []byte(all[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// filesWith are the files below a folder that hold a text.
func filesWith(t *testing.T, dir, text string) []string {
	t.Helper()
	var out []string
	looked := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path) // #nosec G304 G122 -- the test's own folder
		looked++
		if bytes.Contains(data, []byte(text)) {
			out = append(out, path)
		}
		return err
	})
	if err != nil || looked < 3 || len(text) < 40 {
		t.Fatalf("%d files were looked through for %d letters: %v", looked, len(text), err)
	}
	return out
}

// TestBadRequests has each kind of bad request said at its field or on its card, with what was pasted still there,
// and Continue does not lead on.
func TestBadRequests(t *testing.T) {
	good := ownRequest(t, "rsa:2048", "/CN=example.com", "").request
	certificate := openssl(t, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", filepath.Join(t.TempDir(), "k"), "-subj", "/CN=x")
	lines := strings.Split(strings.TrimSpace(good), "\n")
	o := site("01", order.StepKey)
	w := start(t, setup{clock: noon, script: &script{orders: []store.Order{o}}})
	w.resume("draft")
	w.button("key.make")
	w.chooseOwn()
	for _, c := range []struct{ text, want string }{
		{"", "fault.csr-empty"},
		{"my request is attached", "fault.csr-unreadable"},
		{strings.Join(lines[:len(lines)-1], "\n"), "fault.csr-cut"},
		{strings.TrimRight(strings.TrimSpace(good), "-"), "fault.csr-dashes"},
		{certificate, "fault.csr-certificate"},
		{strings.Join(append(append([]string{}, lines[:6]...), lines[7:]...), "\n"), "fault.csr-unreadable"},
		{strings.Join(lines, "\n") + "\n-----BEGIN CERTIFICATE REQUEST-----\n", "fault.csr-cut"},
	} {
		w.retype("key.own.label", "")
		if c.text != "" {
			w.pasteInto("key.own.label", c.text)
		}
		w.press("key.own.use")
		w.see(w.word(c.want + ".saw"))
		w.see(w.word(c.want + ".do"))
		if kept := kittest.EntryByLabel(t, w.root(), w.word("key.own.label")).Text(); kept != c.text {
			t.Errorf("%s: %d letters were pasted, %d are there", c.want, len(c.text), len(kept))
		}
		w.title(order.StepKey)
	}
	for _, c := range []struct {
		text string
		want string
	}{
		{ownRequest(t, "rsa:1024", "/CN=example.com", "").request, w.word("request.problem.key-short.saw", "bits", "1024", "least", "2048")},
		{ownRequest(t, "rsa:2052", "/CN=example.com", "").request, w.word("request.problem.key-uneven.saw", "bits", "2052")},
		{ownRequest(t, "rsa:2048", "/CN=example.com", "", "-pkeyopt", "rsa_keygen_pubexp:3").request, w.word("request.problem.key-exponent.saw")},
		{ownRequest(t, "ed25519", "/CN=example.com", "").request, w.word("request.problem.key-kind.saw", "kind", "Ed25519")},
		{ownRequest(t, "rsa:2048", "/CN=example.com", "", "-sha1").request, w.word("request.problem.old-signature.saw", "hash", "SHA-1")},
		{ownRequest(t, "rsa:2048", "/CN=example.com", "", "-md5").request, w.word("request.problem.old-signature.saw", "hash", "MD5")},
		{ownRequest(t, "rsa:2048", "/CN=*.example.org", "").request, w.word("request.problem.names-extra.saw", "n", 1, "names", []string{"*.example.org"})},
	} {
		w.retype("key.own.label", "")
		w.pasteInto("key.own.label", c.text)
		w.press("key.own.use")
		w.see(c.want)
		w.press("journey.continue")
		w.title(order.StepKey)
		w.press("key.own.another")
		w.button("key.own.use")
	}
}

// TestARequestInAFile is dropped, as text and in DER, and replaces the one before; a file with a private key is not.
func TestARequestInAFile(t *testing.T) {
	o := site("01", order.StepKey)
	w := start(t, setup{clock: noon, script: &script{orders: []store.Order{o}}})
	w.resume("draft")
	w.button("key.make")
	made := ownRequest(t, "rsa:2048", "/O=First AG/CN=example.com", "")
	w.drop(w.file("server.csr", made.request))
	w.see("First AG")
	other := ownRequest(t, "rsa:2048", "/O=Second AG/CN=example.com", "")
	der := filepath.Join(w.home, "server.der")
	openssl(t, "req", "-in", w.file("second.csr", other.request), "-outform", "DER", "-out", der)
	w.drop(der)
	w.see("Second AG")
	w.press("key.own.another")
	w.button("key.own.use")
	w.drop(w.file("server.key", made.key))
	w.see(w.word("fault.csr-private-key.saw"))
	w.choosePath("key.own.open", filepath.Join(w.home, "second.csr"))
	w.see("Second AG")
	w.press("key.own.another")
	w.button("key.own.use")
	w.drop(filepath.Join(w.home, "gone.csr"))
	w.see(w.word("fault.file-gone.saw", "name", "gone.csr"))
}

// TestARefusedRequestIsSaidAtItsStep: what a seller has against a request stands on the card of the request, until
// another is brought.
func TestARefusedRequestIsSaidAtItsStep(t *testing.T) {
	b, _ := pem.Decode([]byte(ownRequest(t, "rsa:2048", "/CN=example.com", "").request))
	o := site("01", order.StepReview)
	o.Application.Request, o.Application.KeyChoice.Size, o.Application.AcceptedTerms = b.Bytes, 2048, []string{"t1", "t2"}
	script := &script{orders: []store.Order{o}, submit: func(context.Context) error {
		return &seller.Refusal{Fault: fault.New(fault.KeyForbidden, nil), Fields: []seller.FieldProblem{{Pointer: "/csr", Code: "not_allowed"}}}
	}}
	w := start(t, setup{clock: noon, script: script})
	w.resume("draft")
	w.title(order.StepReview)
	w.press("review.send")
	w.see(w.word("fault.key-forbidden.saw"))
	w.press("action.go_back")
	w.title(order.StepKey)
	refused := w.word("refused.saw", "seller", "Alpha Zertifikate", "why", w.word("refused.not_allowed"))
	w.see(refused)
	w.press("key.own.another")
	w.button("key.own.use")
	if kittest.HasText(w.root(), refused) {
		t.Error("the complaint stands at a request that is not there any more")
	}
}

// choosePath opens a file by the window in which files are chosen, with its path typed.
func (w *walk) choosePath(button, path string) {
	w.t.Helper()
	w.press(button)
	w.button("files.open")
	w.q.Finish(w.t)
	field := kittest.All[*kit.Entry](w.root())[0]
	kittest.TabTo(w.t, w.a.window.Canvas(), field)
	field.SetText("")
	kittest.TypeText(w.t, w.a.window.Canvas(), path)
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
	w.q.Finish(w.t)
	if kittest.HasButton(w.root(), w.word("files.open")) {
		w.press("files.open")
		w.q.Finish(w.t)
	}
}
