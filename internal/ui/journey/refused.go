package journey

import (
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/ui/kit"
)

// refusals is what a seller has refused, until it is changed.
type refusals struct {
	refused map[string]complaint // by field
	loud    bool                 // the next page says what is wrong with its fields
	beginAt func()               // puts the focus of the page that was just built; nil: its first control
}

// countryList keeps the countries of a language: sorting them for each field would be felt.
type countryList struct {
	countriesIn  string
	allCountries []kit.PickItem
}

// complaint is what a seller has said of a field.
type complaint struct {
	code string
	name string // of the names, which one
}

// note keeps what a seller has refused, and gives the step where the first of it is put right.
func (r *refusals) note(j *Journey, problems []seller.FieldProblem) order.Step {
	r.refused = map[string]complaint{}
	l := j.order.Licence
	step := order.StepReview
	for _, p := range problems {
		field, index := order.FieldAt(p.Pointer)
		if field == "" {
			continue
		}
		c := complaint{code: p.Code}
		if field == order.FieldDomains {
			if l.WantsMailbox() {
				field = order.FieldMailbox
			} else if names := l.RequestedNames(j.order.Application); index >= 0 && index < len(names) {
				c.name = names[index].Value
			}
		}
		if _, had := r.refused[field]; !had {
			r.refused[field] = c
		}
		if at := l.StepOf(field); step == order.StepReview || before(at, step) {
			step = at
		}
	}
	return step
}

// before reports whether step a comes before step b.
func before(a, b order.Step) bool {
	for _, s := range order.AllSteps {
		if s == a || s == b {
			return s == a && a != b
		}
	}
	return false
}

// refusal is a seller's complaint in words: what it does not accept, and what to do.
func (j *Journey) refusal(c complaint) (saw, do string) {
	code := c.code
	switch code {
	case "required", "malformed", "too_long", "too_many", "too_few", "not_allowed", "mismatch":
	default:
		code = "other"
	}
	saw = j.Say.T("refused.saw", "seller", j.sellerName(), "why", j.Say.T("refused."+code))
	if c.name != "" {
		saw = j.Say.T("refused.name", "seller", j.sellerName(), "name", order.DisplayName(c.name), "why", j.Say.T("refused."+code))
	}
	return saw, j.Say.T("refused.do", "seller", j.sellerName())
}

// refusedHere are the complaints about what a page shows without a field of its own: the request at step 6.
func (j *Journey) refusedHere(fields ...string) []*kit.Finding {
	var out []*kit.Finding
	for _, f := range fields {
		if c, ok := j.refused[f]; ok {
			saw, do := j.refusal(c)
			out = append(out, kit.NewFinding(kit.Danger, saw, do))
		}
	}
	return out
}
