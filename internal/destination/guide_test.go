package destination_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certdesk/assets"
	"certdesk/internal/destination"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

var names = destination.NamesOf([]string{
	"/x/shop.example.ch (Java) 2027-05.p12", "/x/shop.example.ch.key.pem", "/x/shop.example.ch.fullchain.pem", "/x/shop.example.ch.pem",
}, []string{"shop.example.ch"}, "Shop.example.ch, Muster & Co, 2027-05-01")

// guide is the text of a guide's snippets and steps in English.
func guide(t *testing.T, id destination.ID, product order.ProductType, n destination.Names) (text, snippets string) {
	t.Helper()
	words, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := destination.Find(id, product)
	if !ok {
		t.Fatal(id)
	}
	for _, g := range d.Guides(n) {
		for _, s := range g.Steps {
			text += words.Printer("en").Say(s.Text) + "\n"
			snippets += s.Snippet + "\n"
		}
	}
	return text, snippets
}

// What is copied from the screen into a configuration must name the files that lie in the folder.
func TestSnippetsNameTheFilesThatWereMade(t *testing.T) {
	two := names
	two.One = ""
	for _, c := range []struct {
		id   destination.ID
		n    destination.Names
		want []string
	}{
		{destination.WebServer, two, []string{
			`scp "shop.example.ch.fullchain.pem" "shop.example.ch.key.pem" root@shop.example.ch:/etc/ssl/certdesk/`,
			`ssl_certificate     "/etc/ssl/certdesk/shop.example.ch.fullchain.pem";`,
			`ssl_certificate_key "/etc/ssl/certdesk/shop.example.ch.key.pem";`,
			`SSLCertificateFile    "/etc/ssl/certdesk/shop.example.ch.fullchain.pem"`,
			`SSLCertificateKeyFile "/etc/ssl/certdesk/shop.example.ch.key.pem"`, "ServerName shop.example.ch\n",
		}},
		{destination.HAProxy, names, []string{`crt "/etc/ssl/certdesk/shop.example.ch.pem"`}},
		{destination.Postfix, two, []string{"smtpd_tls_chain_files =\n    /etc/ssl/certdesk/shop.example.ch.key.pem,\n    /etc/ssl/certdesk/shop.example.ch.fullchain.pem\n"}},
		{destination.Java, names, []string{
			`certificateKeystoreFile="conf/shop.example.ch (Java) 2027-05.p12"`, `certificateKeyAlias="shop.example.ch, muster &amp; co, 2027-05-01"`,
			`-srckeystore "shop.example.ch (Java) 2027-05.p12" -srcalias "shop.example.ch, muster & co, 2027-05-01"`,
		}},
	} {
		_, got := guide(t, c.id, order.TLS, c.n)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", c.id, want, got)
			}
		}
	}
}

func TestAWildcardIsNoNameToConnectTo(t *testing.T) {
	n := destination.NamesOf([]string{"_.example.ch.key.pem", "_.example.ch.fullchain.pem"}, []string{"*.example.ch", "example.ch", "shop.example.net"}, "")
	text, got := guide(t, destination.WebServer, order.TLS, n)
	for _, want := range []string{
		"root@example.ch:", "server_name *.example.ch example.ch shop.example.net;", "ServerName example.ch\n    ServerAlias *.example.ch shop.example.net\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(text, "https://*") || !strings.Contains(text, "https://example.ch") {
		t.Errorf("where it says to look:\n%s", text)
	}
}

// What stands in a certificate must not become an order to a shell, or another element of server.xml.
func TestSnippetsQuoteWhatComesFromOutside(t *testing.T) {
	n := destination.NamesOf([]string{"a $(reboot) `x`.p12"}, []string{"shop.example.ch"}, `x"/><Evil a="$(reboot)`)
	_, got := guide(t, destination.Java, order.TLS, n)
	for _, want := range []string{
		`certificateKeyAlias="x&#34;/&gt;&lt;evil a=&#34;$(reboot)"/>`,
		"-keystore \"a \\$(reboot) \\`x\\`.p12\"\n",
		"-srcalias \"x\\\"/><evil a=\\\"\\$(reboot)\" -dest",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// What is no name of a website does not get into the configuration of a server, whoever has put it into a certificate.
func TestOnlyNamesOfWebsitesGetIntoAConfiguration(t *testing.T) {
	evil := []string{"a; include /etc/passwd", "b\n    evil on", "c$(reboot)", "*", "a.*.example", `d"`, "anna@example.ch", "", "x{y}"}
	n := destination.NamesOf([]string{"a.key.pem", "a.fullchain.pem"}, append(evil, "good.example.ch"), "")
	_, got := guide(t, destination.WebServer, order.TLS, n)
	if !strings.Contains(got, "server_name good.example.ch;") || !strings.Contains(got, "ServerName good.example.ch\n    SSLEngine") {
		t.Errorf("in the configuration:\n%s", got)
	}
	n = destination.NamesOf([]string{"a.key.pem", "a.fullchain.pem"}, evil, "")
	if _, got := guide(t, destination.WebServer, order.TLS, n); !strings.Contains(got, "server_name example.org;") {
		t.Errorf("without a name:\n%s", got)
	}
}

// Every program that is offered has numbered steps with pictures in every language, and names the file.
func TestEveryGuideHasItsWordsAndPictures(t *testing.T) {
	words, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]bool{}
	for _, lang := range words.Languages() {
		used := map[string]bool{"guide.title": true, "guide.copy": true, "guide.show": true, "guide.hide": true}
		for _, d := range destination.All() {
			for _, g := range append(d.Guides(names), destination.Hardware(names, "AB")) {
				used[g.Program.ID] = true
				if len(g.Steps) < 2 {
					t.Errorf("%s: a guide of %d steps", d.ID, len(g.Steps))
				}
				for _, s := range g.Steps {
					used[s.Text.ID] = true
					if s.Picture != "" {
						drawn[s.Picture] = true
					}
					if text := words.Printer(lang).Say(s.Text); text == "" || strings.Contains(text, "[") || strings.Contains(text, "{{") {
						t.Errorf("%s %s: %q", lang, s.Text.ID, text)
					}
				}
			}
			// Once with one file, once with two.
			for _, g := range d.Guides(destination.Names{Key: "k", Chain: "c", Website: "w"}) {
				for _, s := range g.Steps {
					used[s.Text.ID] = true
				}
			}
		}
		for _, id := range words.IDs(lang) {
			if strings.HasPrefix(id, "guide.") && !used[id] {
				t.Errorf("%s: nobody uses %s", lang, id)
			}
		}
		for id := range used {
			if !slices.Contains(words.IDs(lang), id) {
				t.Errorf("%s has no %s", lang, id)
			}
		}
	}
	files, err := filepath.Glob("../../assets/guides/*.svg")
	if err != nil || len(files) != len(drawn) {
		t.Errorf("%d pictures, %d in use, %v", len(files), len(drawn), err)
	}
	for _, file := range files {
		checkPicture(t, file, drawn)
	}
}

// checkPicture reads a picture whole: it must be well-formed, used, and free of words and colours of its own.
func checkPicture(t *testing.T, file string, drawn map[string]bool) {
	t.Helper()
	if !drawn[strings.TrimSuffix(filepath.Base(file), ".svg")] {
		t.Errorf("nobody shows %s", file)
	}
	in, err := os.Open(file) // #nosec G304 -- a file of this project
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	shapes := 0
	for dec := xml.NewDecoder(in); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		shapes++
		for _, a := range element.Attr {
			paint := a.Name.Local == "fill" || a.Name.Local == "stroke"
			if paint && a.Value != "none" && !slices.Contains([]string{"currentColor", "surfaceColor", "softColor", "borderColor", "mutedColor"}, a.Value) {
				t.Errorf("%s: %s %q", file, a.Name.Local, a.Value)
			}
		}
		if element.Name.Local == "text" {
			t.Errorf("%s has words of one language", file)
		}
	}
	if shapes < 8 {
		t.Errorf("%s: %d shapes", file, shapes)
	}
}
