package service

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/i18n"
	"certdesk/internal/seller/activationapi/wire"
)

// etag is a strong entity tag: it changes with any octet of the order.
func etag(body []byte) string {
	h := sha256.Sum256(body)
	return `"` + hex.EncodeToString(h[:12]) + `"`
}

func (s *Service) orderMessage(st *ledger.State, o *ledger.Order) wire.Order {
	offer := o.Offer()
	m := wire.Order{
		ID: o.ID, Reference: o.Reference, State: o.State, StateReason: nonEmpty(o.StateReason),
		Product:      offer.Product,
		Names:        o.Names,
		Subject:      o.Application.Subject,
		Contacts:     o.Application.Contacts,
		Organization: o.Application.Organization,
		Messages:     o.Messages,
		Timeline:     o.Timeline,
		Reissue:      wire.ReissueInfo{Allowed: false},
	}
	if m.Names == nil {
		m.Names = []wire.Name{}
	}
	for _, t := range o.Tasks {
		m.Tasks = append(m.Tasks, s.taskMessage(o, t))
	}
	switch {
	case o.Open():
		for _, f := range editable(o) {
			m.Editable = append(m.Editable, wire.Editable{Field: f, When: wire.EditableWhenNow})
		}
		m.Expected = expected(o)
	case o.Certificate != nil:
		m.Certificates = []wire.CertificateInfo{o.Certificate.Info}
		for _, p := range o.Previous {
			m.Certificates = append(m.Certificates, p.Info)
		}
		info := o.Certificate.Info
		m.Term = wire.Term{From: ptr(info.NotBefore.Format(time.DateOnly)), Until: ptr(info.NotAfter.Format(time.DateOnly))}
	case o.State == wire.OrderStateIssued: // a service without a certificate
		from := o.Timeline[len(o.Timeline)-1].At
		m.Term = wire.Term{From: ptr(from.Format(time.DateOnly)), Until: ptr(from.AddDate(0, *offer.Product.Term.Months, 0).Format(time.DateOnly))}
	default:
		// The licence can be used again, unless a later order has taken it.
		again := st.Licences[o.LicenceID] == ledger.Licence{}
		m.Repeat = &wire.RepeatInfo{Allowed: again, Free: ptr(again)}
	}
	return m
}

// expected says when the certificate will be there, once nothing is the customer's to do. A business day of
// the demo takes seconds, so it is what is due that counts; before, the product says how long it takes.
func expected(o *ledger.Order) *wire.ExpectedIssue {
	if o.State != wire.OrderStateWaitingAuthority || len(o.Due) == 0 {
		return nil
	}
	earliest := o.Due[0].At
	for _, d := range o.Due {
		if d.At.After(earliest) {
			earliest = d.At
		}
	}
	minutes := o.Offer().Product.Expected.MaxMinutes
	latest := earliest.Add(time.Duration(min(minutes, 10)) * time.Minute)
	return &wire.ExpectedIssue{Earliest: &earliest, Latest: &latest}
}

// editable are the fields that an open order lets its customer change.
func editable(o *ledger.Order) []wire.EditableField {
	var list []wire.EditableField
	product := o.Offer().Product
	if len(product.Contacts) > 0 {
		list = append(list, wire.EditableFieldContacts)
	}
	if t := o.Task("organization"); t != nil && t.State == wire.TaskStateOpen {
		list = append(list, wire.EditableFieldOrganization)
	}
	if product.Approver != nil && *product.Approver && o.Task("approval") == nil {
		list = append(list, wire.EditableFieldApproverEmail)
	}
	return append(list, wire.EditableFieldComment)
}

// words are those of the customer's language.
func (s *Service) words(o *ledger.Order) *i18n.Printer {
	return s.Ledger.Words.Printer(o.Application.Language).In(time.UTC)
}

func (s *Service) taskMessage(o *ledger.Order, t *ledger.Task) wire.Task {
	m := wire.Task{
		ID: t.ID, Kind: t.Kind, Target: nonEmpty(t.Target), Covers: t.Covers,
		State: t.State, Expires: &t.Expires, LastResult: t.LastResult,
	}
	i := wire.Instruction{}
	switch t.Kind {
	case wire.TaskKindProveName:
		m.Method, m.Methods = &t.Method, t.Methods
		m.Accepts = ptr(wire.TaskAcceptsParent)
		i = proofInstruction(t)
		if t.Method == wire.ProofMethodHTTPFile {
			m.Accepts = ptr(wire.TaskAcceptsExact)
		}
	case wire.TaskKindConfirmMailbox, wire.TaskKindApproval:
		i = wire.Instruction{Type: wire.InstructionTypeEmail, Email: &t.Email, SentAt: &t.SentAt, Allowed: t.Allowed}
	case wire.TaskKindDocument:
		i = wire.Instruction{Type: wire.InstructionTypeForm, Form: &t.Form, Send: &t.Send}
		if t.Send == wire.SendByPost {
			i.Address = ledger.Address()
		}
	case wire.TaskKindPhoneCall:
		i = wire.Instruction{Type: wire.InstructionTypePhone, Phone: &t.Phone, Hours: ptr(s.words(o).T("demo.task.call.hours"))}
	case wire.TaskKindAgreement:
		i = wire.Instruction{Type: wire.InstructionTypeLink, ActionURL: ptr(s.Base + "/terms")}
	case wire.TaskKindPayment:
		i = wire.Instruction{Type: wire.InstructionTypeLink, ActionURL: ptr(s.Base + "/pay/" + t.Value)}
	default:
		return m
	}
	m.Instruction = &i
	return m
}

func proofInstruction(t *ledger.Task) wire.Instruction {
	switch r, ok := t.Record(t.Target); {
	case ok:
		return wire.Instruction{
			Type: wire.InstructionTypeDNS, RecordType: &r.Type, RecordName: &r.Name, RecordValue: &r.Value, TTL: ptr(ledger.RecordTTL),
		}
	case t.Method == wire.ProofMethodHTTPFile:
		f := t.File()
		return wire.Instruction{Type: wire.InstructionTypeHTTPFile, URL: ptr("http://" + f.Host + f.Path), Body: &f.Body}
	}
	return wire.Instruction{Type: wire.InstructionTypeEmail, Email: &t.Email, SentAt: &t.SentAt, Allowed: t.Allowed}
}

// licenceMessage tells what a code entitles to. Once there is an order, it says only which.
func licenceMessage(s *ledger.State, offer ledger.Offer, now time.Time, base string) wire.Licence {
	l := s.Stands(offer, now)
	m := wire.Licence{
		ID: offer.ID, State: l.State, Product: offer.Product,
		Seller: wire.SellerInfo{Name: ledger.ServiceName}, OrderID: nonEmpty(l.OrderID),
	}
	if l.OrderID != "" {
		return m
	}
	bought := s.Bought(offer)
	if l.State == wire.LicenceStateDelegated {
		m.StateNote = ptr(offer.Begins.Note + ", " + bought.Format(time.DateOnly))
	}
	m.Purchase = &wire.Purchase{
		Reference: ptr("DEMO-" + bought.Format("20060102")), Date: ptr(bought.Format(time.DateOnly)),
		Quantity: ptr(1), Comment: nonEmpty(offer.Comment),
	}
	m.ActivationExpires = ptr(s.Expires(offer))
	m.Terms = []wire.Terms{{ID: ledger.TermsID, Title: "Terms of the Certdesk demo", URL: base + "/terms", Version: ptr("1")}}
	if offer.Course.Payment {
		m.ShopURL = ptr(base + "/")
		return m
	}
	m.Paid = &wire.Paid{Amount: "29.00", Currency: "CHF", Description: ptr("Demo: nobody has paid anything")}
	return m
}

func nonEmpty(s string) *string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return &s
}

func ptr[T any](v T) *T { return &v }
