package demo_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"strings"
	"testing"

	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

// refuses asserts that an application is refused with that problem of that field, and that nothing is
// ordered by it.
func refuses(t *testing.T, c *customer, code string, a wire.Application, kind wire.ProblemType, pointer string, fieldCode wire.FieldProblemCode) {
	t.Helper()
	p := c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, a)}).problem(t, 422, kind)
	for _, e := range p.Errors {
		if e.Pointer == pointer && e.Code == fieldCode {
			return
		}
	}
	t.Errorf("%+v", p.Errors)
}

// Names are held to what a public authority certifies and to the product.
func TestNamesAreJudged(t *testing.T) {
	c := newCustomer(t, contract.BadRequests())
	key := newKey(t)
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf("a%d.muster.example", i)
	}
	const bad, invalid = wire.ProblemTypeNamesNotAllowed, wire.ProblemTypeFieldInvalid
	for name, tc := range map[string]struct {
		code    string
		names   []string
		change  func(*wire.Application)
		kind    wire.ProblemType
		pointer string
		field   wire.FieldProblemCode
	}{
		"none":                        {"DEMO-TLS-DV", nil, nil, invalid, "/names", "too_few"},
		"four":                        {"DEMO-TLS-DV", many[:4], nil, bad, "/names", "too_many"},
		"a hundred and one":           {"DEMO-MULTI", many, nil, bad, "/names", "too_many"},
		"a wildcard":                  {"DEMO-TLS-DV", []string{"*.muster.example"}, nil, bad, "/names/0/value", "not_allowed"},
		"no wildcard":                 {"DEMO-TLS-WILD", []string{"muster.example"}, nil, bad, "/names/0/value", "not_allowed"},
		"a star in the middle":        {"DEMO-MULTI", []string{"a.*.example"}, nil, bad, "/names/0/value", "malformed"},
		"a star and letters":          {"DEMO-MULTI", []string{"w*.muster.example"}, nil, bad, "/names/0/value", "malformed"},
		"a wildcard of a suffix":      {"DEMO-TLS-WILD", []string{"*.co.uk"}, nil, bad, "/names/0/value", "not_allowed"},
		"a public suffix":             {"DEMO-TLS-DV", []string{"co.uk"}, nil, bad, "/names/0/value", "not_allowed"},
		"an intranet name":            {"DEMO-TLS-DV", []string{"server.local"}, nil, bad, "/names/0/value", "not_allowed"},
		"one label":                   {"DEMO-TLS-DV", []string{"server"}, nil, bad, "/names/0/value", "malformed"},
		"an onion":                    {"DEMO-TLS-DV", []string{"abcdefg.onion"}, nil, bad, "/names/0/value", "not_allowed"},
		"a name of the reverse tree":  {"DEMO-TLS-DV", []string{"2.0.192.in-addr.arpa"}, nil, bad, "/names/0/value", "not_allowed"},
		"an IP address":               {"DEMO-TLS-DV", []string{"192.0.2.1"}, nil, bad, "/names/0/value", "malformed"},
		"an IP address by type":       {"DEMO-TLS-DV", []string{"muster.example"}, func(a *wire.Application) { a.Names[0].Type = "ip" }, bad, "/names/0/type", "not_allowed"},
		"an underscore":               {"DEMO-TLS-DV", []string{"a_b.muster.example"}, nil, bad, "/names/0/value", "malformed"},
		"a dot at the end":            {"DEMO-TLS-DV", []string{"muster.example."}, nil, bad, "/names/0/value", "malformed"},
		"a U-label":                   {"DEMO-TLS-DV", []string{"muster.example"}, func(a *wire.Application) { a.Names[0].Value = "müller.example" }, bad, "/names/0/value", "malformed"},
		"a long label":                {"DEMO-TLS-DV", []string{strings.Repeat("a", 64) + ".example"}, nil, bad, "/names/0/value", "malformed"},
		"a long name":                 {"DEMO-TLS-DV", []string{"muster.example"}, func(a *wire.Application) { a.Names[0].Value = strings.Repeat("a.", 125) + "example" }, bad, "/names/0/value", "too_long"},
		"twice":                       {"DEMO-TLS-DV", []string{"muster.example", "Muster.example"}, nil, bad, "/names/1/value", "not_allowed"},
		"a pair that was not ordered": {"DEMO-TLS-DV", []string{"a.muster.example"}, func(a *wire.Application) { a.WWWPairs = []string{"muster.example"} }, invalid, "/www_pairs/0", "mismatch"},
		"a pair of a wildcard":        {"DEMO-TLS-WILD", []string{"*.muster.example"}, func(a *wire.Application) { a.WWWPairs = []string{"*.muster.example"} }, invalid, "/www_pairs/0", "not_allowed"},
		"a file for a wildcard":       {"DEMO-MULTI", []string{"*.muster.example"}, func(a *wire.Application) { a.Proof["*.muster.example"] = "http_file" }, invalid, "/proof", "not_allowed"},
		"mail for a wildcard licence": {"DEMO-TLS-WILD", []string{"*.muster.example"}, func(a *wire.Application) { a.Proof["*.muster.example"] = "email" }, invalid, "/proof", "not_allowed"},
		"a request for other names": {"DEMO-TLS-DV", []string{"muster.example"}, func(a *wire.Application) {
			other := csr(t, key, &x509.CertificateRequest{DNSNames: []string{"other.example"}})
			a.CSR = &other
		}, invalid, "/csr", "mismatch"},
		"contacts": {"DEMO-TLS-DV", []string{"muster.example"}, func(a *wire.Application) { *a = withOrganization(*a) }, invalid, "/contacts", "not_allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, hash := token(t)
			a := sites(t, key, hash, tc.names...)
			if strings.Contains(name, "U-label") || strings.Contains(name, "long") || strings.Contains(name, "type") {
				a.CSR = ptr(csr(t, key, &x509.CertificateRequest{}))
			}
			if tc.change != nil {
				tc.change(&a)
			}
			refuses(t, c, tc.code, a, tc.kind, tc.pointer, tc.field)
		})
	}
}

func ptr[T any](v T) *T { return &v }

// A free counterpart may stand among the names as well: it is not counted twice.
func TestAPairIsOneName(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", func(hash string) wire.Application {
		a := sites(t, newKey(t), hash, "www.muster.example", "muster.example", "a.muster.example", "b.muster.example")
		a.WWWPairs = []string{"www.muster.example"}
		return a
	})
	if o := b.see(); names(o.Names) != "www.muster.example muster.example a.muster.example b.muster.example" || len(o.Tasks) != 3 || *o.Tasks[0].Target != "muster.example" {
		t.Errorf("%s, %d tasks", names(o.Names), len(o.Tasks))
	}
}

// A subdomain has a free counterpart too.
func TestThePairOfASubdomain(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", func(hash string) wire.Application {
		a := sites(t, newKey(t), hash, "shop.muster.example")
		a.WWWPairs = []string{"shop.muster.example"}
		return a
	})
	o := b.see()
	if names(o.Names) != "shop.muster.example www.shop.muster.example" || len(o.Tasks) != 1 || *o.Tasks[0].Target != "shop.muster.example" {
		t.Errorf("%s, %d tasks", names(o.Names), len(o.Tasks))
	}
}

// Contacts, organization, approver and authority to sign are held to the product and to X.520.
func TestOrganizationsAreJudged(t *testing.T) {
	c := newCustomer(t, contract.BadRequests())
	key := newKey(t)
	const invalid = wire.ProblemTypeFieldInvalid
	for name, tc := range map[string]struct {
		code    string
		change  func(*wire.Application)
		kind    wire.ProblemType
		pointer string
		field   wire.FieldProblemCode
	}{
		"no contacts":                 {"DEMO-TLS-OV", func(a *wire.Application) { a.Contacts = nil }, invalid, "/contacts/administrative", "required"},
		"no technical contact":        {"DEMO-TLS-OV", func(a *wire.Application) { a.Contacts.Technical = nil }, invalid, "/contacts/technical", "required"},
		"no given name":               {"DEMO-TLS-OV", func(a *wire.Application) { a.Contacts.Administrative.GivenName = " " }, invalid, "/contacts/administrative/given_name", "required"},
		"local phone":                 {"DEMO-TLS-OV", func(a *wire.Application) { a.Contacts.Administrative.Phone = "031 555 01 00" }, invalid, "/contacts/administrative/phone", "malformed"},
		"no e-mail":                   {"DEMO-TLS-OV", func(a *wire.Application) { a.Contacts.Technical.Email = "anna" }, invalid, "/contacts/technical/email", "malformed"},
		"a third contact":             {"DEMO-TLS-OV", func(a *wire.Application) { a.Contacts.Organization = a.Contacts.Technical }, invalid, "/contacts/organization", "not_allowed"},
		"no organization":             {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization = nil }, invalid, "/organization", "required"},
		"a long name":                 {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization.LegalName = strings.Repeat("ü", 65) }, invalid, "/organization/legal_name", "too_long"},
		"no number":                   {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization.Registration.Number = nil }, invalid, "/organization/registration/number", "required"},
		"no register":                 {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization.Registration.Scheme = "XYZ" }, invalid, "/organization/registration/scheme", "not_allowed"},
		"a broken LEI":                {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization.Registration.Scheme = "LEI" }, invalid, "/organization/registration/number", "malformed"},
		"no country":                  {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization.Address.Country = "Schweiz" }, invalid, "/organization/address/country", "malformed"},
		"no street":                   {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization.Address.Lines = nil }, invalid, "/organization/address/lines", "required"},
		"four lines":                  {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization.Address.Lines = []string{"a", "b", "c", "d"} }, invalid, "/organization/address/lines", "too_many"},
		"no place":                    {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization.Address.Locality = "" }, invalid, "/organization/address/locality", "required"},
		"long postal code":            {"DEMO-TLS-OV", func(a *wire.Application) { a.Organization.Address.PostalCode = ptr(strings.Repeat("1", 17)) }, invalid, "/organization/address/postal_code", "too_long"},
		"nobody may sign":             {"DEMO-TLS-OV", func(a *wire.Application) { a.AuthorityToSign = nil }, invalid, "/authority_to_sign", "required"},
		"no approver":                 {"DEMO-TLS-OV", func(a *wire.Application) { a.ApproverEmail = nil }, invalid, "/approver_email", "required"},
		"another approver":            {"DEMO-TLS-OV", func(a *wire.Application) { a.ApproverEmail = ptr("anna@muster.example") }, wire.ProblemTypeApproverNotAllowed, "/approver_email", "not_allowed"},
		"approver elsewhere":          {"DEMO-TLS-OV", func(a *wire.Application) { a.ApproverEmail = ptr("admin@other.example") }, wire.ProblemTypeApproverNotAllowed, "/approver_email", "not_allowed"},
		"no jurisdiction":             {"DEMO-TLS-EV", func(a *wire.Application) { a.Organization.Jurisdiction = nil }, invalid, "/organization/jurisdiction", "required"},
		"no category":                 {"DEMO-TLS-EV", func(a *wire.Application) { a.Organization.BusinessCategory = nil }, invalid, "/organization/business_category", "required"},
		"another category":            {"DEMO-TLS-EV", func(a *wire.Application) { a.Organization.BusinessCategory = ptr("club") }, invalid, "/organization/business_category", "not_allowed"},
		"no date":                     {"DEMO-TLS-EV", func(a *wire.Application) { a.Organization.IncorporatedOn = ptr("1.2.1990") }, invalid, "/organization/incorporated_on", "malformed"},
		"register of another country": {"DEMO-MAIL-ORG", func(a *wire.Application) { a.Organization.Registration.Country = "DE" }, invalid, "/organization/registration/country", "mismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			_, hash := token(t)
			a := withOrganization(sites(t, key, hash, "shop.muster.example"))
			a.ApproverEmail = ptr("admin@muster.example")
			switch tc.code {
			case "DEMO-TLS-EV":
				a.Organization.BusinessCategory = ptr(wire.BusinessCategoryPrivateOrganization)
				a.Organization.Jurisdiction = &wire.Jurisdiction{Country: "CH"}
			case "DEMO-MAIL-ORG":
				a = withOrganization(application(t, key, hash))
				a.Contacts.Technical = nil
			}
			tc.change(&a)
			refuses(t, c, tc.code, a, tc.kind, tc.pointer, tc.field)
		})
	}
}

// A request of one's own may say what it likes of its subject, so long as it does not name other hosts.
func TestARequestOfOnesOwn(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", func(hash string) wire.Application {
		a := sites(t, newKey(t), hash, "shop.muster.example")
		text := csr(t, rsaKey(t, 2048), &x509.CertificateRequest{Subject: pkix.Name{CommonName: "shop.muster.example", Organization: []string{"Muster"}}})
		a.CSR = &text
		return a
	})
	b.wants(wire.OrderStateWaitingCustomer, "name-1")
}
