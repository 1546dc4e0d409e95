package journey

import (
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// ownPassword is a password that the customer makes up for a file, instead of the one that is made for them. It
// is in memory alone, and goes with the page.
type ownPassword struct {
	open        bool // the fields are on the screen
	strong      bool // the newer encryption is wanted where the older one is usual
	shown       bool // in plain letters, so that it need not be typed twice
	text, again string
	field       *kit.Entry
	repeat      *kit.Entry
	show, newer *kit.Check
}

func (o *ownPassword) value() secret.Value {
	if !o.open {
		return secret.Value{}
	}
	return secret.FromString(o.text)
}

// takesStrong reports whether a file is made in the older encryption, and could be made in the newer one.
func takesStrong(d destination.Destination) bool {
	sealed := d.Sealed()
	return len(sealed) == 1 && sealed[0].Profile == destination.Compatible
}

// strong reports whether the newer encryption is wanted for a destination.
func (u *use) strong(d destination.Destination) bool {
	return u.own.open && u.own.strong && takesStrong(d)
}

// asWanted is the destination with the encryption that the customer wants.
func (u *use) asWanted(d destination.Destination) destination.Destination {
	if u.strong(d) {
		return d.Other()
	}
	return d
}

// passwordParts are the fields for an own password, behind a line that most people need not open.
func (u *use) passwordParts() fyne.CanvasObject {
	j, o := u.j, &u.own
	plain, _ := u.destination()
	d := u.asWanted(plain)
	o.field = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("use.own.label"), Hint: j.Say.T("use.own.hint", "n", least(d)), Value: o.text, Password: !o.shown, Mono: o.shown,
		OnChanged: func(text string) { o.text = text; o.field.ClearError(); u.sayStrength(u.asWanted(plain)) },
		OnSubmit:  func(string) { u.start(false) },
	})
	u.sayStrength(d)
	fields := []fyne.CanvasObject{o.field}
	o.repeat = nil
	if !o.shown {
		o.repeat = kit.NewEntry(kit.EntrySpec{
			Label: j.Say.T("use.own.again"), Value: o.again, Password: true,
			OnChanged: func(text string) { o.again = text; o.repeat.ClearError() },
			OnSubmit:  func(string) { u.start(false) },
		})
		fields = append(fields, o.repeat)
	}
	o.show = kit.NewCheck(j.Say.T("use.own.show"), o.shown, func(on bool) {
		o.shown = on
		u.draw()
		j.Stage.Canvas().Focus(o.show)
	})
	fields = append(fields, o.show)
	if takesStrong(plain) {
		o.newer = kit.NewCheck(j.Say.T("use.strong"), o.strong, func(on bool) {
			o.strong = on
			u.draw()
			j.Stage.Canvas().Focus(o.newer)
		})
		fields = append(fields, kit.NewColumn(2, o.newer, kit.NewCaption(j.Say.T("use.strong-note"))))
	}
	details := kit.NewDetails(j.Say.T("use.own.title"), kit.NewColumn(12, fields...))
	details.SetOpen(o.open)
	return details.OnToggle(func(open bool) { o.open = open })
}

// least is the number of characters that a password for a destination's files must have.
func least(d destination.Destination) int {
	n := 0
	for _, rule := range d.Sealed() {
		n = max(n, desk.LeastPassword(rule))
	}
	return n
}

// tolerable is the strength below which a password is warned of: a computer finds it in hours.
const tolerable = 2

// sayStrength says below the field how strong the password is, and what to do about one that is long enough and weak
// all the same.
func (u *use) sayStrength(d destination.Destination) {
	if u.own.text == "" {
		u.own.field.SetNote("")
		return
	}
	strength, wrong := u.j.Desk.Exports.JudgePassword(d, u.own.text)
	if wrong == nil && strength.Score < tolerable {
		u.own.field.SetNote("")
		u.own.field.SetFinding(kit.Warning, u.j.Say.T("use.own.weak.saw"), u.j.Say.T("use.own.weak.do"))
		return
	}
	u.own.field.SetNote(u.j.Say.T("use.own.strength", "strength", strength.Words))
}

// ownPasswordFits reports whether there is nothing wrong with the password that the customer has made up, and
// says at its field what is.
func (u *use) ownPasswordFits(d destination.Destination) bool {
	j, o := u.j, &u.own
	if len(d.Sealed()) == 0 || !o.open || o.text == "" && o.again == "" {
		return true // one is made
	}
	if _, err := j.Desk.Exports.JudgePassword(d, o.text); err != nil {
		f := fault.Of(err)
		o.field.SetError(j.Say.Say(f.Saw()), j.Say.Say(f.Do()))
		o.field.Focus(j.Stage.Canvas())
		return false
	}
	if o.repeat != nil && o.again != o.text {
		o.repeat.SetError(j.Say.T("use.own.differs.saw"), j.Say.T("use.own.differs.do"))
		o.repeat.Focus(j.Stage.Canvas())
		return false
	}
	return true
}

// passwordResult shows the password that was made, or says which one it is.
func (u *use) passwordResult() []fyne.CanvasObject {
	j := u.j
	u.password = nil
	d, _ := u.destination()
	switch {
	case len(d.Sealed()) == 0:
		return nil
	case u.made.Password() == "":
		return []fyne.CanvasObject{kit.NewCaption(j.Say.T("use.own.used"))}
	}
	u.password = kit.NewSecretCopyField(j.Env, j.Say.T("use.password"), u.made.Password)
	// The countdown goes on when the page is left: the customer is on the way to paste it.
	j.Stage.OnQuit(u.password.ClearNow)
	return []fyne.CanvasObject{u.password, kit.NewCaption(j.Say.T("use.password-note"))}
}

// nextParts are what to do with the files, and what to do when the program calls the password wrong.
func (u *use) nextParts() []fyne.CanvasObject {
	j := u.j
	d, _ := u.destination()
	var out []fyne.CanvasObject
	if len(d.Sealed()) > 0 && !u.away {
		out = append(out, u.inside())
	}
	if u.instead {
		out = append(out, kit.NewInfo(kit.Info, j.Say.Say(u.made.Next)))
	}
	if u.away {
		return append(out, u.joins()...)
	}
	out = append(out, u.installParts(d)...)
	if guides := d.Guides(u.guideNames()); len(guides) > 0 {
		out = append(out, show.Guides(j.Env, j.Say, guides))
	} else {
		out = append(out, kit.NewFinding(kit.Info, j.Say.T("use.next"), j.Say.Say(d.Next)))
	}
	if len(d.Sealed()) == 1 && !u.instead && !u.madeStrong {
		out = append(out, kit.NewFlow(12, kit.NewButton(j.Say.T("use.wrong-password"), kit.Link, func() {
			u.export(desk.ExportOptions{Instead: true, KeepBoth: true})
		})))
	}
	return out
}

// guideNames are the files that were made, as guides name them.
func (u *use) guideNames() destination.Names {
	paths := make([]string, len(u.made.Files))
	for i, f := range u.made.Files {
		paths[i] = f.Path
	}
	return destination.NamesOf(paths, u.made.Websites, u.made.Alias)
}

// inside says what is in the files: how programs call it, what may be done with it.
func (u *use) inside() fyne.CanvasObject {
	j := u.j
	var holds []string
	for _, m := range u.made.Files[0].Holds {
		holds = append(holds, j.Say.Say(m))
	}
	return kit.NewDetails(j.Say.T("use.inside"), kit.NewPairs(
		kit.Pair{Label: j.Say.T("use.inside.holds"), Value: kit.NewText(strings.Join(holds, ", "))},
		kit.Pair{Label: j.Say.T("use.inside.alias"), Value: kit.NewSelectable(u.made.Alias)},
		kit.Pair{Label: j.Say.T("use.inside.use"), Value: kit.NewText(j.Say.Say(u.made.Use))},
	))
}
