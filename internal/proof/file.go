package proof

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

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
	elsewhere := page.At != nil && !strings.EqualFold(page.At.Hostname(), u.Hostname())
	text := strings.TrimSpace(string(bytes.TrimPrefix(page.Body, []byte("\ufeff"))))
	want := strings.TrimSpace(i.Body)
	ok := page.Status >= 200 && page.Status < 300
	switch {
	case ok && text == want:
		return rightFile(i, page, elsewhere)
	case elsewhere:
		return found(Elsewhere,
			i18n.M("proof.file-elsewhere.saw", "host", u.Hostname(), "other", page.At.Hostname(), "status", page.Status),
			i18n.M("proof.file-elsewhere.do"))
	case page.Status == http.StatusNotFound, page.Status == http.StatusGone:
		return found(Missing, i18n.M("proof.file-missing.saw", "url", i.URL, "status", page.Status), i18n.M("proof.file-missing.do", "folder", i.Folder))
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
