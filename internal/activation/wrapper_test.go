package activation

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"certdesk/internal/fault"
)

const plainLink = "https://shop.example.ch/a_b/activate?x=1&y=ü~*#7Q2K-9FHM_41XZ"

func safeLink(link string) string {
	return "https://eur03.safelinks.protection.outlook.com/?url=" + url.QueryEscape(link) +
		"&data=05%7C02%7Canna%40example.ch%7C0%7C638&sdata=abc%3D&reserved=0"
}

func defenseV2(link string) string {
	coded := strings.NewReplacer("-", "-2D", "_", "-5F", "%", "-").Replace(strings.ReplaceAll(url.QueryEscape(link), "+", "%20"))
	return "https://urldefense.proofpoint.com/v2/url?u=" + strings.ReplaceAll(coded, "-2F", "_") + "&d=DwMFaQ&c=abc&r=def&m=ghi&s=jkl&e="
}

// defenseV3 writes what it may keep as it is, "*" for another character and "**X" for a run of them.
func defenseV3(link string) string {
	var address, replaced strings.Builder
	run := 0
	flush := func() {
		switch {
		case run == 1:
			address.WriteByte('*')
		case run > 1:
			address.WriteString("**" + runLengths[run-2:run-1])
		}
		run = 0
	}
	for _, r := range link {
		if r < 0x80 && !strings.ContainsRune("*%#_[]", r) {
			flush()
			address.WriteRune(r)
			continue
		}
		run++
		replaced.WriteRune(r)
	}
	flush()
	return "https://urldefense.com/v3/__" + address.String() + "__;" +
		base64.RawURLEncoding.EncodeToString([]byte(replaced.String())) + "!!ABC123!xyz$"
}

func TestUnwrap(t *testing.T) {
	for _, c := range []struct{ name, wrapped, want, from string }{
		{"none", plainLink, plainLink, ""},
		{"Safe Links", safeLink(plainLink), plainLink, "eur03.safelinks.protection.outlook.com"},
		{"Defense v1", "https://urldefense.proofpoint.com/v1/url?u=" + url.QueryEscape(plainLink) + "&k=a&r=b&m=c&s=d", plainLink, "urldefense.proofpoint.com"},
		{"Defense v2", defenseV2(plainLink), plainLink, "urldefense.proofpoint.com"},
		{"Defense v3", defenseV3(plainLink), plainLink, "urldefense.com"},
		{"Barracuda", "https://linkprotect.cudasvc.com/url?a=" + url.QueryEscape(plainLink) + "&c=E,1,abc&typo=1", plainLink, "linkprotect.cudasvc.com"},
		{"two", safeLink(defenseV2(plainLink)), plainLink, "eur03.safelinks.protection.outlook.com"},
		{"three", safeLink(defenseV3(safeLink(plainLink))), plainLink, "eur03.safelinks.protection.outlook.com"},
		// Forms as they stand in public documentation of the scanners.
		{
			"v2 in the wild", "https://urldefense.proofpoint.com/v2/url?u=http-3A__links.mkt3337.com_ctt-3Fkn-3D3-26ms-3DMzQ3&d=DwMFaQ&c=V&r=M&m=Q&s=e&e=",
			"http://links.mkt3337.com/ctt?kn=3&ms=MzQ3", "urldefense.proofpoint.com",
		},
		{
			"v3 in the wild", "https://urldefense.com/v3/__https://firebasestorage.googleapis.com/o/owa*2Findex2gun.html?alt=media*vicky@a.example__;JSM!!Fjc1LPEtn8I!x$",
			"https://firebasestorage.googleapis.com/o/owa%2Findex2gun.html?alt=media#vicky@a.example", "urldefense.com",
		},
		{
			"v3 with a run", "https://urldefense.com/v3/__https://shop.example.ch/**By__;YWJjZA!!a!b$",
			"https://shop.example.ch/abcy", "urldefense.com",
		},
		{
			"v3 with one slash", "https://urldefense.com/v3/__https:/shop.example.ch/x__;!!a!b$",
			"https://shop.example.ch/x", "urldefense.com",
		},
		{
			"Barracuda in the wild", "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fsourcethemes.com%2facademic%2f%23icons&c=E,1,03Q55I8O6D&typo=1",
			"https://sourcethemes.com/academic/#icons", "linkprotect.cudasvc.com",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, from, err := unwrap(c.wrapped)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want || from != c.from {
				t.Errorf("got %q from %q\nwant %q from %q", got, from, c.want, c.from)
			}
		})
	}
}

func TestUnwrapRefuses(t *testing.T) {
	deep := plainLink
	for range 4 {
		deep = safeLink(deep)
	}
	for name, link := range map[string]string{
		"too deep":            deep,
		"no address":          "https://eur03.safelinks.protection.outlook.com/?data=1",
		"two addresses":       safeLink(plainLink) + "&url=https%3A%2F%2Fevil.example%2F",
		"a script":            safeLink("javascript:alert(1)"),
		"an app link":         safeLink("certdesk:?link=https%3A%2F%2Fshop.example.ch%2F%23ABC123"),
		"v2 without address":  "https://urldefense.proofpoint.com/v2/url?d=a",
		"v3 cut":              "https://urldefense.com/v3/__https://shop.example.ch/",
		"v3 short of letters": "https://urldefense.com/v3/__https://shop.example.ch/***Z__;YWI!!a!b$",
		"v3 bad base64":       "https://urldefense.com/v3/__https://shop.example.ch/*__;?!!a!b$",
		"v4":                  "https://urldefense.com/v4/whatever",
		"look-alike scanner":  "https://protect2.fireeye.com/v1/url?k=1&u=https%3A%2F%2Fshop.example.ch",
	} {
		if got, _, err := unwrap(link); !fault.Is(err, fault.LinkWrapped) || fault.Of(err).Args["host"] == "" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	// Only the scanner's own hosts count.
	if got, _, err := unwrap("https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fshop.example.ch"); err != nil || !strings.Contains(got, "evil.example") {
		t.Errorf("a foreign host was taken for a scanner: %q, %v", got, err)
	}
}

func TestWrappedLinkToThisComputer(t *testing.T) {
	if _, err := Parse(safeLink("http://127.0.0.1:4711/activate#DEMO-MAIL"), Pasted); !fault.Is(err, fault.LinkInsecure) {
		t.Errorf("what came by e-mail never leads to this computer: %v", err)
	}
}

func FuzzUnwrap(f *testing.F) {
	f.Add(safeLink(plainLink))
	f.Add(defenseV2(plainLink))
	f.Add(defenseV3(plainLink))
	f.Add("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fshop.example.ch%2f%23icons&c=E,1")
	f.Add("https://urldefense.com/v3/__https:/shop.example.ch/**By*__;YWJjZA!!a!b$")
	f.Fuzz(func(t *testing.T, link string) {
		got, from, err := unwrap(link)
		if err != nil {
			if !fault.Is(err, fault.LinkWrapped) {
				t.Fatalf("got %v", err)
			}
			return
		}
		if from == "" && got != link {
			t.Fatalf("changed without a wrapper: %q", got)
		}
		if from != "" && !isWebLink(got) {
			t.Fatalf("out of a wrapper came %q", got)
		}
		if host, _ := wrapperHost(got); host != "" {
			if _, known := wrapperFor(host); known {
				t.Fatalf("still wrapped: %q", got)
			}
		}
	})
}
