package request

import (
	"crypto/rsa"
	"slices"
	"strconv"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

// leastCodeSigning is CSBR 6.1.5.2: RSA keys for code signing have at least 3072 bits.
const leastCodeSigning = 3072

// Judge says what is wrong with the customer's own request in an application, by the rules for keys and by
// what the licence accepts, or how it differs from what was entered; nothing without one. Names that the
// request has and nobody entered are an error, since the certificate authority would refuse the
// contradiction; names that it lacks are a note: they are taken from the application.
func Judge(l order.Licence, a order.Application) []order.Problem {
	if !a.OwnRequest() {
		return nil
	}
	s, err := Examine(a.Request)
	if err != nil {
		f := fault.Of(err)
		return []order.Problem{{Field: order.FieldRequest, Kind: order.Error, Saw: f.Saw(), Do: f.Do()}}
	}
	var out []order.Problem
	add := func(kind order.ProblemKind, id string, kv ...any) {
		out = append(out, order.Problem{
			Field: order.FieldRequest, Kind: kind,
			Saw: i18n.M("request.problem."+id+".saw", kv...), Do: i18n.M("request.problem."+id+".do", kv...),
		})
	}
	if id, kv := wrongKey(l, s); id != "" {
		add(order.Error, id, kv...)
	}
	if hash := s.OldHash(); hash != "" {
		add(order.Error, "old-signature", "hash", hash)
	}
	extra, missing := s.Compare(l, a)
	if len(extra) > 0 {
		add(order.Error, "names-extra", "names", shown(extra), "n", len(extra))
	}
	switch {
	case len(missing) > 0 && l.Product.Names.Exact:
		add(order.Error, "names-exact", "names", shown(missing), "n", len(missing))
	case len(missing) > 0 && len(s.Names()) > 0:
		add(order.Note, "names-missing", "names", shown(missing), "n", len(missing))
	}
	return out
}

// wrongKey names the first thing that is wrong with a request's key.
func wrongKey(l order.Licence, s Summary) (id string, kv []any) {
	accepted := l.Product.AcceptedKeys()
	kinds := make([]string, len(accepted))
	for i, c := range accepted {
		kinds[i] = keyWord(c)
	}
	key, isRSA := s.PublicKey.(*rsa.PublicKey)
	if isRSA {
		least := Default.MinRSA
		if l.Product.Type == order.CodeSigning {
			least = leastCodeSigning
		}
		switch {
		case s.Size < least:
			return "key-short", []any{"bits", strconv.Itoa(s.Size), "least", strconv.Itoa(least)}
		case s.Size%8 != 0:
			return "key-uneven", []any{"bits", strconv.Itoa(s.Size)}
		}
		if why := flawOf(key); why != noFlaw {
			return "key-" + string(why), nil
		}
	}
	if !slices.Contains(accepted, s.Key()) {
		return "key-kind", []any{"kind", s.KeyName(), "accepted", kinds}
	}
	return "", nil
}

// keyWord is what a kind of key is called in every language.
func keyWord(c order.KeyChoice) string {
	if c.Algorithm == ECDSA {
		return "P-" + strconv.Itoa(c.Size)
	}
	return "RSA " + strconv.Itoa(c.Size)
}

// KeyName is the kind of key in words.
func (s Summary) KeyName() i18n.Message {
	if k := s.Key(); k != (order.KeyChoice{}) {
		return k.Name()
	}
	return i18n.M("request.kind." + s.Algorithm)
}

// Compare holds the names of the request against those that were entered: extra are in the request alone,
// missing were entered alone. A free www counterpart is not extra.
func (s Summary) Compare(l order.Licence, a order.Application) (extra, missing []string) {
	certified, in := map[string]bool{}, map[string]bool{}
	for _, n := range l.CertifiedNames(a) {
		certified[strings.ToLower(n.Value)] = true
	}
	for _, n := range s.Names() {
		name := strings.ToLower(n.Value)
		in[name] = true
		if !certified[name] {
			extra = append(extra, n.Value)
		}
	}
	for _, n := range l.RequestedNames(a) {
		if !in[strings.ToLower(n.Value)] {
			missing = append(missing, n.Value)
		}
	}
	return extra, missing
}

// shown is a list of names for a sentence: a few of them, cut, since a request from outside may hold anything.
func shown(names []string) []string {
	const most = 5
	var out []string
	for i, n := range names {
		if i == most {
			out = append(out, "…")
			break
		}
		out = append(out, i18n.Clean(n, 80))
	}
	return out
}
