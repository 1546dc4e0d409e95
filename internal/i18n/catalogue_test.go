package i18n_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/i18n"
)

func files(pairs ...string) fs.FS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

func load(t *testing.T, fsys fs.FS) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadGathersTheFilesOfALanguage(t *testing.T) {
	c := load(t, files(
		"a/home.en.toml", "[\"home.title\"]\nother = \"Orders\"\n",
		"b/c/vault.en.toml", "[\"vault.title\"]\nother = \"Keys – ü\"\n",
		"a/home.de.toml", "[\"home.title\"]\nother = \"Bestellungen\"\n",
		"services.toml", "not = 'a text'",
		"notes.txt", "no",
	))
	if diff := cmp.Diff([]string{"en", "de"}, c.Languages()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"home.title", "vault.title"}, c.IDs("en")); diff != "" {
		t.Error(diff)
	}
	if r := c.Runes(); !slices.Contains(r, 'ü') || !slices.Contains(r, '–') || slices.Contains(r, '{') {
		t.Errorf("runes: %q", string(r))
	}
}

func TestLoadRefuses(t *testing.T) {
	const good = "[\"a.b\"]\nother = \"x\"\n"
	for name, tc := range map[string]struct {
		fsys fs.FS
		says string
	}{
		"one id in two files":      {files("x.en.toml", good, "y.en.toml", good), "already"},
		"one id flat and nested":   {files("x.en.toml", good, "y.en.toml", "[a.b]\nother = \"z\"\n"), "already"},
		"one id twice in a file":   {files("x.en.toml", good+good), "x.en.toml"},
		"no English":               {files("x.de.toml", good), "en"},
		"nothing at all":           {files(), "en"},
		"an empty text":            {files("x.en.toml", "[\"a.b\"]\nother = \"\"\n"), "no text"},
		"no other form":            {files("x.en.toml", "[\"a.b\"]\none = \"x\"\n"), "no text"},
		"a function in a gap":      {files("x.en.toml", "[a]\nother = \"{{printf .x}}\"\n"), "gap"},
		"a gap with no dot":        {files("x.en.toml", "[a]\nother = \"{{x}}\"\n"), "gap"},
		"an open gap":              {files("x.en.toml", "[a]\nother = \"{{.x\"\n"), "gap"},
		"a closed gap":             {files("x.en.toml", "[a]\nother = \".x}}\"\n"), "}}"},
		"a bad plural form":        {files("x.en.toml", "[a]\none = \"{{.}}\"\nother = \"x\"\n"), "gap"},
		"no TOML":                  {files("x.en.toml", "= ="), "x.en.toml"},
		"a number instead of text": {files("x.en.toml", "[a]\nother = 1\n"), "x.en.toml"},
	} {
		if _, err := i18n.Load(tc.fsys); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPrinterChoosesTheClosestLanguage(t *testing.T) {
	const text = "[a]\nother = \"x\"\n"
	c := load(t, files("x.en.toml", text, "x.de.toml", text, "x.fr.toml", text))
	for _, tc := range []struct{ asked, want string }{
		{"de", "de"}, {"de-CH", "de"}, {"gsw", "de"}, {"fr-CA", "fr"}, {"en-GB", "en"}, {"ja", "en"}, {"???", "en"},
	} {
		if got := c.Printer(tc.asked).Lang(); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.asked, got, tc.want)
		}
	}
	for _, tc := range []struct {
		system []string
		err    error
		want   string
	}{
		{[]string{"ja-JP", "de-CH", "en"}, nil, "de"},
		{[]string{"fr"}, nil, "fr"},
		{nil, nil, "en"},
		{nil, errors.New("no language"), "en"},
		{[]string{"C", ""}, nil, "en"},
	} {
		c.PretendSystem(tc.system, tc.err)
		if got := c.Printer("").Lang(); got != tc.want {
			t.Errorf("system %q: %s, want %s", tc.system, got, tc.want)
		}
	}
}

func TestWhatIsMissingFallsBackToEnglishAndThenShowsItsID(t *testing.T) {
	c := load(t, files(
		"x.en.toml", "[a]\nother = \"English {{.x}}\"\n[b]\none = \"one thing\"\nother = \"{{.n}} things\"\n",
		"x.de.toml", "[c]\nother = \"Deutsch\"\n"))
	p := c.Printer("de")
	for _, tc := range []struct{ got, want string }{
		{p.T("c"), "Deutsch"},
		{p.T("a", "x", "y"), "English y"},
		{p.T("a"), "English [x]"},
		{p.T("b", "n", 1), "one thing"},
		{p.T("b", "n", 2), "2 things"},
		{p.T("no.such"), "[no.such]"},
		{p.T(""), ""},
		{p.Date(someDay), "[date.day]"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q, want %q", tc.got, tc.want)
		}
	}
}
