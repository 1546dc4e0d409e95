package proof_test

import (
	"testing"

	"github.com/miekg/dns"

	"certdesk/internal/order"
	"certdesk/internal/proof"
)

// TestCAA: the set that counts is the nearest one that is not empty, and says who may (RFC 8659 3 to 4.3).
func TestCAA(t *testing.T) {
	right := `_dnsauth.shop.example.ch. IN TXT "` + value + `"`
	wild := textTask()
	wild.Target, wild.Instruction.RecordName = "*.example.ch", "_dnsauth.example.ch"
	rightWild := `_dnsauth.example.ch. IN TXT "` + value + `"`
	covers := textTask()
	covers.Covers = []string{"shop.example.ch", "www.other.example.ch"}
	for _, c := range []struct {
		name        string
		task        order.Task
		authorities []string
		zone        []string
		forbids     string // the name whose set does; empty: none
		add         string
	}{
		{"no set", textTask(), []string{"ca.example"}, []string{right}, "", ""},
		{"ours among others", textTask(), []string{"ca.example"}, []string{right, `example.ch. IN CAA 0 issue "other.example"`, `example.ch. IN CAA 0 issue "CA.example; validationmethods=dns"`}, "", ""},
		{"only others", textTask(), []string{"ca.example"}, []string{right, `example.ch. IN CAA 0 issue "other.example"`}, "example.ch", `0 issue "ca.example"`},
		{"a nearer set allows", textTask(), []string{"ca.example"}, []string{right, `example.ch. IN CAA 0 issue "other.example"`, `shop.example.ch. IN CAA 0 issue "ca.example"`}, "", ""},
		{"a nearer set forbids", textTask(), []string{"ca.example"}, []string{right, `example.ch. IN CAA 0 issue "ca.example"`, `shop.example.ch. IN CAA 0 issue ";"`}, "shop.example.ch", `0 issue "ca.example"`},
		{"behind an alias", textTask(), []string{"ca.example"}, []string{right, "shop.example.ch. IN CNAME shop.example.net.", `shop.example.net. IN CAA 0 issue "other.example"`}, "shop.example.ch", `0 issue "ca.example"`},
		{"only a contact", textTask(), []string{"ca.example"}, []string{right, `example.ch. IN CAA 0 iodef "mailto:a@example.ch"`}, "", ""},
		{"issuewild does not rule a host", textTask(), []string{"ca.example"}, []string{right, `example.ch. IN CAA 0 issuewild ";"`}, "", ""},
		{"issuewild rules a wildcard", wild, []string{"ca.example"}, []string{rightWild, `example.ch. IN CAA 0 issue "ca.example"`, `example.ch. IN CAA 0 issuewild ";"`}, "example.ch", `0 issuewild "ca.example"`},
		{"issue rules a wildcard without it", wild, []string{"ca.example"}, []string{rightWild, `example.ch. IN CAA 0 issue "ca.example"`}, "", ""},
		{"one of the names that are covered", covers, []string{"ca.example"}, []string{right, `www.other.example.ch. IN CAA 0 issue "other.example"`}, "www.other.example.ch", `0 issue "ca.example"`},
		{"a critical property that nobody knows", textTask(), []string{"ca.example"}, []string{right, `example.ch. IN CAA 128 tbs "unknown"`}, "example.ch", ""},
		{"an unknown one that is not critical", textTask(), []string{"ca.example"}, []string{right, `example.ch. IN CAA 0 tbs "unknown"`}, "", ""},
		{"the seller does not say who it is", textTask(), nil, []string{right, `example.ch. IN CAA 0 issue "other.example"`}, "", ""},
		{"nobody may, whoever it is", textTask(), nil, []string{right, `example.ch. IN CAA 0 issue ";"`}, "example.ch", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newWorld(t, c.zone...).lookFor(c.authorities, c.task)[0]
			if c.forbids == "" {
				if !r.OK() || len(r.Findings) != 1 || len(r.Fine) != 1 || (len(c.authorities) > 0) != (r.Fine[0].ID == "proof.caa-fine") {
					t.Fatalf("got %+v", r)
				}
				return
			}
			f := r.Findings[0]
			if r.State != proof.Forbidden || f.Saw.Args["name"] != c.forbids || len(r.Findings) != 2 || r.Findings[1].State != proof.Right {
				t.Fatalf("got %+v", r)
			}
			switch {
			case c.add == "" && (f.Add != nil || f.Do.ID != "proof.caa.do-ask"):
				t.Errorf("something to add: %+v", f)
			case c.add != "" && (f.Add == nil || f.Add.Value != c.add || f.Add.Full != at(c.name, c.forbids) || f.Add.Type != "CAA"):
				t.Errorf("to add: %+v", f.Add)
			}
		})
	}
}

// TestCAABesideAnotherMistake: both are said, the record first; and a set that can't be read is said.
func TestCAABesideAnotherMistake(t *testing.T) {
	w := newWorld(t, `example.ch. IN CAA 0 issue "other.example"`)
	r := w.look(textTask())[0]
	if r.State != proof.Missing || len(r.Findings) != 2 || r.Findings[1].State != proof.Forbidden || len(r.Fine) != 0 {
		t.Errorf("got %+v", r)
	}
	w = newWorld(t, `_dnsauth.shop.example.ch. IN TXT "`+value+`"`)
	w.rcode["shop.example.ch"] = dns.RcodeServerFailure
	r = w.look(textTask())[0]
	if r.State != proof.NoAnswer || len(r.Findings) != 2 || r.Findings[0].Saw.ID != "proof.caa-silent.saw" || r.Ripe() {
		t.Errorf("got %+v", r)
	}
}

// at is where the record goes: to the target of an alias.
func at(name, forbids string) string {
	if name == "behind an alias" {
		return "shop.example.net"
	}
	return forbids
}
