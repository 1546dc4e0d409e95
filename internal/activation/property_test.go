package activation

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"certdesk/internal/fault"
)

// checkReading holds what is true of every reading of every text.
func checkReading(t interface{ Fatalf(string, ...any) }, text string, from Origin, r Reading) {
	if r.Kind == Several {
		if len(r.Candidates) < 2 || len(r.Candidates) > maxCandidates || !r.Ticket.Code.Empty() {
			t.Fatalf("%q: several: %+v", text, r)
		}
		for _, c := range r.Candidates {
			checkReading(t, text, from, c)
		}
		return
	}
	if r.Ticket.Code.Empty() {
		t.Fatalf("%q: %s without a code", text, r.Kind)
	}
	service := r.Ticket.Service
	if r.Kind == Code {
		if service != "" && service != Demo {
			t.Fatalf("%q: a code knows its service %q", text, service)
		}
		return
	}
	origin, h, err := ParseOrigin(service)
	if err != nil || origin != service {
		t.Fatalf("%q: service %q is no canonical origin: %v", text, service, err)
	}
	literal := strings.HasPrefix(service, "http://127.0.0.1") || strings.HasPrefix(service, "http://[::1]")
	if !strings.HasPrefix(service, "https://") && (!literal || !h.Loopback || !from.loopback() || r.FromWrapper != "") {
		t.Fatalf("%q: leads to %q", text, service)
	}
	u, err := url.Parse(service)
	if err != nil || u.Hostname() != r.Host.ASCII || u.Port() != r.Host.Port {
		t.Fatalf("%q: shows %+v, leads to %q", text, r.Host, service)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		plainLink, safeLink(plainLink), defenseV2(plainLink), defenseV3(plainLink),
		"certdesk:?link=https%3A%2F%2Fshop.example.ch%2Fa%237Q2K9FHM41XZ",
		"http://127.0.0.1:4711/activate/DEMO-MAIL", "http://[::1]:4711/activate#DEMO-MAIL",
		"demo mail", "7Q2K – 9FHM\n41XZ", "Ihr Aktivierungscode lautet:\n\n 7Q2K-9FHM\n", "https://ｓｈｏｐ。example.ch/#7Q2K9FHM",
		"<https://shop.example.ch/activate\n#7Q2K9FHM41XZ> and https://b.example/#7Q2K9FHM41XZ",
		"https://xn--bcher-kva.ch./t/7Q2K9FHM41XZ", "shop.example.ch/activate#7Q2K9FHM41XZ",
	} {
		for from := Typed; from <= Email; from++ {
			f.Add(text, int(from))
		}
	}
	f.Fuzz(func(t *testing.T, text string, from int) {
		origin := Origin(((from % 5) + 5) % 5)
		r, err := Parse(text, origin)
		if err != nil {
			if fault.Of(err).Code == fault.Unexpected {
				t.Fatalf("%q: not a fault: %v", text, err)
			}
			return
		}
		checkReading(t, text, origin, r)
	})
}

var codes = rapid.StringMatching(`[A-Z0-9]{4}(-[A-Z0-9]{4}){2,4}`).Filter(func(s string) bool { return strings.ContainsAny(s, "0123456789") })

func TestCodeStaysOutOfSight(t *testing.T) {
	hosts := rapid.SampledFrom([]string{
		"https://shop.example.ch", "http://shop.example.ch", "http://127.0.0.1:1", "https://bücher.ch:8443", "https://a@b.example",
		"https://intranet", "ftp://shop.example.ch", "https://bit.ly", "https://0x7f.1", "https://xn--a.ch", `https://a.example\b`,
	})
	shapes := rapid.SampledFrom([]string{"%s/#%s", "%s/activate/%s", "%s/a?code=%s", "%s/?%s", "look: %s/#%s.", "%s\n\nCode: %s\n", "%s %s"})
	rapid.Check(t, func(t *rapid.T) {
		code, host := codes.Draw(t, "code"), hosts.Draw(t, "host")
		text := fmt.Sprintf(shapes.Draw(t, "shape"), host, code)
		if rapid.Bool().Draw(t, "wrapped") {
			text = safeLink(text)
		}
		r, err := Parse(text, Origin(rapid.IntRange(0, int(Email)).Draw(t, "from")))
		says := fmt.Sprintf("%+v %#v %v %+v", r, r, err, err)
		if err != nil {
			says += fmt.Sprintf("%+v", fault.Of(err))
		}
		if strings.Contains(says, code) || strings.Contains(says, strings.ReplaceAll(code, "-", "")) {
			t.Fatalf("the code stands in %s", says)
		}
	})
}

func TestWrappingChangesNothing(t *testing.T) {
	wrap := rapid.SampledFrom([]func(string) string{safeLink, defenseV2, defenseV3})
	rapid.Check(t, func(t *rapid.T) {
		code := codes.Draw(t, "code")
		link := rapid.SampledFrom([]string{
			"https://shop.example.ch/activate#", "https://bücher.ch:8443/activate/", "https://a.b.example.co.uk/x_y/z?x=%C3%BC&code=",
		}).Draw(t, "link") + code
		plain, err := Parse(link, Pasted)
		if err != nil {
			t.Fatal(err)
		}
		wrapped := link
		for range rapid.IntRange(1, maxDepth).Draw(t, "depth") {
			wrapped = wrap.Draw(t, "wrapper")(wrapped)
		}
		got, err := Parse(wrapped, Pasted)
		if err != nil {
			t.Fatal(err)
		}
		if got.FromWrapper == "" || got.Host != plain.Host || got.Ticket.Service != plain.Ticket.Service || !got.Ticket.Code.Equal(plain.Ticket.Code) {
			t.Fatalf("%+v became %+v", plain, got)
		}
	})
}

func TestGroupsAndDashes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := codes.Draw(t, "code")
		sep := rapid.SampledFrom([]string{"-", " - ", "–", "-\n", " ‑ "}).Draw(t, "dash")
		r, err := Parse(" "+strings.ReplaceAll(code, "-", sep)+"\n", Typed)
		if err != nil || !isSecret(r.Ticket.Code, code) {
			t.Fatalf("%q: %v", code, err)
		}
		bare := strings.ReplaceAll(code, "-", "")
		r, err = Parse(strings.ReplaceAll(code, "-", " "), Typed)
		if err != nil || !isSecret(r.Ticket.Code, bare) {
			t.Fatalf("%q in groups: %v", code, err)
		}
	})
}
