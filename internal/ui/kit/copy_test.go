package kit_test

import (
	"errors"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// copying is a page with one value to copy.
type copying struct {
	q    *kittest.Queue
	env  kit.Env
	clip *kittest.Clipboard
	w    fyne.Window
}

func newCopying(t *testing.T) *copying {
	t.Helper()
	kittest.NewApp(t)
	c := &copying{q: kittest.NewQueue()}
	c.env, c.clip = kittest.NewEnv(t, c.q)
	return c
}

func (c *copying) show(t *testing.T, o fyne.CanvasObject) {
	t.Helper()
	c.w = kittest.Show(t, kit.NewPage(kit.PageSpec{Title: "Copy", Body: []fyne.CanvasObject{o}}), fyne.NewSize(760, 560))
}

func (c *copying) sees(t *testing.T, text string) {
	t.Helper()
	if !kittest.HasText(c.w.Content(), text) {
		t.Errorf("%q is not on the screen:\n%s", text, kittest.VisibleText(c.w.Content()))
	}
}

func TestCopyFieldSaysCopiedForTwoSeconds(t *testing.T) {
	c := newCopying(t)
	f := kit.NewCopyField(c.env, kit.CopySpec{Label: "Name", Value: "_dnsauth.shop", Mono: true})
	c.show(t, f)
	kittest.Button(t, c.w.Content(), "Copy").Tap()
	if c.clip.Text != "_dnsauth.shop" {
		t.Errorf("clipboard %q", c.clip.Text)
	}
	c.sees(t, "Copied")
	c.q.Advance(1900 * time.Millisecond)
	c.sees(t, "Copied")
	c.q.Advance(200 * time.Millisecond)
	if !kittest.HasButton(c.w.Content(), "Copy") {
		t.Error("does not say Copy again")
	}
	if c.clip.Text != "_dnsauth.shop" {
		t.Error("what is no secret stays in the clipboard")
	}
}

func TestSecretIsTakenOutOfTheClipboardAfterThirtySeconds(t *testing.T) {
	c := newCopying(t)
	c.show(t, kit.NewSecretCopyField(c.env, "Password", func() string { return "tRm4-Kx7p" }))
	kittest.Button(t, c.w.Content(), "Copy").Tap()
	c.sees(t, "Cleared in 30 s")
	c.q.Advance(3 * time.Second)
	c.sees(t, "Cleared in 27 s")
	c.q.Advance(26900 * time.Millisecond)
	c.sees(t, "Cleared in 1 s")
	if c.clip.Text != "tRm4-Kx7p" {
		t.Errorf("cleared too early: %q", c.clip.Text)
	}
	c.q.Advance(200 * time.Millisecond)
	if c.clip.Text != "" {
		t.Errorf("still in the clipboard: %q", c.clip.Text)
	}
	if kittest.HasText(c.w.Content(), "Cleared") {
		t.Error("still counts")
	}
	if n := c.q.Timers(); n != 0 {
		t.Errorf("%d timers left", n)
	}
}

// Where the system can mark a secret it does; where that fails, the secret can be pasted all the same.
func TestASecretIsCopiedWithItsMark(t *testing.T) {
	for _, fails := range []error{nil, errors.New("another program has it open")} {
		c := newCopying(t)
		var marked []string
		c.env.CopySecret = func(text string) error {
			marked = append(marked, text)
			if fails == nil {
				c.clip.Text = text
			}
			return fails
		}
		f := kit.NewSecretCopyField(c.env, "Password", func() string { return "tRm4-Kx7p" })
		plain := kit.NewCopyField(c.env, kit.CopySpec{Label: "Name", Value: "_dnsauth.shop"})
		c.show(t, f)
		plain.Copy()
		f.Copy()
		if len(marked) != 1 || marked[0] != "tRm4-Kx7p" || c.clip.Text != "tRm4-Kx7p" {
			t.Errorf("%v: marked %q, the clipboard has %q", fails, marked, c.clip.Text)
		}
		c.q.Advance(31 * time.Second)
		if c.clip.Text != "" {
			t.Errorf("%v: still in the clipboard: %q", fails, c.clip.Text)
		}
	}
}

// The keys that copy do no less than the button: what they copied is cleared, too.
func TestASecretCopiedByKeysIsClearedToo(t *testing.T) {
	c := newCopying(t)
	f := kit.NewSecretCopyField(c.env, "Password", func() string { return "tRm4-Kx7p" })
	c.show(t, f)
	kittest.TabTo(t, c.w.Canvas(), f)
	in, ok := c.w.Canvas().Focused().(fyne.Shortcutable)
	if !ok {
		t.Fatal("the value can't take shortcuts")
	}
	in.TypedShortcut(&fyne.ShortcutSelectAll{})
	in.TypedShortcut(&fyne.ShortcutCopy{Clipboard: c.clip})
	if c.clip.Text != "tRm4-Kx7p" {
		t.Errorf("copied %q", c.clip.Text)
	}
	c.sees(t, "Cleared in 30 s")
	c.q.Advance(31 * time.Second)
	if c.clip.Text != "" {
		t.Errorf("still in the clipboard: %q", c.clip.Text)
	}
}

func TestWhatSomebodyElseCopiedStaysInTheClipboard(t *testing.T) {
	c := newCopying(t)
	f := kit.NewSecretCopyField(c.env, "Password", func() string { return "tRm4-Kx7p" })
	c.show(t, f)
	f.Copy()
	c.q.Advance(10 * time.Second)
	c.clip.Text = "a shopping list"
	c.q.Advance(time.Minute)
	if c.clip.Text != "a shopping list" {
		t.Errorf("clipboard %q", c.clip.Text)
	}
}

func TestCopyingTwiceCountsFromTheSecondTime(t *testing.T) {
	c := newCopying(t)
	f := kit.NewSecretCopyField(c.env, "Password", func() string { return "tRm4-Kx7p" })
	c.show(t, f)
	f.Copy()
	c.q.Advance(20 * time.Second)
	f.Copy()
	if n := c.q.Timers(); n != 1 {
		t.Errorf("%d counts at once", n)
	}
	c.q.Advance(20 * time.Second)
	if c.clip.Text == "" {
		t.Error("cleared by the first count")
	}
	c.q.Advance(11 * time.Second)
	if c.clip.Text != "" {
		t.Errorf("clipboard %q", c.clip.Text)
	}
}

func TestQuittingClearsTheClipboardAtOnce(t *testing.T) {
	c := newCopying(t)
	a := kit.NewSecretCopyField(c.env, "Password", func() string { return "tRm4-Kx7p" })
	b := kit.NewSecretCopyField(c.env, "Other", func() string { return "other" })
	c.show(t, kit.NewColumn(8, a, b))
	a.Copy()
	kit.CloseClipboard(a, b)
	if c.clip.Text != "" {
		t.Errorf("clipboard %q", c.clip.Text)
	}
	c.clip.Text = "tRm4-Kx7p" // the same text, put there by somebody else afterwards
	c.q.Advance(time.Minute)
	if c.clip.Text == "" {
		t.Error("cleared what is not ours any more")
	}
}

func TestFailureShowsDetailsBeforeTheyAreCopied(t *testing.T) {
	c := newCopying(t)
	found := 0
	c.show(t, kit.NewFailure(c.env, kit.FailureSpec{
		Saw: "saw", Means: "means", Do: "do", Details: "Certdesk 1.0\nsupport id 4711", KeptLine: "Everything is kept.",
		Primary: kit.NewButton("Find the order", kit.Primary, func() { found++ }),
	}))
	for _, s := range []string{"WHAT WE SAW", "saw", "WHAT IT USUALLY MEANS", "means", "WHAT TO DO", "do", "Everything is kept."} {
		c.sees(t, s)
	}
	if kittest.HasText(c.w.Content(), "4711") {
		t.Error("details are shown before they are asked for")
	}
	kittest.Button(t, c.w.Content(), "Details for support").Tap()
	c.sees(t, "support id 4711")
	kittest.Button(t, c.w.Content(), "Copy for support").Tap()
	if c.clip.Text != "Certdesk 1.0\nsupport id 4711" {
		t.Errorf("clipboard %q", c.clip.Text)
	}
	c.sees(t, "Copied")
	c.q.Advance(3 * time.Second)
	c.sees(t, "Copy for support")
	kittest.Button(t, c.w.Content(), "Find the order").Tap()
	if found != 1 {
		t.Errorf("the way on was taken %d times", found)
	}
}

func TestLoadingSaysTheTimeAfterTwoSecondsAndCanBeCancelled(t *testing.T) {
	c := newCopying(t)
	cancelled := 0
	c.show(t, kit.NewLoading(c.env, "Asking Example Hosting", func() { cancelled++ }))
	c.sees(t, "Asking Example Hosting")
	if kittest.HasButton(c.w.Content(), "Cancel") {
		t.Error("Cancel is there at once")
	}
	c.q.Advance(5 * time.Second)
	c.sees(t, "5 s")
	kittest.Button(t, c.w.Content(), "Cancel").Tap()
	if cancelled != 1 || c.q.Timers() != 0 {
		t.Errorf("cancelled %d times, %d timers left", cancelled, c.q.Timers())
	}
}

func TestLoadingThatCantBeCancelledOffersNoCancel(t *testing.T) {
	c := newCopying(t)
	l := kit.NewLoading(c.env, "Writing the file", nil)
	c.show(t, l)
	c.q.Advance(5 * time.Second)
	if kittest.HasButton(c.w.Content(), "Cancel") {
		t.Error("Cancel is there")
	}
	l.Stop()
	if n := c.q.Timers(); n != 0 {
		t.Errorf("%d timers left", n)
	}
}

func TestStagesShowTheirTimeAndStop(t *testing.T) {
	c := newCopying(t)
	s := kit.NewStages(c.env, "Making your key", []string{"one", "two"})
	c.show(t, kit.NewCard(s))
	s.Begin()
	c.q.Advance(3 * time.Second)
	c.sees(t, "3 s")
	s.Set(1)
	c.q.Advance(time.Second)
	c.sees(t, "4 s")
	s.Set(2)
	if n := c.q.Timers(); n != 0 {
		t.Errorf("%d timers after the last stage", n)
	}
}
