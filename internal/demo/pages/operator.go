package pages

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/i18n"
)

// listed is an order as the operator sees it.
type listed struct {
	ID        string    `json:"id"`
	Reference string    `json:"reference"`
	State     string    `json:"state"`
	Mailbox   string    `json:"mailbox"`
	Created   time.Time `json:"created"`
	Open      bool      `json:"open"`
	Page      string    `json:"-"`
}

// orders are all orders, newest first.
func (p *pages) orders() ([]listed, string, error) {
	list, inbox := []listed{}, ""
	err := p.Ledger.View(func(s *ledger.State, _ time.Time) {
		inbox = s.Inbox
		for i := len(s.Orders) - 1; i >= 0; i-- {
			o := s.Orders[i]
			list = append(list, listed{o.ID, o.Reference, o.State, o.Mailbox, o.Created, o.Open(), "orders/" + o.ID})
		}
	})
	return list, inbox, err
}

func (p *pages) operator(w http.ResponseWriter, r *http.Request) {
	list, inbox, err := p.orders()
	if err != nil {
		p.unavailable(w, r, err)
		return
	}
	p.show(w, http.StatusOK, "operator", struct {
		page
		Orders []listed
		Back   string
	}{p.page(r, "demo.operator.title", ""), list, "/inbox/" + inbox + "/"})
}

// operatorList tells other programs (tests, above all) which orders there are.
func (p *pages) operatorList(w http.ResponseWriter, r *http.Request) {
	list, _, err := p.orders()
	if err != nil {
		p.unavailable(w, r, err)
		return
	}
	sendJSON(w, list)
}

func (p *pages) reject(w http.ResponseWriter, r *http.Request) {
	p.act(w, r, []string{"reason"}, func(c *ledger.Change, o *ledger.Order, said []string) error {
		return c.Reject(o, said[0])
	})
}

func (p *pages) message(w http.ResponseWriter, r *http.Request) {
	p.act(w, r, []string{"subject", "text"}, func(c *ledger.Change, o *ledger.Order, said []string) error {
		return c.Write(o, said[0], said[1])
	})
}

// act does what the operator has pressed, and shows the operator's page again. An order that has moved on
// meanwhile is left alone; the page shows it.
func (p *pages) act(w http.ResponseWriter, r *http.Request, fields []string, do func(*ledger.Change, *ledger.Order, []string) error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	said := make([]string, len(fields))
	for i, f := range fields {
		if said[i] = clean(r.PostForm.Get(f)); said[i] == "" {
			http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
			return
		}
	}
	err := p.Ledger.Update(func(c *ledger.Change) error {
		o := c.Order(r.PathValue("id"))
		if o == nil {
			return ledger.ErrOrderState
		}
		return do(c, o, said)
	})
	if err != nil && !errors.Is(err, ledger.ErrOrderState) {
		p.unavailable(w, r, err)
		return
	}
	http.Redirect(w, r, "../../", http.StatusSeeOther)
}

// clean makes what the operator has typed text of whole lines.
func clean(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = i18n.Clean(lines[i], 2000)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
