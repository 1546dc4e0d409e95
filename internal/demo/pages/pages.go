// Package pages is what a browser sees of the demo issuer: the page behind an activation link, the demo's
// inbox, the confirmation of a mailbox, and the operator's page.
//
// Inbox and operator's page lie behind a random path, so that no other page and no other user of the
// computer finds them. A mailbox is confirmed by pressing a button (POST): mail scanners fetch links, and
// must not confirm anything. The pages load nothing from anywhere, run no script and keep no cookie; who
// may ask at all (Host, Origin) is the listener's business.
package pages

import (
	"bytes"
	"crypto/subtle"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/text/language"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/i18n"
)

//go:embed web
var web embed.FS

var templates = template.Must(template.ParseFS(web, "web/*.html"))

// Options are what the pages work with. All fields are required.
type Options struct {
	Ledger *ledger.Ledger
	Words  *i18n.Catalogue
	Logger *slog.Logger
	Base   string // "http://127.0.0.1:PORT"
}

type pages struct {
	Options
	tags    []string
	matcher language.Matcher
	style   []byte
}

// maxForm is the most that a form may hold, in octets.
const maxForm = 64 << 10

// policy allows the one style sheet and forms to this address; nothing else.
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Register adds the pages to mux.
func Register(mux *http.ServeMux, o Options) error {
	style, err := fs.ReadFile(web, "web/style.css")
	if err != nil {
		return err
	}
	p := &pages{Options: o, tags: o.Words.Languages(), style: style}
	var tags []language.Tag
	for _, t := range p.tags {
		tags = append(tags, language.Make(t))
	}
	p.matcher = language.NewMatcher(tags)
	mux.HandleFunc("GET /{$}", p.home)
	mux.HandleFunc("GET /style.css", p.styleSheet)
	mux.HandleFunc("GET /terms", p.terms)
	mux.HandleFunc("GET /activate", p.activate)
	mux.HandleFunc("GET /activate/{code}", p.activate)
	mux.HandleFunc("GET /confirm/{token}", p.confirm)
	mux.HandleFunc("POST /confirm/{token}", p.confirmed)
	mux.HandleFunc("GET /inbox/{path}/{$}", p.behind(inboxPath, p.inbox))
	mux.HandleFunc("GET /inbox/{path}/mails.json", p.behind(inboxPath, p.inboxList))
	mux.HandleFunc("GET /inbox/{path}/mails/{id}", p.behind(inboxPath, p.mail))
	mux.HandleFunc("POST /inbox/{path}/mails/{id}/confirm", p.behind(inboxPath, p.confirmMail))
	mux.HandleFunc("GET /operator/{path}/{$}", p.behind(operatorPath, p.operator))
	mux.HandleFunc("GET /operator/{path}/orders.json", p.behind(operatorPath, p.operatorList))
	mux.HandleFunc("POST /operator/{path}/orders/{id}/reject", p.behind(operatorPath, p.reject))
	mux.HandleFunc("POST /operator/{path}/orders/{id}/message", p.behind(operatorPath, p.message))
	mux.HandleFunc("GET /operator/{path}/orders/{id}/actions.json", p.behind(operatorPath, p.actions))
	mux.HandleFunc("POST /operator/{path}/orders/{id}/actions/{action}", p.behind(operatorPath, p.do))
	mux.HandleFunc("POST /operator/{path}/orders/{id}/press/{action}", p.behind(operatorPath, p.pressed))
	mux.HandleFunc("GET /pay/{value}", p.pay)
	mux.HandleFunc("POST /pay/{value}", p.paid)
	mux.HandleFunc("/", p.notFound)
	return nil
}

func inboxPath(s *ledger.State) string    { return s.Inbox }
func operatorPath(s *ledger.State) string { return s.Operator }

// behind lets only those through who know the random path.
func (p *pages) behind(path func(*ledger.State) string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		known := false
		err := p.Ledger.View(func(s *ledger.State, _ time.Time) {
			known = subtle.ConstantTimeCompare([]byte(path(s)), []byte(r.PathValue("path"))) == 1
		})
		switch {
		case err != nil:
			p.unavailable(w, r, err)
		case !known:
			p.notFound(w, r)
		default:
			next(w, r)
		}
	}
}

// page is what every template gets; the templates add fields by embedding it.
type page struct {
	*i18n.Printer
	Title, Text string
}

func (p *pages) page(r *http.Request, title, text string) page {
	words := p.words(r)
	pg := page{Printer: words, Title: words.T(title)}
	if text != "" {
		pg.Text = words.T(text)
	}
	return pg
}

// words are those of the browser's language.
func (p *pages) words(r *http.Request) *i18n.Printer {
	wanted, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	_, i, confidence := p.matcher.Match(wanted...)
	if confidence == language.No {
		i = 0
	}
	return p.Words.Printer(p.tags[i])
}

func (p *pages) show(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		p.Logger.Error("background.failed", "what", "demo page "+name+": "+err.Error())
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

func (p *pages) notFound(w http.ResponseWriter, r *http.Request) {
	p.show(w, http.StatusNotFound, "text", p.page(r, "demo.not-found.title", "demo.not-found.text"))
}

func (p *pages) unavailable(w http.ResponseWriter, r *http.Request, err error) {
	p.Logger.Error("background.failed", "what", "demo: "+r.Pattern+": "+err.Error())
	p.show(w, http.StatusServiceUnavailable, "text", p.page(r, "demo.unavailable.title", "demo.unavailable.text"))
}

func (p *pages) styleSheet(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(p.style)
}

func (p *pages) terms(w http.ResponseWriter, r *http.Request) {
	p.show(w, http.StatusOK, "text", p.page(r, "demo.terms.title", "demo.terms.text"))
}
