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
	ID        string          `json:"id"`
	Reference string          `json:"reference"`
	State     string          `json:"state"`
	Mailbox   string          `json:"mailbox"` // what the order is about: a mailbox, a host, an organization
	Created   time.Time       `json:"created"`
	Open      bool            `json:"open"`
	Page      string          `json:"-"`
	Product   string          `json:"-"`
	Actions   []ledger.Action `json:"-"`
}

// orders are all orders, newest first.
func (p *pages) orders() ([]listed, string, error) {
	list, inbox := []listed{}, ""
	err := p.Ledger.View(func(s *ledger.State, _ time.Time) {
		inbox = s.Inbox
		for i := len(s.Orders) - 1; i >= 0; i-- {
			o := s.Orders[i]
			list = append(list, listed{
				o.ID, o.Reference, o.State, o.Title(), o.Created, o.Open(), "orders/" + o.ID, o.Offer().Product.Name, shownActions(s.Actions(o)),
			})
		}
	})
	return list, inbox, err
}

// shownActions are those that the operator's page has buttons for; for a hundred names the one for all of
// them is enough. Rejecting and writing have forms of their own.
func shownActions(all []ledger.Action) []ledger.Action {
	const most = 24
	var list []ledger.Action
	for _, a := range all {
		if a.ID != "reject" && a.ID != "message" && len(list) < most {
			list = append(list, a)
		}
	}
	return list
}

// actions tells the app's "Demo helper" what can be done for an order.
func (p *pages) actions(w http.ResponseWriter, r *http.Request) {
	var list []ledger.Action
	err := p.Ledger.View(func(s *ledger.State, _ time.Time) {
		if o := s.Order(r.PathValue("id")); o != nil {
			list = s.Actions(o)
		}
	})
	switch {
	case err != nil:
		p.unavailable(w, r, err)
	case list == nil:
		w.WriteHeader(http.StatusNotFound)
	default:
		sendJSON(w, list)
	}
}

// do is the button of the app's "Demo helper": 204, 404 for no such order, 409 when that can't be done (any
// more).
func (p *pages) do(w http.ResponseWriter, r *http.Request) {
	switch err := p.acted(r); {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, errNoOrder):
		w.WriteHeader(http.StatusNotFound)
	case past(err):
		w.WriteHeader(http.StatusConflict)
	default:
		p.unavailable(w, r, err)
	}
}

// pressed is the same button on the operator's page.
func (p *pages) pressed(w http.ResponseWriter, r *http.Request) {
	if err := p.acted(r); err != nil && !past(err) {
		p.unavailable(w, r, err)
		return
	}
	http.Redirect(w, r, "../../../", http.StatusSeeOther)
}

var errNoOrder = errors.New("demo: no such order")

// past reports whether an error says that the order has moved on.
func past(err error) bool {
	return errors.Is(err, errNoOrder) || errors.Is(err, ledger.ErrNoAction) || errors.Is(err, ledger.ErrOrderState) ||
		errors.Is(err, ledger.ErrTaskState)
}

func (p *pages) acted(r *http.Request) error {
	return p.Ledger.Update(func(c *ledger.Change) error {
		o := c.Order(r.PathValue("id"))
		if o == nil {
			return errNoOrder
		}
		return c.Act(o, r.PathValue("action"))
	})
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
	if err != nil && !past(err) {
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
