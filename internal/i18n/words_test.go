package i18n_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/assets"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
)

// Nobody may meet a screen of which a part is in another language, or a gap that nothing fills.
func TestEveryLanguageHasEveryText(t *testing.T) {
	c := load(t, assets.Translations)
	english := c.IDs("en")
	for _, lang := range c.Languages() {
		if diff := cmp.Diff(english, c.IDs(lang)); diff != "" {
			t.Errorf("%s (-en +%s):\n%s", lang, lang, diff)
		}
		for _, id := range c.IDs(lang) {
			if diff := cmp.Diff(c.Gaps("en", id), c.Gaps(lang, id)); diff != "" && slices.Contains(english, id) {
				t.Errorf("%s: gaps of %s (-en +%s):\n%s", lang, id, lang, diff)
			}
		}
	}
}

// TestVariantsAreOfTextsThatThereAre: a variant without its text would never be said, and has the same gaps.
func TestVariantsAreOfTextsThatThereAre(t *testing.T) {
	c := load(t, assets.Translations)
	n := 0
	for _, id := range c.IDs("en") {
		of, _, is := strings.Cut(id, "@")
		if !is {
			continue
		}
		n++
		if diff := cmp.Diff(c.Gaps("en", of), c.Gaps("en", id)); diff != "" {
			t.Errorf("%s (-%s +it):\n%s", id, of, diff)
		}
		plain, other := c.Printer("en"), c.Printer("en").Variant("file")
		if !slices.Contains(c.IDs("en"), of) || plain.T(of) == other.T(of) || other.T("use.title") != plain.T("use.title") {
			t.Errorf("%s is not said in the place of %s", id, of)
		}
	}
	if n == 0 {
		t.Error("there are none")
	}
}

func TestEveryFaultAndActionHasItsWords(t *testing.T) {
	c := load(t, assets.Translations)
	for _, lang := range c.Languages() {
		ids := map[string]bool{}
		for _, id := range c.IDs(lang) {
			ids[id] = true
		}
		need := func(id string) {
			if !ids[id] {
				t.Errorf("%s has no %s", lang, id)
			}
		}
		actions := map[fault.Action]bool{}
		for _, a := range fault.Actions {
			need("action." + string(a))
			actions[a] = true
		}
		for _, code := range fault.All {
			f := fault.New(code, nil)
			for _, m := range []i18n.Message{f.Saw(), f.Means(), f.Do()} {
				need(m.ID)
			}
			if f.Action != fault.NoAction && !actions[f.Action] {
				t.Errorf("fault.Actions lacks %q", f.Action)
			}
		}
	}
}
