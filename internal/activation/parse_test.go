package activation

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

const canary = "K7Q2-9FHM-41XZ-CANARY"

func isSecret(v secret.Value, want string) bool { return v.Equal(secret.FromString(want)) }

func TestLinks(t *testing.T) {
	for _, c := range []struct{ name, text, service, code string }{
		{"fragment", "https://shop.example.ch/activate#7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"fragment with a name", "https://shop.example.ch/#code=7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"fragment with a path", "https://shop.example.ch/#/activate/7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"path", "https://shop.example.ch/activate/7q2k-9fhm", "https://shop.example.ch", "7q2k-9fhm"},
		{"path, slash at the end", "https://shop.example.ch/t/7q2k-9fhm/", "https://shop.example.ch", "7q2k-9fhm"},
		{"query", "https://shop.example.ch/a?lang=de&code=7Q2K9FHM41XZ&utm_source=mail20260518", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"query, other name", "https://panel.example.ch/configuressl.php?cert=0cc175b9c0f1b6a831c399e269772661", "https://panel.example.ch", "0cc175b9c0f1b6a831c399e269772661"},
		{"query, all that a code may hold", "https://shop.example.ch/a?code=a.b-c_d~e+f/g==", "https://shop.example.ch", "a.b-c_d~e+f/g=="},
		{"port", "https://shop.example.ch:8443/#7Q2K9FHM41XZ", "https://shop.example.ch:8443", "7Q2K9FHM41XZ"},
		{"usual port", "https://shop.example.ch:443/#7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"upper case", "HTTPS://Shop.Example.CH/#7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"absolute name", "https://shop.example.ch./#7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"full width", "https://ｓｈｏｐ。ｅｘａｍｐｌｅ。ｃｈ/#7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"umlaut", "https://bücher.example.ch/#7Q2K9FHM41XZ", "https://xn--bcher-kva.example.ch", "7Q2K9FHM41XZ"},
		{"no scheme", "shop.example.ch/activate#7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"brackets", " <https://shop.example.ch/activate#7Q2K9FHM41XZ>\n", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"brackets, broken", "<https://shop.example.ch/activate\n#7Q2K9FHM41XZ>", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"broken", "https://shop.example.ch/a/rather/long/path/that/goes/on/and/on/activate\n#7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"a word on the next line", "https://shop.example.ch/a/rather/long/path/that/goes/on/and/activate#7Q2K9FHM41XZ\nDanke", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"code on the next line", "https://shop.example.ch/activate\nCode: 7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"sentence", "Please open https://shop.example.ch/activate#7Q2K9FHM41XZ.", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"zero width", "https://shop.exa\u200bmple.ch/#7Q2K9\u00adFHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"between isolates", "\u2068https://shop.example.ch/#7Q2K9FHM41XZ\u2069", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"address", "https://192.0.2.1:8443/#7Q2K9FHM41XZ", "https://192.0.2.1:8443", "7Q2K9FHM41XZ"},
		{"this computer", "http://127.0.0.1:4711/activate/DEMO-TLS-DV", "http://127.0.0.1:4711", "DEMO-TLS-DV"},
		{"this computer, six", "http://[::1]:4711/activate#demo-tls-dv", "http://[::1]:4711", "DEMO-TLS-DV"},
		{"from the source of an e-mail", "https://shop.example.ch/a?lang=de&amp;code=7Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
		{"app link", "certdesk:?link=https%3A%2F%2Fshop.example.ch%2Fa%237Q2K9FHM41XZ", "https://shop.example.ch", "7Q2K9FHM41XZ"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Parse(c.text, Pasted)
			if err != nil {
				t.Fatal(err)
			}
			if r.Kind != Link || r.Ticket.Service != c.service {
				t.Errorf("kind %q, service %q, want %q", r.Kind, r.Ticket.Service, c.service)
			}
			if !isSecret(r.Ticket.Code, c.code) {
				t.Errorf("code is %q, want %q", r.Ticket.Code.Reveal(), c.code)
			}
		})
	}
}

func TestCodes(t *testing.T) {
	for _, c := range []struct{ text, code, service string }{
		{"7Q2K9FHM41XZ", "7Q2K9FHM41XZ", ""},
		{"  7Q2K 9FHM 41XZ \n", "7Q2K9FHM41XZ", ""},
		{"7Q2K – 9FHM – 41XZ", "7Q2K-9FHM-41XZ", ""},
		{"7Q2K-9FHM-\n41XZ", "7Q2K-9FHM-41XZ", ""},
		{"aBcDeF0123456789aBcDeF\n0123456789aB", "aBcDeF0123456789aBcDeF0123456789aB", ""},
		{"«7q2k9fhm41xz»", "7q2k9fhm41xz", ""},
		{"７Ｑ２Ｋ９ＦＨＭ", "7Q2K9FHM", ""},
		{"a.b-c_d~e+f/g==", "a.b-c_d~e+f/g==", ""},
		{"Your activation code: 7Q2K-9FHM", "7Q2K-9FHM", ""},
		{"Guten Tag\nIhr Aktivierungscode lautet:\n\n   7Q2K-9FHM\n\nFreundliche Grüsse", "7Q2K-9FHM", ""},
		{"Hello, your code is 7Q2K-9FHM and it is good until May.", "7Q2K-9FHM", ""},
		{"demo-mail", "DEMO-MAIL", Demo},
		{"DEMO-MAIL", "DEMO-MAIL", Demo},
		{"demo mail", "DEMO-MAIL", Demo},
		{"Demo—Tls—Dv", "DEMO-TLS-DV", Demo},
		{"‘7Q2K-9FHM.’", "7Q2K-9FHM", ""},
		{"`7Q2K-9FHM`", "7Q2K-9FHM", ""},
		{"Code 7Q2K-9FHM-41XZ", "7Q2K-9FHM-41XZ", ""},
		{"Lizenzcode # 7Q2K 9FHM", "7Q2K9FHM", ""},
		{"#7Q2K-9FHM", "7Q2K-9FHM", ""},
		{"-_bCdEfGhIjKlMn0-", "-_bCdEfGhIjKlMn0-", ""}, // long ones may begin and end so
		{"Mit diesem Lizenzcode beziehen Sie Ihr Zertifikat:\n\n  Lizenzcode: 7Q2K-9FHM\n", "7Q2K-9FHM", ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			r, err := Parse(c.text, Typed)
			if err != nil {
				t.Fatal(err)
			}
			if r.Kind != Code || r.Ticket.Service != c.service || !isSecret(r.Ticket.Code, c.code) {
				t.Errorf("kind %q, service %q, code %q", r.Kind, r.Ticket.Service, r.Ticket.Code.Reveal())
			}
		})
	}
}

func TestALinkPastedTwice(t *testing.T) {
	link := "https://shop.example.ch/activate#7Q2K9FHM41XZ"
	if r, err := Parse(link+link, Pasted); err != nil || r.Ticket.Service != "https://shop.example.ch" || !isSecret(r.Ticket.Code, "7Q2K9FHM41XZ") {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestRefused(t *testing.T) {
	key := "-----BEGIN RSA PRIVATE KEY-----\n" + canary + "\n-----END RSA PRIVATE KEY-----"
	app := func(link string) string { return "certdesk:?link=" + url.QueryEscape(link) }
	for _, c := range []struct {
		name, text string
		from       Origin
		code       fault.Code
	}{
		{"empty", " \n\u200b ", Typed, fault.LinkEmpty},
		{"http", "http://shop.example.ch/#" + canary, Typed, fault.LinkInsecure},
		{"http, localhost by name", "http://localhost:4711/#" + canary, Typed, fault.LinkHostBad},
		{"http, name that resolves to this computer", "http://127.0.0.1.nip.io/#" + canary, Typed, fault.LinkInsecure},
		{"http, loopback but another", "http://127.0.0.2/#" + canary, Typed, fault.LinkInsecure},
		{"http, loopback mapped", "http://[::ffff:127.0.0.1]/#" + canary, Typed, fault.LinkHostBad},
		{"http, loopback in an e-mail", "http://127.0.0.1:4711/#" + canary, Email, fault.LinkInsecure},
		{"octal address", "https://0177.0.0.1/#" + canary, Typed, fault.LinkHostBad},
		{"hex address", "https://0x7f.1/#" + canary, Typed, fault.LinkHostBad},
		{"number", "https://2130706433/#" + canary, Typed, fault.LinkHostBad},
		{"one label", "https://intranet/#" + canary, Typed, fault.LinkHostBad},
		{"no host", "https:///#" + canary, Typed, fault.LinkHostBad},
		{"slash in the host by mapping", "https://shop.example.ch／.evil.example/#" + canary, Typed, fault.LinkHostBad},
		{"a/c sign", "https://shop℀.evil.example/#" + canary, Typed, fault.LinkHostBad},
		{"percent in the host", "https://shop%2eexample.ch/#" + canary, Typed, fault.LinkHostBad},
		{"zone", "https://[fe80::1%25eth0]/#" + canary, Typed, fault.LinkHostBad},
		{"port zero", "https://shop.example.ch:0/#" + canary, Typed, fault.LinkHostBad},
		{"port too big", "https://shop.example.ch:65536/#" + canary, Typed, fault.LinkHostBad},
		{"broken punycode", "https://xn--a.example.ch/#" + canary, Typed, fault.LinkHostBad},
		{"userinfo", "https://shop.example.ch@evil.example/#" + canary, Typed, fault.LinkUserinfo},
		{"userinfo, password", "https://a:" + canary + "@evil.example/x", Typed, fault.LinkUserinfo},
		{"backslash", `https://shop.example.ch\@evil.example/#` + canary, Typed, fault.LinkUnreadable},
		{"override of direction", "https://shop.example.ch/\u202e#" + canary, Typed, fault.LinkUnreadable},
		{"control character", "https://shop.example.ch/\x01#" + canary, Typed, fault.LinkUnreadable},
		{"script", "javascript:alert('" + canary + "')", Typed, fault.LinkScheme},
		{"ftp", "ftp://shop.example.ch/" + canary, Typed, fault.LinkScheme},
		{"no code", "https://shop.example.ch/", Typed, fault.LinkNoCode},
		{"no code, a page", "https://shop.example.ch/help/section-2", Typed, fault.LinkNoCode},
		{"long link", "https://shop.example.ch/#" + strings.Repeat("A1", 1100), Typed, fault.LinkTooLong},
		{"long text", strings.Repeat("a ", 40000), Pasted, fault.TextTooLong},
		{"private key", "My key:\n" + key, Pasted, fault.TextPrivateKey},
		{"private key and a link", "https://shop.example.ch/#ABC123456 " + key, Pasted, fault.TextPrivateKey},
		{"private key, tail", "AAAA\n-----END PRIVATE KEY-----", Pasted, fault.TextPrivateKey},
		{"private key, corrected dashes", "—BEGIN OPENSSH PRIVATE KEY—" + canary, Pasted, fault.TextPrivateKey},
		{"private key, PGP", "-----BEGIN PGP PRIVATE KEY BLOCK-----" + canary, Pasted, fault.TextPrivateKey},
		{"private key, PuTTY", "PuTTY-User-Key-File-3: ssh-rsa", Pasted, fault.TextPrivateKey},
		{"prose", "Dear Anna, thank you for your order.", Pasted, fault.TextNoLink},
		{"mailbox", "anna@example.ch", Typed, fault.TextNoLink},
		{"a word", "Zertifikat", Typed, fault.CodeMalformed},
		{"the demo's name", "demo", Typed, fault.CodeMalformed},
		{"half a code", "7Q2K-9FHM-", Typed, fault.CodeMalformed},
		{"the other half", "-41XZ-M8TR", Typed, fault.CodeMalformed},
		{"link without its colon", "https//shop.example.ch/activate#" + canary, Pasted, fault.LinkUnreadable},
		{"link without a letter", "ttps://shop.example.ch/activate#" + canary, Pasted, fault.LinkUnreadable},
		{"link with a letter too many", "htttps://shop.example.ch/activate#" + canary, Pasted, fault.LinkUnreadable},
		{"link without its beginning", "://shop.example.ch/activate#" + canary, Pasted, fault.LinkUnreadable},
		{"link with a space", "https: //shop.example.ch/activate#" + canary, Pasted, fault.LinkUnreadable},
		{"link with other slashes", `https:\\shop.example.ch\activate#` + canary, Pasted, fault.LinkUnreadable},
		{"link with a comma", "https://shop,example.ch/activate#" + canary, Pasted, fault.LinkHostBad},
		{"file on Windows", `"C:\Users\anna\Desktop\Zertifikat.msg"`, Pasted, fault.TextFileName},
		{"file as an address", "file:///home/anna/mail.eml", Pasted, fault.TextFileName},
		{"file's name", "Ihr Zertifikat.eml", Typed, fault.TextFileName},
		{"umlaut in a code", "ÄBCD-1234", Typed, fault.CodeMalformed},
		{"short", "AB1", Typed, fault.CodeMalformed},
		{"code on the command line", canary, CommandLine, fault.CodeInArguments},
		{"app link with http", app("http://shop.example.ch/#" + canary), Scheme, fault.LinkInsecure},
		{"app link to this computer", app("http://127.0.0.1:4711/#" + canary), Scheme, fault.LinkInsecure},
		{"app link to this computer, pasted", app("http://127.0.0.1:4711/#" + canary), Pasted, fault.LinkInsecure},
		{"app link with a code", app(canary), Scheme, fault.LinkNotForApp},
		{"app link with more", app("https://shop.example.ch/#"+canary) + "&run=1", Scheme, fault.LinkNotForApp},
		{"app link twice", app("https://shop.example.ch/#"+canary) + "&link=https%3A%2F%2Fa.example%2F", Scheme, fault.LinkNotForApp},
		{"app link, nothing", "certdesk:", Scheme, fault.LinkNotForApp},
		{"app link, nested", app(app("https://shop.example.ch/#" + canary)), Scheme, fault.LinkNotForApp},
		{"app link, long", app("https://shop.example.ch/#" + strings.Repeat("A1", 1100)), Scheme, fault.LinkTooLong},
		{"by scheme but none", "https://shop.example.ch/#" + canary, Scheme, fault.LinkNotForApp},
		{"code by scheme", canary, Scheme, fault.LinkNotForApp},
		{"unknown scanner", "https://protect-eu.mimecast.com/s/" + canary, Pasted, fault.LinkWrapped},
		{"shortener", "https://bit.ly/3xYzAbC", Pasted, fault.LinkWrapped},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Parse(c.text, c.from)
			if !fault.Is(err, c.code) {
				t.Fatalf("got %v (kind %q, host %q), want %s", err, r.Kind, r.Host.Display, c.code)
			}
			if says := fmt.Sprintf("%v %+v %#v", err, err, fault.Of(err).Args); strings.Contains(says, "CANARY") {
				t.Errorf("the error says what was typed: %s", says)
			}
		})
	}
}

func TestHosts(t *testing.T) {
	for _, c := range []struct {
		host string
		want Host
	}{
		{"shop.example.ch", Host{Display: "shop.example.ch", ASCII: "shop.example.ch", Registered: "example.ch"}},
		{"shop.example.co.uk:8443", Host{Display: "shop.example.co.uk:8443", ASCII: "shop.example.co.uk", Port: "8443", Registered: "example.co.uk"}},
		{"a.b.github.io", Host{Display: "a.b.github.io", ASCII: "a.b.github.io", Registered: "b.github.io"}},
		{"bücher.example.ch", Host{Display: "bücher.example.ch", ASCII: "xn--bcher-kva.example.ch", Registered: "example.ch", Punycode: true}},
		{"xn--bcher-kva.ch", Host{Display: "bücher.ch", ASCII: "xn--bcher-kva.ch", Registered: "bücher.ch", Punycode: true}},
		{"192.0.2.1", Host{Display: "192.0.2.1", ASCII: "192.0.2.1", IP: true}},
		{"[2001:db8:0::1]:8443", Host{Display: "[2001:db8::1]:8443", ASCII: "2001:db8::1", Port: "8443", IP: true}},
		{"127.0.0.1:1", Host{Display: "127.0.0.1:1", ASCII: "127.0.0.1", Port: "1", IP: true, Loopback: true}},
		{"www.swisssign.com", Host{Display: "www.swisssign.com", ASCII: "www.swisssign.com", Registered: "swisssign.com", Known: "SwissSign", Web: true}},
		// Cyrillic а in a Latin word; Cyrillic throughout; letters and digits that resemble; another ending.
		{"shop.exаmple.ch", Host{Display: "shop.exаmple.ch", ASCII: "shop.xn--exmple-4nf.ch", Registered: "exаmple.ch", Punycode: true, MixedAlphabets: true}},
		{"ѕесто.com", Host{Display: "ѕесто.com", ASCII: "xn--e1asie6g.com", Registered: "ѕесто.com", Punycode: true, MixedAlphabets: true}},
		{"яндекс.com", Host{Display: "яндекс.com", ASCII: "xn--d1acpjx3f.com", Registered: "яндекс.com", Punycode: true}},
		{"日本語カナ.jp", Host{Display: "日本語カナ.jp", ASCII: "xn--lck2c295sncbk91h.jp", Registered: "日本語カナ.jp", Punycode: true}},
		{"www.swlsssign.com", Host{Display: "www.swlsssign.com", ASCII: "www.swlsssign.com", Registered: "swlsssign.com", LooksLike: "swisssign.com"}},
		{"secure.sectig0.com", Host{Display: "secure.sectig0.com", ASCII: "secure.sectig0.com", Registered: "sectig0.com", LooksLike: "sectigo.com"}},
		{"digicerd.com", Host{Display: "digicerd.com", ASCII: "digicerd.com", Registered: "digicerd.com", LooksLike: "digicert.com"}},
		{"swisssign.shop", Host{Display: "swisssign.shop", ASCII: "swisssign.shop", Registered: "swisssign.shop", LooksLike: "swisssign.com"}},
		{"ssl.com.example.ch", Host{Display: "ssl.com.example.ch", ASCII: "ssl.com.example.ch", Registered: "example.ch", LooksLike: "ssl.com"}},
		{"swisssign-login.example.ch", Host{Display: "swisssign-login.example.ch", ASCII: "swisssign-login.example.ch", Registered: "example.ch", LooksLike: "swisssign.com"}},
		{"ssl.example.ch", Host{Display: "ssl.example.ch", ASCII: "ssl.example.ch", Registered: "example.ch"}},
		{"zertifikate.example.ch", Host{Display: "zertifikate.example.ch", ASCII: "zertifikate.example.ch", Registered: "example.ch"}},
	} {
		t.Run(c.host, func(t *testing.T) {
			r, err := Parse("https://"+c.host+"/activate#7Q2K9FHM41XZ", Pasted)
			if err != nil {
				t.Fatal(err)
			}
			if r.Host != c.want {
				t.Errorf("got  %+v\nwant %+v", r.Host, c.want)
			}
			if r.RequiresTick != (c.want.MixedAlphabets || c.want.LooksLike != "") {
				t.Errorf("tick %v", r.RequiresTick)
			}
		})
	}
}

func TestMailWithSeveralLinks(t *testing.T) {
	mail := `Guten Tag

Vielen Dank für Ihre Bestellung bei Example Hosting (https://www.example.ch/).
Aktivieren Sie Ihr Zertifikat:

   https://shop.example.ch/activate#7Q2K9FHM41XZ

Unsere AGB: https://www.example.ch/agb.html · Hilfe: http://help.example.ch/
Neues: https://www.example.ch/2026/05/news-123456 · Abmelden: https://list.example.com/unsubscribe?token=a1b2c3d4e5f6
`
	r, err := Parse(mail, Pasted)
	if err != nil || r.Kind != Link || r.Host.Display != "shop.example.ch" || !isSecret(r.Ticket.Code, "7Q2K9FHM41XZ") {
		t.Fatalf("one link has a code: %+v, %v", r, err)
	}
	second := mail + "\nhttps://shop.example.com/activate#9ZZK9FHM41XZ\nhttps://shop.example.ch/activate#7Q2K9FHM41XZ\n"
	r, err = Parse(second, Pasted)
	if err != nil || r.Kind != Several || len(r.Candidates) != 2 || !r.Ticket.Code.Empty() {
		t.Fatalf("two services: %+v, %v", r, err)
	}
	if r.Candidates[0].Host.Display != "shop.example.ch" || r.Candidates[1].Host.Display != "shop.example.com" {
		t.Errorf("candidates: %q, %q", r.Candidates[0].Host.Display, r.Candidates[1].Host.Display)
	}
	var many strings.Builder
	for i := range 20 {
		fmt.Fprintf(&many, "https://shop%d.example.ch/activate#7Q2K9FHM41XZ\n", i)
	}
	if _, err = Parse(many.String(), Pasted); !fault.Is(err, fault.TextManyLinks) || fault.Of(err).Args["n"] != 20 {
		t.Errorf("twenty services: %v", err)
	}
	for i := range 300 {
		fmt.Fprintf(&many, "https://www.example.ch/page%d.html\n", i)
	}
	if _, err = Parse(many.String(), Pasted); !fault.Is(err, fault.TextManyLinks) || fault.Of(err).Args["n"] != 320 {
		t.Errorf("hundreds of links: %v", err)
	}
	if _, err = Parse("Siehe https://www.example.ch/ und https://www.example.ch/agb.html", Pasted); !fault.Is(err, fault.LinkNoCode) {
		t.Errorf("links without a code: %v", err)
	}
	r, err = Parse("https://www.example.ch/2026/05/news-123456 Ihr Code: 7Q2K-9FHM", Pasted)
	if err != nil || !isSecret(r.Ticket.Code, "7Q2K-9FHM") {
		t.Errorf("a code that is named counts more than a part of a link: %+v, %v", r, err)
	}
	r, err = Parse("Open https://shop.example.ch/activate and enter the code 7Q2K-9FHM.\nActivation code: 7Q2K-9FHM\n", Pasted)
	if err != nil || r.Ticket.Service != "https://shop.example.ch" || !isSecret(r.Ticket.Code, "7Q2K-9FHM") {
		t.Errorf("link and code apart: %+v, %v", r, err)
	}
}

func TestDemoOrigin(t *testing.T) {
	p := Parser{DemoOrigin: func() string { return "http://127.0.0.1:4711" }}
	r, err := p.Parse("http://127.0.0.1:4711/activate/DEMO-MAIL", Pasted)
	if err != nil || r.Ticket.Service != Demo || !r.Host.Loopback {
		t.Errorf("a link of the running issuer: %+v, %v", r, err)
	}
	r, err = p.Parse("http://127.0.0.1:4712/activate/DEMO-MAIL", Pasted)
	if err != nil || r.Ticket.Service != "http://127.0.0.1:4712" {
		t.Errorf("another test service: %+v, %v", r, err)
	}
}

func TestCodeFollowsDiscovery(t *testing.T) {
	const link = "https://shop.example.ch/activate/PATH1234?k=QUERY123#FRAG1234"
	r, err := Parse(link, Pasted)
	if err != nil {
		t.Fatal(err)
	}
	for rule, want := range map[string]string{
		"fragment": "FRAG1234", "path-last": "PATH1234", "query:k": "QUERY123", "": "FRAG1234", "query:none": "",
	} {
		got, ok := r.Ticket.CodeAt(rule)
		if ok != (want != "") || !isSecret(got, want) {
			t.Errorf("CodeAt(%q) = %q, %v", rule, got.Reveal(), ok)
		}
		if rule == "" {
			continue
		}
		if got, ok := CodeFrom(link, rule); ok != (want != "") || !isSecret(got, want) {
			t.Errorf("CodeFrom(%q) = %q, %v", rule, got.Reveal(), ok)
		}
	}
	typed := Ticket{Service: "https://shop.example.ch", Code: secret.FromString("TYPED123")}
	if got, ok := typed.CodeAt("fragment"); !ok || !isSecret(got, "TYPED123") {
		t.Error("a typed code has no place in a link")
	}
	if s := fmt.Sprintf("%v %+v %#v", r, r, r.Ticket); strings.Contains(s, "1234") || strings.Contains(s, "QUERY") {
		t.Errorf("a reading prints its code: %s", s)
	}
}

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]string{
		"shop.example.ch":            "https://shop.example.ch",
		" Shop.Example.ch/activate ": "https://shop.example.ch",
		"shop.example.ch:8443":       "https://shop.example.ch:8443",
		"https://bücher.ch/x?y#z":    "https://xn--bcher-kva.ch",
		"http://127.0.0.1:4711/":     "http://127.0.0.1:4711",
		"https://192.0.2.1":          "https://192.0.2.1",
		"http://shop.example.ch":     "link-insecure",
		"https://a@shop.example.ch":  "link-userinfo",
		"a@shop.example.ch":          "link-userinfo",
		"shop":                       "link-host-bad",
		"example hosting":            "link-unreadable",
		"ftp://shop.example.ch":      "link-scheme",
		"javascript:alert(1)":        "link-scheme",
		"":                           "link-empty",
		"https://" + strings.Repeat("a", 70) + ".ch": "link-host-bad",
	} {
		got, _, err := ParseAddress(text)
		if err != nil {
			got = string(fault.Of(err).Code)
		}
		if got != want {
			t.Errorf("ParseAddress(%q) = %q, want %q", text, got, want)
		}
	}
}
