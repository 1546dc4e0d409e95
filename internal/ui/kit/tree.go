package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// holder is a widget of the kit that has others inside. Fyne has no public way to look into a widget.
type holder interface {
	parts() []fyne.CanvasObject
}

// keyHandler is something around a control that takes the keys which the control does not use.
type keyHandler interface {
	handleKey(*fyne.KeyEvent) bool
}

// settler lays out its own parts anew at its present size.
type settler interface{ settle() }

func children(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case holder:
		return o.parts()
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	case *container.ThemeOverride:
		return []fyne.CanvasObject{o.Content}
	case *container.Split:
		return []fyne.CanvasObject{o.Leading, o.Trailing}
	case *widget.PopUp:
		return []fyne.CanvasObject{o.Content}
	}
	return nil
}

// path is the chain from root down to target, both included; nil when target is not inside root.
func path(root, target fyne.CanvasObject) []fyne.CanvasObject {
	if root == nil {
		return nil
	}
	if root == target {
		return []fyne.CanvasObject{root}
	}
	for _, c := range children(root) {
		if c == nil {
			continue
		}
		if p := path(c, target); p != nil {
			return append([]fyne.CanvasObject{root}, p...)
		}
	}
	return nil
}

func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	app := fyne.CurrentApp()
	if app == nil {
		return nil
	}
	return app.Driver().CanvasForObject(o)
}

// ancestry is the chain from what the canvas shows down to o. Fyne knows the canvas of an object only once
// it has been drawn; a key can come before.
func ancestry(o fyne.CanvasObject) []fyne.CanvasObject {
	if c := canvasOf(o); c != nil {
		return pathOn(c, o)
	}
	if app := fyne.CurrentApp(); app != nil {
		for _, w := range app.Driver().AllWindows() {
			if p := pathOn(w.Canvas(), o); p != nil {
				return p
			}
		}
	}
	return nil
}

func pathOn(c fyne.Canvas, o fyne.CanvasObject) []fyne.CanvasObject {
	overlays := c.Overlays().List()
	for i := len(overlays) - 1; i >= 0; i-- {
		if p := path(overlays[i], o); p != nil {
			return p
		}
	}
	return path(c.Content(), o)
}

// handOn gives a key that o does not use to what is around it, nearest first.
func handOn(o fyne.CanvasObject, ev *fyne.KeyEvent) {
	p := ancestry(o)
	for i := len(p) - 2; i >= 0; i-- {
		if h, ok := p[i].(keyHandler); ok && h.handleKey(ev) {
			return
		}
	}
}

// reveal scrolls every scroll area around o so that o, and a little around it, can be seen.
func reveal(o fyne.CanvasObject) {
	p := ancestry(o)
	for i := len(p) - 2; i >= 0; i-- {
		if s, ok := p[i].(*VScroll); ok {
			s.reveal(p[i:])
		}
	}
}

// Reveal scrolls o into view: what a press has brought, where the window is small.
func Reveal(o fyne.CanvasObject) { reveal(o) }

// Relayout lays out everything around o anew after o, or what is in it, has got another height: at once,
// so that nothing jumps a frame later.
func Relayout(o fyne.CanvasObject) {
	p := ancestry(o)
	if len(p) == 0 {
		return
	}
	// What is around a scroll area does not depend on the height inside it, but for what is as high as that.
	for i := len(p) - 1; i >= 0; i-- {
		if s, ok := p[i].(*VScroll); ok {
			for _, around := range p[:i] {
				if h, ok := around.(hugging); ok {
					h.hug()
					return
				}
			}
			s.settle()
			return
		}
	}
	settle(p[0])
}

// hugging is what is as high as the scroll area in it needs.
type hugging interface{ hug() }

// settle lays out o and everything in it at the sizes they have.
func settle(o fyne.CanvasObject) {
	switch o := o.(type) {
	case settler:
		o.settle()
		return
	case *fyne.Container:
		if o.Layout != nil {
			o.Layout.Layout(o.Objects, o.Size())
		}
	}
	for _, c := range children(o) {
		if c != nil {
			settle(c)
		}
	}
}

// KeyScope hands the keys that nothing inside uses to a function.
type KeyScope struct {
	composite
	onKey func(*fyne.KeyEvent) bool
}

// NewKeyScope wraps a screen that is not a [Page]; onKey says whether it used the key.
func NewKeyScope(content fyne.CanvasObject, onKey func(*fyne.KeyEvent) bool) *KeyScope {
	k := &KeyScope{onKey: onKey}
	k.init(k, content)
	return k
}

func (k *KeyScope) handleKey(ev *fyne.KeyEvent) bool { return k.onKey != nil && k.onKey(ev) }

// AttachKeys makes a canvas hand the keys that are pressed while nothing has the focus to the overlay on
// top, or else to what it shows.
func AttachKeys(c fyne.Canvas) {
	c.SetOnTypedKey(func(ev *fyne.KeyEvent) {
		root := c.Content()
		if top := c.Overlays().Top(); top != nil {
			root = top
		}
		offer(root, ev)
	})
}

func offer(o fyne.CanvasObject, ev *fyne.KeyEvent) bool {
	if o == nil || !o.Visible() {
		return false
	}
	for _, c := range children(o) {
		if c != nil && offer(c, ev) {
			return true
		}
	}
	h, ok := o.(keyHandler)
	return ok && h.handleKey(ev)
}
