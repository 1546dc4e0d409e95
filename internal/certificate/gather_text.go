package certificate

import (
	"encoding/base64"
	"errors"
	"html"
	"regexp"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
)

var (
	tags     = regexp.MustCompile(`(?s)<!--.*?-->|<(style|script)\b.*?</(style|script)>|</?[a-zA-Z][^<>]*>`)
	isHTML   = regexp.MustCompile(`(?i)<(html|body|br|p|div|pre|span|table|td)\b[^<>]*>|&nbsp;|&#(43|x2b|47|x2f|61|10|13);`)
	begins   = regexp.MustCompile(`-{1,10} ?BEGIN ([A-Z0-9#. ]{1,40}?) ?-{1,10}`)
	ends     = regexp.MustCompile(`-{0,10} ?\bEND ([A-Z0-9#.]+(?: [A-Z0-9#.]+)*) ?(-{0,10})`)
	endAlone = regexp.MustCompile(`-{1,10} ?END (X509 |TRUSTED )?CERTIFICATE`)
	base64s  = regexp.MustCompile(`^[A-Za-z0-9+/=]+$`)
	quoted   = regexp.MustCompile(`^(?:[ ]*[>|]+)*[ ]*`)
	bare     = regexp.MustCompile(`(?m)^[ >|]*(MI[A-Za-z0-9+/]{2})`)
)

// wholeMark is how many dashes stand on each side of a mark (RFC 7468, 2).
const wholeMark = 5

// addText looks through a text.
func (g *gatherer) addText(text string) {
	if len(text) > maxText {
		text, g.trimmed = text[:maxText], true
	}
	if isHTML.MatchString(text) {
		text = html.UnescapeString(tags.ReplaceAllString(text, "\n"))
	}
	text = plain(text)
	marks := begins.FindAllStringSubmatchIndex(text, maxPieces)
	for i, m := range marks {
		rest := text[m[1]:]
		if i+1 < len(marks) {
			rest = text[m[1]:marks[i+1][0]]
		}
		g.addPiece(text[m[2]:m[3]], rest)
	}
	if len(marks) > 0 {
		return
	}
	for i, at := range bare.FindAllStringSubmatchIndex(text, maxPieces) {
		if g.addUnmarked(text[at[2]:]) || i > maxCertificatesBare {
			return
		}
	}
	if endAlone.MatchString(text) && len(g.certs) == 0 {
		g.cut = fault.New(fault.CertificateHeadless, nil)
	}
}

// maxCertificatesBare is how many places of a text are tried for base64 without marks.
const maxCertificatesBare = 20

// addPiece takes what stands behind a mark, up to the next.
func (g *gatherer) addPiece(label, rest string) {
	end := ends.FindStringSubmatchIndex(rest)
	body, dashes := rest, -1
	if end != nil {
		body, dashes = rest[:end[0]], end[5]-end[4]
	}
	switch {
	case strings.HasSuffix(label, "PRIVATE KEY"):
		if end != nil {
			g.out.Keys = append(g.out.Keys, []byte("-----BEGIN "+label+"-----\n"+unquoted(body)+"\n-----END "+label+"-----\n"))
		} else {
			g.broken = true
		}
		return
	case strings.HasSuffix(label, "CERTIFICATE REQUEST"):
		g.out.Request = true
		return
	case label == "CERTIFICATE", label == "X509 CERTIFICATE", label == "TRUSTED CERTIFICATE", label == "PKCS7", label == "CMS", label == "PKCS #7 SIGNED DATA":
	default:
		return
	}
	der := letters(body, end != nil)
	have, want := derLength(der)
	switch {
	case len(der) == 0:
		g.broken = true
	case want > have:
		g.missing(have, want)
	case g.addDER(der[:want]):
		g.mend(dashes)
	}
}

// mend notes what a text lacks whose certificate is whole.
func (g *gatherer) mend(dashes int) {
	switch {
	case !g.out.Mended.IsZero() || dashes >= wholeMark:
	case dashes < 0:
		g.out.Mended = i18n.M("certificate.mended.end")
	default:
		g.out.Mended = i18n.M("certificate.mended.dashes", "n", wholeMark-dashes)
	}
}

// addUnmarked takes base64 without marks around it. It reports whether a certificate was there.
func (g *gatherer) addUnmarked(text string) bool {
	der := letters(text, false)
	have, want := derLength(der)
	if have < 100 { // a word that begins so
		return false
	}
	if want > have {
		g.missing(have, want)
		return false
	}
	had := len(g.certs)
	g.addDER(der[:want])
	return len(g.certs) > had
}

// unquoted takes away what a mail program puts before each line of a reply.
func unquoted(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(quoted.ReplaceAllString(l, ""))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// letters decodes the lines of base64 in a text. Whatever stands between two marks and is none is passed over;
// without the second mark the first such line ends it.
func letters(text string, marked bool) []byte {
	var all strings.Builder
	for line := range strings.Lines(text) {
		line = strings.ReplaceAll(strings.TrimSpace(quoted.ReplaceAllString(line, "")), " ", "")
		switch {
		case line == "":
			continue
		case base64s.MatchString(line):
			all.WriteString(line)
		case !marked && all.Len() > 0:
			return decode(all.String())
		}
	}
	return decode(all.String())
}

// decode decodes base64 as far as it goes: what follows a certificate's own end is cut off by its length.
func decode(text string) []byte {
	if at := strings.IndexByte(text, '='); at >= 0 {
		text = text[:at]
	}
	for {
		der, err := base64.RawStdEncoding.DecodeString(text)
		if err == nil {
			return der
		}
		var at base64.CorruptInputError
		if !errors.As(err, &at) || len(text) == 0 {
			return nil
		}
		text = text[:len(text)-1] // a group of one letter, or bits that should be zero
		if int64(at) < int64(len(text))-4 {
			return nil
		}
	}
}
