package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

func full(id string) Order {
	o := sample(id)
	o.Phase = order.PhaseSent
	o.Seller = seller.Service{Name: "calls itself Shop", Support: []seller.Support{{Email: "help@example.ch"}}}
	o.TokenID, o.KeyID = "token-"+id, "key-"+id
	o.CSR, o.Body, o.IdempotencyKey = []byte{0x30, 0}, []byte(`{"a": 1}`), "3fdc"
	o.Receipt = seller.Receipt{Service: o.Service, ID: "17", State: []byte(`{"etag":"x"}`), NextPoll: start.Add(time.Minute)}
	o.Snapshot = &order.Snapshot{
		ID: "17", State: order.WaitingCustomer, Names: []order.Name{{Type: "email", Value: "seen@example.ch"}},
		Tasks: []order.Task{{ID: "t", Kind: order.ConfirmMailbox, State: order.TaskOpen}},
	}
	o.LastLooked, o.Sent = start, start
	o.LastFault = &Fault{Code: "offline", Args: i18n.Args{"host": "shop.example.ch", "wait": 3 * time.Second}}
	o.Seen = map[string]time.Time{"m1": start}
	o.Created, o.Updated = start, start
	return o
}

func TestAnOrderComesBackAsItWas(t *testing.T) {
	s, dir := fresh(t)
	want := full("a")
	ok(t, s.Create(t.Context(), want))
	if diff := cmp.Diff(want, must[Order](t)(s.Get(t.Context(), "a"))); diff != "" {
		t.Error(diff)
	}
	ok(t, s.Close())
	again, _ := openAt(t, dir, newClock())
	if diff := cmp.Diff(want, must[Order](t)(again.Get(t.Context(), "a"))); diff != "" {
		t.Error("after opening again", diff)
	}
	wantRow := []Row{{
		ID: "a", Phase: order.PhaseSent, ServiceState: order.WaitingCustomer, TaskKind: order.ConfirmMailbox,
		Title: "seen@example.ch", Product: "Silver", ProductType: order.SMIME, SellerName: "Example Shop",
		Service: "https://shop.example.ch", Created: start, Updated: start, Sent: start, NextPoll: start.Add(time.Minute),
		Words: "seen@example.ch a@example.ch",
	}}
	if diff := cmp.Diff(wantRow, must[[]Row](t)(again.Rows(t.Context()))); diff != "" {
		t.Error(diff)
	}
}

func TestNothingSecretFitsIntoAnOrder(t *testing.T) {
	forbidden := reflect.TypeFor[secret.Value]()
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type, string)
	walk = func(ty reflect.Type, path string) {
		if ty == forbidden {
			t.Errorf("%s is a secret", path)
		}
		if seen[ty] {
			return
		}
		seen[ty] = true
		switch ty.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			walk(ty.Elem(), path)
		case reflect.Struct:
			for f := range ty.Fields() {
				walk(f.Type, path+"."+f.Name)
			}
		}
	}
	for _, v := range []any{Order{}, Key{}, Certificate{}, Entry{}, Export{}} {
		walk(reflect.TypeOf(v), reflect.TypeOf(v).Name())
	}
}

func TestCreateAndMissingOrders(t *testing.T) {
	s, _ := fresh(t)
	ok(t, s.Create(t.Context(), sample("a")))
	if err := s.Create(t.Context(), sample("a")); !errors.Is(err, ErrExists) {
		t.Errorf("the same id again: %v", err)
	}
	if err := s.Create(t.Context(), Order{Phase: order.PhaseDraft}); !errors.Is(err, ErrIncomplete) {
		t.Errorf("without an id: %v", err)
	}
	if _, err := s.Get(t.Context(), "b"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get: %v", err)
	}
	if _, err := s.Update(t.Context(), "b", func(*Order) error { return nil }); !errors.Is(err, ErrNotFound) {
		t.Errorf("Update: %v", err)
	}
	for _, err := range []error{
		s.AddKey(t.Context(), Key{ID: "k", OrderID: "b"}),
		s.AddCertificate(t.Context(), Certificate{SHA256: "c", OrderID: "b", DER: []byte{1}}),
		s.Log(t.Context(), "b", start, i18n.M("x")),
		s.BeginExport(t.Context(), Export{ID: "e", OrderID: "b"}),
		s.FinishExport(t.Context(), "e", start),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("of an order that is not there: %v", err)
		}
	}
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	s, _ := fresh(t)
	ok(t, s.Create(t.Context(), sample("a")))
	before := must[Order](t)(s.Get(t.Context(), "a"))
	broken := errors.New("broken")
	_, err := s.Update(t.Context(), "a", func(o *Order) error { o.Step = "key"; return broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = s.Update(t.Context(), "a", func(o *Order) error { o.Step = "key"; panic("in the middle") })
	}()
	if diff := cmp.Diff(before, must[Order](t)(s.Get(t.Context(), "a"))); diff != "" {
		t.Error(diff)
	}
	got := must[Order](t)(s.Update(t.Context(), "a", func(o *Order) error { o.Step = "key"; return nil }))
	if got.Step != "key" {
		t.Error("no change after a panic")
	}
}

func TestWhatMayBeOnItsWayIsFrozen(t *testing.T) {
	s, _ := fresh(t)
	o := full("a")
	o.Phase = order.PhaseSubmitting
	ok(t, s.Create(t.Context(), o))
	for name, change := range map[string]func(*Order){
		"body":    func(o *Order) { o.Body = append(o.Body, ' ') },
		"no body": func(o *Order) { o.Body, o.Phase = nil, order.PhaseSent },
		"request": func(o *Order) { o.CSR = []byte{1} },
		"key":     func(o *Order) { o.IdempotencyKey = "other" },
		"vault":   func(o *Order) { o.KeyID = "" },
		"token":   func(o *Order) { o.TokenID = "other" },
		"id":      func(o *Order) { o.ID = "b" },
		"service": func(o *Order) { o.Service = "https://elsewhere.example" },
	} {
		if _, err := s.Update(t.Context(), "a", func(o *Order) error { change(o); return nil }); !errors.Is(err, ErrFrozen) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A final answer lets a draft go on with another body.
	_, err := s.Update(t.Context(), "a", func(o *Order) error {
		o.Phase, o.Body, o.IdempotencyKey = order.PhaseDraft, nil, ""
		return nil
	})
	ok(t, err)
	_, err = s.Update(t.Context(), "a", func(o *Order) error { o.Phase = order.PhaseSubmitting; return nil })
	if !errors.Is(err, ErrIncomplete) {
		t.Errorf("submitting without a body: %v", err)
	}
}

func TestUpdatedMovesOnlyWithNews(t *testing.T) {
	c := newClock()
	s, _ := openAt(t, t.TempDir()+"/data", c)
	o := full("a")
	ok(t, s.Create(t.Context(), o))
	c.t = start.Add(time.Hour)
	got := must[Order](t)(s.Update(t.Context(), "a", func(o *Order) error {
		o.LastLooked, o.Receipt.NextPoll, o.LastFault = c.t, c.t.Add(time.Minute), nil
		return nil
	}))
	if !got.Updated.Equal(start) || !got.LastLooked.Equal(c.t) {
		t.Errorf("a look without news: updated %v, looked %v", got.Updated, got.LastLooked)
	}
	got = must[Order](t)(s.Update(t.Context(), "a", func(o *Order) error { o.Snapshot.State = order.Issued; return nil }))
	if !got.Updated.Equal(c.t) {
		t.Errorf("news: updated %v", got.Updated)
	}
}

func TestConcurrentChangesAllCount(t *testing.T) {
	s, _ := fresh(t)
	o := sample("a")
	o.Seen = map[string]time.Time{}
	ok(t, s.Create(t.Context(), o))
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			_, err := s.Update(t.Context(), "a", func(o *Order) error {
				if o.Seen == nil {
					o.Seen = map[string]time.Time{}
				}
				o.Seen[fmt.Sprint(i)] = start
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := s.Rows(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(must[Order](t)(s.Get(t.Context(), "a")).Seen); n != 40 {
		t.Errorf("%d of 40 changes are there", n)
	}
}

func TestReadersDoNotWaitForAChange(t *testing.T) {
	s, _ := fresh(t)
	ok(t, s.Create(t.Context(), sample("a")))
	inside, leave, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		_, err := s.Update(t.Context(), "a", func(o *Order) error {
			o.Step = "key"
			close(inside)
			<-leave
			return nil
		})
		done <- err
	}()
	<-inside
	if got := must[Order](t)(s.Get(t.Context(), "a")); got.Step != "names" {
		t.Errorf("a reader saw %q before the commit", got.Step)
	}
	waiting, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Delete(waiting, "a"); !fault.Is(err, fault.Cancelled) {
		t.Errorf("waiting for the turn: %v", err)
	}
	close(leave)
	ok(t, <-done)
}

func TestAChangeThatHasBegunRunsToItsEnd(t *testing.T) {
	s, _ := fresh(t)
	ok(t, s.Create(t.Context(), sample("a")))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Update(ctx, "a", func(o *Order) error { cancel(); o.Step = "key"; return nil })
	ok(t, err)
	if got := must[Order](t)(s.Get(t.Context(), "a")); got.Step != "key" {
		t.Error("reported as done and isn't")
	}
}

type lost struct{ after *bool }

func (l lost) Held() bool { return !*l.after }

func TestNothingIsWrittenWithoutTheLock(t *testing.T) {
	if _, _, err := Open(t.Context(), Options{Dir: t.TempDir()}); !fault.Is(err, fault.StoreLocked) {
		t.Errorf("without a lock: %v", err)
	}
	var gone bool
	s, _, err := Open(t.Context(), Options{Dir: filepath.Join(t.TempDir(), "data"), Lock: lost{&gone}})
	ok(t, err)
	defer func() { ok(t, s.Close()) }()
	gone = true
	if err := s.Create(t.Context(), sample("a")); !fault.Is(err, fault.StoreLocked) {
		t.Errorf("with the lock lost: %v", err)
	}
	if _, err := s.Rows(t.Context()); err != nil {
		t.Errorf("reading: %v", err)
	}
}

func TestANetworkShareIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "share")
	_, _, err := Open(t.Context(), Options{Dir: dir, Lock: held{}, NetworkShare: func(d string) bool { return d == dir }})
	if !fault.Is(err, fault.StoreNetwork) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something was made there")
	}
}

func TestAnyCharacterMayBeInThePath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Müller & Söhne?x=1#50% ' \"")
	s, _ := openAt(t, dir, newClock())
	ok(t, s.Create(t.Context(), sample("a")))
	ok(t, s.copyNow(t.Context(), ""))
	if _, err := os.Stat(filepath.Join(dir, FileName)); err != nil {
		t.Error(err)
	}
	if len(s.listCopies()) != 1 {
		t.Error("no copy")
	}
}
