package pages

import (
	"errors"
	"net/http"
	"time"

	"certdesk/internal/demo/ledger"
)

// pay is the page of the demo's shop on which an order is paid. Nothing is asked for: there is one button.
func (p *pages) pay(w http.ResponseWriter, r *http.Request) {
	found, open, title := false, false, ""
	err := p.Ledger.View(func(s *ledger.State, _ time.Time) {
		if o, t := s.Payment(r.PathValue("value")); t != nil {
			found, open, title = true, o.Awaits(t), o.Title()
		}
	})
	words := p.words(r)
	switch {
	case err != nil:
		p.unavailable(w, r, err)
	case !found:
		p.notFound(w, r)
	case !open:
		p.show(w, http.StatusOK, "text", p.page(r, "demo.pay.done.title", "demo.pay.done.text"))
	default:
		p.show(w, http.StatusOK, "confirm", struct {
			page
			Button string
		}{page{words, words.T("demo.pay.title"), words.T("demo.pay.text", "name", title)}, words.T("demo.pay.button")})
	}
}

func (p *pages) paid(w http.ResponseWriter, r *http.Request) {
	err := p.Ledger.Update(func(c *ledger.Change) error {
		o, t := c.Payment(r.PathValue("value"))
		if t == nil {
			return errNoOrder
		}
		return c.Pay(o, t)
	})
	if err != nil && !errors.Is(err, errNoOrder) && !past(err) {
		p.unavailable(w, r, err)
		return
	}
	http.Redirect(w, r, "/pay/"+r.PathValue("value"), http.StatusSeeOther)
}
