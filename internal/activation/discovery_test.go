package activation

import (
	"strings"
	"testing"

	"certdesk/internal/fault"
)

const goodDiscovery = `{"api_version":1,
 "service":{"name":"Example Hosting","homepage":"https://www.example.ch/","support":[
   {"region":"CH","languages":["de","fr"],"phone":"+41 44 000 00 00","email":"help@example.ch","url":"https://example.ch/help","hours":"9–17"},
   {"languages":["en"]}]},
 "endpoint":"https://api.example.ch/certs/v1",
 "links":{"activation":"fragment","access":"fragment"},
 "code":{"pattern":"[A-Z0-9-]{8,40}"},
 "later":{"anything":true}}`

func TestDiscovery(t *testing.T) {
	d, err := ParseDiscovery([]byte(goodDiscovery), "https://shop.example.ch")
	if err != nil {
		t.Fatal(err)
	}
	if d.Name != "Example Hosting" || d.Homepage != "https://www.example.ch/" {
		t.Errorf("service: %q %q", d.Name, d.Homepage)
	}
	if d.Endpoint != "https://api.example.ch/certs/v1/" || !d.Elsewhere || d.EndpointHost.Display != "api.example.ch" {
		t.Errorf("endpoint: %q, elsewhere %v, host %q", d.Endpoint, d.Elsewhere, d.EndpointHost.Display)
	}
	if len(d.Support) != 1 || d.Support[0].Email != "help@example.ch" {
		t.Errorf("support without a way to reach anybody must fall away: %+v", d.Support)
	}
	if d.CodeRule != "fragment" || d.AccessRule != "fragment" {
		t.Errorf("rules: %q %q", d.CodeRule, d.AccessRule)
	}
	if !d.Pattern.MatchString("ABCD-1234") || d.Pattern.MatchString("x ABCD-1234") {
		t.Error("the pattern must be anchored")
	}
}

func TestDiscoveryEndpoint(t *testing.T) {
	for _, c := range []struct {
		name, origin, endpoint, want string
		code                         fault.Code
	}{
		{"same host", "https://shop.example.ch", "https://shop.example.ch/a/", "https://shop.example.ch/a/", ""},
		{"root", "https://shop.example.ch", "https://shop.example.ch", "https://shop.example.ch/", ""},
		{"parent", "https://shop.example.ch", "https://example.ch/a", "https://example.ch/a/", ""},
		{"other port of a name", "https://shop.example.ch", "https://shop.example.ch:8443/", "https://shop.example.ch:8443/", ""},
		{"umlaut", "https://shop.xn--bcher-kva.ch", "https://api.bücher.ch/", "https://api.xn--bcher-kva.ch/", ""},
		{"foreign", "https://shop.example.ch", "https://shop.example.com/", "", fault.ServiceElsewhere},
		{"two customers of one private suffix", "https://a.github.io", "https://b.github.io/", "", fault.ServiceElsewhere},
		{"two firms under co.uk", "https://a.co.uk", "https://b.co.uk/", "", fault.ServiceElsewhere},
		{"plain http", "https://shop.example.ch", "http://shop.example.ch/", "", fault.ServiceElsewhere},
		{"to this computer", "https://shop.example.ch", "http://127.0.0.1/", "", fault.ServiceElsewhere},
		{"to an address", "https://shop.example.ch", "https://192.0.2.1/", "", fault.ServiceElsewhere},
		{"loopback", "http://127.0.0.1:4711", "http://127.0.0.1:4711/v1/", "http://127.0.0.1:4711/v1/", ""},
		{"loopback, six", "http://[::1]:4711", "http://[::1]:4711/v1", "http://[::1]:4711/v1/", ""},
		{"loopback, other port", "http://127.0.0.1:4711", "http://127.0.0.1:4712/", "", fault.ServiceElsewhere},
		{"address, other port", "https://192.0.2.1:8443", "https://192.0.2.1:9443/", "", fault.ServiceElsewhere},
		{"address, same", "https://192.0.2.1:8443", "https://192.0.2.1:8443/", "https://192.0.2.1:8443/", ""},
		{"userinfo", "https://shop.example.ch", "https://a@shop.example.ch/", "", fault.ServiceBroken},
		{"query", "https://shop.example.ch", "https://shop.example.ch/?a=b", "", fault.ServiceBroken},
		{"empty query", "https://shop.example.ch", "https://shop.example.ch/?", "", fault.ServiceBroken},
		{"fragment", "https://shop.example.ch", "https://shop.example.ch/#a", "", fault.ServiceBroken},
		{"dots", "https://shop.example.ch", "https://shop.example.ch/a/../b/", "", fault.ServiceBroken},
		{"encoded dots", "https://shop.example.ch", "https://shop.example.ch/a/%2e%2e/b/", "", fault.ServiceBroken},
		{"relative", "https://shop.example.ch", "/v1/", "", fault.ServiceBroken},
		{"none", "https://shop.example.ch", "", "", fault.ServiceBroken},
		{"opaque", "https://shop.example.ch", "https:shop.example.ch", "", fault.ServiceBroken},
		{"script", "https://shop.example.ch", "javascript://shop.example.ch/", "", fault.ServiceElsewhere},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := `{"api_version":1,"service":{"name":"x"},"endpoint":"` + c.endpoint + `"}`
			d, err := ParseDiscovery([]byte(body), c.origin)
			if c.code != "" {
				if !fault.Is(err, c.code) {
					t.Fatalf("got %v, want %s", err, c.code)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d.Endpoint != c.want {
				t.Errorf("got %q, want %q", d.Endpoint, c.want)
			}
		})
	}
}

func TestDiscoveryOutcome(t *testing.T) {
	for _, c := range []struct {
		name, body string
		code       fault.Code
	}{
		{"web page", "<!doctype html><title>Shop</title>", fault.ServiceWebOnly},
		{"nothing", "", fault.ServiceWebOnly},
		{"a JSON list", "[1]", fault.ServiceWebOnly},
		{"a word", "null", fault.ServiceWebOnly},
		{"cut", `{"api_version":1,"service":{"na`, fault.ServiceBroken},
		{"no version", `{"endpoint":"https://shop.example.ch/"}`, fault.ServiceBroken},
		{"version 0", `{"api_version":0}`, fault.ServiceBroken},
		{"version half", `{"api_version":1.5}`, fault.ServiceBroken},
		{"version two, other types", `{"api_version":2,"endpoint":["x"],"service":7}`, fault.ServiceNewer},
		{"wrong type", `{"api_version":1,"endpoint":7}`, fault.ServiceBroken},
		{"oversize", "{" + strings.Repeat(" ", 1<<20), fault.ServiceOversize},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseDiscovery([]byte(c.body), "https://shop.example.ch")
			if !fault.Is(err, c.code) {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			if got := fault.Of(err).Args["host"]; got != "shop.example.ch" {
				t.Errorf("argument host is %v", got)
			}
		})
	}
}

func TestDiscoveryCleansText(t *testing.T) {
	body := `{"api_version":1,"service":{"name":"Shop\u202egpj.exe\n\u0007` + strings.Repeat("x", 200) + `",
	  "homepage":"http://example.ch/","support":[{"url":"javascript:alert(1)","phone":"1\u0000"}]},
	  "endpoint":"https://shop.example.ch/","links":{"activation":"cookie"},"code":{"pattern":"a)|(?:b"}}`
	d, err := ParseDiscovery([]byte(body), "https://shop.example.ch")
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(d.Name, "\u202e\n\a") || len([]rune(d.Name)) > maxName {
		t.Errorf("name: %q", d.Name)
	}
	if d.Homepage != "" || d.CodeRule != "" || d.Pattern != nil {
		t.Errorf("homepage %q, rule %q, pattern %v must fall away", d.Homepage, d.CodeRule, d.Pattern)
	}
	if len(d.Support) != 1 || d.Support[0].URL != "" || strings.Contains(d.Support[0].Phone, "\x00") {
		t.Errorf("support: %+v", d.Support)
	}
}

func FuzzParseDiscovery(f *testing.F) {
	f.Add([]byte(goodDiscovery), "https://shop.example.ch")
	f.Add([]byte(`{"api_version":1,"endpoint":"http://127.0.0.1:1/"}`), "http://127.0.0.1:1")
	f.Add([]byte(`{"api_version":2}`), "https://192.0.2.1")
	f.Fuzz(func(t *testing.T, body []byte, origin string) {
		d, err := ParseDiscovery(body, origin)
		if err != nil {
			if fault.Of(err).Code == fault.Unexpected {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		o, h, err := ParseOrigin(origin)
		if err != nil {
			t.Fatal("a discovery for an origin that is none")
		}
		e, eh, err := ParseOrigin(strings.SplitAfter(d.Endpoint, "//")[0] + strings.SplitN(strings.SplitN(d.Endpoint, "//", 2)[1], "/", 2)[0])
		if err != nil {
			t.Fatalf("endpoint %q: %v", d.Endpoint, err)
		}
		if strings.HasPrefix(e, "http:") && e != o {
			t.Fatalf("plain http endpoint %q for %q", e, o)
		}
		if !eh.same(h) {
			t.Fatalf("endpoint %q for %q", e, o)
		}
		if !strings.HasSuffix(d.Endpoint, "/") || strings.ContainsAny(d.Endpoint, "?#@ ") {
			t.Fatalf("endpoint %q", d.Endpoint)
		}
	})
}

// A test service on this computer has pages of its own; nobody else's plain http is opened.
func TestPagesOfAServiceOnThisComputer(t *testing.T) {
	for page, want := range map[string]string{
		"http://127.0.0.1:4711/shop": "http://127.0.0.1:4711/shop", "http://127.0.0.1:4712/": "", "http://example.ch/": "", "https://example.ch/": "https://example.ch/",
	} {
		d, err := ParseDiscovery([]byte(`{"api_version":1,"service":{"name":"x","homepage":"`+page+`"},"endpoint":"http://127.0.0.1:4711/"}`), "http://127.0.0.1:4711")
		if err != nil || d.Homepage != want {
			t.Errorf("%s: %q, %v", page, d.Homepage, err)
		}
	}
}
