package order

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func silver() Licence {
	return Licence{
		State: LicenceValid, SellerName: "Example Hosting",
		Product: Product{
			Name: "E-Mail ID Silver", Type: SMIME, Validation: ValidationMailbox, TermMonths: 12,
			Names: NameRules{Kinds: []string{"email"}, Min: 1, Max: 1},
			SubjectFields: []SubjectField{
				{Field: FieldGivenName, Required: NeedYes},
				{Field: FieldSurname, Required: NeedYes},
				{Field: FieldPseudonym, Required: NeedNo},
				{Field: FieldTitle, Required: NeedOrganization, Max: 10},
			},
			ProofMethods: []string{"email"},
		},
		Terms: []Terms{{ID: "t1", Title: "Subscriber agreement"}},
	}
}

func anna() Application {
	return Application{Mailbox: "anna@example.ch", GivenName: "Anna", Surname: "Keller", AcceptedTerms: []string{"t1"}}
}

// ids are the problems as "field kind id".
func ids(problems []Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Field+" "+string(p.Kind)+" "+strings.TrimSuffix(strings.TrimPrefix(p.Saw.ID, "order.problem."), ".saw"))
	}
	return out
}

func TestCheckApplication(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Licence, *Application)
		want   []string
	}{
		{"good", func(*Licence, *Application) {}, nil},
		{"empty", func(_ *Licence, a *Application) { *a = Application{} }, []string{
			"mailbox error mailbox.empty", "given_name error person.empty.given_name", "surname error person.empty.surname",
			"accepted_terms error terms",
		}},
		{"letters of the world", func(_ *Licence, a *Application) { a.GivenName, a.Surname = "Łukasz-André", "O’Neill d'Été 王" }, nil},
		{"spaces around", func(_ *Licence, a *Application) { a.GivenName = "  Anna  Maria " }, nil},
		{"only spaces", func(_ *Licence, a *Application) { a.Surname = " \u00a0 " }, []string{"surname error person.empty.surname"}},
		{"digits", func(_ *Licence, a *Application) { a.Surname = "4711" }, []string{"surname error person.no-letter"}},
		{"dots", func(_ *Licence, a *Application) { a.Surname = ".- ." }, []string{"surname error person.no-letter"}},
		{"small", func(_ *Licence, a *Application) { a.GivenName = "anna" }, []string{"given_name note person.small"}},
		{"a script without cases", func(_ *Licence, a *Application) { a.GivenName = "明美" }, nil},
		{"64", func(_ *Licence, a *Application) { a.GivenName = strings.Repeat("Ä", 57) }, nil},
		{"65 together", func(_ *Licence, a *Application) { a.GivenName = strings.Repeat("Ä", 58) }, []string{"surname note person.whole-long"}},
		{"65", func(_ *Licence, a *Application) { a.Surname = "K" + strings.Repeat("e", 64) }, []string{"surname error person.long", "surname note person.whole-long"}},
		{"the licence is shorter", func(l *Licence, a *Application) { l.Product.SubjectFields[1].Max = 5 }, []string{"surname error person.long"}},
		{"the licence is longer than X.520", func(l *Licence, a *Application) {
			l.Product.SubjectFields[1].Max = 500
			a.Surname = "K" + strings.Repeat("e", 64)
		}, []string{"surname error person.long", "surname note person.whole-long"}},
		{"mailbox in a name", func(_ *Licence, a *Application) { a.GivenName = "anna@example.ch" }, []string{"given_name error person.mailbox"}},
		{"markup", func(_ *Licence, a *Application) { a.GivenName = "<b>Anna" }, []string{"given_name error person.character"}},
		{"emoji", func(_ *Licence, a *Application) { a.GivenName = "Anna 🎉" }, []string{"given_name error person.drawing"}},
		{"control", func(_ *Licence, a *Application) { a.GivenName = "An\x07na" }, []string{"given_name error person.hidden"}},
		{"override", func(_ *Licence, a *Application) { a.GivenName = "An\u202ena" }, []string{"given_name error person.hidden"}},
		{"broken UTF-8", func(_ *Licence, a *Application) { a.GivenName = "An\xffna" }, []string{"given_name error person.hidden"}},
		{"pseudonym instead", func(_ *Licence, a *Application) { a.GivenName, a.Surname, a.Pseudonym = "", "", "Support 24" }, nil},
		{"both", func(_ *Licence, a *Application) { a.Pseudonym = "Support 24" }, []string{"pseudonym error person.both"}},
		{"pseudonym of digits", func(_ *Licence, a *Application) { a.GivenName, a.Surname, a.Pseudonym = "", "", "4711" }, []string{"pseudonym error person.no-letter"}},
		{"title with an organization", func(_ *Licence, a *Application) { a.Organization = &Organization{} }, []string{"title error person.empty.title"}},
		{"a field of tomorrow", func(l *Licence, _ *Application) {
			l.Product.SubjectFields = append(l.Product.SubjectFields, SubjectField{Field: "nickname", Required: NeedYes})
		}, nil},
		{"key", func(_ *Licence, a *Application) { a.KeyChoice = KeyChoice{RSA, 1024} }, []string{"key_choice error key"}},
		{"terms", func(_ *Licence, a *Application) { a.AcceptedTerms = []string{"t0"} }, []string{"accepted_terms error terms"}},
		{"no person asked for", func(l *Licence, a *Application) {
			l.Product.SubjectFields = nil
			a.GivenName = "4711"
		}, nil},
		{"doubtful mailbox", func(_ *Licence, a *Application) { a.Mailbox = "anna@gmial.com" }, []string{"mailbox note mailbox.mistyped"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, a := silver(), anna()
			c.change(&l, &a)
			problems := l.CheckApplication(a)
			if diff := cmp.Diff(c.want, ids(problems)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			errors := slices.ContainsFunc(problems, func(p Problem) bool { return p.Kind == Error })
			if Sendable(problems) == errors {
				t.Errorf("sendable %v with %v", Sendable(problems), ids(problems))
			}
		})
	}
}

func TestTidied(t *testing.T) {
	l := silver()
	got := l.Tidied(Application{
		Mailbox: "Anna <anna@bücher.ch>", GivenName: " Anna\u00a0 Maria ", Surname: "Mu\u0308ller", Title: " Dr. ", Comment: " as typed ",
	})
	want := Application{
		Mailbox: "anna@xn--bcher-kva.ch", GivenName: "Anna Maria", Surname: "Müller", Title: "Dr.", Comment: " as typed ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	l.Product.SubjectFields = nil
	if got := l.Tidied(anna()); got.GivenName != "" || got.Surname != "" {
		t.Errorf("a field that the licence does not ask for is sent: %+v", got)
	}
}

func TestTidyingKeepsTheJudgement(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-zäöü '.@<0-9-]{0,70}`))
	rapid.Check(t, func(t *rapid.T) {
		l := silver()
		a := Application{Mailbox: text.Draw(t, "mailbox"), GivenName: text.Draw(t, "given"), Surname: text.Draw(t, "surname"), AcceptedTerms: []string{"t1"}}
		before := l.CheckApplication(a)
		tidied := l.Tidied(a)
		if !cmp.Equal(tidied, l.Tidied(tidied)) {
			t.Fatalf("tidying twice: %+v, %+v", tidied, l.Tidied(tidied))
		}
		if Sendable(before) != Sendable(l.CheckApplication(tidied)) {
			t.Fatalf("%v became %v", ids(before), ids(l.CheckApplication(tidied)))
		}
	})
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		name    string
		product Product
		want    []KeyChoice
	}{
		{"mail, nothing said", Product{Type: SMIME}, []KeyChoice{{RSA, 3072}, {RSA, 4096}}},
		{"website, nothing said", Product{Type: TLS}, []KeyChoice{{RSA, 3072}, {RSA, 4096}, {ECDSA, 256}, {ECDSA, 384}}},
		{"as the licence says", Product{Type: TLS, Keys: []KeyRule{{ECDSA, []int{256}}, {RSA, []int{2048, 4096, 2048}}}}, []KeyChoice{{ECDSA, 256}, {RSA, 2048}, {RSA, 4096}}},
		{"no certificate", Product{Type: SiteService}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := Licence{Product: c.product}
			if diff := cmp.Diff(c.want, l.Product.AcceptedKeys()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for _, k := range c.want {
				if !l.AllowsKey(k) {
					t.Errorf("%v is accepted and refused", k)
				}
			}
			if l.AllowsKey(KeyChoice{RSA, 1024}) || !l.AllowsKey(KeyChoice{}) {
				t.Error("RSA 1024 is not accepted here, the zero choice always")
			}
		})
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		name    string
		licence Licence
		want    string
	}{
		{"not known yet", Licence{}, "link licence names key review prove waiting use"},
		{"mailbox", silver(), "link licence names key review prove waiting use"},
		{"mailbox with contacts", Licence{Product: Product{Type: SMIME, Contacts: []string{"administrative"}}}, "link licence names contacts key review prove waiting use"},
		{"sponsor", Licence{Product: Product{Type: SMIME, Validation: ValidationSponsor}}, "link licence names organization key review prove waiting use"},
		{"website", Licence{Product: Product{Type: TLS, Validation: ValidationDomain, Contacts: []string{"technical"}}}, "link licence names contacts key review prove waiting use"},
		{"website, extended", Licence{Product: Product{Type: TLS, Validation: ValidationExtended, Contacts: []string{"administrative", "organization"}}}, "link licence names contacts organization key review prove waiting use"},
		{"code signing", Licence{Product: Product{Type: CodeSigning, Validation: ValidationOrganization, KeyStorage: "hardware"}}, "link licence organization key review waiting use"},
		{"site service", Licence{Product: Product{Type: SiteService, Names: NameRules{Kinds: []string{"dns"}, Max: 1}}}, "link licence names review waiting"},
	} {
		var got []string
		for _, s := range c.licence.Steps() {
			got = append(got, string(s))
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.name, diff)
		}
	}
}
