package service

import (
	"encoding/json"
	"net/mail"
	"strings"
	"testing"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

// FuzzApplication: whatever comes, for whatever licence, the issuer says what is wrong with it, and what it lets
// through are a mailbox and names that a certificate can hold.
func FuzzApplication(f *testing.F) {
	f.Add([]byte(`{"order_token_sha256":"` + strings.Repeat("0", 64) + `","names":[{"type":"email","value":"a@b.example"}],"csr":"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n","language":"en","accepted_terms":["demo-terms-1"],"subject":{"given_name":"A","surname":"B"}}`))
	f.Add([]byte(`{"names":[{"type":"email","value":"\"a b\"@[192.0.2.1]"}],"proof":{"a":"email"},"contacts":{},"comment":"\u202e"}`))
	f.Add([]byte(`{"names":[{"type":"dns","value":"*.A.example"},{"type":"dns","value":"www.a.example"}],"www_pairs":["www.a.example"],"proof":{"a.example":"http_file"},"organization":{"registration":{"scheme":"NTR"}},"approver_email":"admin@a.example"}`))
	f.Add([]byte(`{"names":[null],"subject":{"title":""},"organization":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var a wire.Application
		if json.Unmarshal(body, &a) != nil {
			return
		}
		for _, offer := range ledger.Offers {
			if !offer.Further {
				checkJudgement(t, offer, a)
			}
		}
	})
}

func checkJudgement(t *testing.T, offer ledger.Offer, a wire.Application) {
	t.Helper()
	names, wrong := judge(offer, a)
	for _, w := range wrong {
		if w.kind == "" || !strings.HasPrefix(w.where.Pointer, "/") || w.where.Code == "" {
			t.Errorf("%s: a problem without a place: %+v", offer.Code, w)
		}
		// What was sent is not quoted: it may be anything.
		if a.Comment != nil && len(*a.Comment) > 20 && strings.Contains(*w.where.Detail, *a.Comment) {
			t.Errorf("quoted: %q", *w.where.Detail)
		}
	}
	if len(wrong) > 0 {
		refusal(wrong)
	}
	for _, n := range names {
		if n.Type == wire.NameKindEmail {
			checkMailbox(t, n.Value)
			continue
		}
		if code, detail := judgeHost(strings.TrimPrefix(n.Value, "*."), wire.WildcardNo); code != "" {
			t.Errorf("%s: %q is let through: %s", offer.Code, n.Value, detail)
		}
	}
}

func FuzzMailbox(f *testing.F) {
	for _, s := range []string{"anna@shop.example", "Anna@SHOP.example", "a@b", "a@b.local", "a@1.2.3.4", "a@@b.ch", "a@b..ch", "ü@b.ch", "a@-b.ch", "a@b.ch.", `"a"@b.ch`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		mailbox, why := certifiable(s)
		if (mailbox == "") != (why != nil) {
			t.Fatalf("%q and %+v", mailbox, why)
		}
		checkMailbox(t, mailbox)
	})
}

// checkMailbox holds what a certificate gets to what a mail program reads.
func checkMailbox(t *testing.T, mailbox string) {
	t.Helper()
	if mailbox == "" {
		return
	}
	address, err := mail.ParseAddress(mailbox)
	if err != nil || address.Address != mailbox || address.Name != "" {
		t.Errorf("%q is let through: %v %+v", mailbox, err, address)
	}
	if strings.ContainsFunc(mailbox, func(r rune) bool { return r <= ' ' || r > '~' }) {
		t.Errorf("%q is not plain ASCII", mailbox)
	}
	if again, why := certifiable(mailbox); why != nil || again != mailbox {
		t.Errorf("%q becomes %q", mailbox, again)
	}
}
