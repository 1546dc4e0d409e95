package order

import (
	"strings"
	"testing"

	"certdesk/assets"
	"certdesk/internal/i18n"
)

func printers(t *testing.T) []*i18n.Printer {
	t.Helper()
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	var out []*i18n.Printer
	for _, lang := range c.Languages() {
		out = append(out, c.Printer(lang))
	}
	if len(out) < 2 {
		t.Fatalf("languages: %v", c.Languages())
	}
	return out
}

// A text that is missing, or a gap that nothing fills, is printed in square brackets.
func checkWords(t *testing.T, all []*i18n.Printer, m i18n.Message) {
	t.Helper()
	for _, p := range all {
		if text := p.Say(m); text == "" || strings.ContainsAny(text, "[]{}") {
			t.Errorf("%s: %s is %q", p.Lang(), m.ID, text)
		}
	}
}

func TestEverythingHasItsWords(t *testing.T) {
	all := printers(t)
	for _, s := range append(States, "later") {
		checkWords(t, all, s.Word())
	}
	for _, p := range []ProductType{TLS, SMIME} {
		for _, k := range (Product{Type: p}).AcceptedKeys() {
			checkWords(t, all, k.Name())
		}
	}
	for _, k := range append(TaskKinds, "later") {
		checkWords(t, all, k.Word())
	}
	times := []Expected{{0, 1, false}, {1, 5, false}, {3, 3, false}, {60, 240, false}, {1440, 10000, false}, {2880, 2880, true}, {7200, 10080, true}, {0, 60, true}}
	for _, typ := range []ProductType{TLS, SMIME, CodeSigning, SiteService, "later"} {
		for _, v := range []Validation{ValidationDomain, ValidationOrganization, ValidationExtended, ValidationMailbox, ValidationIndividual, ValidationSponsor, ""} {
			for _, wildcard := range []string{"no", "only"} {
				for names := range 4 {
					p := Product{Type: typ, Validation: v, TermMonths: 12, Names: NameRules{Wildcard: wildcard, Max: names}}
					checkWords(t, all, p.Kind())
					checkWords(t, all, p.Sentence())
					p.Expected = times[names]
					checkWords(t, all, p.ExpectedTime())
					p.Expected, p.Documents = times[names+4], []DocumentRule{{}}
					checkWords(t, all, p.ExpectedTime())
					p.Contacts, p.KeyStorage, p.SubjectFields = []string{"technical"}, "hardware", silver().Product.SubjectFields
					for _, m := range (Licence{Product: p}).Needs() {
						checkWords(t, all, m)
					}
				}
			}
		}
	}
	for _, p := range []Product{{TermMonths: 1}, {TermMonths: 18}, {TermMonths: 24}, {TermDays: 90}} {
		checkWords(t, all, p.Term())
	}
}

// Every problem that the tables of the other tests provoke has words.
func TestEveryProblemHasItsWords(t *testing.T) {
	all := printers(t)
	for _, part := range []string{"saw", "do"} { // what can't be seen is shown in brackets
		checkWords(t, all, i18n.M("order.problem.names.hidden."+part, "name", "shop.ch"))
	}
	checkApplicationWords(t, all)
	for _, wildcard := range []string{"no", "yes", "only"} {
		for _, text := range []string{
			"", "shop.example.ch/x, https://a.ch\na.ch:1 a@b.ch; *; *a.ch; *.co.uk; co.uk\nintranet\nb.local\nc.arpa\nd.onion\n1.2.3.4",
			"a..ch\na&b.ch\n-a.ch\nxn--a.ch\n♥.ch\na_b.ch\na .ch\n*.a.ch\na.ch\na.ch\nb.a.ch\nwww.a.ch\nc.exampel",
			strings.Repeat("a", 64) + ".ch " + strings.Repeat("a.", 300) + "ch ä.ch",
		} {
			for _, idn := range []bool{false, true} {
				l := site(2, wildcard)
				l.Product.Names.Min, l.Product.Names.IDN = 2, idn
				for _, p := range l.CheckApplication(Application{Domains: text}) {
					checkWords(t, all, p.Saw)
					checkWords(t, all, p.Do)
				}
				for _, p := range l.CheckApplication(Application{Domains: "a.ch"}) {
					checkWords(t, all, p.Saw)
					checkWords(t, all, p.Do)
				}
			}
		}
	}
	say := func(p *Problem) {
		t.Helper()
		if p == nil {
			t.Error("no problem")
			return
		}
		checkWords(t, all, p.Saw)
		checkWords(t, all, p.Do)
	}
	for _, text := range []string{
		"", "anna", "a@@b.ch", "a@b.ch,c@d.ch", "a b@c.ch", "@b.ch", ".a@b.ch", "ä@b.ch", `a"b@c.ch`, "a(@b.ch", "a\x00@b.ch", "a@", "a@b", "a@.b.ch",
		"a@1.2.3.4", "a@{1.2.3.4}", "a@-b.ch", "a@" + strings.Repeat("b", 64) + ".ch", "a@b.local", "a@co.uk", "a@gmial.com", "a@b.exampel",
		strings.Repeat("a", 65) + "@b.ch", strings.Repeat("a", 9999), "a@[1.2.3.4]",
	} {
		_, p := ParseMailbox(text)
		say(p)
	}
	for _, field := range []string{FieldGivenName, FieldSurname, FieldPseudonym, FieldTitle, "later"} {
		rule := SubjectField{Field: field, Required: NeedYes, Max: 9}
		for _, text := range []string{"", "a\x00b", "Anna Keller", "a@b.ch", "Anna 🎉", "4711"} {
			say(CheckPerson(rule, text, true))
		}
	}
	say(CheckPerson(SubjectField{Field: FieldSurname}, "a+b", true))
	say(CheckPerson(SubjectField{Field: FieldSurname}, "keller", true))
	l := silver()
	a := anna()
	a.Pseudonym, a.KeyChoice, a.AcceptedTerms, a.GivenName = "Support", KeyChoice{RSA, 1}, nil, strings.Repeat("Ä", 60)
	problems := l.CheckApplication(a)
	if len(problems) != 4 {
		t.Errorf("problems: %v", ids(problems))
	}
	for _, p := range problems {
		say(&p)
	}
}

func TestSentences(t *testing.T) {
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	en, de := c.Printer("en"), c.Printer("de")
	p := silver().Product
	p.Expected = Expected{0, 1, false}
	for _, w := range []struct {
		m      i18n.Message
		en, de string
	}{
		{p.Sentence(), "Signs and encrypts mail for one address · 1 year", "Signiert und verschlüsselt E-Mails für eine Adresse · 1 Jahr"},
		{p.ExpectedTime(), "The certificate comes seconds after you confirm the e-mail.", "Das Zertifikat kommt wenige Sekunden, nachdem Sie die E-Mail bestätigt haben."},
		{
			Product{Type: TLS, Documents: []DocumentRule{{}}, Expected: Expected{7200, 10080, true}}.ExpectedTime(),
			"The certificate usually comes 5 to 7 business days after your documents have arrived.",
			"Das Zertifikat kommt meist 5 bis 7 Arbeitstage, nachdem Ihre Unterlagen angekommen sind.",
		},
		{
			Product{Type: TLS, Expected: Expected{2880, 2880, true}}.ExpectedTime(),
			"The certificate usually comes about 2 business days after control of the names is proven.",
			"Das Zertifikat kommt meist etwa 2 Arbeitstage, nachdem die Kontrolle über die Namen nachgewiesen ist.",
		},
	} {
		if got := en.Say(w.m); got != w.en {
			t.Errorf("got %q, want %q", got, w.en)
		}
		if got := de.Say(w.m); got != w.de {
			t.Errorf("got %q, want %q", got, w.de)
		}
	}
	for _, e := range []Expected{{5, 1, false}, {-1, 3, false}, {0, 0, true}} {
		if m := (Product{Type: SMIME, Expected: e}).ExpectedTime(); !m.IsZero() {
			t.Errorf("%+v says %q", e, en.Say(m))
		}
	}
	needs := silver().Needs()
	if len(needs) != 2 || en.Say(needs[0]) != "The e-mail address, and access to its inbox" || en.Say(needs[1]) != "Your name, for the certificate authority" {
		t.Errorf("needs: %v", needs)
	}
}

func TestListTitle(t *testing.T) {
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	en := c.Printer("en")
	for _, w := range []struct {
		a    Application
		l    Licence
		want string
	}{
		{anna(), silver(), "anna@example.ch"},
		{Application{Mailbox: "Anna <anna@xn--bcher-kva.ch>"}, silver(), "anna@bücher.ch"},
		{Application{Mailbox: " half an "}, silver(), "half an"},
		{Application{Domains: "shop.example.ch"}, Licence{}, "shop.example.ch"},
		{Application{Domains: "shop.example.ch\n\nwww.example.ch"}, Licence{}, "shop.example.ch and one more"},
		{Application{Domains: "a.example.ch\nb.example.ch\nc.example.ch"}, Licence{}, "a.example.ch and 2 more"},
		{Application{}, silver(), "E-Mail ID Silver"},
		{Application{}, Licence{}, "New certificate"},
	} {
		if got := en.Say(w.a.ListTitle(w.l)); got != w.want {
			t.Errorf("got %q, want %q", got, w.want)
		}
	}
	long := en.Say(Application{Mailbox: strings.Repeat("a\u202e", 500)}.ListTitle(Licence{}))
	if n := len([]rune(long)); n > maxTitle || strings.Contains(long, "\u202e") {
		t.Errorf("%d runes: %q", n, long)
	}
}

// checkApplicationWords provokes what can be wrong with contacts, organizations and approvers.
func checkApplicationWords(t *testing.T, all []*i18n.Printer) {
	t.Helper()
	for _, a := range badApplications() {
		for _, v := range []Validation{ValidationOrganization, ValidationExtended} {
			for _, p := range verified(v).CheckApplication(a) {
				checkWords(t, all, p.Saw)
				checkWords(t, all, p.Do)
			}
		}
	}
	for _, code := range append(Countries, "XX") {
		checkWords(t, all, Country(code))
	}
}
