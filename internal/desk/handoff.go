package desk

import (
	"context"
	"encoding/pem"
	"errors"
	"path/filepath"
	"strconv"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/atomicfile"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Handoff is what is particular to an order that is made on a page in the customer's browser: what was bought is
// said by the customer, the request is handed over by them, and so is what comes back (see [Intake]).
type Handoff struct {
	*core
	redeem *Redeem
}

// browser gives the way in of a service that is a page in the browser.
func (c *core) browser(service string) (seller.Browser, error) {
	s, err := c.Sellers(service)
	if err != nil {
		return nil, err
	}
	b, ok := s.(seller.Browser)
	if !ok {
		return nil, fault.New(fault.OrderState, nil)
	}
	return b, nil
}

// kept makes the code of a ticket for the browser what is kept of it. Every other ticket stays as it is.
func (c *core) kept(t activation.Ticket) (activation.Ticket, error) {
	if !activation.IsWeb(t.Service) {
		return t, nil
	}
	b, err := c.browser(t.Service)
	if err != nil {
		return t, err
	}
	t.Code = b.Keep(t)
	return t, nil
}

// InBrowser has a draft go on in the browser: its seller has no service that can be talked to. The link as it was
// given is kept, or the code where there was no link, which is then entered on the page. It may make the system ask
// for its password, so it is called on a press.
//
// Order: draft; link into the keyring; draft; code out of the keyring. After a crash in between, the link is made of
// what is still there.
func (h *Handoff) InBrowser(ctx context.Context, id string) (store.Order, error) {
	var out store.Order
	err := h.one(id, func() error {
		o, err := h.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if o.Phase != order.PhaseDraft {
			return fault.New(fault.OrderState, nil)
		}
		if activation.IsWeb(o.Service) {
			out = o
			return nil
		}
		t, err := h.redeem.ticket(ctx, o)
		if err != nil {
			return err
		}
		if t.Link.Empty() { // the ticket is of an earlier run
			if t.Link, err = h.linkOf(ctx, o); err != nil {
				return err
			}
		}
		if t, err = h.kept(t.InBrowser()); err != nil {
			return err
		}
		old := o.CodeID
		if out, err = h.Store.Update(ctx, id, func(o *store.Order) error {
			o.Service, o.CodeHash, o.LastFault = t.Service, t.Code.Fingerprint(t.Service), nil
			o.Licence, o.Step, o.Updated = order.Licence{Web: true}, "", h.Now()
			return nil
		}); err != nil {
			return err
		}
		h.redeem.remember(id, t, true)
		if old == "" {
			return nil
		}
		codeID := h.newRecord()
		if err := h.Vault.PutSecret(ctx, codeID, id, vault.KindCode, t.Code); err != nil {
			return err
		}
		if out, err = h.Store.Update(ctx, id, func(o *store.Order) error { o.CodeID = codeID; return nil }); err != nil {
			return err
		}
		if err := h.Vault.Delete(ctx, old); err != nil {
			h.failed("removing a code", id, err) // the next start does it
		}
		return nil
	})
	if err == nil {
		h.changed.tell(id)
	}
	return out, err
}

// Bought notes what the customer has bought; name is what they call it on the screen. Names of another kind that
// were entered before stay in the draft, and count again when the choice is taken back.
func (h *Handoff) Bought(ctx context.Context, id string, kind order.ProductType, name string) (store.Order, error) {
	o, err := h.Store.Get(ctx, id)
	if err != nil {
		return o, err
	}
	s, err := h.Sellers(o.Service)
	if err != nil {
		return o, err
	}
	found, err := s.Lookup(ctx, activation.Ticket{Service: o.Service})
	if err != nil {
		return o, err
	}
	found.Licence.Product = order.WebProduct(kind, name)
	err = h.one(id, func() error {
		o, err = h.Store.Update(ctx, id, func(o *store.Order) error {
			if o.Phase != order.PhaseDraft {
				return fault.New(fault.OrderState, nil)
			}
			if o.Licence.Product.Type != kind && o.KeyID == "" && !o.Application.OwnRequest() {
				o.Application.KeyChoice = order.KeyChoice{}
			}
			o.Licence, o.Seller, o.Updated = found.Licence, found.Service, h.Now()
			return nil
		})
		return err
	})
	if err == nil {
		h.changed.tell(id)
	}
	return o, err
}

// Page is where the request is handed over. It may make the system ask for its password, so it is called on a press.
func (h *Handoff) Page(ctx context.Context, id string) (seller.Page, error) {
	o, err := h.Store.Get(ctx, id)
	if err != nil {
		return seller.Page{}, err
	}
	b, err := h.browser(o.Service)
	if err != nil {
		return seller.Page{}, err
	}
	token, err := h.token(ctx, o)
	if err != nil {
		return seller.Page{}, err
	}
	return b.Page(o.Service, token)
}

// RequestText is the request of an order in PEM, as pages take it.
func (h *Handoff) RequestText(o store.Order) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: o.CSR}))
}

// mostRequests is how many files of one name are tried.
const mostRequests = 99

// SaveRequest writes the request into a file in dir that is not there yet, and gives its path.
func (h *Handoff) SaveRequest(ctx context.Context, id, dir string) (string, error) {
	o, err := h.Store.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if len(o.CSR) == 0 {
		return "", fault.New(fault.OrderState, nil)
	}
	if !filepath.IsAbs(dir) {
		return "", fault.New(fault.FolderGone, nil)
	}
	subject := ""
	for _, n := range askedNames(o) {
		subject = n.Value
		break
	}
	for n := range mostRequests {
		name := subject
		if n > 0 {
			name += " " + strconv.Itoa(n+1)
		}
		path := filepath.Join(dir, export.FileName(name, "", time.Time{}, ".csr"))
		err = h.write(ctx, path, []byte(h.RequestText(o)))
		if err == nil {
			h.Wrote(path)
			return path, nil
		}
		if !errors.Is(err, atomicfile.ErrExists) {
			return "", err
		}
	}
	return "", err
}

// CanRenew reports whether the same can be ordered again on the page, with a new key.
func (h *Handoff) CanRenew(o store.Order) bool {
	return o.Licence.Web && (o.Phase == order.PhaseReady || o.Phase == order.PhaseEnded) && o.TokenID != ""
}

// Renew makes a draft with what an order has, for a new key: it stands at making it.
//
// Order: link into the keyring; draft.
func (h *Handoff) Renew(ctx context.Context, id string) (string, error) {
	h.takeUp(ctx)
	o, err := h.Store.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if !h.CanRenew(o) {
		return "", fault.New(fault.OrderState, nil)
	}
	link, err := h.token(ctx, o)
	if err != nil {
		return "", err
	}
	next, err := h.uuid()
	if err != nil {
		return "", err
	}
	a := o.Application
	a.Request, a.KeyChoice = nil, order.KeyChoice{}
	draft := store.Order{
		ID: next, Service: o.Service, Seller: o.Seller, Licence: o.Licence, Application: a,
		Phase: order.PhaseDraft, Step: string(order.StepKey), Created: h.Now(), Updated: h.Now(),
	}
	if draft.CodeID, err = h.redeem.keepCode(ctx, next, link); err != nil {
		return "", err
	}
	if err := h.Store.Create(ctx, draft); err != nil {
		_ = h.Vault.Delete(context.WithoutCancel(ctx), draft.CodeID)
		return "", err
	}
	h.log(ctx, next, i18n.M("event.renewal"))
	h.changed.tell(next)
	return next, nil
}

// CanGiveUp reports whether an order can be given up that waits for a certificate to be brought.
func (h *Handoff) CanGiveUp(o store.Order) bool { return o.Licence.Web && o.Phase == order.PhaseSent }

// GiveUp removes an order that waits for a certificate to be brought, with its key: what the seller makes of its
// request can't be used then.
func (h *Handoff) GiveUp(ctx context.Context, id string) error {
	return h.one(id, func() error {
		o, err := h.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if !h.CanGiveUp(o) {
			return fault.New(fault.OrderState, nil)
		}
		return h.remove(ctx, id)
	})
}
