package passfile

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/ui/kit"
)

// phrase is a passphrase that is chosen: six words that are made here, or one of the customer's own.
type phrase struct {
	s      *sheet
	words  secret.Value
	own    bool
	noted  bool
	typed  typed
	again  string
	tick   *kit.Check
	field  *kit.CopyField
	repeat *kit.Entry
}

// typed is a passphrase in a field. It can be shown, so that it need not be typed blindly.
type typed struct {
	text  string
	shown bool
	field *kit.Entry
	show  *kit.Check
}

func (t *typed) value() secret.Value { return secret.FromString(t.text) }

// fields are the field and the tick that shows what is typed.
func (t *typed) fields(s *sheet, label string, changed, submit func()) []fyne.CanvasObject {
	t.field = kit.NewEntry(kit.EntrySpec{
		Label: s.Say.T(label), Value: t.text, Password: !t.shown, Mono: t.shown,
		OnChanged: func(text string) {
			t.text = text
			t.field.ClearError()
			if changed != nil {
				changed()
			}
		},
		OnSubmit: func(string) { submit() },
	})
	t.show = kit.NewCheck(s.Say.T("backup.show"), t.shown, func(on bool) {
		t.shown = on
		s.again()
		s.Canvas.Focus(t.show)
	})
	return []fyne.CanvasObject{t.field, t.show}
}

// wrong says at the field what is wrong with what was typed.
func (t *typed) wrong(s *sheet, f *fault.Error, more string) {
	t.field.SetError(s.Say.Say(f.Saw()), more+s.Say.Say(f.Do()))
}

// newPhrase makes the words at once: they are on the screen before anything is sealed with them.
func newPhrase(s *sheet) (*phrase, error) {
	words, err := s.Secrets.Words()
	return &phrase{s: s, words: words}, err
}

func (p *phrase) fields(submit func()) []fyne.CanvasObject {
	say := p.s.Say
	choice := kit.NewSegmented([]string{say.T("passfile.words"), say.T("passfile.own")}, map[bool]int{false: 0, true: 1}[p.own], func(i int) {
		p.own = i == 1
		p.s.again()
		p.focus()
	})
	out := []fyne.CanvasObject{choice}
	if p.own {
		out = append(out, p.typed.fields(p.s, "passfile.own-field", p.strength, submit)...)
		p.strength()
		p.repeat = nil
		if !p.typed.shown {
			p.repeat = kit.NewEntry(kit.EntrySpec{
				Label: say.T("use.own.again"), Value: p.again, Password: true,
				OnChanged: func(text string) { p.again = text; p.repeat.ClearError() },
				OnSubmit:  func(string) { submit() },
			})
			out = append(out[:2], p.repeat, out[2])
		}
		return out
	}
	p.field = kit.NewSecretCopyField(p.s.Env, "", func() string { return p.s.Secrets.Text(p.words) })
	p.s.OnQuit(p.field.ClearNow)
	p.tick = kit.NewCheck(say.T("passfile.noted"), p.noted, func(on bool) { p.noted = on; p.tick.ClearError() })
	return append(out, kit.NewColumn(2, kit.NewMuted(say.T("passfile.phrase")), p.field), p.tick)
}

func (p *phrase) strength() {
	if p.typed.text == "" {
		p.typed.field.SetNote("")
		return
	}
	s, _ := p.s.Secrets.Judge(p.typed.text)
	p.typed.field.SetNote(p.s.Say.T("use.own.strength", "strength", s.Words))
}

func (p *phrase) focus() {
	if p.own {
		p.typed.field.Focus(p.s.Canvas)
		return
	}
	p.field.FocusCopy(p.s.Canvas)
}

// ready reports whether it can be used, and says at its place what is missing.
func (p *phrase) ready() bool {
	say := p.s.Say
	if !p.own {
		if !p.noted {
			p.tick.SetError(say.T("passfile.noted-first"), "")
			p.s.Canvas.Focus(p.tick)
		}
		return p.noted
	}
	if _, err := p.s.Secrets.Judge(p.typed.text); err != nil {
		p.typed.wrong(p.s, fault.Of(err), "")
		p.typed.field.Focus(p.s.Canvas)
		return false
	}
	if p.repeat != nil && p.again != p.typed.text {
		p.repeat.SetError(say.T("backup.differs.saw"), say.T("backup.differs.do"))
		p.repeat.Focus(p.s.Canvas)
		return false
	}
	return true
}

func (p *phrase) value() secret.Value {
	if p.own {
		return p.typed.value()
	}
	return p.words
}
