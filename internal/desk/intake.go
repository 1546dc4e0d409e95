package desk

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"slices"

	"certdesk/internal/certificate"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
	"certdesk/internal/store"
)

// Intake takes what customers bring back from a seller: files, dropped or chosen, and pasted text. A certificate
// finds its order by its public key alone, among all orders of this world.
type Intake struct{ *core }

// Taken is what has become of it.
type Taken struct {
	OrderID string
	// New says that the certificate was not here before.
	New bool
	// Others counts further orders that have got their certificate from the same file.
	Others int
	Mended i18n.Message
	Gap    certificate.Gap // what is missing above the certificate
	// Foreign is a certificate that came with a key of its own, to be asked about; nothing was taken then.
	Foreign *Foreign
	// Locked is a PKCS #12 file, or a private key with a password: it may belong to the certificates beside it, which
	// are of no key here, and has to be opened. It is secret, and the caller's to wipe.
	Locked []byte
	Beside []*x509.Certificate
	// Key is a private key or a PKCS #12 file that came along, for an order whose key is elsewhere: to be asked
	// about. It is secret, and the caller's to wipe.
	Key []byte
}

// Take gives each certificate to the order of its key, and says which order that is. here is the order on whose
// page it was brought, empty elsewhere.
//
// A certificate that belongs to no key here and came together with its own is given back with it, to be asked about:
// see [Intake.TakeForeign].
//
// Faults: CertificateNotOurs when none of the certificates belongs to a key of this world, CertificateChain when
// they are those of authorities alone, CertificateEarly when the order of the key has not been sent yet, KeyNoOrder
// for a private key alone that no order here can be told to want, KeyBeforeCert for one whose certificate is not
// here yet. Private keys are wiped but for the one that is given back.
func (i *Intake) Take(ctx context.Context, b Brings, here string) (Taken, error) {
	out, err := i.take(ctx, b, here)
	for _, k := range b.Keys {
		if err != nil || !sameBytes(k, out.Key) && !sameBytes(k, out.Locked) {
			clear(k)
		}
	}
	return out, err
}

// sameBytes reports whether two slices lie at the same place.
func sameBytes(a, b []byte) bool { return len(a) > 0 && len(b) > 0 && &a[0] == &b[0] }

func (i *Intake) take(ctx context.Context, b Brings, here string) (Taken, error) {
	if len(b.Certificates) == 0 {
		return i.takeKey(ctx, b, here)
	}
	out := Taken{Mended: b.Mended}
	var err, early, failed error
	for _, leaf := range b.Customers() {
		got, err := i.takeOne(ctx, leaf, b.Certificates)
		switch {
		case fault.Is(err, fault.CertificateEarly):
			early = err
		case err != nil:
			failed = err
		case got.OrderID == "":
		case out.OrderID == "":
			out.OrderID, out.New = got.OrderID, got.New
		case got.OrderID == here: // the one that is looked at comes first
			out.OrderID, out.New = got.OrderID, got.New || out.New
			out.Others++
		case got.OrderID != out.OrderID:
			out.Others++
		}
	}
	switch {
	case failed != nil && out.OrderID == "":
		return Taken{}, failed
	case out.OrderID == "" && early != nil:
		return Taken{}, early
	case out.OrderID == "":
		return i.foreign(ctx, b, here)
	}
	if out.Gap, err = i.gap(ctx, out.OrderID); err != nil {
		return Taken{}, err
	}
	out.Key, err = i.keyAmong(ctx, out.OrderID, b)
	return out, err
}

// gap is what is missing above the certificate of an order.
func (i *Intake) gap(ctx context.Context, id string) (certificate.Gap, error) {
	all, err := i.Store.Certificates(ctx, id)
	if err != nil {
		return certificate.Gap{}, err
	}
	c, ok := currentOf(all)
	if !ok {
		return certificate.Gap{}, nil
	}
	return i.Gap(ctx, c), nil
}

// notOurs says that nothing that was brought belongs to a key here.
func notOurs(b Brings) error {
	leafs := b.Customers()
	if slices.IndexFunc(leafs, func(c *x509.Certificate) bool { return !c.IsCA }) < 0 {
		return fault.New(fault.CertificateChain, nil)
	}
	return fault.New(fault.CertificateNotOurs, nil, "name", i18n.Clean(certificate.Describe(leafs[0]).Title, 120))
}

// pool is what a chain may be made of: what was brought, and, where that is not all, what came with other
// certificates here.
func (i *Intake) pool(ctx context.Context, leaf *x509.Certificate, brought []*x509.Certificate) ([]*x509.Certificate, error) {
	if certificate.Whole(leaf, brought) {
		return brought, nil
	}
	pool := slices.Clone(brought)
	ders, err := i.Store.Issuers(ctx)
	if err != nil {
		return nil, err
	}
	for _, der := range ders {
		if c, err := x509.ParseCertificate(der); err == nil && !slices.ContainsFunc(pool, c.Equal) {
			pool = append(pool, c)
		}
	}
	return pool, nil
}

// takeOne gives a certificate to its order; none is no error.
func (i *Intake) takeOne(ctx context.Context, leaf *x509.Certificate, brought []*x509.Certificate) (Taken, error) {
	hash := spki.OfCertificate(leaf)
	ids, err := i.Store.OrdersBySPKI(ctx, hex.EncodeToString(hash[:]))
	if err != nil || len(ids) == 0 {
		return Taken{}, err
	}
	id, err := i.choose(ctx, ids, leaf)
	if err != nil {
		return Taken{}, err
	}
	pool, err := i.pool(ctx, leaf, brought)
	if err != nil {
		return Taken{}, err
	}
	var isNew bool
	err = i.one(id, func() error {
		isNew, err = i.accept(ctx, id, leaf, pool)
		return err
	})
	if err == nil {
		i.changed.tell(id)
	}
	return Taken{OrderID: id, New: isNew}, err
}

// choose is the order that a certificate is for, of those with its key: one that has it already; one that waits,
// rather with these names; any that was sent.
func (i *Intake) choose(ctx context.Context, ids []string, leaf *x509.Certificate) (string, error) {
	best, rank := "", -1
	for _, id := range ids {
		o, err := i.Store.Get(ctx, id)
		if err != nil {
			return "", err
		}
		r := 0
		switch o.Phase {
		case order.PhaseDraft, order.PhaseSubmitting:
			continue
		case order.PhaseReady, order.PhaseEnded:
		case order.PhaseSent:
			r = 2
		}
		if certificate.HasNames(leaf, askedNames(o)) {
			r++
		}
		have, err := i.Store.Certificates(ctx, id)
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(have, func(c store.Certificate) bool { return slices.Equal(c.DER, leaf.Raw) }) {
			return id, nil
		}
		if r > rank {
			best, rank = id, r
		}
	}
	if best == "" {
		return "", fault.New(fault.CertificateEarly, nil).With(fault.OpenOrder)
	}
	return best, nil
}

// accept keeps a certificate of an order. It is the one in use unless a younger one is here.
//
// Order: certificate; order. A crash in between is mended when the same is brought again.
func (i *Intake) accept(ctx context.Context, id string, leaf *x509.Certificate, pool []*x509.Certificate) (isNew bool, err error) {
	ctx = context.WithoutCancel(ctx)
	o, err := i.Store.Get(ctx, id)
	if err != nil {
		return false, err
	}
	checked, err := checkFor(o, spki.OfCertificate(leaf), certificate.Only(leaf, pool), i.Now(), nil)
	if err != nil {
		return false, err
	}
	r := record(id, checked, false, i.Now())
	have, err := i.Store.Certificates(ctx, id)
	if err != nil {
		return false, err
	}
	isNew = true
	for _, c := range have {
		if c.SHA256 == r.SHA256 {
			isNew = false
			if len(c.Chain) > len(r.Chain) {
				r.Chain = c.Chain
			}
			r.State = c.State
		} else if !c.SetAside && c.NotBefore.After(r.NotBefore) && r.State == "current" {
			r.State = "previous"
		}
	}
	if err := i.Store.AddCertificate(ctx, r); err != nil {
		return false, err
	}
	if isNew {
		i.log(ctx, id, i18n.M("event.brought"))
	}
	_, err = i.Store.Update(ctx, id, func(o *store.Order) error {
		if o.Phase == order.PhaseSent {
			o.Phase, o.Updated = order.PhaseReady, i.Now()
		}
		if o.Licence.Web && o.Snapshot != nil {
			issued(o.Snapshot, r)
			o.LastFault = nil
		}
		return nil
	})
	return isNew, err
}

// issued makes the snapshot of a page in the browser, which tells nothing itself, one of an issued order.
func issued(s *order.Snapshot, c store.Certificate) {
	s.State = order.Issued
	for n := range s.Tasks {
		s.Tasks[n].State = order.TaskDone
	}
	listed := false
	for n := range s.Certificates {
		listed = listed || s.Certificates[n].SHA256 == c.SHA256
		if c.State == "current" && s.Certificates[n].SHA256 != c.SHA256 {
			s.Certificates[n].State = "previous"
		}
	}
	if !listed {
		s.Certificates = append(s.Certificates, order.Certificate{
			SHA256: c.SHA256, NotBefore: c.NotBefore, NotAfter: c.NotAfter, SPKISHA256: c.SPKI, State: c.State,
		})
	}
}

// keyAmong is a private key that came along, where the order's is not here.
func (i *Intake) keyAmong(ctx context.Context, id string, b Brings) ([]byte, error) {
	if len(b.Keys) == 0 {
		return nil, nil
	}
	o, err := i.Store.Get(ctx, id)
	if err != nil || o.KeyID != "" {
		return nil, err
	}
	return b.Keys[0], nil
}

// takeKey finds the order of a private key that was brought alone: by its public key, or, where a password keeps it,
// the order on whose page it was brought, or the only one that waits for what a page gives out.
func (i *Intake) takeKey(ctx context.Context, b Brings, here string) (Taken, error) {
	for _, data := range b.Keys {
		key, err := export.ReadKey(data, secret.Value{})
		if err != nil {
			continue
		}
		hash, err := spki.Hex(key.Public())
		if err != nil {
			continue
		}
		ids, err := i.Store.OrdersBySPKI(ctx, hash)
		if err != nil {
			return Taken{}, err
		}
		if len(ids) > 0 {
			return i.keyFor(ctx, ids[0], data)
		}
		return Taken{}, fault.New(fault.KeyNoOrder, nil)
	}
	if here != "" && len(b.Keys) > 0 {
		return i.keyFor(ctx, here, b.Keys[0])
	}
	if locked := i.Locked(b); locked != nil {
		if o, err := i.wanting(ctx, nil, ""); err != nil || o.ID != "" {
			return Taken{OrderID: o.ID, Locked: locked}, err
		}
	}
	return Taken{}, fault.New(fault.KeyNoOrder, nil)
}

// keyFor hands a private key on to the order that it is for, which must have its certificate.
func (i *Intake) keyFor(ctx context.Context, id string, data []byte) (Taken, error) {
	all, err := i.Store.Certificates(ctx, id)
	if err != nil {
		return Taken{}, err
	}
	if _, ok := currentOf(all); !ok {
		return Taken{}, fault.New(fault.KeyBeforeCert, nil)
	}
	return Taken{OrderID: id, Key: data}, nil
}
