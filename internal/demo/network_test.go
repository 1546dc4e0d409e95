package demo_test

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"certdesk/internal/demo"
	"certdesk/internal/seller/activationapi/wire"
)

// query asks the demo's name server.
func query(t *testing.T, i *demo.Issuer, network, name string, kind uint16) *dns.Msg {
	t.Helper()
	q := new(dns.Msg)
	q.SetQuestion(dns.Fqdn(name), kind)
	q.SetEdns0(1232, false)
	m, _, err := (&dns.Client{Net: network}).Exchange(q, i.DNSAddr())
	if err != nil {
		t.Fatalf("%s %s: %v", network, name, err)
	}
	if !m.Authoritative {
		t.Errorf("%s: not authoritative", name)
	}
	return m
}

// fetch asks the demo's web.
func fetch(t *testing.T, i *demo.Issuer, address string) (int, string) {
	t.Helper()
	host, path, _ := strings.Cut(strings.TrimPrefix(address, "http://"), "/")
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+i.WebAddr()+"/"+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	a, err := newTransport(t).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(body)
}

// What is published can be looked up, by UDP and TCP: rightly, doubled, wrong, with an old one, forbidden.
func TestTheDemosDNS(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", func(hash string) wire.Application { return sites(t, newKey(t), hash, "shop.muster.example") })
	i := b.task("name-1").Instruction
	name, value := *i.RecordName, *i.RecordValue
	texts := func(network, name string) []string {
		m := query(t, c.issuer, network, name, dns.TypeTXT)
		var out []string
		for _, rr := range m.Answer {
			out = append(out, strings.Join(rr.(*dns.TXT).Txt, ""))
		}
		if len(out) == 0 && (len(m.Ns) != 1 || m.Ns[0].Header().Name != "muster.example.") {
			t.Errorf("%s: %v", name, m)
		}
		return out
	}
	if m := query(t, c.issuer, "udp", name, dns.TypeTXT); m.Rcode != dns.RcodeNameError {
		t.Errorf("before: %v", m)
	}
	for _, network := range []string{"udp", "tcp"} {
		b.act("publish-right.name-1")
		if got := texts(network, strings.ToUpper(name)); len(got) != 1 || got[0] != value {
			t.Errorf("%s: right: %v", network, got)
		}
		b.act("publish-doubled.name-1")
		if got := texts(network, name); got != nil {
			t.Errorf("%s: doubled, at the name: %v", network, got)
		}
		if got := texts(network, name+".muster.example"); len(got) != 1 || got[0] != value {
			t.Errorf("%s: doubled: %v", network, got)
		}
		b.act("publish-wrong.name-1")
		if got := texts(network, name); len(got) != 1 || got[0] == value {
			t.Errorf("%s: wrong: %v", network, got)
		}
		b.act("publish-old.name-1")
		if got := texts(network, name); len(got) != 2 || got[0] == value || got[1] != value {
			t.Errorf("%s: beside an old one: %v", network, got)
		}
	}
	for _, tc := range []struct {
		name string
		kind uint16
		want string
	}{
		{"muster.example", dns.TypeSOA, "ns1.demo.certdesk.invalid."},
		{"shop.muster.example", dns.TypeA, "127.0.0.1"},
		{"ns1.demo.certdesk.invalid", dns.TypeA, "192.0.2.1"},
		{"ns2.demo.certdesk.invalid", dns.TypeA, "192.0.2.2"},
	} {
		if m := query(t, c.issuer, "udp", tc.name, tc.kind); len(m.Answer) != 1 || !strings.Contains(m.Answer[0].String(), tc.want) {
			t.Errorf("%s: %v", tc.name, m)
		}
	}
	if m := query(t, c.issuer, "udp", "muster.example", dns.TypeCAA); len(m.Answer) != 0 || m.Rcode != dns.RcodeSuccess {
		t.Errorf("CAA: %v", m)
	}
	b.act("caa-forbid.name-1")
	if m := query(t, c.issuer, "udp", "muster.example", dns.TypeCAA); len(m.Answer) != 1 || m.Answer[0].(*dns.CAA).Value != "other-ca.invalid" {
		t.Errorf("CAA: %v", m)
	}
	b.ask("name-1", "choose", []byte(`{"method":"dns_cname"}`)).order(t)
	b.act("publish-right.name-1")
	i = b.task("name-1").Instruction
	if m := query(t, c.issuer, "udp", *i.RecordName, dns.TypeTXT); len(m.Answer) != 1 || m.Answer[0].(*dns.CNAME).Target != *i.RecordValue+"." {
		t.Errorf("CNAME: %v", m)
	}
	if m := query(t, c.issuer, "udp", *i.RecordValue, dns.TypeTXT); m.Rcode != dns.RcodeSuccess {
		t.Errorf("where the CNAME leads: %v", m)
	}
}

// as asks the demo's name server in the place of one of the zone's servers.
func as(t *testing.T, i *demo.Issuer, address, name string) *dns.Msg {
	t.Helper()
	q := new(dns.Msg)
	q.SetQuestion(dns.Fqdn(name), dns.TypeTXT)
	q.SetEdns0(1232, false)
	if address != "" {
		o := q.IsEdns0()
		o.Option = append(o.Option, &dns.EDNS0_LOCAL{Code: dns.EDNS0LOCALSTART, Data: netip.MustParseAddr(address).AsSlice()})
	}
	m, _, err := (&dns.Client{}).Exchange(q, i.DNSAddr())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What a resolver remembers, what one of two servers has, and what somebody in between answers: each is played for who
// is asked.
func TestTheDemosServersApart(t *testing.T) {
	const first, second = "192.0.2.1", "192.0.2.2"
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", func(hash string) wire.Application { return sites(t, newKey(t), hash, "shop.muster.example") })
	name := *b.task("name-1").Instruction.RecordName
	has := func(address string) bool { return len(as(t, c.issuer, address, name).Answer) == 1 }
	if m := query(t, c.issuer, "udp", "muster.example", dns.TypeNS); len(m.Answer) != 2 {
		t.Errorf("name servers: %v", m)
	}
	for _, tc := range []struct {
		act                     string
		resolver, first, second bool
	}{
		{"publish-right", true, true, true}, {"publish-cached", false, true, true}, {"publish-some", true, true, false}, {"publish-between", true, true, true},
	} {
		b.act(tc.act + ".name-1")
		if has("") != tc.resolver || has(first) != tc.first || has(second) != tc.second {
			t.Errorf("%s: the resolver %v, the first %v, the second %v", tc.act, has(""), has(first), has(second))
		}
		m := as(t, c.issuer, first, "nobody.invalid")
		if between := tc.act == "publish-between"; m.Authoritative == between || m.RecursionAvailable != between {
			t.Errorf("%s: %v", tc.act, m)
		}
	}
	b.act("publish-cached.name-1")
	if m := as(t, c.issuer, "", name); len(m.Ns) != 1 || m.Ns[0].Header().Ttl != 600 {
		t.Errorf("what the resolver remembers: %v", m)
	}
	b.act("publish-some.name-1")
	b.ask("name-1", "check", nil)
	if r := b.task("name-1").LastResult; r == nil || r.Code != wire.TaskResultCodeDiffers {
		t.Errorf("what the authority sees: %+v", r)
	}
}

func TestTheDemosWeb(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", func(hash string) wire.Application {
		a := sites(t, newKey(t), hash, "shop.muster.example")
		a.Proof["shop.muster.example"] = wire.ProofMethodHTTPFile
		return a
	})
	i := b.task("name-1").Instruction
	if status, _ := fetch(t, c.issuer, *i.URL); status != 404 {
		t.Errorf("before: %d", status)
	}
	b.act("publish-right.name-1")
	if status, body := fetch(t, c.issuer, *i.URL); status != 200 || body != *i.Body {
		t.Errorf("%d %q", status, body)
	}
	if status, _ := fetch(t, c.issuer, strings.Replace(*i.URL, "shop.", "www.", 1)); status != 404 {
		t.Errorf("on another host: %d", status)
	}
	b.act("publish-wrong.name-1")
	if status, body := fetch(t, c.issuer, *i.URL); status != 200 || body == *i.Body {
		t.Errorf("%d %q", status, body)
	}
	if status, body := fetch(t, c.issuer, "http://shop.muster.example/"); status != 200 || !strings.Contains(body, "demo") {
		t.Errorf("%d %q", status, body)
	}
}

// A second process that uses the issuer of the first looks things up in the same network.
func TestTheSecondFindsTheNetworkToo(t *testing.T) {
	dir, clk := t.TempDir(), newClock()
	first := start(t, dir, clk)
	second := start(t, dir, clk)
	if second.Own() || second.DNSAddr() != first.DNSAddr() || second.WebAddr() != first.WebAddr() || second.DNSAddr() == "" {
		t.Errorf("%q %q", second.DNSAddr(), second.WebAddr())
	}
	query(t, second, "udp", "muster.example", dns.TypeSOA)
}

// What was published and what was done outlives the issuer; its network gets other ports.
func TestTheNetworkAfterARestart(t *testing.T) {
	dir, clk := t.TempDir(), newClock()
	first := start(t, dir, clk)
	b := meet(t, first, clk).buy("DEMO-TLS-DV", func(hash string) wire.Application {
		return sites(t, newKey(t), hash, "shop.muster.example")
	})
	b.act("publish-right.name-1")
	i := b.task("name-1").Instruction
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := (&dns.Client{}).Exchange(new(dns.Msg).SetQuestion(*i.RecordName+".", dns.TypeTXT), first.DNSAddr()); err == nil {
		t.Error("the name server outlives its issuer")
	}
	second := start(t, dir, clk)
	if m := query(t, second, "tcp", *i.RecordName, dns.TypeTXT); len(m.Answer) != 1 {
		t.Errorf("%v", m)
	}
	b.customer = meet(t, second, clk)
	b.ask("name-1", "check", nil).order(t)
	b.clock.forward(minute)
	b.leaf()
}
