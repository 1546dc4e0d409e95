package i18n

import (
	"slices"
	"sync"
)

// Gaps are the names of the gaps of a text, over all its plural forms, sorted.
func (c *Catalogue) Gaps(lang, id string) []string {
	e := c.texts(lang)[id]
	if e == nil {
		return nil
	}
	names := e.other.gaps()
	for _, t := range e.forms {
		names = append(names, t.gaps()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// PretendSystem makes the operating system prefer the languages given.
func (c *Catalogue) PretendSystem(langs []string, err error) {
	c.system = func() ([]string, error) { return langs, err }
	c.lookUp = sync.Once{}
}
