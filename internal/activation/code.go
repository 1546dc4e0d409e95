package activation

import (
	"net/url"
	"strings"

	"certdesk/internal/secret"
)

// Where the code may stand in a link, in the words of a service's discovery document.
const (
	ruleFragment = "fragment"
	rulePathLast = "path-last"
	ruleQuery    = "query:" // and the parameter's name
)

// Limits of a code. The shortest that is taken for one is far below the 80 bits that the protocol asks
// for: shops' own codes are shorter, and the service decides.
const (
	minCode = 4
	maxCode = 512
)

// maxLink is the longest address that is looked at, in octets.
const maxLink = 2048

// isCode reports whether s can be sent as a bearer credential: the b64token of RFC 6750 2.1.
func isCode(s string) bool {
	body := strings.TrimRight(s, "=")
	if len(s) < minCode || len(s) > maxCode || body == "" {
		return false
	}
	for i := range len(body) {
		c := body[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("-._~+/", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// CodeFrom takes the code out of a link, where the service's discovery says it stands: "fragment",
// "path-last" or "query:NAME". ok is false when there is none, or none that could be a code.
func CodeFrom(link, rule string) (code secret.Value, ok bool) {
	u, err := url.Parse(link)
	if err != nil {
		return secret.Value{}, false
	}
	text := codeText(u, rule)
	if !isCode(text) {
		return secret.Value{}, false
	}
	return secret.FromString(demoCase(text)), true
}

func codeText(u *url.URL, rule string) string {
	switch {
	case rule == ruleFragment:
		return u.Fragment
	case rule == rulePathLast:
		path := strings.TrimRight(u.EscapedPath(), "/")
		last, err := url.PathUnescape(path[strings.LastIndexByte(path, '/')+1:])
		if err != nil {
			return ""
		}
		return last
	}
	if name, ok := cutRule(rule); ok {
		return queryOf(u).Get(name)
	}
	return ""
}

// queryOf gives what can be read of the parameters. A "+" stands for itself: a code may hold one and never
// holds a space.
func queryOf(u *url.URL) url.Values {
	q, _ := url.ParseQuery(strings.ReplaceAll(u.RawQuery, "+", "%2B"))
	return q
}

// cutRule gives the parameter's name of a rule "query:NAME".
func cutRule(rule string) (name string, ok bool) {
	name, ok = strings.CutPrefix(rule, ruleQuery)
	return name, ok && name != ""
}

// demoPrefix begins the codes of the built-in demo issuer.
const demoPrefix = "DEMO-"

// demoCase gives a code of the demo issuer the case it has. Any other code is kept as it is.
func demoCase(code string) string {
	if isDemo(code) {
		return strings.ToUpper(code)
	}
	return code
}

func isDemo(code string) bool {
	return len(code) > len(demoPrefix) && strings.EqualFold(code[:len(demoPrefix)], demoPrefix)
}
