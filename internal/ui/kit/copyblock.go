package kit

import "fyne.io/fyne/v2"

// CopyBlock is a text of several lines of which parts can be selected, and which is copied by one press: a
// piece of a configuration, or the steps of a guide.
type CopyBlock struct {
	composite
	env    Env
	label  string
	text   func() string
	shown  *Selectable
	button *Button
	stop   func()
}

// NewCopyBlock shows a text with a button below it.
func NewCopyBlock(env Env, text string) *CopyBlock {
	c := &CopyBlock{env: env, label: env.t("kit.copy"), text: func() string { return text }, shown: NewCode(text)}
	c.button = NewButton(c.label, Link, c.Copy)
	c.init(c, newCard(ColorBorder, Space12, Space4, []fyne.CanvasObject{c.shown, NewFlow(Space12, c.button)}))
	return c
}

// NewCopyButton copies a text that stands elsewhere on the screen.
func NewCopyButton(env Env, label string, text func() string) *CopyBlock {
	c := &CopyBlock{env: env, label: label, text: text}
	c.button = NewButton(label, Link, c.Copy)
	c.init(c, NewFlow(Space12, c.button))
	return c
}

// Text is what is copied.
func (c *CopyBlock) Text() string { return c.text() }

// Copy puts the text into the clipboard and says so.
func (c *CopyBlock) Copy() {
	if c.stop != nil {
		c.stop()
	}
	c.env.Clipboard.SetContent(c.text())
	c.button.SetTail("tick")
	c.button.SetText(c.env.t("kit.copied"))
	c.stop = c.env.Run.After(copiedFor, func() {
		c.stop = nil
		c.button.SetTail("")
		c.button.SetText(c.label)
	})
}
