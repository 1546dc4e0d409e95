package activationapi

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller/activationapi/wire"
)

// tokenBytes is how many random bytes an order token encodes.
const tokenBytes = 32

// Prepare writes an application as it is sent. The same arguments give the same bytes. The names are those
// of the request, so that what is asked for in words and what is asked for in the CSR can't differ.
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
	if a.Organization != nil {
		w.Organization = organization(*a.Organization)
	}
	if w.Names, err = names(l.Product, a, csr); err != nil {
		return nil, err
	}
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

func names(product order.Product, a order.Application, csr []byte) ([]wire.ApplicationName, error) {
	out := []wire.ApplicationName{}
	if len(csr) == 0 {
		if product.Type != order.SiteService {
			return nil, fault.New(fault.RequestUnreadable, nil)
		}
		for l := range strings.Lines(a.Domains) {
			if d, bad := order.ParseDomain(l); bad == "" {
				out = append(out, wire.Name{Type: wire.NameKindDNS, Value: d.ASCII})
			}
		}
		return out, nil
	}
	request, err := x509.ParseCertificateRequest(csr)
	if err != nil {
		return nil, fault.New(fault.RequestUnreadable, nil)
	}
	for _, n := range request.DNSNames {
		out = append(out, wire.Name{Type: wire.NameKindDNS, Value: n})
	}
	for _, n := range request.EmailAddresses {
		out = append(out, wire.Name{Type: wire.NameKindEmail, Value: n})
	}
	for _, n := range request.IPAddresses {
		out = append(out, wire.Name{Type: wire.NameKindIP, Value: n.String()})
	}
	return out, nil
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

func organization(o order.Organization) *wire.ApplicationOrganization {
	return &wire.Organization{
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
}

func optional(s string) *string {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return &s
}
