package activation

import (
	"encoding/base64"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// The key of all cases: 48 bytes whose base64 has "+" and "/".
var macBytes = func() []byte {
	b := make([]byte, 48)
	for i := range b {
		b[i] = byte(251 - 5*i)
	}
	return b
}()

// layouts are the ways in which sellers, certificate authorities and programs write an account down. KEY, URLKEY,
// PADDED and BROKEN stand for the HMAC key.
var layouts = map[string]string{
	"e-mail": `Dear customer,

thank you for your order. These are the credentials of your ACME account:

ACME directory URL: https://acme.shop.example/v2/DV
EAB key ID: kid-7_AB.c
EAB HMAC key: URLKEY

Questions? https://shop.example/help or help@shop.example
Regards`,
	"German":       "Ihr Zugang:\n\nVerzeichnis-URL: https://acme.shop.example/v2/DV\nSchlüssel-ID: kid-7_AB.c\nHMAC-Schlüssel: KEY\n\nFreundliche Grüsse",
	"French":       "Serveur ACME : https://acme.shop.example/v2/DV\nIdentifiant de clé : kid-7_AB.c\nClé HMAC : KEY\n",
	"broken lines": "Server: https://acme.shop.example/v2/DV\nKey ID:\n  kid-7_AB.c\nHMAC Key:\n  BROKEN\nRegards\nYour shop",
	"JSON":         `{"directory": "https://acme.shop.example/v2/DV", "eab": {"kid": "kid-7_AB.c", "hmac": "PADDED"}}`,
	"YAML":         "server: https://acme.shop.example/v2/DV\nexternalAccountBinding:\n  keyID: kid-7_AB.c\n  macKey: \"URLKEY\"\n",
	"certbot": "certbot certonly --standalone --server https://acme.shop.example/v2/DV --eab-kid kid-7_AB.c \\\n" +
		"  --eab-hmac-key URLKEY -d www.example.ch",
	"acme.sh":   "acme.sh --register-account --server 'https://acme.shop.example/v2/DV' --eab-kid 'kid-7_AB.c' --eab-hmac-key 'KEY'",
	"lego":      "lego --server=https://acme.shop.example/v2/DV --eab --kid=kid-7_AB.c --hmac=URLKEY run",
	"Caddyfile": "{\n\tacme_ca https://acme.shop.example/v2/DV\n\tacme_eab {\n\t\tkey_id kid-7_AB.c\n\t\tmac_key URLKEY\n\t}\n}",
	"gcloud":    "Created an external account key\n[b64MacKey: URLKEY\nkeyId: kid-7_AB.c]\nUse it at https://acme.shop.example/v2/DV within 7 days",
	"Posh-ACME": "New-PAAccount -ExtAcctKID 'kid-7_AB.c' -ExtAcctHMACKey 'URLKEY' # Set-PAServer https://acme.shop.example/v2/DV",
	"a link":    "https://shop.example/order/5#acme=https%3A%2F%2Facme.shop.example%2Fv2%2FDV&kid=kid-7_AB.c&hmac=URLKEY",
	"a link in a text": "Open https://shop.example/order/5#acme=https://acme.shop.example/v2/DV&kid=kid-7_AB.c&hmac=URLKEY to begin.\n" +
		"Our terms: https://shop.example/terms",
}

func layout(name string) string {
	std, raw := base64.StdEncoding.EncodeToString(macBytes), base64.RawURLEncoding.EncodeToString(macBytes)
	return strings.NewReplacer("PADDED", std, "BROKEN", raw[:40]+"\n  "+raw[40:], "URLKEY", raw, "KEY", std).Replace(layouts[name])
}

func TestAnAccountIsReadInAnyLayout(t *testing.T) {
	want := secret.FromString(base64.RawURLEncoding.EncodeToString(macBytes))
	for name := range layouts {
		r, err := Parse(layout(name), Pasted)
		if err != nil || r.Kind != ACME {
			t.Errorf("%s: %v, %q", name, err, r.Kind)
			continue
		}
		a := r.Account
		if a.Directory != "https://acme.shop.example/v2/DV" || a.KeyID != "kid-7_AB.c" || !r.Ticket.Code.Equal(want) || !a.Whole() {
			t.Errorf("%s: %+v, key right: %v", name, *a, r.Ticket.Code.Equal(want))
		}
		if r.Host.ASCII != "acme.shop.example" {
			t.Errorf("%s: host %q", name, r.Host.ASCII)
		}
		directory, keyID, ok := SplitACME(r.Ticket.Service)
		if !ok || directory != a.Directory || keyID != a.KeyID {
			t.Errorf("%s: service %q", name, r.Ticket.Service)
		}
	}
}

func TestADirectoryAlone(t *testing.T) {
	for _, text := range []string{
		"https://acme.zerossl.com/v2/DV90", "https://acme.ssl.com/sslcom-dv-rsa", "https://ca.example.ch/acme/intern/directory",
		" <https://acme-v02.api.example.org/directory> ",
	} {
		r, err := Parse(text, Typed)
		if err != nil || r.Kind != ACME || r.Account.HasKey || !r.Account.Whole() {
			t.Errorf("%s: %v %+v", text, err, r)
		}
	}
}

// TestWhatIsNoAccount: links and codes of other sellers stay what they are.
func TestWhatIsNoAccount(t *testing.T) {
	for _, text := range []string{
		"https://shop.example.ch/activate#ABCD-EFGH-IJKL",
		"Your key: ABCD-EFGH-IJKL, use it at https://shop.example.ch/redeem",
		"Activation code: ABCDEFGH12345678",
		"https://shop.example.ch/acme/products?code=ABCDEFGH12345678",
	} {
		if r, _ := Parse(text, Pasted); r.Kind == ACME {
			t.Errorf("%q: %+v", text, r.Account)
		}
	}
}

func TestWhatIsWrongWithAnAccount(t *testing.T) {
	key := base64.RawURLEncoding.EncodeToString(macBytes)
	for name, c := range map[string]struct {
		text                string
		directory, id, hmac fault.Code
	}{
		"cut":        {"Server: https://a.example.ch/directory\nKID: k1\nHMAC key: " + key[:20], "", "", fault.AccountKeyCut},
		"one less":   {"Server: https://a.example.ch/directory\nKID: k1\nHMAC key: " + key[:41], "", "", fault.AccountKeyCut},
		"http":       {"Server: http://a.example.ch/directory\nKID: k1\nHMAC key: " + key, fault.LinkInsecure, "", ""},
		"no key id":  {"Server: https://a.example.ch/directory\nHMAC key: " + key, "", fault.AccountKeyIDMissing, ""},
		"no address": {"KID: k1\nHMAC key: " + key, fault.DirectoryMissing, "", ""},
	} {
		r, err := Parse(c.text, Pasted)
		if err != nil || r.Kind != ACME {
			t.Errorf("%s: %v, %q", name, err, r.Kind)
			continue
		}
		if a := r.Account; a.WrongDirectory != c.directory || a.WrongKeyID != c.id || a.WrongKey != c.hmac || a.Whole() {
			t.Errorf("%s: %+v", name, *a)
		}
	}
	r := Parser{}.Complete(Reading{Kind: ACME}, "acme.example.ch/directory", "k1", "no base64!")
	if r.Account.WrongKey != fault.AccountKeyNotBase64 || r.Account.Directory != "https://acme.example.ch/directory" {
		t.Errorf("typed: %+v", *r.Account)
	}
	found, _ := Parse("KID: k1\nHMAC key: "+key, Pasted)
	plain := Parser{}.Complete(Reading{Kind: ACME, Account: &Account{WrongDirectory: fault.LinkInsecure}}, "", "k1", "")
	if plain.Account.WrongDirectory != fault.LinkInsecure {
		t.Errorf("a directory without encryption: %+v", plain.Account)
	}
	r = Parser{}.Complete(found, "https://acme.example.ch/directory", "", "")
	if !r.Account.Whole() || !r.Ticket.Code.Equal(found.Ticket.Code) || r.Account.KeyID != "k1" {
		t.Errorf("completed: %+v", *r.Account)
	}
}

// TestAnAccountNeverComesByTheScheme: a page on the web must not bring its own account along.
func TestAnAccountNeverComesByTheScheme(t *testing.T) {
	link := "https%3A%2F%2Fshop.example%2F%23acme%3Dhttps%253A%252F%252Facme.example%252Fdirectory%26kid%3Dk1%26hmac%3DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	if r, err := Parse("certdesk:?link="+link, Scheme); !fault.Is(err, fault.LinkNotForApp) {
		t.Errorf("%v %+v", err, r)
	}
	if r, err := Parse(layout("certbot"), CommandLine); err == nil && r.Kind == ACME {
		t.Errorf("a key on the command line: %+v", r)
	}
}

// TestAnAccountInASavedEmail: as text with soft line breaks, and as a table of a web page.
func TestAnAccountInASavedEmail(t *testing.T) {
	raw := base64.RawURLEncoding.EncodeToString(macBytes)
	for name, mail := range map[string]string{
		"text": "Subject: Your account\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" +
			"Directory: https://acme.shop.example/v2/DV\nKey ID: kid-7_AB.c\nHMAC key: " + raw[:50] + "=\n" + raw[50:] + "\nRegards\n",
		"table": "Subject: Your account\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>Welcome</p><table>" +
			"<tr><td>ACME server</td><td>https://acme.shop.example/v2/DV</td></tr><tr><td><b>Key ID</b></td><td>kid-7_AB.c</td></tr>" +
			"<tr><td><b>HMAC key</b></td><td><code>" + raw + "</code></td></tr></table><a href='https://shop.example/help'>Help</a></body></html>\n",
	} {
		r, err := Parser{}.ParseEmail(strings.NewReader(mail))
		if err != nil || r.Kind != ACME || !r.Account.Whole() || r.Account.KeyID != "kid-7_AB.c" ||
			!r.Ticket.Code.Equal(secret.FromString(raw)) || r.Account.Directory != "https://acme.shop.example/v2/DV" {
			t.Errorf("%s: %v %+v", name, err, r.Account)
		}
	}
}
