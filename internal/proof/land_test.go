package proof_test

import (
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"

	"certdesk/internal/httpclient"
	"certdesk/internal/proof"
)

// land is a piece of the internet on this computer: the resolver that it is set to use, a second one, and name
// servers at addresses of their own, all on one port.
type land struct {
	*world
	here, second *voice
	top          *voice              // a server of the top-level domain; nobody knows it before [land.withTop]
	servers      map[string]*voice   // by address
	https        int                 // questions over HTTPS
	off          bool                // there is no second resolver
	change       func(*proof.Public) // makes it another one
}

// voice is one name server, and what is wrong with it.
type voice struct {
	mu      sync.Mutex
	top     string   // the zone that it has; empty: a resolver
	zone    []dns.RR // what it says
	mute    bool
	streams bool            // it answers over TCP alone
	lame    bool            // it does not know the zone
	bogus   map[string]bool // names whose signatures it finds wrong
	fails   map[string]bool // names for which it says that it fails, whether signatures are checked or not
	refuses map[string]bool // names about which it says nothing, though they are of its zone
	instead *voice          // who answers in its place
	asked   []string
	// silentOfTime leaves the SOA record out that says how long nothing may be remembered.
	silentOfTime bool
}

// common is a zone with two name servers, one of them with IPv6, as both resolvers know it.
var common = []string{
	"example.ch. 3600 IN SOA ns1.example.ch. host.example.ch. 7 3600 600 86400 1500",
	"example.ch. 3600 IN NS ns1.example.ch.", "example.ch. 3600 IN NS ns2.example.ch.",
	"ns1.example.ch. 3600 IN A 127.0.0.2", "ns1.example.ch. 3600 IN AAAA ::1",
	"ns2.example.ch. 3600 IN A 127.0.0.3",
}

var addresses = []string{"127.0.0.2", "127.0.0.3", "::1"}

// newLand makes a land in which the zone has the records, at all of its servers and in both resolvers.
func newLand(t testing.TB, records ...string) *land {
	t.Helper()
	l := &land{world: newWorld(t), here: &voice{}, second: &voice{}, top: &voice{top: "ch"}, servers: map[string]*voice{}}
	all := append(append([]string{}, common...), records...)
	l.here.zone, l.second.zone = parse(t, all...), parse(t, all...)
	for _, a := range addresses {
		l.servers[a] = &voice{top: "example.ch", zone: parse(t, all...)}
	}
	for _, v := range l.servers {
		l.locks = append(l.locks, &v.mu)
	}
	l.locks = append(l.locks, &l.here.mu, &l.second.mu, &l.top.mu)
	port := l.bind()
	web := httptest.NewUnstartedServer(http.HandlerFunc(l.overHTTPS))
	web.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	web.StartTLS()
	t.Cleanup(web.Close)
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	l.network = proof.New(proof.Options{
		HTTP: httpclient.Options{
			UserAgent: "Certdesk/test", RootCAs: pool,
			Proxy: func() httpclient.Proxy { return httpclient.Proxy{Mode: httpclient.ProxyNone} },
		},
		Here: func() ([]string, error) { return []string{net.JoinHostPort("127.0.0.4", strconv.Itoa(int(port)))}, nil },
		Second: func() proof.Public {
			if l.off {
				return proof.Public{}
			}
			p := proof.Public{ID: "x", Name: "Other", Servers: []string{net.JoinHostPort("127.0.0.5", strconv.Itoa(int(port)))}, HTTPS: web.URL + "/dns-query"}
			if l.change != nil {
				l.change(&p)
			}
			return p
		},
		Port: port, May: func(a netip.Addr) bool { return a.IsLoopback() },
	})
	return l
}

// withTop has the resolvers know the server of the top-level domain.
func (l *land) withTop(t testing.TB) {
	for _, v := range []*voice{l.here, l.second} {
		v.set(func() {
			v.zone = append(v.zone, parse(t, "ch. 3600 IN NS a.nic.ch.", "a.nic.ch. 3600 IN A 127.0.0.6")...)
		})
	}
}

func parse(t testing.TB, records ...string) []dns.RR {
	t.Helper()
	var out []dns.RR
	for _, r := range records {
		rr, err := dns.NewRR(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rr)
	}
	return out
}

// bind has every server listen at one port, for datagrams and for streams.
func (l *land) bind() uint16 {
	l.t.Helper()
	at := map[string]*voice{"127.0.0.4": l.here, "127.0.0.5": l.second, "127.0.0.6": l.top}
	for a, v := range l.servers {
		at[a] = v
	}
tries:
	for range 50 {
		packets, streams := listen(l.t)
		_, port, _ := net.SplitHostPort(packets.LocalAddr().String())
		_, _ = packets.Close(), streams.Close()
		var servers []*dns.Server
		for a, v := range at {
			p, err := net.ListenPacket("udp", net.JoinHostPort(a, port))
			if err != nil {
				stop(servers)
				continue tries
			}
			s, err := net.Listen("tcp", net.JoinHostPort(a, port))
			if err != nil {
				_ = p.Close()
				stop(servers)
				continue tries
			}
			for _, one := range []*dns.Server{{PacketConn: p, Handler: v}, {Listener: s, Handler: v}} {
				ready := make(chan struct{})
				one.NotifyStartedFunc = func() { close(ready) }
				go func() { _ = one.ActivateAndServe() }()
				<-ready
				servers = append(servers, one)
			}
		}
		l.t.Cleanup(func() { stop(servers) })
		n, _ := strconv.ParseUint(port, 10, 16)
		return uint16(n)
	}
	l.t.Fatal("no port that all addresses have")
	return 0
}

func stop(servers []*dns.Server) {
	for _, s := range servers {
		_ = s.Shutdown()
	}
}

// set changes what a server is like.
func (v *voice) set(change func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change()
}

// only takes the records of a name away, and puts others there.
func (v *voice) only(t testing.TB, name string, records ...string) {
	t.Helper()
	v.set(func() {
		var kept []dns.RR
		for _, rr := range v.zone {
			if rr.Header().Name != name {
				kept = append(kept, rr)
			}
		}
		kept = append(kept, parse(t, records...)...)
		v.zone = kept
	})
}

func (v *voice) ServeDNS(out dns.ResponseWriter, q *dns.Msg) {
	_, udp := out.RemoteAddr().(*net.UDPAddr)
	if m := v.answer(q); m != nil && !(udp && v.losesDatagrams()) {
		if udp {
			m.Truncate(512)
		}
		_ = out.WriteMsg(m)
	}
}

func (v *voice) losesDatagrams() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.streams
}

func (v *voice) answer(q *dns.Msg) *dns.Msg {
	v.mu.Lock()
	defer v.mu.Unlock()
	name := strings.ToLower(q.Question[0].Name)
	v.asked = append(v.asked, name)
	if v.instead != nil {
		return v.instead.answer(q)
	}
	if v.mute {
		return nil
	}
	m := new(dns.Msg)
	m.SetReply(q)
	bare := strings.TrimSuffix(name, ".")
	switch {
	case v.refuses[bare], v.lame, v.top != "" && bare != v.top && !strings.HasSuffix(bare, "."+v.top):
		m.Rcode = dns.RcodeRefused
		return m
	case v.fails[bare], v.bogus[bare] && !q.CheckingDisabled:
		m.Rcode = dns.RcodeServerFailure
		return m
	}
	m.Authoritative, m.RecursionAvailable = v.top != "", v.top == ""
	m.Rcode = dns.RcodeNameError
	v.fill(m, name, q.Question[0].Qtype)
	if len(m.Answer) == 0 && !v.silentOfTime {
		for _, rr := range v.zone {
			if soa, ok := rr.(*dns.SOA); ok && strings.HasSuffix("."+name, "."+soa.Hdr.Name) {
				m.Ns = []dns.RR{soa}
			}
		}
	}
	return m
}

func (v *voice) fill(m *dns.Msg, name string, t uint16) {
	for range 5 {
		alias := ""
		for _, rr := range v.zone {
			h := rr.Header()
			if h.Name != name {
				if strings.HasSuffix(h.Name, "."+name) && m.Rcode == dns.RcodeNameError {
					m.Rcode = dns.RcodeSuccess // something is below it
				}
				continue
			}
			m.Rcode = dns.RcodeSuccess
			if h.Rrtype == t || h.Rrtype == dns.TypeCNAME {
				m.Answer = append(m.Answer, rr)
			}
			if c, ok := rr.(*dns.CNAME); ok && t != dns.TypeCNAME {
				alias = c.Target
			}
		}
		if alias == "" {
			return
		}
		name = alias
	}
}

// overHTTPS is the second resolver by RFC 8484; nothing that happens to port 53 changes what it says.
func (l *land) overHTTPS(out http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(in.Body)
	q := new(dns.Msg)
	if err != nil || in.Method != http.MethodPost || in.Header.Get("Content-Type") != "application/dns-message" || q.Unpack(body) != nil || q.Id != 0 {
		out.WriteHeader(http.StatusBadRequest)
		return
	}
	var zone []dns.RR
	l.second.set(func() { l.https++; zone = l.second.zone })
	m := (&voice{zone: zone}).answer(q)
	data, err := m.Pack()
	if err != nil {
		out.WriteHeader(http.StatusInternalServerError)
		return
	}
	out.Header().Set("Content-Type", "application/dns-message")
	_, _ = out.Write(data)
}
