package acme

import (
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// mostSent is more than any answers may hold together that one call of the app reads, in octets, and what the
// system's buffers take of an endless one.
const mostSent = 24 << 20

// hostile is one attack: what a directory answers to one question, and what the customer is told.
type hostile struct {
	at   string // the question
	lie  func(l *liar, elsewhere string) http.HandlerFunc
	want []fault.Code // one of them
}

func always(h http.HandlerFunc) func(*liar, string) http.HandlerFunc {
	return func(*liar, string) http.HandlerFunc { return h }
}

// with changes one honest answer.
func with(honest func(*liar) map[string]any, change func(m map[string]any, elsewhere string)) func(*liar, string) http.HandlerFunc {
	return func(l *liar, elsewhere string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			l.mu.Lock()
			m := honest(l)
			l.mu.Unlock()
			change(m, elsewhere)
			if r.URL.Path == "/order" {
				w.Header().Set("Location", l.at("/order/1"))
			}
			says(w, 200, m)
		}
	}
}

func sets(name string, value any) func(map[string]any, string) {
	return func(m map[string]any, _ string) { m[name] = value }
}

func pointsElsewhere(name string) func(map[string]any, string) {
	return func(m map[string]any, elsewhere string) { m[name] = elsewhere + "/trap" }
}

// eachChallenge changes each challenge of an authorization.
func eachChallenge(name string, value any) func(map[string]any, string) {
	return func(m map[string]any, elsewhere string) {
		list, _ := m["challenges"].([]any)
		for _, ch := range list {
			if one, ok := ch.(map[string]any); ok {
				one[name] = value
				if value == nil {
					one[name] = elsewhere + "/trap"
				}
			}
		}
	}
}

var (
	broken    = []fault.Code{fault.ServiceBroken}
	elsewhere = []fault.Code{fault.ServiceElsewhere}
	oversize  = []fault.Code{fault.ServiceOversize}
	deep      = strings.Repeat(`{"status":`, 5_000) + "1" + strings.Repeat("}", 5_000)
)

// anywhere are attacks that fit every question.
func anywhere(at string, wrong fault.Code) map[string]hostile {
	return map[string]hostile{
		"endless":     {at, always(endless), oversize},
		"a bomb":      {at, always(bomb), oversize},
		"a web page":  {at, always(text("text/html", "<p>Sign in")), []fault.Code{wrong}},
		"deep JSON":   {at, always(text("application/json", deep)), []fault.Code{wrong}},
		"a list":      {at, always(text("application/json", "[]")), []fault.Code{wrong}},
		"wrong types": {at, always(text("application/json", `{"status":7,"newNonce":{},"authorizations":"x"}`)), []fault.Code{wrong}},
		"a redirect": {at, func(_ *liar, to string) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, to+"/trap", http.StatusTemporaryRedirect)
			}
		}, []fault.Code{fault.ServiceRedirect}},
	}
}

// TestAHostileDirectoryAtTheFirstLook: it is seen before anything is typed or sent.
func TestAHostileDirectoryAtTheFirstLook(t *testing.T) {
	all := anywhere("/dir", fault.NotADirectory)
	for _, name := range []string{"newNonce", "newAccount", "newOrder"} {
		all[name+" elsewhere"] = hostile{"/dir", with((*liar).directory, pointsElsewhere(name)), elsewhere}
	}
	for name, address := range map[string]string{
		"plain http": "http://shop.example.org/order", "a user": "https://a:b@127.0.0.1/order", "no address": "order", "a file": "file:///etc/passwd",
	} {
		all[name] = hostile{"/dir", with((*liar).directory, sets("newOrder", address)), elsewhere}
	}
	for name, h := range all {
		t.Run(name, func(t *testing.T) {
			l := newLiar(t)
			c := l.customer(t)
			l.lie(h.at, h.lie(l, trap(t)))
			_, err := c.client.Lookup(t.Context(), activation.Ticket{Service: c.service, Code: c.code})
			l.check(h, err)
			l.honest()
			if _, err := c.client.Lookup(t.Context(), activation.Ticket{Service: c.service, Code: c.code}); err != nil {
				t.Errorf("once it is honest: %v", err)
			}
		})
	}
}

// TestAHostileDirectoryWhileSending: whatever it answers while an order is made, nothing goes elsewhere, and the same
// order is made once it is honest.
func TestAHostileDirectoryWhileSending(t *testing.T) {
	all := map[string]hostile{
		"an account without an address":   {"/account", always(text("application/json", `{"status":"valid"}`)), broken},
		"an account elsewhere":            {"/account", located, elsewhere},
		"an order elsewhere":              {"/order", located, elsewhere},
		"an authorization elsewhere":      {"/order", with((*liar).order, func(m map[string]any, e string) { m["authorizations"] = []string{e + "/trap"} }), elsewhere},
		"no authorizations":               {"/order", with((*liar).order, sets("authorizations", []string{})), broken},
		"ten thousand authorizations":     {"/order", with((*liar).order, sets("authorizations", slices.Repeat([]string{"x"}, 10_000))), broken},
		"an authorization of another one": {"/authz", with((*liar).authorization, sets("identifier", map[string]any{"type": "dns", "value": "victim.example.com"})), broken},
		"a nonce that never fits": {
			"/order", always(func(w http.ResponseWriter, _ *http.Request) { refuses(w, 400, "badNonce") }),
			[]fault.Code{fault.Refused, fault.ServiceBroken},
		},
	}
	for _, at := range []string{"/account", "/order", "/authz"} {
		for name, h := range anywhere(at, fault.ServiceBroken) {
			all[name+" at "+at] = h
		}
	}
	for name, h := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLiar(t)
			c := l.customer(t)
			c.prepare(liarName)
			l.lie(h.at, h.lie(l, trap(t)))
			l.check(h, c.submit())
			l.honest()
			l.goesOn(c)
		})
	}
}

func located(l *liar, elsewhere string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", elsewhere+"/trap")
		says(w, 201, l.order())
	}
}

// TestWhatADirectoryWantsPublished: only what proves the customer's own names, to this directory, for this account.
func TestWhatADirectoryWantsPublished(t *testing.T) {
	forged := with((*liar).authorization, eachChallenge("keyAuthorization", "somebody-elses-token.somebody-elses-key"))
	l := newLiar(t)
	c := l.customer(t)
	c.prepare(liarName)
	l.lie("/authz", forged(l, ""))
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	if err := c.take(c.client.Choose(t.Context(), c.receipt, c.token, liarName, "http_file", "")); err != nil {
		t.Fatal(err)
	}
	body := c.task(liarName).Instruction.Body
	if token, key, _ := strings.Cut(body, "."); token != "abcdefghijklmnopqrstuv" || strings.Contains(key, "somebody") || len(key) != 43 {
		t.Errorf("the file is to hold %q", body)
	}

	for name, token := range map[string]string{
		"a path": "../../../index.html-aaaaaaaa", "a short one": "a", "bidirectional": "abcdefghijklm\u202enopqrstuv", "lines": "abcdefghijklmno\r\npqrst",
		"a long one": strings.Repeat("a", 5000), "none": "",
	} {
		l := newLiar(t)
		c := l.customer(t)
		c.prepare(liarName)
		l.lie("/authz", with((*liar).authorization, eachChallenge("token", token))(l, ""))
		if err := c.submit(); err != nil {
			t.Fatal(err)
		}
		if task := c.task(liarName); len(task.Methods) > 0 || task.Instruction.Type != "" {
			t.Errorf("%s: %v, %+v", name, task.Methods, task.Instruction)
		}
	}
}

// TestAHostileDirectoryAfterSending: nothing goes elsewhere, nothing is asked for without an end, and the order goes on
// once it is honest.
func TestAHostileDirectoryAfterSending(t *testing.T) {
	all := map[string]hostile{
		"an unknown state":           {"/order/1", with((*liar).order, sets("status", "frozen")), broken},
		"a certificate elsewhere":    {"/order/1", with((*liar).order, pointsElsewhere("certificate")), elsewhere},
		"no certificate at all":      {"/order/1", with((*liar).order, sets("certificate", "")), []fault.Code{fault.ServiceElsewhere, fault.ServiceBroken}},
		"a chain that is none":       {"/cert", always(text("application/pem-certificate-chain", "certificate")), []fault.Code{fault.CertificateUnreadable}},
		"a certificate that is none": {"/cert", always(text("application/pem-certificate-chain", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")), []fault.Code{fault.CertificateUnreadable, fault.ServiceBroken}},
		"a chain as a web page":      {"/cert", always(text("text/html", "<p>")), broken},
		"an endless chain":           {"/cert", always(endless), oversize},
	}
	for name, h := range anywhere("/order/1", fault.ServiceBroken) {
		all[name] = h
	}
	for name, h := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLiar(t)
			c := l.customer(t)
			c.prepare(liarName)
			if err := c.submit(); err != nil {
				t.Fatal(err)
			}
			l.finished(c)
			l.lie(h.at, h.lie(l, trap(t)))
			before := string(c.receipt.State)
			l.check(h, c.status())
			if string(c.receipt.State) != before {
				t.Errorf("what was kept has changed to %s", c.receipt.State)
			}
			l.honest()
			l.goesOn(c)
		})
	}
}

// TestWhatADirectorySuggestsCanWait: neither other chains nor a suggestion that never comes keep a certificate back.
func TestWhatADirectorySuggestsCanWait(t *testing.T) {
	for name, lie := range map[string]func(*liar){
		"no suggestion":     func(l *liar) { l.lie("/renewal", hangs) },
		"a thousand chains": func(l *liar) { l.lie("/cert", links(l, "alternate", 400)) },
		"links in a circle": func(l *liar) { l.lie("/cert", links(l, "up", 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLiar(t)
			c := l.customer(t)
			c.client.patience = 20 * time.Millisecond
			c.prepare(liarName)
			if err := c.submit(); err != nil {
				t.Fatal(err)
			}
			l.finished(c)
			lie(l)
			if err := c.status(); err != nil || c.last.State != order.Issued {
				t.Errorf("%s, %v", c.last.State, err)
			}
			if n := len(l.asked); n > 20 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// links answers with the certificate and with links to where it lies.
func links(l *liar, kind string, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for range n { // as many as headers hold
			w.Header().Add("Link", "<"+l.at("/cert")+">;rel=\""+kind+"\"")
		}
		l.truth(w, "/cert", nil)
	}
}

// trap is a service of somebody else: whoever asks it has walked into it.
func trap(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s was sent elsewhere", r.Method, r.URL)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// check holds one attack against what may come of it.
func (l *liar) check(h hostile, err error) {
	l.t.Helper()
	f := fault.Of(err)
	if err == nil || !slices.Contains(h.want, f.Code) {
		l.t.Fatalf("want one of %q, got %v", h.want, err)
	}
	if host, _ := f.Args["host"].(string); host == "" {
		l.t.Errorf("%s does not say the host", f.Code)
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), liarCode) || strings.Contains(e.Error(), "https://") {
			l.t.Errorf("the error says %q", e)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.asked) > 60 {
		l.t.Errorf("%d requests", len(l.asked))
	}
	if n := l.sent.Load(); n > mostSent {
		l.t.Errorf("%d octets were answered", n)
	}
	if strings.Contains(l.heard, liarCode) {
		l.t.Error("the HMAC key was sent")
	}
}

// finished has the directory's order finished behind the app's back.
func (l *liar) finished(c *customer) {
	l.t.Helper()
	var b body
	if err := json.Unmarshal(c.body, &b); err != nil {
		l.t.Fatal(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state, l.csr = "valid", b.CSR
}

// goesOn takes the order to its certificate.
func (l *liar) goesOn(c *customer) {
	l.t.Helper()
	if c.last.ID == "" {
		if err := c.submit(); err != nil {
			l.t.Fatalf("once it is honest: %v", err)
		}
	}
	for i := 0; c.last.State != order.Issued; i++ {
		if i == 5 {
			l.t.Fatalf("once it is honest, the order is %s", c.last.State)
		}
		if task := c.task(liarName); task.State == order.TaskOpen {
			if err := c.check(liarName); err != nil {
				l.t.Fatal(err)
			}
			continue
		}
		if err := c.status(); err != nil {
			l.t.Fatal(err)
		}
	}
	l.heardNothing(c)
	if certs := c.collect(); certs[0].SerialNumber.String() != strconv.Itoa(7) {
		l.t.Error("another certificate")
	}
}

// heardNothing: neither the HMAC key nor the account's key was in what the directory got.
func (l *liar) heardNothing(c *customer) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	key, err := keyOf(c.token)
	if err != nil {
		l.t.Fatal(err)
	}
	private, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		l.t.Fatalf("a key of another kind: %T", key)
	}
	d, err := private.Bytes()
	if err != nil {
		l.t.Fatal(err)
	}
	for what, secret := range map[string]string{
		"the HMAC key": liarCode, "the account's key": string(c.token.Reveal())[60:100], "its number": string(d),
		"its number in base64url": base64.RawURLEncoding.EncodeToString(d), "its number in hexadecimal": hex.EncodeToString(d),
	} {
		if strings.Contains(l.heard, secret) {
			l.t.Errorf("the directory got %s", what)
		}
	}
	if !strings.Contains(l.heard, "externalAccountBinding") {
		l.t.Error("no binding was heard, so this shows nothing")
	}
}
