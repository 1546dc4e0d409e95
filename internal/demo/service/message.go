package service

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

// etag is a strong entity tag: it changes with any octet of the order.
func etag(body []byte) string {
	h := sha256.Sum256(body)
	return `"` + hex.EncodeToString(h[:12]) + `"`
}

func orderMessage(s *ledger.State, o *ledger.Order) wire.Order {
	offer, _ := ledger.OfferByID(o.LicenceID)
	m := wire.Order{
		ID: o.ID, Reference: o.Reference, State: o.State, StateReason: nonEmpty(o.StateReason),
		Product:  offer.Product,
		Names:    []wire.Name{{Type: wire.NameKindEmail, Value: o.Mailbox}},
		Subject:  o.Application.Subject,
		Messages: o.Messages,
		Timeline: o.Timeline,
		Reissue:  wire.ReissueInfo{Allowed: false},
	}
	if o.Task != nil {
		m.Tasks = []wire.Task{taskMessage(o)}
	}
	switch {
	case o.Open():
		m.Editable = []wire.Editable{{Field: wire.EditableFieldComment, When: wire.EditableWhenNow}}
		if o.State == wire.OrderStateWaitingAuthority && o.Next != nil {
			latest := o.Next.At.Add(time.Duration(offer.Product.Expected.MaxMinutes) * time.Minute)
			m.Expected = &wire.ExpectedIssue{Earliest: &o.Next.At, Latest: &latest}
		}
	case o.Certificate != nil:
		info := o.Certificate.Info
		m.Certificates = []wire.CertificateInfo{info}
		m.Term = wire.Term{From: ptr(info.NotBefore.Format(time.DateOnly)), Until: ptr(info.NotAfter.Format(time.DateOnly))}
	default:
		// The licence can be used again, unless a later order has taken it.
		again := s.Licence(o.LicenceID).State == wire.LicenceStateValid
		m.Repeat = &wire.RepeatInfo{Allowed: again, Free: ptr(again)}
	}
	return m
}

func taskMessage(o *ledger.Order) wire.Task {
	t := wire.Task{
		ID: o.Task.ID, Kind: wire.TaskKindConfirmMailbox, Target: &o.Mailbox, Covers: []string{o.Mailbox},
		State: o.Task.State, Expires: &o.Task.Expires, LastResult: o.Task.LastResult,
	}
	t.Instruction = &wire.Instruction{Type: wire.InstructionTypeEmail, Email: &o.Mailbox, SentAt: &o.Task.SentAt}
	return t
}

// licenceMessage tells what a code entitles to. Once there is an order, it says only which.
func licenceMessage(s *ledger.State, offer ledger.Offer, now time.Time, base string) wire.Licence {
	l := s.Licence(offer.ID)
	m := wire.Licence{
		ID: offer.ID, State: l.State, Product: offer.Product,
		Seller: wire.SellerInfo{Name: ledger.ServiceName}, OrderID: nonEmpty(l.OrderID),
	}
	if l.State == wire.LicenceStateValid && now.After(s.Expires()) {
		m.State = wire.LicenceStateExpired
	}
	if l.OrderID != "" {
		return m
	}
	m.Purchase = &wire.Purchase{
		Reference: ptr("DEMO-" + s.Created.Format("20060102")), Date: ptr(s.Created.Format(time.DateOnly)),
		Quantity: ptr(1), Comment: nonEmpty(offer.Comment),
	}
	m.Paid = &wire.Paid{Amount: "29.00", Currency: "CHF", Description: ptr("Demo: nobody has paid anything")}
	m.ActivationExpires = ptr(s.Expires())
	m.Terms = []wire.Terms{{ID: ledger.TermsID, Title: "Terms of the Certdesk demo", URL: base + "/terms", Version: ptr("1")}}
	return m
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func ptr[T any](v T) *T { return &v }
