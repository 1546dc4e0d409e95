package activationapi

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/wire"
)

var fuzzPlace = place{endpoint: "https://shop.example.ch/v1/", origin: "https://shop.example.ch", host: "shop.example.ch"}

func answerOf(status int, body []byte) *httpclient.Response {
	return &httpclient.Response{Status: status, Header: http.Header{"Content-Type": {"application/problem+json"}}, Body: body}
}

func offline() *Client { return New(Options{Now: func() time.Time { return now }}) }

// harmless checks that nothing from outside can change how its neighbours are read, or fill a screen. Values
// are looked at as they are stored: what JSON escapes is unescaped first.
func harmless(t *testing.T, v any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	for {
		token, err := d.Token()
		if err != nil {
			return
		}
		s, ok := token.(string)
		if !ok {
			continue
		}
		if utf8.RuneCountInString(s) > maxBody+maxLines {
			t.Errorf("a text of %d characters", utf8.RuneCountInString(s))
		}
		for _, r := range s {
			if r != '\n' && r != '\r' && !unicode.IsGraphic(r) {
				t.Errorf("U+%04X in %q", r, s)
			}
		}
	}
}

func FuzzOrder(f *testing.F) {
	whole, err := json.Marshal(testOrder())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"id":"ord_1","state":"\u202e","tasks":[{"id":"\u0000","instruction":{"body":"a\u0007\nb","ttl":-1}}]}`))
	f.Add([]byte(`{"id":"ord_1","state":"x","messages":[{"text":"\r\n\r\n\u2028"}],"certificates":[{"sha256":"zz"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := offline()
		s, r, err := c.snapshot(fuzzPlace, seller.Receipt{ID: orderID}, answerOf(200, body))
		if err != nil {
			if !fault.Is(err, fault.ServiceBroken) {
				t.Fatal(err)
			}
			return
		}
		if s.ID != orderID || s.State == "" || r.NextPoll.Before(now.Add(minPoll)) {
			t.Errorf("%q, %q, %v", s.ID, s.State, r.NextPoll)
		}
		harmless(t, s)
	})
}

func FuzzLicence(f *testing.F) {
	whole, err := json.Marshal(testLicence())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"state":"\u200f","product":{"type":"t","name":"\u001b[2J","names":{"max":-5}},"shop_url":"https://a@b/"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var w wire.Licence
		if offline().get(fuzzPlace, answerOf(200, body), &w) != nil {
			return
		}
		l, ok := fuzzPlace.licence(w)
		if ok && (l.State == "" || l.Product.Type == "") {
			t.Error("a licence without what every licence has")
		}
		if l.ShopURL != "" && !strings.HasPrefix(l.ShopURL, "https://") {
			t.Errorf("address %q", l.ShopURL)
		}
		l.Paid, l.Purchase = nil, order.Purchase{Reference: l.Purchase.Reference, Comment: l.Purchase.Comment}
		harmless(t, l)
	})
}

func FuzzProblem(f *testing.F) {
	f.Add(422, []byte(`{"type":"tag:certdesk.io,2026:problem/field-invalid","status":422,"errors":[{"pointer":"/x","code":"\u0000"}]}`))
	f.Add(409, []byte(`{"type":"tag:certdesk.io,2026:problem/code-used","order_id":".."}`))
	f.Add(304, []byte(`{}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		doc, p := offline().problem(fuzzPlace, answerOf(status, body))
		if p.Args["host"] != fuzzPlace.host {
			t.Errorf("host is %v", p.Args)
		}
		if doc == nil && final(status, doc) {
			t.Error("final without a problem document")
		}
		harmless(t, []string{p.Detail, p.SupportID})
		if doc != nil {
			harmless(t, fields(doc))
		}
	})
}

// FuzzChain: what is read as a chain is read the same when it is written again.
func FuzzChain(f *testing.F) {
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
	f.Add([]byte("-----BEGIN "))
	f.Fuzz(func(t *testing.T, body []byte) {
		chain, ok := parseChain(body)
		if !ok {
			return
		}
		if len(chain) == 0 || len(chain) > maxChain {
			t.Fatalf("%d certificates", len(chain))
		}
		var again bytes.Buffer
		for _, c := range chain {
			if err := pem.Encode(&again, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
				t.Fatal(err)
			}
		}
		second, ok := parseChain(again.Bytes())
		if !ok || len(second) != len(chain) || !equal(second, chain) {
			t.Error("written again it reads otherwise")
		}
	})
}

func equal(a, b []*x509.Certificate) bool {
	for i := range a {
		if !a[i].Equal(b[i]) {
			return false
		}
	}
	return true
}
