package ledger

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"
	"time"

	"certdesk/internal/demo/authority"
	"certdesk/internal/seller/activationapi/wire"
	"certdesk/internal/spki"
)

// conclude is what the authority does once everything is settled: issue, or say no where the licence is made
// for showing that. An authority that can't is the order's failure, not the ledger's.
func (c *Change) conclude(o *Order, at time.Time) error {
	offer, w := o.Offer(), c.words(o)
	switch {
	case offer.Course.Reject:
		return c.reject(o, at, w.T("demo.rejected.reason"))
	case offer.Product.Type == wire.ProductTypeSiteService:
		o.State = wire.OrderStateIssued
		o.happened(at, wire.TimelineEventIssued, wire.PartySeller)
		c.Licences[o.LicenceID] = Licence{State: wire.LicenceStateConsumed, OrderID: o.ID}
		return c.write(o, at, w.T("demo.message.site.subject"), w.T("demo.message.site.text", "name", o.Title()))
	}
	made, err := c.certificate(o, at, 0)
	if err != nil {
		o.StateReason = w.T("demo.failed")
		c.end(o, at, wire.OrderStateFailed, wire.TimelineEventFailed, wire.PartyAuthority)
		return nil
	}
	o.Certificate = made
	o.State = wire.OrderStateIssued
	o.happened(at, wire.TimelineEventIssued, wire.PartyAuthority)
	if offer.Product.Type == wire.ProductTypeSMIME {
		return c.write(o, at, w.T("demo.message.issued.subject"), w.T("demo.message.issued.text", "mailbox", o.Title()))
	}
	return c.write(o, at, w.T("demo.message.issued.subject"), w.T("demo.message.issued.other", "name", o.Title()))
}

// Age makes the current certificate one that ends in ten days: the authority issues it again, for the same
// key and with its beginning set back, and the customer gets it as the order's current certificate.
func (c *Change) Age(o *Order) error {
	if o.State != wire.OrderStateIssued || o.Certificate == nil {
		return ErrOrderState
	}
	const left = 10 * 24 * time.Hour
	back := o.Certificate.Info.NotAfter.Sub(o.Certificate.Info.NotBefore) - left
	made, err := c.certificate(o, c.Now, back)
	if err != nil {
		return err
	}
	old := *o.Certificate
	old.Info.State = wire.CertificateStatePrevious
	o.Previous = append([]Certificate{old}, o.Previous...)
	o.Certificate = made
	o.happened(c.Now, wire.TimelineEventReissued, wire.PartyAuthority)
	return nil
}

// certificate has one issued. back is how long ago it begins.
func (c *Change) certificate(o *Order, at time.Time, back time.Duration) (*Certificate, error) {
	chain, err := c.chain(o, at.Add(-back))
	if err != nil {
		return nil, err
	}
	leaf := chain[0]
	hash := sha256.Sum256(leaf.Raw)
	key := spki.OfCertificate(leaf)
	var text strings.Builder
	for _, certificate := range chain {
		text.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}))
	}
	return &Certificate{
		Info: wire.CertificateInfo{
			SHA256: hex.EncodeToString(hash[:]), Serial: leaf.SerialNumber.Text(16),
			NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter,
			SPKISHA256: hex.EncodeToString(key[:]), State: wire.CertificateStateCurrent,
		},
		Chain: text.String(),
	}, nil
}

func (c *Change) chain(o *Order, at time.Time) ([]*x509.Certificate, error) {
	if o.Application.CSR == nil {
		return nil, ErrOrderState
	}
	request, err := Request(*o.Application.CSR)
	if err != nil {
		return nil, err
	}
	return c.ledger.Issue(o.wanted(request), at)
}

// wanted is what the authority is asked for.
func (o *Order) wanted(request *x509.CertificateRequest) authority.Request {
	product := o.Offer().Product
	r := authority.Request{Public: request.PublicKey}
	for _, n := range o.Names {
		if n.Type == wire.NameKindEmail {
			r.Mailbox = n.Value
		} else {
			r.Hosts = append(r.Hosts, n.Value)
		}
	}
	switch {
	case product.Type == wire.ProductTypeCodeSigning:
		r.Profile = authority.CodeSigning
	case product.Type == wire.ProductTypeSMIME && *product.Validation == wire.ValidationSponsor:
		r.Profile = authority.MailSponsor
	case product.Type == wire.ProductTypeSMIME:
		r.Profile = authority.MailMailbox
	case *product.Validation == wire.ValidationExtended:
		r.Profile = authority.WebsiteExtended
	case *product.Validation == wire.ValidationOrganization:
		r.Profile = authority.WebsiteOrganization
	default:
		r.Profile = authority.WebsiteDomain
	}
	if s := o.Application.Subject; s != nil {
		r.Person = authority.Person{GivenName: said(s.GivenName), Surname: said(s.Surname), Pseudonym: said(s.Pseudonym), Title: said(s.Title)}
	}
	if w := o.Application.Organization; w != nil {
		r.Organization = authority.Organization{
			Name: w.LegalName, Scheme: w.Registration.Scheme, Number: said(w.Registration.Number),
			RegisterCountry: w.Registration.Country, RegisterRegion: said(w.Registration.Region),
			Category: said(w.BusinessCategory), IncorporatedOn: said(w.IncorporatedOn), Locality: w.Address.Locality, Region: said(w.Address.Region), Country: w.Address.Country,
		}
		if j := w.Jurisdiction; j != nil {
			r.Organization.JurisdictionCountry, r.Organization.JurisdictionRegion, r.Organization.JurisdictionLocality = j.Country, said(j.Region), said(j.Locality)
		}
	}
	return r
}

func said(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}

// Request reads a PKCS #10 request from its one PEM block and checks its signature.
func Request(text string) (*x509.CertificateRequest, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE REQUEST" || strings.TrimSpace(string(rest)) != "" {
		return nil, errors.New("demo: no certificate request in PEM")
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return nil, errors.New("demo: unreadable certificate request")
	}
	if err := request.CheckSignature(); err != nil {
		return nil, errors.New("demo: the request is not signed by its key")
	}
	return request, nil
}
