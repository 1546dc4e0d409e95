package acme

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
)

// saying refuses with a type, a sentence and whatever else the directory says.
func saying(status int, kind, detail string, more map[string]any, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		body := map[string]any{"type": "urn:ietf:params:acme:error:" + kind, "status": status, "detail": detail}
		for k, v := range more {
			body[k] = v
		}
		_ = json.NewEncoder(w).Encode(body)
	}
}

func (l *liar) times(path string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, p := range l.asked {
		if p == path {
			n++
		}
	}
	return n
}

func wantRefusal(t *testing.T, err error, code fault.Code) *seller.Refusal {
	t.Helper()
	var r *seller.Refusal
	if !errors.As(err, &r) || r.Fault.Code != code {
		t.Fatalf("%v, want a refusal: %s", err, code)
	}
	return r
}

// TestABindingThatIsUsedUp, or has expired: whatever type a directory calls that, both values are asked for again, and
// its own sentence is kept.
func TestABindingThatIsUsedUp(t *testing.T) {
	for _, kind := range []string{"unauthorized", "malformed", "externalAccountRequired"} {
		l := newLiar(t)
		c := l.customer(t)
		c.prepare(liarName)
		var calls atomic.Int32
		l.lie("/account", func(w http.ResponseWriter, r *http.Request) {
			if calls.Add(1) == 1 { // whether there is one already
				refuses(w, 400, "accountDoesNotExist")
				return
			}
			saying(403, kind, "This binding was used before.", nil)(w, r)
		})
		r := wantRefusal(t, c.submit(), fault.BindingWrong)
		if r.Fault.Detail != "This binding was used before." || len(c.shelf.list) != 0 {
			t.Errorf("%s: %q, %+v", kind, r.Fault.Detail, c.shelf.list)
		}
	}
}

// TestALimitIsKept: the same names are not asked for again before the time that the directory has named; others are.
func TestALimitIsKept(t *testing.T) {
	l := newLiar(t)
	c := l.customer(t)
	c.prepare(liarName)
	l.lie("/order", saying(429, "rateLimited", "too many certificates for this name", nil, "Retry-After", "3600"))
	wait := func(want time.Duration, asked int) {
		t.Helper()
		r := wantRefusal(t, c.submit(), fault.RateLimited)
		if got, _ := r.Fault.Args["wait"].(time.Duration); got.Round(time.Minute) != want || l.times("/order") != asked {
			t.Errorf("wait %v, asked %d times", r.Fault.Args["wait"], l.times("/order"))
		}
	}
	wait(time.Hour, 1)
	c.later = 20 * time.Minute
	wait(40*time.Minute, 1)
	c.prepare("other.example.org")
	wait(time.Hour, 2)
	c.prepare(liarName)
	wait(40*time.Minute, 2)
	l.honest()
	c.later = 61 * time.Minute
	if err := c.submit(); err != nil {
		t.Error(err)
	}
}

// TestTermsOfTheAuthority that an account has to accept anew stand where the directory says.
func TestTermsOfTheAuthority(t *testing.T) {
	l := newLiar(t)
	c := l.customer(t)
	c.prepare(liarName)
	l.lie("/order", saying(403, "userActionRequired", "Terms of service have changed", map[string]any{"instance": "https://ca.example.org/accept"}))
	if r := wantRefusal(t, c.submit(), fault.TermsChanged); r.Fault.Args["url"] != "https://ca.example.org/accept" {
		t.Errorf("%+v", r.Fault.Args)
	}
	l.lie("/order", saying(403, "userActionRequired", "Terms of service have changed", map[string]any{"instance": "javascript:alert(1)"}))
	if r := wantRefusal(t, c.submit(), fault.TermsChanged); r.Fault.Args["url"] != nil {
		t.Errorf("%+v", r.Fault.Args)
	}
}

// TestARequestThatIsRefused ends the order with the authority's reason, and is not sent again.
func TestARequestThatIsRefused(t *testing.T) {
	l := newLiar(t)
	c := l.customer(t)
	c.prepare(liarName)
	if err := c.submit(); err != nil {
		t.Fatal(err)
	}
	l.lie("/finalize", saying(400, "badCSR", "The key is on a list of weak keys.", nil))
	if err := c.check(liarName); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.status(); err != nil {
			t.Fatal(err)
		}
	}
	if c.last.State != order.ServiceRejected || c.last.StateReason != "The key is on a list of weak keys." || l.times("/finalize") != 1 {
		t.Errorf("%s %q, sent %d times", c.last.State, c.last.StateReason, l.times("/finalize"))
	}
}

// TestAnAccountThatIsClosedMeanwhile ends its order, with the authority's reason, at a look as at a press; one that is
// open and merely not allowed something does not.
func TestAnAccountThatIsClosedMeanwhile(t *testing.T) {
	closed := saying(401, "unauthorized", "The account was deactivated.", nil)
	press := map[string]func(*customer) error{
		"look": (*customer).status, "check": func(c *customer) error { return c.check(liarName) },
		"choose": func(c *customer) error {
			return c.take(c.client.Choose(c.t.Context(), c.receipt, c.token, liarName, "http_file", ""))
		},
	}
	for name, does := range press {
		l := newLiar(t)
		c := l.customer(t)
		c.prepare(liarName)
		if err := c.submit(); err != nil {
			t.Fatal(err)
		}
		l.lie("/order/1", closed)
		l.lie("/authz", closed)
		l.lie("/account", func(w http.ResponseWriter, _ *http.Request) { says(w, 200, map[string]any{"status": "valid"}) })
		if err := does(c); !fault.Is(err, fault.AccountClosed) || c.last.State.Over() {
			t.Errorf("%s, an open account: %v %s", name, err, c.last.State)
		}
		l.lie("/account", closed)
		if err := does(c); err != nil || c.last.State != order.ServiceFailed || c.last.StateReason != "The account was deactivated." {
			t.Errorf("%s: %v %s %q", name, err, c.last.State, c.last.StateReason)
		}
		if slices.ContainsFunc(c.last.Tasks, func(t order.Task) bool { return t.UsedUp != "" }) {
			t.Errorf("%s: %+v", name, c.last.Tasks)
		}
		// Giving it up is possible all the same.
		if err := c.take(c.client.Cancel(t.Context(), c.receipt, c.token, "")); err != nil || c.last.State != order.ServiceCancelled {
			t.Errorf("%s: giving up: %v %s", name, err, c.last.State)
		}
	}
}

// TestWhichNameIsRefused: of several names it is said of the one.
func TestWhichNameIsRefused(t *testing.T) {
	l := newLiar(t)
	c := l.customer(t)
	c.prepare(liarName, "second.example.org", "third.example.org")
	about := func(name string) map[string]any {
		return map[string]any{
			"type": "urn:ietf:params:acme:error:rejectedIdentifier", "detail": "barred", "identifier": map[string]any{"type": "dns", "value": name},
		}
	}
	l.lie("/order", saying(403, "rejectedIdentifier", "some names are barred", map[string]any{
		"subproblems": []any{about("third.example.org"), about("elsewhere.example.org")},
	}))
	r := wantRefusal(t, c.submit(), fault.NameRejected)
	if len(r.Fields) != 1 || r.Fields[0].Pointer != "/names/2" || r.Fields[0].Detail != "barred" {
		t.Errorf("%+v", r.Fields)
	}
	l.lie("/order", saying(403, "rejectedIdentifier", "a name is barred", nil))
	if r := wantRefusal(t, c.submit(), fault.NameRejected); len(r.Fields) != 1 || r.Fields[0].Pointer != "/names" {
		t.Errorf("%+v", r.Fields)
	}
}
