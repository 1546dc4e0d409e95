package pages

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/i18n"
	"certdesk/internal/seller/activationapi/wire"
)

// Mail is a mail in the demo's inbox.
type Mail struct {
	ID      string    `json:"id"`
	Order   string    `json:"order"` // the id of the order that it belongs to
	At      time.Time `json:"at"`
	To      string    `json:"to"`
	From    string    `json:"from"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"` // plain text of several lines
	// ConfirmTask is the task that the link in the mail settles, empty once there is nothing to confirm.
	ConfirmTask string `json:"confirm_task,omitempty"`
}

// shown is a mail with what a page needs besides.
type shown struct {
	Mail
	Language, Page      string
	Link, Before, After string // the text cut at its link
}

// sender is who the demo's mail comes from. The domain never resolves (RFC 6761, 6.4).
const sender = ledger.AuthorityName + " <noreply@demo.certdesk.invalid>"

func (p *pages) shown(s *ledger.State, m *ledger.Mail, now time.Time) shown {
	words := p.Words.Printer(m.Language)
	v := shown{Language: words.Lang(), Page: "mails/" + m.ID, Link: p.Base + "/confirm/" + m.Token}
	v.Mail = Mail{ID: m.ID, Order: m.OrderID, At: m.At, To: m.To, From: sender}
	v.Subject, v.Text = text(words, s, m, v.Link)
	if s.Confirmable(m, now) == nil {
		v.ConfirmTask = m.Task
	}
	v.Before, v.After, _ = strings.Cut(v.Text, v.Link)
	return v
}

// text is what a mail says, by what it asks for.
func text(words *i18n.Printer, s *ledger.State, m *ledger.Mail, link string) (subject, body string) {
	o := s.Order(m.OrderID)
	name, covers := "", o.Title()
	if _, t := s.Settles(m); t != nil && len(t.Covers) > 0 {
		covers = strings.Join(t.Covers, ", ")
	}
	if subject := o.Application.Subject; subject != nil && subject.GivenName != nil && subject.Surname != nil {
		name = *subject.GivenName + " " + *subject.Surname
	}
	args := []any{"name", name, "mailbox", m.To, "names", covers, "reference", o.Reference, "link", link, "authority", ledger.AuthorityName}
	switch s.Asks(m) {
	case wire.TaskKindProveName:
		return words.T("demo.mail.name.subject"), words.T("demo.mail.name.text", args...)
	case wire.TaskKindApproval:
		return words.T("demo.mail.approval.subject"), words.T("demo.mail.approval.text", args...)
	}
	return words.T("demo.mail.subject"), words.T("demo.mail.text", args...)
}

// mails are all mails, newest first.
func (p *pages) mails() ([]shown, error) {
	list := []shown{}
	err := p.Ledger.View(func(s *ledger.State, now time.Time) {
		for i := len(s.Mails) - 1; i >= 0; i-- {
			list = append(list, p.shown(s, s.Mails[i], now))
		}
	})
	return list, err
}

func (p *pages) inbox(w http.ResponseWriter, r *http.Request) {
	list, err := p.mails()
	if err != nil {
		p.unavailable(w, r, err)
		return
	}
	p.show(w, http.StatusOK, "inbox", struct {
		page
		Mails []shown
	}{p.page(r, "demo.inbox.title", ""), list})
}

// inboxList is the inbox for the app.
func (p *pages) inboxList(w http.ResponseWriter, r *http.Request) {
	list, err := p.mails()
	if err != nil {
		p.unavailable(w, r, err)
		return
	}
	mails := make([]Mail, len(list))
	for i, m := range list {
		mails[i] = m.Mail
	}
	sendJSON(w, mails)
}

func sendJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (p *pages) mail(w http.ResponseWriter, r *http.Request) {
	var found *shown
	err := p.Ledger.View(func(s *ledger.State, now time.Time) {
		if m := s.Mail(r.PathValue("id")); m != nil {
			v := p.shown(s, m, now)
			found = &v
		}
	})
	switch {
	case err != nil:
		p.unavailable(w, r, err)
	case found == nil:
		p.notFound(w, r)
	default:
		data := struct {
			page
			Mail *shown
			Back string
		}{p.page(r, "demo.inbox.title", ""), found, "../"}
		data.Title = found.Subject
		p.show(w, http.StatusOK, "mail", data)
	}
}

// confirm asks; nothing happens before the button is pressed.
func (p *pages) confirm(w http.ResponseWriter, r *http.Request) {
	var m *ledger.Mail
	var why error
	done, kind, covers := false, "", ""
	err := p.Ledger.View(func(s *ledger.State, now time.Time) {
		if m = s.MailByToken(r.PathValue("token")); m != nil {
			why = s.Confirmable(m, now)
			done, kind, covers = s.Confirmed(m), s.Asks(m), s.Order(m.OrderID).Title()
		}
	})
	switch {
	case err != nil:
		p.unavailable(w, r, err)
	case m == nil:
		p.notFound(w, r)
	case done:
		p.show(w, http.StatusOK, "text", p.page(r, doneTitle(kind), "demo.confirm.done.text"))
	case errors.Is(why, ledger.ErrLinkOld):
		p.show(w, http.StatusGone, "text", p.page(r, "demo.confirm.old.title", "demo.confirm.old.text"))
	case why != nil:
		p.show(w, http.StatusConflict, "text", p.page(r, "demo.confirm.over.title", "demo.confirm.over.text"))
	default:
		words := p.words(r)
		title, ask, button := question(kind)
		p.show(w, http.StatusOK, "confirm", struct {
			page
			Button string
		}{
			page{words, words.T(title), words.T(ask, "mailbox", m.To, "names", covers)},
			words.T(button, "mailbox", m.To),
		})
	}
}

// question is what the page behind a mail's link asks.
func question(kind wire.TaskKind) (title, text, button string) {
	switch kind {
	case wire.TaskKindProveName:
		return "demo.confirm.name.title", "demo.confirm.name.text", "demo.confirm.name.button"
	case wire.TaskKindApproval:
		return "demo.confirm.approval.title", "demo.confirm.approval.text", "demo.confirm.approval.button"
	}
	return "demo.confirm.title", "demo.confirm.text", "demo.confirm.button"
}

func doneTitle(kind wire.TaskKind) string {
	if kind == wire.TaskKindConfirmMailbox {
		return "demo.confirm.done.title"
	}
	return "demo.confirm.agreed.title"
}

// confirmed is the pressed button. The page that follows says what has come of it.
func (p *pages) confirmed(w http.ResponseWriter, r *http.Request) {
	err := p.press(func(s *ledger.State) *ledger.Mail { return s.MailByToken(r.PathValue("token")) })
	if err != nil && !refusedByState(err) {
		p.unavailable(w, r, err)
		return
	}
	http.Redirect(w, r, "/confirm/"+r.PathValue("token"), http.StatusSeeOther)
}

// confirmMail is the button of the app's "Demo helper": 204, 404 for no such mail, 409 when there is
// nothing to confirm any more.
func (p *pages) confirmMail(w http.ResponseWriter, r *http.Request) {
	err := p.press(func(s *ledger.State) *ledger.Mail { return s.Mail(r.PathValue("id")) })
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, errNoMail):
		w.WriteHeader(http.StatusNotFound)
	case refusedByState(err):
		w.WriteHeader(http.StatusConflict)
	default:
		p.unavailable(w, r, err)
	}
}

var errNoMail = errors.New("demo: no such mail")

func refusedByState(err error) bool {
	return errors.Is(err, errNoMail) || errors.Is(err, ledger.ErrTaskState) || errors.Is(err, ledger.ErrLinkOld)
}

func (p *pages) press(find func(*ledger.State) *ledger.Mail) error {
	return p.Ledger.Update(func(c *ledger.Change) error {
		m := find(c.State)
		if m == nil {
			return errNoMail
		}
		return c.Confirm(m)
	})
}
