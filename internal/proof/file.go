package proof

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/i18n"
)

// file looks for an instruction's file.
func (p *pass) file(ctx context.Context, i Instruction) Finding {
	u, err := url.Parse(i.URL)
	if err != nil { // Read has parsed it
		return found(NoAnswer, i18n.M("proof.file-silent.saw", "host", i.Target), i18n.M("proof.file-silent.do"))
	}
	page, err := p.fetch(ctx, u)
	if err != nil {
		return unreachable(i, err)
	}
	seen := p.judgeFile(i, u, page)
	if seen.State == Right {
		return seen
	}
	if at := p.otherPlace(ctx, i, u); at != "" {
		return found(Misplaced, i18n.M("proof.file-misplaced.saw", "url", at), i18n.M("proof.file-misplaced.do", "url", i.URL))
	}
	return seen
}

// otherPlace is another address of the same website at which the file is: with or without www, or in the
// folder that other authorities use; empty: none.
func (p *pass) otherPlace(ctx context.Context, i Instruction, u *url.URL) string {
	var places []string
	add := func(host, path string) {
		other := *u
		other.Host, other.Path = host, path
		if other.String() != u.String() && isName(host) {
			places = append(places, other.String())
		}
	}
	host := strings.ToLower(u.Hostname())
	if bare, www := strings.CutPrefix(host, "www."); www {
		add(bare, u.Path)
	} else {
		add("www."+host, u.Path)
	}
	add(host, "/"+i.File)
	if i.Folder == "/" {
		add(host, "/.well-known/"+i.File)
		add(host, "/.well-known/pki-validation/"+i.File)
	}
	hits := make([]bool, len(places))
	var all sync.WaitGroup
	for k, place := range places {
		all.Go(func() {
			at, err := url.Parse(place)
			if err != nil {
				return
			}
			page, err := p.fetch(ctx, at)
			hits[k] = err == nil && page.Status == http.StatusOK && content(page) == strings.TrimSpace(i.Body)
		})
	}
	all.Wait()
	if k := slices.Index(hits, true); k >= 0 {
		return places[k]
	}
	return ""
}

// content is what a file holds, without what programs put around it.
func content(page Page) string {
	return strings.TrimSpace(string(bytes.TrimPrefix(page.Body, []byte("\ufeff"))))
}

// judgeFile says what is seen of a file.
func (p *pass) judgeFile(i Instruction, u *url.URL, page Page) Finding {
	elsewhere := page.At != nil && !strings.EqualFold(page.At.Hostname(), u.Hostname())
	text := content(page)
	want := strings.TrimSpace(i.Body)
	ok := page.Status >= 200 && page.Status < 300
	switch {
	case ok && text == want:
		return rightFile(i, page, elsewhere)
	case page.At != nil && isLogin(page.At) && !isLogin(u):
		return found(Elsewhere, i18n.M("proof.file-login.saw", "url", i.URL), i18n.M("proof.file-login.do"))
	case elsewhere:
		return found(Elsewhere,
			i18n.M("proof.file-elsewhere.saw", "host", u.Hostname(), "other", page.At.Hostname(), "status", page.Status),
			i18n.M("proof.file-elsewhere.do"))
	case page.Status == http.StatusNotFound, page.Status == http.StatusGone:
		return found(Missing, i18n.M("proof.file-missing.saw", "url", i.URL, "status", page.Status), missingFile(i))
	case page.Status == http.StatusUnauthorized, page.Status == http.StatusForbidden:
		return found(NoAnswer, i18n.M("proof.file-locked.saw", "url", i.URL, "status", page.Status), i18n.M("proof.file-locked.do"))
	case !ok:
		return found(NoAnswer, i18n.M("proof.file-status.saw", "url", i.URL, "status", page.Status), i18n.M("proof.file-status.do"))
	case isPage(page, text):
		return found(WebPage, i18n.M("proof.file-page.saw", "url", i.URL), i18n.M("proof.file-page.do"))
	case text == "":
		return found(WrongValue, i18n.M("proof.file-empty.saw", "url", i.URL), i18n.M("proof.file-empty.do"))
	}
	f := found(WrongValue, i18n.M("proof.file-wrong.saw", "url", i.URL), i18n.M("proof.file-wrong.do."+string(mistake(text, want))))
	f.Got, f.Want = text, want
	return f
}

func missingFile(i Instruction) i18n.Message {
	switch {
	case i.Folder == "/":
		return i18n.M("proof.file-missing.do-top", "file", i.File)
	case !strings.Contains(i.Folder, "/."):
		return i18n.M("proof.file-missing.do-plain", "folder", i.Folder)
	}
	return i18n.M("proof.file-missing.do", "folder", i.Folder)
}

// logins are the words by which the address of a login page is known: a label of its host or a part of its path.
var logins = []string{"login", "signin", "sign-in", "logon", "anmelden", "anmeldung", "oauth", "oauth2", "saml", "saml2", "adfs", "sso", "auth"}

func isLogin(u *url.URL) bool {
	parts := append(strings.Split(u.Hostname(), "."), strings.Split(u.Path, "/")...)
	return slices.ContainsFunc(parts, func(part string) bool {
		part = strings.ToLower(part)
		for _, end := range []string{".php", ".html", ".htm", ".aspx", ".jsp"} {
			part = strings.TrimSuffix(part, end)
		}
		return slices.Contains(logins, part)
	})
}

func rightFile(i Instruction, page Page, elsewhere bool) Finding {
	do := i18n.M("proof.right.do")
	switch {
	case page.Unverified:
		do = i18n.M("proof.file-right.do-unverified", "other", page.At.Hostname())
	case elsewhere:
		do = i18n.M("proof.file-right.do-elsewhere", "other", page.At.Hostname())
	}
	return found(Right, i18n.M("proof.file-right.saw", "url", i.URL), do)
}

// mailFinding says that an e-mail goes to an address that the authority does not allow; nil: it does not.
func mailFinding(i Instruction) *Finding {
	if len(i.Allowed) == 0 || i.Email == "" || slices.ContainsFunc(i.Allowed, func(a string) bool { return strings.EqualFold(a, i.Email) }) {
		return nil
	}
	f := found(Unallowed, i18n.M("proof.mail-address.saw", "address", i18n.Clean(i.Email, 260)), i18n.M("proof.mail-address.do"))
	return &f
}

// isPage reports whether an answer is a web page rather than a file.
func isPage(page Page, text string) bool {
	head := strings.ToLower(text[:min(len(text), 200)])
	return strings.HasPrefix(head, "<!doctype") || strings.Contains(head, "<html") ||
		strings.HasPrefix(strings.ToLower(page.Type), "text/html") && strings.HasPrefix(head, "<")
}

// unreachable says why a website gave no answer at all.
func unreachable(i Instruction, err error) Finding {
	host := i.Target
	say := func(what string) Finding {
		return found(NoAnswer, i18n.M("proof.file-"+what+".saw", "host", host), i18n.M("proof.file-"+what+".do"))
	}
	switch {
	case errors.Is(err, httpclient.ErrPrivateAddress):
		return say("private")
	case errors.Is(err, httpclient.ErrNoSuchHost):
		return say("no-address")
	case errors.Is(err, httpclient.ErrOtherPort):
		return say("port")
	case fault.Is(err, fault.ServiceRedirect):
		return say("redirect")
	case fault.Is(err, fault.ServiceTLS):
		return say("tls")
	case fault.Is(err, fault.ServiceOversize):
		return found(WebPage, i18n.M("proof.file-page.saw", "url", i.URL), i18n.M("proof.file-page.do"))
	case fault.Is(err, fault.Offline):
		return say("offline")
	}
	return say("silent")
}
