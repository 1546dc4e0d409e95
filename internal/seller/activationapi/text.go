package activationapi

import (
	"net/url"
	"regexp"
	"strings"

	"certdesk/internal/i18n"
)

// Limits of what is kept of a service's answer. Lengths in runes, lists in entries. An answer as a whole is
// at most 1 MiB; these keep one field of it from filling a screen.
const (
	maxShort  = 80   // states, kinds, references
	maxLine   = 254  // names, addresses, titles
	maxDetail = 500  // one sentence or two
	maxValue  = 4096 // what goes into a DNS record
	maxURL    = 2048 // octets
	maxLines  = 200  // of a message
	maxBody   = 64 << 10

	maxNames    = 1000
	maxTasks    = 1000
	maxMessages = 500
	maxEvents   = 1000
	maxCerts    = 1000
	maxFields   = 100
	maxSmall    = 50 // methods, terms, key rules
)

// line makes one line of a service's text.
func line(s string, maxRunes int) string { return i18n.Clean(s, maxRunes) }

// block makes a text of several lines.
func block(s string) string {
	if len(s) > maxBody {
		s = s[:maxBody]
	}
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range first(lines, maxLines) {
		lines[i] = line(l, maxValue)
	}
	return strings.TrimSpace(strings.Join(first(lines, maxLines), "\n"))
}

// exact keeps what has to be published byte by byte, unless it is too long for that.
func exact(s string) string {
	if len(s) > maxBody {
		return ""
	}
	for _, l := range strings.Split(s, "\n") {
		if line(l, maxBody) != strings.TrimSuffix(l, "\r") {
			return block(s)
		}
	}
	return s
}

// text is what an optional member says.
func text(s *string) string { return deref(s) }

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }

// texts makes lines of a list, without empty ones.
func texts(list []string, n, maxRunes int) []string {
	var out []string
	for _, s := range first(list, n) {
		if s = line(s, maxRunes); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// count keeps numbers of a service within what can be shown.
func count(n int) int { return min(max(n, 0), 1<<30) }

// web gives a page's address: https, or plain http of the service itself when that is on this computer.
// Anything else is dropped; it would not be opened.
func (p place) web(address string) string {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxURL || u.Host == "" || u.User != nil || line(address, maxURL) != address {
		return ""
	}
	if u.Scheme == "https" || p.loopback && u.Scheme+"://"+u.Host == p.origin {
		return u.String()
	}
	return ""
}

// hash is a SHA-256 as the contract writes it.
var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)
