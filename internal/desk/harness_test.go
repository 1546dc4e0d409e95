package desk_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/atomicfile"
	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/install"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/handoff"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

const (
	shop = "https://shop.example.ch"
	code = "CODE-canary-7hJq2vXw9kLmN4pR"
)

func ticket() activation.Ticket {
	return activation.Ticket{Service: shop, Code: secret.FromString(code)}
}

// anna is what the customer types, with all that typing leaves behind.
func anna() order.Application {
	return order.Application{Mailbox: " anna@example.ch", GivenName: "Anna ", Surname: "Müller", AcceptedTerms: []string{"t1"}}
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is what stays when the app ends: the disk, the keyring, the seller, the time.
type world struct {
	t       testing.TB
	dir     string // of the data
	out     string // for files
	clock   *clock
	ring    *ring
	far     vault.Backend // instead of ring
	filed   bool          // there is no keyring, and the customer has chosen a passphrase file
	seller  *shopkeeper
	fuse    *fuse
	log     *lockedBuffer
	files   export.Maker
	network proof.Network
	stores  install.Places // of programs
	issuer  certificate.Fetch
	name    string                     // of the world, in backups
	way     seller.Seller              // instead of seller
	ways    func(r *run) seller.Seller // makes way anew for each run; may be nil
}

func newWorld(t testing.TB) *world {
	t.Helper()
	c := &clock{t: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	f := &fuse{}
	w := &world{
		t: t, dir: filepath.Join(t.TempDir(), "data"), out: t.TempDir(), clock: c, fuse: f,
		ring: &ring{fuse: f, records: map[string]string{}}, log: &lockedBuffer{},
	}
	w.seller = newShopkeeper(c, f)
	return w
}

// run is one run of the app.
type run struct {
	*desk.Desk
	w     *world
	store *store.Store
	vault *vault.Vault
}

// start opens the store and the vault and makes a desk, as the app does; [desk.Orders.Start] is the test's to
// call.
func (w *world) start() *run {
	w.t.Helper()
	s, _, err := store.Open(context.Background(), store.Options{Dir: w.dir, Now: w.clock.now, Lock: held{}})
	if err != nil {
		w.t.Fatal(err)
	}
	ledger, err := vault.OpenLedger(filepath.Join(w.dir, vault.LedgerName))
	if err != nil {
		w.t.Fatal(err)
	}
	var keyring vault.Backend = w.ring
	if w.far != nil {
		keyring = w.far
	}
	v := vault.New(keyring, ledger, vault.Options{Now: w.clock.now, File: w.passfile(w.fuse)})
	if w.filed {
		w.unlock(v)
	}
	r := &run{w: w, store: s, vault: v}
	if w.ways != nil {
		w.way = w.ways(r)
	}
	r.Desk = desk.New(desk.Deps{
		Store: recordedStore{s, w.fuse}, Vault: recordedVault{v, w.fuse},
		Sellers: func(service string) (seller.Seller, error) {
			if activation.IsWeb(service) {
				return handoff.Client{}, nil
			}
			if w.way != nil {
				return w.way, nil
			}
			return w.seller, nil
		},
		Parser: &activation.Parser{}, Now: w.clock.now, Rand: rand.Reader, Log: slog.New(slog.NewJSONHandler(w.log, nil)),
		ExportDir: func() string { return w.out }, Wrote: func(string) {}, Files: w.fused(), Fonts: printed, Network: w.network, Issuer: w.issuer, BackupWork: 1, World: w.name, Programs: w.stores,
	})
	w.seller.sees = s
	return r
}

// fused is how files are written: to the disk, with moments around what it does.
func (w *world) fused() export.Maker {
	files := w.files
	if files.Files.Device == nil {
		files.Files.Device = fusedDisk{f: w.fuse}
	}
	return files
}

// fusedDisk is the disk with moments around making, naming and removing a file.
type fusedDisk struct {
	atomicfile.System
	f *fuse
}

func (d fusedDisk) Create(path string) (atomicfile.File, error) {
	return around(d.f, "file.Create", func() (atomicfile.File, error) { return d.System.Create(path) })
}

func (d fusedDisk) Replace(from, to string) error {
	return aroundErr(d.f, "file.Rename", func() error { return d.System.Replace(from, to) })
}

func (d fusedDisk) MoveIfAbsent(from, to string) error {
	return aroundErr(d.f, "file.Rename", func() error { return d.System.MoveIfAbsent(from, to) })
}

func (d fusedDisk) Remove(path string) error {
	return aroundErr(d.f, "file.Remove", func() error { return d.System.Remove(path) })
}

// end ends a run; what is in memory is gone.
func (r *run) end() {
	r.w.t.Helper()
	if err := r.store.Close(); err != nil {
		r.w.t.Error(err)
	}
}

// fresh is a first run that ends with the test.
func fresh(t testing.TB) (*world, *run) {
	t.Helper()
	w := newWorld(t)
	r := w.start()
	t.Cleanup(func() { _ = r.store.Close() })
	return w, r
}

// again ends a run and starts another.
func (r *run) again() *run {
	r.w.t.Helper()
	r.end()
	next := r.w.start()
	r.w.t.Cleanup(func() { _ = next.store.Close() })
	return next
}

func (r *run) order(id string) store.Order {
	r.w.t.Helper()
	o, err := r.store.Get(context.Background(), id)
	if err != nil {
		r.w.t.Fatal(err)
	}
	return o
}

// draft, keyed, sent and ready take a new order to a stage.
func (r *run) draft() string {
	r.w.t.Helper()
	ctx := context.Background()
	s := must(r.Redeem.Start(ctx, ticket(), false))(r.w.t)
	must(r.Redeem.Lookup(ctx, s.OrderID))(r.w.t)
	ok(r.w.t, r.Redeem.Save(ctx, s.OrderID, anna(), order.StepReview))
	return s.OrderID
}

func (r *run) keyed() string {
	r.w.t.Helper()
	id := r.draft()
	ok(r.w.t, r.Redeem.MakeKey(context.Background(), id, order.KeyChoice{}, func(desk.KeyStage) {}))
	return id
}

func (r *run) sent() string {
	r.w.t.Helper()
	id := r.keyed()
	ok(r.w.t, r.Redeem.Submit(context.Background(), id))
	return id
}

func (r *run) ready() string {
	r.w.t.Helper()
	id := r.sent()
	r.w.seller.issue()
	r.w.clock.advance(time.Minute)
	if o := must(r.Refresher.Look(context.Background(), id))(r.w.t); o.Phase != order.PhaseReady {
		r.w.t.Fatalf("phase %s, %+v", o.Phase, o.LastFault)
	}
	return id
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantFault(t testing.TB, err error, c fault.Code) {
	t.Helper()
	if !fault.Is(err, c) {
		t.Errorf("error %v, want %s", err, c)
	}
}

type held struct{}

func (held) Held() bool { return true }

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// crash is what the fuse panics with.
type crash struct{}

var errDead = errors.New("the process is dead")

// fuse counts the moments before and after each call to a dependency and ends the run at one of them: from
// then on nothing has an effect any more.
type fuse struct {
	mu   sync.Mutex
	at   int // 0: never
	n    int
	dead bool
	seen []string
	blow func()                  // ends the process; nil: the run alone
	name string                  // what at counts; empty: every moment
	fail func(name string) error // what a store's call gives instead of being done
}

func (f *fuse) set(at int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.n, f.dead, f.seen, f.name = at, 0, false, nil, ""
}

// setTo is set for a moment that comes at another place in each run, by its name: the nth one of that name.
func (f *fuse) setTo(name string, nth int) {
	f.set(nth)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.name = name
}

func (f *fuse) trip(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return true
	}
	f.seen = append(f.seen, name)
	if f.name != "" && f.name != name {
		return false
	}
	f.n++
	if f.dead = f.at == f.n; f.dead && f.blow != nil {
		f.blow()
	}
	return f.dead
}

// pass is a moment in the goroutine of the one who calls the desk.
func (f *fuse) pass(name string) {
	if f.trip(name) {
		panic(crash{})
	}
}

func (f *fuse) calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.seen)
}

// failing has the store's calls fail as f says; nil ends it.
func (f *fuse) failing(fail func(name string) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

// around runs a call between two moments.
func around[T any](f *fuse, name string, call func() (T, error)) (T, error) {
	f.pass("> " + name)
	f.mu.Lock()
	fail := f.fail
	f.mu.Unlock()
	if fail != nil {
		if err := fail(name); err != nil {
			var none T
			return none, err
		}
	}
	v, err := call()
	f.pass("< " + name)
	return v, err
}

func aroundErr(f *fuse, name string, call func() error) error {
	_, err := around(f, name, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

// until runs work until the fuse blows; it reports whether it did.
func (f *fuse) until(work func()) (crashed bool) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(crash); !ok {
				panic(p)
			}
			crashed = true
		}
	}()
	work()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dead
}

// recordedStore is the real store with moments around what writes.
type recordedStore struct {
	*store.Store
	f *fuse
}

func (s recordedStore) Create(ctx context.Context, o store.Order) error {
	return aroundErr(s.f, "store.Create", func() error { return s.Store.Create(ctx, o) })
}

func (s recordedStore) Get(ctx context.Context, id string) (store.Order, error) {
	return around(s.f, "store.Get", func() (store.Order, error) { return s.Store.Get(ctx, id) })
}

// Update is named after what it changes.
func (s recordedStore) Update(ctx context.Context, id string, change func(*store.Order) error) (store.Order, error) {
	old, err := s.Store.Get(ctx, id)
	if err != nil {
		return old, err
	}
	copied, _ := s.Store.Get(ctx, id)
	name := "store.Update"
	if change(&copied) == nil {
		name += " " + difference(old, copied)
	}
	return around(s.f, name, func() (store.Order, error) { return s.Store.Update(ctx, id, change) })
}

func difference(a, b store.Order) string {
	var out []string
	for _, c := range []struct {
		name string
		same bool
	}{
		{"code", a.CodeID == b.CodeID},
		{"licence", a.Licence.ID == b.Licence.ID},
		{"typed", a.Application.Mailbox == b.Application.Mailbox},
		{"key", a.KeyID == b.KeyID},
		{"token", a.TokenID == b.TokenID},
		{"body", bytes.Equal(a.Body, b.Body)},
		{"receipt", a.Receipt.ID == b.Receipt.ID},
		{"snapshot", a.Snapshot == nil && b.Snapshot == nil || a.Snapshot != nil && b.Snapshot != nil && a.Snapshot.State == b.Snapshot.State},
		{string(b.Phase), a.Phase == b.Phase},
	} {
		if !c.same {
			out = append(out, c.name)
		}
	}
	return strings.Join(out, ",")
}

func (s recordedStore) Delete(ctx context.Context, id string) error {
	return aroundErr(s.f, "store.Delete", func() error { return s.Store.Delete(ctx, id) })
}

func (s recordedStore) AddKey(ctx context.Context, k store.Key) error {
	return aroundErr(s.f, "store.AddKey", func() error { return s.Store.AddKey(ctx, k) })
}

func (s recordedStore) DeleteKey(ctx context.Context, id string) error {
	return aroundErr(s.f, "store.DeleteKey", func() error { return s.Store.DeleteKey(ctx, id) })
}

func (s recordedStore) SetSetting(ctx context.Context, key, value string) error {
	return aroundErr(s.f, "store.SetSetting", func() error { return s.Store.SetSetting(ctx, key, value) })
}

func (s recordedStore) AddCertificate(ctx context.Context, c store.Certificate) error {
	return aroundErr(s.f, "store.AddCertificate", func() error { return s.Store.AddCertificate(ctx, c) })
}

func (s recordedStore) Log(ctx context.Context, id string, at time.Time, m i18n.Message) error {
	return aroundErr(s.f, "store.Log", func() error { return s.Store.Log(ctx, id, at, m) })
}

func (s recordedStore) BeginExport(ctx context.Context, e store.Export) error {
	return aroundErr(s.f, "store.BeginExport", func() error { return s.Store.BeginExport(ctx, e) })
}

func (s recordedStore) AddExportFile(ctx context.Context, id string, file store.ExportFile) error {
	return aroundErr(s.f, "store.AddExportFile", func() error { return s.Store.AddExportFile(ctx, id, file) })
}

func (s recordedStore) FinishExport(ctx context.Context, id string, at time.Time) error {
	return aroundErr(s.f, "store.FinishExport", func() error { return s.Store.FinishExport(ctx, id, at) })
}

func (s recordedStore) DropExport(ctx context.Context, id string) error {
	return aroundErr(s.f, "store.DropExport", func() error { return s.Store.DropExport(ctx, id) })
}

func (s recordedStore) Due(ctx context.Context, now time.Time) ([]string, error) {
	return around(s.f, "store.Due", func() ([]string, error) { return s.Store.Due(ctx, now) })
}

// recordedVault is the real vault with moments around its calls; those inside are the keyring's.
type recordedVault struct {
	*vault.Vault
	f *fuse
}

func (v recordedVault) PutKey(ctx context.Context, id, orderID string, key crypto.Signer, origin vault.Origin) error {
	return aroundErr(v.f, "vault.PutKey", func() error { return v.Vault.PutKey(ctx, id, orderID, key, origin) })
}

func (v recordedVault) Key(ctx context.Context, id string) (crypto.Signer, vault.Origin, error) {
	var origin vault.Origin
	key, err := around(v.f, "vault.Key", func() (key crypto.Signer, err error) {
		key, origin, err = v.Vault.Key(ctx, id)
		return key, err
	})
	return key, origin, err
}

func (v recordedVault) PutSecret(ctx context.Context, id, orderID string, kind vault.Kind, s secret.Value) error {
	return aroundErr(v.f, "vault.Put "+string(kind), func() error { return v.Vault.PutSecret(ctx, id, orderID, kind, s) })
}

func (v recordedVault) Secret(ctx context.Context, id string) (secret.Value, error) {
	return around(v.f, "vault.Secret", func() (secret.Value, error) { return v.Vault.Secret(ctx, id) })
}

func (v recordedVault) Delete(ctx context.Context, id string) error {
	return aroundErr(v.f, "vault.Delete", func() error { return v.Vault.Delete(ctx, id) })
}

func (v recordedVault) Reconcile(ctx context.Context, known func(string) bool) (vault.Findings, error) {
	return around(v.f, "vault.Reconcile", func() (vault.Findings, error) { return v.Vault.Reconcile(ctx, known) })
}

// ring is a keyring in memory. Its calls are moments, too; they run in goroutines of the vault's.
type ring struct {
	fuse *fuse

	mu      sync.Mutex
	records map[string]string
	asked   int
	locked  error // what every call gives
}

func (r *ring) call(name string, work func() (string, error)) (string, error) {
	if r.fuse.trip("> " + name) {
		return "", errDead
	}
	r.mu.Lock()
	r.asked++
	text, err := "", r.locked
	if err == nil {
		text, err = work()
	}
	r.mu.Unlock()
	if r.fuse.trip("< " + name) {
		return "", errDead
	}
	return text, err
}

func (r *ring) Set(id, record string) error {
	_, err := r.call("keyring.Set", func() (string, error) { r.records[id] = record; return "", nil })
	return err
}

func (r *ring) Get(id string) (string, error) {
	return r.call("keyring.Get", func() (string, error) {
		record, ok := r.records[id]
		if !ok {
			return "", vault.ErrNotFound
		}
		return record, nil
	})
}

func (r *ring) Delete(id string) error {
	_, err := r.call("keyring.Delete", func() (string, error) {
		if _, ok := r.records[id]; !ok {
			return "", vault.ErrNotFound
		}
		delete(r.records, id)
		return "", nil
	})
	return err
}

func (r *ring) lock(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.locked = err
}

func (r *ring) calls() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// holds lists the records by kind, without the probe's.
func (r *ring) holds() map[string][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(r.records)) {
		for _, kind := range []string{"key", "code", "token"} {
			if strings.Contains(r.records[id], fmt.Sprintf(`"kind":%q`, kind)) {
				out[kind] = append(out[kind], id)
			}
		}
	}
	return out
}

func withCancel(t testing.TB) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return ctx, cancel
}
