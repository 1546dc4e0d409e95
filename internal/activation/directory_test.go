package activation

import "testing"

func TestBuiltinDirectory(t *testing.T) {
	d := Builtin()
	for i, s := range d.ForCode() {
		if first := i == 0; first != (s.Service == Demo) || !first && s.Kind != SellerWeb {
			t.Errorf("a bare code goes to services of the Activation API, today the demo, or to a page in the browser: %+v", s)
		}
	}
	for _, s := range d.All() {
		for _, h := range s.Hosts {
			if got, ok := d.ByHost("www." + h); !ok || got.ID != s.ID {
				t.Errorf("www.%s belongs to %q", h, got.ID)
			}
			if _, ok := d.ByHost("evil" + h); ok {
				t.Errorf("evil%s is taken for %s", h, h)
			}
			host, err := hostFor("www." + h)
			if err != nil || d.judge(host).LooksLike != "" || d.judge(host).Known != s.Name {
				t.Errorf("%s resembles another one: %+v, %v", h, d.judge(host), err)
			}
		}
	}
}

func hostFor(name string) (Host, error) {
	_, h, err := ParseOrigin("https://" + name)
	return h, err
}

func TestLoadDirectoryRefuses(t *testing.T) {
	for name, file := range map[string]string{
		"broken":        "[[seller",
		"unknown key":   "[[seller]]\nid='a'\nname='A'\nkind='web'\nhosts=['a.example']\ncolour='red'",
		"no name":       "[[seller]]\nid='a'\nkind='web'\nhosts=['a.example']",
		"id twice":      "[[seller]]\nid='a'\nname='A'\nkind='web'\nhosts=['a.example']\n[[seller]]\nid='a'\nname='B'\nkind='web'\nhosts=['b.example']",
		"host twice":    "[[seller]]\nid='a'\nname='A'\nkind='web'\nhosts=['a.example']\n[[seller]]\nid='b'\nname='B'\nkind='web'\nhosts=['a.example']",
		"kind":          "[[seller]]\nid='a'\nname='A'\nkind='shop'\nhosts=['a.example']",
		"no host":       "[[seller]]\nid='a'\nname='A'\nkind='web'",
		"public suffix": "[[seller]]\nid='a'\nname='A'\nkind='web'\nhosts=['co.uk']",
		"upper case":    "[[seller]]\nid='a'\nname='A'\nkind='web'\nhosts=['A.example']",
		"umlaut":        "[[seller]]\nid='a'\nname='A'\nkind='web'\nhosts=['bücher.example']",
		"http":          "[[seller]]\nid='a'\nname='A'\nkind='web'\nhosts=['a.example']\nhomepage='http://a.example/'",
		"service":       "[[seller]]\nid='a'\nname='A'\nkind='web'\nservice='https://a.example'",
	} {
		if _, err := LoadDirectory([]byte(file)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestOneApart(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"sectigo", "sectigo", false},
		{"sectigo", "sectig", true},
		{"sectigo", "sectigoo", true},
		{"sectigo", "sectido", true},
		{"sectigo", "setcigo", true},
		{"sectigo", "stecgio", false},
		{"sectigo", "sect", false},
		{"sectigo", "xectigx", false},
	} {
		if oneApart(c.a, c.b) != c.want || oneApart(c.b, c.a) != c.want {
			t.Errorf("%s, %s: want %v", c.a, c.b, c.want)
		}
	}
}
