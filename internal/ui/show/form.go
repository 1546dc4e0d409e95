package show

import (
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/paper"
)

// FormPaper puts a form of the certificate authority on paper: what the service has filled in, room for what
// it has not, and where the paper goes. Kinds of block that a later service invents are printed as text.
func FormPaper(say *i18n.Printer, f order.Form) paper.Document {
	d := paper.Document{
		Title: f.Title, Language: f.Language,
		Footer: func(n, total int) string {
			return say.T("form.footer", "reference", f.Reference, "n", n, "total", total)
		},
	}
	add := func(p paper.Part) { d.Parts = append(d.Parts, p) }
	if f.Reference != "" {
		add(paper.Row{Label: say.T("form.reference"), Value: f.Reference})
	}
	for _, b := range f.Blocks {
		switch b.Kind {
		case "heading":
			add(paper.Heading(first(b.Text, b.Label)))
		case "field":
			add(paper.Row{Label: b.Label, Value: b.Text})
		case "signature":
			add(paper.Signature(first(b.Label, b.Text)))
		default:
			add(paper.Paragraph(first(b.Text, b.Label)))
		}
	}
	if lines := PostalLines(say, f.Address); len(lines) > 0 {
		add(paper.Heading(say.T("form.post-to")))
		add(paper.Postal(lines))
	} else if f.Email != "" {
		add(paper.Heading(say.T("form.send-to")))
		add(paper.Paragraph(f.Email))
	}
	return d
}
