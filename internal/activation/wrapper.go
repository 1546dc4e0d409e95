package activation

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode/utf8"

	"certdesk/internal/fault"
)

const (
	maxWrapped = 16 << 10 // octets of a link as a mail scanner rewrote it
	maxDepth   = 3        // wrappers inside wrappers
)

// A wrapper is how one mail scanner rewrites links. undo gives the address inside, false when the form is
// not the known one.
type wrapper struct {
	host string // a host below it counts when it begins with a dot
	undo func(u *url.URL, raw string) (string, bool)
}

// wrappers are the scanners whose form is known, so that no network is needed.
var wrappers = []wrapper{
	{".safelinks.protection.outlook.com", inQuery("url")}, // Microsoft Defender Safe Links
	{".safelinks.protection.office365.us", inQuery("url")},
	{"urldefense.proofpoint.com", undoURLDefense},
	{"urldefense.com", undoURLDefense},
	{"urldefense.us", undoURLDefense},
	{"linkprotect.cudasvc.com", inQuery("a")}, // Barracuda Link Protection
}

// opaque are scanners, counters and shorteners that keep the address to themselves (or change their form):
// a browser has to go there.
var opaque = []string{
	".mimecast.com", ".mimecastprotect.com", ".mimecastcybergraph.com",
	".cudasvc.com", ".urldefense.com", ".proofpoint.com",
	".protection.sophos.com", "secure-web.cisco.com", "clicktime.symantec.com", "clicktime.cloud.postoffice.net",
	".fireeye.com", ".trellix.com", ".trendmicro.com", ".hornetsecurity.com", ".avanan.click",
	".checkpoint.com", ".mailguard.com.au", ".antispamcloud.com", ".retarus.com", ".ironscales.com",
	".protection.outlook.com", ".ct.sendgrid.net", ".list-manage.com", ".pstmrk.it", "mandrillapp.com",
	"bit.ly", "t.co", "tinyurl.com", "lnkd.in", "ow.ly", "goo.gl", "is.gd", "rebrand.ly", "t.ly",
}

// unwrap undoes the wrappers of mail scanners around a link: text is the address inside, from the host of
// the outermost wrapper, empty when there was none. It touches no network. The fault LinkWrapped (argument
// host) says that the wrapper is known but its form is not.
func unwrap(text string) (inner, from string, err error) {
	for range maxDepth + 1 {
		host, u := wrapperHost(text)
		w, known := wrapperFor(host)
		if !known {
			if isOpaque(host) {
				return "", "", fault.New(fault.LinkWrapped, nil, "host", host)
			}
			return text, from, nil
		}
		if from == "" {
			from = host
		}
		next, ok := w.undo(u, text)
		if !ok || !isWebLink(next) {
			return "", "", fault.New(fault.LinkWrapped, nil, "host", host)
		}
		text = next
	}
	return "", "", fault.New(fault.LinkWrapped, nil, "host", from)
}

// wrapperHost gives the host of a link in the form that the tables have; empty when it can't be read.
func wrapperHost(text string) (string, *url.URL) {
	u, err := url.Parse(text)
	if err != nil || u.User != nil {
		return "", nil
	}
	h, err := hostOf(u)
	if err != nil {
		return "", nil
	}
	return h.ASCII, u
}

func isWebLink(text string) bool {
	low := strings.ToLower(text[:min(len(text), 8)])
	return utf8.ValidString(text) && (strings.HasPrefix(low, "https://") || strings.HasPrefix(low, "http://"))
}

func wrapperFor(host string) (wrapper, bool) {
	for _, w := range wrappers {
		if host != "" && matches(host, w.host) {
			return w, true
		}
	}
	return wrapper{}, false
}

func isOpaque(host string) bool {
	for _, o := range opaque {
		if host != "" && matches(host, o) {
			return true
		}
	}
	return false
}

func matches(host, pattern string) bool {
	if strings.HasPrefix(pattern, ".") {
		return strings.HasSuffix(host, pattern)
	}
	return host == pattern || host == "www."+pattern
}

// inQuery is the form in which the address stands percent-encoded in one parameter.
func inQuery(name string) func(*url.URL, string) (string, bool) {
	return func(u *url.URL, _ string) (string, bool) {
		q, err := url.ParseQuery(u.RawQuery)
		if err != nil || len(q[name]) != 1 {
			return "", false
		}
		return q.Get(name), true
	}
}

// undoURLDefense undoes Proofpoint's three forms, as Proofpoint's own decoder does:
//
//	v1  /v1/url?u=PERCENT-ENCODED&k=…
//	v2  /v2/url?u=…&d=…    "-" for "%" and "_" for "/", then percent-encoded
//	v3  /v3/__ADDRESS__;REPLACEMENTS!!…    see undoV3
func undoURLDefense(u *url.URL, raw string) (string, bool) {
	switch {
	case strings.HasPrefix(u.Path, "/v1/"):
		return inQuery("u")(u, raw)
	case strings.HasPrefix(u.Path, "/v2/"):
		for _, pair := range strings.Split(u.RawQuery, "&") {
			if v, ok := strings.CutPrefix(pair, "u="); ok {
				out, err := url.PathUnescape(strings.NewReplacer("-", "%", "_", "/").Replace(v))
				return out, err == nil
			}
		}
	case strings.HasPrefix(u.Path, "/v3/"):
		return undoV3(raw)
	}
	return "", false
}

// runLengths are the letters that follow "**": "A" stands for 2 characters, "B" for 3, …
const runLengths = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// undoV3 undoes the third form: "*" in the address stands for the next character of REPLACEMENTS (base64url
// of UTF-8), "**X" for a run of them.
func undoV3(raw string) (string, bool) {
	_, rest, ok := strings.Cut(raw, "/v3/__")
	if !ok {
		return "", false
	}
	address, rest, ok := strings.Cut(rest, "__;")
	if !ok {
		return "", false
	}
	coded, _, ok := strings.Cut(rest, "!")
	if !ok {
		return "", false
	}
	bytes, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(coded, "="))
	if err != nil || !utf8.Valid(bytes) {
		return "", false
	}
	if plain, err := url.PathUnescape(address); err == nil {
		address = plain
	}
	return replaceRuns(slashes(address), []rune(string(bytes)))
}

// slashes repairs "https:/host", which some programs make of the two slashes inside a path.
func slashes(address string) string {
	scheme, rest, ok := strings.Cut(address, ":/")
	if ok && !strings.HasPrefix(rest, "/") && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")) {
		return scheme + "://" + rest
	}
	return address
}

func replaceRuns(address string, replacements []rune) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(address); i++ {
		if address[i] != '*' {
			b.WriteByte(address[i])
			continue
		}
		n := 1
		if i+2 < len(address) && address[i+1] == '*' {
			if at := strings.IndexByte(runLengths, address[i+2]); at >= 0 {
				n, i = at+2, i+2
			}
		}
		if n > len(replacements) {
			return "", false
		}
		b.WriteString(string(replacements[:n]))
		replacements = replacements[n:]
	}
	return b.String(), true
}
