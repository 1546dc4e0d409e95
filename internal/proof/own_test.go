package proof_test

import (
	"slices"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/proof"
)

// The addresses of resolvers as people type them: what is understood, how it is called, and what is wrong with the rest.
func TestAResolverOfOnesOwn(t *testing.T) {
	for _, c := range []struct{ typed, name, server, https string }{
		{"9.9.9.10", "9.9.9.10", "9.9.9.10:53", ""},
		{"  192.168.1.1 ", "192.168.1.1", "192.168.1.1:53", ""},
		{"192.0.2.53:5353", "192.0.2.53:5353", "192.0.2.53:5353", ""},
		{"192.0.2.53:53", "192.0.2.53", "192.0.2.53:53", ""},
		{"2620:fe::10", "2620:fe::10", "[2620:fe::10]:53", ""},
		{"[2620:fe::10]", "2620:fe::10", "[2620:fe::10]:53", ""},
		{"[2620:fe::10]:5353", "[2620:fe::10]:5353", "[2620:fe::10]:5353", ""},
		{"::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1:53", ""},
		{"https://dns.example.ch/dns-query", "dns.example.ch", "", "https://dns.example.ch/dns-query"},
		{"HTTPS://Dns.Example.CH", "dns.example.ch", "", "https://dns.example.ch/dns-query"},
		{"https://dns.example.ch:443/", "dns.example.ch", "", "https://dns.example.ch/dns-query"},
		{"https://dns.example.ch:8443/anna/q{?dns}", "dns.example.ch:8443/anna/q", "", "https://dns.example.ch:8443/anna/q"},
		{"https://dns.müller.ch/dns-query", "dns.xn--mller-kva.ch", "", "https://dns.xn--mller-kva.ch/dns-query"},
		{"https://[2620:fe::10]/dns-query", "[2620:fe::10]", "", "https://[2620:fe::10]/dns-query"},
		{"https://192.0.2.1", "192.0.2.1", "", "https://192.0.2.1/dns-query"},
	} {
		p, err := proof.ReadResolver(c.typed)
		if err != nil {
			t.Errorf("%s: %v", c.typed, err)
			continue
		}
		server := ""
		if len(p.Servers) == 1 {
			server = p.Servers[0]
		}
		if p.Name != c.name || server != c.server || p.HTTPS != c.https || len(p.Servers) > 1 {
			t.Errorf("%s: %+v", c.typed, p)
		}
		if again := proof.PublicByID(p.ID); again.ID != p.ID || again.Name != p.Name || !slices.Equal(again.Servers, p.Servers) || again.HTTPS != p.HTTPS {
			t.Errorf("%s: kept as %s it is %+v", c.typed, p.ID, again)
		}
		if back, err := proof.ReadResolver(p.Typed()); err != nil || back.ID != p.ID {
			t.Errorf("%s: in the field again it is %q, %v", c.typed, p.Typed(), err)
		}
	}
	for typed, want := range map[string]fault.Code{
		"": fault.ResolverEmpty, " \t": fault.ResolverEmpty,
		"quad9": fault.ResolverAddress, "dns.quad9.net": fault.ResolverAddress, "dns.quad9.net:53": fault.ResolverAddress, "dns.example/dns-query": fault.ResolverAddress,
		"9.9.9": fault.ResolverAddress, "9.9.9.999": fault.ResolverAddress, "0.0.0.0": fault.ResolverAddress, "::": fault.ResolverAddress,
		"224.0.0.1": fault.ResolverAddress, "255.255.255.255": fault.ResolverAddress, "9.9.9.9, 1.1.1.1": fault.ResolverAddress, "[2620:fe::10": fault.ResolverAddress,
		"9.9.9.9:0": fault.ResolverPort, "9.9.9.9:99999": fault.ResolverPort, "9.9.9.9:dns": fault.ResolverPort, "https://dns.example.ch:0/": fault.ResolverPort,
		"http://dns.example.ch/dns-query": fault.ResolverInsecure, "tls://dns.example.ch": fault.ResolverInsecure, "udp://9.9.9.9": fault.ResolverInsecure,
		"https://": fault.ResolverAddress, "https://anna:secret@dns.example.ch/": fault.ResolverAddress, "https://dns.example.ch/q?x=1": fault.ResolverAddress,
		"https://dns example.ch/": fault.ResolverAddress, "https://dns_\x00.ch": fault.ResolverAddress,
	} {
		if p, err := proof.ReadResolver(typed); !fault.Is(err, want) {
			t.Errorf("%q: %v, %+v", typed, err, p)
		}
	}
	for _, id := range []string{"own:", "own:nobody", "nobody", ""} {
		if p := proof.PublicByID(id); p.ID != "" {
			t.Errorf("%q is %+v", id, p)
		}
	}
}

// states are what a look came to, in words.
func states(r proof.Result) (out []proof.State) {
	for _, f := range r.Findings {
		out = append(out, f.State)
	}
	return out
}

// TestASecondResolverOfOnesOwn is asked as its address says: over HTTPS alone, or never over HTTPS. What it can't do
// where port 53 is shut is said, and the switch to one that can is offered.
func TestASecondResolverOfOnesOwn(t *testing.T) {
	https := func(p *proof.Public) { p.Servers = nil }
	plain := func(p *proof.Public) { p.HTTPS = "" }
	shut := func(l *land) {
		for _, v := range l.servers {
			v.set(func() { v.instead = l.here })
		}
	}
	for _, c := range []struct {
		name   string
		change func(*proof.Public)
		make   func(*land)
		want   []proof.State
		do     string // of the last finding
		asks   bool   // over HTTPS
		offers bool
	}{
		{"over HTTPS, nothing in the way", https, nil, []proof.State{proof.Right}, "proof.right.do", true, false},
		{"over HTTPS, port 53 answered by somebody else", https, shut, []proof.State{proof.Right, proof.NoWay}, "proof.no-way.do", true, false},
		{"by port 53, nothing in the way", plain, nil, []proof.State{proof.Right}, "proof.right.do", false, false},
		{"by port 53, answered by somebody else", plain, shut, []proof.State{proof.Right, proof.NoWay}, "proof.no-way.do-plain", false, true},
		{"over HTTPS, at an address where nobody is", func(p *proof.Public) { p.Servers, p.HTTPS = nil, "https://127.0.0.1:1/dns-query" }, nil, []proof.State{proof.Right, proof.Lame}, "proof.second-silent.do", false, false},
		{"nobody there when it is needed", func(p *proof.Public) { p.HTTPS = "https://127.0.0.1:1/dns-query" }, shut, []proof.State{proof.Right, proof.NoWay}, "proof.no-way.do-silent", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLand(t, right)
			l.change = c.change
			if c.make != nil {
				c.make(l)
			}
			r := l.look(textTask())[0]
			last := r.Findings[len(r.Findings)-1]
			if !slices.Equal(states(r), c.want) || last.Do.ID != c.do || last.Switch != c.offers || (l.https > 0) != c.asks {
				t.Errorf("%d over HTTPS, %+v", l.https, r)
			}
		})
	}
}

// TestWhichServer: where one of several is not in order, it is named, and what the others prove stays proved.
func TestWhichServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make func(*land)
		says string
	}{
		"it refuses":         {func(l *land) { l.servers["127.0.0.3"].lame = true }, "proof.heard.lame"},
		"it does not answer": {func(l *land) { l.servers["127.0.0.3"].mute = true }, "proof.heard.silent"},
		"it refuses the record": {func(l *land) {
			l.servers["127.0.0.3"].refuses = map[string]bool{"_dnsauth.shop.example.ch": true}
		}, "proof.heard.lame"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLand(t, right)
			l.servers["127.0.0.3"].set(func() { c.make(l) })
			r := l.look(textTask())[0]
			if !r.OK() || !r.Ripe() || !slices.Equal(states(r), []proof.State{proof.Right, proof.Lame}) {
				t.Fatalf("%+v", r)
			}
			saw := r.Findings[1].Saw
			if saw.ID != "proof.lame-one.saw" || saw.Args["server"] != "ns2.example.ch 127.0.0.3" || r.Findings[1].Heard[0].Says.ID != c.says {
				t.Errorf("%+v", r.Findings[1])
			}
		})
	}
}

// TestTheOnlyServerIsSilent: it is out of order where the second resolver's port 53 can be reached; where that gets lost
// as well, it is the network.
func TestTheOnlyServerIsSilent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		lost bool
		want []proof.State
	}{{"down", false, []proof.State{proof.Right, proof.Lame}}, {"shut", true, []proof.State{proof.Right, proof.NoWay}}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLand(t, right)
			for _, v := range []*voice{l.here, l.second} {
				v.only(t, "example.ch.", common[0], common[1])
				v.only(t, "ns1.example.ch.", common[3])
			}
			l.servers["127.0.0.2"].set(func() { l.servers["127.0.0.2"].mute = true })
			l.second.set(func() { l.second.mute = c.lost })
			if r := l.look(textTask())[0]; !slices.Equal(states(r), c.want) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestDatagramsThatGetLost: a server that can be asked over TCP alone answers, too.
func TestDatagramsThatGetLost(t *testing.T) {
	t.Parallel()
	l := newLand(t, right)
	for _, v := range l.servers {
		v.set(func() { v.streams = true })
	}
	if r := l.look(textTask())[0]; !slices.Equal(states(r), []proof.State{proof.Right}) || l.https > 0 {
		t.Errorf("%d over HTTPS, %+v", l.https, r)
	}
}
