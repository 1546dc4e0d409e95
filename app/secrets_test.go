package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/demo"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// secretsOf are the texts by which the secret of a keyring's record would be recognised in a file: a code or
// token as it is, a key's primes raw, in hex and in base64 with any alignment.
func secretsOf(t *testing.T, text string) map[string]string {
	t.Helper()
	var r struct{ Kind, Value, P, Q string }
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal("a record that can't be read")
	}
	part := func(s string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil {
			t.Fatal("a record that can't be read")
		}
		return b
	}
	out := map[string]string{}
	if r.Value != "" {
		out[r.Kind] = string(part(r.Value))
	}
	for name, prime := range map[string]string{"p": r.P, "q": r.Q} {
		b := part(prime)
		if len(b) == 0 {
			continue
		}
		out[name+" raw"] = string(b[8:40])
		out[name+" in hex"] = hex.EncodeToString(b[8:40])
		for i := 8; i < 8+48; i++ { // one of these lies within a line of PEM
			out[fmt.Sprintf("%s in base64 from %d", name, i)] = base64.StdEncoding.EncodeToString(b[i : i+24])
			out[fmt.Sprintf("%s in base64url from %d", name, i)] = base64.RawURLEncoding.EncodeToString(b[i : i+24])
		}
	}
	return out
}

// TestNoSecretIsOnADisk looks for everything secret of a whole journey in every file, and in what is said.
func TestNoSecretIsOnADisk(t *testing.T) {
	tmp, err := os.MkdirTemp("", "certdesk") // not t.TempDir: Fyne's test app goes on writing into it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(tmp) })
	t.Setenv("TMPDIR", tmp)
	ring, service := moodyKeyring()
	w := odd{setup: setup{keyring: service}}.open(t)
	w.enterDemo()
	secrets := map[string]string{}
	note := func() {
		ring.mu.Lock()
		defer ring.mu.Unlock()
		for _, record := range ring.records {
			for what, text := range secretsOf(t, record) {
				secrets[what] = text
			}
		}
	}
	w.enter("DEMO-MAIL")
	w.toReviewFromLicence()
	note()
	w.accept()
	w.unkind(1, demo.Unkind{Kind: demo.HTML, Call: callSubmit})
	w.press("review.send")
	w.press("action.retry")
	w.title(order.StepProve)
	note()
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	w.makeFile("thunderbird")
	secrets["password"] = kittest.CopyFieldByLabel(t, w.root(), w.word("use.password")).Value()
	w.q.Finish(t)
	w.stop()
	if len(secrets) < 6 {
		t.Fatalf("only %d secrets were found to look for", len(secrets))
	}
	found := holding(t, []string{w.data, w.home, tmp}, secrets)
	for _, f := range found {
		// The demo's issuer knows its codes, as every seller does; the app's own files don't.
		if !strings.HasPrefix(f, "code ") || !strings.Contains(f, filepath.Join("demo", "issuer")) {
			t.Error(f)
		}
	}
	if _, err := os.Stat(filepath.Join(w.data, "log")); err != nil {
		t.Errorf("no log was looked through: %v", err)
	}
}
