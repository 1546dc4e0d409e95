package i18n

import "golang.org/x/text/collate"

// Compare gives the order of words in this language, as a dictionary has it ("Österreich" beside "Oman", not
// behind "Zypern"). What it returns is for one goroutine, and worth keeping for a whole sort.
func (p *Printer) Compare() func(a, b string) int {
	return collate.New(p.tag, collate.IgnoreCase).CompareString
}

// InEvery renders m in each language of the catalogue: a name is looked for in the language in which one knows it.
func (p *Printer) InEvery(m Message) []string {
	out := make([]string, 0, len(p.all.langs))
	for _, lang := range p.all.langs {
		out = append(out, p.all.Printer(lang).Say(m))
	}
	return out
}
