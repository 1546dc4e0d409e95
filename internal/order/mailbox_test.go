package order

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseMailbox(t *testing.T) {
	for _, c := range []struct{ text, want, display, problem string }{
		{"anna@example.ch", "anna@example.ch", "anna@example.ch", ""},
		{" anna@example.ch\n", "anna@example.ch", "anna@example.ch", ""},
		{"Anna.Keller+test@Example.CH", "Anna.Keller+test@example.ch", "Anna.Keller+test@example.ch", ""},
		{"Anna Keller <anna@example.ch>", "anna@example.ch", "anna@example.ch", ""},
		{`"Keller, Anna" <anna@example.ch>`, "anna@example.ch", "anna@example.ch", ""},
		{"<anna@example.ch>", "anna@example.ch", "anna@example.ch", ""},
		{"mailto:anna@example.ch?subject=x", "anna@example.ch", "anna@example.ch", ""},
		{"MailTo:anna%2Btest@example.ch", "anna+test@example.ch", "anna+test@example.ch", ""},
		{"anna@example.ch;", "anna@example.ch", "anna@example.ch", ""},
		{"anna＠example.ch", "anna@example.ch", "anna@example.ch", ""},
		{"an\u200bna@example.ch", "anna@example.ch", "anna@example.ch", ""},
		{"anna@bücher.ch", "anna@xn--bcher-kva.ch", "anna@bücher.ch", ""},
		{"anna@xn--bcher-kva.ch", "anna@xn--bcher-kva.ch", "anna@bücher.ch", ""},
		{"anna@example.com", "anna@example.com", "anna@example.com", ""},
		{"anna@example.org", "anna@example.org", "anna@example.org", ""},
		{"o'neill@example.ch", "o'neill@example.ch", "o'neill@example.ch", ""},
		{strings.Repeat("a", 64) + "@example.ch", strings.Repeat("a", 64) + "@example.ch", strings.Repeat("a", 64) + "@example.ch", ""},

		{"anna@gmial.com", "anna@gmial.com", "anna@gmial.com", "mailbox.mistyped"},
		{"anna@firma.exampel", "anna@firma.exampel", "anna@firma.exampel", "mailbox.ending"},

		{"", "", "", "mailbox.empty"},
		{"  \n", "", "", "mailbox.empty"},
		{"anna", "", "", "mailbox.no-at"},
		{"Anna Keller", "", "", "mailbox.no-at"},
		{"anna@@example.ch", "", "", "mailbox.two-at"},
		{"anna@example@example.ch", "", "", "mailbox.two-at"},
		{"anna@example.ch, ben@example.ch", "", "", "mailbox.several"},
		{"anna@example.ch ben@example.ch", "", "", "mailbox.several"},
		{"anna@example.ch\nben@example.ch", "", "", "mailbox.several"},
		{"anna keller@example.ch", "", "", "mailbox.space"},
		{"anna @example.ch", "", "", "mailbox.space"},
		{"@example.ch", "", "", "mailbox.no-local"},
		{".anna@example.ch", "", "", "mailbox.local-dots"},
		{"anna.@example.ch", "", "", "mailbox.local-dots"},
		{"an..na@example.ch", "", "", "mailbox.local-dots"},
		{"änna@example.ch", "", "", "mailbox.local-letters"},
		{`"anna keller"@example.ch`, "", "", "mailbox.quoted"},
		{`an"na@example.ch`, "", "", "mailbox.quoted"},
		{`an\na@example.ch`, "", "", "mailbox.quoted"},
		{"an(na)@example.ch", "", "", "mailbox.local-characters"},
		{strings.Repeat("a", 65) + "@example.ch", "", "", "mailbox.local-long"},
		{"anna@", "", "", "mailbox.domain-empty"},
		{"anna@example", "", "", "mailbox.domain-no-dot"},
		{"anna@.example.ch", "", "", "mailbox.domain-dots"},
		{"anna@example..ch", "", "", "mailbox.domain-dots"},
		{"anna@192.0.2.1", "", "", "mailbox.domain-numeric"},
		{"anna@[192.0.2.1]", "", "", "mailbox.address"},
		{"anna@[IPv6:2001:db8::1]", "", "", "mailbox.address"},
		{"anna@exam_ple.ch", "", "", "mailbox.domain-chars"},
		{"anna@-example.ch", "", "", "mailbox.domain-letters"},
		{"anna@" + strings.Repeat("a", 64) + ".ch", "", "", "mailbox.domain-length"},
		{"anna@firma.local", "", "", "mailbox.reserved"},
		{"anna@firma.internal", "", "", "mailbox.reserved"},
		{"anna@a.test", "", "", "mailbox.reserved"},
		{"anna@a.invalid", "", "", "mailbox.reserved"},
		{"anna@co.uk", "", "", "mailbox.public-suffix"},
		{"anna\u202e@example.ch", "", "", "mailbox.hidden"},
		{"an\x00na@example.ch", "", "", "mailbox.hidden"},
		{strings.Repeat("a", 60) + "@" + strings.Repeat("b.", 100) + "example.ch", "", "", "mailbox.long"},
		{strings.Repeat("a", 5000), "", "", "mailbox.long"},
	} {
		m, p := ParseMailbox(c.text)
		got := ""
		if p != nil {
			got = strings.TrimSuffix(strings.TrimPrefix(p.Saw.ID, "order.problem."), ".saw")
		}
		if got != c.problem {
			t.Errorf("ParseMailbox(%.60q): problem %q, want %q", c.text, got, c.problem)
			continue
		}
		if c.want == "" {
			if m != (Mailbox{}) || p.Kind != Error {
				t.Errorf("ParseMailbox(%.60q) = %+v with a problem of kind %s", c.text, m, p.Kind)
			}
			continue
		}
		if m.String() != c.want || m.Display() != c.display || (p != nil && p.Kind != Note) {
			t.Errorf("ParseMailbox(%.60q) = %q, %q, %+v", c.text, m, m.Display(), p)
		}
	}
}

func checkMailbox(t interface{ Fatalf(string, ...any) }, text string) {
	m, p := ParseMailbox(text)
	if p != nil && p.Kind == Error {
		if m != (Mailbox{}) {
			t.Fatalf("%q: %+v with an error", text, m)
		}
		return
	}
	s := m.String()
	if len(s) > maxMailbox || len(m.Local) > maxLocal || strings.Count(s, "@") != 1 || strings.ContainsAny(s, " \t\r\n\"<>,;\\()") {
		t.Fatalf("%q became %q", text, s)
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			t.Fatalf("%q became %q, which no rfc822Name holds", text, s)
		}
	}
	for _, form := range []string{s, m.Display(), " " + s + " ", "Somebody <" + s + ">"} {
		if again, p := ParseMailbox(form); again != m || (p != nil && p.Kind == Error) {
			t.Fatalf("%q is %+v, but %q is %+v", text, m, form, again)
		}
	}
}

func TestMailboxForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		local := rapid.StringMatching(`[a-zA-Z0-9.+_'-]{1,20}`).Draw(t, "local")
		domain := rapid.StringMatching(`[a-zäöüé0-9-]{1,12}(\.[a-z0-9]{1,8}){0,2}\.(ch|com|co\.uk|local)`).Draw(t, "domain")
		checkMailbox(t, local+"@"+domain)
	})
}

func FuzzParseMailbox(f *testing.F) {
	for _, s := range []string{"anna@example.ch", "Anna <anna@bücher.ch>", "mailto:anna%2Bx@example.ch?a=b", `"a b"@example.ch`, "a@[::1]", "<<a@b.ch>>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkMailbox(t, text) })
}
