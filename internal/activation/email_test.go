package activation

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"certdesk/internal/fault"
)

// eml makes an e-mail with the line ends that e-mails have.
func eml(text string) string { return strings.ReplaceAll(strings.TrimPrefix(text, "\n"), "\n", "\r\n") }

const alternative = `
From: Example Hosting <shop@example.ch>
To: anna@example.ch
Subject: =?utf-8?q?Ihr_Zertifikat_f=C3=BCr_anna?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="m"

--m
Content-Type: multipart/alternative; boundary="a"

--a
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

F=FCr Sie: https://shop.example.ch/activate#=
7Q2K9FHM41XZ
--a
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PGh0bWw+PHN0eWxlPmEgaHR0cHM6Ly9zdHlsZS5leGFtcGxlLyNBMUIyQzNENDwvc3R5bGU+PHA+
PGEgaHJlZj0iaHR0cHM6Ly9zaG9wLmV4YW1wbGUuY2gvYWN0aXZhdGUjN1EySzlGSE00MVhaIj5B
a3RpdmllcmVuPC9hPjwvcD48L2h0bWw+
--a--
--m
Content-Type: text/plain; name="other.txt"
Content-Disposition: attachment; filename="other.txt"

https://attached.example.ch/activate#9ZZZ9FHM41XZ
--m--
`

func TestParseEmail(t *testing.T) {
	for _, c := range []struct {
		name, mail, service, code string
		fault                     fault.Code
	}{
		{"alternatives, attachment passed over", alternative, "https://shop.example.ch", "7Q2K9FHM41XZ", ""},
		{"plain", "Subject: x\n\nYour code: 7Q2K-9FHM\n", "", "7Q2K-9FHM", ""},
		{
			"the target counts, not the text",
			"Content-Type: text/html\n\n<p><a href='https://other.example.com/a#7Q2K9FHM41XZ'>https://shop.example.ch/a#9ZZZ9FHM41XZ</a>",
			"https://other.example.com", "7Q2K9FHM41XZ", "",
		},
		{
			"code in a cell of a table",
			"Content-Type: text/html; charset=utf-8\n\n<table><tr><td>Aktivierungscode:</td><td><b>7Q2K-9FHM</b></td></tr></table>",
			"", "7Q2K-9FHM", "",
		},
		{
			"a scanner's wrapper in HTML",
			"Content-Type: text/html\n\n<a href=\"" + strings.ReplaceAll(safeLink("https://shop.example.ch/#7Q2K9FHM41XZ"), "&", "&amp;") + "\">Activate</a>",
			"https://shop.example.ch", "7Q2K9FHM41XZ", "",
		},
		{"this computer", "Subject: x\n\nhttp://127.0.0.1:4711/activate#DEMO-MAIL\n", "", "", fault.LinkInsecure},
		{"private key", "Subject: x\n\n-----BEGIN PRIVATE KEY-----\n", "", "", fault.TextPrivateKey},
		{"no text", "Content-Type: image/png\n\nxx", "", "", fault.TextNoLink},
		{"empty", " \n", "", "", fault.LinkEmpty},
		{"no e-mail", "\x00\x01\x02", "", "", fault.TextNoLink},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ParseEmail(strings.NewReader(eml(c.mail)))
			if c.fault != "" {
				if !fault.Is(err, c.fault) {
					t.Fatalf("got %v, want %s", err, c.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Ticket.Service != c.service || !isSecret(r.Ticket.Code, c.code) {
				t.Errorf("kind %q, service %q, code %q", r.Kind, r.Ticket.Service, r.Ticket.Code.Reveal())
			}
		})
	}
}

func TestParseEmailLimits(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("Subject: x\r\n\r\n"), iotest.OneByteReader(strings.NewReader("")), repeated{})
	if _, err := ParseEmail(endless); !fault.Is(err, fault.TextTooLong) {
		t.Errorf("endless: %v", err)
	}
	if _, err := ParseEmail(iotest.ErrReader(errors.New("disk"))); !fault.Is(err, fault.LinkUnreadable) {
		t.Errorf("unreadable file: %v", err)
	}
}

// repeated never ends.
type repeated struct{}

func (repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func FuzzParseEmail(f *testing.F) {
	f.Add([]byte(eml(alternative)))
	f.Add([]byte("Content-Type: text/html\r\n\r\n<a href='https://shop.example.ch/#7Q2K9FHM41XZ'>x</a>"))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nCode: 7Q2K-9FHM\r\n--a--"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseEmail(strings.NewReader(string(data)))
		if err != nil {
			if fault.Of(err).Code == fault.Unexpected {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		checkReading(t, "", Email, r)
	})
}
