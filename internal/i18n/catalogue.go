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

// Catalogue is every text in every language. It never changes and is safe for concurrent use.
type Catalogue struct {
	fsys    fs.FS
	sheets  map[string]*sheet // by language
	langs   []string
	matcher language.Matcher

	system func() ([]string, error) // languages that the operating system prefers
	lookUp sync.Once
	found  string // the system's language among langs
}

// sheet is all texts of one language. They are read when the first of them is wanted: reading one language
// takes about 10 ms of a start, and nobody reads them all.
type sheet struct {
	files []string
	read  func() (map[string]*entry, error)
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
	c, err := Open(fsys)
	if err != nil {
		return nil, err
	}
	for _, lang := range c.langs {
		if _, err := c.sheets[lang].read(); err != nil {
			return nil, fmt.Errorf("i18n: %w", err)
		}
	}
	return c, nil
}

// Open is [Load] for files that are part of the program and that its tests have loaded: a language is read
// when it is first used, and what Load would fail on then panics.
func Open(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{fsys: fsys, sheets: map[string]*sheet{}, system: locale.GetLocales}
	err := fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if lang, ok := languageOf(file); ok {
			c.sheet(lang).files = append(c.sheet(lang).files, file)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("i18n: %w", err)
	}
	if c.sheets[fallback] == nil {
		return nil, fmt.Errorf("i18n: no texts in %q", fallback)
	}
	c.order()
	return c, nil
}

// sheet gives that of a language, made where there is none yet.
func (c *Catalogue) sheet(lang string) *sheet {
	s := c.sheets[lang]
	if s == nil {
		s = &sheet{}
		s.read = sync.OnceValues(func() (map[string]*entry, error) { return c.readAll(s.files) })
		c.sheets[lang] = s
	}
	return s
}

// texts are those of a language, none for a language that there is not.
func (c *Catalogue) texts(lang string) map[string]*entry {
	s := c.sheets[lang]
	if s == nil {
		return nil
	}
	texts, err := s.read()
	if err != nil {
		panic("i18n: " + err.Error()) // the files are part of the program; its tests load them
	}
	return texts
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

// readAll reads the files of one language.
func (c *Catalogue) readAll(files []string) (map[string]*entry, error) {
	texts := map[string]*entry{}
	from := map[string]string{} // id: the file it is in
	for _, file := range files {
		data, err := fs.ReadFile(c.fsys, file)
		if err != nil {
			return nil, err
		}
		messages, err := goi18n.ParseMessageBytes(data, toml.Unmarshal)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, m := range messages {
			if first, ok := from[m.ID]; ok {
				return nil, fmt.Errorf("%s: %q is in %s already", file, m.ID, first)
			}
			from[m.ID] = file
			if texts[m.ID], err = compile(m); err != nil {
				return nil, fmt.Errorf("%s: %q: %w", file, m.ID, err)
			}
		}
	}
	return texts, nil
}

// order lists the languages, English first, and prepares the choice among them.
func (c *Catalogue) order() {
	for lang := range c.sheets {
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
	texts := c.texts(lang)
	ids := make([]string, 0, len(texts))
	for id := range texts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Runes are all characters that any text in any language uses, sorted. A font must hold them.
func (c *Catalogue) Runes() []rune {
	seen := map[rune]bool{}
	for _, lang := range c.langs {
		for _, e := range c.texts(lang) {
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
		lang:  lang,
		tag:   language.Make(lang),
		texts: c.texts(lang),
		all:   c,
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
