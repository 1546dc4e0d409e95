package activation

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"certdesk/internal/secret"
)

func newCode(text string) secret.Value { return secret.FromString(demoCase(text)) }

// codeNames are parameters that hold a code, the likeliest first.
var codeNames = []string{
	"activation_code", "activationcode", "activation", "code", "voucher", "vouchercode", "licence", "license",
	"licencecode", "licensecode", "lizenz", "lizenzcode", "token", "order_token", "redeem", "key", "pin", "cert",
	"c", "t",
}

// codeFolders are path segments after which a code stands.
var codeFolders = []string{
	"activate", "activation", "redeem", "code", "token", "voucher", "licence", "license", "lizenz", "aktivieren",
	"aktivierung", "einloesen", "a", "r", "c", "t",
}

// guessCode takes the code where it most likely stands, until the service's discovery says where: the
// fragment, a parameter named for it, the path's last segment, any parameter that looks like one. sure says
// that it stands where codes stand, not only that it looks like one: newsletters and shops have links full of
// such parameters.
func guessCode(u *url.URL) (code string, sure bool) {
	if code := guessFragment(u.Fragment); code != "" {
		return code, true
	}
	q := queryOf(u)
	for _, name := range codeNames {
		for given := range q {
			if strings.EqualFold(given, name) && isCode(q.Get(given)) {
				return q.Get(given), !leaving.MatchString(u.Path)
			}
		}
	}
	if code, sure := guessPath(u); code != "" {
		return code, sure
	}
	return guessQuery(q), false
}

// leaving are the pages by which people leave a mailing list.
var leaving = regexp.MustCompile(`(?i)unsubscribe|abmelden|desabonn|disiscri|optout|opt-out|newsletter`)

// guessFragment reads "CODE", "code=CODE" and "/activate/CODE".
func guessFragment(fragment string) string {
	fragment = strings.TrimPrefix(fragment, "!")
	if name, value, ok := strings.Cut(fragment, "="); ok && isCode(value) && slices.Contains(codeNames, strings.ToLower(name)) {
		return value
	}
	if looksLikeCode(fragment) && !strings.Contains(fragment, "/") {
		return fragment
	}
	if last := path.Base(fragment); strings.Contains(fragment, "/") && looksLikeCode(last) {
		return last
	}
	return ""
}

func guessPath(u *url.URL) (code string, sure bool) {
	last := codeText(u, rulePathLast)
	if !isCode(last) || strings.Contains(last, "/") {
		return "", false
	}
	folder := path.Base(path.Dir(strings.TrimRight(u.Path, "/")))
	if slices.Contains(codeFolders, strings.ToLower(folder)) && !page.MatchString(last) {
		return last, true
	}
	if looksLikeCode(last) {
		return last, false
	}
	return "", false
}

// guessQuery takes a parameter of any name that looks like a code; in the order of names, so that the same
// link always reads the same.
func guessQuery(q url.Values) string {
	names := make([]string, 0, len(q))
	for name := range q {
		if !strings.HasPrefix(name, "utm_") && !slices.Contains(notCodes, strings.ToLower(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if looksLikeCode(q.Get(name)) {
			return q.Get(name)
		}
	}
	return ""
}

// notCodes are parameters of newsletters and shops that look like codes.
var notCodes = []string{"fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "lang", "locale", "ref", "email", "unsubscribe"}

var (
	// words are headings, folders and file names: "section-2", "terms-of-use", "privacy".
	words = regexp.MustCompile(`^[A-Z]?[a-z]+([-_.+~][A-Za-z]?[a-z]+)*([-_.]?[0-9]{1,3})?$`)
	page  = regexp.MustCompile(`(?i)\.(html?|php|aspx?|jsp|pdf|png|jpe?g|gif|svg|css|js|ico|zip|p7b|crt|cer|pem)$`)
)

// looksLikeCode tells a code from a word of a path: at least six characters, and a digit, or capitals
// alone, or too long for a word; or one of the demo's.
func looksLikeCode(s string) bool {
	if len(s) < 6 || !isCode(s) || page.MatchString(s) {
		return false
	}
	if isDemo(s) {
		return true
	}
	if words.MatchString(s) {
		return len(s) >= 24 && !strings.ContainsAny(s, "-_.+~")
	}
	return strings.ContainsAny(s, "0123456789") || strings.ToUpper(s) == s || len(s) >= 16
}
