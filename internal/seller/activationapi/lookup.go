package activationapi

import (
	"context"
	"net/http"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/wire"
)

// Lookup finds the service and asks what the code entitles to. Where the host is no service, the fault is
// ServiceWebOnly: the link is used in the browser. The state of a licence is no fault: also an expired one
// is found.
//
// Where the service says in which part of its links the code stands, and the ticket is a link with a code
// there, that one is taken; else the ticket's own.
func (c *Client) Lookup(ctx context.Context, t activation.Ticket) (seller.Found, error) {
	d, p, err := c.discover(ctx, t.Service)
	if err != nil {
		return seller.Found{}, err
	}
	code, ok := t.CodeAt(d.CodeRule)
	if !ok {
		code = t.Code
	}
	text := code.Reveal()
	defer clear(text)
	if d.Pattern != nil && !d.Pattern.Match(text) {
		return seller.Found{}, fault.New(fault.CodeMalformed, nil, "host", p.host)
	}
	rep, err := c.do(ctx, p, call{method: http.MethodGet, path: "licence", credential: code})
	if err != nil {
		return seller.Found{}, err
	}
	var w wire.Licence
	if err := c.get(p, rep, &w); err != nil {
		return seller.Found{}, err
	}
	l, ok := p.licence(w)
	if !ok {
		return seller.Found{}, fault.New(fault.ServiceBroken, nil, "host", p.host)
	}
	return seller.Found{Licence: l, Service: serviceOf(t.Service, d), Code: code}, nil
}

// licence makes the noun of the message; it reports false when the message lacks what every licence has.
func (p place) licence(w wire.Licence) (order.Licence, bool) {
	l := order.Licence{
		ID:                line(w.ID, maxLine),
		State:             order.LicenceState(line(w.State, maxShort)),
		StateNote:         line(text(w.StateNote), maxDetail),
		Product:           p.product(w.Product),
		SellerName:        line(w.Seller.Name, maxShort),
		ShopURL:           p.web(text(w.ShopURL)),
		ActivationExpires: w.ActivationExpires,
		OrderID:           line(text(w.OrderID), 200),
		RevocationCode:    deref(w.RevocationCode),
	}
	if b := w.Purchase; b != nil {
		l.Purchase = order.Purchase{
			Reference: line(text(b.Reference), maxShort), Date: line(text(b.Date), maxShort),
			Quantity: count(deref(b.Quantity)), Comment: line(text(b.Comment), maxDetail),
		}
	}
	if b := w.Paid; b != nil {
		l.Paid = &order.Paid{
			Amount: line(b.Amount, maxShort), Currency: line(b.Currency, maxShort),
			Description: line(text(b.Description), maxLine),
		}
	}
	for _, t := range first(w.Terms, maxSmall) {
		l.Terms = append(l.Terms, order.Terms{
			ID: line(t.ID, maxLine), Title: line(t.Title, maxLine), URL: p.web(t.URL),
			Version: line(text(t.Version), maxShort),
		})
	}
	return l, l.State != "" && l.Product.Type != "" && l.Product.Name != ""
}

func (p place) product(w wire.Product) order.Product {
	out := order.Product{
		ID:                      line(w.ID, maxLine),
		Name:                    line(w.Name, maxLine),
		Type:                    order.ProductType(line(w.Type, maxShort)),
		Validation:              order.Validation(line(text(w.Validation), maxShort)),
		TermMonths:              count(deref(w.Term.Months)),
		TermDays:                count(deref(w.Term.Days)),
		CertificateLifetimeDays: count(deref(w.CertificateLifetimeDays)),
		CAAIdentities:           texts(w.CAAIdentities, maxSmall, maxLine),
		Names: order.NameRules{
			Kinds: texts(w.Names.Kinds, maxSmall, maxShort),
			Min:   count(w.Names.Min), Max: count(w.Names.Max),
			Wildcard: line(text(w.Names.Wildcard), maxShort), WWW: line(text(w.Names.WWW), maxShort),
			IDN: deref(w.Names.IDN),
		},
		Contacts:     texts(w.Contacts, maxSmall, maxShort),
		Approver:     deref(w.Approver),
		KeyStorage:   line(text(w.KeyStorage), maxShort),
		ProofMethods: texts(w.ProofMethods, maxSmall, maxShort),
		Expected: order.Expected{
			MinMinutes: count(w.Expected.MinMinutes), MaxMinutes: count(w.Expected.MaxMinutes),
			BusinessDays: deref(w.Expected.BusinessDays),
		},
	}
	for _, f := range first(w.SubjectFields, maxSmall) {
		out.SubjectFields = append(out.SubjectFields, order.SubjectField{
			Field: line(f.Field, maxShort), Required: order.Need(line(f.Required, maxShort)), Max: count(deref(f.Max)),
		})
	}
	for _, k := range first(w.Keys, maxSmall) {
		rule := order.KeyRule{Algorithm: line(k.Algorithm, maxShort)}
		for _, size := range first(k.Sizes, maxSmall) {
			rule.Sizes = append(rule.Sizes, count(size))
		}
		out.Keys = append(out.Keys, rule)
	}
	for _, d := range first(w.Documents, maxSmall) {
		out.Documents = append(out.Documents, order.DocumentRule{
			Form: line(d.Form, maxLine), Send: line(d.Send, maxShort), Address: address(d.Address),
		})
	}
	return out
}

func address(w *wire.Address) *order.Address {
	if w == nil {
		return nil
	}
	return &order.Address{
		Lines: texts(w.Lines, 3, maxLine), Locality: line(w.Locality, maxLine), Region: line(text(w.Region), maxLine),
		PostalCode: line(text(w.PostalCode), maxShort), Country: line(w.Country, maxShort),
	}
}
