package i18n

import (
	"regexp"
	"strconv"
	"strings"
)

// Number renders n; from five digits on, the thousands are set apart. A number that names something, such
// as a port or a licence, is not counted with: pass it as a string.
func (p *Printer) Number(n int) string {
	s := strconv.Itoa(n)
	digits := strings.TrimPrefix(s, "-")
	if len(digits) < 5 {
		return s
	}
	return s[:len(s)-len(digits)] + p.grouped(digits)
}

func (p *Printer) grouped(digits string) string {
	if len(digits) < 5 {
		return digits
	}
	separator := p.fill("number.thousands", nil)
	head := len(digits) % 3
	var parts []string
	if head > 0 {
		parts = append(parts, digits[:head])
	}
	for ; head < len(digits); head += 3 {
		parts = append(parts, digits[head:head+3])
	}
	return strings.Join(parts, separator)
}

// List renders "a", "a and b", "a, b and c".
func (p *Printer) List(items []string) string {
	clean := make([]string, 0, len(items))
	for _, item := range items {
		clean = append(clean, Clean(item, argRunes))
	}
	if len(clean) == 0 {
		return ""
	}
	last := len(clean) - 1
	if last == 0 {
		return clean[0]
	}
	return p.fill("list.last", map[string]string{
		"before": strings.Join(clean[:last], p.fill("list.separator", nil)),
		"last":   clean[last],
	})
}

// Bytes renders the size of something in steps of 1,024, as file managers do: "812 bytes", "1.2 MB".
func (p *Printer) Bytes(n int64) string {
	if n < 1024 {
		return p.say(M("size.bytes", "n", int(n)), 0)
	}
	unit, size := "size.kb", float64(n)/1024
	for _, next := range []string{"size.mb", "size.gb"} {
		if size < 1023.95 {
			break
		}
		unit, size = next, size/1024
	}
	decimals := 1
	if size >= 100 {
		decimals = 0
	}
	s := strings.TrimSuffix(strconv.FormatFloat(size, 'f', decimals, 64), ".0")
	return p.fill(unit, map[string]string{"size": strings.Replace(s, ".", p.fill("number.decimal", nil), 1)})
}

var (
	amountForm   = regexp.MustCompile(`^(-?)([0-9]{1,15})(?:\.([0-9]{1,4}))?$`)
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)
)

// Money renders an amount in decimal notation ("12.50") and an ISO 4217 code: "CHF 12.50". What has
// another form is shown as it came.
func (p *Printer) Money(amount, currency string) string {
	m := amountForm.FindStringSubmatch(amount)
	if m == nil || !currencyForm.MatchString(currency) {
		return Clean(amount+" "+currency, 40)
	}
	s := m[1] + p.grouped(m[2])
	if m[3] != "" {
		s += p.fill("number.decimal", nil) + m[3]
	}
	return p.fill("money", map[string]string{"amount": s, "currency": currency})
}
