package proof_test

import (
	"slices"
	"strings"
	"testing"

	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/proof"
)

var noOptions = httpclient.Options{}

// TestWhatAnInstructionIsAbout: only the task's own name is looked up and offered (Activation API, "What the
// client checks by itself").
func TestWhatAnInstructionIsAbout(t *testing.T) {
	record := func(target, name string) order.Task {
		k := textTask()
		k.Target, k.Instruction.RecordName = target, name
		return k
	}
	file := func(target, url string) order.Task {
		k := fileTask()
		k.Target, k.Instruction.URL = target, url
		return k
	}
	for _, c := range []struct {
		name string
		task order.Task
		want proof.Trouble
	}{
		{"below the target", record("shop.example.ch", "_x.shop.example.ch"), ""},
		{"the target, with a final dot and capitals", record("Shop.example.ch", "SHOP.example.CH."), ""},
		{"a parent", record("a.shop.example.co.uk", "shop.example.co.uk"), ""},
		{"the registered domain", record("a.shop.example.co.uk", "example.co.uk"), ""},
		{"above the registered domain", record("a.shop.example.co.uk", "co.uk"), proof.Foreign},
		{"a sibling", record("shop.example.ch", "www.example.ch"), proof.Foreign},
		{"below a parent", record("shop.example.ch", "_x.example.ch"), proof.Foreign},
		{"another domain", record("shop.example.ch", "_x.shop.example.com"), proof.Foreign},
		{"one that ends like it", record("shop.example.ch", "_x.myshop.example.ch"), proof.Foreign},
		{"a wildcard's domain", record("*.example.ch", "_x.example.ch"), ""},
		{"no name", record("shop.example.ch", "a b.shop.example.ch"), proof.Unusable},
		{"nothing", record("shop.example.ch", ""), proof.Unusable},
		{"a public suffix as target", record("co.uk", "_x.co.uk"), proof.Unusable},

		{"a file", file("shop.example.ch", "http://shop.example.ch/a/b.txt"), ""},
		{"over https, with its port", file("shop.example.ch", "https://SHOP.example.ch:443/b.txt"), ""},
		{"another port", file("shop.example.ch", "http://shop.example.ch:8080/b.txt"), proof.Foreign},
		{"another host", file("shop.example.ch", "http://www.example.ch/b.txt"), proof.Foreign},
		{"this computer", file("shop.example.ch", "http://127.0.0.1/b.txt"), proof.Foreign},
		{"another scheme", file("shop.example.ch", "ftp://shop.example.ch/b.txt"), proof.Foreign},
		{"with a user", file("shop.example.ch", "http://www.example.ch@shop.example.ch/b.txt"), proof.Foreign},
		{"with a query", file("shop.example.ch", "http://shop.example.ch/logout?x=1"), proof.Unusable},
		{"a folder", file("shop.example.ch", "http://shop.example.ch/a/"), proof.Unusable},
		{"up and down", file("shop.example.ch", "http://shop.example.ch/a/../b.txt"), proof.Unusable},
		{"a wildcard has no website", file("*.example.ch", "http://example.ch/b.txt"), proof.Foreign},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := proof.Read(c.task)
			if i.Trouble != c.want || i.Usable() != (c.want == "") {
				t.Fatalf("got %q", i.Trouble)
			}
			if c.want == "" {
				return
			}
			w := newWorld(t)
			if r := w.look(c.task)[0]; r.State != proof.NotLooked || len(w.questions()) != 0 {
				t.Errorf("it was looked up: %v", w.questions())
			}
		})
	}
}

func TestHowARecordIsNamed(t *testing.T) {
	i := proof.Read(textTask())
	if i.Relative != "_dnsauth.shop" || i.Full != "_dnsauth.shop.example.ch" || i.Zone != "example.ch" || i.TTL != 300 {
		t.Errorf("got %+v", i)
	}
	k := textTask()
	k.Target, k.Instruction.RecordName = "example.ch", "example.ch"
	if i := proof.Read(k); i.Relative != "@" {
		t.Errorf("the zone itself is %q", i.Relative)
	}
	k.Covers = []string{"*.Example.ch"}
	if i := proof.Read(k); i.Title() != "*.example.ch" || len(i.Proves) != 1 {
		t.Errorf("a wildcard without its domain is %q", i.Proves)
	}
	k.Covers = []string{"www.example.ch", "example.ch"}
	if i := proof.Read(k); i.Title() != "example.ch" || len(i.Proves) != 2 {
		t.Errorf("with its www name it is %q", i.Proves)
	}
	f := proof.Read(fileTask())
	if f.Folder != "/.well-known/pki-validation/" || f.File != "auth.txt" || f.Body != value {
		t.Errorf("got %+v", f)
	}
}

func TestMethodsThatCanBeChosen(t *testing.T) {
	all := []string{"email", "http_file", "later", "dns_cname", "dns_txt"}
	got := proof.Methods(order.Task{Target: "shop.example.ch", Methods: all})
	if want := "dns_txt dns_cname http_file email"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
	if got := proof.Methods(order.Task{Target: "*.example.ch", Methods: all}); slices.Contains(got, "http_file") {
		t.Errorf("a file for a wildcard: %v", got)
	}
}

// TestAMailIsNotLookedUp: nothing of it can be seen from here; no record of its name is asked for but CAA.
func TestAMailIsNotLookedUp(t *testing.T) {
	k := textTask()
	k.Instruction = order.Instruction{Type: "email", Email: "admin@example.ch", Allowed: []string{"admin@example.ch", "postmaster@example.ch"}}
	w := newWorld(t)
	r := w.look(k)[0]
	for _, q := range w.questions() {
		if strings.HasSuffix(q, " TXT") || strings.HasSuffix(q, " CNAME") {
			t.Errorf("asked for %s", q)
		}
	}
	if i := proof.Read(k); r.State != proof.NotLooked || !i.Usable() || len(i.Allowed) != 2 {
		t.Errorf("got %+v %+v", r, i)
	}
}
