package service

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

// maxComment is the longest comment, in characters.
const maxComment = 2000

// finding is one reason why an application is refused.
type finding struct {
	kind  wire.ProblemType
	where wire.FieldProblem
}

// refusal lists what is wrong; nothing was done. Its type is the first finding's.
func refusal(wrong []finding) answer {
	errors := make([]wire.FieldProblem, len(wrong))
	for i, f := range wrong {
		errors[i] = f.where
	}
	return problem(http.StatusUnprocessableEntity, wrong[0].kind, errors...)
}

func invalid(pointer string, code wire.FieldProblemCode, detail string) finding {
	return finding{wire.ProblemTypeFieldInvalid, field(pointer, code, detail)}
}

var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// judge checks an application as strictly as an authority that answers for what it issues. It gives the names
// as they will be certified, and everything that is wrong, not only the first.
func judge(offer ledger.Offer, a wire.Application) ([]wire.Name, []finding) {
	p := offer.Product
	names, wrong := judgeNames(p.Names, a.Names, a.WWWPairs)
	wrong = append(wrong, judgeRequest(p, a.CSR, names)...)
	wrong = append(wrong, judgeSubject(p.SubjectFields, a.Subject)...)
	if !hash.MatchString(a.OrderTokenSHA256) {
		wrong = append(wrong, invalid("/order_token_sha256", wire.FieldProblemCodeMalformed, "64 hexadecimal digits"))
	}
	if _, err := language.Parse(a.Language); err != nil {
		wrong = append(wrong, invalid("/language", wire.FieldProblemCodeMalformed, "a BCP 47 tag"))
	}
	if !slices.Contains(a.AcceptedTerms, ledger.TermsID) {
		wrong = append(wrong, invalid("/accepted_terms", wire.FieldProblemCodeRequired, "the terms must be accepted"))
	}
	for i, id := range a.AcceptedTerms {
		if id != ledger.TermsID {
			wrong = append(wrong, invalid(fmt.Sprintf("/accepted_terms/%d", i), wire.FieldProblemCodeNotAllowed, "no such terms"))
		}
	}
	if a.Comment != nil {
		wrong = append(wrong, text("/comment", *a.Comment, maxComment)...)
	}
	wrong = append(wrong, judgeContacts(p.Contacts, a.Contacts)...)
	wrong = append(wrong, judgeOrganization(p, a.Organization)...)
	wrong = append(wrong, judgeAuthority(p, a.AuthorityToSign)...)
	wrong = append(wrong, judgeApprover(p.Approver != nil && *p.Approver, a.ApproverEmail, names)...)
	wrong = append(wrong, judgeProof(p, a.Proof, names)...)
	if a.RevocationCode != nil {
		wrong = append(wrong, invalid("/revocation_code", wire.FieldProblemCodeNotAllowed, "not part of this product"))
	}
	return names, wrong
}

var (
	dotAtom = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	label   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// Top-level names that lead nowhere outside one network (RFC 6761, RFC 6762, RFC 7686, ICANN's
	// "internal"). "example" and "test" are let through: a demo needs them.
	private = []string{"local", "localhost", "internal", "intranet", "lan", "home", "corp", "onion", "invalid"}
)

// certifiable gives a mailbox as an rfc822Name holds it (RFC 5280, 4.2.1.6): ASCII, the domain in lower
// case A-labels. Lengths: RFC 5321, 4.5.3.1.
func certifiable(address string) (string, *wire.FieldProblem) {
	no := func(code wire.FieldProblemCode, detail string) (string, *wire.FieldProblem) {
		f := field("/names/0/value", code, detail)
		return "", &f
	}
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return no(wire.FieldProblemCodeMalformed, "no address")
	}
	local, domain := address[:at], strings.ToLower(address[at+1:])
	if len(address) > 254 || len(local) > 64 {
		return no(wire.FieldProblemCodeTooLong, "at most 254 characters, 64 before the @")
	}
	if !dotAtom.MatchString(local) {
		return no(wire.FieldProblemCodeMalformed, "the part before the @")
	}
	labels := strings.Split(domain, ".")
	if len(labels) < 2 || slices.ContainsFunc(labels, func(l string) bool { return !label.MatchString(l) }) {
		return no(wire.FieldProblemCodeMalformed, "the domain")
	}
	top := labels[len(labels)-1]
	if strings.Trim(top, "0123456789") == "" {
		return no(wire.FieldProblemCodeMalformed, "an IP address")
	}
	if slices.Contains(private, top) {
		return no(wire.FieldProblemCodeNotAllowed, "a name of one network only")
	}
	return local + "@" + domain, nil
}

func judgeSubject(fields []wire.SubjectField, given *wire.Subject) []finding {
	if given == nil {
		given = &wire.Subject{}
	}
	var wrong []finding
	rules := map[wire.SubjectFieldName]wire.SubjectField{}
	for _, f := range fields {
		rules[f.Field] = f
	}
	for _, f := range []struct {
		name  wire.SubjectFieldName
		value *string
	}{
		{wire.SubjectFieldNameGivenName, given.GivenName},
		{wire.SubjectFieldNameSurname, given.Surname},
		{wire.SubjectFieldNamePseudonym, given.Pseudonym},
		{wire.SubjectFieldNameTitle, given.Title},
	} {
		rule, known := rules[f.name]
		pointer := "/subject/" + f.name
		switch {
		case !known && f.value != nil:
			wrong = append(wrong, invalid(pointer, wire.FieldProblemCodeNotAllowed, "not part of this product"))
		case known && rule.Required == wire.NeedYes && (f.value == nil || strings.TrimSpace(*f.value) == ""):
			wrong = append(wrong, invalid(pointer, wire.FieldProblemCodeRequired, "missing"))
		case f.value != nil:
			wrong = append(wrong, text(pointer, *f.value, *rule.Max)...)
		}
	}
	return wrong
}

// text refuses what is too long, not UTF-8, or holds what can't be seen. A comment may have lines.
func text(pointer, value string, limit int) []finding {
	if utf8.RuneCountInString(value) > limit {
		return []finding{invalid(pointer, wire.FieldProblemCodeTooLong, fmt.Sprintf("at most %d characters", limit))}
	}
	for _, r := range value {
		lines := pointer == "/comment" && (r == '\n' || r == '\r' || r == '\t')
		if r == utf8.RuneError || !lines && !unicode.IsGraphic(r) || unicode.Is(unicode.Bidi_Control, r) {
			return []finding{invalid(pointer, wire.FieldProblemCodeMalformed, "a control character")}
		}
	}
	return nil
}

func judgeRequest(p wire.Product, csr *string, names []wire.Name) []finding {
	of := func(kind wire.ProblemType, code wire.FieldProblemCode, detail string) []finding {
		return []finding{{kind, field("/csr", code, detail)}}
	}
	if p.Type == wire.ProductTypeSiteService {
		if csr != nil {
			return of(wire.ProblemTypeFieldInvalid, wire.FieldProblemCodeNotAllowed, "not part of this product")
		}
		return nil
	}
	if csr == nil || *csr == "" {
		return of(wire.ProblemTypeCSRUnreadable, wire.FieldProblemCodeRequired, "missing")
	}
	if len(*csr) > 65536 {
		return of(wire.ProblemTypeCSRUnreadable, wire.FieldProblemCodeTooLong, "at most 65536 characters")
	}
	request, err := ledger.Request(*csr)
	if err != nil {
		return of(wire.ProblemTypeCSRUnreadable, wire.FieldProblemCodeMalformed, "not one signed PKCS #10 request in PEM")
	}
	switch request.SignatureAlgorithm {
	case x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.MD5WithRSA:
		return of(wire.ProblemTypeCSRUnreadable, wire.FieldProblemCodeNotAllowed, "signed with SHA-1")
	}
	if kind, detail := judgeKey(p.Keys, request); kind != "" {
		return of(kind, wire.FieldProblemCodeNotAllowed, detail)
	}
	if len(names) > 0 && contradicts(request, names) {
		return of(wire.ProblemTypeFieldInvalid, wire.FieldProblemCodeMismatch, "the request names something else")
	}
	return nil
}

// contradicts reports whether a request names what the application does not. What a request says of itself
// is not certified, but it must not be something else.
func contradicts(request *x509.CertificateRequest, names []wire.Name) bool {
	said := append(slices.Clone(request.DNSNames), request.EmailAddresses...)
	for _, ip := range request.IPAddresses {
		said = append(said, ip.String())
	}
	for _, s := range said {
		if !slices.ContainsFunc(names, func(n wire.Name) bool { return strings.EqualFold(n.Value, s) }) {
			return true
		}
	}
	return false
}

// judgeKey holds a key to the licence's list. Baseline Requirements 6.1.5 (RSA from 2048 bits), 6.1.6 (an
// odd exponent, from 2^16+1).
func judgeKey(rules []wire.KeyRule, request *x509.CertificateRequest) (wire.ProblemType, string) {
	algorithm, bits := "", 0
	switch k := request.PublicKey.(type) {
	case *rsa.PublicKey:
		algorithm, bits = wire.KeyAlgorithmRSA, k.N.BitLen()
		if bits < 2048 || k.E < 65537 || k.E%2 == 0 || k.N.Bit(0) == 0 {
			return wire.ProblemTypeKeyWeak, "RSA from 2048 bits, with an odd exponent from 65537"
		}
	case *ecdsa.PublicKey:
		algorithm, bits = wire.KeyAlgorithmECDSA, k.Curve.Params().BitSize
	}
	for _, rule := range rules {
		if rule.Algorithm == algorithm && slices.Contains(rule.Sizes, bits) {
			return "", ""
		}
	}
	return wire.ProblemTypeKeyForbidden, "not among the keys of the licence"
}
