package order

import "testing"

// What a service points at is found on the step where it was entered.
func TestFieldsThatAServicePointsAt(t *testing.T) {
	l := verified(ValidationExtended)
	for _, c := range []struct {
		pointer, field string
		index          int
		step           Step
	}{
		{"/names", FieldDomains, -1, StepNames},
		{"/names/2/value", FieldDomains, 2, StepNames},
		{"/www_pairs/0", FieldDomains, 0, StepNames},
		{"/subject/given_name", FieldGivenName, -1, StepNames},
		{"/contacts/administrative/email", "administrative.email", -1, StepContacts},
		{"/contacts/technical/phone", "technical.phone", -1, StepContacts},
		{"/contacts/technical", "technical.email", -1, StepContacts},
		{"/organization", FieldLegalName, -1, StepOrganization},
		{"/organization/registration/number", FieldNumber, -1, StepOrganization},
		{"/organization/address/lines/0", FieldStreet, -1, StepOrganization},
		{"/organization/jurisdiction/country", FieldPlace, -1, StepOrganization},
		{"/authority_to_sign", FieldAuthority, -1, StepOrganization},
		{"/csr", FieldKey, -1, StepKey},
		{"/approver_email", FieldApprover, -1, StepReview},
		{"/accepted_terms/0", FieldTerms, -1, StepReview},
		{"/language", "", -1, StepReview},
		{"", "", -1, StepReview},
		{"/names/x", FieldDomains, -1, StepNames},
	} {
		field, index := FieldAt(c.pointer)
		if field != c.field || index != c.index || l.StepOf(field) != c.step {
			t.Errorf("%q is %q, %d at %s", c.pointer, field, index, l.StepOf(field))
		}
	}
	// Each field that can be wrong is entered at a step that the licence has.
	for _, a := range badApplications() {
		for _, p := range l.CheckApplication(a) {
			if step := l.StepOf(p.Field); step == StepReview && p.Field != FieldApprover && p.Field != FieldTerms {
				t.Errorf("%s is entered at %s", p.Field, step)
			}
		}
	}
}
