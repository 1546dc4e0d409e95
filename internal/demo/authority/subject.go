package authority

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"regexp"
)

// Person is who a certificate names.
type Person struct{ GivenName, Surname, Pseudonym, Title string }

// Organization is which organization a certificate names, as the register says.
type Organization struct {
	Name                            string
	Scheme                          string // NTR, VAT, LEI, GOV or INT
	Number                          string
	RegisterCountry, RegisterRegion string
	Category                        string // of extended validation, in the words of the Activation API
	Locality, Region, Country       string
	IncorporatedOn                  string // YYYY-MM-DD
	JurisdictionCountry             string
	JurisdictionRegion              string
	JurisdictionLocality            string
}

// Attributes that pkix.Name has no field for.
var (
	attrSurname             = asn1.ObjectIdentifier{2, 5, 4, 4}
	attrTitle               = asn1.ObjectIdentifier{2, 5, 4, 12}
	attrGivenName           = asn1.ObjectIdentifier{2, 5, 4, 42}
	attrPseudonym           = asn1.ObjectIdentifier{2, 5, 4, 65}
	attrCategory            = asn1.ObjectIdentifier{2, 5, 4, 15}
	attrIdentifier          = asn1.ObjectIdentifier{2, 5, 4, 97}
	attrJurisdictionPlace   = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 1}
	attrJurisdictionRegion  = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 2}
	attrJurisdictionCountry = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 3}
)

var subdivision = regexp.MustCompile(`^[A-Z0-9]{1,3}$`)

// categories are the words of the EV Guidelines (7.1.4.2.3).
var categories = map[string]string{
	"private_organization":  "Private Organization",
	"government_entity":     "Government Entity",
	"business_entity":       "Business Entity",
	"non_commercial_entity": "Non-Commercial Entity",
}

// subject is the name that a profile wants. A domain-validated certificate has an empty one, as current
// practice has it; a mailbox-validated one names the mailbox alone (S/MIME Baseline Requirements,
// 7.1.4.2.3), since nobody has checked a person.
func (r Request) subject() pkix.Name {
	switch r.Profile {
	case MailMailbox:
		return pkix.Name{CommonName: r.Mailbox}
	case MailSponsor:
		return r.sponsored()
	case WebsiteOrganization:
		return r.Organization.place()
	case WebsiteExtended:
		return r.extended()
	case CodeSigning: // Code Signing Baseline Requirements, 7.1.4.2
		n := r.Organization.place()
		n.CommonName = cut(r.Organization.Name)
		return n
	default:
		return pkix.Name{}
	}
}

func (o Organization) place() pkix.Name {
	n := pkix.Name{Country: list(o.Country), Organization: list(cut(o.Name)), Locality: list(o.Locality), Province: list(o.Region)}
	return n
}

// sponsored: S/MIME Baseline Requirements, 7.1.4.2.5. The organization's identifier is that of ETSI
// EN 319 412-1, 5.1.4: NTRCH-CHE-123.456.789, VATDE-123456789, NTRUS+CA-1234567.
func (r Request) sponsored() pkix.Name {
	n := r.Organization.place()
	n.CommonName = r.Mailbox
	add(&n, attrIdentifier, r.Organization.identifier())
	if r.Person.Pseudonym != "" {
		add(&n, attrPseudonym, r.Person.Pseudonym)
	} else {
		add(&n, attrGivenName, r.Person.GivenName)
		add(&n, attrSurname, r.Person.Surname)
	}
	add(&n, attrTitle, r.Person.Title)
	return n
}

// A region in words is left out: the identifier takes codes of ISO 3166-2 alone.
func (o Organization) identifier() string {
	switch o.Scheme {
	case "LEI":
		return "LEIXG-" + o.Number
	case "INT":
		return "INTXG"
	}
	id := o.Scheme + o.RegisterCountry
	if subdivision.MatchString(o.RegisterRegion) && o.Scheme != "VAT" {
		id += "+" + o.RegisterRegion
	}
	if o.Scheme == "GOV" && o.Number == "" {
		return id
	}
	return id + "-" + o.Number
}

// extended: EV Guidelines, 7.1.4.2. Where the register has no numbers the day of incorporation stands for one
// (7.1.4.2.5); a government entity without either says so in words.
func (r Request) extended() pkix.Name {
	o := r.Organization
	n := o.place()
	n.SerialNumber = o.Number
	if n.SerialNumber == "" {
		n.SerialNumber = o.IncorporatedOn
	}
	if n.SerialNumber == "" {
		n.SerialNumber = "Government Entity"
	}
	add(&n, attrCategory, categories[o.Category])
	add(&n, attrJurisdictionCountry, o.JurisdictionCountry)
	add(&n, attrJurisdictionRegion, o.JurisdictionRegion)
	add(&n, attrJurisdictionPlace, o.JurisdictionLocality)
	return n
}

func add(n *pkix.Name, attribute asn1.ObjectIdentifier, value string) {
	if value != "" {
		n.ExtraNames = append(n.ExtraNames, pkix.AttributeTypeAndValue{Type: attribute, Value: value})
	}
}

func list(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// cut keeps X.520's bound of an organization's and a common name (RFC 5280, A.1: 64 characters).
func cut(name string) string {
	if letters := []rune(name); len(letters) > 64 {
		return string(letters[:64])
	}
	return name
}
