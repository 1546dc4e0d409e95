package proof

import (
	"context"
	"slices"
	"strings"
	"sync"

	"certdesk/internal/i18n"
)

// caaNames bounds for how many names of one proof CAA is asked.
const caaNames = 10

type caaResult struct {
	finding *Finding // nil: nothing stands in the way, or it is not known
	looked  bool
}

// caa looks whether CAA records keep the authority from issuing for the names that a proof covers.
func (p *pass) caa(ctx context.Context, i Instruction) caaResult {
	covered := i.Proves[:min(len(i.Proves), caaNames)]
	each := make([]caaResult, len(covered))
	var all sync.WaitGroup
	for k, name := range covered {
		all.Go(func() { each[k] = p.caaOf(ctx, name, i.Zone) })
	}
	all.Wait()
	result := caaResult{}
	for _, e := range each {
		if e.finding != nil && (result.finding == nil || e.finding.State == Forbidden && result.finding.State != Forbidden) {
			result.finding = e.finding
		}
		result.looked = result.looked || e.looked
	}
	return result
}

func caaFine() i18n.Message { return i18n.M("proof.caa-fine") }

// caaOf judges one name. The set that counts is the first one that is not empty, on the way from the name to
// its top-level domain (RFC 8659 3).
func (p *pass) caaOf(ctx context.Context, name, zone string) caaResult {
	bare, wild := strings.CutPrefix(name, "*.")
	if !isName(bare) {
		return caaResult{}
	}
	at, answer, err := p.relevant(ctx, bare)
	set := answer.CAA
	if err != nil {
		f := found(NoAnswer, i18n.M("proof.caa-silent.saw", "name", bare), i18n.M("proof.caa-silent.do"))
		return caaResult{finding: &f}
	}
	allowed, known := allows(set, wild, p.authorities)
	switch {
	case !known:
		return caaResult{}
	case allowed:
		return caaResult{looked: true}
	}
	return caaResult{looked: true, finding: p.forbidden(at, zone, wild, answer)}
}

// relevant climbs to the set that counts; all levels are asked side by side.
func (p *pass) relevant(ctx context.Context, name string) (at string, set Answer, err error) {
	var levels []string
	for level := name; level != ""; {
		levels = append(levels, level)
		_, level, _ = strings.Cut(level, ".")
	}
	sets := make([]Answer, len(levels))
	errs := make([]error, len(levels))
	var all sync.WaitGroup
	for k, level := range levels {
		all.Go(func() { sets[k], errs[k] = p.records(ctx, level, TypeCAA) })
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

// allows judges a set (RFC 8659 4.2, 4.3): issuewild rules wildcards where there is one, issue all else. It
// is not known when the seller does not say by which names the authority goes, and somebody is allowed.
func allows(set []CAA, wild bool, authorities []string) (allowed, known bool) {
	var rules []string
	wildRules, tags := false, map[string]bool{}
	for _, c := range set {
		tags[c.Tag] = true
		if c.Critical && !understood[c.Tag] {
			return false, true // RFC 8659 4.1: an authority must not issue
		}
	}
	tag := "issue"
	if wildRules = wild && tags["issuewild"]; wildRules {
		tag = "issuewild"
	}
	for _, c := range set {
		if c.Tag == tag {
			rules = append(rules, issuer(c.Value))
		}
	}
	switch {
	case len(rules) == 0:
		return true, true
	case len(authorities) == 0:
		return false, strings.Join(rules, "") == ""
	}
	return slices.ContainsFunc(authorities, func(a string) bool {
		return slices.Contains(rules, strings.ToLower(strings.TrimSuffix(a, ".")))
	}), true
}

// understood are the properties that authorities of websites know (RFC 8659, 9495; CA/B BR 4.2.2.1).
var understood = map[string]bool{
	"issue": true, "issuewild": true, "iodef": true, "issuemail": true, "issuevmc": true, "contactemail": true, "contactphone": true,
}

// issuer is the authority that a property allows, empty for nobody.
func issuer(value string) string {
	domain, _, _ := strings.Cut(value, ";")
	return strings.ToLower(strings.TrimSpace(domain))
}

// forbidden says which record to add, and where: a name that is an alias holds no records of its own.
func (p *pass) forbidden(at, zone string, wild bool, answer Answer) *Finding {
	set := answer.CAA
	saw := i18n.M("proof.caa.saw", "name", at)
	if len(p.authorities) == 0 || slices.ContainsFunc(set, func(c CAA) bool { return c.Critical && !understood[c.Tag] }) {
		f := found(Forbidden, saw, i18n.M("proof.caa.do-ask", "name", at))
		return &f
	}
	tag := "issue"
	if wild && slices.ContainsFunc(set, func(c CAA) bool { return c.Tag == "issuewild" }) {
		tag = "issuewild"
	}
	add := &Record{Relative: relative(at, zone), Full: at, Type: "CAA", Value: `0 ` + tag + ` "` + strings.ToLower(p.authorities[0]) + `"`}
	f := found(Forbidden, saw, i18n.M("proof.caa.do", "name", at))
	if !below(at, zone) && at != zone { // a set of the registry, which nobody but it can change
		f.Do = i18n.M("proof.caa.do-ask", "name", at)
		return &f
	}
	if answer.Alias != "" {
		f.Do = i18n.M("proof.caa.do-alias", "name", at, "target", answer.Alias)
		add.Relative, add.Full = answer.Alias, answer.Alias
	}
	f.Add = add
	return &f
}
