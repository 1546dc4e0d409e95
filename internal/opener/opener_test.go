package opener

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/internal/fault"
)

// recording is an Opener whose launchers note what they are given and answer with err.
func recording(err error) (o *Opener, given *[]string) {
	given = new([]string)
	launch := func(what string) error { *given = append(*given, what); return err }
	return &Opener{openURL: launch, openPath: launch, patience: time.Minute, written: map[string]bool{}}, given
}

func parse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestOpenURL(t *testing.T) {
	long := "https://shop.example/" + strings.Repeat("x", 2048-len("https://shop.example/"))
	for _, tc := range []struct{ in, opened string }{
		{"https://shop.example/a?b=c#d", "https://shop.example/a?b=c#d"},
		{"HTTPS://shop.example", "https://shop.example"},
		{"https://shop.example:8443/", "https://shop.example:8443/"},
		{"http://127.0.0.1:4321/activate/DEMO", "http://127.0.0.1:4321/activate/DEMO"},
		{"http://[::1]:4321/", "http://[::1]:4321/"},
		{"https://shop.example/?q=\"&'|`<>^{}\\", "https://shop.example/?q=%22&%27%7C%60%3C%3E%5E%7B%7D%5C"},
		{"https://shop.example/ä b?ö=ü", "https://shop.example/%C3%A4%20b?%C3%B6=%C3%BC"},
		{long, long},
		{long + "x", ""},
		{"http://shop.example/", ""},
		{"http://localhost/", ""},
		{"http://127.0.0.2/", ""},
		{"file:///etc/passwd", ""},
		{"javascript:alert(1)", ""},
		{"mailto:a@b.example", ""},
		{"certdesk:?link=x", ""},
		{"https:opaque", ""},
		{"https:///path", ""},
		{"https://:443/", ""},
		{"https://user@shop.example/", ""},
		{"https://user:secret@shop.example/", ""},
		{"https://müller.example/", ""},
		{"https://shop.example%20evil/", ""},
		{"-https://shop.example", ""},
		{"/etc/passwd", ""},
		{"", ""},
	} {
		o, given := recording(nil)
		u, err := url.Parse(tc.in)
		if err == nil {
			err = o.OpenURL(t.Context(), u)
		}
		switch got := strings.Join(*given, " "); {
		case tc.opened == "" && (err == nil || got != ""):
			t.Errorf("%q: opened %q, %v", tc.in, got, err)
		case tc.opened != "" && (err != nil || got != tc.opened):
			t.Errorf("%q: opened %q, want %q: %v", tc.in, got, tc.opened, err)
		}
	}
	o, _ := recording(nil)
	if err := o.OpenURL(t.Context(), nil); !fault.Is(err, fault.OpenerFailed) {
		t.Errorf("nil: %v", err)
	}
}

func FuzzOpenURL(f *testing.F) {
	f.Add("https://shop.example/?a=\"b\" c#d'e")
	f.Add("http://[::1]:80/\x7f")
	f.Add("https://a.b.c:1/%zz")
	f.Fuzz(func(t *testing.T, s string) {
		u, err := url.Parse(s)
		if err != nil {
			return
		}
		address, err := webAddress(u)
		if err != nil {
			return
		}
		again, err := url.Parse(address)
		if err != nil || again.Scheme != u.Scheme || again.Host != u.Host || again.User != nil {
			t.Errorf("%q became %q", s, address)
		}
		for i := range len(address) {
			if c := address[i]; c <= ' ' || c > '~' || strings.IndexByte("\"'<>\\`", c) >= 0 {
				t.Errorf("%q holds %q", address, c)
			}
		}
	})
}

func TestOpenMail(t *testing.T) {
	for _, tc := range []struct{ to, subject, body, opened string }{
		{"it@example.ch", "Eintrag für uns", "Zeile 1\nA & B?\r\n", "mailto:it@example.ch?subject=Eintrag%20f%C3%BCr%20uns&body=Zeile%201%0D%0AA%20%26%20B%3F%0D%0A"},
		{"", "s", "b", "mailto:?subject=s&body=b"},
		{"a+b@example.ch", "", "", "mailto:a%2Bb@example.ch?subject=&body="},
		{"a@example.ch,b@example.ch", "", "", ""},
		{"a@example.ch?cc=b", "", "", ""},
		{"a@b@c", "", "", ""},
		{"nobody", "", "", ""},
		{"", "", strings.Repeat("x", 2048), ""},
	} {
		o, given := recording(nil)
		err := o.OpenMail(t.Context(), tc.to, tc.subject, tc.body)
		if got := strings.Join(*given, " "); got != tc.opened || (err == nil) != (tc.opened != "") {
			t.Errorf("%q: opened %q, want %q: %v", tc.to, got, tc.opened, err)
		}
	}
}

func write(t *testing.T, path string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenFileAndFolder(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	o, given := recording(nil)
	for _, name := range []string{"a.p12", "B.PFX", "c.exe", "d", "gone.pem"} {
		write(t, in(name))
		o.Wrote(in(name))
	}
	write(t, in("foreign.pem"))
	for _, folder := range []string{"folder.pem", "other", "x.app"} {
		if err := os.Mkdir(in(folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	o.Wrote(in("folder.pem"))
	o.Wrote(filepath.Join(in("x.app"), "a.pem"))
	if err := os.Remove(in("gone.pem")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(in("c.exe"), in("link.pem")); err != nil {
		t.Fatal(err)
	}
	o.Wrote(in("link.pem"))

	if err := errors.Join(o.OpenFile(t.Context(), in("a.p12")), o.OpenFile(t.Context(), in("B.PFX")), o.OpenFolder(t.Context(), dir)); err != nil {
		t.Error(err)
	}
	if got, want := strings.Join(*given, " "), strings.Join([]string{in("a.p12"), in("B.PFX"), dir}, " "); got != want {
		t.Errorf("opened %s, want %s", got, want)
	}
	*given = nil
	for _, path := range []string{
		in("c.exe"), in("d"), in("gone.pem"), in("foreign.pem"), in("folder.pem"), in("link.pem"),
		dir + "/./a.p12", "a.p12", "-a.p12", "", dir + "/other/../a.p12",
	} {
		if err := o.OpenFile(t.Context(), path); !fault.Is(err, fault.OpenerFailed) || strings.Contains(err.Error(), dir) {
			t.Errorf("file %q: %v", path, err)
		}
	}
	for _, path := range []string{in("other"), in("x.app"), in("a.p12"), dir + "/", ".", filepath.Dir(dir)} {
		if err := o.OpenFolder(t.Context(), path); !fault.Is(err, fault.OpenerFailed) || strings.Contains(err.Error(), dir) {
			t.Errorf("folder %q: %v", path, err)
		}
	}
	if len(*given) != 0 {
		t.Errorf("opened %v", *given)
	}
}

func TestALauncherThatFails(t *testing.T) {
	for _, cause := range []error{errors.New("open https://shop.example/canary: no"), os.ErrNotExist} {
		o, _ := recording(cause)
		err := o.OpenURL(t.Context(), parse(t, "https://shop.example/canary"))
		if !fault.Is(err, fault.OpenerFailed) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%v: %v", cause, err)
		}
	}
}

func TestALauncherThatStays(t *testing.T) {
	closed := make(chan struct{})
	defer close(closed)
	o, _ := recording(nil)
	o.openURL = func(string) error { <-closed; return nil }
	u := parse(t, "https://shop.example/")

	o.patience = time.Millisecond
	if err := o.OpenURL(t.Context(), u); err != nil {
		t.Errorf("it has opened: %v", err)
	}
	o.patience = time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	o.openURL = func(string) error { cancel(); <-closed; return nil }
	if err := o.OpenURL(ctx, u); !fault.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
	o.openURL = func(string) error { t.Error("opened after it was cancelled"); return nil }
	if err := o.OpenURL(ctx, u); !fault.Is(err, fault.Cancelled) {
		t.Errorf("cancelled before: %v", err)
	}
}
