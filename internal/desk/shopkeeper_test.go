package desk_test

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
	"encoding/json"
	"errors"
	"math/big"
	"strconv"
	"sync"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// shopkeeper is a seller with a certificate authority of its own, in memory.
type shopkeeper struct {
	clock *clock
	fuse  *fuse
	ca    *authority

	mu       sync.Mutex
	orders   map[string]*sold // by code
	bodies   map[string]bool  // all that ever came
	keys     map[string]bool
	calls    []call
	floor    time.Duration
	fail     func(name string) error          // instead of the call
	lose     int                              // so many answers to Submit are lost
	losing   bool                             // the first answer under each idempotency key is lost
	lost     map[string]bool                  // by key
	does     func(o *sold, name, task string) // what a call about a task does, once for each key; nil: nothing
	did      map[string]bool                  // keys of such calls
	effects  map[string]int                   // what they did, and how often
	answer   func(*sold) error                // instead of accepting a submission
	found    func(activation.Ticket) (seller.Found, error)
	sees     *store.Store
	atSubmit func(order.Submission)
	changed  bool // the next task call finds the order changed
	received []received
	running  int
	most     int
	hold     chan struct{} // Status waits for it
	arrived  chan struct{} // told of each Status that waits
}

// call is one call of the desk's, with its time.
type call struct {
	name string
	at   time.Time
}

// sold is one order at the seller.
type sold struct {
	id, key, body, token string
	public               crypto.PublicKey
	state                order.ServiceState
	tasks                []order.Task
	version              int
	chain                []*x509.Certificate
	domains              []string
}

func newShopkeeper(c *clock, f *fuse) *shopkeeper {
	return &shopkeeper{
		clock: c, fuse: f, ca: newAuthority(c.now()), orders: map[string]*sold{}, bodies: map[string]bool{},
		keys: map[string]bool{}, floor: 5 * time.Second, lost: map[string]bool{}, did: map[string]bool{}, effects: map[string]int{},
	}
}

func licence() order.Licence {
	return order.Licence{
		ID: "lic_1", State: order.LicenceValid, SellerName: "Zertifikatsladen", Terms: []order.Terms{{ID: "t1", Title: "Terms"}},
		Product: order.Product{
			ID: "mail", Name: "Silver", Type: order.SMIME, Validation: order.ValidationMailbox,
			Names: order.NameRules{Kinds: []string{"email"}, Min: 1, Max: 1},
			Keys:  []order.KeyRule{{Algorithm: order.ECDSA, Sizes: []int{256}}}, // made in no time
			SubjectFields: []order.SubjectField{
				{Field: "given_name", Required: order.NeedYes, Max: 64}, {Field: "surname", Required: order.NeedYes, Max: 64},
			},
		},
	}
}

func (s *shopkeeper) begin(name string) error {
	s.fuse.pass("> seller." + name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call{name, s.clock.now()})
	if s.fail != nil {
		return s.fail(name)
	}
	return nil
}

func (s *shopkeeper) Lookup(_ context.Context, t activation.Ticket) (seller.Found, error) {
	if err := s.begin("Lookup"); err != nil {
		return seller.Found{}, err
	}
	defer s.fuse.pass("< seller.Lookup")
	if s.found != nil {
		return s.found(t)
	}
	return seller.Found{Licence: licence(), Service: seller.Service{Origin: shop, Name: "Zertifikatsladen"}, Code: t.Code}, nil
}

// application is the body of this seller.
type application struct {
	Mailbox, GivenName, Surname, Token string
	CSR                                []byte
}

func (s *shopkeeper) Prepare(_ order.Licence, a order.Application, csr []byte, token secret.Value) ([]byte, error) {
	return json.Marshal(application{a.Mailbox, a.GivenName, a.Surname, token.Fingerprint(""), csr})
}

func (s *shopkeeper) Submit(_ context.Context, sub order.Submission, keep func(seller.Receipt) error) (order.Snapshot, seller.Receipt, error) {
	none := order.Snapshot{}
	if err := s.begin("Submit"); err != nil {
		return none, seller.Receipt{}, err
	}
	if s.atSubmit != nil {
		s.atSubmit(sub)
	}
	o, err := s.accept(sub)
	s.fuse.pass("< seller.Submit")
	if err != nil {
		return none, seller.Receipt{}, err
	}
	s.mu.Lock()
	lost := s.lose > 0 || s.loses(sub.IdempotencyKey)
	s.lose--
	snapshot, receipt := s.show(o), seller.Receipt{Service: shop, ID: o.id, NextPoll: s.clock.now().Add(s.floor)}
	receipt.State, _ = json.Marshal(seenVersion{o.version + 1})
	s.mu.Unlock()
	if lost {
		return none, seller.Receipt{}, fault.New(fault.ServiceCut, nil, "host", "shop.example.ch")
	}
	return snapshot, receipt, keep(receipt)
}

func (s *shopkeeper) accept(sub order.Submission) (*sold, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := string(sub.Code.Reveal())
	s.bodies[string(sub.Body)], s.keys[sub.IdempotencyKey] = true, true
	if o := s.orders[c]; o != nil {
		if o.key == sub.IdempotencyKey && o.body == string(sub.Body) || o.token == sub.Token.Fingerprint("") && o.key != sub.IdempotencyKey {
			return o, nil
		}
		return nil, &seller.Refusal{Fault: fault.New(fault.CodeUsed, nil)}
	}
	var a application
	if err := json.Unmarshal(sub.Body, &a); err != nil {
		return nil, &seller.Refusal{Fault: fault.New(fault.FieldInvalid, nil)}
	}
	csr, err := x509.ParseCertificateRequest(a.CSR)
	if err != nil {
		return nil, &seller.Refusal{Fault: fault.New(fault.RequestUnreadable, nil)}
	}
	o := &sold{
		id: "ord_" + strconv.Itoa(len(s.orders)+1), key: sub.IdempotencyKey, body: string(sub.Body), token: a.Token,
		public: csr.PublicKey, domains: csr.DNSNames, state: order.WaitingCustomer,
		tasks: []order.Task{{ID: "task_1", Kind: order.ConfirmMailbox, State: order.TaskOpen, Instruction: order.Instruction{Type: "email"}}},
	}
	if s.answer != nil {
		if err := s.answer(o); err != nil {
			return nil, err
		}
	}
	s.orders[c] = o
	return o, nil
}

// show makes a snapshot; s.mu is held.
func (s *shopkeeper) show(o *sold) order.Snapshot {
	out := order.Snapshot{ID: o.id, State: o.state, Names: []order.Name{{Type: "email", Value: "anna@example.ch"}}, Tasks: append([]order.Task(nil), o.tasks...)}
	if len(o.chain) > 0 {
		sum := sha256.Sum256(o.chain[0].Raw)
		out.Certificates = []order.Certificate{{SHA256: hex.EncodeToString(sum[:]), State: "current", NotAfter: o.chain[0].NotAfter}}
	}
	return out
}

func (s *shopkeeper) byID(id string, token secret.Value) *sold {
	for _, o := range s.orders {
		if o.id == id && o.token == token.Fingerprint("") {
			return o
		}
	}
	return nil
}

type seenVersion struct{ Version int }

func (s *shopkeeper) Status(_ context.Context, r seller.Receipt, token secret.Value) (order.Snapshot, seller.Receipt, error) {
	s.mu.Lock()
	s.running++
	s.most = max(s.most, s.running)
	hold, arrived := s.hold, s.arrived
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.running--
		s.mu.Unlock()
	}()
	if hold != nil {
		arrived <- struct{}{}
		<-hold
	}
	if err := s.begin("Status"); err != nil {
		var f *fault.Error
		if errors.As(err, &f) && f.Code == fault.ServiceBusy {
			r.NextPoll = s.clock.now().Add(10 * time.Minute)
		}
		return order.Snapshot{}, r, err
	}
	defer s.fuse.pass("< seller.Status")
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.byID(r.ID, token)
	if o == nil {
		return order.Snapshot{}, r, fault.New(fault.NotFound, nil)
	}
	return s.answered(o, r)
}

// answered gives an order, or that it has not changed; s.mu is held.
func (s *shopkeeper) answered(o *sold, r seller.Receipt) (order.Snapshot, seller.Receipt, error) {
	r.NextPoll = s.clock.now().Add(s.floor)
	var seen seenVersion
	if json.Unmarshal(r.State, &seen) == nil && seen.Version == o.version+1 {
		return order.Snapshot{}, r, seller.ErrUnchanged
	}
	r.State, _ = json.Marshal(seenVersion{o.version + 1})
	return s.show(o), r, nil
}

func (s *shopkeeper) Collect(_ context.Context, r seller.Receipt, token secret.Value, sha string) ([]*x509.Certificate, error) {
	if err := s.begin("Collect"); err != nil {
		return nil, err
	}
	defer s.fuse.pass("< seller.Collect")
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.byID(r.ID, token)
	if o == nil || len(o.chain) == 0 {
		return nil, seller.ErrNotYet
	}
	return o.chain, nil
}

func (s *shopkeeper) Check(_ context.Context, r seller.Receipt, token secret.Value, task, key string) (order.Snapshot, seller.Receipt, error) {
	return s.task("Check", r, token, task, key)
}

func (s *shopkeeper) Resend(_ context.Context, r seller.Receipt, token secret.Value, task, _, key string) (order.Snapshot, seller.Receipt, error) {
	return s.task("Resend", r, token, task, key)
}

func (s *shopkeeper) Choose(_ context.Context, r seller.Receipt, token secret.Value, task, method, key string) (order.Snapshot, seller.Receipt, error) {
	return s.task("Choose "+method, r, token, task, key)
}

func (s *shopkeeper) task(name string, r seller.Receipt, token secret.Value, task, key string) (order.Snapshot, seller.Receipt, error) {
	if err := s.begin(name); err != nil {
		return order.Snapshot{}, r, err
	}
	defer s.fuse.pass("< seller." + name)
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.byID(r.ID, token)
	if o == nil {
		return order.Snapshot{}, r, fault.New(fault.NotFound, nil)
	}
	if s.does != nil {
		return s.change(o, r, name, task, key)
	}
	o.version++
	snapshot, r, err := s.answered(o, r)
	if s.changed {
		s.changed = false
		return snapshot, r, fault.New(fault.ChangedElsewhere, nil)
	}
	return snapshot, r, err
}

// beside is the same seller as another world sees it, with a fuse of its own.
func (s *shopkeeper) beside(f *fuse) *shopkeeper {
	s.mu.Lock()
	defer s.mu.Unlock()
	other := newShopkeeper(s.clock, f)
	other.ca = s.ca
	for code, o := range s.orders {
		copied := *o
		other.orders[code] = &copied
	}
	return other
}

// loses reports whether the answer under a key gets lost; s.mu is held.
func (s *shopkeeper) loses(key string) bool {
	first := s.losing && !s.lost[key]
	s.lost[key] = true
	return first
}

// change does what a call about a task does, once for its key, and only for one who has seen the order as it is;
// s.mu is held.
func (s *shopkeeper) change(o *sold, r seller.Receipt, name, task, key string) (order.Snapshot, seller.Receipt, error) {
	var seen seenVersion
	_ = json.Unmarshal(r.State, &seen)
	current := seen.Version == o.version+1
	if !current && !s.did[key] {
		r.State = nil
		snapshot, r, err := s.answered(o, r)
		return snapshot, r, errors.Join(err, fault.New(fault.ChangedElsewhere, nil))
	}
	if !s.did[key] {
		s.did[key] = true
		s.effects[name]++
		o.version++
		s.does(o, name, task)
	}
	if s.loses(key) {
		return order.Snapshot{}, r, fault.New(fault.ServiceCut, nil, "host", "shop.example.ch")
	}
	return s.answered(o, r)
}

// issue issues a certificate for every order that has none.
func (s *shopkeeper) issue() {
	s.each(func(o *sold) {
		if len(o.chain) == 0 {
			o.state, o.tasks, o.chain = order.Issued, nil, s.ca.issue(o.public, s.clock.now(), o.domains...)
		}
	})
}

// issueFor issues certificates for another key than was asked for.
func (s *shopkeeper) issueFor(public crypto.PublicKey) {
	s.each(func(o *sold) { o.state, o.tasks, o.chain = order.Issued, nil, s.ca.issue(public, s.clock.now()) })
}

func (s *shopkeeper) each(change func(*sold)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.orders {
		o.version++
		change(o)
	}
}

func (s *shopkeeper) count(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if c.name == name {
			n++
		}
	}
	return n
}

func (s *shopkeeper) failing(f func(name string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = f
}

// authority issues certificates for mailboxes, and for the names of websites.
type authority struct {
	key  *ecdsa.PrivateKey
	root *x509.Certificate
	next int64
}

var authorityKey = sync.OnceValue(newKey)

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func newAuthority(now time.Time) *authority {
	key := authorityKey()
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA"}, NotBefore: now.Add(-time.Hour),
		NotAfter: now.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	return &authority{key: key, root: sign(root, root, key.Public(), key), next: 2}
}

func (a *authority) issue(public crypto.PublicKey, now time.Time, domains ...string) []*x509.Certificate {
	a.next++
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(a.next), Subject: pkix.Name{CommonName: "anna@example.ch"}, EmailAddresses: []string{"anna@example.ch"},
		NotBefore: now.Add(-time.Minute), NotAfter: now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
	if len(domains) > 0 {
		leaf.Subject.CommonName, leaf.EmailAddresses, leaf.DNSNames = domains[0], nil, domains
		leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	return []*x509.Certificate{sign(leaf, a.root, public, a.key), a.root}
}

func sign(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		panic(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return c
}

var notYet = seller.ErrNotYet

func (s *shopkeeper) CloseAccount(context.Context, seller.Account) error {
	return s.begin("CloseAccount")
}
