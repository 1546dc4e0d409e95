package demo_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/assets"
	"certdesk/internal/demo/ledger"
	"certdesk/internal/i18n"
)

var wordID = regexp.MustCompile(`"(demo\.[a-z_.-]*[a-z_])"`)

// Every text that the demo asks for exists, and every text that exists is asked for.
func TestWords(t *testing.T) {
	used := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, m := range wordID.FindAllStringSubmatch(string(data), -1) {
			used[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(used, ledger.CAAIdentity) // a host, not a text
	words, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, id := range words.IDs("de") {
		if strings.HasPrefix(id, "demo.") && !strings.HasPrefix(id, "demo.state.") {
			there[id] = true
		}
	}
	if diff := cmp.Diff(used, there); diff != "" {
		t.Errorf("(-asked for +there):\n%s", diff)
	}
	for _, state := range []string{"received", "waiting_customer", "waiting_authority", "issued", "rejected", "cancelled", "lapsed", "failed"} {
		for _, lang := range words.Languages() {
			if said := words.Printer(lang).T("demo.state." + state); strings.HasPrefix(said, "[") {
				t.Errorf("%s: no words for %s", lang, state)
			}
		}
	}
}
