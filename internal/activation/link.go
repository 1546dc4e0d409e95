package activation

import (
	"net/url"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
)

// appScheme is the scheme under which the operating system hands links to the app.
const appScheme = "certdesk:"

func isAppLink(text string) bool {
	return len(text) >= len(appScheme) && strings.EqualFold(text[:len(appScheme)], appScheme)
}

// parseScheme reads certdesk:?link=PERCENT-ENCODED-URL, at most 2,048 octets, with an https link in it and
// nothing else. (Some systems put slashes after the scheme; they mean nothing.)
func (p Parser) parseScheme(text string) (Reading, error) {
	if len(text) > maxLink {
		return Reading{}, fault.New(fault.LinkTooLong, nil)
	}
	if holdsPrivateKey(text) {
		return Reading{}, fault.New(fault.TextPrivateKey, nil)
	}
	no := fault.New(fault.LinkNotForApp, nil)
	text = strings.TrimSpace(text)
	if !isAppLink(text) {
		return Reading{}, no
	}
	query, ok := strings.CutPrefix(strings.TrimLeft(text[len(appScheme):], "/"), "?")
	if !ok || strings.ContainsAny(query, "#;") {
		return Reading{}, no
	}
	q, err := url.ParseQuery(query)
	if err != nil || len(q) != 1 || len(q["link"]) != 1 {
		return Reading{}, no
	}
	link := q.Get("link")
	_, fragment, _ := strings.Cut(link, "#")
	if !isWebLink(link) || isAccountFragment(fragment) || readable(link) != link || strings.ContainsAny(link, " \n") {
		return Reading{}, no
	}
	return p.readLink(link, Scheme)
}

// readLink reads one link that must have a code in it.
func (p Parser) readLink(link string, from Origin) (Reading, error) {
	r, err := p.readAddress(link, from)
	if err != nil {
		return Reading{}, err
	}
	if r.Ticket.Code.Empty() {
		return Reading{}, fault.New(fault.LinkNoCode, nil)
	}
	return r, nil
}

// readAddress reads one link; a code in it is taken where it most likely stands.
func (p Parser) readAddress(link string, from Origin) (Reading, error) {
	if len(link) > maxWrapped {
		return Reading{}, fault.New(fault.LinkTooLong, nil)
	}
	link = strings.ReplaceAll(link, "&amp;", "&") // copied out of the source of an e-mail
	inner, wrapper, err := unwrap(link)
	if err != nil {
		return Reading{}, err
	}
	if wrapper != "" { // what a scanner rewrote came by e-mail, whoever pasted it
		from = Email
	}
	u, h, err := p.address(inner, from)
	if err != nil {
		return Reading{}, err
	}
	if _, shop := p.directory().byPath(u); shop {
		h.Web = true
	}
	r := Reading{Kind: Link, Host: h, FromWrapper: wrapper, RequiresTick: h.RequiresTick()}
	r.Ticket = Ticket{Service: h.origin(u.Scheme), Link: secret.FromString(inner), places: placesOf(u)}
	if code, sure := guessCode(u); code != "" {
		r.Ticket.Code, r.sure = newCode(code), sure
	}
	if p.isDemoOrigin(r.Ticket.Service) {
		r.Ticket.Service = Demo
	}
	return r, nil
}

func (p Parser) isDemoOrigin(origin string) bool {
	return p.DemoOrigin != nil && p.DemoOrigin() != "" && p.DemoOrigin() == origin
}

// address holds the rules of an address: length, scheme, host, nothing hidden in it.
func (p Parser) address(text string, from Origin) (*url.URL, Host, error) {
	fail := func(c fault.Code) (*url.URL, Host, error) { return nil, Host{}, fault.New(c, nil) }
	if len(text) > maxLink {
		return fail(fault.LinkTooLong)
	}
	if strings.ContainsAny(text, "\\\uFFFD") {
		return fail(fault.LinkUnreadable)
	}
	if hidesUserinfo(text) {
		return fail(fault.LinkUserinfo)
	}
	u, err := url.Parse(text)
	if err != nil {
		if authority(text) != "" && !strings.ContainsAny(authority(text), " ") {
			return fail(fault.LinkHostBad)
		}
		return fail(fault.LinkUnreadable)
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return fail(fault.LinkScheme)
	}
	h, err := hostOf(u)
	if err != nil {
		return nil, Host{}, err
	}
	if err := allowedScheme(u.Scheme, h, from.loopback()); err != nil {
		return nil, Host{}, err
	}
	return u, p.directory().judge(h), nil
}

func (p Parser) directory() *Directory {
	if p.Services != nil {
		return p.Services
	}
	return Builtin()
}

// Sellers are those that a bare code can go to, each with the address of its service.
func (p Parser) Sellers() []Seller { return p.directory().ForCode() }

// Directories are the known directories of certificate authorities.
func (p Parser) Directories() []KnownDirectory { return p.directory().Directories() }

// Address is where a seller's service is, as [Parser.ParseAddress] reads it.
func (s Seller) Address() string {
	switch {
	case s.Service != "" || len(s.Hosts) == 0:
		return s.Service
	case s.Page != "":
		return s.Page
	}
	return "https://" + s.Hosts[0]
}

// authority is what stands between "//" and the path.
func authority(text string) string {
	_, rest, ok := strings.Cut(text, "//")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// hidesUserinfo reports whether a name stands before the host, as in "https://shop.example@evil.example/".
func hidesUserinfo(text string) bool { return strings.ContainsAny(authority(text), "@\uFF20\uFE6B") }

// ParseAddress reads the address of a seller for "another: type its address": a host with or without
// https:// before it and a path behind it. It gives the origin for [Ticket].Service. Its errors are faults.
func ParseAddress(text string) (origin string, h Host, err error) { return Parser{}.ParseAddress(text) }

// ParseAddress is the function of that name with this parser's directory.
func (p Parser) ParseAddress(text string) (origin string, h Host, err error) {
	if len(text) > maxLink {
		return "", Host{}, fault.New(fault.LinkTooLong, nil)
	}
	text = readable(text)
	if text == "" {
		return "", Host{}, fault.New(fault.LinkEmpty, nil)
	}
	if strings.ContainsAny(text, " \n") {
		return "", Host{}, fault.New(fault.LinkUnreadable, nil)
	}
	if !strings.Contains(text, "://") {
		if err := foreignScheme(text); err != nil {
			return "", Host{}, err
		}
		text = "https://" + text
	}
	u, h, err := p.address(text, Typed)
	if err != nil {
		return "", Host{}, err
	}
	origin = h.origin(u.Scheme)
	if p.isDemoOrigin(origin) {
		origin = Demo
	}
	return origin, h, nil
}

// bareLink reads a link without its scheme, as browsers show it: "shop.example.ch/activate#CODE". The
// ending must be one under which names are registered, since a code may hold dots and slashes too.
func bareLink(text string) (string, bool) {
	if strings.ContainsAny(text, " \n@\uFFFD") {
		return "", false
	}
	host := text
	if end := strings.IndexAny(text, "/?#:"); end >= 0 {
		host = text[:end]
	}
	d, bad := order.ParseDomain(host)
	if bad != "" || d.PublicSuffix() || !d.KnownEnding() {
		return "", false
	}
	return "https://" + text, true
}

// foreignScheme gives the fault for "ftp://…", "javascript:…", "mailto:…"; nil when text has no scheme.
func foreignScheme(text string) error {
	scheme, rest, ok := strings.Cut(text, ":")
	if !ok || scheme == "" || rest == "" || strings.ContainsAny(text, " \n") {
		return nil
	}
	for i, r := range scheme {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || strings.ContainsRune("+-", r))) {
			return nil
		}
	}
	return fault.New(fault.LinkScheme, nil)
}
