package i18n

import (
	"fmt"
	"regexp"
	"strings"
)

// text is a message cut at its gaps: words and gaps in turn, beginning with words.
type text []string

// gapName is the one form of gap. It is much less than text/template can do, on purpose: a text stays data,
// a translator can't break the program, and drawing a list of thousands of texts costs next to nothing.
var gapName = regexp.MustCompile(`^\s*\.([a-z][a-z0-9_]*)\s*$`)

// parseText cuts s at its gaps. An empty s is a nil text.
func parseText(s string) (text, error) {
	if s == "" {
		return nil, nil
	}
	var t text
	for {
		words, rest, more := strings.Cut(s, "{{")
		if strings.Contains(words, "}}") {
			return nil, fmt.Errorf("}} without {{")
		}
		t = append(t, words)
		if !more {
			return t, nil
		}
		gap, after, closed := strings.Cut(rest, "}}")
		name := gapName.FindStringSubmatch(gap)
		if !closed || name == nil {
			return nil, fmt.Errorf("a gap must be {{.name}}")
		}
		t = append(t, name[1])
		s = after
	}
}

// render fills the gaps with what value gives for their names.
func (t text) render(value func(gap string) string) string {
	if len(t) == 1 {
		return t[0]
	}
	var b strings.Builder
	for i, part := range t {
		if i%2 == 1 {
			part = value(part)
		}
		b.WriteString(part)
	}
	return b.String()
}

// gaps are the names of the gaps, in order.
func (t text) gaps() []string {
	var names []string
	for i := 1; i < len(t); i += 2 {
		names = append(names, t[i])
	}
	return names
}

func (t text) eachRune(seen map[rune]bool) {
	for i := 0; i < len(t); i += 2 {
		for _, r := range t[i] {
			seen[r] = true
		}
	}
}
