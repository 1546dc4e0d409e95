//go:build unix

package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/demo"
	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller/activationapi"
	"certdesk/internal/vault"
)

// In these tests the app is a process of its own that sends itself SIGKILL: nothing of it runs on, no defer, no
// closing of the database. The issuer and the keyring are in the test's process, and outlive it.

// childVariable holds, in the environment of a copy of the test program, which child it is.
const childVariable = "CERTDESK_TEST_DESK_CHILD"

func TestMain(m *testing.M) {
	if text := os.Getenv(childVariable); text != "" {
		live(text)
		return
	}
	os.Exit(m.Run())
}

// life is a run of the app as a process.
type life struct {
	Dir, Out string
	Outside  string // where its keyring is, and everybody else
	Issuer   string
	Code     string
	Mailbox  string
	At       int // the moment at which it kills itself; 0: none
	Ahead    time.Duration
}

// live is the whole of such a process.
func live(text string) {
	var l life
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		dies(err)
	}
	t := process{}
	f := &fuse{blow: func() {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}}
	w := &world{
		t: t, dir: l.Dir, out: l.Out, fuse: f, log: &lockedBuffer{}, clock: &clock{t: time.Now().Add(l.Ahead)},
		seller: newShopkeeper(&clock{t: time.Now()}, f), far: &farRing{url: l.Outside, fuse: f},
	}
	w.sellAs(l.Issuer, f)
	f.set(l.At)
	r := w.start()
	if _, err := r.Orders.Start(context.Background()); err != nil {
		dies(err)
	}
	if err := r.liveOn(l, l.confirm); err != nil {
		dies(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(f.calls()); err != nil {
		dies(err)
	}
	os.Exit(0) // and the store is open
}

func dies(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// process is the testing.TB of a process that is no test.
type process struct{ testing.TB }

func (process) Helper()           {}
func (process) Fatal(args ...any) { dies(errors.New(fmt.Sprint(args...))) }
func (process) Error(args ...any) { dies(errors.New(fmt.Sprint(args...))) }
func (process) Cleanup(func())    {}

// confirm has the person who reads the mailbox press the button in the mail.
func (l life) confirm() error {
	_, err := post(l.Outside+"/confirm", l.Mailbox)
	return err
}

func post(url, body string) (string, error) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return "", err
	case answer.StatusCode == http.StatusNotFound:
		return "", vault.ErrNotFound
	case answer.StatusCode != http.StatusOK:
		return "", errors.New(string(text))
	}
	return string(text), nil
}

// farRing is a keyring in another process.
type farRing struct {
	url  string
	fuse *fuse
}

func (r *farRing) call(name, id, record string) (string, error) {
	if r.fuse.trip("> keyring." + name) {
		return "", errDead
	}
	text, err := post(r.url+"/keyring/"+name+"/"+id, record)
	if r.fuse.trip("< keyring." + name) {
		return "", errDead
	}
	return text, err
}

func (r *farRing) Set(id, record string) error   { _, err := r.call("Set", id, record); return err }
func (r *farRing) Get(id string) (string, error) { return r.call("Get", id, "") }
func (r *farRing) Delete(id string) error        { _, err := r.call("Delete", id, ""); return err }

// outside is the keyring and the people, for processes that come and go.
func outside(t *testing.T, ring *ring, helper demo.Helper) string {
	t.Helper()
	mux := http.NewServeMux()
	give := func(w http.ResponseWriter, text string, err error) {
		switch {
		case errors.Is(err, vault.ErrNotFound):
			w.WriteHeader(http.StatusNotFound)
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		default:
			_, _ = io.WriteString(w, text)
		}
	}
	mux.HandleFunc("POST /keyring/{call}/{id}", func(w http.ResponseWriter, r *http.Request) {
		record, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		id, text := r.PathValue("id"), ""
		switch r.PathValue("call") {
		case "Set":
			err = ring.Set(id, string(record))
		case "Get":
			text, err = ring.Get(id)
		default:
			err = ring.Delete(id)
		}
		give(w, text, err)
	})
	mux.HandleFunc("POST /confirm", func(w http.ResponseWriter, r *http.Request) {
		mailbox, _ := io.ReadAll(r.Body)
		give(w, "", confirm(r.Context(), helper, string(mailbox)))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// confirm presses the button in the mail that came for a mailbox, if it still is to be pressed.
func confirm(ctx context.Context, helper demo.Helper, mailbox string) error {
	mails, err := helper.Inbox(ctx)
	for _, m := range mails {
		if m.To == mailbox && m.ConfirmTask != "" {
			return helper.Confirm(ctx, m.ID)
		}
	}
	return err
}

// sellAs has the app talk to the issuer, with moments around each request.
func (w *world) sellAs(issuer string, f *fuse) {
	client := activationapi.New(activationapi.Options{
		HTTP:    fusedHTTP{httpclient.NewSeller(httpclient.Options{UserAgent: "Certdesk/test"}), f},
		Resolve: func(context.Context, string) (string, error) { return issuer, nil }, Now: w.clock.now,
	})
	w.way = client
}

// fusedHTTP is the network with moments around each request.
type fusedHTTP struct {
	to *httpclient.Seller
	f  *fuse
}

func (h fusedHTTP) Do(ctx context.Context, r httpclient.Request) (*httpclient.Response, error) {
	return around(h.f, r.Method, func() (*httpclient.Response, error) { return h.to.Do(ctx, r) })
}

// liveOn is a customer who does the next thing, from the code to the file whose password is on the screen.
func (r *run) liveOn(l life, confirm func() error) error {
	ctx := context.Background()
	ticket := activation.Ticket{Service: activation.Demo, Code: secret.FromString(l.Code)}
	o, err := r.fillIn(ctx, ticket, func(licence order.Licence) order.Application {
		a := order.Application{Mailbox: l.Mailbox, GivenName: "Anna", Surname: "Müller"}
		for _, terms := range licence.Terms {
			a.AcceptedTerms = append(a.AcceptedTerms, terms.ID)
		}
		return a
	})
	if err != nil {
		return err
	}
	if o.Phase == order.PhaseDraft {
		choices := r.Redeem.KeyChoices(o)
		quickest := slices.MinFunc(choices, func(a, b order.KeyChoice) int { return a.Size - b.Size })
		if err := r.Redeem.MakeKey(ctx, o.ID, quickest, func(desk.KeyStage) {}); err != nil {
			return err
		}
	}
	if err := r.Redeem.Submit(ctx, o.ID); err != nil {
		return err
	}
	if o, err = r.Redeem.Order(ctx, o.ID); err != nil {
		return err
	}
	for i := 0; o.Phase == order.PhaseSent && i < 5; i++ {
		if err := confirm(); err != nil {
			return err
		}
		r.w.clock.advance(time.Minute)
		if o, err = r.Refresher.Look(ctx, o.ID); err != nil {
			return err
		}
	}
	v, err := r.Orders.View(ctx, o.ID)
	if err != nil || v.State != order.Ready {
		return fmt.Errorf("state %s: %w", v.State, err)
	}
	if len(v.Exports) > 0 {
		return nil
	}
	return r.export(o.ID, destination.Thunderbird)
}

// codesAtOnce are for one mailbox each, as many as one issuer has.
func codesAtOnce() []string {
	return slices.DeleteFunc(append(demo.Codes(), demo.FurtherCodes()...), func(c string) bool {
		rest, ok := strings.CutPrefix(c, "DEMO-MAIL")
		return !ok || strings.Trim(rest, "-0123456789") != ""
	})
}

// TestSIGKILLFromTheCodeToTheFile: the process kills itself before and after each commit, call of the keyring, request,
// answer and rename. The next start has one order, the same key, what was typed, and one file that is whole; the issuer
// has one order.
func TestSIGKILLFromTheCodeToTheFile(t *testing.T) {
	var mu sync.Mutex
	var issuer *demo.Issuer
	var free []string
	// next gives a code that was not used, of an issuer that knows it.
	next := func() (*demo.Issuer, string) {
		mu.Lock()
		defer mu.Unlock()
		if len(free) == 0 {
			fresh, err := demo.Start(context.Background(), demo.Options{Dir: filepath.Join(t.TempDir(), "issuer"), MailDelay: -1, IssueDelay: -1})
			ok(t, err)
			t.Cleanup(func() { ok(t, fresh.Close()) })
			issuer, free = fresh, codesAtOnce()
		}
		code := free[0]
		free = free[1:]
		return issuer, code
	}
	all := sigkill(t, next, 0)
	if n := len(all); n < 60 {
		t.Fatalf("%d moments: %v", n, all)
	}
	for _, n := range different(all) {
		t.Run(fmt.Sprintf("%03d %s", n, all[n-1]), func(t *testing.T) {
			t.Parallel()
			sigkill(t, next, n)
		})
	}
}

// sigkill runs the app until it kills itself, starts it again, and judges. It gives the moments of a run that was not
// killed.
func sigkill(t *testing.T, next func() (*demo.Issuer, string), at int) []string {
	t.Helper()
	issuer, code := next()
	w := newWorld(t)
	w.clock = &clock{t: time.Now()}
	helper := issuer.Helper(http.DefaultClient)
	l := life{
		Dir: w.dir, Out: w.out, Outside: outside(t, w.ring, helper), Issuer: issuer.URL(), Code: code,
		Mailbox: strings.ToLower(code) + "@example.ch", At: at,
	}
	text, err := json.Marshal(l)
	ok(t, err)
	app := exec.CommandContext(t.Context(), os.Args[0]) // #nosec G204 -- this program
	app.Env = append(os.Environ(), childVariable+"="+string(text))
	app.Stderr = os.Stderr
	out, err := app.Output()
	status, _ := app.ProcessState.Sys().(syscall.WaitStatus)
	if killed := status.Signaled() && status.Signal() == syscall.SIGKILL; killed != (at > 0) {
		t.Fatalf("killed: %v, %v", killed, err)
	}
	var all []string
	if at == 0 {
		ok(t, json.Unmarshal(out, &all))
	}
	w.age()
	w.clock.advance(time.Hour)
	w.sellAs(issuer.URL(), w.fuse)
	r := w.start()
	defer r.end()
	if f := must(r.Orders.Start(context.Background()))(t); len(f.Ownerless) != 0 {
		t.Errorf("keys without an order: %+v", f.Ownerless)
	}
	r.clean()
	ok(t, r.liveOn(l, func() error { return confirm(context.Background(), helper, l.Mailbox) }))
	r.clean()
	rows := must(r.Orders.Rows(context.Background()))(t)
	if len(rows) != 1 {
		t.Fatalf("%d orders here", len(rows))
	}
	v := must(r.Orders.View(context.Background(), rows[0].ID))(t)
	if holds := w.ring.holds(); len(v.Keys) != 1 || v.Keys[0].ID != v.KeyID || len(holds["key"]) != 1 || len(holds["token"]) != 1 || len(holds["code"]) != 0 {
		t.Errorf("keys %+v, the order's is %s, the keyring holds %v", v.Keys, v.KeyID, holds)
	}
	if a := v.Application; a.Mailbox != l.Mailbox || a.GivenName != "Anna" || a.Surname != "Müller" {
		t.Errorf("what was typed: %+v", a)
	}
	if len(v.Exports) != 1 || len(r.names()) != 1 {
		t.Errorf("files %v, exports %+v", r.names(), v.Exports)
	}
	there := must(issuer.Orders(context.Background(), http.DefaultClient))(t)
	if there = slices.DeleteFunc(there, func(o demo.OrderSummary) bool { return o.Mailbox != l.Mailbox }); len(there) != 1 {
		t.Errorf("%d orders at the issuer", len(there))
	}
	return all
}
