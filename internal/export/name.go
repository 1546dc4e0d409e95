package export

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"certdesk/internal/destination"
	"certdesk/internal/i18n"
)

// The limits of a file's name. Linux takes 255 bytes, Windows and macOS 255 UTF-16 units; some room is
// left for the " (2)" that people and programs add, and names that long are no use to anybody.
const (
	maxNameRunes = 120
	maxNameBytes = 240
)

// FileName is the name for a file, as in "anna@example.ch (Outlook) 2027-05.p12": what the certificate is
// for, where it is used, and the month (UTC) in which it ends. Any of Windows, macOS and Linux takes it:
// what a name can't hold there, and what can't be seen, becomes "_" or falls away; subject is cut so that
// the whole has at most 120 characters. destinationLabel may be empty; ext comes with its dot, from us.
func FileName(subject, destinationLabel string, notAfter time.Time, ext string) string {
	tail := ""
	if label := namePart(destinationLabel); label != "" {
		tail += " (" + cutName(label, maxNameRunes/2, maxNameBytes/2) + ")"
	}
	if !notAfter.IsZero() {
		tail += " " + notAfter.UTC().Format("2006-01")
	}
	tail += ext
	head := namePart(subject)
	switch {
	case head == "":
		head = "certificate"
	case reserved(head):
		head = "_" + head
	}
	return cutName(head, maxNameRunes-utf8.RuneCountInString(tail), maxNameBytes-len(tail)) + tail
}

// namePart takes out of s what a file's name can't hold: separators and the other characters that Windows
// forbids, control and bidirectional characters, and spaces and dots at the ends (Windows drops those at
// the end; a dot at the beginning hides the file, a hyphen looks like an option).
func namePart(s string) string {
	var b strings.Builder
	space := false
	for _, r := range strings.ToValidUTF8(s, "_") {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case !unicode.IsGraphic(r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
			continue
		case strings.ContainsRune(`<>:"/\|?*`, r):
			r = '_'
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return strings.TrimLeft(strings.TrimRight(b.String(), ". "), ".- ")
}

func cutName(s string, runes, bytes int) string {
	n := 0
	for i, r := range s {
		if n++; n > runes || i+utf8.RuneLen(r) > bytes {
			return strings.TrimRight(s[:i], ". ")
		}
	}
	return s
}

// reserved reports whether Windows takes a name that begins like this for a device, whatever follows the
// first dot.
func reserved(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	switch base = strings.ToUpper(strings.TrimRight(base, " ")); base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, ok := strings.CutPrefix(base, "COM")
	if !ok {
		port, ok = strings.CutPrefix(base, "LPT")
	}
	return ok && utf8.RuneCountInString(port) == 1 && strings.ContainsAny(port, "0123456789¹²³")
}

// FriendlyName is what programs show for the certificate: what it is for, who sold it, the month in which
// it ends. Java lower-cases it. Package pfx makes it fit.
func FriendlyName(subject, seller string, notAfter time.Time) string {
	parts := []string{i18n.Clean(subject, maxNameRunes)}
	if seller = i18n.Clean(seller, maxNameRunes/2); seller != "" {
		parts = append(parts, seller)
	}
	return strings.Join(append(parts, notAfter.UTC().Format("2006-01")), ", ")
}

// Outputs are the files that a destination wants, with names. words renders a label in the customer's
// language.
func Outputs(d destination.Destination, subject string, notAfter time.Time, words func(i18n.Message) string) []Output {
	var out []Output
	for _, rule := range d.Files {
		out = append(out, Named(rule, subject, notAfter, words))
	}
	return out
}

// Named is one file of a rule, with its name. Files for servers are named after the website alone: their paths
// stand in configurations, where spaces, signs and dates are in the way (Postfix knows no quotes).
func Named(rule destination.FileRule, subject string, notAfter time.Time, words func(i18n.Message) string) Output {
	if !rule.Sealed() {
		return Output{Rule: rule, Name: FileName(bare(subject), "", time.Time{}, rule.Ext)}
	}
	return Output{Rule: rule, Name: FileName(subject, words(rule.Label), notAfter, rule.Ext)}
}

// bare keeps the letters, digits and signs of names of websites and mailboxes.
func bare(subject string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(".-_@+", r) {
			return r
		}
		return '_'
	}, strings.ToValidUTF8(subject, "_"))
}
