package store

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"certdesk/internal/order"
)

// childMode names what the test binary does instead of running tests: it is its own second process.
const childMode = "CERTDESK_STORE_TEST_CHILD"

var children = map[string]func(dir string){"writer": childWriter}

func TestMain(m *testing.M) {
	if child, ok := children[os.Getenv(childMode)]; ok {
		child(os.Getenv("DIR"))
		return
	}
	// Each check opens databases and syncs their commits; the flag on the command line wins.
	_ = flag.Set("rapid.checks", "15")
	code := m.Run()
	if template != "" {
		_ = os.RemoveAll(template)
	}
	os.Exit(code)
}

// child is a second process of the test binary.
func child(t *testing.T, mode, dir string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	ok(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childMode+"="+mode, "DIR="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// childWriter changes orders as fast as it can and says so after each commit, until it is killed.
func childWriter(dir string) {
	s, _, err := Open(context.Background(), Options{Dir: dir, Lock: held{}})
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	out := bufio.NewWriter(os.Stdout)
	for i := 0; ; i++ {
		o := sample(fmt.Sprintf("order-%06d", i))
		if err := s.Create(context.Background(), o); err != nil {
			fmt.Println("create:", err)
			os.Exit(1)
		}
		_, err := s.Update(context.Background(), o.ID, func(o *Order) error {
			o.Phase, o.Body, o.CSR, o.IdempotencyKey = order.PhaseSubmitting, []byte(o.ID), []byte("csr of "+o.ID), "key"
			return nil
		})
		if err != nil {
			fmt.Println("update:", err)
			os.Exit(1)
		}
		_, _ = fmt.Fprintln(out, o.ID)
		_ = out.Flush()
	}
}

// held is a lock that is held.
type held struct{}

func (held) Held() bool { return true }

// clock is a time that tests set.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func newClock() *clock { return &clock{start} }

func openAt(t *testing.T, dir string, c *clock) (*Store, Report) {
	t.Helper()
	s, report, err := Open(t.Context(), Options{Dir: dir, Now: c.now, Lock: held{}})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s, report
}

func fresh(t *testing.T) (*Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	s, report := openAt(t, dir, newClock())
	if report.Repaired {
		t.Fatalf("a new store was repaired: %+v", report)
	}
	return s, dir
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sample is a draft for a mailbox.
func sample(id string) Order {
	return Order{
		ID: id, Service: "https://shop.example.ch", Phase: order.PhaseDraft, Step: "names",
		Application: order.Application{Mailbox: id + "@example.ch"},
		Licence: order.Licence{
			ID: "lic-" + id, SellerName: "Example Shop",
			Product: order.Product{Name: "Silver", Type: order.SMIME},
		},
		CodeHash: "hash-" + id, CodeID: "code-" + id,
	}
}
