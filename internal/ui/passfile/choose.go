package passfile

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Choose is the sheet on which the passphrase file is chosen.
type Choose struct {
	sheet
	phrase *phrase
	moved  int
}

// NewChoose opens it where there is no keyring. done is called when a file was made, or, with look, when the customer
// has started a keyring; not when neither is so. looked says that this comes of such a look.
func NewChoose(d Deps, looked bool, done func(look bool), not func()) *Choose {
	c := &Choose{sheet: sheet{Deps: d}}
	c.begin(func() kit.SheetSpec {
		head := []fyne.CanvasObject{kit.NewText(d.Say.T("passfile.absent.text"))}
		if looked {
			head = append(head, kit.NewFinding(kit.Warning, d.Say.T("passfile.still-absent"), d.Say.T("passfile.still-absent-do")))
		}
		spec := kit.SheetSpec{
			Title: d.Say.T("passfile.absent.title"), Body: append(head, c.body("passfile.making")...),
			Buttons: []*kit.Button{
				kit.NewButton(d.Say.T("passfile.not-now"), kit.Secondary, c.leave(not)),
				c.primary("passfile.use", func() { c.use(d.Secrets.UseFile, c.leave(func() { done(false) })) }),
			},
			OnEscape: c.leave(not),
		}
		if !c.busy {
			spec.Left = kit.NewButton(d.Say.T("passfile.started"), kit.Link, c.leave(func() { done(true) }))
		}
		return spec
	})
	return c
}

// NewToFile opens it where the customer wants a passphrase file in the place of a keyring: everything is moved.
func NewToFile(d Deps, done func()) *Choose {
	c := &Choose{sheet: sheet{Deps: d}}
	c.begin(func() kit.SheetSpec {
		if c.phrase == nil {
			return moved(&c.sheet, "passfile.to-file.done", c.moved, c.leave(done))
		}
		return kit.SheetSpec{
			Title: d.Say.T("passfile.to-file.title"), Body: append([]fyne.CanvasObject{kit.NewText(d.Say.T("passfile.to-file.text"))}, c.body("passfile.moving")...),
			Buttons: []*kit.Button{
				kit.NewButton(d.Say.T("kit.cancel"), kit.Secondary, c.leave(done)),
				c.primary("passfile.to-file.move", func() {
					c.use(func(ctx context.Context, p secret.Value) error {
						n, err := d.Secrets.ToFile(ctx, p)
						c.moved = n
						return err
					}, func() { c.phrase = nil; c.again(); c.on.FocusFirst() })
				}),
			},
			OnEscape: c.leave(done),
		}
	})
	return c
}

func (c *Choose) begin(draw func() kit.SheetSpec) {
	var err error
	if c.phrase, err = newPhrase(&c.sheet); err != nil {
		c.wrong = fault.Of(err)
	}
	c.open(draw)
	c.phrase.focus()
}

func (c *Choose) body(doing string) []fyne.CanvasObject {
	out := []fyne.CanvasObject{kit.NewText(c.Say.T("passfile.what")), kit.NewMuted(c.Say.T("passfile.protects"))}
	out = append(out, c.phrase.fields(func() { c.on.Primary().Tap() })...)
	return append(out, c.below(doing)...)
}

func (c *Choose) use(do func(ctx context.Context, p secret.Value) error, done func()) {
	if !c.busy && c.phrase.ready() {
		p := c.phrase.value()
		c.work(func(ctx context.Context) error { return do(ctx, p) }, done)
	}
}

// moved says that everything has changed its place.
func moved(s *sheet, text string, n int, leave func()) kit.SheetSpec {
	return kit.SheetSpec{
		Title: s.Say.T("passfile.moved.title"), Body: []fyne.CanvasObject{
			kit.NewFlow(8, kit.NewPill(kit.Success, s.Say.T("passfile.moved.pill"))), kit.NewText(s.Say.T(text, "n", n)),
		},
		Buttons: []*kit.Button{kit.NewButton(s.Say.T("shell.ok"), kit.Primary, leave)}, OnEscape: leave,
	}
}

// NewToKeyring opens the sheet on which everything goes back into a keyring.
func NewToKeyring(d Deps, done func()) {
	s := &sheet{Deps: d}
	n, over := 0, false
	s.open(func() kit.SheetSpec {
		if over {
			return moved(s, "passfile.to-keyring.done", n, s.leave(done))
		}
		body := []fyne.CanvasObject{kit.NewText(d.Say.T("passfile.to-keyring.text")), kit.NewMuted(d.Say.T("passfile.to-keyring.how"))}
		return kit.SheetSpec{
			Title: d.Say.T("passfile.to-keyring.title"), Body: append(body, s.below("passfile.moving")...),
			Buttons: []*kit.Button{
				kit.NewButton(d.Say.T("kit.cancel"), kit.Secondary, s.leave(done)),
				s.primary("passfile.to-keyring.move", func() {
					s.work(func(ctx context.Context) (err error) {
						n, err = d.Secrets.ToKeyring(ctx)
						return err
					}, func() { over = true; s.again(); s.on.FocusFirst() })
				}),
			},
			OnEscape: s.leave(done),
		}
	})
}

// NewChange opens the sheet on which the passphrase is changed.
func NewChange(d Deps, done func()) {
	s := &sheet{Deps: d}
	p, err := newPhrase(s)
	if err != nil {
		s.wrong = fault.Of(err)
	}
	old, over := &typed{}, false
	change := func() {
		if s.busy || !p.ready() {
			return
		}
		now, next := old.value(), p.value()
		s.work(func(ctx context.Context) error { return d.Secrets.Change(ctx, now, next) }, func() {
			over = true
			s.again()
			s.on.FocusFirst()
		})
	}
	s.open(func() kit.SheetSpec {
		if over {
			return kit.SheetSpec{
				Title: d.Say.T("passfile.changed.title"), Body: []fyne.CanvasObject{
					kit.NewFlow(8, kit.NewPill(kit.Success, d.Say.T("passfile.changed.pill"))), kit.NewText(d.Say.T("passfile.changed.text")),
				},
				Buttons: []*kit.Button{kit.NewButton(d.Say.T("shell.ok"), kit.Primary, s.leave(done))}, OnEscape: s.leave(done),
			}
		}
		body := old.fields(s, "passfile.old", nil, change)
		if wrong := s.wrong; wrong != nil && wrong.Code == fault.PassfilePassphrase {
			old.wrong(s, wrong, d.Say.Say(wrong.Means())+" ")
		} else if wrong != nil {
			body = append(body, show.Finding(d.Say, wrong))
		}
		body = append(append(body, kit.NewHeading(d.Say.T("passfile.new"))), p.fields(change)...)
		if s.busy {
			body = append(body, kit.NewLoading(d.Env, d.Say.T("passfile.making"), nil))
		}
		return kit.SheetSpec{
			Title: d.Say.T("passfile.change.title"), Body: body,
			Buttons:  []*kit.Button{kit.NewButton(d.Say.T("kit.cancel"), kit.Secondary, s.leave(done)), s.primary("passfile.change", change)},
			OnEscape: s.leave(done),
		}
	})
}
