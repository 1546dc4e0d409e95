package service

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

// Bounds of X.520 as RFC 5280, A.1 has them, and of a postal address.
const (
	maxName    = 64
	maxPlace   = 128
	maxLine    = 128
	maxPostal  = 16
	maxAddress = 3
)

var country = regexp.MustCompile(`^[A-Z]{2}$`)

// judgeContacts wants the contacts that the product names, and no others: nobody should send data that
// nobody has asked for.
func judgeContacts(roles []wire.ContactRole, given *wire.Contacts) []finding {
	if given == nil {
		given = &wire.Contacts{}
	}
	var wrong []finding
	if len(roles) == 0 && *given != (wire.Contacts{}) {
		return []finding{invalid("/contacts", wire.FieldProblemCodeNotAllowed, "not part of this product")}
	}
	for _, role := range []struct {
		name    wire.ContactRole
		contact *wire.Contact
	}{
		{wire.ContactRoleAdministrative, given.Administrative},
		{wire.ContactRoleTechnical, given.Technical},
		{wire.ContactRoleOrganization, given.Organization},
	} {
		at := "/contacts/" + role.name
		switch wanted := slices.Contains(roles, role.name); {
		case wanted && role.contact == nil:
			wrong = append(wrong, invalid(at, wire.FieldProblemCodeRequired, "missing"))
		case !wanted && role.contact != nil:
			wrong = append(wrong, invalid(at, wire.FieldProblemCodeNotAllowed, "not part of this product"))
		case wanted:
			wrong = append(wrong, judgeContact(at, *role.contact)...)
		}
	}
	return wrong
}

func judgeContact(at string, c wire.Contact) []finding {
	wrong := required(at+"/given_name", c.GivenName, maxName)
	wrong = append(wrong, required(at+"/surname", c.Surname, maxName)...)
	wrong = append(wrong, optional(at+"/job_title", c.JobTitle, maxName)...)
	wrong = append(wrong, optional(at+"/organization", c.Organization, maxName)...)
	wrong = append(wrong, judgeEmail(at+"/email", c.Email)...)
	wrong = append(wrong, judgePhone(at+"/phone", c.Phone)...)
	if c.Address != nil {
		wrong = append(wrong, judgeAddress(at+"/address", *c.Address)...)
	}
	return wrong
}

func judgeEmail(at, email string) []finding {
	if strings.TrimSpace(email) == "" {
		return []finding{invalid(at, wire.FieldProblemCodeRequired, "missing")}
	}
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > 254 {
		return []finding{invalid(at, wire.FieldProblemCodeMalformed, "an e-mail address")}
	}
	return nil
}

func judgePhone(at, phone string) []finding {
	if phone == "" {
		return []finding{invalid(at, wire.FieldProblemCodeRequired, "missing")}
	}
	if !phoneForm.MatchString(phone) {
		return []finding{invalid(at, wire.FieldProblemCodeMalformed, "E.164")}
	}
	return nil
}

func judgeAddress(at string, a wire.Address) []finding {
	var wrong []finding
	switch {
	case len(a.Lines) == 0:
		wrong = append(wrong, invalid(at+"/lines", wire.FieldProblemCodeRequired, "missing"))
	case len(a.Lines) > maxAddress:
		wrong = append(wrong, invalid(at+"/lines", wire.FieldProblemCodeTooMany, "at most 3"))
	}
	for i, l := range a.Lines {
		wrong = append(wrong, required(fmt.Sprintf("%s/lines/%d", at, i), l, maxLine)...)
	}
	wrong = append(wrong, required(at+"/locality", a.Locality, maxPlace)...)
	wrong = append(wrong, optional(at+"/region", a.Region, maxPlace)...)
	wrong = append(wrong, optional(at+"/postal_code", a.PostalCode, maxPostal)...)
	return append(wrong, judgeCountry(at+"/country", a.Country)...)
}

func judgeCountry(at, code string) []finding {
	if code == "" {
		return []finding{invalid(at, wire.FieldProblemCodeRequired, "missing")}
	}
	if !country.MatchString(code) {
		return []finding{invalid(at, wire.FieldProblemCodeMalformed, "ISO 3166-1 alpha-2")}
	}
	return nil
}

// wantsOrganization reports whether a product verifies an organization.
func wantsOrganization(p wire.Product) bool {
	if p.Validation == nil {
		return false
	}
	switch *p.Validation {
	case wire.ValidationOrganization, wire.ValidationExtended, wire.ValidationSponsor:
		return true
	}
	return false
}

func judgeOrganization(p wire.Product, o *wire.Organization) []finding {
	const at = "/organization"
	switch wanted := wantsOrganization(p); {
	case !wanted && o != nil:
		return []finding{invalid(at, wire.FieldProblemCodeNotAllowed, "not part of this product")}
	case !wanted:
		return nil
	case o == nil:
		return []finding{invalid(at, wire.FieldProblemCodeRequired, "missing")}
	}
	wrong := required(at+"/legal_name", o.LegalName, maxName)
	wrong = append(wrong, optional(at+"/trade_name", o.TradeName, maxName)...)
	dated := *p.Validation == wire.ValidationExtended && o.IncorporatedOn != nil
	wrong = append(wrong, judgeRegistration(at+"/registration", o.Registration, dated)...)
	wrong = append(wrong, judgeAddress(at+"/address", o.Address)...)
	wrong = append(wrong, judgePhone(at+"/phone", o.Phone)...)
	if o.IncorporatedOn != nil {
		if _, err := time.Parse(time.DateOnly, *o.IncorporatedOn); err != nil {
			wrong = append(wrong, invalid(at+"/incorporated_on", wire.FieldProblemCodeMalformed, "YYYY-MM-DD"))
		}
	}
	if *p.Validation == wire.ValidationSponsor && o.Registration.Scheme != wire.RegistrationSchemeLEI &&
		o.Registration.Scheme != wire.RegistrationSchemeINT && o.Registration.Country != o.Address.Country {
		// S/MIME Baseline Requirements, appendix A: the register's country is that of the subject.
		wrong = append(wrong, invalid(at+"/registration/country", wire.FieldProblemCodeMismatch, "another country than the address"))
	}
	if *p.Validation == wire.ValidationExtended {
		wrong = append(wrong, judgeExtended(at, *o)...)
	}
	return wrong
}

var (
	schemes    = []string{wire.RegistrationSchemeNTR, wire.RegistrationSchemeVAT, wire.RegistrationSchemeLEI, wire.RegistrationSchemeGOV, wire.RegistrationSchemeINT}
	categories = []string{
		wire.BusinessCategoryPrivateOrganization, wire.BusinessCategoryGovernmentEntity,
		wire.BusinessCategoryBusinessEntity, wire.BusinessCategoryNonCommercialEntity,
	}
	lei = regexp.MustCompile(`^[A-Z0-9]{18}[0-9]{2}$`)
)

// judgeRegistration: a register's number is missing only for governments and international organizations
// (S/MIME Baseline Requirements, 7.1.4.2.2 d), and where the day of incorporation stands for it (EV Guidelines,
// 7.1.4.2.5).
func judgeRegistration(at string, r wire.Registration, dated bool) []finding {
	wrong := optional(at+"/number", r.Number, maxName)
	wrong = append(wrong, optional(at+"/region", r.Region, maxPlace)...)
	wrong = append(wrong, judgeCountry(at+"/country", r.Country)...)
	number := strings.TrimSpace(value(r.Number))
	switch {
	case r.Scheme == "":
		wrong = append(wrong, invalid(at+"/scheme", wire.FieldProblemCodeRequired, "missing"))
	case !slices.Contains(schemes, r.Scheme):
		wrong = append(wrong, invalid(at+"/scheme", wire.FieldProblemCodeNotAllowed, "no such register"))
	case number == "" && !dated && r.Scheme != wire.RegistrationSchemeGOV && r.Scheme != wire.RegistrationSchemeINT:
		wrong = append(wrong, invalid(at+"/number", wire.FieldProblemCodeRequired, "missing"))
	case r.Scheme == wire.RegistrationSchemeLEI && !lei.MatchString(number):
		wrong = append(wrong, invalid(at+"/number", wire.FieldProblemCodeMalformed, "ISO 17442"))
	}
	return wrong
}

// judgeExtended: EV Guidelines, 7.1.4.2.3 to 7.1.4.2.5.
func judgeExtended(at string, o wire.Organization) []finding {
	var wrong []finding
	switch {
	case o.BusinessCategory == nil:
		wrong = append(wrong, invalid(at+"/business_category", wire.FieldProblemCodeRequired, "missing"))
	case !slices.Contains(categories, *o.BusinessCategory):
		wrong = append(wrong, invalid(at+"/business_category", wire.FieldProblemCodeNotAllowed, "no such category"))
	}
	if o.Jurisdiction == nil {
		return append(wrong, invalid(at+"/jurisdiction", wire.FieldProblemCodeRequired, "missing"))
	}
	wrong = append(wrong, judgeCountry(at+"/jurisdiction/country", o.Jurisdiction.Country)...)
	wrong = append(wrong, optional(at+"/jurisdiction/region", o.Jurisdiction.Region, maxPlace)...)
	return append(wrong, optional(at+"/jurisdiction/locality", o.Jurisdiction.Locality, maxPlace)...)
}

func judgeAuthority(p wire.Product, declared *bool) []finding {
	switch wanted, yes := wantsOrganization(p), declared != nil && *declared; {
	case wanted && !yes:
		return []finding{invalid("/authority_to_sign", wire.FieldProblemCodeRequired, "must be declared")}
	case !wanted && yes:
		return []finding{invalid("/authority_to_sign", wire.FieldProblemCodeNotAllowed, "not part of this product")}
	}
	return nil
}

func judgeApprover(wanted bool, email *string, names []wire.Name) []finding {
	const at = "/approver_email"
	switch {
	case !wanted && email != nil:
		return []finding{invalid(at, wire.FieldProblemCodeNotAllowed, "not part of this product")}
	case !wanted:
		return nil
	case email == nil || strings.TrimSpace(*email) == "":
		return []finding{invalid(at, wire.FieldProblemCodeRequired, "missing")}
	case len(names) > 0 && !slices.Contains(ledger.Approvers(names), strings.ToLower(*email)):
		return []finding{{wire.ProblemTypeApproverNotAllowed, field(at, wire.FieldProblemCodeNotAllowed, "admin, administrator, webmaster, hostmaster or postmaster at the registered domain")}}
	}
	return nil
}

func required(at, value string, limit int) []finding {
	if strings.TrimSpace(value) == "" {
		return []finding{invalid(at, wire.FieldProblemCodeRequired, "missing")}
	}
	return text(at, value, limit)
}

func optional(at string, value *string, limit int) []finding {
	if value == nil {
		return nil
	}
	return text(at, *value, limit)
}
