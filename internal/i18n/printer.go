package i18n

import (
	"reflect"
	"strconv"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

const (
	// argRunes is how much of one string argument is shown: more than any name, address or path that
	// belongs in a sentence.
	argRunes = 400
	// argDepth is how deep messages may be nested as arguments.
	argDepth = 8
)

// Printer renders messages in one language. It is safe for concurrent use and cheap to call for every text
// of a list while it is drawn.
type Printer struct {
	lang  string
	tag   language.Tag
	texts map[string]*entry
	all   *Catalogue     // for the texts that this language lacks
	zone  *time.Location // nil: the local zone as it is when something is printed
	// variant is the end of the ids of texts that take the place of those without it.
	variant string
}

// In gives a Printer that shows times in zone.
func (p *Printer) In(zone *time.Location) *Printer {
	q := *p
	q.zone = zone
	return &q
}

// Variant gives a Printer for which, wherever there is a text "ID@name", that one is said in the place of "ID": what
// many sentences say differently under one circumstance. An empty name is none.
func (p *Printer) Variant(name string) *Printer {
	q := *p
	q.variant = ""
	if name != "" {
		q.variant = "@" + name
	}
	return &q
}

// Lang is the language as a BCP 47 tag.
func (p *Printer) Lang() string { return p.lang }

// T renders the message id; kv are the names and values of its gaps in turn, as in [M].
func (p *Printer) T(id string, kv ...any) string { return p.say(M(id, kv...), 0) }

// Say renders m. A text that this language lacks is English; an id without any text is "[id]", and a gap
// without a value "[name]". Values are shown as they are: nothing in them is a template, and what can't be
// seen in them is made visible (see [Clean]). The zero Message is "".
func (p *Printer) Say(m Message) string { return p.say(m, 0) }

func (p *Printer) say(m Message, depth int) string {
	if m.IsZero() {
		return ""
	}
	tag := p.tag
	var e *entry
	if p.variant != "" {
		e = p.texts[m.ID+p.variant]
	}
	if e == nil {
		e = p.texts[m.ID]
	}
	if e == nil {
		tag = language.English
		e = p.all.texts(fallback)[m.ID]
	}
	if e == nil || depth > argDepth {
		return "[" + m.ID + "]"
	}
	return e.form(tag, m.Args).render(func(gap string) string {
		v, ok := m.Args[gap]
		if !ok {
			return "[" + gap + "]"
		}
		return p.value(gap, v, depth)
	})
}

// form chooses the plural form by the argument "n".
func (e *entry) form(tag language.Tag, args Args) text {
	if e.forms == nil {
		return e.other
	}
	n, ok := args["n"].(int)
	if !ok {
		return e.other
	}
	n %= 10_000_000 // as MatchPlural wants it
	if n < 0 {
		n = -n
	}
	if t, ok := e.forms[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]; ok {
		return t
	}
	return e.other
}

func (p *Printer) value(gap string, v any, depth int) string {
	switch v := v.(type) {
	case string:
		return Clean(v, argRunes)
	case int:
		return p.Number(v)
	case time.Time:
		return p.DateTime(v)
	case Date:
		return p.Date(time.Time(v))
	case time.Duration:
		return p.Duration(v)
	case []string:
		return p.List(v)
	case Message:
		return p.say(v, depth+1)
	}
	// Named strings and numbers, such as the states of an order, print as what they are. Anything else
	// is a mistake of the program, and is not printed: it could hold what must not be seen.
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return Clean(r.String(), argRunes)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(r.Int(), 10)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return strconv.FormatUint(r.Uint(), 10)
	default:
		return "[" + gap + "]"
	}
}
