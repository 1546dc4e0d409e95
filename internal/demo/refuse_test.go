package demo_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

// An unknown code, a malformed one and none at all can't be told apart.
func TestEveryWrongCodeGetsTheSameAnswer(t *testing.T) {
	c := newCustomer(t, contract.BadRequests())
	plain, _ := token(t)
	var first reply
	for _, wrong := range []string{"DEMO-MAIL-1", "demo-mail", "DEMO-MAIL-21", "x", plain, strings.Repeat("a", 4000), "a b", "", "DEMO-MAIL,DEMO-MAIL"} {
		r := c.do(call{method: "GET", path: "/api/licence", credential: wrong})
		r.problem(t, 401, wire.ProblemTypeCodeUnknown)
		if first.body == nil {
			first = r
		}
		if !bytes.Equal(r.body, first.body) || r.header.Get("WWW-Authenticate") != first.header.Get("WWW-Authenticate") {
			t.Errorf("%q: %s", wrong, r.body)
		}
	}
	r := c.do(call{method: "POST", path: "/api/orders", credential: "DEMO-NOBODY", body: []byte("{")})
	if !bytes.Equal(r.body, first.body) {
		t.Errorf("on ordering: %s", r.body)
	}
}

func TestWrongCodesAreLimited(t *testing.T) {
	c := newCustomer(t)
	for range 20 {
		c.do(call{method: "GET", path: "/api/licence", credential: "DEMO-GUESS"}).problem(t, 401, wire.ProblemTypeCodeUnknown)
	}
	r := c.do(call{method: "GET", path: "/api/licence", credential: "DEMO-GUESS"})
	r.problem(t, 429, wire.ProblemTypeRateLimited)
	if r.header.Get("Retry-After") != "60" {
		t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
	}
	c.do(call{method: "GET", path: "/api/licence", credential: code}).problem(t, 429, wire.ProblemTypeRateLimited)
	c.clock.forward(time.Minute)
	c.licence()
}

func TestAnOrderIsOpenToItsTokenOnly(t *testing.T) {
	c := newCustomer(t, contract.BadRequests())
	o, plain, first := c.order(newKey(t))
	other, _ := token(t)
	wrong := c.look(o.ID, other)
	wrong.problem(t, 404, wire.ProblemTypeNotFound)
	unknown := c.look("nothing", plain)
	unknown.problem(t, 404, wire.ProblemTypeNotFound)
	if !bytes.Equal(wrong.body, unknown.body) {
		t.Errorf("%s and %s", wrong.body, unknown.body)
	}
	r := c.do(call{method: "POST", path: "/api/orders/" + o.ID + "/cancel", credential: other, match: first.header.Get("ETag")})
	r.problem(t, 404, wire.ProblemTypeNotFound)
	for _, none := range []string{"", code, plain + "=", plain[:42]} {
		c.look(o.ID, none).problem(t, 401, wire.ProblemTypeUnauthorized)
	}
}

func TestNoCredentialIsOnTheDisk(t *testing.T) {
	dir, clk := t.TempDir(), newClock()
	c := meet(t, start(t, dir, clk), clk)
	_, plain, _ := c.order(newKey(t))
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", d.Name(), info.Mode())
		}
		data, err := os.ReadFile(path)
		for _, secret := range []string{plain, code} {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s holds a credential", d.Name())
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.issuer.Requests() {
		if strings.Contains(r.Path, code) || strings.Contains(r.Path, plain) {
			t.Errorf("the request log holds a credential: %s", r.Path)
		}
	}
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// What is wrong with an application is said by field, all of it at once, and nothing is ordered.
func TestApplicationsAreJudged(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0") // to make a key that is too short
	c := newCustomer(t, contract.BadRequests())
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p521, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	with := func(key crypto.Signer, r *x509.CertificateRequest) func(*wire.Application) {
		return func(a *wire.Application) { text := csr(t, key, r); a.CSR = &text }
	}
	mailbox := func(value string) func(*wire.Application) {
		return func(a *wire.Application) {
			a.Names[0].Value, a.Proof = value, nil
			with(newKey(t), &x509.CertificateRequest{})(a)
		}
	}
	ptr := func(s string) *string { return &s }
	yes := true
	const field, names = wire.ProblemTypeFieldInvalid, wire.ProblemTypeNamesNotAllowed
	for name, tc := range map[string]struct {
		change  func(*wire.Application)
		kind    wire.ProblemType
		pointer string
		code    wire.FieldProblemCode
	}{
		"no name":           {func(a *wire.Application) { a.Names = nil }, field, "/names", "too_few"},
		"two names":         {func(a *wire.Application) { a.Names = append(a.Names, a.Names[0]) }, names, "/names", "too_many"},
		"a domain":          {func(a *wire.Application) { a.Names[0] = wire.Name{Type: "dns", Value: "shop.example"} }, names, "/names/0/type", "not_allowed"},
		"no address":        {mailbox("anna"), names, "/names/0/value", "malformed"},
		"umlaut in front":   {mailbox("jürg@shop.example"), names, "/names/0/value", "malformed"},
		"umlaut in domain":  {mailbox("anna@müller.example"), names, "/names/0/value", "malformed"},
		"no domain":         {mailbox("anna@localhost"), names, "/names/0/value", "malformed"},
		"intranet":          {mailbox("anna@mail.corp"), names, "/names/0/value", "not_allowed"},
		"IP address":        {mailbox("anna@192.0.2.1"), names, "/names/0/value", "malformed"},
		"literal":           {mailbox("anna@[192.0.2.1]"), names, "/names/0/value", "malformed"},
		"two dots":          {mailbox("anna..m@shop.example"), names, "/names/0/value", "malformed"},
		"long local part":   {mailbox(strings.Repeat("a", 65) + "@shop.example"), names, "/names/0/value", "too_long"},
		"long label":        {mailbox("anna@" + strings.Repeat("a", 64) + ".example"), names, "/names/0/value", "malformed"},
		"no request":        {func(a *wire.Application) { a.CSR = nil }, wire.ProblemTypeCSRUnreadable, "/csr", "required"},
		"no PEM":            {func(a *wire.Application) { a.CSR = ptr("-----BEGIN CERTIFICATE REQUEST-----\n") }, wire.ProblemTypeCSRUnreadable, "/csr", "malformed"},
		"two requests":      {func(a *wire.Application) { a.CSR = ptr(*a.CSR + *a.CSR) }, wire.ProblemTypeCSRUnreadable, "/csr", "malformed"},
		"broken signature":  {func(a *wire.Application) { a.CSR = ptr(broken(*a.CSR)) }, wire.ProblemTypeCSRUnreadable, "/csr", "malformed"},
		"another mailbox":   {with(newKey(t), &x509.CertificateRequest{EmailAddresses: []string{"eve@shop.example"}}), field, "/csr", "mismatch"},
		"short RSA":         {with(rsaKey(t, 1024), &x509.CertificateRequest{}), wire.ProblemTypeKeyWeak, "/csr", "not_allowed"},
		"odd RSA":           {with(rsaKey(t, 2056), &x509.CertificateRequest{}), wire.ProblemTypeKeyForbidden, "/csr", "not_allowed"},
		"Ed25519":           {with(edwards, &x509.CertificateRequest{}), wire.ProblemTypeKeyForbidden, "/csr", "not_allowed"},
		"P-521":             {with(p521, &x509.CertificateRequest{}), wire.ProblemTypeKeyForbidden, "/csr", "not_allowed"},
		"no given name":     {func(a *wire.Application) { a.Subject.GivenName = nil }, field, "/subject/given_name", "required"},
		"blank surname":     {func(a *wire.Application) { a.Subject.Surname = ptr(" ") }, field, "/subject/surname", "required"},
		"long surname":      {func(a *wire.Application) { a.Subject.Surname = ptr(strings.Repeat("ü", 65)) }, field, "/subject/surname", "too_long"},
		"control character": {func(a *wire.Application) { a.Subject.Surname = ptr("A\x07") }, field, "/subject/surname", "malformed"},
		"turned text":       {func(a *wire.Application) { a.Subject.Surname = ptr("A\u202e") }, field, "/subject/surname", "malformed"},
		"a title":           {func(a *wire.Application) { a.Subject.Title = ptr("Dr") }, field, "/subject/title", "not_allowed"},
		"no person":         {func(a *wire.Application) { a.Subject = nil }, field, "/subject/given_name", "required"},
		"token hash":        {func(a *wire.Application) { a.OrderTokenSHA256 = "abc" }, field, "/order_token_sha256", "malformed"},
		"no terms":          {func(a *wire.Application) { a.AcceptedTerms = nil }, field, "/accepted_terms", "required"},
		"other terms":       {func(a *wire.Application) { a.AcceptedTerms = append(a.AcceptedTerms, "x") }, field, "/accepted_terms/1", "not_allowed"},
		"language":          {func(a *wire.Application) { a.Language = "" }, field, "/language", "malformed"},
		"long comment":      {func(a *wire.Application) { a.Comment = ptr(strings.Repeat("a", 2001)) }, field, "/comment", "too_long"},
		"contacts":          {func(a *wire.Application) { a.Contacts = &wire.Contacts{Technical: &wire.Contact{}} }, field, "/contacts", "not_allowed"},
		"organization":      {func(a *wire.Application) { a.Organization = &wire.Organization{} }, field, "/organization", "not_allowed"},
		"authority to sign": {func(a *wire.Application) { a.AuthorityToSign = &yes }, field, "/authority_to_sign", "not_allowed"},
		"approver":          {func(a *wire.Application) { a.ApproverEmail = ptr("a@b.example") }, field, "/approver_email", "not_allowed"},
		"pairs":             {func(a *wire.Application) { a.WWWPairs = []string{"x"} }, field, "/www_pairs", "not_allowed"},
		"revocation code":   {func(a *wire.Application) { a.RevocationCode = ptr("12345678") }, field, "/revocation_code", "not_allowed"},
		"proof by DNS":      {func(a *wire.Application) { a.Proof["anna.muster@shop.example"] = "dns_txt" }, field, "/proof", "not_allowed"},
		"proof of another":  {func(a *wire.Application) { a.Proof["eve@shop.example"] = "email" }, field, "/proof", "not_allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, hash := token(t)
			a := application(t, newKey(t), hash)
			tc.change(&a)
			p := c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, a)}).problem(t, 422, tc.kind)
			for _, e := range p.Errors {
				if e.Pointer == tc.pointer && e.Code == tc.code {
					return
				}
			}
			t.Errorf("%+v", p.Errors)
		})
	}
	if l := c.licence(); l.State != wire.LicenceStateValid {
		t.Errorf("something was ordered: %s", l.State)
	}
	if n := len(c.inbox()); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
}

// broken changes one letter of a request's signature.
func broken(request string) string {
	at := strings.LastIndex(request, "\n-----END") - 12
	letter := "A"
	if request[at] == 'A' {
		letter = "B"
	}
	return request[:at] + letter + request[at+1:]
}

func TestRightApplicationsOfOtherShapes(t *testing.T) {
	for name, tc := range map[string]struct {
		key    crypto.Signer
		change func(*wire.Application)
		want   string
	}{
		"RSA, a request that names a person": {rsaKey(t, 2048), func(*wire.Application) {}, "anna.muster@shop.example"},
		"domain in capitals":                 {newKey(t), func(a *wire.Application) { a.Names[0].Value = "Anna.Muster@SHOP.example"; a.Proof = nil }, "Anna.Muster@shop.example"},
		"A-label":                            {newKey(t), func(a *wire.Application) { a.Names[0].Value = "anna@xn--mller-kva.example"; a.Proof = nil }, "anna@xn--mller-kva.example"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCustomer(t)
			_, hash := token(t)
			a := application(t, tc.key, hash)
			tc.change(&a)
			text := csr(t, tc.key, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "Anna Muster", Organization: []string{"Shop"}}})
			a.CSR = &text
			o := c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, a)}).order(t)
			if o.Names[0].Value != tc.want {
				t.Errorf("%q", o.Names[0].Value)
			}
		})
	}
}

func TestOneTokenOpensOneOrder(t *testing.T) {
	c := newCustomer(t)
	_, hash := token(t)
	c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, application(t, newKey(t), hash))}).order(t)
	r := c.do(call{method: "POST", path: "/api/orders", credential: code + "-2", body: encode(t, application(t, newKey(t), hash))})
	if p := r.problem(t, http.StatusUnprocessableEntity, wire.ProblemTypeFieldInvalid); p.Errors[0].Pointer != "/order_token_sha256" {
		t.Errorf("%+v", p)
	}
}
