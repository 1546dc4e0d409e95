package proof_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"certdesk/internal/order"
	"certdesk/internal/proof"
)

// TestWhatIsSeenOfARecord: every mistake that is told apart, and beside each the zone in which it must not
// be seen, which is the next row's.
func TestWhatIsSeenOfARecord(t *testing.T) {
	const at = "_dnsauth.shop.example.ch. 300 IN "
	for _, c := range []struct {
		name string
		task order.Task
		zone []string
		want proof.State
		says string // the message's id
		args map[string]any
	}{
		{"nothing there", textTask(), nil, proof.Missing, "proof.missing.saw", map[string]any{"name": "_dnsauth.shop.example.ch", "type": "TXT"}},
		{"only the host is there", textTask(), []string{"shop.example.ch. IN A 192.0.2.1"}, proof.Missing, "proof.missing.saw", nil},
		{"right", textTask(), []string{at + `TXT "` + value + `"`}, proof.Right, "proof.right.saw", nil},
		{"right, in two strings", textTask(), []string{at + `TXT "8f3kq0v7" "m2x9c4t1"`}, proof.Right, "proof.right.saw", nil},
		{"right, behind an alias", textTask(), []string{at + "CNAME x.example.net.", `x.example.net. IN TXT "` + value + `"`}, proof.Right, "proof.right.saw", nil},
		{"right beside an old one", textTask(), []string{at + `TXT "aaaaaaaaaaaaaaaa"`, at + `TXT "` + value + `"`}, proof.Right, "proof.right-old.saw", nil},
		{"doubled", textTask(), []string{`_dnsauth.shop.example.ch.example.ch. IN TXT "` + value + `"`}, proof.Doubled, "proof.doubled.saw", map[string]any{"name": "_dnsauth.shop.example.ch.example.ch"}},
		{"doubled with the host", textTask(), []string{`_dnsauth.shop.example.ch.shop.example.ch. IN TXT "` + value + `"`}, proof.Doubled, "proof.doubled.saw", nil},
		{"doubled, but another value", textTask(), []string{`_dnsauth.shop.example.ch.example.ch. IN TXT "else"`}, proof.Missing, "proof.missing.saw", nil},
		{"without the label", textTask(), []string{`shop.example.ch. IN TXT "` + value + `"`}, proof.Misplaced, "proof.misplaced.saw", map[string]any{"name": "shop.example.ch"}},
		{"at the zone", textTask(), []string{`_dnsauth.example.ch. IN TXT "` + value + `"`}, proof.Misplaced, "proof.misplaced.saw", map[string]any{"name": "_dnsauth.example.ch"}},
		{"another value at the zone", textTask(), []string{`_dnsauth.example.ch. IN TXT "else"`}, proof.Missing, "proof.missing.saw", nil},
		{"at the zone, where that is accepted", parentTask(), []string{`_dnsauth.example.ch. IN TXT "` + value + `"`}, proof.Right, "proof.right.saw", map[string]any{"name": "_dnsauth.example.ch"}},
		{"nothing, where a parent is accepted", parentTask(), nil, proof.Missing, "proof.missing.saw", nil},
		{"another value", textTask(), []string{at + `TXT "zzzzzzzzzzzzzzzz"`}, proof.WrongValue, "proof.wrong-value.saw", nil},
		{"a CNAME instead", textTask(), []string{at + "CNAME www.example.net."}, proof.WrongType, "proof.cname-instead.saw", map[string]any{"target": "www.example.net"}},
		{"at the host's own name, with SPF", hostTask(), []string{`shop.example.ch. IN TXT "v=spf1 -all"`}, proof.Missing, "proof.missing.saw", nil},
		{"at the host's own name, quoted", hostTask(), []string{`shop.example.ch. IN TXT "\"` + value + `\""`}, proof.WrongValue, "proof.wrong-value.saw", nil},
		{"at the host's own name, right beside SPF", hostTask(), []string{`shop.example.ch. IN TXT "v=spf1 -all"`, `shop.example.ch. IN TXT "` + value + `"`}, proof.Right, "proof.right.saw", nil},

		{"CNAME: nothing there", aliasTask(), nil, proof.Missing, "proof.missing.saw", map[string]any{"type": "CNAME"}},
		{"CNAME: right", aliasTask(), []string{at + "CNAME 8F3KQ0V7.proof.ca.example."}, proof.Right, "proof.right.saw", nil},
		{"CNAME: a TXT instead", aliasTask(), []string{at + `TXT "8f3kq0v7.proof.ca.example"`}, proof.WrongType, "proof.txt-instead.saw", nil},
		{"CNAME: without the dot", aliasTask(), []string{at + "CNAME 8f3kq0v7.proof.ca.example.example.ch."}, proof.WrongValue, "proof.wrong-value.saw", nil},
		{"CNAME: doubled", aliasTask(), []string{"_dnsauth.shop.example.ch.example.ch. IN CNAME 8f3kq0v7.proof.ca.example."}, proof.Doubled, "proof.doubled.saw", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newWorld(t, c.zone...).look(c.task)[0]
			if r.State != c.want || len(r.Findings) != 1 || r.Findings[0].Saw.ID != c.says || r.OK() != (c.want == proof.Right) {
				t.Fatalf("got %+v", r)
			}
			for k, v := range c.args {
				if r.Findings[0].Saw.Args[k] != v {
					t.Errorf("%s is %v, not %v", k, r.Findings[0].Saw.Args[k], v)
				}
			}
		})
	}
}

func hostTask() order.Task {
	t := textTask()
	t.Instruction.RecordName = t.Target
	return t
}

func parentTask() order.Task {
	t := textTask()
	t.Accepts = "parent"
	return t
}

// TestHowAValueIsWrong: what is wrong with a value is named, and the difference can be marked.
func TestHowAValueIsWrong(t *testing.T) {
	for _, c := range []struct{ got, want, do, before, differs string }{
		{`"` + value + `"`, value, "quotes", "", `"` + value + `"`},
		{" " + value, value, "spaces", "", " "},
		{"8f3kq0v7 m2x9c4t1", value, "spaces", "8f3kq0v7", " "},
		{"8f3kq0v7\nm2x9c4t1", value, "breaks", "8f3kq0v7", "\n"},
		{strings.ToUpper(value), value, "case", "8", "F3KQ0V7M2X9C4T"},
		{"8f3kq0v7m2x9", value, "cut", "8f3kq0v7m2x9", ""},
		{"value=" + value, value, "extended", "", "value="},
		{"9f3kq0v7m2x9c4t2", value, "other", "", "9f3kq0v7m2x9c4t2"},
		{"8f3kq0v7m2x9c4t2", value, "other", "8f3kq0v7m2x9c4t", "2"},
	} {
		t.Run(c.got, func(t *testing.T) {
			rr := &dns.TXT{Hdr: dns.RR_Header{Name: "_dnsauth.shop.example.ch.", Rrtype: dns.TypeTXT, Class: dns.ClassINET}}
			rr.Txt = []string{strings.NewReplacer(`"`, `\"`, "\n", `\010`).Replace(c.got)}
			w := newWorld(t)
			w.zone = append(w.zone, rr)
			f := w.look(textTask())[0].Findings[0]
			if f.State != proof.WrongValue || f.Do.ID != "proof.wrong-value.do."+c.do || f.Got != c.got || f.Want != c.want {
				t.Fatalf("got %+v", f)
			}
			before, differs, after := proof.Difference(f.Got, f.Want)
			if before != c.before || differs != c.differs || before+differs+after != c.got {
				t.Errorf("difference: %q %q %q", before, differs, after)
			}
		})
	}
}

// TestTheNameServersAnswerOrNot: silence and failure are neither "not there" nor "right".
func TestTheNameServersAnswerOrNot(t *testing.T) {
	w := newWorld(t)
	w.rcode["_dnsauth.shop.example.ch"] = dns.RcodeServerFailure
	if r := w.look(textTask())[0]; r.State != proof.NoAnswer || r.Findings[0].Saw.ID != "proof.dns-silent.saw" {
		t.Errorf("servers that fail: %+v", r)
	}
	w.mute = true
	w.settle()
	l := proof.Looker{Network: w.network, Now: time.Now, Patience: 50 * time.Millisecond}
	r, err := l.Look(context.Background(), []order.Task{textTask(), fileTask()}, proof.Authority{Names: []string{"ca.example"}})
	if err != nil || r[0].State != proof.NoAnswer || len(r[0].Findings) != 1 {
		t.Errorf("silence: %+v %v", r, err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Look(gone, []order.Task{textTask()}, proof.Authority{}); err == nil {
		t.Error("a look that was cancelled came to something")
	}
}

// TestALongAnswer: what has no room in a datagram is asked for once more, over TCP.
func TestALongAnswer(t *testing.T) {
	w := newWorld(t, `_dnsauth.shop.example.ch. IN TXT "`+value+`"`)
	for k := range 30 {
		rr, _ := dns.NewRR(fmt.Sprintf(`_dnsauth.shop.example.ch. IN TXT "%02d%s"`, k, strings.Repeat("x", 80)))
		w.zone = append([]dns.RR{rr}, w.zone...)
	}
	if r := w.look(textTask())[0]; r.State != proof.Right {
		t.Errorf("got %+v", r)
	}
}

// TestManyNames: a hundred names are looked at in one go, and what they have in common is asked once.
func TestManyNames(t *testing.T) {
	var tasks []order.Task
	var zone []string
	for k := range 100 {
		one := textTask()
		one.ID = fmt.Sprint(k)
		one.Target = fmt.Sprintf("n%d.example.ch", k)
		one.Instruction.RecordName = "_dnsauth." + one.Target
		tasks = append(tasks, one)
		if k%2 == 0 {
			zone = append(zone, fmt.Sprintf(`_dnsauth.n%d.example.ch. IN TXT "%s"`, k, value))
		}
	}
	w := newWorld(t, zone...)
	for k, r := range w.look(tasks...) {
		want := proof.Missing
		if k%2 == 0 {
			want = proof.Right
		}
		if r.Task != fmt.Sprint(k) || r.State != want || r.At != noon {
			t.Errorf("%d: %+v", k, r)
		}
	}
	n := 0
	for _, q := range w.questions() {
		if q == "example.ch CAA" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the CAA records of the zone were asked for %d times", n)
	}
}

func FuzzAnswers(f *testing.F) {
	good := new(dns.Msg)
	good.SetQuestion("_dnsauth.shop.example.ch.", dns.TypeTXT)
	for _, r := range []string{`_dnsauth.shop.example.ch. IN TXT "\"a\\b\007"`, `_dnsauth.shop.example.ch. IN CAA 128 issue "x; y=z"`} {
		rr, err := dns.NewRR(r)
		if err != nil {
			f.Fatal(err)
		}
		good.Answer = append(good.Answer, rr)
	}
	data, err := good.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(_ *testing.T, data []byte) {
		m := new(dns.Msg)
		if m.Unpack(data) != nil || len(m.Question) != 1 {
			return
		}
		for _, t := range []proof.Type{proof.TypeTXT, proof.TypeCAA, proof.TypeCNAME, proof.TypeNS, proof.TypeSOA, proof.TypeA} {
			proof.ReadAnswer(m, t)
		}
	})
}
