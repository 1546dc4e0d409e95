package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

func init() {
	walks["request"] = requestScreens
	walks["request-hardware"] = hardwareScreens
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
}
