package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"io"
	"log/slog"
	"math/big"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/handoff"
	"certdesk/internal/store"
	"certdesk/internal/vault"
	"certdesk/internal/vault/passfile"
)

// script is a seller, a keyring and a disk as a test wants them, under the customer's own orders: the store
// is the real one, with the orders that the test puts there.
type script struct {
	orders []store.Order
	certs  []store.Certificate
	chains [][][]byte // that the authority offers for the first certificate
	// What the start of the app has to say.
	repaired  []i18n.Message
	ownerless int
	network   proof.Network // where names are looked up
	// honest: secrets are kept as they are without a script; random is where passphrases come from, nil: chance.
	honest bool
	random io.Reader

	mu      sync.Mutex
	lookup  func(ctx context.Context) (seller.Found, error)
	submit  func(ctx context.Context) error
	status  func(ctx context.Context) (order.Snapshot, error)
	resend  func(ctx context.Context) error
	choose  func(ctx context.Context, method string) (order.Snapshot, error)
	keyring func(ctx context.Context) error // before the keyring is probed
	keep    func(ctx context.Context) error // before a key is kept
	read    func(ctx context.Context) error // before the list of orders is read
	get     func(ctx context.Context) error // before an order is read
	write   func(ctx context.Context) error // before an order is written
	key     func(ctx context.Context) error // before a key is read
	keys    map[string]crypto.Signer
	secrets map[string]secret.Value
}

// hold is an answer that does not come before the screen has closed.
func hold(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// fails is an answer that is a fault.
func fails(code fault.Code, kv ...any) func(context.Context) error {
	return func(context.Context) error { return fault.New(code, nil, kv...) }
}

// set changes the script while the app runs.
func (s *script) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// do calls what is scripted for a moment, which may be nothing.
func (s *script) do(ctx context.Context, what *func(context.Context) error) error {
	s.mu.Lock()
	f := *what
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(ctx)
}

// play puts the script in the place of the desk of the customer's own orders.
func (s *script) play(w *walk) {
	w.t.Helper()
	ctx := context.Background()
	if _, err := w.a.worlds.Real(ctx); err != nil {
		w.t.Fatal(err)
	}
	real := w.a.worlds.real
	ledger, err := vault.OpenLedger(filepath.Join(w.data, vault.LedgerName))
	if err != nil {
		w.t.Fatal(err)
	}
	file := passfile.New(filepath.Join(w.data, passfile.Name), passfile.Options{Work: 1})
	secrets := vault.New(w.keyring(vault.Service), ledger, vault.Options{Now: w.now, File: file})
	var kept desk.Vault = scriptedVault{secrets, s}
	if s.honest {
		kept = secrets
	}
	random := io.Reader(rand.Reader)
	if s.random != nil {
		random = s.random
	}
	s.keys, s.secrets = map[string]crypto.Signer{}, map[string]secret.Value{}
	real.Desk = desk.New(desk.Deps{
		Store: scriptedStore{real.store, s}, Vault: kept,
		Sellers: func(service string) (seller.Seller, error) {
			if activation.IsWeb(service) {
				return handoff.Client{}, nil
			}
			return scriptedSeller{s}, nil
		},
		Parser: w.a.worlds.parser(), Now: w.now, Rand: random, Log: slog.New(slog.DiscardHandler),
		ExportDir: func() string { return w.home }, Wrote: func(string) {}, Fonts: fonts, Network: s.network, BackupWork: 1, Serve: w.a.worlds.serves(),
	})
	real.Repaired, real.Ownerless = s.repaired, func(context.Context) int { return s.ownerless }
	for _, o := range s.orders {
		for _, id := range []string{o.CodeID, o.TokenID} {
			if id != "" {
				s.secrets[id] = secret.FromString("not the real one")
			}
		}
		if err := real.store.Create(ctx, o); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, c := range s.certs {
		if err := real.store.AddCertificate(ctx, c); err != nil {
			w.t.Fatal(err)
		}
	}
	if len(s.chains) > 0 {
		if err := real.store.SetChains(ctx, s.certs[0].OrderID, s.certs[0].SHA256, s.chains); err != nil {
			w.t.Fatal(err)
		}
	}
}

type scriptedStore struct {
	*store.Store
	s *script
}

func (d scriptedStore) Rows(ctx context.Context) ([]store.Row, error) {
	if err := d.s.do(ctx, &d.s.read); err != nil {
		return nil, err
	}
	return d.Store.Rows(ctx)
}

func (d scriptedStore) Get(ctx context.Context, id string) (store.Order, error) {
	if err := d.s.do(ctx, &d.s.get); err != nil {
		return store.Order{}, err
	}
	return d.Store.Get(ctx, id)
}

func (d scriptedStore) Update(ctx context.Context, id string, change func(*store.Order) error) (store.Order, error) {
	if err := d.s.do(ctx, &d.s.write); err != nil {
		return store.Order{}, err
	}
	return d.Store.Update(ctx, id, change)
}

// scriptedVault asks the script; about the passphrase file, the real one of the world.
type scriptedVault struct {
	*vault.Vault
	s *script
}

func (v scriptedVault) Probe(ctx context.Context) error { return v.s.do(ctx, &v.s.keyring) }

func (v scriptedVault) PutKey(ctx context.Context, id, _ string, key crypto.Signer, _ vault.Origin) error {
	if err := v.s.do(ctx, &v.s.keep); err != nil {
		return err
	}
	v.s.set(func() { v.s.keys[id] = key })
	return nil
}

func (v scriptedVault) Key(ctx context.Context, id string) (crypto.Signer, vault.Origin, error) {
	if err := v.s.do(ctx, &v.s.key); err != nil {
		return nil, "", err
	}
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	if key, ok := v.s.keys[id]; ok {
		return key, vault.MadeHere, nil
	}
	return nil, "", fault.New(fault.KeyGone, nil)
}

func (v scriptedVault) PutSecret(_ context.Context, id, _ string, _ vault.Kind, value secret.Value) error {
	v.s.set(func() { v.s.secrets[id] = value })
	return nil
}

func (v scriptedVault) Secret(_ context.Context, id string) (secret.Value, error) {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	if value, ok := v.s.secrets[id]; ok {
		return value, nil
	}
	return secret.Value{}, fault.New(fault.SecretGone, nil)
}

func (v scriptedVault) Delete(_ context.Context, id string) error {
	v.s.set(func() { delete(v.s.keys, id); delete(v.s.secrets, id) })
	return nil
}

func (v scriptedVault) Reconcile(context.Context, func(string) bool) (vault.Findings, error) {
	return vault.Findings{}, nil
}

type scriptedSeller struct{ s *script }

func (p scriptedSeller) Lookup(ctx context.Context, t activation.Ticket) (seller.Found, error) {
	p.s.mu.Lock()
	f := p.s.lookup
	p.s.mu.Unlock()
	if f == nil {
		return seller.Found{Licence: silver(), Service: alpha(), Code: t.Code}, nil
	}
	found, err := f(ctx)
	found.Code = t.Code
	return found, err
}

func (p scriptedSeller) Prepare(order.Licence, order.Application, []byte, secret.Value) ([]byte, error) {
	return []byte("{}"), nil
}

func (p scriptedSeller) Submit(ctx context.Context, s order.Submission, _ func(seller.Receipt) error) (order.Snapshot, seller.Receipt, error) {
	return order.Snapshot{}, seller.Receipt{Service: s.Service, ID: "1"}, p.s.do(ctx, &p.s.submit)
}

func (p scriptedSeller) Status(ctx context.Context, r seller.Receipt, _ secret.Value) (order.Snapshot, seller.Receipt, error) {
	p.s.mu.Lock()
	f := p.s.status
	p.s.mu.Unlock()
	if f == nil {
		return order.Snapshot{}, r, seller.ErrUnchanged
	}
	got, err := f(ctx)
	return got, r, err
}

func (p scriptedSeller) Collect(context.Context, seller.Receipt, secret.Value, string) ([]*x509.Certificate, error) {
	return nil, seller.ErrNotYet
}

func (p scriptedSeller) Check(ctx context.Context, r seller.Receipt, token secret.Value, _, _ string) (order.Snapshot, seller.Receipt, error) {
	return p.Status(ctx, r, token)
}

func (p scriptedSeller) Resend(ctx context.Context, r seller.Receipt, token secret.Value, _, _, _ string) (order.Snapshot, seller.Receipt, error) {
	if err := p.s.do(ctx, &p.s.resend); err != nil {
		return order.Snapshot{}, r, err
	}
	return p.Status(ctx, r, token)
}

const shop = "https://shop.example.ch"

func alpha() seller.Service {
	return seller.Service{
		Origin: shop, Name: "Alpha Zertifikate", Homepage: shop, Endpoint: shop,
		Support: []seller.Support{{Phone: "+41 44 555 01 02", Email: "help@shop.example.ch"}},
	}
}

// silver is a licence for a mailbox.
func silver() order.Licence {
	before := noon.AddDate(1, 0, 0)
	return order.Licence{
		ID: "licence-1", State: order.LicenceValid, SellerName: "Alpha Zertifikate",
		Product: order.Product{
			ID: "silver", Name: "E-Mail ID Silver", Type: order.SMIME, Validation: order.ValidationMailbox,
			TermMonths: 12, CA: "Example Trust AG", Names: order.NameRules{Kinds: []string{"email"}, Min: 1, Max: 1},
			SubjectFields: []order.SubjectField{
				{Field: order.FieldGivenName, Required: order.NeedYes},
				{Field: order.FieldSurname, Required: order.NeedYes},
				{Field: order.FieldPseudonym, Required: order.NeedNo},
			},
			Keys:       []order.KeyRule{{Algorithm: "rsa", Sizes: []int{3072, 4096}}, {Algorithm: "ecdsa", Sizes: []int{256}}},
			KeyStorage: "software", Expected: order.Expected{MinMinutes: 1, MaxMinutes: 3},
		},
		Purchase:          order.Purchase{Reference: "A-2026-4711", Date: "2026-11-20", Quantity: 1, Comment: "Laptop Anna, Büro 2.14"},
		Paid:              &order.Paid{Amount: "29.00", Currency: "CHF"},
		ActivationExpires: &before,
		Terms: []order.Terms{
			{ID: "t1", Title: "Subscriber Agreement", URL: "https://trust.example.com/agreement"},
			{ID: "t2", Title: "Terms of use for S/MIME certificates", URL: "https://trust.example.com/terms"},
		},
	}
}

// noon is when the walks through the screens begin: the time of the queue's clock.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// draft is a draft at a step, with what was typed before it.
func draft(id string, step order.Step) store.Order {
	return store.Order{
		ID: id, Service: shop, Seller: alpha(), Phase: order.PhaseDraft, Step: string(step), Licence: silver(),
		Application: order.Application{
			Mailbox: "anna.keller@example.ch", GivenName: "Anna", Surname: "Keller",
			KeyChoice: order.KeyChoice{Algorithm: "rsa", Size: 3072},
		},
		CodeID: id + "-code", CodeHash: id, Created: noon, Updated: noon,
	}
}

// with is a draft whose key is there already.
func withKey(o store.Order) store.Order {
	o.KeyID = o.ID + "-key"
	return o
}

// sent is an order that the seller has, of which it said s two hours ago.
func sent(id string, s order.Snapshot) store.Order {
	o := withKey(draft(id, order.StepReview))
	o.Phase, o.CodeID, o.CodeHash, o.TokenID = order.PhaseSent, "", "", id+"-token"
	o.Sent, o.LastLooked = noon.Add(-2*time.Hour), noon.Add(-time.Minute)
	o.Application.AcceptedTerms = []string{"t1", "t2"}
	o.Receipt = seller.Receipt{Service: shop, ID: id, NextPoll: noon.Add(9 * time.Minute)}
	s.ID, s.Reference = id, "EX-"+id
	s.Names = []order.Name{{Type: "email", Value: "anna.keller@example.ch"}}
	o.Snapshot = &s
	return o
}

// waitingForMail is what a seller says while the mail is not confirmed.
func waitingForMail() order.Snapshot {
	at, until := noon.Add(-90*time.Minute), noon.AddDate(0, 0, 30)
	return order.Snapshot{
		State: order.WaitingCustomer,
		Tasks: []order.Task{{
			ID: "task", Kind: order.ConfirmMailbox, Target: "anna.keller@example.ch", State: order.TaskOpen, Expires: &until,
			Instruction: order.Instruction{Type: "email", Email: "anna.keller@example.ch", SentAt: &at},
		}},
		Timeline: []order.Event{{At: at, Event: "mail_sent", By: "authority"}},
	}
}

// waitingForAuthority is what a seller says while the authority works.
func waitingForAuthority() order.Snapshot {
	latest := noon.Add(48 * time.Hour)
	return order.Snapshot{
		State: order.WaitingAuthority, Latest: &latest,
		Timeline: []order.Event{
			{At: noon.Add(-90 * time.Minute), Event: "mail_sent", By: "authority"},
			{At: noon.Add(-time.Hour), Event: "mailbox_confirmed", By: "customer"},
		},
		Messages: []order.Message{{
			ID: "m1", At: noon.Add(-30 * time.Minute), From: "Example Trust AG", Subject: "We look at this request by hand",
			Text: "Somebody in our office checks the address. You need not do anything.",
		}},
	}
}

// ended is what a seller says of an order that brings no certificate.
func ended(state order.ServiceState) order.Snapshot {
	return order.Snapshot{State: state, StateReason: "The address is on a list of addresses for which we don't issue."}
}

// issued makes an order ready, with a certificate that is self-signed: the screens only describe it.
func issued(t *testing.T, o *store.Order, notAfter time.Time) store.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o.Phase = order.PhaseReady
	o.CSR, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: "anna.keller@example.ch"},
		EmailAddresses: []string{"anna.keller@example.ch"}, NotBefore: notAfter.AddDate(-1, 0, 0), NotAfter: notAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	hash := hex.EncodeToString(sum[:])
	return store.Certificate{
		SHA256: hash, OrderID: o.ID, SPKI: hash, DER: der, NotBefore: template.NotBefore, NotAfter: notAfter,
		State: "current", Added: noon,
	}
}
