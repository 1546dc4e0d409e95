package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/spki"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

func init() {
	walks["request"] = requestScreens
	walks["request-hardware"] = hardwareScreens
	walks["request-use"] = useRequestScreens
}

// opensslMade is a private key and its request as OpenSSL makes them on somebody's server.
type opensslMade struct{ key, request string }

// ownRequest makes both; newkey is as after -newkey.
func ownRequest(t *testing.T, newkey, subject, san string, more ...string) opensslMade {
	t.Helper()
	dir := t.TempDir()
	key, request := filepath.Join(dir, "server.key"), filepath.Join(dir, "server.csr")
	args := []string{"req", "-new", "-newkey", newkey, "-nodes", "-keyout", key, "-out", request, "-subj", subject}
	if san != "" {
		args = append(args, "-addext", "subjectAltName="+san)
	}
	openssl(t, append(args, more...)...)
	return opensslMade{read(t, key), read(t, request)}
}

func openssl(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "openssl", args...) // #nosec G204 -- named by the test
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v: %s", strings.Join(args, " "), err, problems.String())
	}
	return string(out)
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path) // #nosec G304 -- named by the test
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// pasteInto puts text into a field at once, as the clipboard does.
func (w *walk) pasteInto(id, text string) {
	w.t.Helper()
	kittest.TabTo(w.t, w.a.window.Canvas(), kittest.EntryByLabel(w.t, w.root(), w.word(id)))
	w.q.Drain()
	kittest.Paste(w.t, w.a.window.Canvas(), text)
	w.q.Finish(w.t)
}

// website is a licence for three names.
func website() order.Licence {
	l := silver()
	l.Product.ID, l.Product.Name, l.Product.Type, l.Product.Validation = "dv", "Website DV", order.TLS, order.ValidationDomain
	l.Product.Names = order.NameRules{Kinds: []string{"dns"}, Min: 1, Max: 3, Wildcard: "yes", WWW: "free_pair", IDN: true}
	l.Product.SubjectFields = nil
	l.Product.Keys = []order.KeyRule{{Algorithm: "rsa", Sizes: []int{2048, 3072, 4096}}, {Algorithm: "ecdsa", Sizes: []int{256, 384}}}
	return l
}

// site is a draft for a website at a step.
func site(id string, step order.Step) store.Order {
	o := draft(id, step)
	o.Licence = website()
	o.Application = order.Application{Domains: "example.com", KeyChoice: order.KeyChoice{Algorithm: "rsa", Size: 3072}}
	return o
}

// requestScreens are the ways of step 6, and what is said of a request.
func requestScreens(t *testing.T, s setup) {
	s.script = &script{orders: []store.Order{site("01", order.StepKey)}}
	w := start(t, s)
	w.resume("draft")
	w.button("key.make")
	w.chooseOwn()
	w.screen("request-ask")
	w.pasteInto("key.own.label", "-----BEGIN CERTIFICATE REQUEST-----\nMIIBexample\n-----END CERTIFICATE REQUEST--")
	w.press("key.own.use")
	w.see(w.word("fault.csr-dashes.saw"))
	w.screen("request-dashes")
	w.retype("key.own.label", "")
	w.pasteInto("key.own.label", "-----BEGIN PRIVATE KEY-----\nMIIBcanary\n-----END PRIVATE KEY-----")
	w.see(w.word("fault.csr-private-key.saw"))
	w.screen("request-private-key")
	w.pasteInto("key.own.label", ownRequest(t, "rsa:2048", "/CN=example.com", "").request+ownRequest(t, "rsa:2048", "/CN=example.org", "").request)
	w.press("key.own.use")
	w.see(w.word("key.own.several", "n", 2))
	kittest.ChoiceByTitle(t, w.root(), "example.org").Tapped(nil)
	w.button("key.own.take-names")
	w.screen("request-other-names")
	w.press("key.own.take-names")
	w.see(w.word("key.own.took-names"))
	w.screen("request-names-taken")
	w.press("key.own.another")
	w.button("key.own.use")
	w.pasteInto("key.own.label", ownRequest(t, "rsa:1024", "/C=CH/L=Bern/O=Muster AG/CN=example.org", "", "-sha1").request)
	w.press("key.own.use")
	w.see(w.word("request.problem.key-short.saw", "bits", "1024", "least", "2048"))
	w.screen("request-weak")
	w.press("key.own.make-here")
	w.button("key.make")
	w.chooseOwn()
	w.pasteInto("key.own.label", ownRequest(t, "ec", "/C=CH/ST=Bern/L=Bern/O=Muster AG/CN=example.org", "DNS:example.org,DNS:www.example.org", "-pkeyopt", "ec_paramgen_curve:P-256").request)
	w.press("key.own.use")
	w.see(w.word("key.own.stays"))
	w.screen("request-good")
	w.press("journey.continue")
	w.title(order.StepReview)
	w.see(w.word("review.key-own", "kind", "P-256"))
}

func (w *walk) chooseOwn() {
	w.t.Helper()
	kittest.ChoiceByTitle(w.t, w.root(), w.word("key.way.own")).Tapped(nil)
	w.button("key.own.use")
}

// hardwareScreens are step 6 where the key has to be made on a token.
func hardwareScreens(t *testing.T, s setup) {
	o := draft("01", order.StepKey)
	o.Licence.Product.Type, o.Licence.Product.KeyStorage, o.Licence.Product.Name = order.CodeSigning, "hardware", "Code Signing"
	o.Licence.Product.Names, o.Licence.Product.SubjectFields = order.NameRules{}, nil
	o.Licence.Product.Keys = []order.KeyRule{{Algorithm: "rsa", Sizes: []int{3072, 4096}}}
	o.Application = order.Application{}
	s.script = &script{orders: []store.Order{o}}
	w := start(t, s)
	w.resume("draft")
	w.button("key.own.use")
	w.screen("request-hardware")
	w.pasteInto("key.own.label", ownRequest(t, "rsa:2048", "/O=Muster AG/CN=Muster AG", "").request)
	w.press("key.own.use")
	w.see(w.word("request.problem.key-short.saw", "bits", "2048", "least", "3072"))
	if kittest.HasButton(w.root(), w.word("key.own.make-here")) {
		t.Error("a key for hardware is offered to be made here")
	}
	w.stop()

	made := ownRequest(t, "rsa:3072", "/O=Muster AG/CN=Muster AG", "")
	ready, c := broughtOrder(t, made)
	ready.Licence, ready.Application.Domains = o.Licence, ""
	s.data, s.script = "", &script{orders: []store.Order{ready}, certs: []store.Certificate{c}}
	w = start(t, s)
	w.resume("ready")
	w.see(w.word("use.without.hardware"))
	w.press("use.make-files")
	w.see(w.word("use.done"))
	w.screen("use-without-hardware")
}

// signed makes an order for a website ready, with a certificate for a public key that a made-up authority has
// signed.
func signed(t *testing.T, o *store.Order, key crypto.PublicKey, names ...string) store.Certificate {
	t.Helper()
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := func(name string, serial int64) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: noon.AddDate(0, 0, -1),
			NotAfter: noon.AddDate(1, 0, 0), BasicConstraintsValid: true,
		}
	}
	ca := template("Example Trust CA 1", 1)
	ca.IsCA, ca.KeyUsage = true, x509.KeyUsageCertSign
	sign := func(c, by *x509.Certificate, pub crypto.PublicKey) []byte {
		der, err := x509.CreateCertificate(rand.Reader, c, by, pub, caKey)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	issuer, err := x509.ParseCertificate(sign(ca, template("Example Trust Root", 2), caKey.Public()))
	if err != nil {
		t.Fatal(err)
	}
	leaf := template(names[0], 4711)
	leaf.DNSNames, leaf.KeyUsage, leaf.ExtKeyUsage = names, x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der := sign(leaf, issuer, key)
	o.Phase = order.PhaseReady
	sum := sha256.Sum256(der)
	hash, err := spki.Hex(key)
	if err != nil {
		t.Fatal(err)
	}
	return store.Certificate{
		SHA256: hex.EncodeToString(sum[:]), OrderID: o.ID, SPKI: hash, DER: der, Chain: [][]byte{issuer.Raw},
		NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter, State: "current", Added: noon,
	}
}

// broughtOrder is a website's order with a request of the customer's own, issued.
func broughtOrder(t *testing.T, made opensslMade) (store.Order, store.Certificate) {
	t.Helper()
	b, _ := pem.Decode([]byte(made.request))
	r, err := x509.ParseCertificateRequest(b.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	o := sent("01", order.Snapshot{State: order.Issued})
	typed := site("01", order.StepReview)
	o.Licence, o.Application, o.KeyID = typed.Licence, typed.Application, ""
	o.Application.Request, o.Application.KeyChoice, o.CSR = b.Bytes, order.KeyChoice{Algorithm: "ecdsa", Size: 256}, b.Bytes
	o.Snapshot.Names = []order.Name{{Type: "dns", Value: "example.com"}}
	return o, signed(t, &o, r.PublicKey, "example.com", "www.example.com")
}

// useRequestScreens are the states of step 10 where the key is elsewhere, and when it is brought.
func useRequestScreens(t *testing.T, s setup) {
	made := ownRequest(t, "ec", "/CN=example.com", "", "-pkeyopt", "ec_paramgen_curve:P-256")
	o, c := broughtOrder(t, made)
	s.script = &script{orders: []store.Order{o}, certs: []store.Certificate{c}}
	w := start(t, s)
	w.resume("ready")
	w.see(w.word("use.without.title"))
	w.screen("use-without")
	w.press("use.make-files")
	w.see(w.word("use.done"))
	w.open("use.join.server.title")
	w.open("use.join.java.title")
	w.screen("use-without-made")
	file := func(name, text string) string {
		path := filepath.Join(w.home, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	w.drop(file("server.csr", made.request))
	w.see(w.word("fault.key-file-unreadable.saw"))
	w.drop(file("other.key", ownRequest(t, "rsa:2048", "/CN=example.org", "").key))
	w.see(w.word("fault.key-file-foreign.saw"))
	w.screen("use-key-foreign")
	locked := file("password", "sesam")
	sealed := openssl(t, "pkcs8", "-topk8", "-in", file("server.key", made.key), "-passout", "file:"+locked)
	w.drop(file("locked.key", sealed))
	w.see(w.word("use.key.password"))
	w.typeInto("use.key.password", "open")
	w.press("use.key.unlock")
	w.see(w.word("fault.key-file-password.saw"))
	w.screen("use-key-password")
	w.typeInto("use.key.password", "sesam")
	w.press("use.key.unlock")
	w.button("use.key.yes")
	w.screen("use-key-question")
	w.press("use.key.yes")
	w.see(w.word("use.key.added"))
	w.screen("use-key-added")
	w.choose10("nginx")
	w.press("use.make-files")
	w.press("use.keep-both") // the chain is there already
	w.see(w.word("use.done"))
	w.screen("use-nginx-made")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.Button(t, w.root(), w.word("guide.copy")))
	w.screen("use-nginx-guide")
	w.choose10("windows")
	w.open("use.own.title")
	w.typeInto("use.own.label", "Sommer2026")
	w.press("use.make")
	w.see(w.word("fault.password-short.saw", "n", 16))
	w.screen("use-own-short")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.CheckByText(t, w.root(), w.word("use.own.show")))
	kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
	w.retype("use.own.label", "wild geese over cold lakes")
	w.screen("use-own-strong")
	w.press("use.make")
	w.see(w.word("use.own.used"))
	w.screen("use-own-made")
	w.choose10("nginx")
	w.choose10("windows")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.CheckByText(t, w.root(), w.word("use.strong")))
	kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
	w.screen("use-strong")
	w.press("use.make")
	w.see(w.word("destination.file.instead.strong", "label", w.word("destination.file.windows")))
	w.screen("use-strong-made")
	w.choose10("java")
	kittest.DetailsByTitle(t, w.root(), w.word("use.own.title")).SetOpen(false)
	w.press("use.make")
	w.see(w.word("use.done"))
	w.press("use.wrong-password")
	w.see(w.word("destination.why.compatible"))
	w.screen("use-instead")
	w.choose10("unknown")
	w.press("use.make-files")
	w.press("use.keep-both")
	w.see(w.word("use.done"))
	w.screen("use-unknown-site")
}
