package acme

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/activation"
	"certdesk/internal/certificate"
	"certdesk/internal/e2e/pebble"
	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// shelf keeps accounts in memory.
type shelf struct {
	mu   sync.Mutex
	list []seller.Account
	keys map[string]secret.Value
}

func (s *shelf) All(context.Context) ([]seller.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list), nil
}

func (s *shelf) Key(_ context.Context, a seller.Account) (secret.Value, error) {
	if k, ok := s.keys[a.SecretID]; ok {
		return k, nil
	}
	return secret.Value{}, fault.New(fault.SecretGone, nil)
}

func (s *shelf) Make(_ context.Context, directory, keyID string, key secret.Value) (seller.Account, error) {
	a := seller.Account{Directory: directory, KeyID: keyID, SecretID: rand.Text()}
	s.list = append(s.list, a)
	if s.keys == nil {
		s.keys = map[string]secret.Value{}
	}
	s.keys[a.SecretID] = key
	return a, nil
}

func (s *shelf) Opened(_ context.Context, a seller.Account) error {
	for i := range s.list {
		if s.list[i].SecretID == a.SecretID {
			s.list[i] = a
		}
	}
	return nil
}

func (s *shelf) Forget(_ context.Context, a seller.Account) error {
	s.list = slices.DeleteFunc(s.list, func(o seller.Account) bool { return o.SecretID == a.SecretID })
	return nil
}

// customer is a desk in a few lines: what it keeps is all that a new run has.
type customer struct {
	t       *testing.T
	at      *pebble.Authority
	shelf   *shelf
	service string
	code    secret.Value
	client  *Client
	token   secret.Value
	body    []byte
	receipt seller.Receipt
	last    order.Snapshot
	key     crypto.Signer // of the request
	renews  string
	profile string
	contact string
	agreed  []string      // instead of the terms that the directory has
	later   time.Duration // how far the customer's clock has gone on
}

func newCustomer(t *testing.T, at *pebble.Authority, keyID string) *customer {
	t.Helper()
	c := &customer{t: t, at: at, shelf: &shelf{}, service: activation.ACMEService(at.Directory, keyID)}
	c.code = secret.FromString(activation.NoKey)
	if keyID != "" {
		c.code = secret.FromString(pebble.Keys[keyID])
	}
	c.start()
	return c
}

// start is a new run of the app.
func (c *customer) start() {
	h := httpclient.NewSeller(httpclient.Options{RootCAs: c.at.Roots, UserAgent: "Certdesk/test"})
	c.client = New(Options{HTTP: h, Accounts: c.shelf, Rand: rand.Reader, Now: func() time.Time { return time.Now().Add(c.later) }})
}

func (c *customer) prepare(names ...string) {
	c.t.Helper()
	found, err := c.client.Lookup(c.t.Context(), activation.Ticket{Service: c.service, Code: c.code})
	if err != nil {
		c.t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		c.t.Fatal(err)
	}
	c.key = key
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: names}, key)
	if err != nil {
		c.t.Fatal(err)
	}
	a := order.Application{Domains: strings.Join(names, "\n"), Profile: c.profile, AccountContact: c.contact, Renews: order.Renews{Certificate: c.renews}}
	for _, terms := range found.Licence.Terms {
		a.AcceptedTerms = append(a.AcceptedTerms, terms.ID)
	}
	if c.agreed != nil {
		a.AcceptedTerms = c.agreed
	}
	if c.token, err = c.client.Token(c.t.Context(), c.service, c.code); err != nil {
		c.t.Fatal(err)
	}
	if c.body, err = c.client.Prepare(found.Licence, a, csr, c.token); err != nil {
		c.t.Fatal(err)
	}
	c.receipt = seller.Receipt{}
}

func (c *customer) submit() error {
	snapshot, receipt, err := c.client.Submit(c.t.Context(), order.Submission{
		Service: c.service, Body: c.body, Code: c.code, Token: c.token, Kept: c.receipt.State,
	}, func(r seller.Receipt) error { c.receipt = r; return nil })
	if err == nil {
		c.last, c.receipt = snapshot, receipt
	}
	return err
}

func (c *customer) take(s order.Snapshot, r seller.Receipt, err error) error {
	if err == nil {
		c.last, c.receipt = s, r
	}
	return err
}

func (c *customer) status() error { return c.take(c.client.Status(c.t.Context(), c.receipt, c.token)) }

func (c *customer) check(task string) error {
	return c.take(c.client.Check(c.t.Context(), c.receipt, c.token, task, ""))
}

func (c *customer) task(name string) order.Task {
	c.t.Helper()
	i := slices.IndexFunc(c.last.Tasks, func(t order.Task) bool { return t.ID == name })
	if i < 0 {
		c.t.Fatalf("no task %q among %+v", name, c.last.Tasks)
	}
	return c.last.Tasks[i]
}

// publish does what a task says.
func (c *customer) publish(t order.Task) {
	c.t.Helper()
	switch in := t.Instruction; in.Type {
	case "dns":
		c.at.SetTXT(c.t, in.RecordName, in.RecordValue)
	case "http_file":
		c.at.SetFile(c.t, in.URL[strings.LastIndexByte(in.URL, '/')+1:], in.Body)
	default:
		c.t.Fatalf("nothing to publish: %+v", t)
	}
}

// until looks until the order is in a state, never before the directory wants to be asked.
func (c *customer) until(state order.ServiceState) {
	c.t.Helper()
	for range 30 {
		if c.last.State == state {
			return
		}
		if wait := time.Until(c.receipt.NextPoll); wait > 0 {
			<-time.After(min(wait, 5*time.Second))
		}
		if err := c.status(); err != nil {
			c.t.Fatal(err)
		}
	}
	c.t.Fatalf("still %s: %+v", c.last.State, c.last)
}

func (c *customer) proveAll() {
	c.t.Helper()
	for _, t := range c.last.Tasks {
		if t.State == order.TaskOpen {
			c.publish(t)
			if err := c.check(t.ID); err != nil {
				c.t.Fatal(err)
			}
		}
	}
}

func (c *customer) collect() []*x509.Certificate {
	c.t.Helper()
	certs, err := c.client.Collect(c.t.Context(), c.receipt, c.token, "")
	if err != nil {
		c.t.Fatal(err)
	}
	return certs
}

const day = 24 * time.Hour

func TestFromABindingToACertificate(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, pebble.Start(t, pebble.Options{Profiles: map[string]time.Duration{"default": 90 * day, "shortlived": 6 * day}}), "kid-1")
	names := []string{"example.ch", "*.example.ch", "xn--bcher-kva.example.ch"}
	c.prepare(names...)
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	if c.last.State != order.WaitingCustomer || len(c.last.Tasks) != 3 {
		t.Fatalf("%+v", c.last)
	}
	wild := c.task("*.example.ch")
	if !slices.Equal(wild.Methods, []string{"dns_txt"}) || wild.Instruction.RecordName != "_acme-challenge.example.ch" {
		t.Errorf("wildcard: %+v", wild)
	}
	if both := c.task("example.ch"); both.Instruction.RecordName != wild.Instruction.RecordName || both.Instruction.RecordValue == wild.Instruction.RecordValue {
		t.Errorf("name: %+v", both)
	}
	c.proveAll()
	c.until(order.Issued)
	certs := c.collect()
	got := slices.Sorted(slices.Values(certs[0].DNSNames))
	if want := slices.Sorted(slices.Values(names)); !slices.Equal(got, want) || len(certs) < 2 {
		t.Errorf("%q in %d certificates", got, len(certs))
	}

	if r := c.last.Renewal; r == nil || !r.From.After(certs[0].NotBefore) || r.Until.After(certs[0].NotAfter) {
		t.Errorf("renewal: %+v", r)
	}

	sooner := time.Now().Add(-time.Hour).Truncate(time.Second)
	c.at.Suggest(t, certs[0], sooner, sooner.Add(day))
	window, wait, err := c.client.Renewal(t.Context(), c.receipt, certs[0])
	if err != nil || window == nil || !window.From.Equal(sooner) || !window.Until.Equal(sooner.Add(day)) || wait.Round(time.Minute) != 6*time.Hour {
		t.Errorf("sooner: %+v in %s, %v", window, wait, err)
	}

	// The same account orders again, without its binding; a certificate is replaced once.
	c.code = secret.FromString(activation.NoKey)
	c.renews = certificate.RenewalID(certs[0])
	c.prepare("example.ch")
	// Pebble knows what it has issued, and what was replaced, a moment after it has said so.
	for range 100 {
		if err := c.submit(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(c.at.Log(), "is a replacement of") {
			break
		}
		c.receipt = seller.Receipt{}
	}
	c.proveAll()
	c.until(order.Issued)
	for range 500 {
		if strings.Contains(c.at.Log(), "has been marked as replaced") {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	c.prepare("example.ch")
	var again *seller.Refusal
	if err := c.submit(); !errors.As(err, &again) || again.Fault.Code != fault.AlreadyReplaced {
		t.Errorf("replaced twice: %v", err)
	}
	c.renews, c.profile = "", "shortlived"
	c.prepare("www.example.ch")
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	if err := c.take(c.client.Choose(t.Context(), c.receipt, c.token, "www.example.ch", "http_file", "")); err != nil {
		t.Fatal(err)
	}
	c.proveAll()
	c.until(order.Issued)
	if short := c.collect()[0]; short.NotAfter.Sub(short.NotBefore) > 7*24*time.Hour {
		t.Errorf("of another profile: %s to %s", short.NotBefore, short.NotAfter)
	}
	leaf := c.collect()[0]
	for range 2 { // revoked already is no failure
		if err := c.take(c.client.Revoke(t.Context(), c.receipt, c.token, order.Superseded, "")); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.at.Status(t, leaf); got != "Revoked" || c.last.State != order.ServiceRevoked {
		t.Errorf("%s %s", got, c.last.State)
	}
	if n := c.at.Accounts(); n != 1 {
		t.Errorf("%d accounts", n)
	}
}

// TestTheChainsThatADirectoryOffers: each leads from the same certificate to another root, the directory's own first. The
// certificate outlives its account.
func TestTheChainsThatADirectoryOffers(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, pebble.Start(t, pebble.Options{Free: true, OtherRoots: 2, RejectNonces: -1}), "")
	c.prepare("example.ch")
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	c.proveAll()
	c.until(order.Issued)
	all, err := c.client.Chains(t.Context(), c.receipt, c.token)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d chains, %v", len(all), err)
	}
	ends := map[string]bool{}
	for _, chain := range all {
		if len(chain) < 2 || !chain[0].Equal(all[0][0]) || chain[0].CheckSignatureFrom(chain[1]) != nil {
			t.Errorf("%d certificates", len(chain))
		}
		ends[certificate.ChainEnd(chain)] = true
	}
	if len(ends) != 3 {
		t.Errorf("they lead to %v", ends)
	}
	if one := c.collect(); len(one) != len(all[0]) || !one[len(one)-1].Equal(all[0][len(all[0])-1]) {
		t.Error("the directory's own choice is not the first")
	}

	// Once the account is closed, the certificate is revoked by its own key.
	leaf := all[0][0]
	if err := c.client.CloseAccount(t.Context(), c.shelf.list[0]); err != nil {
		t.Fatal(err)
	}
	if err := c.take(c.client.Revoke(t.Context(), c.receipt, c.token, order.Superseded, "")); !fault.Is(err, fault.AccountClosed) {
		t.Errorf("by a closed account: %v", err)
	}
	for range 2 { // revoked already is no failure
		if err := c.take(c.client.RevokeByKey(t.Context(), c.receipt, leaf, c.key, order.Superseded)); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.at.Status(t, leaf); got != "Revoked" || c.last.State != order.ServiceRevoked {
		t.Errorf("%s %s", got, c.last.State)
	}
}

func TestWhatDirectoriesRefuse(t *testing.T) {
	t.Parallel()
	at := pebble.Start(t, pebble.Options{})
	refused := func(name string, c *customer, want fault.Code) {
		t.Helper()
		err := c.submit()
		var r *seller.Refusal
		if !errors.As(err, &r) || r.Fault.Code != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrong := newCustomer(t, at, "kid-1")
	wrong.code = secret.FromString(pebble.Keys["kid-2"])
	wrong.prepare("example.ch")
	refused("another key", wrong, fault.BindingWrong)
	if len(wrong.shelf.list) != 0 {
		t.Error("an account that was refused is kept")
	}
	unknown := newCustomer(t, at, "kid-1")
	unknown.service = activation.ACMEService(at.Directory, "kid-9")
	unknown.prepare("example.ch")
	refused("unknown key id", unknown, fault.BindingWrong)
	blocked := newCustomer(t, at, "kid-1")
	blocked.prepare(pebble.Blocked)
	refused("blocked name", blocked, fault.NameRejected)
	if _, err := newCustomer(t, at, "").client.Lookup(t.Context(), activation.Ticket{
		Service: activation.ACMEService(at.Directory, ""), Code: secret.FromString(activation.NoKey),
	}); !fault.Is(err, fault.BindingMissing) {
		t.Errorf("without a binding: %v", err)
	}
	if _, err := newCustomer(t, at, "").client.Lookup(t.Context(), activation.Ticket{
		Service: activation.ACMEService(strings.TrimSuffix(at.Directory, "dir")+"elsewhere", ""), Code: secret.FromString(activation.NoKey),
	}); !fault.Is(err, fault.NotADirectory) {
		t.Errorf("no directory: %v", err)
	}
}

// TestAFailedProofIsFollowedByNewValues: the directory's order ends with it; the next press brings another.
func TestAFailedProofIsFollowedByNewValues(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, pebble.Start(t, pebble.Options{Free: true}), "")
	c.prepare("example.ch")
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	before := c.task("example.ch").Instruction.RecordValue
	if err := c.check("example.ch"); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if c.task("example.ch").UsedUp != "" {
			break
		}
		<-time.After(max(0, time.Until(c.receipt.NextPoll)))
		if err := c.status(); err != nil {
			t.Fatal(err)
		}
	}
	failed := c.task("example.ch")
	if failed.State != order.TaskFailed || failed.UsedUp != "proof" || failed.LastResult == nil || failed.LastResult.Code != "wrong_value" && failed.LastResult.Code != "not_found" {
		t.Fatalf("%+v %+v", failed, failed.LastResult)
	}
	if err := c.check("example.ch"); err != nil {
		t.Fatal(err)
	}
	if again := c.task("example.ch"); again.State != order.TaskOpen || again.UsedUp != "" || again.Instruction.RecordValue == before || again.LastResult == nil {
		t.Fatalf("%+v", again)
	}
	c.proveAll()
	c.until(order.Issued)
	if n := c.at.Issued(); n != 1 {
		t.Errorf("%d certificates", n)
	}
}

// TestAnOrderThatExpiredMeanwhile is followed by another one at a press, with the same request.
func TestAnOrderThatExpiredMeanwhile(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, pebble.Start(t, pebble.Options{Free: true}), "")
	c.prepare("example.ch")
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	c.later = 25 * time.Hour
	if err := c.status(); err != nil {
		t.Fatal(err)
	}
	if old := c.task("example.ch"); old.UsedUp != "expired" || c.last.State != order.WaitingCustomer {
		t.Fatalf("%+v", c.last)
	}
	first := c.receipt.ID
	c.later = 0
	if err := c.take(c.client.Choose(t.Context(), c.receipt, c.token, "example.ch", "dns_txt", "")); err != nil {
		t.Fatal(err)
	}
	if c.receipt.ID == first {
		t.Error("no other order")
	}
	c.proveAll()
	c.until(order.Issued)
}

// TestAClosedAccount is forgotten, and opened anew with a binding; one that is merely not allowed something stays.
func TestAClosedAccount(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, pebble.Start(t, pebble.Options{}), "kid-1")
	c.prepare("example.ch")
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	if err := c.take(c.client.Cancel(t.Context(), c.receipt, c.token, "")); err != nil || c.last.State != order.ServiceCancelled {
		t.Fatalf("%v %+v", err, c.last)
	}
	key, err := keyOf(c.token)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.client.session(c.service, key, c.shelf.list[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.acme.UpdateAccount(t.Context(), acme.Account{Status: acme.StatusDeactivated, Location: c.shelf.list[0].URL, PrivateKey: key}); err != nil {
		t.Fatal(err)
	}
	c.prepare("example.ch")
	var r *seller.Refusal
	if err := c.submit(); !errors.As(err, &r) || r.Fault.Code != fault.AccountClosed || len(c.shelf.list) != 0 {
		t.Fatalf("%v %+v", err, c.shelf.list)
	}
	c.prepare("example.ch")
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
}

// TestWordsForEveryError: each error of RFC 8555 is a fault of its own, with its wait or its names.
func TestWordsForEveryError(t *testing.T) {
	c := New(Options{HTTP: httpclient.NewSeller(httpclient.Options{}), Now: time.Now})
	s, err := c.session(activation.ACMEService("https://acme.example.ch/directory", ""), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]fault.Code{
		"accountDoesNotExist": fault.AccountClosed, "alreadyReplaced": fault.AlreadyReplaced, "alreadyRevoked": fault.OrderState,
		"badCSR": fault.RequestUnreadable, "badPublicKey": fault.KeyForbidden, "badRevocationReason": fault.Refused,
		"badSignatureAlgorithm": fault.KeyForbidden, "caa": fault.CAAForbids, "compound": fault.NameRejected, "connection": fault.ProofFailed,
		"dns": fault.ProofFailed, "externalAccountRequired": fault.BindingMissing, "incorrectResponse": fault.ProofFailed,
		"invalidContact": fault.ContactRefused, "invalidProfile": fault.ProfileRefused, "malformed": fault.Refused, "orderNotReady": fault.OrderState,
		"rateLimited": fault.RateLimited, "rejectedIdentifier": fault.NameRejected, "serverInternal": fault.ServiceDown, "tls": fault.ProofFailed,
		"unauthorized": fault.AccountClosed, "unsupportedContact": fault.ContactRefused, "unsupportedIdentifier": fault.NameRejected,
		"userActionRequired": fault.TermsChanged, "somethingNew": fault.Refused,
	} {
		s.status = 400
		s.header = http.Header{"Retry-After": {"3600"}}
		got := s.fault(fmt.Errorf("attempt 1: %w", acme.Problem{Type: acme.ProblemTypeNamespace + kind, Detail: "because", Instance: "https://ca.example.ch/terms"}))
		if got.Code != want || !strings.Contains(got.Detail, "because") || !strings.Contains(got.Detail, "https://ca.example.ch/terms") {
			t.Errorf("%s: %s %q", kind, got.Code, got.Detail)
		}
		if kind == "rateLimited" && got.Args["wait"] != time.Hour {
			if wait, _ := got.Args["wait"].(time.Duration); wait.Round(time.Second) != time.Hour {
				t.Errorf("wait %v", got.Args["wait"])
			}
		}
	}
	several := s.fault(acme.Problem{Type: acme.ProblemTypeCompound, Subproblems: []acme.Subproblem{
		{Problem: acme.Problem{Type: acme.ProblemTypeCAA, Detail: "forbidden by CAA"}, Identifier: acme.Identifier{Type: "dns", Value: "xn--bcher-kva.example.ch"}},
	}})
	if several.Code != fault.CAAForbids || !strings.Contains(several.Detail, "xn--bcher-kva.example.ch: forbidden by CAA") {
		t.Errorf("%v %q", several, several.Detail)
	}
}

// TestAnAccountWhoseKeyIsLost is opened anew with its binding, and not without.
func TestAnAccountWhoseKeyIsLost(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, pebble.Start(t, pebble.Options{}), "kid-1")
	c.prepare("example.ch")
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	clear(c.shelf.keys)
	if _, err := c.client.Token(t.Context(), c.service, secret.FromString(activation.NoKey)); !fault.Is(err, fault.BindingMissing) {
		t.Errorf("without its binding: %v", err)
	}
	c.prepare("example.ch")
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	if n := c.at.Accounts(); n != 2 || len(c.shelf.list) != 1 {
		t.Errorf("%d accounts, %+v", n, c.shelf.list)
	}
}
