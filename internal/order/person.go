package order

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The fields of a person, as the Activation API and the application's JSON name them.
const (
	FieldGivenName = "given_name"
	FieldSurname   = "surname"
	FieldPseudonym = "pseudonym"
	FieldTitle     = "title"
)

// personLimits are in runes, for fields of which the licence says nothing.
//
// RFC 5280 A.1 has ub-title 64 and ub-pseudonym 128. For given name and surname it has ub-name, 32768;
// the 16 and 40 that stand beside it belong to X.400 addresses, not to X520name. We follow 64, the
// ub-common-name of the same list, since certificate authorities put the person's name there too.
var personLimits = map[string]int{
	FieldGivenName: 64, FieldSurname: 64, FieldPseudonym: 128, FieldTitle: 64,
}

// maxCommonName is ub-common-name of RFC 5280 A.1, in runes.
const maxCommonName = 64

// Tidy gives what is sent of a text that was typed into a field: NFC, as X.520 strings are compared and
// as programs show them, without spaces around it and with single spaces in it.
func Tidy(text string) string {
	return norm.NFC.String(strings.Join(strings.Fields(text), " "))
}

// CheckPerson judges one field of the person that the licence asks for. required says that it must be
// filled in here.
func CheckPerson(rule SubjectField, text string, required bool) *Problem {
	text = Tidy(text)
	bad := func(id string, kv ...any) *Problem { return problem(rule.Field, Error, "person."+id, kv...) }
	if text == "" {
		if required {
			return bad("empty." + known(rule.Field))
		}
		return nil
	}
	limit := rule.limit()
	switch n := utf8.RuneCountInString(text); {
	case hasHidden(text) || !utf8.ValidString(text):
		return bad("hidden")
	case n > limit:
		return bad("long", "n", n-limit, "max", limit)
	case strings.Contains(text, "@"):
		return bad("mailbox")
	case strings.ContainsFunc(text, isDrawing):
		return bad("drawing")
	case !strings.ContainsFunc(text, unicode.IsLetter):
		// Values of ".", "-" and spaces alone are forbidden (CA/B SBR 7.1.4.2); digits alone name nobody.
		return bad("no-letter")
	}
	if rule.Field == FieldGivenName || rule.Field == FieldSurname {
		return checkName(rule.Field, text)
	}
	return nil
}

// checkName has the rules for names that a pseudonym or a title does not have.
func checkName(field, text string) *Problem {
	if i := strings.IndexAny(text, `<>"/\|;:=#*_+%&$!?[]{}^~`); i >= 0 {
		return problem(field, Error, "person.character", "character", text[i:i+1])
	}
	if utf8.RuneCountInString(text) > 1 && (text == strings.ToLower(text) && text != strings.ToUpper(text)) {
		return problem(field, Note, "person.small", "text", text)
	}
	return nil
}

// limit is the most runes the field may have.
func (f SubjectField) limit() int {
	own := personLimits[known(f.Field)]
	if f.Max > 0 && f.Max < own {
		return f.Max
	}
	return own
}

// known maps a field that a later service invents to a title, the freest of the four.
func known(field string) string {
	if _, ok := personLimits[field]; ok {
		return field
	}
	return FieldTitle
}

// isDrawing reports emoji, signs and line drawings.
func isDrawing(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Co, unicode.Cs) || r == utf8.RuneError
}

// hasHidden reports characters that can't be seen or that change how the rest is shown.
func hasHidden(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return isOverride(r) || (unicode.IsControl(r) && r != '\t' && r != '\n') || r == utf8.RuneError ||
			(unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d') // joiners belong to some scripts
	})
}

// isOverride reports embeddings, overrides and isolates of direction (UAX 9).
func isOverride(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }
