package passphrase_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/passphrase"
	"certdesk/internal/secret"
)

func TestMadeAndJudged(t *testing.T) {
	p, err := passphrase.Make(rand.Reader)
	if err != nil || len(strings.Fields(string(p.Reveal()))) != passphrase.Words || passphrase.Check(p) != nil {
		t.Errorf("made: %v", err)
	}
	if err := passphrase.Check(secret.FromString("   short       one  ")); !fault.Is(err, fault.PasswordShort) {
		t.Errorf("blanks count: %v", err)
	}
}

func TestSealedAndOpened(t *testing.T) {
	const text = "canary: what is inside"
	right := secret.FromString("Grüezi mitenand zäme")
	data, err := passphrase.Seal([]byte(text), right, 1)
	if err != nil || bytes.Contains(data, []byte("canary")) {
		t.Fatalf("sealed: %v", err)
	}
	back, err := passphrase.Open(data, secret.FromString(" Gru\u0308ezi  mitenand\nza\u0308me "))
	if err != nil || string(back) != text {
		t.Fatalf("opened: %q %v", back, err)
	}
	changed := bytes.Clone(data)
	changed[len(changed)-1] ^= 1
	for name, c := range map[string]struct {
		data []byte
		pass secret.Value
		want error
	}{
		"another":     {data, secret.FromString("something else"), passphrase.ErrWrong},
		"none":        {data, secret.Value{}, passphrase.ErrWrong},
		"changed":     {changed, right, passphrase.ErrDamaged},
		"cut short":   {data[:len(data)-5], right, passphrase.ErrDamaged},
		"a beginning": {data[:7], right, passphrase.ErrDamaged},
		"text":        {[]byte("hello"), right, passphrase.ErrForeign},
	} {
		if _, err := passphrase.Open(c.data, c.pass); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
