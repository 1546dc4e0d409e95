package certificate

import (
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"certdesk/internal/i18n"
	"certdesk/internal/spki"
)

// What a website is found to serve. The finding on which certificate it is comes first.
const (
	ServedOurs       Kind = "served-ours"
	ServedOlder      Kind = "served-older" // an earlier one for the same name
	ServedNewer      Kind = "served-newer"
	ServedOther      Kind = "served-other" // of another server
	ServedName       Kind = "served-name"  // the name is not in it
	ServedExpired    Kind = "served-expired"
	ServedEarly      Kind = "served-early"
	ServedIncomplete Kind = "served-incomplete" // certificates above it are not sent
	ServedWhole      Kind = "served-whole"
)

// JudgeServed compares what a website sends with the certificate that was issued for it and those above that one.
func JudgeServed(host string, sent []*x509.Certificate, ours *x509.Certificate, above []*x509.Certificate, now time.Time) []Finding {
	if len(sent) == 0 {
		return nil
	}
	leaf := sent[0]
	is := func(kind Kind, bad bool) Finding {
		kv := []any{
			"name", i18n.Clean(host, 254), "by", Describe(leaf).IssuedBy, "from", i18n.Date(leaf.NotBefore), "until", i18n.Date(leaf.NotAfter),
			"title", Describe(leaf).Title,
		}
		f := Finding{Kind: kind, Warning: bad, Message: i18n.M("check.note."+string(kind), kv...)}
		if bad {
			f.Advice = i18n.M("check.note."+string(kind)+".do", kv...)
		}
		return f
	}
	covers := leaf.VerifyHostname(host) == nil
	var out []Finding
	switch {
	case leaf.Equal(ours):
		out = append(out, is(ServedOurs, false))
	case covers && leaf.NotBefore.After(ours.NotBefore):
		out = append(out, is(ServedNewer, false))
	case covers || spki.OfCertificate(leaf) == spki.OfCertificate(ours):
		out = append(out, is(ServedOlder, true))
	default:
		out = append(out, is(ServedOther, true))
	}
	if !covers && out[0].Kind != ServedOther {
		out = append(out, is(ServedName, true))
	}
	switch {
	case now.After(leaf.NotAfter):
		out = append(out, is(ServedExpired, true))
	case now.Before(leaf.NotBefore):
		out = append(out, is(ServedEarly, true))
	}
	switch p := climb(leaf, sent[1:]); {
	case p.root == leaf: // nobody is above it
	case leaf.Equal(ours) && slices.ContainsFunc(above, func(c *x509.Certificate) bool { return !selfSigned(c) && !slices.ContainsFunc(sent, c.Equal) }),
		!leaf.Equal(ours) && len(p.chain) == 0 && p.root == nil:
		out = append(out, is(ServedIncomplete, true))
	default:
		out = append(out, is(ServedWhole, false))
	}
	return out
}

// Hosts are the names of a certificate at which a website can be looked at: host names without a wildcard.
func Hosts(c *x509.Certificate) []string {
	var out []string
	for _, n := range Names(c) {
		if n.Type == nameDNS && !strings.Contains(n.Value, "*") {
			out = append(out, n.Value)
		}
	}
	return out
}
