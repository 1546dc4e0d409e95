package proof

import (
	"context"
	"slices"
	"strings"
	"sync"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

// caaNames bounds for how many names of one proof CAA is asked.
const caaNames = 10

type caaResult struct {
	finding *Finding // nil: nothing stands in the way, or it is not known
	fine    []i18n.Message
}

// caa looks whether CAA records keep the authority from issuing for the names that a proof covers.
func (p *pass) caa(ctx context.Context, i Instruction) caaResult {
	covered := i.Proves[:min(len(i.Proves), caaNames)]
	each := make([]caaResult, len(covered))
	var all sync.WaitGroup
	for k, name := range covered {
		all.Go(func() { each[k] = p.caaOf(ctx, name, i) })
	}
	all.Wait()
	result := caaResult{}
	for _, e := range each {
		if e.finding != nil && (result.finding == nil || e.finding.State == Forbidden && result.finding.State != Forbidden) {
			result.finding = e.finding
		}
		for _, m := range e.fine {
			if !slices.ContainsFunc(result.fine, func(o i18n.Message) bool { return o.ID == m.ID }) {
				result.fine = append(result.fine, m)
			}
		}
	}
	if result.finding != nil {
		result.fine = nil
	}
	return result
}

// caaOf judges one name. The set that counts is the first one that is not empty, on the way from the name to
// its top-level domain (RFC 8659 3).
func (p *pass) caaOf(ctx context.Context, name string, i Instruction) caaResult {
	use := forHost
	domain, wild := strings.CutPrefix(name, "*.")
	if wild {
		use = forWildcard
	}
	if _, after, mail := strings.Cut(name, "@"); mail {
		use, domain = forMailbox, after
	}
	if !isName(domain) {
		return caaResult{}
	}
	registered := order.Domain{ASCII: domain}.Registered().ASCII
	z := p.zoneOf(ctx, domain, registered)
	at, answer, err := p.relevant(ctx, z, domain)
	switch {
	case err != nil: // an authority takes that for a no (CA/B BR 4.2.2.1)
		f := found(NoAnswer, i18n.M("proof.caa-silent.saw", "name", domain), i18n.M("proof.caa-silent.do"))
		return caaResult{finding: &f}
	case answer.Bogus:
		f := bogus(z.name)
		return caaResult{finding: &f}
	}
	rule := p.authority.rule(use, i.Kind)
	switch rule.judge(answer.CAA) {
	case allowed:
		return caaResult{fine: []i18n.Message{i18n.M("proof.caa-fine")}}
	case unknown:
		return caaResult{fine: []i18n.Message{i18n.M("proof.caa-shown", "name", at, "issuers", issuers(answer.CAA, rule.tag(answer.CAA)))}}
	case denied, misfit:
	}
	return caaResult{finding: p.forbidden(at, z.name, rule, answer)}
}

// relevant climbs to the set that counts; all levels are asked side by side.
func (p *pass) relevant(ctx context.Context, z *zone, name string) (at string, set Answer, err error) {
	var levels []string
	for level := name; level != ""; {
		levels = append(levels, level)
		_, level, _ = strings.Cut(level, ".")
	}
	sets := make([]Answer, len(levels))
	errs := make([]error, len(levels))
	var all sync.WaitGroup
	for k, level := range levels {
		all.Go(func() { sets[k], errs[k] = p.records(ctx, z, level, TypeCAA) })
	}
	all.Wait()
	for k := range levels {
		if errs[k] != nil {
			// A top-level domain that can't be asked from here says nothing about the customer's.
			if k == len(levels)-1 && k > 0 {
				return "", Answer{}, nil
			}
			return "", Answer{}, errs[k]
		}
		if len(sets[k].CAA) > 0 {
			return levels[k], sets[k], nil
		}
	}
	return "", Answer{}, nil
}

// use is what a certificate is for, as CAA tells it apart.
type use int

const (
	forHost use = iota
	forWildcard
	forMailbox
)

// rule is what a set is judged by.
type rule struct {
	use     use
	names   []string // of the authority
	account string   // empty: parameters are not judged
	method  string   // by which the name is proved (RFC 8657 4)
}

func (a Authority) rule(u use, k Kind) rule {
	method := "dns-01"
	if k == File {
		method = "http-01"
	}
	return rule{use: u, names: a.Names, account: a.Account, method: method}
}

// verdict is what a set says.
type verdict int

const (
	allowed verdict = iota
	unknown         // the seller does not say who the authority is, and somebody is allowed
	denied
	misfit // the authority is allowed, but not for this account or this method
)

// tag is the property that rules: for wildcards issuewild, where there is one, for mailboxes issuemail alone
// (RFC 9495 3), for all else issue.
func (r rule) tag(set []CAA) string {
	switch {
	case r.use == forMailbox:
		return "issuemail"
	case r.use == forWildcard && slices.ContainsFunc(set, func(c CAA) bool { return c.Tag == "issuewild" }):
		return "issuewild"
	}
	return "issue"
}

// judge judges a set (RFC 8659 4.1 to 4.3, RFC 8657).
func (r rule) judge(set []CAA) verdict {
	if slices.ContainsFunc(set, func(c CAA) bool { return c.Critical && !understood[c.Tag] }) {
		return denied // RFC 8659 4.1: an authority must not issue
	}
	tag, rules, named := r.tag(set), 0, false
	misfits := false
	for _, c := range set {
		if c.Tag != tag {
			continue
		}
		rules++
		who, params, ok := issuer(c.Value)
		named = named || who != ""
		switch {
		case !ok || !slices.ContainsFunc(r.names, func(a string) bool { return who != "" && who == bare(a) }):
		case r.fits(params):
			return allowed
		default:
			misfits = true
		}
	}
	switch {
	case rules == 0:
		return allowed
	case misfits:
		return misfit
	case len(r.names) == 0 && named:
		return unknown
	}
	return denied
}

// fits reports whether the parameters of a property hold for this account and method.
func (r rule) fits(params map[string]string) bool {
	if r.account == "" {
		return true
	}
	if account, ok := params["accounturi"]; ok && account != r.account {
		return false
	}
	methods, ok := params["validationmethods"]
	return !ok || slices.Contains(strings.Split(methods, ","), r.method)
}

// issuers are those whom the properties of a tag name.
func issuers(set []CAA, tag string) []string {
	var out []string
	for _, c := range set {
		if who, _, ok := issuer(c.Value); ok && c.Tag == tag && who != "" && isName(who) && !slices.Contains(out, who) {
			out = append(out, who)
		}
	}
	return out
}

// understood are the properties that authorities of websites know (RFC 8659, 9495; CA/B BR 4.2.2.1).
var understood = map[string]bool{
	"issue": true, "issuewild": true, "iodef": true, "issuemail": true, "issuevmc": true, "contactemail": true, "contactphone": true,
}

// issuer reads the value of a property (RFC 8659 4.2): the authority that it allows, empty for nobody, and the
// parameters. A value that can't be read allows nobody.
func issuer(value string) (who string, params map[string]string, ok bool) {
	parts := strings.Split(value, ";")
	who = bare(strings.TrimSpace(parts[0]))
	params = map[string]string{}
	for k, part := range parts[1:] {
		part = strings.TrimSpace(part)
		if part == "" && k == len(parts)-2 {
			continue
		}
		name, v, found := strings.Cut(part, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := params[name]; !found || twice {
			return "", nil, false
		}
		params[name] = strings.TrimSpace(v)
	}
	return who, params, true
}

// forbidden says which record to add, and where: a name that is an alias holds no records of its own.
func (p *pass) forbidden(at, zone string, r rule, answer Answer) *Finding {
	set := answer.CAA
	saw := i18n.M("proof.caa.saw", "name", at)
	misfits := r.judge(set) == misfit
	if misfits {
		saw = i18n.M("proof.caa.saw-account", "name", at)
	}
	if len(r.names) == 0 || slices.ContainsFunc(set, func(c CAA) bool { return c.Critical && !understood[c.Tag] }) {
		f := found(Forbidden, saw, i18n.M("proof.caa.do-ask", "name", at))
		return &f
	}
	value := bare(r.names[0])
	if misfits {
		value += "; accounturi=" + r.account // whoever bound it to an account wants that to stay
	}
	add := &Record{Relative: relative(at, zone), Full: at, Type: "CAA", Value: `0 ` + r.tag(set) + ` "` + value + `"`}
	f := found(Forbidden, saw, i18n.M("proof.caa.do", "name", at))
	registered := order.Domain{ASCII: zone}.Registered().ASCII
	if !below(at, registered) && at != registered { // a set of the registry, which nobody but it can change
		f.Do = i18n.M("proof.caa.do-ask", "name", at)
		return &f
	}
	if !below(at, zone) && at != zone { // in the zone above
		add.Relative = relative(at, registered)
	}
	if answer.Alias != "" {
		f.Do = i18n.M("proof.caa.do-alias", "name", at, "target", answer.Alias)
		add.Relative, add.Full = answer.Alias, answer.Alias
	}
	f.Add = add
	return &f
}
