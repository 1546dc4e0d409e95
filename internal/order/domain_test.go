package order

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseDomain(t *testing.T) {
	label63 := strings.Repeat("a", 63)
	long := strings.Repeat(label63+".", 3) + strings.Repeat("a", 61)
	for _, c := range []struct {
		text, ascii, display string
		fault                DomainFault
	}{
		{"example.ch", "example.ch", "example.ch", ""},
		{" Shop.EXAMPLE.ch. ", "shop.example.ch", "shop.example.ch", ""},
		{"bücher.example.ch", "xn--bcher-kva.example.ch", "bücher.example.ch", ""},
		{"XN--BCHER-KVA.example.ch", "xn--bcher-kva.example.ch", "bücher.example.ch", ""},
		{"straße.de", "xn--strae-oqa.de", "straße.de", ""}, // not strasse.de: non-transitional
		{"пример.рф", "xn--e1afmkfd.xn--p1ai", "пример.рф", ""},
		{"ｅｘａｍｐｌｅ。ｃｈ", "example.ch", "example.ch", ""},
		{label63 + ".ch", label63 + ".ch", label63 + ".ch", ""},
		{long, long, long, ""},
		{"4you.ch", "4you.ch", "4you.ch", ""},
		{"", "", "", DomainEmpty},
		{".", "", "", DomainEmpty},
		{"intranet", "", "", DomainNoDot},
		{"localhost.", "", "", DomainNoDot},
		{".example.ch", "", "", DomainDots},
		{"example..ch", "", "", DomainDots},
		{"example.ch..", "", "", DomainDots},
		{"a" + label63 + ".ch", "", "", DomainLength},
		{"a" + long, "", "", DomainLength},
		{strings.Repeat("ü.", 3000), "", "", DomainLength},
		{"192.0.2.1", "", "", DomainNumeric},
		{"127.1", "", "", DomainNumeric},
		{"0x7f.0x1", "", "", DomainNumeric},
		{"2001:db8::1", "", "", DomainNumeric},
		{"example.123", "", "", DomainNumeric},
		{"exa mple.ch", "", "", DomainChars},
		{"example.ch/path", "", "", DomainChars},
		{"_dmarc.example.ch", "", "", DomainChars},
		{"*.example.ch", "", "", DomainChars},
		{"a@example.ch", "", "", DomainChars},
		{"example.ch:443", "", "", DomainChars},
		{"-example.ch", "", "", DomainLetters},
		{"example-.ch", "", "", DomainLetters},
		{"ab--cd.ch", "", "", DomainLetters},
		{"xn--a.ch", "", "", DomainLetters},
		{"xn--example-.ch", "", "", DomainLetters},
		{"♥.ch", "", "", DomainLetters},
		{"shop℀.ch", "", "", DomainLetters},
		{"example\u202e.ch", "", "", DomainLetters},
	} {
		d, fault := ParseDomain(c.text)
		if fault != c.fault || d.ASCII != c.ascii || d.Display != c.display {
			t.Errorf("ParseDomain(%.60q) = %+v, %q; want %q, %q, %q", c.text, d, fault, c.ascii, c.display, c.fault)
		}
	}
}

func TestRegistered(t *testing.T) {
	for _, c := range []struct {
		host, registered string
		suffix           bool
		reserved         bool
	}{
		{"shop.example.ch", "example.ch", false, false},
		{"a.b.example.co.uk", "example.co.uk", false, false},
		{"co.uk", "", true, false},
		{"anna.github.io", "anna.github.io", false, false},
		{"github.io", "", false, false}, // the private section: a domain that somebody owns and mails from
		{"shop.bücher.ch", "bücher.ch", false, false},
		{"mail.firma.local", "firma.local", false, true},
		{"a.invalid", "a.invalid", false, true},
		{"a.example.test", "example.test", false, true},
		{"router.home.arpa", "router.home.arpa", false, true},
		{"a.example.internal", "example.internal", false, true},
		{"xyz.onion", "xyz.onion", false, true},
		{"example.com", "example.com", false, false},
		{"mail.ch", "mail.ch", false, false},
	} {
		d, fault := ParseDomain(c.host)
		if fault != "" {
			t.Fatalf("%s: %s", c.host, fault)
		}
		_, reserved := d.Reserved()
		if got := d.Registered().Display; got != c.registered || d.PublicSuffix() != c.suffix || reserved != c.reserved {
			t.Errorf("%s: registered %q, suffix %v, reserved %v", c.host, got, d.PublicSuffix(), reserved)
		}
	}
}

func TestDomainFormsLeadToEachOther(t *testing.T) {
	label := rapid.StringMatching(`[a-z0-9äöüéèßñçøåπяжд中日]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(label, 1, 3).Draw(t, "labels"), ".") + rapid.SampledFrom([]string{".ch", ".co.uk", ".рф"}).Draw(t, "ending")
		d, fault := ParseDomain(text)
		if fault != "" {
			return
		}
		for _, form := range []string{d.ASCII, d.Display, strings.ToUpper(d.ASCII), d.ASCII + "."} {
			if again, fault := ParseDomain(form); fault != "" || again != d {
				t.Fatalf("%q is %+v, but %q is %+v (%s)", text, d, form, again, fault)
			}
		}
		if !d.SameRegistered(d) {
			t.Fatalf("%q is not its own", text)
		}
	})
}

func FuzzParseDomain(f *testing.F) {
	for _, s := range []string{"example.ch", "bücher.example.ch", "xn--bcher-kva.ch.", "ｅｘ。ch", "127.1", "[::1]", "a..b", "א.ch"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, fault := ParseDomain(text)
		if fault != "" {
			if d != (Domain{}) {
				t.Fatalf("%q: %s and %+v", text, fault, d)
			}
			return
		}
		if len(d.ASCII) > maxDomain || strings.Trim(d.ASCII, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || !strings.Contains(d.ASCII, ".") {
			t.Fatalf("%q became %+v", text, d)
		}
		if again, fault := ParseDomain(d.Display); fault != "" || again != d {
			t.Fatalf("%q: %+v is not %+v", text, d, again)
		}
	})
}
