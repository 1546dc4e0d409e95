package destination_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/destination"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

func ids(ds []destination.Destination) []destination.ID {
	var out []destination.ID
	for _, d := range ds {
		out = append(out, d.ID)
	}
	return out
}

func TestWhichDestinationsFit(t *testing.T) {
	for product, want := range map[order.ProductType][]destination.ID{
		order.SMIME: {
			destination.Outlook, destination.Apple, destination.Thunderbird, destination.Android,
			destination.Another, destination.Unknown,
		},
		order.TLS: {
			destination.Windows, destination.WebServer, destination.HAProxy, destination.Postfix, destination.Java,
			destination.Another, destination.Unknown,
		},
		order.CodeSigning: nil, // the key is on hardware
		order.SiteService: nil, // no certificate
	} {
		if diff := cmp.Diff(want, ids(destination.For(product))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", product, diff)
		}
	}
	if _, ok := destination.Find("nowhere", order.TLS); ok {
		t.Error("a destination that does not exist was found")
	}
	if _, ok := destination.Find(destination.Outlook, order.TLS); ok {
		t.Error("a website for Outlook")
	}
	for _, product := range []order.ProductType{order.SMIME, order.TLS, order.CodeSigning} {
		if d, ok := destination.Find(destination.Certificate, product); !ok || d.NeedsKey() {
			t.Errorf("%s: nothing for whoever has the key elsewhere", product)
		}
	}
}

// measured is the table that the tests of export/pfx keep true: profile, key and reader to outcome.
func measured(t *testing.T) map[[3]string]string {
	t.Helper()
	text, err := os.ReadFile("readers.txt")
	if err != nil {
		t.Fatal(err)
	}
	var readers []string
	out := map[[3]string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Fields(strings.TrimPrefix(line, "#"))
		switch {
		case strings.HasPrefix(line, "# profile "):
			readers = cells[2:]
		case strings.HasPrefix(line, "#"), len(cells) == 0:
		default:
			for i, outcome := range cells[2:] {
				out[[3]string{cells[0], cells[1], readers[i]}] = outcome
			}
		}
	}
	if len(out) < 20 {
		t.Fatalf("the table of readers has %d entries", len(out))
	}
	return out
}

// measuredPlain is the table that the tests of export keep true: kind and reader to outcome.
func measuredPlain(t *testing.T) map[[2]string]string {
	t.Helper()
	text, err := os.ReadFile("../export/testdata/plain.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[[2]string]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Fields(line); len(cells) == 3 && !strings.HasPrefix(line, "#") {
			out[[2]string{cells[0], cells[1]}] = cells[2]
		}
	}
	return out
}

// Which programs worked with which files is what the tests of packages export and install have written down, neither
// more nor less.
func TestTheTableAgreesWithTheServers(t *testing.T) {
	served := map[string][]string{}
	for _, path := range []string{"../export/testdata/served.txt", "../install/testdata/served.txt"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if cells := strings.Fields(line); len(cells) == 2 {
				served[cells[0]] = append(served[cells[0]], cells[1])
			}
		}
	}
	if len(served) == 0 {
		t.Fatal("nothing is written down")
	}
	for _, d := range destination.All() {
		for _, rule := range d.Files {
			if diff := cmp.Diff(served[string(d.ID)], rule.Served); diff != "" {
				t.Errorf("%s (-served +table):\n%s", d.ID, diff)
			}
		}
	}
}

// Promise 4: the file opens where you said you would use it.
func TestTheTableAgreesWithTheReaders(t *testing.T) {
	readers, plain := measured(t), measuredPlain(t)
	for _, d := range destination.All() {
		for _, rule := range d.Files {
			if len(rule.Measured) == 0 && len(rule.Reported) == 0 {
				t.Errorf("%s: nothing says that it opens the %s file", d.ID, rule.Profile)
			}
			for _, reader := range rule.Measured {
				if !rule.Sealed() {
					if got := plain[[2]string{string(rule.Kind), reader}]; got != "ok" {
						t.Errorf("%s: %s and the %s file: %q", d.ID, reader, rule.Kind, got)
					}
					continue
				}
				for _, key := range []string{"rsa-2048", "rsa-3072", "rsa-4096"} {
					if got := readers[[3]string{string(rule.Profile), key, reader}]; got != "ok" {
						t.Errorf("%s: %s and the %s file with %s: %q", d.ID, reader, rule.Profile, key, got)
					}
				}
			}
		}
	}
	// Whoever doesn't know where must hold a file for every reader there is.
	for _, product := range []order.ProductType{order.SMIME, order.TLS} {
		unknown, _ := destination.Find(destination.Unknown, product)
		for entry := range readers {
			opens := func(rule destination.FileRule) bool {
				return rule.Sealed() && readers[[3]string{string(rule.Profile), "rsa-3072", entry[2]}] == "ok"
			}
			if !slices.ContainsFunc(unknown.Files, opens) {
				t.Errorf("no file of %q is for %s", unknown.ID, entry[2])
			}
		}
	}
}

func TestInsteadIsTheOtherProfileUnderAnotherName(t *testing.T) {
	for _, d := range destination.All() {
		for _, rule := range d.Files {
			other := d.Instead(rule)
			if !rule.Sealed() {
				if !cmp.Equal(other, rule) {
					t.Errorf("%s: %s has no other profile", d.ID, rule.Kind)
				}
				continue
			}
			if other.Profile == rule.Profile || other.Profile.Other() != rule.Profile {
				t.Errorf("%s: instead of %s comes %s", d.ID, rule.Profile, other.Profile)
			}
			if cmp.Equal(other.Label, rule.Label) || other.Ext != rule.Ext || other.WindowsCSP != rule.WindowsCSP {
				t.Errorf("%s: %+v became %+v", d.ID, rule, other)
			}
		}
	}
}

func TestTheTableCannotBeChangedFromOutside(t *testing.T) {
	d, _ := destination.Find(destination.Outlook, order.SMIME)
	d.Files[0].Ext, d.Products[0] = ".exe", order.TLS
	if again, _ := destination.Find(destination.Outlook, order.SMIME); again.Files[0].Ext == ".exe" || again.Products[0] == order.TLS {
		t.Error("a caller changed the table")
	}
}

func TestEveryDestinationHasItsWords(t *testing.T) {
	data := fstest.MapFS{}
	for _, lang := range []string{"en", "de"} {
		file := "destination." + lang + ".toml"
		text, err := os.ReadFile("../../assets/translations/" + file)
		if err != nil {
			t.Fatal(err)
		}
		data[file] = &fstest.MapFile{Data: text}
	}
	words, err := i18n.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "de"} {
		used := map[string]bool{}
		need := func(m i18n.Message) {
			used[m.ID] = true
			if !slices.Contains(words.IDs(lang), m.ID) {
				t.Errorf("%s has no %s", lang, m.ID)
			}
		}
		for _, d := range destination.All() {
			need(d.Label)
			if d.Next.IsZero() == (len(d.Guides(destination.Names{})) == 0) {
				t.Errorf("%s: either a guide or a sentence says what to do", d.ID)
			}
			if !d.Next.IsZero() {
				need(d.Next)
			}
			var names []string
			for _, rule := range d.Files {
				other := d.Instead(rule)
				if !rule.Sealed() { // named after the website alone
					names = append(names, rule.Ext)
					continue
				}
				for _, r := range []destination.FileRule{rule, other} {
					need(r.Label)
					need(r.Profile.Why())
					names = append(names, words.Printer(lang).Say(r.Label)+r.Ext)
				}
			}
			slices.Sort(names)
			if len(slices.Compact(slices.Clone(names))) != len(names) {
				t.Errorf("%s: %s: two files have one name: %q", lang, d.ID, names)
			}
		}
		for _, id := range words.IDs(lang) {
			if !used[id] {
				t.Errorf("%s: nobody uses %s", lang, id)
			}
		}
	}
}
