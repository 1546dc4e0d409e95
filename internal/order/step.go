package order

import "slices"

// Step is one step of the journey from the link to a file that works.
type Step string

// The steps, in their order.
const (
	StepLink         Step = "link"
	StepLicence      Step = "licence"
	StepNames        Step = "names"
	StepContacts     Step = "contacts"
	StepOrganization Step = "organization"
	StepKey          Step = "key"
	StepReview       Step = "review"
	StepProve        Step = "prove"
	StepWaiting      Step = "waiting"
	StepUse          Step = "use"
)

// AllSteps is every step in its order.
var AllSteps = []Step{
	StepLink, StepLicence, StepNames, StepContacts, StepOrganization, StepKey, StepReview, StepProve, StepWaiting, StepUse,
}

// Steps are the steps that this licence needs, in their order. For the zero Licence, before it is known,
// they are the steps that most licences have.
func (l Licence) Steps() []Step {
	return slices.DeleteFunc(slices.Clone(AllSteps), func(s Step) bool { return !l.needs(s) })
}

func (l Licence) needs(s Step) bool {
	p := l.Product
	unknown := p.Type == ""
	switch s {
	case StepLink, StepLicence, StepReview, StepWaiting:
		return true
	case StepNames:
		return unknown || l.WantsMailbox() || p.Type == TLS || len(p.Names.Kinds) > 0 || len(p.SubjectFields) > 0
	case StepContacts:
		return slices.Contains(p.Contacts, "administrative") || slices.Contains(p.Contacts, "technical")
	case StepOrganization:
		return l.WantsOrganization()
	case StepKey, StepUse:
		return p.Type != SiteService
	case StepProve:
		return !l.Web && (unknown || l.WantsMailbox() || p.Type == TLS || len(p.ProofMethods) > 0)
	}
	return false
}

// WantsOrganization reports whether the certificate names an organization that has to be verified.
func (l Licence) WantsOrganization() bool {
	switch l.Product.Validation {
	case ValidationOrganization, ValidationExtended, ValidationSponsor:
		return true
	case ValidationDomain, ValidationMailbox, ValidationIndividual:
	}
	return slices.Contains(l.Product.Contacts, "organization")
}
