package order

import (
	"slices"
	"strconv"
	"strings"
)

// FieldAt is the field that a service's pointer (RFC 6901) into the application is about, as problems name it, and
// for names which of them, from 0; -1 where it is about no single one. The field is empty for what no step asks.
func FieldAt(pointer string) (field string, index int) {
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	number := func() int {
		if len(parts) > 1 {
			if n, err := strconv.Atoi(parts[1]); err == nil && n >= 0 {
				return n
			}
		}
		return -1
	}
	switch parts[0] {
	case "names", "www_pairs":
		return FieldDomains, number()
	case "subject":
		if len(parts) > 1 {
			return parts[1], -1
		}
	case "contacts":
		if len(parts) > 2 {
			return parts[1] + "." + parts[2], -1
		}
		if len(parts) == 2 {
			return parts[1] + "." + FieldEmail, -1
		}
	case "organization":
		if len(parts) > 3 && parts[1] == "address" && parts[2] == "lines" {
			parts = parts[:3]
		}
		if len(parts) == 1 {
			return FieldLegalName, -1
		}
		return strings.Join(parts, "."), -1
	case "csr":
		return FieldKey, -1
	case FieldTerms, FieldAuthority, FieldApprover, FieldAccountContact:
		return parts[0], -1
	}
	return "", -1
}

// StepOf is the step at which a field is entered.
func (l Licence) StepOf(field string) Step {
	role, _, _ := strings.Cut(field, ".")
	switch {
	case slices.Contains([]string{FieldDomains, FieldMailbox, FieldGivenName, FieldSurname, FieldPseudonym, FieldTitle}, field):
		return StepNames
	case role == RoleAdministrative || role == RoleTechnical:
		return StepContacts
	case role == "organization" || field == FieldAuthority:
		return StepOrganization
	case field == FieldKey || field == FieldRequest:
		return StepKey
	}
	return StepReview
}
