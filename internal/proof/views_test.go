package proof_test

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/proof"
)

const (
	full  = "_dnsauth.shop.example.ch."
	right = full + ` 300 IN TXT "` + value + `"`
	old   = full + ` 600 IN TXT "0ld0ld0ld0ld0ld0"`
)

// TestWhatTheServersAndResolversSay: each way in which those who are asked can differ or fail, and beside it
// what must not be taken for it.
func TestWhatTheServersAndResolversSay(t *testing.T) {
	each := func(l *land, f func(*voice)) {
		for _, v := range l.servers {
			v.set(func() { f(v) })
		}
	}
	for _, c := range []struct {
		name    string
		records []string
		make    func(*testing.T, *land)
		want    []proof.State
		says    string
		args    map[string]any
	}{
		{"right everywhere", []string{right}, nil, []proof.State{proof.Right}, "proof.right.saw", nil},
		{"nowhere", nil, nil, []proof.State{proof.Missing}, "proof.missing.saw", nil},
		{
			"an old nothing is kept",
			[]string{right},
			func(t *testing.T, l *land) { l.here.only(t, full) },
			[]proof.State{proof.Cached},
			"proof.cached.saw",
			map[string]any{"until": noon.Add(25 * time.Minute)},
		},
		{
			"an old nothing is kept, who knows how long",
			[]string{right},
			func(t *testing.T, l *land) {
				l.here.only(t, full)
				l.here.set(func() { l.here.silentOfTime = true })
			},
			[]proof.State{proof.Cached},
			"proof.cached.saw-some", nil,
		},
		{
			"an old value is kept",
			[]string{right},
			func(t *testing.T, l *land) { l.second.only(t, full, old) },
			[]proof.State{proof.Cached},
			"proof.cached.saw",
			map[string]any{"until": noon.Add(10 * time.Minute)},
		},
		{"what is gone is still kept here", nil, func(t *testing.T, l *land) { l.here.only(t, full, right) }, []proof.State{proof.Missing}, "proof.missing.saw", nil},
		{
			"one server lags",
			[]string{right},
			func(t *testing.T, l *land) { l.servers["127.0.0.3"].only(t, full) },
			[]proof.State{proof.Disagree},
			"proof.disagree.saw",
			map[string]any{"n": 2, "total": 3},
		},
		{
			"the one at IPv6 lags",
			[]string{right},
			func(t *testing.T, l *land) { l.servers["::1"].only(t, full, old) },
			[]proof.State{proof.Disagree},
			"proof.disagree.saw",
			map[string]any{"n": 2, "total": 3},
		},
		{"they differ, and none is right", []string{old}, func(t *testing.T, l *land) { l.servers["::1"].only(t, full) }, []proof.State{proof.WrongValue}, "proof.wrong-value.saw", nil},
		{
			"one has them in another order",
			[]string{right, old},
			func(t *testing.T, l *land) { l.servers["::1"].only(t, full, old, right) },
			[]proof.State{proof.Right},
			"proof.right-old.saw", nil,
		},
		{
			"one server is lame",
			[]string{right},
			func(_ *testing.T, l *land) { l.servers["127.0.0.3"].lame = true },
			[]proof.State{proof.Right, proof.Lame},
			"proof.right.saw", nil,
		},
		{
			"one server refuses the record alone",
			[]string{right},
			func(_ *testing.T, l *land) {
				l.servers["127.0.0.3"].refuses = map[string]bool{"_dnsauth.shop.example.ch": true}
			},
			[]proof.State{proof.Right, proof.Lame},
			"proof.right.saw", nil,
		},
		{"one name server has no address", []string{right}, func(t *testing.T, l *land) {
			l.here.only(t, "ns2.example.ch.", `ns2.example.ch. 60 IN TXT "x"`)
			l.second.only(t, "ns2.example.ch.", `ns2.example.ch. 60 IN TXT "x"`)
		}, []proof.State{proof.Right, proof.Lame}, "proof.right.saw", nil},
		{
			"all are lame",
			[]string{right},
			func(_ *testing.T, l *land) { each(l, func(v *voice) { v.lame = true }) },
			[]proof.State{proof.Right, proof.Lame},
			"proof.right.saw", nil,
		},
		{"signatures are wrong", []string{right}, func(_ *testing.T, l *land) {
			l.here.bogus = map[string]bool{"_dnsauth.shop.example.ch": true}
			l.second.bogus = l.here.bogus
		}, []proof.State{proof.Bogus, proof.Right}, "proof.bogus.saw", map[string]any{"zone": "example.ch"}},
		{"signatures of the whole zone are wrong, and nothing is there", nil, func(_ *testing.T, l *land) {
			l.second.bogus = map[string]bool{"_dnsauth.shop.example.ch": true, "shop.example.ch": true, "example.ch": true}
		}, []proof.State{proof.Bogus, proof.Missing}, "proof.bogus.saw", nil},
		{
			"somebody answers in their place",
			[]string{right},
			func(_ *testing.T, l *land) { each(l, func(v *voice) { v.instead = l.here }) },
			[]proof.State{proof.Right, proof.NoWay},
			"proof.right.saw", nil,
		},
		{
			"somebody answers in place of everybody",
			[]string{right},
			func(t *testing.T, l *land) {
				l.withTop(t)
				each(l, func(v *voice) { v.instead = l.here })
				l.top.instead = l.here
			},
			[]proof.State{proof.Right, proof.NoWay},
			"proof.right.saw", nil,
		},
		{
			"the servers ask others for whomever, and don't have the zone",
			[]string{right},
			func(t *testing.T, l *land) {
				l.withTop(t)
				each(l, func(v *voice) { v.instead = l.here })
			},
			[]proof.State{proof.Right, proof.Lame},
			"proof.right.saw", nil,
		},
		{
			"a resolver fails, whether it checks signatures or not",
			[]string{right},
			func(_ *testing.T, l *land) { l.here.fails = map[string]bool{"_dnsauth.shop.example.ch": true} },
			[]proof.State{proof.Right},
			"proof.right.saw", nil,
		},
		{"another network than the public one", nil, func(t *testing.T, l *land) {
			l.here.only(t, full, right)
			l.here.only(t, "example.ch.", "example.ch. 60 IN SOA dc.example.ch. h.example.ch. 1 60 60 60 60", "example.ch. 60 IN NS dc.example.ch.", "dc.example.ch. 60 IN A 10.0.0.1")
		}, []proof.State{proof.Inside}, "proof.inside.saw", nil},
		{"another network, but public is right", []string{right}, func(t *testing.T, l *land) {
			l.here.only(t, full)
			l.here.only(t, "example.ch.", "example.ch. 60 IN SOA dc.example.ch. h.example.ch. 1 60 60 60 60", "example.ch. 60 IN NS dc.example.ch.", "dc.example.ch. 60 IN A 10.0.0.1")
		}, []proof.State{proof.Right}, "proof.right.saw", nil},
		{"an alias to elsewhere, where it is", []string{full + " 60 IN CNAME x.example.net.", `x.example.net. 60 IN TXT "` + value + `"`}, func(t *testing.T, l *land) {
			for _, v := range l.servers {
				v.only(t, "x.example.net.")
			}
		}, []proof.State{proof.Right}, "proof.right.saw", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLand(t, c.records...)
			if c.make != nil {
				c.make(t, l)
			}
			r := l.look(textTask())[0]
			var got []proof.State
			for _, f := range r.Findings {
				got = append(got, f.State)
			}
			if !slices.Equal(got, c.want) || r.Findings[0].Saw.ID != c.says {
				t.Fatalf("got %+v", r)
			}
			for k, v := range c.args {
				if r.Findings[0].Saw.Args[k] != v {
					t.Errorf("%s is %v, not %v", k, r.Findings[0].Saw.Args[k], v)
				}
			}
			if l.https > 0 != slices.Contains(got, proof.NoWay) {
				t.Errorf("%d questions over HTTPS", l.https)
			}
		})
	}
}

// TestNobodyAnswers: what is silent takes as long as that takes, and is told apart by who is silent.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		mute   []string
		second bool // the second resolver is silent at port 53, too
		want   []proof.State
		do     string // of the last finding
	}{
		{"port 53 is shut", addresses, true, []proof.State{proof.Right, proof.NoWay}, "proof.no-way.do"},
		{"the servers are down", addresses, false, []proof.State{proof.Right, proof.Lame}, "proof.lame.do"},
		{"one is down", []string{"127.0.0.3"}, false, []proof.State{proof.Right, proof.Lame}, "proof.lame.do"},
		{"this computer has no IPv6", []string{"::1"}, false, []proof.State{proof.Right}, "proof.right.do"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLand(t, right)
			for _, a := range c.mute {
				l.servers[a].set(func() { l.servers[a].mute = true })
			}
			l.second.set(func() { l.second.mute = c.second })
			before := time.Now()
			r := l.look(textTask())[0]
			var got []proof.State
			for _, f := range r.Findings {
				got = append(got, f.State)
			}
			if !slices.Equal(got, c.want) || r.Findings[len(r.Findings)-1].Do.ID != c.do {
				t.Errorf("got %+v", r)
			}
			if took := time.Since(before); took > 11*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestWithoutASecondResolver: nothing is asked of it, and an interception is said without its help.
func TestWithoutASecondResolver(t *testing.T) {
	l := newLand(t, right)
	l.off = true
	if r := l.look(textTask())[0]; !r.OK() || len(r.Findings) != 1 {
		t.Errorf("got %+v", r)
	}
	for _, v := range l.servers {
		v.set(func() { v.instead = l.here })
	}
	r := l.look(textTask())[0]
	if !r.OK() || len(r.Findings) != 2 || r.Findings[1].Do.ID != "proof.no-way.do-off" || !r.Findings[1].Switch {
		t.Errorf("got %+v", r)
	}
	if len(l.second.asked) > 0 || l.https > 0 {
		t.Errorf("asked %v, %d over HTTPS", l.second.asked, l.https)
	}
}

// TestANetworkOfItsOwnWithoutASecondResolver: what a private network says is not taken for what everybody sees.
func TestANetworkOfItsOwnWithoutASecondResolver(t *testing.T) {
	l := newLand(t, right)
	l.off = true
	l.here.only(t, "ns1.example.ch.", "ns1.example.ch. 60 IN A 10.0.0.1")
	l.here.only(t, "ns2.example.ch.", "ns2.example.ch. 60 IN A 10.0.0.2")
	r := l.look(textTask())[0]
	if len(r.Findings) != 2 || r.Findings[1].Saw.ID != "proof.private.saw" || !r.Findings[1].Switch {
		t.Errorf("got %+v", r)
	}
}

// FuzzViews: whatever resolvers and servers answer, a look comes to something that can be said.
func FuzzViews(f *testing.F) {
	f.Add([]byte("right\x00wrong"), byte(0))
	f.Add([]byte("example.ch\x00ns1.example.ch"), byte(255))
	f.Fuzz(func(t *testing.T, data []byte, how byte) {
		l := proof.Looker{Network: noise{data, how}, Now: func() time.Time { return noon }}
		r, err := l.Look(t.Context(), []order.Task{textTask(), aliasTask(), fileTask(), mailTask()}, proof.Authority{Names: []string{"ca.example"}, Account: "x"})
		if err != nil || len(r) != 4 {
			t.Fatal(r, err)
		}
		for _, one := range r {
			if one.State != proof.NotLooked && len(one.Findings) == 0 {
				t.Errorf("nothing is said: %+v", one)
			}
			for _, f := range one.Findings {
				for _, m := range []i18n.Message{f.Saw, f.Do} {
					if said := catalogue().Printer("en").Say(m); said == "" {
						t.Errorf("no words: %+v", m)
					}
				}
			}
		}
	})
}

// noise is a network that answers anything.
type noise struct {
	data []byte
	how  byte
}

func (n noise) Second() proof.Resolver {
	return proof.Resolver{Name: string(n.data[:min(len(n.data), int(n.how%3))]), HTTPS: n.how%2 == 0, Outside: n.how%5 < 3}
}

func (n noise) Fetch(_ context.Context, u *url.URL) (proof.Page, error) {
	return proof.Page{Status: int(n.how) * 3, Body: n.data, At: u}, nil
}

func (n noise) Ask(_ context.Context, q proof.Question) (proof.Answer, error) {
	h := n.how
	for _, c := range []byte(q.Name + string(q.Type)) {
		h = h*31 + c
	}
	switch h % 7 {
	case 0:
		return proof.Answer{}, proof.ErrFails
	case 1:
		return proof.Answer{}, proof.ErrRefused
	}
	parts := strings.Split(string(n.data), "\x00")
	a := proof.Answer{
		NoName: h%5 == 0, Own: h%2 == 0, Recursive: h%3 == 0, Zone: q.Name, TTL: time.Duration(h) * time.Hour, Negative: time.Duration(h) * time.Minute,
		Texts: parts, Hosts: parts, Addresses: []netip.Addr{netip.AddrFrom4([4]byte{192, 0, 2, h}), netip.IPv6Loopback()},
		CAA: []proof.CAA{{Critical: h%11 == 0, Tag: "issue", Value: string(n.data)}},
	}
	if h%13 == 0 {
		a.Alias = parts[0]
	}
	return a, nil
}

// TestTheZoneOfAName: a part of a domain that is a zone of its own has its own panel.
func TestTheZoneOfAName(t *testing.T) {
	l := newLand(t)
	if r := l.look(textTask())[0]; r.Zone != "example.ch" || r.Findings[0].Do.ID != "proof.missing.do-wait" || r.Findings[0].Do.Args["wait"] != 25*time.Minute {
		t.Errorf("got %+v", r)
	}
	child := []string{"shop.example.ch. 60 IN SOA ns1.example.ch. h.example.ch. 1 60 60 60 60", "shop.example.ch. 60 IN NS ns1.example.ch."}
	l = newLand(t, child...)
	for _, v := range l.servers {
		v.set(func() { v.top = "shop.example.ch" })
	}
	r := l.look(textTask())[0]
	i := proof.Read(textTask()).Within(r.Zone)
	if r.Zone != "shop.example.ch" || r.State != proof.Missing || i.Relative != "_dnsauth" || i.Zone != "shop.example.ch" {
		t.Errorf("got %+v %+v", r, i)
	}
	if j := i.Within("ch"); j.Zone != i.Zone {
		t.Errorf("a zone beyond the domain was taken: %+v", j)
	}
	if j := i.Within("example.org"); j.Zone != i.Zone {
		t.Errorf("a foreign zone was taken: %+v", j)
	}
}

// TestTwoValuesAtOneName: what belongs to another name of the order is neither old nor wrong.
func TestTwoValuesAtOneName(t *testing.T) {
	one, two := textTask(), textTask()
	two.ID, two.Target, two.Instruction.RecordName, two.Instruction.RecordValue = "t2", "*.example.ch", "_dnsauth.example.ch", "w1ldw1ldw1ldw1ld"
	one.Target, one.Instruction.RecordName = "example.ch", "_dnsauth.example.ch"
	l := newLand(t, `_dnsauth.example.ch. 60 IN TXT "`+value+`"`)
	r := l.look(one, two)
	if r[0].Findings[0].Saw.ID != "proof.right.saw" || r[1].Findings[0].Saw.ID != "proof.missing-beside.saw" {
		t.Errorf("got %+v", r)
	}
	l = newLand(t, `_dnsauth.example.ch. 60 IN TXT "`+value+`"`, `_dnsauth.example.ch. 60 IN TXT "w1ldw1ldw1ldw1ld"`)
	for _, r := range l.look(one, two) {
		if r.Findings[0].Saw.ID != "proof.right.saw" {
			t.Errorf("got %+v", r)
		}
	}
	if r := l.look(one)[0]; r.Findings[0].Saw.ID != "proof.right-old.saw" {
		t.Errorf("got %+v", r)
	}
}

// TestManyNamesInOneZone: the zone is found once, and each of its servers asked for each name.
func TestManyNamesInOneZone(t *testing.T) {
	var tasks []order.Task
	l := newLand(t)
	for k := range 30 {
		one := textTask()
		one.Target = "n" + string(rune('a'+k%26)) + string(rune('a'+k/26)) + ".example.ch"
		one.Instruction.RecordName = "_dnsauth." + one.Target
		tasks = append(tasks, one)
	}
	for _, r := range l.look(tasks...) {
		if r.State != proof.Missing || r.Zone != "example.ch" {
			t.Errorf("got %+v", r)
		}
	}
	v := l.servers["127.0.0.2"]
	n := 0
	v.set(func() {
		for _, name := range v.asked {
			if name == "example.ch." {
				n++
			}
		}
	})
	if n > 2 { // SOA, and CAA
		t.Errorf("the server was asked %d times for the zone", n)
	}
}

// TestLongAnswersOfServers: what has no room in a datagram is asked for over TCP, of each server.
func TestLongAnswersOfServers(t *testing.T) {
	records := []string{right}
	for k := range 30 {
		records = append([]string{fmt.Sprintf(`%s 300 IN TXT "%02d%s"`, full, k, strings.Repeat("x", 80))}, records...)
	}
	if r := newLand(t, records...).look(textTask())[0]; !r.OK() || len(r.Findings) != 1 {
		t.Errorf("got %+v", r)
	}
}
