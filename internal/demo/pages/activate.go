package pages

import (
	"net/http"
	"net/url"
	"regexp"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/i18n"
)

var codeForm = regexp.MustCompile(`^[A-Za-z0-9-]{1,60}$`)

// Link is the activation link of a code: in the fragment, so that no log of a server has it.
func Link(base, code string) string { return base + "/activate#" + url.PathEscape(code) }

type link struct{ Code, URL, About string }

func (p *pages) home(w http.ResponseWriter, r *http.Request) {
	data := struct {
		page
		Links []link
		More  string
	}{page: p.page(r, "demo.home.title", "demo.home.text")}
	for _, o := range ledger.Offers {
		if o.Further {
			continue
		}
		data.Links = append(data.Links, link{o.Code, Link(p.Base, o.Code), data.T(o.About)})
	}
	data.More = More(data.Printer)
	p.show(w, http.StatusOK, "home", data)
}

// activate is the page behind an activation link that was opened in a browser. A code in the fragment is
// not sent to any server, so it stays in the address bar; one in the path is shown with its link. Whether
// the code is known is not told here.
func (p *pages) activate(w http.ResponseWriter, r *http.Request) {
	data := struct {
		page
		Link string
	}{page: p.page(r, "demo.activate.title", "demo.activate.text")}
	if code := r.PathValue("code"); codeForm.MatchString(code) {
		data.Link = Link(p.Base, code)
	} else if code != "" {
		p.notFound(w, r)
		return
	}
	p.show(w, http.StatusOK, "activate", data)
}

// More says which codes there are besides those that are listed.
func More(w *i18n.Printer) string {
	return w.T("demo.home.more", "mail", ledger.MailLicences, "other", ledger.OtherLicences)
}
