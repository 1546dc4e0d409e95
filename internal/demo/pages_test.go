package demo_test

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"certdesk/internal/demo"
	"certdesk/internal/seller/activationapi/wire"
)

func TestOnlyThisComputersOwnProgramsAndPagesAreAnswered(t *testing.T) {
	c := newCustomer(t)
	c.order(newKey(t))
	own := strings.TrimPrefix(c.issuer.URL(), "http://")
	port := own[strings.LastIndex(own, ":"):]
	link := linkIn(t, c.inbox()[0].Text)
	for name, tc := range map[string]struct {
		method, address string
		header          map[string]string
		allowed         bool
	}{
		"a program":                    {"GET", c.issuer.URL() + "/", nil, true},
		"typed into a browser":         {"GET", c.issuer.URL() + "/", map[string]string{"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, true},
		"a link in a web mail":         {"GET", link, map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, true},
		"a rebound name":               {"GET", c.issuer.URL() + "/", map[string]string{"Host": "evil.example" + port}, false},
		"localhost":                    {"GET", c.issuer.URL() + "/", map[string]string{"Host": "localhost" + port}, false},
		"another port":                 {"GET", c.issuer.URL() + "/", map[string]string{"Host": "127.0.0.1:1"}, false},
		"rebound, API":                 {"GET", c.issuer.URL() + "/api/licence", map[string]string{"Host": "evil.example"}, false},
		"a script of another page":     {"GET", c.issuer.InboxURL(), map[string]string{"Origin": "https://evil.example"}, false},
		"a picture in another page":    {"GET", c.issuer.InboxURL(), map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, false},
		"a form of another page":       {"POST", link, map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, false},
		"a form of a hidden page":      {"POST", link, map[string]string{"Origin": "null"}, false},
		"another port of this machine": {"POST", link, map[string]string{"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}, false},
	} {
		r := c.browse(tc.method, tc.address, tc.header, "")
		if allowed := r.status != 403; allowed != tc.allowed {
			t.Errorf("%s: %d %.80s", name, r.status, r.body)
		}
	}
	if c.inbox()[0].ConfirmTask == "" {
		t.Error("somebody has confirmed the mailbox")
	}
}

func TestFetchingALinkConfirmsNothing(t *testing.T) {
	c := newCustomer(t)
	o, token, _ := c.order(newKey(t))
	link := linkIn(t, c.inbox()[0].Text)
	for _, method := range []string{"GET", "HEAD", "GET"} {
		if r := c.browse(method, link, nil, ""); r.status != 200 {
			t.Fatalf("%d", r.status)
		}
	}
	if o := c.look(o.ID, token).order(t); o.Tasks[0].State != wire.TaskStateOpen {
		t.Fatal("a GET has confirmed the mailbox")
	}
	r := c.browse("POST", link, map[string]string{"Origin": c.issuer.URL(), "Sec-Fetch-Site": "same-origin"}, "")
	if r.status != 303 || c.issuer.URL()+r.header.Get("Location") != link {
		t.Fatalf("%d %q", r.status, r.header.Get("Location"))
	}
	if o := c.look(o.ID, token).order(t); o.Tasks[0].State != wire.TaskStateDone {
		t.Error("the button does nothing")
	}
	if r := c.browse("GET", link, nil, ""); !strings.Contains(string(r.body), "is confirmed") {
		t.Errorf("%s", r.body)
	}
}

var (
	loads    = regexp.MustCompile(`(?:src|href|action)="([^"]*)"`)
	noWords  = regexp.MustCompile(`\[[a-z]+[.a-z-]*\]`)
	oneScrip = regexp.MustCompile(`(?i)<script|javascript:|\son[a-z]+=`)
)

// Every page says that it is a demo, in the language of the browser, loads nothing from elsewhere and
// runs nothing.
func TestPages(t *testing.T) {
	c := newCustomer(t)
	o, _, _ := c.order(newKey(t))
	mail := c.inbox()[0]
	base := c.issuer.URL()
	for _, address := range []string{
		base + "/", base + "/terms", base + "/activate", base + "/activate/DEMO-MAIL", linkIn(t, mail.Text),
		c.issuer.InboxURL(), c.issuer.InboxURL() + "mails/" + mail.ID, c.issuer.OperatorURL(),
		base + "/nothing", base + "/confirm/nothing", base + "/inbox/nothing/", base + "/operator/nothing/",
		base + "/activate/a%20b",
	} {
		for lang, word := range map[string]string{"de-CH,en;q=0.5": "nichts hier ist echt", "en": "nothing here is real", "ja": "nothing here is real"} {
			r := c.browse("GET", address, map[string]string{"Accept-Language": lang}, "")
			text := string(r.body)
			if want := strings.Contains(address, "nothing") || strings.Contains(address, "%20"); (r.status == 404) != want {
				t.Errorf("%s: %d", address, r.status)
			}
			if !strings.Contains(text, word) {
				t.Errorf("%s in %s does not say that it is a demo", address, lang)
			}
			if bad := noWords.FindString(text); bad != "" {
				t.Errorf("%s: %s", address, bad)
			}
			if oneScrip.MatchString(text) {
				t.Errorf("%s runs something", address)
			}
			for _, to := range loads.FindAllStringSubmatch(text, -1) {
				u, err := url.Parse(to[1])
				if err != nil || u.Host != "" && "http://"+u.Host != base {
					t.Errorf("%s leads to %s", address, to[1])
				}
			}
			if p := r.header.Get("Content-Security-Policy"); !strings.HasPrefix(p, "default-src 'none'") {
				t.Errorf("%s: %q", address, p)
			}
		}
	}
	if r := c.browse("GET", base+"/style.css", nil, ""); r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/css") {
		t.Errorf("style sheet: %d", r.status)
	}
	if r := c.browse("GET", base+"/activate/DEMO-MAIL", nil, ""); !strings.Contains(string(r.body), c.issuer.Link(code)) {
		t.Error("the activation page does not show the link")
	}
	if strings.Contains(string(c.browse("GET", base+"/", nil, "").body), o.ID) {
		t.Error("the start page knows orders")
	}
}

func TestMarkupInTheApplicationStaysText(t *testing.T) {
	c := newCustomer(t)
	_, hash := token(t)
	a := application(t, newKey(t), hash)
	evil := `<img src=x onerror=alert(1)>`
	a.Subject.Surname = &evil
	c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, a)}).order(t)
	r := c.browse("GET", c.issuer.InboxURL()+"mails/"+c.inbox()[0].ID, nil, "")
	if strings.Contains(string(r.body), "<img") || !strings.Contains(string(r.body), "&lt;img") {
		t.Errorf("%s", r.body)
	}
}

func TestTheMailIsInTheCustomersLanguage(t *testing.T) {
	c := newCustomer(t)
	_, hash := token(t)
	a := application(t, newKey(t), hash)
	a.Language = "de-CH"
	c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, a)}).order(t)
	m := c.inbox()[0]
	if !strings.HasPrefix(m.Text, "Guten Tag Anna Muster\n") || !strings.Contains(m.Subject, "Postfach") {
		t.Errorf("%q\n%s", m.Subject, m.Text)
	}
	if strings.Contains(m.Text, "[") {
		t.Errorf("a gap is open: %s", m.Text)
	}
}

func TestTheOperatorRejectsAndWrites(t *testing.T) {
	c := newCustomer(t)
	o, token, _ := c.order(newKey(t))
	own := map[string]string{"Origin": c.issuer.URL()}
	at := c.issuer.OperatorURL() + "orders/" + o.ID
	r := c.browse("POST", at+"/message", own, url.Values{"subject": {"A question"}, "text": {"line 1\r\nline 2"}}.Encode())
	if r.status != 303 || c.issuer.URL()+r.header.Get("Location") != c.issuer.OperatorURL() {
		t.Fatalf("%d %q", r.status, r.header.Get("Location"))
	}
	if m := c.look(o.ID, token).order(t).Messages; len(m) != 1 || m[0].Text != "line 1\nline 2" || m[0].Subject != "A question" {
		t.Errorf("%+v", m)
	}
	if r := c.browse("POST", at+"/reject", own, "reason=+"); r.status != 400 {
		t.Errorf("a rejection without a reason: %d", r.status)
	}
	for range 2 { // the second time does nothing
		if r := c.browse("POST", at+"/reject", own, "reason=No"); r.status != 303 {
			t.Errorf("%d", r.status)
		}
	}
	got := c.look(o.ID, token).order(t)
	if got.State != wire.OrderStateRejected || *got.StateReason != "No" || len(got.Messages) != 2 {
		t.Errorf("%+v", got)
	}
	if l := c.licence(); l.State != wire.LicenceStateValid {
		t.Errorf("licence: %s", l.State)
	}
	if r := c.browse("GET", c.issuer.OperatorURL()+"orders.json", nil, ""); !strings.Contains(string(r.body), `"state":"rejected"`) {
		t.Errorf("%s", r.body)
	}
}

func TestHelper(t *testing.T) {
	c := newCustomer(t)
	h := c.issuer.Helper(c.client)
	if mails, err := h.Inbox(context.Background()); err != nil || len(mails) != 0 {
		t.Errorf("%v %v", mails, err)
	}
	if h.InboxURL() != c.issuer.InboxURL() {
		t.Error("another inbox")
	}
	for _, id := range []string{"nothing", "..", "a/b", ""} {
		if err := h.Confirm(context.Background(), id); !errors.Is(err, demo.ErrNoMail) {
			t.Errorf("%q: %v", id, err)
		}
	}
}
