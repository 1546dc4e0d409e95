package service

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

// judgeNames holds the names to the product's rules and gives them as they will be certified, the free
// counterparts of pairs included.
func judgeNames(rules wire.NameRules, names []wire.ApplicationName, pairs []string) ([]wire.Name, []finding) {
	if slices.Contains(rules.Kinds, wire.NameKindEmail) {
		mailbox, wrong := judgeMailbox(names)
		if len(pairs) > 0 {
			wrong = append(wrong, invalid("/www_pairs", wire.FieldProblemCodeNotAllowed, "not part of this product"))
		}
		if mailbox == "" {
			return nil, wrong
		}
		return []wire.Name{{Type: wire.NameKindEmail, Value: mailbox}}, wrong
	}
	var wrong []finding
	no := func(pointer string, code wire.FieldProblemCode, detail string) {
		wrong = append(wrong, finding{wire.ProblemTypeNamesNotAllowed, field(pointer, code, detail)})
	}
	hosts := []wire.Name{}
	for i, n := range names {
		at := fmt.Sprintf("/names/%d", i)
		if n.Type != wire.NameKindDNS || !slices.Contains(rules.Kinds, wire.NameKindDNS) {
			no(at+"/type", wire.FieldProblemCodeNotAllowed, "not a kind of name of this product")
			continue
		}
		host := wire.Name{Type: wire.NameKindDNS, Value: strings.ToLower(n.Value)}
		if code, detail := judgeHost(host.Value, *rules.Wildcard); code != "" {
			no(at+"/value", code, detail)
		} else if slices.Contains(hosts, host) {
			no(at+"/value", wire.FieldProblemCodeNotAllowed, "twice")
		} else {
			hosts = append(hosts, host)
		}
	}
	counterparts := judgePairs(rules, hosts, pairs, &wrong)
	counted := slices.DeleteFunc(slices.Clone(hosts), func(h wire.Name) bool { return slices.Contains(counterparts, h) })
	switch {
	case len(names) < rules.Min:
		wrong = append(wrong, invalid("/names", wire.FieldProblemCodeTooFew, fmt.Sprintf("at least %d", rules.Min)))
	case len(counted) > rules.Max:
		no("/names", wire.FieldProblemCodeTooMany, fmt.Sprintf("at most %d", rules.Max))
	}
	for _, n := range counterparts {
		if !slices.Contains(hosts, n) {
			hosts = append(hosts, n)
		}
	}
	return hosts, wrong
}

// judgePairs gives the counterparts that come along. A pair is a name of the application; its counterpart
// may stand among the names as well, and is not counted there.
func judgePairs(rules wire.NameRules, hosts []wire.Name, pairs []string, wrong *[]finding) []wire.Name {
	var out []wire.Name
	for i, p := range pairs {
		at := fmt.Sprintf("/www_pairs/%d", i)
		host := wire.Name{Type: wire.NameKindDNS, Value: strings.ToLower(p)}
		other := wire.Name{Type: wire.NameKindDNS, Value: ledger.Counterpart(host.Value)}
		switch {
		case rules.WWW == nil || *rules.WWW != wire.WWWRuleFreePair:
			*wrong = append(*wrong, invalid(at, wire.FieldProblemCodeNotAllowed, "not part of this product"))
		case !slices.Contains(hosts, host):
			*wrong = append(*wrong, invalid(at, wire.FieldProblemCodeMismatch, "not among the names"))
		case other.Value == "":
			*wrong = append(*wrong, invalid(at, wire.FieldProblemCodeNotAllowed, "no name that has a www counterpart"))
		case !slices.Contains(out, host): // a name that is itself a counterpart brings nothing more
			out = append(out, other)
		}
	}
	return out
}

// judgeHost holds one host name to RFC 1035 (2.3.4), RFC 5890 (LDH labels) and the Public Suffix List's
// ICANN section, and its star to the product.
func judgeHost(host string, wildcard wire.Wildcard) (wire.FieldProblemCode, string) {
	bare, star := strings.CutPrefix(host, "*.")
	switch {
	case star && wildcard == wire.WildcardNo:
		return wire.FieldProblemCodeNotAllowed, "no wildcard in this product"
	case !star && wildcard == wire.WildcardOnly:
		return wire.FieldProblemCodeNotAllowed, "a wildcard is wanted"
	case len(bare) > 253:
		return wire.FieldProblemCodeTooLong, "at most 253 characters"
	}
	labels := strings.Split(bare, ".")
	if len(labels) < 2 || slices.ContainsFunc(labels, func(l string) bool { return !label.MatchString(l) }) {
		return wire.FieldProblemCodeMalformed, "a host name in A-labels"
	}
	top := labels[len(labels)-1]
	if strings.Trim(top, "0123456789") == "" {
		return wire.FieldProblemCodeMalformed, "an IP address"
	}
	if slices.Contains(private, top) || top == "arpa" {
		return wire.FieldProblemCodeNotAllowed, "not a name of the public DNS"
	}
	if suffix, _ := publicsuffix.PublicSuffix(bare); suffix == bare {
		return wire.FieldProblemCodeNotAllowed, "a public suffix"
	}
	return "", ""
}

func judgeMailbox(names []wire.ApplicationName) (string, []finding) {
	switch {
	case len(names) == 0:
		return "", []finding{invalid("/names", wire.FieldProblemCodeTooFew, "one mailbox")}
	case len(names) > 1:
		return "", []finding{{wire.ProblemTypeNamesNotAllowed, field("/names", wire.FieldProblemCodeTooMany, "one mailbox")}}
	case names[0].Type != wire.NameKindEmail:
		return "", []finding{{wire.ProblemTypeNamesNotAllowed, field("/names/0/type", wire.FieldProblemCodeNotAllowed, "a mailbox")}}
	}
	mailbox, why := certifiable(names[0].Value)
	if why != nil {
		return "", []finding{{wire.ProblemTypeNamesNotAllowed, *why}}
	}
	return mailbox, nil
}

// judgeProof: by name, one of the product's methods; a mailbox is proved by e-mail; no file for a wildcard.
func judgeProof(p wire.Product, proof map[string]wire.ProofChoice, names []wire.Name) []finding {
	var wrong []finding
	for name, method := range proof {
		known := slices.ContainsFunc(names, func(n wire.Name) bool { return strings.EqualFold(n.Value, name) })
		if len(names) > 0 && !known || !slices.Contains(p.ProofMethods, method) ||
			strings.HasPrefix(name, "*.") && method == wire.ProofMethodHTTPFile {
			wrong = append(wrong, invalid("/proof", wire.FieldProblemCodeNotAllowed, "not a name of the application, or not a method for it"))
			break
		}
	}
	return wrong
}
