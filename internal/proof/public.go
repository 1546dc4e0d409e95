package proof

import (
	"slices"
	"strings"
)

// Public is a resolver that is open to everybody.
type Public struct {
	ID      string // in the settings
	Name    string
	Servers []string // host:port; none: it is asked over HTTPS alone
	// HTTPS is where it takes questions by RFC 8484, by address, since names may be answered falsely; empty where that
	// is not known.
	HTTPS string
}

// Publics are the resolvers among which the customer chooses a second one, the default first. All of them
// check signatures (DNSSEC).
var Publics = []Public{
	{"quad9", "Quad9", []string{"9.9.9.9:53", "[2620:fe::fe]:53"}, "https://9.9.9.9/dns-query"},
	{"cloudflare", "Cloudflare", []string{"1.1.1.1:53", "[2606:4700:4700::1111]:53"}, "https://1.1.1.1/dns-query"},
	{"google", "Google", []string{"8.8.8.8:53", "[2001:4860:4860::8888]:53"}, "https://8.8.8.8/dns-query"},
}

// PublicByID is the resolver with an id, one of [Publics] or one that [ReadResolver] has read; a zero one where there
// is none of it.
func PublicByID(id string) Public {
	if text, ok := strings.CutPrefix(id, ownID); ok {
		p, _ := ReadResolver(text)
		return p
	}
	if k := slices.IndexFunc(Publics, func(p Public) bool { return p.ID == id }); k >= 0 {
		return Publics[k]
	}
	return Public{}
}
