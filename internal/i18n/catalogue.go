package i18n

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/jeandeaual/go-locale"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// fallback is the language that every text exists in.
const fallback = "en"

// Catalogue is every text in every language. It never changes once loaded and is safe for concurrent use.
type Catalogue struct {
	texts   map[string]map[string]*entry // language, id
	langs   []string
	matcher language.Matcher

	system func() ([]string, error) // languages that the operating system prefers
	lookUp sync.Once
	found  string // the system's language among langs
}

// entry is one message in one language.
type entry struct {
	other text
	forms map[plural.Form]text // only those that differ from other
}

// Load reads every file named ROOM.LANGUAGE.toml under fsys; other files are passed over. The format is
// go-i18n's, but a gap is {{.name}} and nothing else is a template: no text can run anything.
//
// It fails on a text that can't be read or is empty, on one id twice in a language, and without English.
func Load(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{texts: map[string]map[string]*entry{}, system: locale.GetLocales}
	from := map[string]string{} // language and id: the file it is in
	err := fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		lang, ok := languageOf(file)
		if !ok {
			return nil
		}
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return err
		}
		return c.add(lang, file, data, from)
	})
	if err != nil {
		return nil, fmt.Errorf("i18n: %w", err)
	}
	if c.texts[fallback] == nil {
		return nil, fmt.Errorf("i18n: no texts in %q", fallback)
	}
	c.order()
	return c, nil
}

// languageOf gives the language in ROOM.LANGUAGE.toml.
func languageOf(file string) (string, bool) {
	parts := strings.Split(path.Base(file), ".")
	if len(parts) != 3 || parts[2] != "toml" || parts[0] == "" {
		return "", false
	}
	tag, err := language.Parse(parts[1])
	return tag.String(), err == nil
}

func (c *Catalogue) add(lang, file string, data []byte, from map[string]string) error {
	messages, err := goi18n.ParseMessageBytes(data, toml.Unmarshal)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if c.texts[lang] == nil {
		c.texts[lang] = map[string]*entry{}
	}
	for _, m := range messages {
		key := lang + " " + m.ID
		if first, ok := from[key]; ok {
			return fmt.Errorf("%s: %q is in %s already", file, m.ID, first)
		}
		from[key] = file
		e, err := compile(m)
		if err != nil {
			return fmt.Errorf("%s: %q: %w", file, m.ID, err)
		}
		c.texts[lang][m.ID] = e
	}
	return nil
}

// order lists the languages, English first, and prepares the choice among them.
func (c *Catalogue) order() {
	for lang := range c.texts {
		if lang != fallback {
			c.langs = append(c.langs, lang)
		}
	}
	slices.Sort(c.langs)
	c.langs = append([]string{fallback}, c.langs...)
	tags := make([]language.Tag, len(c.langs))
	for i, lang := range c.langs {
		tags[i] = language.Make(lang)
	}
	c.matcher = language.NewMatcher(tags)
}

func compile(m *goi18n.Message) (*entry, error) {
	other, err := parseText(m.Other)
	if err != nil {
		return nil, err
	}
	if other == nil {
		return nil, fmt.Errorf("no text")
	}
	e := &entry{other: other}
	for form, s := range map[plural.Form]string{
		plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two, plural.Few: m.Few, plural.Many: m.Many,
	} {
		t, err := parseText(s)
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue
		}
		if e.forms == nil {
			e.forms = map[plural.Form]text{}
		}
		e.forms[form] = t
	}
	return e, nil
}

// Languages are the languages that there are texts in, as BCP 47 tags, English first, then by tag.
func (c *Catalogue) Languages() []string { return slices.Clone(c.langs) }

// IDs are the ids that have a text in a language, sorted.
func (c *Catalogue) IDs(lang string) []string {
	ids := make([]string, 0, len(c.texts[lang]))
	for id := range c.texts[lang] {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Runes are all characters that any text in any language uses, sorted. A font must hold them.
func (c *Catalogue) Runes() []rune {
	seen := map[rune]bool{}
	for _, texts := range c.texts {
		for _, e := range texts {
			e.other.eachRune(seen)
			for _, t := range e.forms {
				t.eachRune(seen)
			}
		}
	}
	runes := make([]rune, 0, len(seen))
	for r := range seen {
		runes = append(runes, r)
	}
	slices.Sort(runes)
	return runes
}

// Printer renders in the language that comes closest to lang, a BCP 47 tag; "" is the language of the
// operating system, as it was when it was first asked for. What nothing comes close to is English. Times
// are shown in the local zone.
func (c *Catalogue) Printer(lang string) *Printer {
	if lang == "" {
		lang = c.systemLanguage()
	} else {
		lang = c.closest([]string{lang})
	}
	return &Printer{
		lang:    lang,
		tag:     language.Make(lang),
		texts:   c.texts[lang],
		english: c.texts[fallback],
	}
}

func (c *Catalogue) systemLanguage() string {
	c.lookUp.Do(func() {
		// An error means that the system names no language, which is no reason to fail.
		wanted, _ := c.system()
		c.found = c.closest(wanted)
	})
	return c.found
}

// closest gives the best of c's languages for tags in order of preference.
func (c *Catalogue) closest(wanted []string) string {
	var tags []language.Tag
	for _, w := range wanted {
		if tag, err := language.Parse(w); err == nil {
			tags = append(tags, tag)
		}
	}
	_, i, confidence := c.matcher.Match(tags...)
	if confidence == language.No {
		return fallback
	}
	return c.langs[i]
}
