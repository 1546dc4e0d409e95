package order

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// site is a licence for websites.
func site(maximum int, wildcard string) Licence {
	return Licence{
		State: LicenceValid, SellerName: "Example Hosting",
		Product: Product{
			Name: "Website", Type: TLS, Validation: ValidationDomain, TermMonths: 12,
			Names: NameRules{Kinds: []string{"dns"}, Min: 1, Max: maximum, Wildcard: wildcard, WWW: "free_pair", IDN: true},
		},
	}
}

func domainProblem(p *Problem) string {
	if p == nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(p.Saw.ID, "order.problem.names."), ".saw")
}

// What people type in a line, what is understood, what is said about it, and what is offered instead.
func TestReadOneDomain(t *testing.T) {
	label63 := strings.Repeat("a", 63)
	for _, c := range []struct{ text, name, problem, instead string }{
		{"shop.example.ch", "shop.example.ch", "", ""},
		{"Shop.Example.CH", "shop.example.ch", "", ""},
		{"shop.example.ch.", "shop.example.ch", "", ""},
		{"bücher.example.ch", "xn--bcher-kva.example.ch", "", ""},
		{"xn--bcher-kva.example.ch", "xn--bcher-kva.example.ch", "", ""},
		{"straße.de", "xn--strae-oqa.de", "", ""},
		{"*.example.ch", "*.example.ch", "", ""},
		{"*.bücher.ch", "*.xn--bcher-kva.ch", "", ""},
		{`"shop.example.ch"`, "shop.example.ch", "", ""},
		{"„shop.example.ch“", "shop.example.ch", "", ""},
		{"<shop.example.ch>", "shop.example.ch", "", ""},
		{"- shop.example.ch", "shop.example.ch", "", ""},
		{"• shop.example.ch", "shop.example.ch", "", ""},
		{"* shop.example.ch", "shop.example.ch", "", ""},
		{"3. shop.example.ch", "shop.example.ch", "", ""},
		{"(3) shop.example.ch", "shop.example.ch", "", ""},
		{"DNS:shop.example.ch", "shop.example.ch", "", ""},
		{"CN=shop.example.ch", "shop.example.ch", "", ""},
		{label63 + ".ch", label63 + ".ch", "", ""},
		{"4you.ch", "4you.ch", "", ""},
		{"shop.firma", "shop.firma", "ending", ""},

		{"https://shop.example.ch", "", "scheme", "shop.example.ch"},
		{"HTTPS://Shop.Example.ch:8443/cart?x=1#y", "", "scheme", "shop.example.ch"},
		{"//shop.example.ch", "", "scheme", "shop.example.ch"},
		{"http:shop.example.ch", "", "scheme", "shop.example.ch"},
		{"https://bücher.ch/", "", "scheme", "bücher.ch"},
		{"https://anna:secret@shop.example.ch/", "", "scheme", "shop.example.ch"},
		{"https://192.0.2.1/", "", "ip", ""},
		{"https://localhost/", "", "scheme", ""},
		{"shop.example.ch/", "", "path", "shop.example.ch"},
		{"shop.example.ch/cart", "", "path", "shop.example.ch"},
		{`shop.example.ch\cart`, "", "path", "shop.example.ch"},
		{"shop.example.ch?x", "", "path", "shop.example.ch"},
		{"shop.example.ch:443", "", "port", "shop.example.ch"},
		{"shop.example.ch:https", "", "port", ""},
		{"anna@example.ch", "", "email", "example.ch"},
		{"mailto:anna@example.ch", "", "scheme", "example.ch"},
		{"shop .example.ch", "", "space", "shop.example.ch"},
		{"shop. example.ch", "", "space", "shop.example.ch"},
		{"*. example.ch", "", "space", "*.example.ch"},
		{"my shop.example.ch", "", "space", "myshop.example.ch"},
		{"my_shop.example.ch", "", "underscore", ""},
		{"_dmarc.example.ch", "", "underscore", ""},
		{"*", "", "star-alone", ""},
		{"*example.ch", "", "star", "*.example.ch"},
		{"shop*.example.ch", "", "star", "*.example.ch"},
		{"a.*.example.ch", "", "star", "*.example.ch"},
		{"*.*.example.ch", "", "star", "*.example.ch"},
		{"example.*", "", "star", ""},
		{"*.co.uk", "*.co.uk", "star-suffix", ""},
		{"*.ch", "", "suffix", ""},
		{"co.uk", "co.uk", "suffix", ""},
		{"ch", "", "suffix", ""},
		{"intranet", "", "intranet", ""},
		{"localhost", "", "intranet", ""},
		{"server1.firma.local", "server1.firma.local", "reserved", ""},
		{"nas.home.arpa", "nas.home.arpa", "arpa", ""},
		{"1.2.0.192.in-addr.arpa", "1.2.0.192.in-addr.arpa", "arpa", ""},
		{"abcdefgh.onion", "abcdefgh.onion", "onion", ""},
		{"192.0.2.1", "", "ip", ""},
		{"192.0.2.0/24", "", "ip", ""},
		{"192.0.2.1:443", "", "ip", ""},
		{"2001:db8::1", "", "ip", ""},
		{"[2001:db8::1]", "", "ip", ""},
		{"[2001:db8::1]:443", "", "ip", ""},
		{"0x7f.0x1", "", "ip", ""},
		{".example.ch", "", "dots", "example.ch"},
		{"shop..example.ch", "", "dots", "shop.example.ch"},
		{"*..example.ch", "", "dots", "*.example.ch"},
		{"a" + label63 + ".ch", "", "label-long", ""},
		{strings.Repeat("ü", 60) + ".ch", "", "label-long", ""},
		{strings.Repeat("abcdefg.", 40) + "ch", "", "long", ""},
		{strings.Repeat("a", 5000), "", "long", ""},
		{"shop&more.ch", "", "character", ""},
		{"-shop.example.ch", "", "hyphen", ""},
		{"shop-.example.ch", "", "hyphen", ""},
		{"xn--a.ch", "", "punycode", ""},
		{"♥.ch", "", "letters", ""},
		{"sh\u200bop.example.ch", "", "hidden", "shop.example.ch"},
		{"shop\u202e.example.ch", "", "hidden", "shop.example.ch"},
	} {
		d := site(3, "yes").ReadDomains(Application{Domains: c.text})
		if len(d.Entries) != 1 {
			t.Errorf("%.60q gave %d entries: %+v", c.text, len(d.Entries), d.Entries)
			continue
		}
		e := d.Entries[0]
		if e.Name() != c.name || domainProblem(e.Problem) != c.problem || e.Instead != c.instead {
			t.Errorf("%.60q = %q, %q, instead %q; want %q, %q, %q", c.text, e.Name(), domainProblem(e.Problem), e.Instead, c.name, c.problem, c.instead)
		}
		if got := c.text[e.Start:e.End]; got != e.Typed {
			t.Errorf("%.60q: the entry is said to stand at %q", c.text, got)
		}
		if e.Problem != nil {
			for _, m := range []string{e.Problem.Saw.ID, e.Problem.Do.ID} {
				if !strings.HasPrefix(m, "order.problem.names.") {
					t.Errorf("%.60q says %s", c.text, m)
				}
			}
		}
		if c.instead != "" { // what is offered is taken
			again := site(3, "yes").ReadDomains(Application{Domains: e.Replaced(c.text)})
			if len(again.Names) != 1 || again.Wrong > 0 {
				t.Errorf("%.60q: %q is offered and refused: %+v", c.text, e.Instead, again.Entries)
			}
		}
	}
}

func TestWildcardsByLicence(t *testing.T) {
	for _, c := range []struct{ rule, text, problem, instead string }{
		{"no", "*.example.ch", "wildcard-no", ""},
		{"", "*.example.ch", "wildcard-no", ""},
		{"no", "*example.ch", "star", ""}, // nothing is offered that would be refused
		{"no", "shop.example.ch", "", ""},
		{"yes", "*.example.ch", "", ""},
		{"only", "*.example.ch", "", ""},
		{"only", "example.ch", "wildcard-only", "*.example.ch"},
		{"only", "www.example.ch", "wildcard-only", "*.example.ch"},
		{"only", "bücher.example.ch", "wildcard-only", "*.bücher.example.ch"},
	} {
		e := site(3, c.rule).ReadDomains(Application{Domains: c.text}).Entries[0]
		if domainProblem(e.Problem) != c.problem || e.Instead != c.instead {
			t.Errorf("%s %s: %q, instead %q", c.rule, c.text, domainProblem(e.Problem), e.Instead)
		}
	}
	l := site(3, "no")
	l.Product.Names.IDN = false
	for _, text := range []string{"bücher.ch", "xn--bcher-kva.ch"} {
		if e := l.ReadDomains(Application{Domains: text}).Entries[0]; domainProblem(e.Problem) != "idn" {
			t.Errorf("%s is %q", text, domainProblem(e.Problem))
		}
	}
}

// Lists as they are pasted, and what is made of them.
func TestReadDomainLists(t *testing.T) {
	for _, c := range []struct {
		text    string
		without bool
		names   []string
		pairs   []string
		said    []string // by entry
		list    string   // of the whole
	}{
		{"", false, nil, nil, nil, "empty.yes"},
		{" \n\t,;\n", false, nil, nil, nil, "empty.yes"},
		{"a.ch\nb.ch\r\n\nc.ch", true, []string{"a.ch", "b.ch", "c.ch"}, nil, []string{"", "", ""}, ""},
		{"a.ch, b.ch;c.ch", true, []string{"a.ch", "b.ch", "c.ch"}, nil, []string{"", "", ""}, ""},
		{"a.ch b.ch\tc.ch", true, []string{"a.ch", "b.ch", "c.ch"}, nil, []string{"", "", ""}, ""},
		{"DNS:a.ch, DNS:b.ch", true, []string{"a.ch", "b.ch"}, nil, []string{"", ""}, ""},
		{"1. a.ch\n2. b.ch", true, []string{"a.ch", "b.ch"}, nil, []string{"", ""}, ""},
		{"Namen: a.ch b.ch c.ch", true, []string{"a.ch", "b.ch", "c.ch"}, nil, []string{"intranet", "", "", ""}, "too-many"},
		{"a.ch\nA.CH.\nxn--4ca.ch\nä.ch", true, []string{"a.ch", "xn--4ca.ch"}, nil, []string{"", "duplicate", "", "duplicate"}, ""},
		{"a.ch\nb.ch\nc.ch\nd.ch", true, []string{"a.ch", "b.ch", "c.ch", "d.ch"}, nil, []string{"", "", "", ""}, "too-many"},
		{"a.ch\nwww.a.ch", false, []string{"a.ch"}, []string{"a.ch"}, []string{"", "pair"}, ""},
		{"www.a.ch\na.ch", false, []string{"www.a.ch"}, []string{"www.a.ch"}, []string{"", "pair"}, ""},
		{"a.ch\nwww.a.ch", true, []string{"a.ch", "www.a.ch"}, nil, []string{"", ""}, ""},
		{"*.a.ch\nshop.a.ch\na.ch\nx.shop.a.ch", true, []string{"*.a.ch", "shop.a.ch", "a.ch", "x.shop.a.ch"}, nil, []string{"", "covered", "", ""}, "too-many"},
		{"shop.a.ch\n*.a.ch", false, []string{"shop.a.ch", "*.a.ch"}, []string{"shop.a.ch"}, []string{"covered", ""}, ""},
		{"nonsense\nb.ch", false, []string{"b.ch"}, []string{"b.ch"}, []string{"intranet", ""}, ""},
	} {
		d := site(3, "yes").ReadDomains(Application{Domains: c.text, WithoutWWW: c.without})
		var said []string
		for _, e := range d.Entries {
			said = append(said, domainProblem(e.Problem))
		}
		if diff := cmp.Diff(c.names, d.Names) + cmp.Diff(c.pairs, d.Pairs) + cmp.Diff(c.said, said); diff != "" || domainProblem(d.Problem) != c.list {
			t.Errorf("%q: %q\n%s", c.text, domainProblem(d.Problem), diff)
		}
	}
	least := site(5, "no")
	least.Product.Names.Min = 2
	if d := least.ReadDomains(Application{Domains: "a.ch"}); domainProblem(d.Problem) != "too-few" {
		t.Errorf("one of two: %q", domainProblem(d.Problem))
	}
	open := site(0, "no")
	if d := open.ReadDomains(Application{Domains: strings.Repeat("a.ch\n", maxEntries+10)}); domainProblem(d.Problem) != "too-many" || len(d.Entries) != maxEntries {
		t.Errorf("an endless list: %q, %d entries", domainProblem(d.Problem), len(d.Entries))
	}
}

func TestNamesOfACertificate(t *testing.T) {
	l := site(3, "yes")
	a := Application{Domains: "Shop.Example.ch\nwww.bücher.ch\n*.example.com\nnonsense"}
	want := []Name{
		{"dns", "shop.example.ch"},
		{"dns", "www.shop.example.ch"},
		{"dns", "www.xn--bcher-kva.ch"},
		{"dns", "xn--bcher-kva.ch"},
		{"dns", "*.example.com"},
	}
	if diff := cmp.Diff(want, l.CertifiedNames(a)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"shop.example.ch", "www.xn--bcher-kva.ch"}, l.WWWPairs(a)); diff != "" {
		t.Error(diff)
	}
	a.WithoutWWW = true
	if got := l.CertifiedNames(a); len(got) != 3 || len(l.WWWPairs(a)) != 0 {
		t.Errorf("without www: %v", got)
	}
	for name, want := range map[string]string{
		"example.ch": "www.example.ch", "www.example.ch": "example.ch", "*.example.ch": "", "www.co.uk": "", "www.ch": "", "": "",
	} {
		if got := Counterpart(name); got != want {
			t.Errorf("Counterpart(%q) = %q, not %q", name, got, want)
		}
	}
}

// checkDomains holds for whatever is typed.
func checkDomains(t interface{ Fatalf(string, ...any) }, l Licence, a Application) {
	d := l.ReadDomains(a)
	seen := map[string]bool{}
	for _, n := range l.CertifiedNames(a) {
		if seen[n.Value] {
			t.Fatalf("%q: %s twice", a.Domains, n.Value)
		}
		seen[n.Value] = true
		if len(n.Value) > maxDomain || strings.Trim(n.Value, "abcdefghijklmnopqrstuvwxyz0123456789-.*") != "" {
			t.Fatalf("%q became %q", a.Domains, n.Value)
		}
	}
	if len(d.Names)+d.Wrong > len(d.Entries) {
		t.Fatalf("%q: %d names and %d wrong of %d", a.Domains, len(d.Names), d.Wrong, len(d.Entries))
	}
	for _, e := range d.Entries {
		if a.Domains[e.Start:e.End] != e.Typed {
			t.Fatalf("%q: %q does not stand where it is said to", a.Domains, e.Typed)
		}
		if e.Instead != "" && !e.Bad() {
			t.Fatalf("%q: something is offered in the place of the good %q", a.Domains, e.Typed)
		}
	}
	// What is sent reads as what was typed.
	tidied := l.Tidied(a)
	if diff := cmp.Diff(l.CertifiedNames(a), l.CertifiedNames(tidied)); diff != "" {
		t.Fatalf("%q and as it is sent:\n%s", a.Domains, diff)
	}
}

func TestDomainListsAsTypedAndAsSent(t *testing.T) {
	name := rapid.SampledFrom([]string{
		"a.ch", "www.a.ch", "*.a.ch", "b.a.ch", "ä.ch", "xn--4ca.ch", "A.CH.", "https://c.ch/x", "d.ch:443", "e@f.ch", "*g.ch", "co.uk",
		"local", "x.local", "1.2.3.4", "-", "*", "“q.ch”", "DNS:r.ch", "a..ch", "h ch", "i .ch",
	})
	between := rapid.SampledFrom([]string{"\n", "\r\n", ", ", ";", " ", "\t", "\n\n", "\n- "})
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(0, 12).Draw(t, "names") {
			b.WriteString(name.Draw(t, "name"))
			b.WriteString(between.Draw(t, "between"))
		}
		l := site(3, rapid.SampledFrom([]string{"no", "yes", "only"}).Draw(t, "wildcard"))
		checkDomains(t, l, Application{Domains: b.String(), WithoutWWW: rapid.Bool().Draw(t, "without")})
	})
}

// FuzzTyped is what may be typed or pasted into the fields for names and for telephone numbers.
func FuzzTyped(f *testing.F) {
	for _, s := range []string{
		"shop.example.ch\nbücher.example.ch", "https://a.ch/x, *.b.ch; c@d.ch", "1. a.ch\n(2) [::1]:443", "„a.ch“\tDNS:b.ch", "a .ch\n*. b.ch",
		"*.*.a.ch\u202e", "//@:/", "www.www.a.ch\nwww.a.ch\na.ch",
		"044 668 18 00", "+41 (0)44 668 18 00 ext. 12", "0041/44", "＋４１ 44", "tel:+1-800-FLOWERS", "+39 06 6982;ext=1",
	} {
		f.Add(s, "CH", false)
	}
	f.Fuzz(func(t *testing.T, text, country string, without bool) {
		checkDomains(t, site(3, "yes"), Application{Domains: text, WithoutWWW: without})
		checkPhone(t, text, country)
	})
}

func BenchmarkReadDomains(b *testing.B) {
	for _, n := range []int{100, 2000} {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "shop-%d.bücher-%d.example.ch\n", i, i%17)
		}
		a := Application{Domains: text.String()}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				site(100, "yes").ReadDomains(a)
			}
		})
	}
}
