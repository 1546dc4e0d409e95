package pfx_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"certdesk/internal/export/pfx"
)

// FuzzVerify: whatever lies on the disk, Verify neither panics nor hangs, and takes nothing but the file
// that was written.
func FuzzVerify(f *testing.F) {
	c := content("p-256")
	other := content("rsa-2048")
	mine := encode(f, c, pfx.Compatible)
	f.Add(mine)
	f.Add(encode(f, c, pfx.Strong))
	f.Add(encode(f, other, pfx.Compatible))
	f.Add([]byte{})
	f.Add([]byte{0x30, 0x80, 0x02, 0x01, 0x03})
	f.Fuzz(func(t *testing.T, data []byte) {
		if pfx.Verify(data, password, other) == nil && pfx.Verify(data, password, c) == nil {
			t.Error("a file holds two keys at once")
		}
	})
}

// The kept corpus must reach what it is there for: hostile numbers, not just syntax.
func TestTheCorpusReachesTheNumbers(t *testing.T) {
	c := content("p-256")
	for name, want := range map[string]error{
		"no-iterations": pfx.ErrIterations, "negative": pfx.ErrIterations, "billions": pfx.ErrIterations,
		"huge-number": pfx.ErrUnreadable, "wrong-mac": pfx.ErrWrongPassword, "indefinite": pfx.ErrUnreadable,
	} {
		if err := pfx.Verify(seed(t, name), password, c); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
}

func seed(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "fuzz", "FuzzVerify", name))
	if err != nil {
		t.Fatal(err)
	}
	_, literal, _ := strings.Cut(strings.TrimSuffix(string(text), ")\n"), "[]byte(")
	data, err := strconv.Unquote(literal)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(data)
}
