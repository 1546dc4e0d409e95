package proof_test

import (
	"net/http"
	"testing"

	"certdesk/internal/order"
	"certdesk/internal/proof"
)

func mailTask() order.Task {
	t := textTask()
	t.Instruction = order.Instruction{Type: "email", Email: "admin@example.ch", Allowed: []string{"admin@example.ch", "postmaster@example.ch"}}
	return t
}

// TestTheAddressOfAnEMail: one that is not among the allowed ones is said.
func TestTheAddressOfAnEMail(t *testing.T) {
	l := newWorld(t)
	if r := l.look(mailTask())[0]; r.State != proof.NotLooked || len(r.Findings) > 0 {
		t.Errorf("got %+v", r)
	}
	other := mailTask()
	other.Instruction.Email = "anna@example.ch"
	if r := l.look(other)[0]; r.State != proof.Unallowed || r.Findings[0].Saw.ID != "proof.mail-address.saw" {
		t.Errorf("got %+v", r)
	}
	other.Instruction.Allowed, other.Instruction.Email = []string{"Admin@Example.ch"}, "admin@example.ch"
	if r := l.look(other)[0]; len(r.Findings) > 0 {
		t.Errorf("got %+v", r)
	}
}

// TestTheFormsOfAnOldSeller: a file without .well-known, a label of its own, and a value that begins with the
// label, as a seller's old platform has them.
func TestTheFormsOfAnOldSeller(t *testing.T) {
	record := func(name, value string) order.Task {
		one := textTask()
		one.Target, one.Instruction.RecordName, one.Instruction.RecordValue = "example.ch", name, value
		return one
	}
	for _, c := range []struct {
		name string
		task order.Task
		zone []string
		want proof.State
		says string
	}{
		{"label", record("swisssign-check.example.ch", "a1b2c3d4"), []string{`swisssign-check.example.ch. IN TXT "a1b2c3d4"`}, proof.Right, "proof.right.saw"},
		{"label, another value", record("swisssign-check.example.ch", "a1b2c3d4"), []string{`swisssign-check.example.ch. IN TXT "zzzz"`}, proof.WrongValue, "proof.wrong-value.saw"},
		{"label, at the domain", record("swisssign-check.example.ch", "a1b2c3d4"), []string{`example.ch. IN TXT "a1b2c3d4"`}, proof.Misplaced, "proof.misplaced.saw"},
		{"label, doubled", record("swisssign-check.example.ch", "a1b2c3d4"), []string{`swisssign-check.example.ch.example.ch. IN TXT "a1b2c3d4"`}, proof.Doubled, "proof.doubled.saw"},
		{"value with the label", record("example.ch", "swisssign-check=a1b2c3d4"), []string{`example.ch. IN TXT "v=spf1 -all"`, `example.ch. IN TXT "swisssign-check=a1b2c3d4"`}, proof.Right, "proof.right.saw"},
		{"value without it", record("example.ch", "swisssign-check=a1b2c3d4"), []string{`example.ch. IN TXT "a1b2c3d4"`}, proof.WrongValue, "proof.wrong-value.saw"},
		{"others alone", record("example.ch", "swisssign-check=a1b2c3d4"), []string{`example.ch. IN TXT "v=spf1 -all"`}, proof.Missing, "proof.missing.saw"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := newWorld(t, c.zone...).look(c.task)[0]; r.State != c.want || r.Findings[0].Saw.ID != c.says {
				t.Errorf("got %+v", r)
			}
		})
	}
	top := fileTask()
	top.Instruction.URL = "http://shop.example.ch/swisssign-check"
	at := func(path string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Host+r.URL.Path != path {
				http.NotFound(w, r)
				return
			}
			_, _ = w.Write([]byte(value))
		}
	}
	for _, c := range []struct {
		name, there string
		task        order.Task
		want        proof.State
		do          string
	}{
		{"file", "shop.example.ch/swisssign-check", top, proof.Right, "proof.right.do"},
		{"no file", "", top, proof.Missing, "proof.file-missing.do-top"},
		{"file in the usual folder", "shop.example.ch/.well-known/pki-validation/swisssign-check", top, proof.Misplaced, "proof.file-misplaced.do"},
		{"file at www", "www.shop.example.ch/swisssign-check", top, proof.Misplaced, "proof.file-misplaced.do"},
		{"file at the top instead", "shop.example.ch/auth.txt", fileTask(), proof.Misplaced, "proof.file-misplaced.do"},
		{"another file at the top", "shop.example.ch/other.txt", fileTask(), proof.Missing, "proof.file-missing.do"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.site = at(c.there)
			if r := w.look(c.task)[0]; r.State != c.want || r.Findings[0].Do.ID != c.do {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// TestALoginInstead: a website that wants everybody to log in is told from one that has moved.
func TestALoginInstead(t *testing.T) {
	for to, says := range map[string]string{
		"/account/login?next=x":           "proof.file-login.saw",
		"http://login.example.com/":       "proof.file-login.saw",
		"http://www.example.com/blog/new": "proof.file-elsewhere.saw",
	} {
		w := newWorld(t)
		w.site = func(out http.ResponseWriter, in *http.Request) {
			if in.Host == "shop.example.ch" && in.URL.Path != "/account/login" {
				http.Redirect(out, in, to, http.StatusFound)
				return
			}
			_, _ = out.Write([]byte("<html>Log in</html>"))
		}
		if r := w.look(fileTask())[0]; r.Findings[0].Saw.ID != says {
			t.Errorf("%s: %+v", to, r)
		}
	}
}
