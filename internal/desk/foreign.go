package desk

import (
	"context"
	"crypto"
	"crypto/x509"

	"certdesk/internal/activation"
	"certdesk/internal/certificate"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/request"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Foreign is a certificate with its private key, both made elsewhere: on the seller's page, where somebody did not
// hand over the request from here. It is in memory alone, until the customer has said what is to become of it.
type Foreign struct {
	OrderID string // that it would be taken into
	Kind    order.KeyChoice
	Name    string // whom the certificate is for
	// Differs says that it is for other names than the order asked for.
	Differs bool
	leaf    *x509.Certificate
	all     []*x509.Certificate
	key     crypto.Signer
}

// foreign looks whether a certificate that belongs to no key here came with its own, and which order it could be for.
// The fault is CertificateNotOurs or CertificateChain where it is none.
func (i *Intake) foreign(ctx context.Context, b Brings, here string) (Taken, error) {
	refused := notOurs(b)
	if len(b.Keys) == 0 || !fault.Is(refused, fault.CertificateNotOurs) {
		return Taken{}, refused
	}
	f, locked := pairOf(b)
	if f == nil && locked == nil {
		return Taken{}, refused
	}
	leaf := b.Customers()[0]
	if f != nil {
		leaf = f.leaf
	}
	o, err := i.wanting(ctx, leaf, here)
	switch {
	case err != nil:
		return Taken{}, err
	case o.ID == "":
		return Taken{}, refused
	case f == nil:
		return Taken{OrderID: o.ID, Locked: locked, Beside: b.Certificates}, nil
	}
	f.OrderID, f.Differs = o.ID, !certificate.HasNames(leaf, askedNames(o))
	return Taken{OrderID: o.ID, Mended: b.Mended, Foreign: f}, nil
}

// pairOf finds a certificate and its key among what was brought, or else a file with a password that may have the key.
func pairOf(b Brings) (f *Foreign, locked []byte) {
	for _, data := range b.Keys {
		key, err := export.ReadKey(data, secret.Value{})
		if request.IsPKCS12(data) || fault.Is(err, fault.KeyFilePassword) {
			locked = data
			continue
		}
		if err != nil {
			continue
		}
		hash, err := spki.Hash(key.Public())
		if err != nil {
			continue
		}
		for _, c := range b.Customers() {
			if spki.OfCertificate(c) == hash {
				return &Foreign{
					Kind: choiceOf(key.Public()), Name: i18n.Clean(certificate.Describe(c).Title, 120), leaf: c, all: b.Certificates, key: key,
				}, nil
			}
		}
	}
	return nil, locked
}

// wanting is the order that waits for a certificate from a page: the one on whose page it was brought, else the only
// one with the names (leaf nil: the only one); none is no error.
func (i *Intake) wanting(ctx context.Context, leaf *x509.Certificate, here string) (store.Order, error) {
	if here != "" {
		o, err := i.Store.Get(ctx, here)
		if err != nil || waitsForPage(o) {
			return o, err
		}
	}
	rows, err := i.Store.Rows(ctx)
	if err != nil {
		return store.Order{}, err
	}
	var found []store.Order
	for _, r := range rows {
		if r.Phase != order.PhaseSent || !activation.IsWeb(r.Service) {
			continue
		}
		o, err := i.Store.Get(ctx, r.ID)
		if err != nil {
			return store.Order{}, err
		}
		if waitsForPage(o) && (leaf == nil || certificate.HasNames(leaf, askedNames(o))) {
			found = append(found, o)
		}
		if len(found) > 1 {
			break
		}
	}
	if len(found) != 1 {
		return store.Order{}, nil
	}
	return found[0], nil
}

// waitsForPage reports whether an order waits for what a page in the browser gives out.
func waitsForPage(o store.Order) bool {
	return o.Licence.Web && o.Phase == order.PhaseSent && !o.Licence.KeyInHardware()
}

// TakeForeign takes a certificate with the key that the seller's page has made into the order: the customer was asked,
// and told that somebody else has had this key. The key that was made here stays with the order.
//
// Order: keyring probed; ledger line; keyring; read back and compared; list of keys; certificate; order. After a crash
// the key is among the order's keys, and the certificate finds it when it is brought again.
func (i *Intake) TakeForeign(ctx context.Context, f *Foreign) (Taken, error) {
	if f == nil || f.key == nil {
		return Taken{}, fault.New(fault.KeyFileUnreadable, nil)
	}
	i.takeUp(ctx)
	pool, err := i.pool(ctx, f.leaf, f.all)
	if err != nil {
		return Taken{}, err
	}
	out := Taken{OrderID: f.OrderID}
	err = i.one(f.OrderID, func() error {
		o, err := i.Store.Get(ctx, f.OrderID)
		if err != nil {
			return err
		}
		if !waitsForPage(o) {
			return fault.New(fault.OrderState, nil)
		}
		if err := i.Vault.Probe(ctx); err != nil {
			return err
		}
		keyID := i.newRecord()
		if err := i.Vault.PutKey(ctx, keyID, o.ID, f.key, vault.FromSeller); err != nil {
			return err
		}
		ctx := context.WithoutCancel(ctx)
		if err := i.addKey(ctx, o.ID, keyID, f.key, vault.FromSeller); err != nil {
			return err
		}
		i.log(ctx, o.ID, i18n.M("event.seller-key"))
		out.New, err = i.accept(ctx, o.ID, f.leaf, pool)
		return err
	})
	if err != nil {
		return Taken{}, err
	}
	i.changed.tell(f.OrderID)
	out.Gap, err = i.gap(ctx, f.OrderID)
	return out, err
}
