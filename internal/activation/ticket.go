package activation

import (
	"net/url"

	"certdesk/internal/secret"
)

// Demo is the service of the built-in demo issuer; the app resolves it to the running issuer.
const Demo = "demo"

// Ticket is a credential and where it leads: what step 1 makes of a link, a code or an e-mail.
type Ticket struct {
	// Service is an origin without a trailing slash ("https://shop.example.ch", or http with a literal
	// loopback address), or [Demo]. It is empty for a bare code whose seller is not chosen yet.
	Service string
	// Code is the code, where the link's form leaves no doubt, else the best guess: see [Ticket.CodeAt].
	Code secret.Value
	// Link is the whole link, for a page that is used in the browser; empty for a typed code.
	Link secret.Value

	places *places // where a code may stand in the link; nil for a typed code
}

// places are all the parts of a link that could be its code. They are kept apart, so that what the
// service's discovery says can be followed without keeping the link.
type places struct {
	fragment, pathLast secret.Value
	query              map[string]secret.Value
}

// CodeAt is the code as the service's discovery says it stands in the link ([Discovery].CodeRule). It is
// Code itself for a typed code, and where the service said nothing; ok is false when the link has no code
// there.
func (t Ticket) CodeAt(rule string) (code secret.Value, ok bool) {
	if t.places == nil || rule == "" {
		return t.Code, !t.Code.Empty()
	}
	switch rule {
	case ruleFragment:
		code = t.places.fragment
	case rulePathLast:
		code = t.places.pathLast
	default:
		name, _ := cutRule(rule)
		code = t.places.query[name]
	}
	return code, !code.Empty()
}

// placesOf collects what could be a code in a link.
func placesOf(u *url.URL) *places {
	p := &places{query: map[string]secret.Value{}}
	take := func(text string) secret.Value {
		if !isCode(text) {
			return secret.Value{}
		}
		return secret.FromString(demoCase(text))
	}
	p.fragment = take(codeText(u, ruleFragment))
	p.pathLast = take(codeText(u, rulePathLast))
	q := queryOf(u)
	for name := range q {
		if v := take(q.Get(name)); !v.Empty() && len(p.query) < 32 {
			p.query[name] = v
		}
	}
	return p
}
