package demo_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"certdesk/internal/demo"
	"certdesk/internal/demo/authority"
	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
	"certdesk/internal/spki"
)

const minute = time.Minute

func spkiHex(t *testing.T, public crypto.PublicKey) string {
	t.Helper()
	h, err := spki.Hex(public)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// childFolder makes a copy of this test's program an issuer in that folder, which holds the answer to the
// first order and says so.
const childFolder = "CERTDESK_TEST_DEMO_FOLDER"

func TestMain(m *testing.M) {
	dir := os.Getenv(childFolder)
	if dir == "" {
		os.Exit(m.Run())
	}
	i, err := demo.Start(context.Background(), demo.Options{Dir: dir, IssueDelay: -1})
	if err == nil {
		err = i.Unkind(demo.Unkind{Kind: demo.HoldAnswer, Call: "POST /api/orders", Reached: func() { fmt.Println("held") }})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ready")
	select {}
}

// child starts an issuer in a process of its own.
func child(t *testing.T, dir string) (kill func(), line func() string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	program := exec.CommandContext(ctx, os.Args[0])
	program.Env = append(os.Environ(), childFolder+"="+dir)
	program.Stderr = os.Stderr
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	killed := false
	kill = func() {
		if !killed {
			killed = true
			_ = program.Process.Kill() // SIGKILL
			_ = program.Wait()
		}
	}
	t.Cleanup(kill)
	lines := bufio.NewScanner(out)
	return kill, func() string {
		if !lines.Scan() {
			t.Fatal("the issuer has ended")
		}
		return lines.Text()
	}
}

func TestKilledBetweenWritingAndAnswering(t *testing.T) {
	dir := t.TempDir()
	kill, line := child(t, dir)
	if got := line(); got != "ready" {
		t.Fatal(got)
	}
	second, err := demo.Start(context.Background(), demo.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	orders, err := second.Orders(context.Background(), doer{newTransport(t)})
	if err != nil || len(orders) != 0 {
		t.Fatalf("%v %v", orders, err)
	}
	if second.Own() || second.Unkind(demo.Unkind{}) == nil || demo.Wipe(dir) == nil {
		t.Fatal("two issuers for one folder")
	}
	c := meet(t, second, newClock())
	plain, hash := token(t)
	q := call{method: "POST", path: "/api/orders", credential: code, key: c.newKey(), body: encode(t, application(t, newKey(t), hash))}
	failed := make(chan error, 1)
	go func() {
		_, err := c.try(q)
		failed <- err
	}()
	if got := line(); got != "held" {
		t.Fatal(got)
	}
	kill()
	if err := <-failed; err == nil {
		t.Fatal("an answer from the dead")
	}

	third, err := demo.Start(context.Background(), demo.Options{Dir: dir, IssueDelay: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = third.Close() })
	if !third.Own() || third.URL() == second.URL() {
		t.Fatal("the lock of a killed issuer is still held")
	}
	orders, err = third.Orders(context.Background(), doer{newTransport(t)})
	if err != nil || len(orders) != 1 || orders[0].State != wire.OrderStateWaitingCustomer {
		t.Fatalf("%v %v", orders, err)
	}
	c = meet(t, third, newClock())
	c.keys++ // q's
	o := c.do(q).order(t)
	mails := c.inbox()
	if len(mails) != 1 {
		t.Fatalf("%d mails for one order", len(mails))
	}
	if !strings.HasPrefix(linkIn(t, mails[0].Text), third.URL()+"/") {
		t.Error("the mail leads to the dead issuer")
	}
	if err := c.confirm(mails[0].ID); err != nil {
		t.Fatal(err)
	}
	if o = c.look(o.ID, plain).order(t); o.State != wire.OrderStateIssued {
		t.Errorf("%s", o.State)
	}
}

func TestARestartedIssuerKnowsItsOrders(t *testing.T) {
	dir, clk := t.TempDir(), newClock()
	first := start(t, dir, clk)
	c := meet(t, first, clk)
	o, token, r := c.order(newKey(t))
	if err := c.confirm(c.inbox()[0].ID); err != nil {
		t.Fatal(err)
	}
	before := c.look(o.ID, token)
	inbox := strings.TrimPrefix(first.InboxURL(), first.URL())
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := start(t, dir, clk)
	c = meet(t, second, clk)
	if got := c.look(o.ID, token); !bytes.Equal(got.body, before.body) {
		t.Errorf("before %s\nafter %s", before.body, got.body)
	}
	if second.InboxURL() != second.URL()+inbox {
		t.Error("the inbox has moved")
	}
	clk.forward(minute) // what was due meanwhile happens at its time
	got := c.look(o.ID, token).order(t)
	if got.State != wire.OrderStateIssued || !got.Timeline[2].At.Equal(got.Timeline[1].At.Add(2*time.Second)) {
		t.Errorf("%+v", got.Timeline)
	}
	if r.header.Get("ETag") == c.look(o.ID, token).header.Get("ETag") {
		t.Error("a new state under an old tag")
	}
}

func TestWhatCantBeKeptHasNotHappened(t *testing.T) {
	dir, clk := t.TempDir(), newClock()
	c := meet(t, start(t, dir, clk), clk)
	// A folder in the file's place can't be replaced by a file: a disk that takes nothing.
	file := filepath.Join(dir, "orders.json")
	block := func() {
		t.Helper()
		if err := errors.Join(os.Rename(file, file+".kept"), os.Mkdir(file, 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	free := func() {
		t.Helper()
		if err := errors.Join(os.Remove(file), os.Rename(file+".kept", file)); err != nil {
			t.Fatal(err)
		}
	}
	_, hash := token(t)
	q := call{method: "POST", path: "/api/orders", credential: code, key: c.newKey(), body: encode(t, application(t, newKey(t), hash))}
	block()
	r := c.do(q)
	if p := r.problem(t, 503, wire.ProblemTypeUnavailable); p.SupportID == nil || r.header.Get("Retry-After") == "" {
		t.Errorf("%+v", p)
	}
	if l := c.licence(); l.State != wire.LicenceStateValid {
		t.Errorf("licence: %s", l.State)
	}
	free()
	c.do(q).order(t)
	block()
	if err := c.confirm(c.inbox()[0].ID); err == nil || errors.Is(err, demo.ErrNothingToConfirm) {
		t.Errorf("%v", err)
	}
	free()
	if err := c.confirm(c.inbox()[0].ID); err != nil {
		t.Error(err)
	}
}

func TestStartOver(t *testing.T) {
	dir, clk := t.TempDir(), newClock()
	first := start(t, dir, clk)
	c := meet(t, first, clk)
	o, _, _ := c.order(newKey(t))
	foreign := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(foreign, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := demo.Wipe(dir); !errors.Is(err, demo.ErrRunning) {
		t.Fatalf("wiped under a running issuer: %v", err)
	}
	root, err := os.ReadFile(filepath.Join(dir, "authority.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(first.Close(), demo.Wipe(dir), demo.Wipe(filepath.Join(dir, "nowhere"))); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Error("a file of somebody else is gone")
	}
	c = meet(t, start(t, dir, clk), clk)
	if l := c.licence(); l.State != wire.LicenceStateValid || len(c.inbox()) != 0 {
		t.Errorf("licence: %s after order %s", l.State, o.ID)
	}
	if again, _ := os.ReadFile(filepath.Join(dir, "authority.pem")); bytes.Equal(again, root) {
		t.Error("the old authority is still there")
	}
}

func TestDamagedFilesAreRefusedAndKept(t *testing.T) {
	for name, tc := range map[string]struct {
		file, content string
		want          error
	}{
		"orders":       {"orders.json", `{"version":1,"orders":[`, ledger.ErrDamaged},
		"orders, zero": {"orders.json", "", ledger.ErrDamaged},
		"newer":        {"orders.json", `{"version":99}`, ledger.ErrNewer},
		"authority":    {"authority.pem", "x", authority.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			dir, clk := t.TempDir(), newClock()
			if err := start(t, dir, clk).Close(); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, tc.file)
			if err := os.WriteFile(file, []byte(tc.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := demo.Start(context.Background(), demo.Options{Dir: dir, Now: clk.now}); !errors.Is(err, tc.want) {
				t.Errorf("%v", err)
			}
			if kept, _ := os.ReadFile(file); string(kept) != tc.content {
				t.Error("the file was changed")
			}
			if err := demo.Wipe(dir); err != nil { // nor is the lock held
				t.Fatal(err)
			}
			start(t, dir, clk)
		})
	}
}

func TestClosingEndsEverything(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	i, err := demo.Start(ctx, demo.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := i.Close(); err != nil { // waits for the one that the context has begun
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "address")); err == nil {
		t.Error("the address is still there")
	}
	if err := demo.Wipe(dir); err != nil {
		t.Error(err)
	}
}

// hold locks a demo's folder as an issuer does that is still starting, beside the address of a dead one.
func hold(t *testing.T, dir string) (release func()) {
	t.Helper()
	dead := []byte(`{"url":"http://127.0.0.1:1","inbox":"http://127.0.0.1:1/inbox/x/"}`)
	if err := os.WriteFile(filepath.Join(dir, "address"), dead, 0o600); err != nil {
		t.Fatal(err)
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	if ok, err := lock.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	return func() { _ = lock.Close() }
}

func TestTheAddressOfADeadIssuerIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	defer hold(t, dir)()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if i, err := demo.Start(ctx, demo.Options{Dir: dir}); !errors.Is(err, demo.ErrRunning) || i != nil {
		t.Errorf("%v %v", i, err)
	}
}

func TestWhoWaitsTakesOverWhenTheFirstEnds(t *testing.T) {
	dir := t.TempDir()
	release := hold(t, dir)
	started := make(chan *demo.Issuer, 1)
	go func() {
		i, err := demo.Start(context.Background(), demo.Options{Dir: dir})
		if err != nil {
			t.Error(err)
		}
		started <- i
	}()
	release()
	i := <-started
	if i == nil || !i.Own() {
		t.Fatal("nobody runs the issuer")
	}
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}

func TestServe(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- demo.Serve(ctx, demo.Options{Dir: dir}, write, "de") }()
	var text strings.Builder
	lines := bufio.NewScanner(read)
	for range 7 {
		if !lines.Scan() {
			t.Fatal(text.String())
		}
		text.WriteString(lines.Text() + "\n")
	}
	other, err := demo.Start(context.Background(), demo.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Adresse: " + other.URL() + "\n", "Codes: DEMO-MAIL, DEMO-MAIL-ORG, DEMO-TLS-DV, ", other.InboxURL() + "\n", other.OperatorURL() + "\n", other.Link(code) + "\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	var second strings.Builder
	if err := demo.Serve(ctx, demo.Options{Dir: dir}, &second, "en"); err != nil || !strings.Contains(second.String(), other.URL()) {
		t.Errorf("%v %s", err, second.String())
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRequestsAreRemembered(t *testing.T) {
	c := newCustomer(t)
	o, token, _ := c.order(newKey(t))
	c.look(o.ID, token)
	c.browse("GET", c.issuer.URL()+"/activate/DEMO-MAIL", nil, "")
	c.browse("GET", c.issuer.URL()+"/api/licence/DEMO-MAIL", nil, "")
	c.inbox()
	var got []string
	for _, r := range c.issuer.Requests() {
		if !r.At.Equal(c.clock.now()) {
			t.Errorf("%v", r.At)
		}
		got = append(got, r.Method+" "+r.Path)
	}
	want := "POST /api/orders, GET /api/orders/" + o.ID + ", GET /activate/{code}, GET /api/, GET /inbox/{path}/mails.json"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, ", "), want)
	}
}
