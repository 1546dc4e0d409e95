package proof_test

import (
	"testing"

	"certdesk/internal/proof"
)

// TestCAAForAnAccount: where the seller tells its account, what CAA says of accounts and methods counts
// (RFC 8657).
func TestCAAForAnAccount(t *testing.T) {
	const account = "https://ca.example/acct/1"
	for _, c := range []struct {
		name    string
		account string
		set     []string
		forbids bool
		add     string
	}{
		{"nothing said of accounts", account, []string{`0 issue "ca.example"`}, false, ""},
		{"this account", account, []string{`0 issue "ca.example; accounturi=` + account + `"`}, false, ""},
		{"this account, this method", account, []string{`0 issue "ca.example;accounturi=` + account + ` ; validationmethods=http-01,dns-01"`}, false, ""},
		{"another account", account, []string{`0 issue "ca.example; accounturi=https://ca.example/acct/2"`}, true, `0 issue "ca.example; accounturi=` + account + `"`},
		{"another account beside this", account, []string{`0 issue "ca.example; accounturi=https://ca.example/acct/2"`, `0 issue "ca.example; accounturi=` + account + `"`}, false, ""},
		{"another method", account, []string{`0 issue "ca.example; validationmethods=http-01"`}, true, `0 issue "ca.example; accounturi=` + account + `"`},
		{"a method in other letters", account, []string{`0 issue "ca.example; validationmethods=dns-010"`}, true, `0 issue "ca.example; accounturi=` + account + `"`},
		{"another authority with this account", account, []string{`0 issue "other.example; accounturi=` + account + `"`}, true, `0 issue "ca.example"`},
		{"a value that can't be read", account, []string{`0 issue "ca.example; accounturi"`}, true, `0 issue "ca.example"`},
		{"a parameter twice", account, []string{`0 issue "ca.example; accounturi=` + account + `; accounturi=` + account + `"`}, true, `0 issue "ca.example"`},
		{"a parameter nobody knows", account, []string{`0 issue "ca.example; tag=1"`}, false, ""},
		{"the account is not told", "", []string{`0 issue "ca.example; accounturi=https://ca.example/acct/2; validationmethods=http-01"`}, false, ""},
		{"a set for mailboxes alone", account, []string{`0 issuemail ";"`}, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			records := []string{`_dnsauth.shop.example.ch. IN TXT "` + value + `"`}
			for _, s := range c.set {
				records = append(records, "example.ch. IN CAA "+s)
			}
			r := newWorld(t, records...).lookAs(proof.Authority{Names: []string{"ca.example"}, Account: c.account}, textTask())[0]
			if (r.State == proof.Forbidden) != c.forbids {
				t.Fatalf("got %+v", r)
			}
			if c.forbids && (r.Findings[0].Add == nil || r.Findings[0].Add.Value != c.add) {
				t.Errorf("to add: %+v", r.Findings[0].Add)
			}
		})
	}
}

// TestCAAForAFile: the method is that of the proof.
func TestCAAForAFile(t *testing.T) {
	for set, forbids := range map[string]bool{"http-01": false, "dns-01": true} {
		w := newWorld(t, `example.ch. IN CAA 0 issue "ca.example; validationmethods=`+set+`"`)
		r := w.lookAs(proof.Authority{Names: []string{"ca.example"}, Account: "https://ca.example/acct/1"}, fileTask())[0]
		if got := len(r.Findings) > 1; got != forbids {
			t.Errorf("%s: %+v", set, r)
		}
	}
}

// TestCAAForAMailbox: issuemail alone counts (RFC 9495), whatever is said of websites.
func TestCAAForAMailbox(t *testing.T) {
	mailbox := mailTask()
	mailbox.Target, mailbox.Instruction.Allowed = "anna@shop.example.ch", nil
	for _, c := range []struct {
		name string
		set  []string
		add  string // empty: nothing stands in the way
	}{
		{"no set", nil, ""},
		{"websites alone", []string{`example.ch. IN CAA 0 issue ";"`}, ""},
		{"nobody", []string{`example.ch. IN CAA 0 issuemail ";"`}, `0 issuemail "ca.example"`},
		{"another", []string{`example.ch. IN CAA 0 issue "ca.example"`, `example.ch. IN CAA 0 issuemail "other.example"`}, `0 issuemail "ca.example"`},
		{"this", []string{`example.ch. IN CAA 0 issue ";"`, `example.ch. IN CAA 0 issuemail "ca.example"`}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newWorld(t, c.set...).look(mailbox)[0]
			switch {
			case c.add == "" && (r.State != proof.NotLooked || len(r.Findings) > 0):
				t.Errorf("got %+v", r)
			case c.add != "" && (r.State != proof.Forbidden || r.Findings[0].Add.Value != c.add || r.Findings[0].Add.Full != "example.ch"):
				t.Errorf("got %+v", r)
			}
		})
	}
}

// TestCAAIsShownWhereNobodyIsNamed: without the authority's name nothing is forbidden, and what is there is
// said.
func TestCAAIsShownWhereNobodyIsNamed(t *testing.T) {
	w := newWorld(t, `_dnsauth.shop.example.ch. IN TXT "`+value+`"`, `example.ch. IN CAA 0 issue "a.example"`, `example.ch. IN CAA 0 issue "b.example; x=y"`)
	r := w.lookFor(nil, textTask())[0]
	if !r.OK() || len(r.Fine) != 1 || r.Fine[0].ID != "proof.caa-shown" {
		t.Fatalf("got %+v", r)
	}
	if got := r.Fine[0].Args["issuers"].([]string); len(got) != 2 || got[0] != "a.example" || got[1] != "b.example" {
		t.Errorf("got %v", got)
	}
}
