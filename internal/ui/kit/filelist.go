package kit

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"certdesk/internal/i18n"
)

const (
	fileRowHigh float32 = 34
	doubleTap           = 500 * time.Millisecond
	typeAhead           = time.Second // after this typing begins anew
	fileRunes           = 200         // of a name that are shown
)

// fileList is the list of a folder. One row has the cursor; letters go to the next name that begins so.
type fileList struct {
	control
	env     Env
	entries []FileEntry
	list    *recycler
	cursor  int
	typed   string
	typedAt time.Time
	tapped  time.Time
	moved   func()            // the cursor
	open    func(e FileEntry) // Return, or a second tap
	up      func()
}

func newFileList(env Env) *fileList {
	l := &fileList{env: env}
	l.list = newRecycler(
		func() fyne.CanvasObject { return newFileRow(l) },
		func(o fyne.CanvasObject, i int) {
			if r, ok := o.(*fileRow); ok {
				r.bind(i)
			}
		})
	l.ring = newRing(RadiusControl)
	l.init(l, newLayers(newPanel(ColorSurface, ColorInputBorder, 1, RadiusControl), NewInset(1, 4, 1, 4, l.list), l.ring))
	return l
}

// set shows other entries, with the cursor on the one of that name, or on the first.
func (l *fileList) set(entries []FileEntry, name string) {
	l.entries, l.cursor, l.typed = entries, 0, ""
	for i, e := range entries {
		if e.Name == name {
			l.cursor = i
		}
	}
	l.list.setHeights(len(entries), func(int) float32 { return fileRowHigh })
	l.list.scroll.ScrollToTop()
	if len(entries) > 0 {
		l.list.showRow(l.cursor)
	}
	l.list.update(true)
}

// current is the entry with the cursor.
func (l *fileList) current() (FileEntry, bool) {
	if l.cursor < len(l.entries) {
		return l.entries[l.cursor], true
	}
	return FileEntry{}, false
}

func (l *fileList) move(to int) {
	if len(l.entries) == 0 {
		return
	}
	l.cursor = max(0, min(to, len(l.entries)-1))
	l.list.showRow(l.cursor)
	l.list.update(true)
	l.moved()
}

func (l *fileList) openCurrent() {
	if e, ok := l.current(); ok {
		l.open(e)
	}
}

// TypedKey is for Fyne.
func (l *fileList) TypedKey(ev *fyne.KeyEvent) {
	page := max(1, int(l.list.Size().Height/fileRowHigh)-1)
	switch ev.Name {
	case fyne.KeyUp:
		l.move(l.cursor - 1)
	case fyne.KeyDown:
		l.move(l.cursor + 1)
	case fyne.KeyPageUp:
		l.move(l.cursor - page)
	case fyne.KeyPageDown:
		l.move(l.cursor + page)
	case fyne.KeyHome:
		l.move(0)
	case fyne.KeyEnd:
		l.move(len(l.entries) - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		l.openCurrent()
	case fyne.KeyBackspace:
		l.up()
	default:
		handOn(l, ev)
	}
}

// TypedShortcut is for Fyne: Alt with the up arrow goes to the folder around this one.
func (l *fileList) TypedShortcut(s fyne.Shortcut) {
	if c, ok := s.(*desktop.CustomShortcut); ok && c.KeyName == fyne.KeyUp && c.Modifier == fyne.KeyModifierAlt {
		l.up()
	}
}

// TypedRune goes to the next name that begins with what was typed within a second.
func (l *fileList) TypedRune(r rune) {
	now := l.env.now()
	if now.Sub(l.typedAt) > typeAhead {
		l.typed = ""
	}
	if r == ' ' && l.typed == "" {
		return
	}
	l.typed, l.typedAt = l.typed+strings.ToLower(string(r)), now
	from, word := l.cursor, l.typed
	if repeated(l.typed) { // the same letter again: the next one
		from, word = l.cursor+1, string([]rune(l.typed)[:1])
	}
	for i := range l.entries {
		at := (from + i) % len(l.entries)
		if strings.HasPrefix(strings.ToLower(l.entries[at].Name), word) {
			l.move(at)
			return
		}
	}
}

// repeated reports whether a word is one letter, once or more often.
func repeated(word string) bool { return strings.Trim(word, string([]rune(word)[:1])) == "" }

// tap puts the cursor on a row; soon again on the same one opens it.
func (l *fileList) tap(i int) {
	l.takeFocus()
	now := l.env.now()
	again := i == l.cursor && now.Sub(l.tapped) < doubleTap
	l.tapped = now
	l.move(i)
	if again {
		l.tapped = time.Time{}
		l.openCurrent()
	}
}

// caption is the size and the day of a file.
func (l *fileList) caption(e FileEntry) string {
	if e.Folder {
		return ""
	}
	return l.env.t("files.caption", "size", sizeText(l.env, e.Size), "date", i18n.Date(e.At))
}

// sizeText renders a size in steps of 1,024, as file managers do.
func sizeText(env Env, n int64) string {
	if n < 1024 {
		return env.t("size.bytes", "n", int(n))
	}
	unit, size := "size.kb", float64(n)/1024
	for _, next := range []string{"size.mb", "size.gb"} {
		if size < 1023.5 {
			break
		}
		unit, size = next, size/1024
	}
	decimals := 0
	if size < 10 {
		decimals = 1
	}
	s := strings.TrimSuffix(strconv.FormatFloat(size, 'f', decimals, 64), ".0")
	return env.t(unit, "size", strings.Replace(s, ".", env.t("number.decimal"), 1))
}

type fileRow struct {
	composite
	of      *fileList
	at      int
	ground  *panel
	icon    *Icon
	title   *line
	caption *line
	hovered bool
}

func newFileRow(of *fileList) *fileRow {
	r := &fileRow{of: of, ground: newPanel("", "", 0, 0), icon: NewIcon("file", ColorMuted, 16)}
	r.title, r.caption = newLine(SizeBody, false, ColorForeground), newLine(SizeCaption, false, ColorMuted)
	r.init(r, &fyne.Container{Layout: &fileRowLayout{r}, Objects: []fyne.CanvasObject{r.ground, r.icon, r.title, r.caption}})
	return r
}

func (r *fileRow) bind(i int) {
	r.at = i
	e := r.of.entries[i]
	if e.Folder {
		r.icon.Set("folder", ColorAccent)
	} else {
		r.icon.Set("file", ColorMuted)
	}
	r.title.set(i18n.Clean(e.Name, fileRunes))
	r.caption.set(r.of.caption(e))
	r.style()
	settle(r)
}

func (r *fileRow) style() {
	var fill fyne.ThemeColorName
	switch {
	case r.at == r.of.cursor:
		fill = ColorAccentSoft
	case r.hovered:
		fill = colorHover
	}
	r.ground.set(fill, "", 0)
}

func (r *fileRow) Tapped(*fyne.PointEvent) {
	if r.at < len(r.of.entries) {
		r.of.tap(r.at)
	}
}

func (r *fileRow) MouseIn(*desktop.MouseEvent)    { r.hovered = true; r.style() }
func (r *fileRow) MouseMoved(*desktop.MouseEvent) {}
func (r *fileRow) MouseOut()                      { r.hovered = false; r.style() }

type fileRowLayout struct{ r *fileRow }

func (l *fileRowLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	r := l.r
	place(r.ground, 0, 0, size.Width, size.Height)
	place(r.icon, 12, (size.Height-16)/2, 16, 16)
	th, ch := r.title.face.height(), r.caption.face.height()
	right := size.Width - 14
	if w := min(r.caption.NaturalWidth(), size.Width/2); w > 0 {
		place(r.caption, right-w, (size.Height-ch)/2, w, ch)
		right -= w + Space12
	}
	place(r.title, 38, (size.Height-th)/2, max(0, right-38), th)
}

func (l *fileRowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(80, fileRowHigh) }
