package destination_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/destination"
	"certdesk/internal/i18n"
)

var update = flag.Bool("update", false, "write the table in README.md anew")

const readme = "../../README.md"

// TestTheTableInTheREADME: what is said there of who opens what is what was measured and what is reported.
// go test ./internal/destination -run README -update writes it anew.
func TestTheTableInTheREADME(t *testing.T) {
	words, err := i18n.Load(os.DirFS("../../assets/translations"))
	if err != nil {
		t.Fatal(err)
	}
	say := words.Printer("en").Say
	var b strings.Builder
	b.WriteString("\n| used in | file | how we know that it opens |\n| --- | --- | --- |\n")
	seen := map[string]bool{}
	for _, d := range destination.All() {
		for _, rule := range d.Files {
			row := "| " + say(d.Label) + " | " + say(rule.Form()) + " | " + say(rule.HowWeKnow()) + " |\n"
			if strings.Contains(row, "[") {
				t.Errorf("a word is missing: %s", row)
			}
			if !seen[row] {
				b.WriteString(row)
			}
			seen[row] = true
		}
	}
	b.WriteString("\nMeasured, reader by reader (`make interop`; why a reader refuses stands in\n" +
		"[readers.txt](internal/destination/readers.txt)):\n\n```\n")
	table, err := os.ReadFile("readers.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "# profile ") {
			b.WriteString("  " + strings.TrimPrefix(line, "# "))
		} else if !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
			b.WriteString("  " + line)
		}
	}
	b.WriteString("```\n\n")
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), "<!-- destinations -->\n")
	got, after, ok2 := strings.Cut(rest, "<!-- /destinations -->")
	if !ok || !ok2 {
		t.Fatal("README.md has no place for the table")
	}
	if *update {
		got = b.String()
		if err := os.WriteFile(readme, []byte(before+"<!-- destinations -->\n"+got+"<!-- /destinations -->"+after), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(b.String(), got); diff != "" {
		t.Errorf("README.md says otherwise (-table +README):\n%s", diff)
	}
}
