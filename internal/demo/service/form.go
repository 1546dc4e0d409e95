package service

import (
	"net/http"
	"strings"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

// getForm gives the data of a form that one of the order's tasks asks for, filled in from the application.
func (s *Service) getForm(w http.ResponseWriter, r *http.Request) {
	s.read(w, r, func(_ *ledger.State, o *ledger.Order) answer {
		for _, t := range o.Tasks {
			if t.Kind == wire.TaskKindDocument && t.Form == r.PathValue("form") {
				return jsonAnswer(http.StatusOK, typeJSON, s.form(o, t))
			}
		}
		return notFound()
	})
}

type form struct {
	wire.Form
}

func (f *form) add(kind wire.FormBlockKind, label, value string) {
	b := wire.FormBlock{Kind: kind}
	if label != "" {
		b.Label = &label
	}
	if value != "" {
		b.Text = &value
	}
	f.Blocks = append(f.Blocks, b)
}

func (s *Service) form(o *ledger.Order, t *ledger.Task) wire.Form {
	w := s.words(o)
	a := o.Application
	f := &form{wire.Form{
		Form: t.Form, Title: w.T(ledger.FormTitle(t.Form)), Language: ptr(w.Lang()), Reference: &o.Reference, Send: t.Send,
	}}
	if t.Send == wire.SendByPost {
		f.Address = ledger.Address()
	}
	field := func(label, value string) {
		if value != "" {
			f.add(wire.FormBlockKindField, w.T(label), value)
		}
	}
	f.add(wire.FormBlockKindText, "", w.T(ledger.FormText(t.Form)))
	f.add(wire.FormBlockKindHeading, "", w.T("demo.form.request"))
	field("demo.form.product", o.Offer().Product.Name)
	field("demo.form.reference", o.Reference)
	var names []string
	for _, n := range o.Names {
		names = append(names, n.Value)
	}
	field("demo.form.names", strings.Join(names, "\n"))
	if p := a.Subject; p != nil {
		field("demo.form.person", strings.TrimSpace(value(p.Title)+" "+value(p.GivenName)+" "+value(p.Surname)))
	}
	if org := a.Organization; org != nil {
		f.add(wire.FormBlockKindHeading, "", w.T("demo.form.organization"))
		field("demo.form.legal-name", org.LegalName)
		field("demo.form.register", strings.TrimSpace(org.Registration.Scheme+" "+org.Registration.Country+" "+value(org.Registration.Number)))
		field("demo.form.incorporated", value(org.IncorporatedOn))
		field("demo.form.address", lines(org.Address))
		field("demo.form.phone", org.Phone)
	}
	f.add(wire.FormBlockKindHeading, "", w.T("demo.form.signature"))
	f.add(wire.FormBlockKindText, "", w.T("demo.form.declaration"))
	if a.Contacts != nil && a.Contacts.Administrative != nil {
		field("demo.form.signatory", a.Contacts.Administrative.GivenName+" "+a.Contacts.Administrative.Surname)
	}
	f.add(wire.FormBlockKindField, w.T("demo.form.made-on"), w.Date(o.Created.In(time.UTC)))
	f.add(wire.FormBlockKindSignature, w.T("demo.form.sign"), "")
	return f.Form
}

func lines(a wire.Address) string {
	list := append([]string{}, a.Lines...)
	list = append(list, strings.TrimSpace(value(a.PostalCode)+" "+a.Locality))
	if a.Region != nil {
		list = append(list, *a.Region)
	}
	return strings.Join(append(list, a.Country), "\n")
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
