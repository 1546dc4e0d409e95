package export_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

func TestGeneratedPasswords(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9]{4}(-[A-Za-z0-9]{4}){4}$`)
	seen := map[string]bool{}
	counts := map[rune]int{}
	const many = 2000
	for range many {
		p, err := export.GeneratePassword(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		text := string(p.Reveal())
		if !form.MatchString(text) || strings.ContainsAny(text, "0Oo1Il5S") {
			t.Fatalf("a password of another form (%d characters)", len(text))
		}
		if seen[text] {
			t.Fatal("the same password twice")
		}
		seen[text] = true
		for _, r := range strings.ReplaceAll(text, "-", "") {
			counts[r]++
		}
		for _, profile := range []destination.Profile{destination.Compatible, destination.Strong} {
			if err := export.CheckPassword(p, profile); err != nil {
				t.Fatalf("our own password is refused: %v", err)
			}
		}
	}
	if len(counts) != 54 {
		t.Errorf("%d different symbols, want 54", len(counts))
	}
}

// Every byte that is taken gives each symbol equally often; the others are thrown away.
func TestPasswordsAreUnbiased(t *testing.T) {
	counts := map[byte]int{}
	for b := range 256 {
		// One byte decides the first symbol; zeros fill the rest.
		random := io.MultiReader(bytes.NewReader([]byte{byte(b)}), zeros{})
		p, err := export.GeneratePassword(random)
		if err != nil {
			t.Fatal(err)
		}
		if b < 216 {
			counts[p.Reveal()[0]]++
		} else if p.Reveal()[0] != 'A' {
			t.Errorf("byte %d was taken", b)
		}
	}
	for symbol, n := range counts {
		if n != 4 {
			t.Errorf("%c comes %d times, want 4", symbol, n)
		}
	}
	if _, err := export.GeneratePassword(io.LimitReader(zeros{}, 19)); !errors.Is(err, io.EOF) {
		t.Errorf("with 19 random bytes: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestCheckPassword(t *testing.T) {
	tests := []struct {
		password string
		profile  destination.Profile
		code     fault.Code
		n        any
	}{
		{"", destination.Strong, fault.PasswordShort, 12},
		{"elevenchars", destination.Strong, fault.PasswordShort, 12},
		{"twelve chars", destination.Strong, "", nil},
		{"twelve chars", destination.Compatible, fault.PasswordShort, 16},
		{"sixteen chars ok", destination.Compatible, "", nil},
		{"Zürich-Zürich-Zürich", destination.Compatible, fault.PasswordNotASCII, nil},
		{"ü", destination.Strong, fault.PasswordNotASCII, nil},
		{"key \U0001F511 key \U0001F511 key", destination.Strong, fault.PasswordNotASCII, nil},
		{"a tab\tin the middle", destination.Strong, fault.PasswordNotASCII, nil},
	}
	for _, tt := range tests {
		err := export.CheckPassword(secret.FromString(tt.password), tt.profile)
		if tt.code == "" {
			if err != nil {
				t.Errorf("%q for %s: %v", tt.password, tt.profile, err)
			}
			continue
		}
		if !fault.Is(err, tt.code) || fault.Of(err).Args["n"] != tt.n {
			t.Errorf("%q for %s: %v", tt.password, tt.profile, err)
		}
		if tt.password != "" && strings.Contains(err.Error(), tt.password) {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}
