package order

import (
	"slices"

	"certdesk/internal/i18n"
)

// maxTitle is the longest title of an order, in runes; the list cuts it further to its width.
const maxTitle = 120

// ListTitle is what the list calls an order: the mailbox or the first domain, else what was bought.
func (a Application) ListTitle(l Licence) i18n.Message {
	if m, p := ParseMailbox(a.Mailbox); p == nil || p.Kind == Note {
		return i18n.M("order.title.name", "name", m.Display())
	}
	if typed := shown(a.Mailbox); typed != "" {
		return i18n.M("order.title.name", "name", typed)
	}
	var names []string
	for _, e := range l.ReadDomains(a).Entries {
		if n := shown(e.Display()); n != "" && !e.Merged {
			names = append(names, n)
		} else if n := shown(e.Typed); !e.Merged && n != "" {
			names = append(names, n)
		}
	}
	switch {
	case len(names) == 1:
		return i18n.M("order.title.name", "name", names[0])
	case len(names) > 1:
		return i18n.M("order.title.names", "name", names[0], "n", len(names)-1)
	case shown(l.Product.Name) != "":
		return i18n.M("order.title.name", "name", shown(l.Product.Name))
	}
	return i18n.M("order.title.new")
}

// Websites are the names of websites that were typed and can be read, as people read them, each once.
func (l Licence) Websites(a Application) []string {
	if a.Domains == "" || a.Mailbox != "" {
		return nil
	}
	var out []string
	for _, e := range l.ReadDomains(a).Entries {
		if !e.Bad() && !e.Merged && e.Display() != "" {
			out = append(out, shown(e.Display()))
		}
	}
	return out
}

// shown makes a text fit for one line of a list.
func shown(text string) string { return i18n.Clean(text, maxTitle) }

// Kind is the product in one or two words, for the list: "E-mail", "Website, extended".
func (p Product) Kind() i18n.Message {
	switch p.Type {
	case TLS:
		switch p.Validation {
		case ValidationOrganization, ValidationExtended:
			return i18n.M("order.kind.tls." + string(p.Validation))
		default:
			return i18n.M("order.kind.tls")
		}
	case SMIME, CodeSigning, SiteService:
		return i18n.M("order.kind." + string(p.Type))
	}
	return i18n.M("order.kind.other")
}

// Sentence says what the product is for, and for how long: "Signs and encrypts mail for one address · 1
// year".
func (p Product) Sentence() i18n.Message {
	what := i18n.M("order.product." + p.purpose())
	if n := p.Names.Max; p.purpose() == "tls.names" {
		what = i18n.M("order.product.tls.names", "n", n)
	}
	term := p.Term()
	if term.IsZero() {
		return what
	}
	return i18n.M("order.product.with-term", "what", what, "term", term)
}

func (p Product) purpose() string {
	switch p.Type {
	case TLS:
		switch {
		case p.Names.Wildcard == "only":
			return "tls.wildcard"
		case p.Names.Max > 1:
			return "tls.names"
		}
		return "tls.one"
	case SMIME:
		switch p.Validation {
		case ValidationSponsor:
			return "smime.sponsor"
		case ValidationOrganization:
			return "smime.organization"
		case ValidationIndividual:
			return "smime.individual"
		default:
			return "smime.mailbox"
		}
	case CodeSigning, SiteService:
		return string(p.Type)
	}
	return "other"
}

// Term is how long the licence runs: years where they come out even, else months or days. It is zero where
// the seller does not say.
func (p Product) Term() i18n.Message {
	switch {
	case p.TermMonths > 0 && p.TermMonths%12 == 0:
		return i18n.M("order.term.years", "n", p.TermMonths/12)
	case p.TermMonths > 0:
		return i18n.M("order.term.months", "n", p.TermMonths)
	case p.TermDays > 0:
		return i18n.M("order.term.days", "n", p.TermDays)
	}
	return i18n.Message{}
}

const (
	minutesAnHour = 60
	minutesADay   = 24 * minutesAnHour
)

// ExpectedTime says how long the certificate authority takes once the customer has done his part. It is
// zero where the seller does not say.
func (p Product) ExpectedTime() i18n.Message {
	lo, hi := p.Expected.MinMinutes, p.Expected.MaxMinutes
	if lo < 0 || hi < lo || (hi == 0 && p.Expected.BusinessDays) {
		return i18n.Message{}
	}
	after := i18n.M("order.after." + p.lastAct())
	unit, one := "minutes", 1
	switch {
	case p.Expected.BusinessDays:
		unit, one = "business-days", minutesADay
	case hi <= 1:
		return i18n.M("order.expected.seconds", "after", after)
	case hi > 2*minutesADay:
		unit, one = "days", minutesADay
	case hi > 2*minutesAnHour:
		unit, one = "hours", minutesAnHour
	}
	first, last := max(1, lo/one), (hi+one-1)/one
	if first == last {
		return i18n.M("order.expected.about."+unit, "n", last, "after", after)
	}
	return i18n.M("order.expected.range."+unit, "first", first, "n", last, "after", after)
}

// UsualTime is [Product.ExpectedTime] of what brings a certificate, and zero for what does not.
func (p Product) UsualTime() i18n.Message {
	if p.Type == SiteService {
		return i18n.Message{}
	}
	return p.ExpectedTime()
}

// lastAct is what the customer does last before the certificate authority takes over.
func (p Product) lastAct() string {
	switch {
	case len(p.Documents) > 0:
		return "documents"
	case p.Type == SMIME:
		return "mailbox"
	case p.Type == TLS:
		return "names"
	}
	return "sent"
}

// Needs are what the customer will need at hand, in the order in which it is asked for.
func (l Licence) Needs() []i18n.Message {
	var out []i18n.Message
	p := l.Product
	if l.WantsMailbox() {
		out = append(out, i18n.M("order.need.mailbox"))
	}
	if p.Type == TLS || slices.Contains(p.Names.Kinds, "dns") {
		out = append(out, i18n.M("order.need.names"), i18n.M("order.need.control"))
	}
	if l.Asks(FieldGivenName) || l.Asks(FieldSurname) || l.Asks(FieldPseudonym) {
		person := "order.need.person"
		if p.Validation == ValidationMailbox {
			person = "order.need.person-unseen" // CA/B SBR 7.1.4.2.3: the certificate must not carry it
		}
		out = append(out, i18n.M(person))
	}
	if l.WantsOrganization() {
		out = append(out, i18n.M("order.need.organization"))
	}
	if slices.Contains(l.Steps(), StepContacts) {
		out = append(out, i18n.M("order.need.contacts"))
	}
	if n := len(p.Documents); n > 0 {
		out = append(out, i18n.M("order.need.documents", "n", n))
	}
	if l.KeyInHardware() {
		out = append(out, i18n.M("order.need.hardware"))
	}
	return out
}

// Word is the state in a word, for a pill.
func (s State) Word() i18n.Message { return i18n.M("order.state." + string(s.orUnknown())) }

// States is every state of an order.
var States = []State{
	Draft, Sent, WaitingForYou, WaitingForAuthority, Ready, Reissuing, Revoking, Revoked, Rejected, Cancelled,
	Expired, Lapsed, Failed, Unknown,
}

func (s State) orUnknown() State {
	if slices.Contains(States, s) {
		return s
	}
	return Unknown
}

// TaskKinds is every kind of task.
var TaskKinds = []TaskKind{
	ProveName, ConfirmMailbox, Document, PhoneCall, OrganizationCheck, Approval, Payment, QualityReview, Agreement,
	WebHandoff,
}

// Word is the task in a few words, for a pill: "Prove control", "Organization check".
func (k TaskKind) Word() i18n.Message {
	if !slices.Contains(TaskKinds, k) {
		return i18n.M("order.task.other")
	}
	return i18n.M("order.task." + string(k))
}
