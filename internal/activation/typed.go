package activation

import (
	"regexp"
	"strings"
)

// dashes are what programs make of a hyphen.
var dashes = strings.NewReplacer("‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-", "﹣", "-", "－", "-")

var aroundDash = regexp.MustCompile(`[ \n]*-[ \n]*`)

// bareCode reads a text that is a code and nothing else, as people type and copy it: in groups with spaces,
// with another dash, in quotes, broken over lines, in lower case where it is one of the demo's. Empty: it
// is none.
func bareCode(text string) string {
	text = strings.Trim(fullWidth(dashes.Replace(text)), " \n\"'“”„‟«»‘’‚‛‹›`´<>()[],;:.#")
	groups := strings.Fields(text)
	if len(groups) > 0 && strings.EqualFold(groups[0], "demo") && len(groups) <= 4 {
		text = strings.Join(groups, "-") // "demo mail"
	}
	text = aroundDash.ReplaceAllString(text, "-")
	groups = strings.Fields(text)
	if len(groups) > 1 && !isGrouped(groups) && !isBroken(text) {
		return ""
	}
	code := strings.Join(groups, "")
	if !isCode(code) {
		return ""
	}
	return code
}

// fullWidth turns the full-width forms of ASCII (U+FF01 to U+FF5E) into ASCII.
func fullWidth(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			return r - 0xFF01 + '!'
		}
		return r
	}, text)
}

// isGrouped tells "ABCD 1234 EFGH" from a sentence: groups of one length (the last may be shorter), in one
// case.
func isGrouped(groups []string) bool {
	all := strings.Join(groups, "")
	oneCase := strings.ToUpper(all) == all || (strings.ToLower(all) == all && strings.ContainsAny(all, "0123456789"))
	if len(groups) > 16 || !oneCase {
		return false
	}
	for i, g := range groups {
		if len(g) < 2 || len(g) > len(groups[0]) || (i < len(groups)-1 && len(g) != len(groups[0])) {
			return false
		}
	}
	return true
}

// isBroken tells a long code that an e-mail program broke over lines.
func isBroken(text string) bool {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.Contains(l, " ") || (i < len(lines)-1 && len(l) < 16) {
			return false
		}
	}
	return len(lines) <= 8
}

// label finds what e-mails write before a code, and the rest of that line or the next one.
var label = lazily(`(?i)(?:^|[^\pL])(?:[\pL-]*code|voucher|gutschein|token|pin|licen[cs]e(?: key| number)?|lizenz\pL*|` +
	`clé|codice)(?:[ \pL()/'’-]{0,40}?)(?:[:=][ \n]*|(?: is| ist| lautet)[ \n]+)([^\n]+)`)

// labelledCode finds the code in the text of an e-mail by the words before it ("Your activation code:
// ABCD-1234"). Empty: there is none, or several different ones.
func labelledCode(text string) string {
	found := ""
	for {
		at := label().FindStringSubmatchIndex(text)
		if at == nil {
			return found
		}
		code, end := firstCode(text[at[2]:at[3]]), at[3]
		if code == "" {
			end = at[2] // what follows these words may be the label itself
		}
		text = text[end:]
		switch {
		case code == "":
		case found == "":
			found = code
		case found != code:
			return ""
		}
	}
}

// firstCode takes the code at the start of a line.
func firstCode(line string) string {
	if code := bareCode(line); code != "" && (looksLikeCode(code) || len(strings.Fields(line)) == 1) {
		return code
	}
	word, _, _ := strings.Cut(strings.TrimLeft(line, " "), " ")
	if code := bareCode(word); looksLikeCode(code) {
		return code
	}
	return ""
}

var (
	// mistypedStart is a web address whose beginning has lost a letter, a colon or a slash, or has another
	// slash.
	mistypedStart = lazily(`(?i)\A(?:h+t+p+s*|h?t{1,3}p{1,2}s{0,2}|htt?p?s?)?[ ]*[:;]?[ ]*(?://|\\\\)|\Ahttps?[:;]?[ ]*[/\\]`)
	// labelAlone is the word before a code that was copied with it.
	labelAlone = lazily(`(?i)\A(?:[\pL-]*code|voucher|gutschein|token|pin|licen[cs]e|lizenz\pL*)[ #]+`)
	// fileName is the path of a file, or its name with the ending of one that is kept beside e-mails.
	fileName = regexp.MustCompile(`(?i)\A(?:file:|[a-z]:\\|\\\\|~/|/home/|/users/|/tmp/)|\.(?:eml|emlx|msg|pdf|ics|html?|txt|docx?|zip|p7m|p7b|pem|crt|cer|csr|p12|pfx|key)"?\z`)
)

// isFileName reports whether a text is the name of a file instead of what is in it.
func isFileName(text string) bool {
	return !strings.Contains(text, "\n") && len(text) < 300 && !linkStart.MatchString(text) && fileName.MatchString(strings.Trim(text, `"' `))
}

// isHalf reports whether a code was cut at a dash. Long ones may end so: they are made of such letters.
func isHalf(code string) bool {
	return code != "" && len(code) < 16 && (strings.HasPrefix(code, "-") || strings.HasSuffix(code, "-"))
}

// isWord reports whether what could be a code is a word of a language.
func isWord(code string) bool {
	return len(code) < 16 && words.MatchString(code) && !strings.ContainsAny(code, "0123456789") && !isDemo(code)
}

// once is a text that was pasted twice, once.
func once(text string) string {
	if half := len(text) / 2; half > 8 && text[:half] == text[half:] {
		return text[:half]
	}
	return text
}
