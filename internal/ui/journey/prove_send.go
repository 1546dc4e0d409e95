package journey

import (
	"context"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/paper"
	"certdesk/internal/proof"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// mailRoom is the most that a mail opened from here may hold: addresses are at most 2,048 bytes (RFC 6068
// leaves it to the programs).
const mailRoom = 1800

// shownLines is how much of what is handed on is shown.
const shownLines = 80

// copied is how long a button says that it has copied.
const copied = 2 * time.Second

// sending is the part of a page that hands instructions to somebody else. There is nothing secret in them: what
// proves a name is public, and the code and the order's token stand in no task.
type sending struct {
	j     *Journey
	p     *prove
	open  bool
	saved string // path of the PDF
	wrong *fault.Error
	long  bool // too long for a mail
}

// objects are the buttons under what is to be done, and, once asked for, the ways to hand it on.
func (s *sending) objects(tasks []order.Task) []fyne.CanvasObject {
	j := s.j
	if len(tasks) == 0 {
		return nil
	}
	box := kit.NewColumn(12)
	var buttons []fyne.CanvasObject
	if records := zoneLines(s.instructions(tasks)); len(tasks) > 1 && records != "" {
		buttons = append(buttons, copyButton(j, "names.copy-all", kit.Secondary, func() string { return records }))
	}
	draw := func() {
		box.Objects = box.Objects[:1]
		if s.open {
			ways := kit.NewColumn(8)
			ways.Objects = s.ways(tasks, ways)
			box.Add(kit.NewCard(ways))
		}
	}
	buttons = append(buttons, kit.NewButton(j.Say.T("send.open"), kit.Secondary, func() {
		s.open = !s.open
		draw()
		box.Refresh()
		kit.Relayout(box) // in place: the page stays where it is scrolled to
	}))
	box.Add(kit.NewFlow(12, buttons...))
	draw()
	return []fyne.CanvasObject{box}
}

func (s *sending) instructions(tasks []order.Task) []proof.Instruction {
	out := make([]proof.Instruction, len(tasks))
	for i, t := range tasks {
		out[i] = s.p.instructionOf(t)
	}
	return out
}

// ways are copying, writing a mail and saving a PDF.
func (s *sending) ways(tasks []order.Task, box *fyne.Container) []fyne.CanvasObject {
	j := s.j
	doc := s.document(tasks)
	text := plainText(doc)
	redraw := func() {
		box.Objects = s.ways(tasks, box)
		box.Refresh()
		kit.Relayout(box)
	}
	objs := []fyne.CanvasObject{
		kit.NewHeading(j.Say.T("send.title")),
		kit.NewMuted(j.Say.T("send.sentence")),
		kit.NewFlow(12,
			copyButton(j, "send.copy", kit.Secondary, func() string { return text }),
			kit.NewButton(j.Say.T("send.mail"), kit.Secondary, func() { s.mail(doc.Title, text, redraw) }),
			kit.NewButton(j.Say.T("send.pdf"), kit.Secondary, func() { s.save(tasks, doc, redraw) }),
		),
	}
	if s.saved != "" {
		objs = append(objs, kit.NewSides(kit.NewText(j.Say.T("send.saved", "name", filepath.Base(s.saved))),
			kit.NewButton(j.Say.T("send.folder"), kit.Link, func() {
				j.Stage.OpenFolder(filepath.Dir(s.saved), func(err error) { s.wrong = fault.Of(err); redraw() })
			})), kit.NewCaption(j.Say.T("use.in-folder", "dir", filepath.Dir(s.saved))))
	}
	if s.long {
		objs = append(objs, kit.NewInfo(kit.Info, j.Say.T("send.mail-long")))
	}
	if s.wrong != nil {
		objs = append(objs, show.Finding(j.Say, s.wrong))
	}
	said := kit.NewSelectable("")
	return append(objs, kit.NewDetails(j.Say.T("send.show"), said).OnToggle(func(open bool) {
		if open {
			said.SetText(beginning(text))
		}
	}))
}

// beginning is as much of a text as is shown: that of a hundred names would take long to draw.
func beginning(text string) string {
	lines := strings.SplitAfter(text, "\n")
	if len(lines) <= shownLines {
		return text
	}
	return strings.Join(lines[:shownLines], "") + "…"
}

func (s *sending) mail(subject, text string, redraw func()) {
	s.wrong = nil
	s.long = len(url.QueryEscape(subject))+len(url.QueryEscape(text)) > mailRoom
	if !s.long {
		s.j.Stage.OpenMail(subject, text, func(err error) { s.wrong = fault.Of(err); redraw() })
	}
	redraw()
}

func (s *sending) save(tasks []order.Task, doc paper.Document, redraw func()) {
	j := s.j
	subject := j.Say.Say(j.order.Application.ListTitle(j.order.Licence))
	if len(tasks) == 1 {
		subject = s.instructions(tasks)[0].Title()
	}
	label := j.Say.T("send.label")
	kit.Do(j.scene, func(ctx context.Context) (string, error) {
		return j.Desk.Papers.Save(ctx, "", subject, label, doc)
	}, func(path string, err error) {
		s.wrong = fault.Of(err)
		if err == nil {
			s.saved = path
		}
		redraw()
	})
}

// copyButton copies a text, and says so for a moment.
func copyButton(j *Journey, label string, kind kit.ButtonKind, text func() string) *kit.Button {
	var b *kit.Button
	var stop func()
	b = kit.NewButton(j.Say.T(label), kind, func() {
		j.Env.Clipboard.SetContent(text())
		b.SetTail("tick")
		b.SetText(j.Say.T("names.copied-all"))
		if stop != nil {
			stop()
		}
		stop = j.Env.Run.After(copied, func() {
			b.SetTail("")
			b.SetText(j.Say.T(label))
		})
		j.scene.OnClose(stop)
	})
	return b
}

// zoneLines are the records as lines of a zone file (RFC 1035 5.1), parted by tabs so that they can be pasted
// into a table, too.
func zoneLines(all []proof.Instruction) string {
	var b strings.Builder
	for _, i := range all {
		if i.Kind != proof.DNS || !i.Usable() {
			continue
		}
		ttl := i.TTL
		if ttl == 0 {
			ttl = 300
		}
		value := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(i.Value) + `"`
		if i.Type == "CNAME" {
			value = strings.TrimSuffix(i.Value, ".") + "."
		}
		b.WriteString(strings.Join([]string{i.Full + ".", strconv.Itoa(ttl), "IN", i.Type, value}, "\t") + "\n")
	}
	return b.String()
}

// document is what is handed on.
func (s *sending) document(tasks []order.Task) paper.Document {
	j := s.j
	all := s.instructions(tasks)
	var names []string
	for _, i := range all {
		names = append(names, displayNames(i.Proves)...)
	}
	d := paper.Document{
		Title: j.Say.T("send.doc.title-many"), Language: j.Say.Lang(),
		Footer: func(n, total int) string { return j.Say.T("send.doc.page", "n", n, "total", total) },
	}
	if len(all) == 1 {
		d.Title = j.Say.T("send.doc.title", "name", show.Name(all[0].Title()))
	}
	d.Parts = append(d.Parts, paper.Paragraph(j.Say.T("send.doc.intro", "names", names)))
	told := map[proof.Record]bool{}
	for k, i := range all {
		if len(all) > 1 {
			d.Parts = append(d.Parts, paper.Heading(show.Name(i.Title())))
		}
		d.Parts = append(d.Parts, s.parts(i)...)
		if f := s.caa(tasks[k]); f != nil && !told[*f.Add] {
			told[*f.Add] = true // one record allows all names of a domain
			d.Parts = append(d.Parts, paper.Paragraph(j.Say.T("send.doc.caa", "name", f.Add.Full)),
				paper.Row{Label: j.Say.T("names.field.name"), Value: f.Add.Relative, Mono: true},
				paper.Row{Label: j.Say.T("names.field.full"), Value: f.Add.Full, Mono: true},
				paper.Row{Label: j.Say.T("names.field.type"), Value: f.Add.Type, Mono: true},
				paper.Row{Label: j.Say.T("names.field.value"), Value: f.Add.Value, Mono: true})
		}
		if until := tasks[k].Expires; until != nil {
			d.Parts = append(d.Parts, paper.Paragraph(j.Say.T("send.doc.until", "when", *until)))
		}
	}
	return d
}

// caa is the CAA record to add besides, where one is missing.
func (s *sending) caa(t order.Task) *proof.Finding {
	for _, f := range s.p.glance.results[t.ID].Findings {
		if f.Add != nil {
			return &f
		}
	}
	return nil
}

func (s *sending) parts(i proof.Instruction) []paper.Part {
	j := s.j
	row := func(label, value string) paper.Part {
		return paper.Row{Label: j.Say.T(label), Value: value, Mono: true}
	}
	switch i.Kind {
	case proof.DNS:
		parts := []paper.Part{
			paper.Paragraph(j.Say.T("send.doc.dns", "zone", i.Zone)),
			row("names.field.name", i.Relative), row("names.field.full", i.Full),
			row("names.field.type", i.Type), row("names.field.value", i.Value),
		}
		if i.TTL > 0 {
			parts = append(parts, row("send.doc.ttl", strconv.Itoa(i.TTL)))
		}
		return append(parts, paper.Paragraph(j.Say.T("send.doc.dns-after")))
	case proof.File:
		return []paper.Part{
			paper.Paragraph(j.Say.T("send.doc.file", "name", show.Name(i.Target))),
			row("names.field.folder", i.Folder), row("names.field.file", i.File),
			row("names.field.body", i.Body), row("names.field.url", i.URL),
		}
	case proof.Mail:
		return []paper.Part{paper.Paragraph(j.Say.T("send.doc.mail", "address", i.Email))}
	case proof.Other:
	}
	return nil
}

// plainText is a document as text for a mail or a chat.
func plainText(d paper.Document) string {
	var b strings.Builder
	b.WriteString(d.Title + "\n\n")
	row := false
	for _, p := range d.Parts {
		_, isRow := p.(paper.Row)
		if row && !isRow {
			b.WriteByte('\n')
		}
		row = isRow
		switch p := p.(type) {
		case paper.Heading:
			b.WriteString("== " + string(p) + " ==\n\n")
		case paper.Paragraph:
			b.WriteString(string(p) + "\n\n")
		case paper.Row:
			b.WriteString(p.Label + ": " + p.Value + "\n")
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
