package backups

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// shownRows is how many orders can be ticked at once; a search finds the others.
const shownRows = 40

// Make is the screen on which a backup is made.
type Make struct {
	base
	chosen   map[string]bool
	all      bool
	rows     []desk.Row
	loaded   bool
	query    string
	codes    bool
	own      passphrase
	ownOpen  bool
	dir      string
	folder   *kit.Entry
	making   bool
	wrong    *fault.Error
	made     *desk.BackupMade
	unkept   *fault.Error
	password *kit.CopyField
	list     *fyne.Container
	primary  *kit.Button
}

// NewMake makes the screen; orders are ticked, nil for everything.
func NewMake(d Deps, orders []string) *Make {
	m := &Make{base: base{Deps: d}, all: orders == nil, chosen: map[string]bool{}, dir: d.Desk.Exports.DefaultDir()}
	for _, id := range orders {
		m.chosen[id] = true
	}
	return m
}

// Open shows it.
func (m *Make) Open() {
	m.open(m.render)
	kit.Do(m.scene, func(ctx context.Context) ([]desk.Row, error) { return m.Desk.Orders.Rows(ctx) }, func(rows []desk.Row, err error) {
		m.rows, m.loaded, m.wrong = rows, true, fault.Of(err)
		m.render()
		m.Stage.Canvas().Focus(m.primary)
	})
}

func (m *Make) render() {
	if m.made != nil {
		m.primary = kit.NewButton(m.Say.T("backup.finish"), kit.Primary, m.Stage.Leave)
		m.page("backup.title", "", m.result(), m.primary, false, nil)
		return
	}
	m.primary = kit.NewButton(m.Say.T("backup.make"), kit.Primary, m.start)
	m.primary.SetBusy(m.making)
	m.page("backup.title", "backup.sentence", m.asks(), m.primary, true, nil)
	m.settle()
}

func (m *Make) asks() []fyne.CanvasObject {
	if !m.loaded {
		return []fyne.CanvasObject{kit.NewLoading(m.Env, m.Say.T("backup.loading"), nil)}
	}
	body := []fyne.CanvasObject{m.what(), m.phrase()}
	m.folder = kit.NewEntry(kit.EntrySpec{
		Label: m.Say.T("backup.folder"), Value: m.dir, Trailing: kit.NewButton(m.Say.T("use.folder-choose"), kit.Link, m.chooseFolder),
		OnChanged: func(text string) { m.dir = text; m.folder.ClearError() },
		OnSubmit:  func(string) { m.start() },
	})
	if m.wrong != nil && !m.making {
		wrongAt(&m.base, m.folder, m.wrong)
	}
	body = append(body, m.folder)
	if m.making {
		body = append(body, kit.NewLoading(m.Env, m.Say.T("backup.making"), nil))
	}
	return append(body, kit.NewMuted(m.Say.T("backup.holds")))
}

// what is the card on which the orders are chosen.
func (m *Make) what() fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		kit.NewHeading(m.Say.T("backup.what")),
		kit.NewSegmented([]string{m.Say.T("backup.everything"), m.Say.T("backup.some")}, map[bool]int{true: 0, false: 1}[m.all], func(i int) {
			m.all = i == 0
			m.render()
		}),
	}
	m.list = kit.NewColumn(6)
	if m.all {
		rows = append(rows, kit.NewMuted(m.Say.T("backup.count", "n", len(m.rows))))
	} else {
		if len(m.rows) > 8 {
			rows = append(rows, kit.NewEntry(kit.EntrySpec{
				Label: m.Say.T("home.search"), Value: m.query, OnChanged: func(text string) { m.query = text; m.fill() },
			}))
		}
		m.fill()
		rows = append(rows, m.list)
	}
	if slices.ContainsFunc(m.rows, func(r desk.Row) bool { return r.Phase == order.PhaseDraft && (m.all || m.chosen[r.ID]) }) {
		rows = append(rows, kit.NewColumn(2, kit.NewCheck(m.Say.T("backup.codes"), m.codes, func(on bool) { m.codes = on }), kit.NewCaption(m.Say.T("backup.codes-note"))))
	}
	return kit.NewCard(rows...)
}

// fill puts the orders that fit the search into the list.
func (m *Make) fill() {
	var objs []fyne.CanvasObject
	more := 0
	for _, r := range m.rows {
		if q := strings.ToLower(strings.TrimSpace(m.query)); q != "" && !strings.Contains(strings.ToLower(r.Title+" "+r.Product+" "+r.Words), q) {
			continue
		}
		if len(objs) == shownRows {
			more++
			continue
		}
		objs = append(objs, kit.NewCheck(m.Say.T("backup.row", "title", title(m.Say, r.Title), "product", r.Product), m.chosen[r.ID], func(on bool) {
			m.chosen[r.ID] = on
			m.settle()
		}))
	}
	if more > 0 {
		objs = append(objs, kit.NewCaption(m.Say.T("backup.more", "n", more)))
	}
	m.list.Objects = objs
	m.list.Refresh()
	kit.Relayout(m.list)
}

// phrase is the card of the passphrase.
func (m *Make) phrase() fyne.CanvasObject {
	fields := m.own.fields(&m.base, m.Say.T("backup.own"), m.Say.T("backup.own-hint"), true, m.strength, m.start)
	m.strength()
	details := kit.NewDetails(m.Say.T("backup.own-title"), kit.NewColumn(12, fields...))
	details.SetOpen(m.ownOpen)
	return kit.NewCard(
		kit.NewHeading(m.Say.T("backup.passphrase")), kit.NewMuted(m.Say.T("backup.passphrase-note")),
		details.OnToggle(func(open bool) { m.ownOpen = open }),
	)
}

func (m *Make) strength() {
	if m.own.text == "" {
		m.own.field.SetNote("")
		return
	}
	s, _ := m.Desk.Backups.JudgePassphrase(m.own.text)
	m.own.field.SetNote(m.Say.T("use.own.strength", "strength", s.Words))
}

func (m *Make) ids() []string {
	if m.all {
		return nil
	}
	out := []string{}
	for _, r := range m.rows {
		if m.chosen[r.ID] {
			out = append(out, r.ID)
		}
	}
	return out
}

func (m *Make) settle() {
	m.primary.SetEnabled(m.loaded && !m.making && (m.all || len(m.ids()) > 0))
}

func (m *Make) chooseFolder() {
	kit.ChooseFile(m.Stage.Canvas(), m.Env, kit.FileSpec{
		Title: m.Say.T("backup.folder"), Folder: m.dir, Folders: true,
		OnChoose: func(path string) { m.dir, m.wrong = path, nil; m.render() },
	})
}

func (m *Make) start() {
	if m.making || m.made != nil || !m.loaded || !m.all && len(m.ids()) == 0 {
		return
	}
	p := desk.BackupPlan{Orders: m.ids(), Codes: m.codes, Dir: m.dir, Say: m.Say.Say}
	if m.ownOpen && (m.own.text != "" || m.own.again != "") {
		if _, err := m.Desk.Backups.JudgePassphrase(m.own.text); err != nil {
			wrongAt(&m.base, m.own.field, fault.Of(err))
			m.own.field.Focus(m.Stage.Canvas())
			return
		}
		if m.own.differs(&m.base) {
			return
		}
		p.Passphrase = m.own.value()
	}
	m.making, m.wrong = true, nil
	m.render()
	kit.Do(m.scene, func(ctx context.Context) (desk.BackupMade, error) { return m.Desk.Backups.Make(ctx, p) },
		func(made desk.BackupMade, err error) {
			m.making = false
			if err != nil {
				m.wrong = fault.Of(err)
				m.render()
				m.folder.Focus(m.Stage.Canvas())
				return
			}
			m.made, m.own = &made, passphrase{}
			m.render()
			m.focusResult()
			m.seen()
		})
}

func (m *Make) focusResult() {
	if m.password != nil {
		m.password.FocusCopy(m.Stage.Canvas())
		return
	}
	m.Stage.Canvas().Focus(m.primary)
}

// seen tells the desk that the passphrase is on the screen.
func (m *Make) seen() {
	made := *m.made
	kit.Do(m.scene, func(ctx context.Context) (struct{}, error) { return struct{}{}, m.Desk.Backups.Shown(ctx, made) },
		func(_ struct{}, err error) {
			if err != nil || m.unkept != nil {
				m.unkept = fault.Of(err)
				m.render()
			}
		})
}

func (m *Make) result() []fyne.CanvasObject {
	dir := filepath.Dir(m.made.Path)
	rows := []fyne.CanvasObject{
		kit.NewFlow(8, kit.NewPill(kit.Success, m.Say.T("backup.done"))),
		kit.NewSides(kit.NewMono(fileName(m.made.Path)), kit.NewButton(m.Say.T("use.open-folder"), kit.Link, func() {
			m.Stage.OpenFolder(dir, func(err error) { m.unkept = fault.Of(err); m.render() })
		})),
		kit.NewCaption(m.Say.T("use.in-folder", "dir", dir)),
		kit.NewMuted(m.Say.T("backup.made", "orders", m.made.Orders, "keys", m.made.Keys, "certificates", m.made.Certificates)),
	}
	m.password = nil
	if m.made.Passphrase() != "" {
		m.password = kit.NewSecretCopyField(m.Env, m.Say.T("backup.passphrase"), m.made.Passphrase)
		m.Stage.OnQuit(m.password.ClearNow)
		rows = append(rows, m.password, kit.NewText(m.Say.T("backup.once")))
	} else {
		rows = append(rows, kit.NewCaption(m.Say.T("backup.own-used")))
	}
	out := []fyne.CanvasObject{kit.NewCard(rows...)}
	if m.made.Lost > 0 {
		out = append(out, kit.NewFinding(kit.Warning, m.Say.T("backup.lost", "n", m.made.Lost), m.Say.T("backup.lost-do")))
	}
	if n := len(m.made.Damaged); n > 0 {
		names := make([]string, 0, n)
		for _, t := range m.made.Damaged {
			names = append(names, title(m.Say, t))
		}
		out = append(out, kit.NewFinding(kit.Warning, m.Say.T("backup.damaged", "n", n), m.Say.T("backup.damaged-do", "names", names)))
	}
	if m.unkept != nil {
		out = append(out, show.Finding(m.Say, m.unkept))
	}
	return append(out, kit.NewFinding(kit.Info, m.Say.T("backup.keep"), m.Say.T("backup.keep-do")))
}
