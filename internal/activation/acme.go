package activation

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// Account is a reading of kind [ACME]: what an e-mail, or fields, say of an account with a certificate authority
// (RFC 8555). What they don't say is empty. The key of the binding lies in the ticket.
type Account struct {
	Directory string // the address of the directory, as it is asked
	KeyID     string // of the external account binding (RFC 8555 7.3.4)
	HasKey    bool   // the ticket holds its HMAC key
	// What is wrong, by field; empty codes: nothing.
	WrongDirectory, WrongKeyID, WrongKey fault.Code
}

// Whole reports whether the account can be asked for: a directory, and either both parts of a binding or none.
func (a Account) Whole() bool {
	return a.Directory != "" && (!a.HasKey || a.KeyID != "") &&
		a.WrongDirectory == "" && a.WrongKeyID == "" && a.WrongKey == ""
}

// NoKey is the code of a ticket for a directory that is asked without a binding: an account is there already, or
// the directory wants none.
const NoKey = "-"

// HasKey reports whether a code is an HMAC key, and not [NoKey].
func HasKey(code secret.Value) bool { return !code.Equal(secret.FromString(NoKey)) }

// acmeScheme begins the service of a ticket for an ACME directory: the directory's address follows, and after
// "#" the key id, which is nothing secret.
const acmeScheme = "acme+"

// ACMEService is what a ticket holds for a directory and a key id.
func ACMEService(directory, keyID string) string {
	service := acmeScheme + directory
	if keyID != "" {
		service += "#" + url.QueryEscape(keyID)
	}
	return service
}

// SplitACME gives the directory and the key id of a service; ok is false for one that is none of ACME.
func SplitACME(service string) (directory, keyID string, ok bool) {
	rest, ok := strings.CutPrefix(service, acmeScheme)
	if !ok {
		return "", "", false
	}
	directory, fragment, _ := strings.Cut(rest, "#")
	keyID, err := url.QueryUnescape(fragment)
	return directory, keyID, err == nil && directory != ""
}

const (
	maxKeyID = 256
	minKey   = 32  // bytes: RFC 7518 3.2 wants as many as the hash has
	maxKey   = 256 // bytes
)

// What stands before the values, in the words of certificate authorities, sellers and programs, and in the
// languages in which they write to customers.
const (
	eab          = `(?:eab|external[ _-]?account(?:[ _-]?binding)?|ext[-_]?acct)`
	keyIDLabel   = `(?:` + eab + `[ _.:-]*)?(?:kid|hmac[ _-]?(?:key[ _-]?)?id|mac[ _-]?id|key[ _-]?id(?:entifier)?|schl(?:ü|ue)ssel[ -]?(?:id|kennung)|id(?:entifiant)?[ _-](?:de[ _-](?:la[ _-])?)?cl(?:é|e)|id(?:entificativo)?[ _-](?:della[ _-])?chiave)`
	hmacLabel    = `(?:` + eab + `[ _.:-]*)?(?:b64[ _-]?mac[ _-]?key|hmac[ _-]?encoded|(?:base64[ _-]?)?hmac[ _-]?(?:key|schl(?:ü|ue)ssel|secret)|mac[ _-]?key|hmac|cl(?:é|e)[ _-]hmac|chiave[ _-]hmac)|` + eab + `[ _.:-]*(?:key|secret)`
	directoryTag = `(?:acme[ _-]?)?(?:server|directory|verzeichnis|r(?:é|e)pertoire|endpoint|endpunkt|acme_ca|acme[ _-]?url|ca)(?:[ _-]?(?:url|uri|adresse|address))?`
	between      = `["'\x60”»\])]*[ \t]*(?:\([^)\n]{0,40}\))?[ \t]*(?:[:=|>]|=>|\t|\n| )[ \n"'\x60„“«<\[]*`
)

// lazily compiles an expression when it is first wanted: these are large, and the start of the app needs none of them.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

var (
	keyIDAt     = lazily(`(?i)(?:^|[^\pL\pN])-{0,2}` + keyIDLabel + between + `([A-Za-z0-9._~+/@=-]{1,256})`)
	hmacAt      = lazily(`(?i)(?:^|[^\pL\pN])-{0,2}(?:` + hmacLabel + `)` + between + `([A-Za-z0-9+/_=-]{4,512})`)
	hmacAny     = lazily(`(?i)(?:^|[^\pL\pN])-{0,2}(?:` + hmacLabel + `)(?:[^\pL\pN]|$)`)
	eabAny      = lazily(`(?i)(?:^|[^\pL\pN])` + eab + `(?:[^\pL\pN]|$)`)
	directoryAt = lazily(`(?i)(?:^|[^\pL\pN])-{0,2}` + directoryTag + between + `(https?://[^\s"'<>\x60”»]+)`)
	base64Line  = regexp.MustCompile(`^[A-Za-z0-9+/_-]+={0,2}$`)
)

// readAccount looks for an ACME account in a text. ok is false when there is none.
func (p Parser) readAccount(text string, from Origin) (Reading, bool) {
	if r, ok := p.fragmentAccount(text, from); ok {
		return r, true
	}
	if !mayHoldAccount(text) {
		return Reading{}, false
	}
	keyID, key := keyIDIn(text), keyIn(text)
	directory := p.directoryIn(text)
	named := hmacAny().MatchString(text) || eabAny().MatchString(text)
	switch {
	case keyID != "" && key != "" && named, named && (directory != "" || keyID != "" || key != ""):
	case directory != "" && keyID != "":
	case directory != "" && p.isAlone(text, directory):
	default:
		return Reading{}, false
	}
	if from == CommandLine && key != "" { // visible to every program on the computer, and kept by the shell
		return Reading{}, false
	}
	return p.account(directory, keyID, key, from), true
}

// mayHoldAccount is a quick look for what the texts below have in common: texts are read at each key.
func mayHoldAccount(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc([]string{"mac", "eab", "acct", "external", "acme", "directory", "/v2/"}, func(s string) bool {
		return strings.Contains(text, s)
	})
}

// isAlone reports whether a text is an address and nothing else.
func (p Parser) isAlone(text, directory string) bool {
	link, ok := wholeLink(text)
	return ok && link == directory
}

// fragmentAccount reads a link whose fragment holds the account: "https://HOST/…#acme=DIRECTORY&kid=…&hmac=…".
func (p Parser) fragmentAccount(text string, from Origin) (Reading, bool) {
	links := findLinks(text)
	if link, ok := wholeLink(text); ok {
		links = []string{link}
	}
	for _, link := range links {
		inner, _, err := unwrap(strings.ReplaceAll(link, "&amp;", "&"))
		if err != nil {
			continue
		}
		_, fragment, ok := strings.Cut(inner, "#")
		if !ok || !isAccountFragment(fragment) {
			continue
		}
		q, err := url.ParseQuery(strings.ReplaceAll(fragment, "+", "%2B"))
		if err != nil {
			continue
		}
		return p.account(q.Get("acme"), q.Get("kid"), q.Get("hmac"), from), true
	}
	return Reading{}, false
}

func isAccountFragment(fragment string) bool {
	return strings.HasPrefix(fragment, "acme=") || strings.Contains(fragment, "&acme=")
}

// keyIDIn finds the key id. The labels of the HMAC key come first: "EAB HMAC key ID" is one of this.
func keyIDIn(text string) string {
	for _, m := range keyIDAt().FindAllStringSubmatch(text, -1) {
		if v := strings.TrimRight(m[1], ".,;"); v != "" && !strings.EqualFold(v, "and") {
			return v
		}
	}
	return ""
}

// keyIn finds the HMAC key, also where it is broken over lines.
func keyIn(text string) string {
	best := ""
	for text != "" {
		at := hmacAt().FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		v := strings.TrimRight(text[at[2]:at[3]], ".,;")
		if whole := joined(v, text[at[2]+len(v):]); len(whole) > len(best) {
			best = whole
		}
		text = text[at[2]:] // what was taken for a value may be the next label
	}
	return best
}

// joined adds the lines that belong to a value that was broken, until it has the length of a hash.
func joined(value, rest string) string {
	if whole(value) {
		return value
	}
	out := value
	for range 4 {
		rest = strings.TrimLeft(rest, "\\ \t\n\"'")
		end := strings.IndexAny(rest, " \n\t\"'\\")
		if end < 0 {
			end = len(rest)
		}
		if !base64Line.MatchString(rest[:end]) {
			break
		}
		out, rest = out+rest[:end], rest[end:]
		if whole(out) {
			return out
		}
	}
	return value
}

// whole reports whether a text is a key of a usual length.
func whole(text string) bool {
	n := len(decodeKey(text))
	return slices.Contains([]int{32, 48, 64, 96, 128}, n)
}

// decodeKey reads base64 or base64url, padded or not; nil: it is neither.
func decodeKey(text string) []byte {
	text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) == 0 {
		return nil
	}
	return b
}

// directoryIn finds the address of the directory: one that is named so, one that is known, or one that looks
// like one.
func (p Parser) directoryIn(text string) string {
	if m := directoryAt().FindStringSubmatch(text); m != nil {
		if link := trimLink(m[1]); looksLikeDirectory(link) || len(findLinks(text)) == 1 || p.directory().isDirectory(link) || hmacAny().MatchString(text) {
			return link
		}
	}
	links := findLinks(text)
	if link, ok := wholeLink(text); ok {
		links = []string{link}
	}
	for _, link := range links {
		if p.directory().isDirectory(link) {
			return link
		}
	}
	for _, link := range links {
		if looksLikeDirectory(link) {
			return link
		}
	}
	if len(links) == 1 && hmacAny().MatchString(text) && keyIDIn(text) != "" {
		return links[0]
	}
	return ""
}

// looksLikeDirectory reports whether an address is made like those of directories: ".../directory" at a host or
// under a path that says ACME.
func looksLikeDirectory(link string) bool {
	u, err := url.Parse(link)
	if err != nil || u.Fragment != "" || u.User != nil {
		return false
	}
	path := strings.ToLower(strings.TrimRight(u.Path, "/"))
	host := strings.ToLower(u.Hostname())
	acme := strings.HasPrefix(host, "acme.") || strings.HasPrefix(host, "acme-") || strings.Contains(host, ".acme-") ||
		strings.Contains(host, ".acme.") || strings.Contains(path+"/", "/acme/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	return last == "directory" || acme && (last == "dir" || strings.HasPrefix(path, "/v2/"))
}

// account makes a reading of three values as they were found or typed.
func (p Parser) account(directory, keyID, key string, from Origin) Reading {
	a := &Account{KeyID: strings.TrimSpace(keyID)}
	r := Reading{Kind: ACME, Account: a}
	r.Ticket.Code = secret.FromString(NoKey)
	if !printableASCII(a.KeyID) || len(a.KeyID) > maxKeyID {
		a.WrongKeyID = fault.AccountKeyID
	}
	if key = strings.Join(strings.Fields(key), ""); key != "" {
		b := decodeKey(key)
		switch {
		case b == nil && !base64Line.MatchString(key):
			a.WrongKey = fault.AccountKeyNotBase64
		case len(b) < minKey:
			a.WrongKey = fault.AccountKeyCut
		case len(b) > maxKey:
			a.WrongKey = fault.AccountKeyNotBase64
		default:
			a.HasKey = true
			r.Ticket.Code = secret.FromString(base64.RawURLEncoding.EncodeToString(b))
		}
	}
	p.at(&r, directory, from)
	if a.KeyID == "" && a.HasKey {
		a.WrongKeyID = fault.AccountKeyIDMissing
	}
	r.Ticket.Service = ACMEService(a.Directory, a.KeyID)
	return r
}

// at reads the address of a directory into a reading.
func (p Parser) at(r *Reading, directory string, from Origin) {
	a := r.Account
	directory = readable(directory)
	if directory == "" {
		a.WrongDirectory = fault.DirectoryMissing
		return
	}
	if !strings.Contains(directory, "://") {
		directory = "https://" + directory
	}
	u, h, err := p.address(directory, from)
	if err != nil {
		a.WrongDirectory = fault.Of(err).Code
		return
	}
	u.Fragment, u.RawFragment = "", ""
	a.Directory, r.Host, r.RequiresTick = u.String(), h, h.RequiresTick()
}

// Complete puts what was typed in the place of what a reading of kind [ACME] does not say, or says wrongly.
// Empty texts leave what was read.
func (p Parser) Complete(r Reading, directory, keyID, key string) Reading {
	a := Account{}
	if r.Account != nil {
		a = *r.Account
	}
	if directory == "" {
		directory = a.Directory
	}
	if keyID == "" {
		keyID = a.KeyID
	}
	out := p.account(directory, keyID, key, Pasted)
	if directory == "" && a.WrongDirectory != "" { // what was found is wrong still
		out.Account.WrongDirectory = a.WrongDirectory
	}
	if key == "" {
		out.Account.WrongKey = a.WrongKey
	}
	if key == "" && a.HasKey {
		out.Ticket.Code, out.Account.HasKey = r.Ticket.Code, true
		if out.Account.KeyID == "" {
			out.Account.WrongKeyID = fault.AccountKeyIDMissing
		}
	}
	return out
}

func printableASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
