package proof_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"certdesk/assets"
	"certdesk/internal/httpclient"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/proof"
)

// world is a network on this computer that makes the mistakes that people make.
type world struct {
	t       testing.TB
	mu      sync.Mutex
	zone    []dns.RR
	rcode   map[string]int // of names whose servers fail
	mute    bool           // the name server takes questions and says nothing
	asked   []string
	site    http.HandlerFunc
	network proof.Network
	locks   []*sync.Mutex // of all servers: what a test has changed of them is seen by them
}

func newWorld(t testing.TB, records ...string) *world {
	t.Helper()
	w := &world{t: t, rcode: map[string]int{}}
	w.locks = []*sync.Mutex{&w.mu}
	for _, r := range records {
		rr, err := dns.NewRR(r)
		if err != nil {
			t.Fatal(err)
		}
		w.zone = append(w.zone, rr)
	}
	packets, streams := listen(t)
	address := packets.LocalAddr().String()
	for _, s := range []*dns.Server{{PacketConn: packets, Handler: w}, {Listener: streams, Handler: w}} {
		ready := make(chan struct{})
		s.NotifyStartedFunc = func() { close(ready) }
		go func() { _ = s.ActivateAndServe() }()
		<-ready
		t.Cleanup(func() { _ = s.Shutdown() })
	}
	web := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		w.mu.Lock()
		site := w.site
		w.mu.Unlock()
		if site == nil {
			http.NotFound(out, in)
			return
		}
		site(out, in)
	}))
	t.Cleanup(web.Close)
	w.network = proof.Loopback(
		func() string { return address },
		func() string { return strings.TrimPrefix(web.URL, "http://") },
		httpclient.Options{UserAgent: "Certdesk/test"},
	)
	return w
}

// listen listens at one port for datagrams and for streams.
func listen(t testing.TB) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 50 { // another program may have the port for streams
		packets, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		streams, err := net.Listen("tcp", packets.LocalAddr().String())
		if err == nil {
			return packets, streams
		}
		_ = packets.Close()
	}
	t.Fatal("no port for both")
	return nil, nil
}

// ServeDNS answers as a server does that has the zone and follows aliases.
func (w *world) ServeDNS(out dns.ResponseWriter, q *dns.Msg) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name, t := strings.ToLower(q.Question[0].Name), q.Question[0].Qtype
	w.asked = append(w.asked, strings.TrimSuffix(name, ".")+" "+dns.TypeToString[t])
	if w.mute {
		return
	}
	m := new(dns.Msg)
	m.SetReply(q)
	m.Rcode = dns.RcodeNameError
	for range 5 {
		alias := ""
		for _, rr := range w.zone {
			h := rr.Header()
			if !strings.EqualFold(h.Name, name) {
				if strings.HasSuffix(strings.ToLower(h.Name), "."+name) && m.Rcode == dns.RcodeNameError {
					m.Rcode = dns.RcodeSuccess // something is below it
				}
				continue
			}
			m.Rcode = dns.RcodeSuccess
			if h.Rrtype == t || h.Rrtype == dns.TypeCNAME {
				m.Answer = append(m.Answer, rr)
			}
			if c, ok := rr.(*dns.CNAME); ok && t != dns.TypeCNAME {
				alias = strings.ToLower(c.Target)
			}
		}
		if alias == "" {
			break
		}
		name = alias
	}
	if code, ok := w.rcode[strings.TrimSuffix(strings.ToLower(q.Question[0].Name), ".")]; ok {
		m.Rcode, m.Answer = code, nil
	}
	if _, udp := out.RemoteAddr().(*net.UDPAddr); udp {
		m.Truncate(512)
	}
	_ = out.WriteMsg(m)
}

// settle parts what a test does from what the servers do.
func (w *world) settle() {
	for _, m := range w.locks {
		m.Lock()
		m.Unlock() //nolint:staticcheck // nothing is in between
	}
}

func (w *world) questions() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.asked...)
}

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func (w *world) look(tasks ...order.Task) []proof.Result {
	w.t.Helper()
	return w.lookFor([]string{"ca.example"}, tasks...)
}

func (w *world) lookFor(names []string, tasks ...order.Task) []proof.Result {
	w.t.Helper()
	return w.lookAs(proof.Authority{Names: names}, tasks...)
}

func (w *world) lookAs(a proof.Authority, tasks ...order.Task) []proof.Result {
	w.t.Helper()
	l := proof.Looker{Network: w.network, Now: func() time.Time { return noon }}
	w.settle()
	defer w.settle()
	r, err := l.Look(context.Background(), tasks, a)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(r) != len(tasks) {
		w.t.Fatalf("%d results of %d tasks", len(r), len(tasks))
	}
	for _, one := range r {
		for _, f := range one.Findings {
			w.words(f.Saw)
			w.words(f.Do)
			for _, h := range f.Heard {
				w.words(h.Says)
			}
		}
		for _, m := range one.Fine {
			w.words(m)
		}
	}
	return r
}

var catalogue = sync.OnceValue(func() *i18n.Catalogue {
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		panic(err)
	}
	return c
})

// words fails for a message that a language has no words for, or whose gaps are not filled.
func (w *world) words(m i18n.Message) {
	w.t.Helper()
	c := catalogue()
	for _, lang := range c.Languages() {
		if !slices.Contains(c.IDs(lang), m.ID) {
			w.t.Errorf("%s has no %s", lang, m.ID)
		}
		if said := c.Printer(lang).Say(m); strings.Contains(said, "[") { // a gap that nothing fills
			w.t.Errorf("%s: %s", m.ID, said)
		}
	}
}

const value = "8f3kq0v7m2x9c4t1"

func textTask() order.Task {
	return order.Task{
		ID: "t1", Kind: order.ProveName, Target: "shop.example.ch", State: order.TaskOpen,
		Instruction: order.Instruction{
			Type: "dns", RecordType: "TXT", RecordName: "_dnsauth.shop.example.ch", RecordValue: value, TTL: 300,
		},
	}
}

func aliasTask() order.Task {
	t := textTask()
	t.Instruction.RecordType, t.Instruction.RecordValue = "CNAME", "8f3kq0v7.proof.ca.example"
	return t
}

func fileTask() order.Task {
	t := textTask()
	t.Instruction = order.Instruction{
		Type: "http_file", URL: "http://shop.example.ch/.well-known/pki-validation/auth.txt", Body: value,
	}
	return t
}
