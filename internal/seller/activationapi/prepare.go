package activationapi

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller/activationapi/wire"
)

// tokenBytes is how many random bytes an order token encodes.
const tokenBytes = 32

// Prepare writes an application as it is sent. The same arguments give the same bytes. The names of a
// customer's own request are those that stand in it, so that what is asked for in words and what is asked for in
// the CSR can't differ; a request that was made here is made of the names in the application.
func (c *Client) Prepare(l order.Licence, a order.Application, csr []byte, token secret.Value) ([]byte, error) {
	digest, err := tokenHash(token)
	if err != nil {
		return nil, err
	}
	w := wire.Application{
		OrderTokenSHA256: digest,
		AcceptedTerms:    a.AcceptedTerms,
		Comment:          optional(a.Comment),
		Contacts:         contacts(l.Product, a),
		Language:         c.language(a),
		Subject:          subject(a),
	}
	if l.WantsOrganization() && a.Organization != nil {
		w.Organization = organization(l.Product, *a.Organization)
		w.AuthorityToSign = &a.AuthorityToSign
	}
	if l.Product.Approver {
		w.ApproverEmail = optional(a.ApproverEmail)
	}
	if w.Names, err = names(l, a, csr); err != nil {
		return nil, err
	}
	w.WWWPairs = l.WWWPairs(a)
	if len(csr) > 0 {
		block := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}))
		w.CSR = &block
	}
	body, err := json.Marshal(w)
	if err != nil {
		return nil, fault.New(fault.Unexpected, nil)
	}
	if len(body) > maxAnswer {
		return nil, fault.New(fault.TooLarge, nil, "host", line(l.SellerName, maxShort))
	}
	return body, nil
}

// tokenHash is the SHA-256 of a token's characters, the very bytes that follow "Bearer ".
func tokenHash(token secret.Value) (string, error) {
	b := token.Reveal()
	defer clear(b)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(b))
	defer clear(raw)
	if err != nil || len(raw) != tokenBytes {
		return "", fault.New(fault.Unexpected, errors.New("activationapi: an order token that is no 32 bytes in base64url"))
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

func names(l order.Licence, a order.Application, csr []byte) ([]wire.ApplicationName, error) {
	if len(csr) == 0 {
		if l.Product.Type != order.SiteService {
			return nil, fault.New(fault.RequestUnreadable, nil)
		}
		return wireNames(l.RequestedNames(a)), nil
	}
	request, err := x509.ParseCertificateRequest(csr)
	if err != nil {
		return nil, fault.New(fault.RequestUnreadable, nil)
	}
	var in []order.Name
	for _, n := range request.DNSNames {
		in = append(in, order.Name{Type: wire.NameKindDNS, Value: n})
	}
	for _, n := range request.EmailAddresses {
		in = append(in, order.Name{Type: wire.NameKindEmail, Value: n})
	}
	for _, n := range request.IPAddresses {
		in = append(in, order.Name{Type: wire.NameKindIP, Value: n.String()})
	}
	if a.OwnRequest() {
		return wireNames(in), nil
	}
	if !slices.Equal(in, l.CertifiedNames(a)) {
		return nil, fault.New(fault.NamesNotAllowed, errors.New("activationapi: the request is for other names than the application"))
	}
	return wireNames(l.RequestedNames(a)), nil
}

func wireNames(all []order.Name) []wire.ApplicationName {
	out := []wire.ApplicationName{}
	for _, n := range all {
		out = append(out, wire.Name{Type: n.Type, Value: n.Value})
	}
	return out
}

func (c *Client) language(a order.Application) string {
	if a.Language != "" {
		return a.Language
	}
	if l := c.o.Language(); l != "" {
		return l
	}
	return "en"
}

func subject(a order.Application) *wire.Subject {
	s := wire.Subject{
		GivenName: optional(a.GivenName), Surname: optional(a.Surname),
		Pseudonym: optional(a.Pseudonym), Title: optional(a.Title),
	}
	if s == (wire.Subject{}) {
		return nil
	}
	return &s
}

// contacts gives those that the product wants; nobody else's data is sent.
func contacts(product order.Product, a order.Application) *wire.Contacts {
	var out wire.Contacts
	for _, role := range product.Contacts {
		switch role {
		case wire.ContactRoleAdministrative:
			out.Administrative = contact(a.Administrative)
		case wire.ContactRoleTechnical:
			out.Technical = contact(a.Technical)
			if a.SameTechnical {
				out.Technical = contact(a.Administrative)
			}
		}
	}
	if out == (wire.Contacts{}) {
		return nil
	}
	return &out
}

func contact(p order.Contact) *wire.Contact {
	return &wire.Contact{
		GivenName: strings.TrimSpace(p.GivenName), Surname: strings.TrimSpace(p.Surname),
		JobTitle: optional(p.JobTitle), Email: strings.TrimSpace(p.Email), Phone: strings.TrimSpace(p.Phone),
	}
}

func organization(product order.Product, o order.Organization) *wire.ApplicationOrganization {
	out := &wire.Organization{
		LegalName: strings.TrimSpace(o.LegalName), TradeName: optional(o.TradeName),
		Registration: wire.Registration{
			Scheme: o.Registration.Scheme, Number: optional(o.Registration.Number),
			Country: o.Registration.Country, Region: optional(o.Registration.Region),
		},
		Address: wire.Address{
			Lines: o.Address.Lines, Locality: strings.TrimSpace(o.Address.Locality),
			Region: optional(o.Address.Region), PostalCode: optional(o.Address.PostalCode), Country: o.Address.Country,
		},
		Phone: strings.TrimSpace(o.Phone),
	}
	if product.Validation == order.ValidationExtended {
		out.BusinessCategory, out.IncorporatedOn = optional(o.BusinessCategory), optional(o.IncorporatedOn)
		if j := o.Jurisdiction; j.Country != "" {
			out.Jurisdiction = &wire.Jurisdiction{Country: j.Country, Region: optional(j.Region), Locality: optional(j.Locality)}
		}
	}
	return out
}

func optional(s string) *string {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return &s
}
