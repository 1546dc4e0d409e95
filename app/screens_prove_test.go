package main

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

// sky is a network as a test wants it.
type sky struct {
	mu      sync.Mutex
	records map[string]proof.Answer // by type and name: "TXT _dnsauth.example.ch"
	second  string                  // the second resolver
	between bool                    // somebody else answers in place of single servers
	page    proof.Page
	failure error
}

func (s *sky) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *sky) Ask(_ context.Context, q proof.Question) (proof.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil {
		return proof.Answer{}, s.failure
	}
	a, ok := s.records[asked(q)]
	a.NoName = !ok
	if q.At.Server().IsValid() {
		a.Own, a.Recursive = !s.between, s.between
	}
	return a, nil
}

// asked is a question as a record's key: "TXT NAME" of the resolver of this computer, "second TXT NAME" of the
// second, "192.0.2.1 TXT NAME" of a single server.
func asked(q proof.Question) string {
	key := string(q.Type) + " " + q.Name
	switch {
	case q.At == proof.Second:
		return "second " + key
	case q.At == proof.OverHTTPS:
		return "https " + key
	case q.At.Server().IsValid():
		return q.At.Server().String() + " " + key
	}
	return key
}

func (s *sky) Second() proof.Resolver {
	s.mu.Lock()
	defer s.mu.Unlock()
	return proof.Resolver{Name: s.second, HTTPS: s.second != "", Outside: s.second != ""}
}

func (s *sky) Fetch(_ context.Context, u *url.URL) (proof.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	page := s.page
	if page.At == nil {
		page.At = u
	}
	return page, s.failure
}

// Choose answers a press on another method.
func (p scriptedSeller) Choose(ctx context.Context, r seller.Receipt, _ secret.Value, _, method, _ string) (order.Snapshot, seller.Receipt, error) {
	p.s.mu.Lock()
	f := p.s.choose
	p.s.mu.Unlock()
	if f == nil {
		return order.Snapshot{}, r, fault.New(fault.TaskState, nil)
	}
	got, err := f(ctx, method)
	return got, r, err
}

const (
	shopName   = "shop.example.ch"
	shopRecord = "_dnsauth.shop.example.ch"
	shopValue  = "8f3kq0v7m2x9c4t1"
)

// byRecord is the task of a name that is proved by a record.
func byRecord(id, name string) order.Task {
	until := noon.AddDate(0, 0, 30)
	return order.Task{
		ID: id, Kind: order.ProveName, Target: name, State: order.TaskOpen, Method: proof.MethodTXT, Expires: &until,
		Methods:     []string{"email", "http_file", "dns_txt"},
		Instruction: order.Instruction{Type: "dns", RecordType: "TXT", RecordName: "_dnsauth." + strings.TrimPrefix(name, "*."), RecordValue: shopValue, TTL: 300},
	}
}

func byFile(id, name string) order.Task {
	t := byRecord(id, name)
	t.Method = proof.MethodFile
	t.Instruction = order.Instruction{Type: "http_file", URL: "http://" + name + "/.well-known/pki-validation/auth.txt", Body: shopValue}
	return t
}

func byMail(id, name string) order.Task {
	t := byRecord(id, name)
	at := noon.Add(-4 * time.Minute)
	t.Method = proof.MethodMail
	t.Instruction = order.Instruction{
		Type: "email", Email: "admin@" + name, SentAt: &at, Allowed: []string{"admin@" + name, "hostmaster@" + name, "postmaster@" + name},
	}
	return t
}

// nameOrder is an order for a website of which the seller says that these tasks are open.
func nameOrder(tasks ...order.Task) store.Order {
	s := order.Snapshot{State: order.WaitingCustomer, Tasks: tasks}
	o := sent("01", s)
	o.Licence.Product.Type, o.Licence.Product.Validation, o.Licence.Product.Name = order.TLS, order.ValidationDomain, "Website, 3 names"
	o.Licence.Product.Names = order.NameRules{Kinds: []string{"dns"}, Min: 1, Max: 3, WWW: "free_pair"}
	o.Licence.Product.SubjectFields = nil
	o.Licence.Product.CAAIdentities = []string{"trust.example.com"}
	o.Application.Mailbox, o.Application.Domains = "", shopName
	o.Snapshot.Names = nil
	for _, t := range tasks {
		o.Snapshot.Names = append(o.Snapshot.Names, order.Name{Type: "dns", Value: t.Target})
	}
	return o
}

func texts(values ...string) proof.Answer { return proof.Answer{Texts: values} }

// proveRecordScreens are what can be seen of a record, and what is said of it.
func proveRecordScreens(t *testing.T, s setup) {
	task := byRecord("a", shopName)
	task.Covers = []string{shopName, "www.shop.example.ch"}
	net := &sky{records: map[string]proof.Answer{}}
	script := &script{network: net, orders: []store.Order{nameOrder(task)}}
	s.script = script
	w := start(t, s)
	w.resume("you")
	w.see(w.word("proof.missing.saw", "type", "TXT", "name", shopRecord))
	w.screen("prove-dns-missing")
	w.press("prove.check")
	w.see(w.word("names.press-again"))
	net.set(func() { net.records["TXT "+shopRecord+".example.ch"] = texts(shopValue) })
	w.until(w.word("proof.doubled.do", "relative", "_dnsauth.shop"))
	w.screen("prove-dns-doubled")
	net.set(func() {
		net.records = map[string]proof.Answer{"TXT " + shopRecord: texts(`"8f3kq0v7 m2x9c4t1"`)}
	})
	w.until(w.word("proof.wrong.got"))
	w.screen("prove-dns-wrong")
	net.set(func() {
		net.records = map[string]proof.Answer{
			"TXT " + shopRecord: texts("0ld0ld0ld0ld0ld0", shopValue),
			"CAA example.ch":    {CAA: []proof.CAA{{Tag: "issue", Value: "other.example"}}},
		}
	})
	w.until(w.word("proof.caa.saw", "name", "example.ch"))
	w.screen("prove-dns-caa")
	net.set(func() { delete(net.records, "CAA example.ch") })
	w.until(w.word("proof.caa-fine"))
	script.set(func() {
		script.status = func(context.Context) (order.Snapshot, error) {
			seen := task
			seen.LastResult = &order.TaskResult{At: noon, Code: "not_found", Detail: "NXDOMAIN from ns2.example.ch"}
			o := nameOrder(seen)
			return *o.Snapshot, nil
		}
	})
	w.press("prove.check")
	w.see(w.word("proof.result.not_found", "when", noon))
	w.screen("prove-dns-right")
	w.press("send.open")
	w.press("send.pdf")
	w.see(w.word("send.saved", "name", shopName+" ("+w.word("send.label")+").pdf"))
	w.screen("prove-sent")
	if files, err := filepath.Glob(filepath.Join(w.home, "*.pdf")); err != nil || len(files) != 1 {
		t.Errorf("%v %v", files, err)
	}
}

// withServers are the records of a domain with two name servers, as everybody sees them, and those of each
// server.
func withServers(first, second proof.Answer) map[string]proof.Answer {
	top := proof.Answer{Zone: "example.ch", Negative: 25 * time.Minute}
	return map[string]proof.Answer{
		"SOA example.ch": top, "192.0.2.1 SOA example.ch": top, "192.0.2.2 SOA example.ch": top,
		"second SOA example.ch": top, "https SOA example.ch": top,
		"NS example.ch":               {Hosts: []string{"ns1.example.ch", "ns2.example.ch"}},
		"second NS example.ch":        {Hosts: []string{"ns1.example.ch", "ns2.example.ch"}},
		"A ns1.example.ch":            {Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}},
		"A ns2.example.ch":            {Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.2")}},
		"192.0.2.1 TXT " + shopRecord: first, "192.0.2.2 TXT " + shopRecord: second,
		"TXT " + shopRecord: first, "second TXT " + shopRecord: first, "https TXT " + shopRecord: first,
	}
}

// proveNetScreens are what single name servers and resolvers make of a record.
func proveNetScreens(t *testing.T, s setup) {
	net := &sky{second: "Quad9", records: withServers(proof.Answer{}, proof.Answer{})}
	s.script = &script{network: net, orders: []store.Order{nameOrder(byRecord("a", shopName))}}
	w := start(t, s)
	w.a.shell.Places = places("/home/anna/.local/share/certdesk")
	w.a.shell.About.Version = "1.0.0"
	w.resume("you")
	w.see(w.word("proof.missing.do-wait", "wait", 25*time.Minute))
	w.see(w.word("names.second", "name", "Quad9"))
	net.set(func() {
		net.records = withServers(texts(shopValue), texts(shopValue))
		net.records["TXT "+shopRecord] = proof.Answer{Negative: 20 * time.Minute}
	})
	w.until(w.word("proof.cached.do"))
	w.screen("prove-net-cached")
	net.set(func() { net.records = withServers(texts(shopValue), proof.Answer{}) })
	w.until(w.word("proof.disagree.saw", "n", 1, "total", 2))
	w.open("proof.heard.label")
	w.see(w.word("proof.heard.nothing"))
	w.screen("prove-net-disagree")
	net.set(func() {
		net.records = withServers(texts(shopValue), texts(shopValue))
		net.records["TXT "+shopRecord] = proof.Answer{Texts: []string{shopValue}, Bogus: true}
	})
	w.until(w.word("proof.bogus.saw", "zone", "example.ch"))
	w.screen("prove-net-dnssec")
	net.set(func() {
		net.records, net.between = withServers(proof.Answer{}, proof.Answer{}), true
	})
	w.until(w.word("proof.intercepted.saw"))
	w.screen("prove-net-intercepted")
	// Without a second resolver, what can be seen is less, and the switch is offered where that is said.
	settings := w.realDesk().Settings
	if err := settings.SetSecondResolver(t.Context(), desk.NoSecondResolver); err != nil {
		t.Fatal(err)
	}
	net.set(func() { net.second = "" })
	w.until(w.word("proof.no-way.do-off"))
	w.screen("prove-net-off")
	w.press("proof.no-way.switch", "name", "Quad9")
	w.q.Await(t, func() bool { return settings.SecondResolver(t.Context()) == "quad9" })
	net.set(func() { net.second = "Quad9" })
	w.until(w.word("proof.no-way.do", "name", "Quad9"))
	if w.has("proof.no-way.switch", "name", "Quad9") {
		t.Error("the switch is still offered")
	}
	w.press("names.second-change")
	w.see(w.word("settings.second"))
	w.ownResolver()
	w.press("settings.done")
	w.see(w.word("prove.title", "address", shopName))
}

// ownResolver chooses a resolver of one's own: what is no address is said at the field, changes nothing and stays there.
func (w *walk) ownResolver() {
	t := w.t
	t.Helper()
	settings := w.realDesk().Settings
	w.method("settings.second-own")
	w.press("settings.second-own-use")
	w.see(w.word("fault.resolver-empty.saw"))
	w.typeInto("settings.second-own-label", "dns.example.ch")
	w.press("settings.second-own-use")
	w.see(w.word("fault.resolver-address.saw"))
	if text := kittest.EntryByLabel(t, w.root(), w.word("settings.second-own-label")).Text(); text != "dns.example.ch" || settings.SecondResolver(t.Context()) != "quad9" {
		t.Errorf("in the field: %q, chosen: %s", text, settings.SecondResolver(t.Context()))
	}
	w.screen("settings-resolver-wrong")
	w.retype("settings.second-own-label", "https://dns.example.ch/dns-query")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("settings.second-own-used", "name", "dns.example.ch"))
	w.q.Finish(t)
	if got := settings.SecondResolver(t.Context()); got != "own:https://dns.example.ch/dns-query" {
		t.Errorf("chosen: %s", got)
	}
	w.screen("settings-resolver-own")
}

// proveFileScreens are a file, another method, and what is not followed.
func proveFileScreens(t *testing.T, s setup) {
	net := &sky{records: map[string]proof.Answer{}, page: proof.Page{Status: http.StatusNotFound}}
	script := &script{network: net, orders: []store.Order{nameOrder(byFile("a", shopName))}}
	s.script = script
	w := start(t, s)
	w.resume("you")
	url := "http://shop.example.ch/.well-known/pki-validation/auth.txt"
	w.see(w.word("proof.file-missing.saw", "url", url, "status", 404))
	w.screen("prove-file")
	w.method("proof.method.dns_txt")
	w.see(w.word("names.sentence-other"))
	script.set(func() {
		script.choose = func(context.Context, string) (order.Snapshot, error) {
			return order.Snapshot{}, fault.New(fault.ServiceDown, nil, "host", "shop.example.ch")
		}
	})
	w.press("names.switch-do", "method", w.word("proof.method.dns_txt"))
	w.see(w.word("fault.service-down.saw", "host", "shop.example.ch"))
	w.screen("prove-choose-failed")
	script.set(func() {
		script.choose = func(_ context.Context, method string) (order.Snapshot, error) {
			foreign := byRecord("a", shopName)
			foreign.Method, foreign.Instruction.RecordName = method, "_dnsauth.shop.example.com"
			return *nameOrder(foreign).Snapshot, nil
		}
	})
	w.press("names.switch-do", "method", w.word("proof.method.dns_txt"))
	w.see(w.word("proof.foreign.saw", "name", shopName))
	w.screen("prove-foreign")
}

// proveMailScreens are an e-mail, and instructions that have run out.
func proveMailScreens(t *testing.T, s setup) {
	net := &sky{records: map[string]proof.Answer{}}
	script := &script{network: net, orders: []store.Order{nameOrder(byMail("a", shopName))}}
	s.script = script
	w := start(t, s)
	w.resume("you")
	w.see(w.word("names.mail-open"))
	w.open("names.mail-elsewhere")
	w.screen("prove-mail")
	w.stop()
	over := byRecord("a", shopName)
	over.State = order.TaskExpired
	s.data, script.orders = "", []store.Order{nameOrder(over)}
	w = start(t, s)
	w.resume("you")
	w.see(w.word("names.expired.saw"))
	w.screen("prove-expired")
}

// proveManyScreens are several names.
func proveManyScreens(t *testing.T, s setup) {
	done := byRecord("a", shopName)
	done.State, done.Covers = order.TaskDone, []string{shopName, "www.shop.example.ch"}
	net := &sky{records: map[string]proof.Answer{
		"TXT _dnsauth.xn--bcher-kva.example.ch.example.ch": texts(shopValue),
		"TXT _dnsauth.seen.example.ch":                     texts(shopValue),
	}}
	s.script = &script{network: net, orders: []store.Order{nameOrder(
		done, byRecord("b", "xn--bcher-kva.example.ch"), byMail("c", "example.org"), byRecord("d", "*.example.ch"), byRecord("e", "seen.example.ch"),
	)}}
	w := start(t, s)
	w.resume("you")
	w.see(w.word("names.short.doubled"))
	w.screen("prove-many")
	w.press("names.copy-all")
	want := "_dnsauth.xn--bcher-kva.example.ch.\t300\tIN\tTXT\t\"" + shopValue + "\"\n"
	if got := fyne.CurrentApp().Clipboard().Content(); !strings.Contains(got, want) || strings.Count(got, "\n") != 3 {
		t.Errorf("copied %q", got)
	}
	w.pressFirst("names.many.open")
	w.see(w.word("prove.title", "address", "bücher.example.ch"))
	w.see(w.word("proof.doubled.saw", "name", "_dnsauth.xn--bcher-kva.example.ch.example.ch"))
	w.screen("prove-one-of-many")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyEscape)
	w.see(w.word("names.many.title"))
}

// method shows a method of a name by its label's id.
func (w *walk) method(id string) {
	w.t.Helper()
	label := w.word(id)
	s := kittest.SegmentedWith(w.t, w.root(), label)
	for i, l := range s.Labels() {
		if l == label {
			s.Select(i)
			return
		}
	}
}
