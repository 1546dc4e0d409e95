// Package e2e crosses rooms: journeys of the real parts together.
package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/activation"
	"certdesk/internal/demo"
	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// keyring is a keyring in memory.
type keyring struct {
	mu      sync.Mutex
	records map[string]string
}

func (k *keyring) Set(id, record string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.records[id] = record
	return nil
}

func (k *keyring) Get(id string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	record, ok := k.records[id]
	if !ok {
		return "", vault.ErrNotFound
	}
	return record, nil
}

func (k *keyring) Delete(id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.records, id)
	return nil
}

type held struct{}

func (held) Held() bool { return true }

// office is a desk with the built-in issuer over loopback, a store on the disk and a keyring in memory.
type office struct {
	desk   *desk.Desk
	issuer *demo.Issuer
	helper demo.Helper
	out    string
	ahead  atomic.Int64 // how far the clock has been put forward, over the seller's floor
}

func (o *office) now() time.Time { return time.Now().Add(time.Duration(o.ahead.Load())) }

func open(t testing.TB) *office {
	t.Helper()
	o := &office{out: t.TempDir()}
	dir := t.TempDir()
	issuer, err := demo.Start(context.Background(), demo.Options{Dir: filepath.Join(dir, "issuer"), Now: o.now, MailDelay: -1, IssueDelay: -1})
	check(t, err)
	t.Cleanup(func() { check(t, issuer.Close()) })
	s, _, err := store.Open(context.Background(), store.Options{Dir: filepath.Join(dir, "data"), Now: o.now, Lock: held{}})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	ledger, err := vault.OpenLedger(filepath.Join(dir, "data", vault.LedgerName))
	check(t, err)
	client := activationapi.New(activationapi.Options{
		HTTP:    httpclient.NewSeller(httpclient.Options{UserAgent: "Certdesk/test"}),
		Resolve: func(context.Context, string) (string, error) { return issuer.URL(), nil },
		Now:     o.now, Language: func() string { return "en" },
	})
	o.issuer, o.helper = issuer, issuer.Helper(http.DefaultClient)
	o.desk = desk.New(desk.Deps{
		Store: s, Vault: vault.New(&keyring{records: map[string]string{}}, ledger, vault.Options{Now: o.now}),
		Sellers: func(string) (seller.Seller, error) { return client, nil },
		Parser:  &activation.Parser{DemoOrigin: issuer.URL}, Now: o.now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler),
		ExportDir: func() string { return o.out }, Wrote: func(string) {},
	})
	return o
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// redeemed is what a redemption took.
type redeemed struct {
	made       desk.Made
	whole, key time.Duration // key: making the key alone, a part of whole
}

// codeToFile goes from the demo's code to a file that was opened again.
func (o *office) codeToFile(t testing.TB, code string, to destination.ID) redeemed {
	t.Helper()
	ctx := context.Background()
	began := time.Now()
	var making, made time.Time

	reading, err := o.desk.Redeem.Read(code, activation.Typed)
	check(t, err)
	started, err := o.desk.Redeem.Start(ctx, reading.Ticket, false)
	check(t, err)
	ord, err := o.desk.Redeem.Lookup(ctx, started.OrderID)
	check(t, err)
	a := order.Application{Mailbox: "anna@example.ch", GivenName: "Anna", Surname: "Muster"}
	for _, terms := range ord.Licence.Terms {
		a.AcceptedTerms = append(a.AcceptedTerms, terms.ID)
	}
	check(t, o.desk.Redeem.Save(ctx, ord.ID, a, order.StepReview))
	check(t, o.desk.Redeem.MakeKey(ctx, ord.ID, order.KeyChoice{}, func(s desk.KeyStage) {
		switch s {
		case desk.KeyMaking:
			making = time.Now()
		case desk.KeyStoring:
			made = time.Now()
		case desk.KeyOpening, desk.KeyDone:
		}
	}))
	check(t, o.desk.Redeem.Submit(ctx, ord.ID))
	ord, err = o.desk.Redeem.Order(ctx, ord.ID)
	check(t, err)
	if ord.Snapshot == nil || len(ord.Snapshot.Tasks) == 0 || ord.Snapshot.Tasks[0].Kind != order.ConfirmMailbox {
		t.Fatalf("after sending: %+v", ord.Snapshot)
	}
	mails, err := o.helper.Inbox(ctx)
	check(t, err)
	check(t, o.helper.Confirm(ctx, mails[0].ID))
	o.ahead.Add(int64(10 * time.Second))
	ord, err = o.desk.Refresher.Look(ctx, ord.ID)
	check(t, err)
	if ord.Phase != order.PhaseReady {
		t.Fatalf("phase %s", ord.Phase)
	}
	file, err := o.desk.Exports.Make(ctx, ord.ID, desk.ExportOptions{Destination: to, Dir: o.out, KeepBoth: true})
	check(t, err)
	check(t, o.desk.Exports.Shown(ctx, file.ID))
	return redeemed{made: file, whole: time.Since(began), key: made.Sub(making)}
}

var profiles = map[string]destination.ID{
	string(destination.Compatible): destination.Outlook,
	string(destination.Strong):     destination.Thunderbird,
}

// codes are those for one mailbox.
func codes() []string {
	list := []string{"DEMO-MAIL"}
	for n := 2; n <= 20; n++ {
		list = append(list, fmt.Sprintf("DEMO-MAIL-%d", n))
	}
	return list
}

// TestCodeToFile goes from the code to the file through the real parts, in both profiles.
func TestCodeToFile(t *testing.T) {
	o := open(t)
	i := 0
	for profile, to := range profiles {
		made := o.codeToFile(t, codes()[i], to).made
		i++
		if p := string(made.Files[0].Profile); p != profile {
			t.Errorf("%s is %s", to, p)
		}
		data, err := os.ReadFile(made.Files[0].Path)
		check(t, err)
		if _, leaf, chain, err := gopkcs12.DecodeChain(data, made.Password()); err != nil || leaf.EmailAddresses[0] != "anna@example.ch" || len(chain) == 0 {
			t.Errorf("%s: %v", profile, err)
		}
	}
	orders, err := o.issuer.Orders(t.Context(), http.DefaultClient)
	if err != nil || len(orders) != len(profiles) {
		t.Errorf("%d orders at the issuer, %v", len(orders), err)
	}
}

// BenchmarkCodeToFile measures the demo's licence to a verified file through the desk: the time for the key
// alone, and what everything else adds. The seller's floor is passed by the clock, not by waiting.
func BenchmarkCodeToFile(b *testing.B) {
	for profile, to := range profiles {
		b.Run(profile, func(b *testing.B) {
			var whole, key, most time.Duration
			var o *office
			left := []string{}
			n := 0
			for b.Loop() {
				b.StopTimer()
				if len(left) == 0 {
					o, left = open(b), codes()
				}
				code := left[0]
				left = left[1:]
				b.StartTimer()
				r := o.codeToFile(b, code, to)
				whole, key, most = whole+r.whole, key+r.key, max(most, r.whole-r.key)
				n++
			}
			ms := func(d time.Duration) float64 { return float64(d) / float64(n) / float64(time.Millisecond) }
			b.ReportMetric(ms(key), "key-ms/op")
			b.ReportMetric(ms(whole-key), "beyond-key-ms/op")
			b.ReportMetric(float64(most)/float64(time.Millisecond), "most-beyond-key-ms")
			b.ReportMetric(float64(whole)/float64(key), "whole/key")
		})
	}
}
