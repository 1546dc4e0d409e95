package show

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/destination"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
)

// Guides are the steps for the programs of a destination, each behind a line with its name; the first is open.
// The steps of each can be copied, to be sent to whoever looks after the program.
func Guides(env kit.Env, say *i18n.Printer, guides []destination.Guide) fyne.CanvasObject {
	objs := []fyne.CanvasObject{kit.NewHeading(say.T("guide.title"))}
	for i, g := range guides {
		d := kit.NewDetails(say.Say(g.Program), kit.NewInset(0, 4, 0, 8, steps(env, say, g)))
		d.SetOpen(i == 0)
		objs = append(objs, d)
	}
	return kit.NewCard(objs...)
}

func steps(env kit.Env, say *i18n.Printer, g destination.Guide) fyne.CanvasObject {
	var objs []fyne.CanvasObject
	for i, s := range g.Steps {
		text := fyne.CanvasObject(kit.NewRich(
			kit.Span{Text: strconv.Itoa(i+1) + ".  ", Bold: true, Color: kit.ColorAccent}, kit.Span{Text: say.Say(s.Text)},
		))
		if s.Picture != "" {
			text = kit.NewSidesTop(text, kit.NewPicture(s.Picture))
		}
		objs = append(objs, text)
		if s.Snippet != "" {
			objs = append(objs, kit.NewCopyBlock(env, strings.TrimRight(s.Snippet, "\n")))
		}
	}
	objs = append(objs, kit.NewCopyButton(env, say.T("guide.copy"), func() string { return plain(say, g) }))
	return kit.NewColumn(12, objs...)
}

// plain is a guide as text.
func plain(say *i18n.Printer, g destination.Guide) string {
	var b strings.Builder
	b.WriteString(say.Say(g.Program) + "\n")
	for i, s := range g.Steps {
		b.WriteString("\n" + strconv.Itoa(i+1) + ". " + say.Say(s.Text) + "\n")
		if s.Snippet != "" {
			b.WriteString("\n" + s.Snippet)
			if !strings.HasSuffix(s.Snippet, "\n") {
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}
