package export_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/order"
)

func TestFileName(t *testing.T) {
	tests := []struct {
		subject, label, want string
	}{
		{"anna@example.ch", "Outlook", "anna@example.ch (Outlook) 2027-05.p12"},
		{"anna@example.ch", "", "anna@example.ch 2027-05.p12"},
		{"*.example.ch", "IIS", "_.example.ch (IIS) 2027-05.p12"},
		{"Zoë Müller", "Thunderbird", "Zoë Müller (Thunderbird) 2027-05.p12"},
		{"../../etc/passwd", "x", "_.._etc_passwd (x) 2027-05.p12"},
		{`C:\Windows\x`, "a/b", "C__Windows_x (a_b) 2027-05.p12"},
		{"con", "x", "_con (x) 2027-05.p12"},
		{"aux.example.ch", "x", "_aux.example.ch (x) 2027-05.p12"},
		{"LPT1", "x", "_LPT1 (x) 2027-05.p12"},
		{"COM¹.x", "x", "_COM¹.x (x) 2027-05.p12"},
		{"console.example.ch", "x", "console.example.ch (x) 2027-05.p12"},
		{"a\u202Egpj.exe", "x", "agpj.exe (x) 2027-05.p12"},
		{"line\r\nbreak\x00", "x", "line break (x) 2027-05.p12"},
		{" .hidden. ", "x", "hidden (x) 2027-05.p12"},
		{"-rf", "x", "rf (x) 2027-05.p12"},
		{"", "x", "certificate (x) 2027-05.p12"},
		{"...", "...", "certificate 2027-05.p12"},
	}
	for _, tt := range tests {
		if got := export.FileName(tt.subject, tt.label, notAfter, ".p12"); got != tt.want {
			t.Errorf("%q, %q: %q, want %q", tt.subject, tt.label, got, tt.want)
		}
	}
	if got := export.FileName("a", "b", time.Time{}, ".p12"); got != "a (b).p12" {
		t.Errorf("without a date: %q", got)
	}
}

// A file for a server has no sign in its name that means something in a configuration or a shell, whatever the
// certificate says.
func TestFilesForServersHaveBareNames(t *testing.T) {
	d, _ := destination.Find(destination.Postfix, order.TLS)
	for subject, want := range map[string]string{
		"www.example.ch": "www.example.ch.key.pem", "*.example.ch": "_.example.ch.key.pem", "xn--bcher-kva.example": "xn--bcher-kva.example.key.pem",
		"My server, $(reboot)": "My_server____reboot_.key.pem", "a\n  b": "a___b.key.pem", "a;b{c}'\"": "a_b_c___.key.pem", "Zürich": "Zürich.key.pem",
	} {
		if got := export.Outputs(d, subject, notAfter, words(t, "en").Say)[0].Name; got != want {
			t.Errorf("%q: %q, want %q", subject, got, want)
		}
	}
}

func checkName(t *testing.T, name string) {
	t.Helper()
	if utf8.RuneCountInString(name) > 120 || len(name) > 240 || !utf8.ValidString(name) {
		t.Errorf("%q: %d characters, %d bytes", name, utf8.RuneCountInString(name), len(name))
	}
	if name != filepath.Base(name) || strings.ContainsAny(name, `<>:"/\|?*`) || !strings.HasSuffix(name, " 2027-05.p12") ||
		strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") || strings.HasPrefix(name, " ") {
		t.Errorf("%q is no good name", name)
	}
	for _, r := range name {
		if !unicode.IsPrint(r) {
			t.Errorf("%q holds %U", name, r)
		}
	}
}

// FuzzFileName: whatever a certificate says, the name is one that every system takes, and this one makes.
func FuzzFileName(f *testing.F) {
	f.Add("anna@example.ch", "Outlook")
	f.Add(strings.Repeat("ü", 500), strings.Repeat("\U0001F511", 500))
	f.Add("a\u202E/..\\NUL.", "\x00")
	f.Add("con.\u2028", "com1")
	f.Fuzz(func(t *testing.T, subject, label string) {
		checkName(t, export.FileName(subject, label, notAfter, ".p12"))
	})
}

func TestTheSystemTakesTheLongestName(t *testing.T) {
	for _, subject := range []string{strings.Repeat("x", 500), strings.Repeat("\U0001F511", 500)} {
		name := export.FileName(subject, "most programs", notAfter, ".p12")
		if err := os.WriteFile(filepath.Join(t.TempDir(), name), nil, 0o600); err != nil {
			t.Errorf("%d bytes: %v", len(name), err)
		}
	}
}

func TestFreeName(t *testing.T) {
	dir := t.TempDir()
	const name = "anna@example.ch (Outlook) 2027-05.p12"
	for _, want := range []string{
		name, "anna@example.ch (Outlook) 2027-05 (2).p12", "anna@example.ch (Outlook) 2027-05 (3).p12",
	} {
		got := export.FreeName(dir, name)
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if err := os.WriteFile(filepath.Join(dir, got), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Files that belong together get one number, even when only one of them is in the way.
func TestFreeNamesAreNumberedTogether(t *testing.T) {
	dir := t.TempDir()
	d, _ := destination.Find(destination.Unknown, order.TLS)
	outputs := export.Outputs(d, "example.ch", notAfter, words(t, "en").Say)
	if err := os.WriteFile(filepath.Join(dir, "example.ch.fullchain.pem"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range export.FreeNames(dir, outputs) {
		got = append(got, o.Name)
	}
	want := []string{
		"example.ch (most programs) 2027-05 (2).p12", "example.ch (newer programs) 2027-05 (2).p12",
		"example.ch-2.key.pem", "example.ch-2.fullchain.pem",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if outputs[2].Name != "example.ch.key.pem" {
		t.Errorf("the names that were given have changed: %s", outputs[2].Name)
	}
}

func TestFriendlyName(t *testing.T) {
	if got := export.FriendlyName("anna@example.ch", "Example\u202E Hosting", notAfter); got !=
		"anna@example.ch, Example[U+202E] Hosting, 2027-05" {
		t.Errorf("got %q", got)
	}
	if got := export.FriendlyName("anna@example.ch", "", notAfter); got != "anna@example.ch, 2027-05" {
		t.Errorf("without a seller: %q", got)
	}
}
