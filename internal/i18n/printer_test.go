package i18n_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"certdesk/assets"
	"certdesk/internal/i18n"
	"certdesk/internal/secret"
)

var someDay = time.Date(2027, 5, 14, 8, 12, 3, 0, time.UTC)

// The printers show the time of a zone two hours ahead, so that the zone matters.
func printers(t *testing.T) (en, de *i18n.Printer) {
	t.Helper()
	c := load(t, assets.Translations)
	zone := time.FixedZone("two", 2*60*60)
	return c.Printer("en").In(zone), c.Printer("de").In(zone)
}

type check struct{ got, want string }

func compare(t *testing.T, checks []check) {
	t.Helper()
	for _, c := range checks {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestDatesAndTimes(t *testing.T) {
	en, de := printers(t)
	late := time.Date(2027, 12, 31, 23, 5, 0, 0, time.UTC) // the next year, two hours ahead
	compare(t, []check{
		{en.Date(someDay), "14 May 2027"},
		{en.Time(someDay), "10:12"},
		{en.DateTime(someDay), "14 May 2027, 10:12"},
		{de.Date(someDay), "14. Mai 2027"},
		{de.DateTime(someDay), "14. Mai 2027, 10:12 Uhr"},
		{de.DateTime(late), "1. Januar 2028, 01:05 Uhr"},
	})
}

func TestDurations(t *testing.T) {
	en, de := printers(t)
	compare(t, []check{
		{en.Duration(0), "0 seconds"},
		{en.Duration(time.Second), "1 second"},
		{en.Duration(1499 * time.Millisecond), "1 second"},
		{en.Duration(time.Minute), "1 minute"},
		{en.Duration(75 * time.Second), "75 seconds"},
		{en.Duration(3 * time.Minute), "3 minutes"},
		{en.Duration(-3 * time.Minute), "3 minutes"},
		{en.Duration(time.Hour), "1 hour"},
		{en.Duration(80 * time.Minute), "80 minutes"},
		{en.Duration(24 * time.Hour), "1 day"},
		{en.Duration(30 * time.Hour), "30 hours"},
		{en.Duration(200 * 24 * time.Hour), "200 days"},
		{en.Duration(math.MinInt64), "106,751 days"},
		{de.Duration(time.Minute), "1 Minute"},
		{de.Duration(3 * 24 * time.Hour), "3 Tage"},
	})
}

func TestAgo(t *testing.T) {
	en, de := printers(t)
	ago := func(p *i18n.Printer, d time.Duration) string { return p.Ago(someDay, someDay.Add(-d)) }
	compare(t, []check{
		{ago(en, 0), "just now"},
		{ago(en, -30*time.Second), "just now"},
		{ago(en, 44*time.Second), "just now"},
		{ago(en, 50*time.Second), "1 minute ago"},
		{ago(en, 75*time.Second), "1 minute ago"},
		{ago(en, 12*time.Minute+20*time.Second), "12 minutes ago"},
		{ago(en, 5*time.Hour), "5 hours ago"},
		{ago(en, 24*time.Hour), "1 day ago"},
		{ago(en, 29*24*time.Hour), "29 days ago"},
		{ago(en, 31*24*time.Hour), "on 13 April 2027"},
		{ago(en, -2*time.Hour), "on 14 May 2027"},
		{ago(de, 0), "gerade eben"},
		{ago(de, 3*24*time.Hour), "vor 3 Tagen"},
		{ago(de, 40*24*time.Hour), "am 4. April 2027"},
	})
}

func TestNumbersListsAndMoney(t *testing.T) {
	en, de := printers(t)
	compare(t, []check{
		{en.Number(9999), "9999"},
		{en.Number(10000), "10,000"},
		{en.Number(-1234567), "-1,234,567"},
		{de.Number(10000), "10.000"},
		{en.List(nil), ""},
		{en.List([]string{"a"}), "a"},
		{en.List([]string{"a", "b"}), "a and b"},
		{de.List([]string{"a", "b", "c"}), "a, b und c"},
		{en.Bytes(0), "0 bytes"},
		{en.Bytes(1), "1 byte"},
		{en.Bytes(1023), "1023 bytes"},
		{en.Bytes(1024), "1 KB"},
		{en.Bytes(1536), "1.5 KB"},
		{en.Bytes(1<<20 - 1), "1 MB"},
		{en.Bytes(10 << 20), "10 MB"},
		{en.Bytes(5 << 30), "5 GB"},
		{en.Bytes(300 << 10), "300 KB"},
		{de.Bytes(1536), "1,5 KB"},
		{en.Money("12.50", "CHF"), "CHF 12.50"},
		{de.Money("12.50", "CHF"), "12,50 CHF"},
		{en.Money("1234567", "EUR"), "EUR 1,234,567"},
		{en.Money("-3", "EUR"), "EUR -3"},
		{en.Money("1e9", "EUR"), "1e9 EUR"},
		{en.Money("1", "\u202eEUR"), "1 [U+202E]EUR"},
	})
}

func TestEveryKindOfArgument(t *testing.T) {
	c := load(t, files("x.en.toml", `
[say]
other = "<{{.x}}>"
[inner]
other = "inner {{.y}}"
["duration.minutes"]
other = "{{.n}} minutes"
["list.last"]
other = "{{.before}} and {{.last}}"
["date.day"]
other = "{{.day}}"
["date.day_and_time"]
other = "{{.date}} at {{.time}}"
["date.time"]
other = "{{.hour}}.{{.minute}}"
`))
	p := c.Printer("en").In(time.UTC)
	type state string
	endless := i18n.M("say")
	endless.Args = i18n.Args{"x": endless}
	for i := 0; i < 20; i++ {
		endless = i18n.M("say", "x", endless)
	}
	for _, tc := range []struct {
		arg  any
		want string
	}{
		{"text", "<text>"},
		{"{{.y}} {{printf 1}}", "<{{.y}} {{printf 1}}>"},
		{"a\nb\u202ec", "<a b[U+202E]c>"},
		{5, "<5>"},
		{someDay, "<14 at 08.12>"},
		{i18n.Date(someDay), "<14>"},
		{3 * time.Minute, "<3 minutes>"},
		{[]string{"a", "b\n"}, "<a and b>"},
		{i18n.M("inner", "y", "z"), "<inner z>"},
		{state("draft"), "<draft>"},
		{int64(7), "<7>"},
		{uint16(443), "<443>"},
		{secret.FromString("canary"), "<[x]>"},
		{nil, "<[x]>"},
		{&endless, "<[x]>"},
		{endless, strings.Repeat("<", 9) + "[say]" + strings.Repeat(">", 9)},
	} {
		if got := p.T("say", "x", tc.arg); got != tc.want {
			t.Errorf("%#v: %q, want %q", tc.arg, got, tc.want)
		}
	}
}

// The stored timelines are messages; what comes back prints as what was stored.
func TestMessageSurvivesJSON(t *testing.T) {
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(0, 253402300799).Draw(t, "s"), 0).UTC()
	})
	value := rapid.Custom(func(t *rapid.T) any {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return rapid.String().Draw(t, "string")
		case 1:
			return rapid.Int().Draw(t, "int")
		case 2:
			return moment.Draw(t, "time")
		case 3:
			return i18n.Date(moment.Draw(t, "date"))
		case 4:
			return time.Duration(rapid.Int64().Draw(t, "duration"))
		default:
			return rapid.SliceOf(rapid.String()).Draw(t, "list")
		}
	})
	message := func(t *rapid.T, inner i18n.Args) i18n.Message {
		m := i18n.Message{ID: rapid.String().Draw(t, "id"), Args: inner}
		for k, v := range rapid.MapOf(rapid.String(), value).Draw(t, "args") {
			if m.Args == nil {
				m.Args = i18n.Args{}
			}
			m.Args[k] = v
		}
		return m
	}
	rapid.Check(t, func(t *rapid.T) {
		m := message(t, nil)
		m = message(t, i18n.Args{"inner": m})
		data, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var back i18n.Message
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		dates := cmp.Transformer("Date", func(d i18n.Date) time.Time { return time.Time(d) })
		if diff := cmp.Diff(m, back, dates); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMessageRefusesWhatItCannotHold(t *testing.T) {
	for _, v := range []any{1.5, secret.FromString("x"), struct{}{}, nil} {
		if data, err := json.Marshal(i18n.M("a", "x", v)); err == nil {
			t.Errorf("%T was written as %s", v, data)
		}
	}
	for _, data := range []string{`{"id":"a","args":{"x":{}}}`, `{"id":"a","args":{"x":1.5}}`, `{"id":"a","args":[]}`} {
		var m i18n.Message
		if err := json.Unmarshal([]byte(data), &m); err == nil {
			t.Errorf("%s was read as %v", data, m)
		}
	}
}

func BenchmarkSay(b *testing.B) {
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		b.Fatal(err)
	}
	p := c.Printer("de")
	for b.Loop() {
		p.Ago(someDay, someDay.Add(-5*time.Minute))
	}
}
