package journey

import (
	"context"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// use is step 10: the file for the program where the certificate will be used. The file counts as made only
// once its password has been on the screen. Where the key is elsewhere, it is the certificate alone, and how to
// join the two.
type use struct {
	j            *Journey
	looked       bool // whether the key is here is known
	away         bool // the key is elsewhere
	destinations []destination.Destination
	chosen       int // -1: none yet
	dir          string
	folder       *kit.Entry
	both         *kit.Button // where a file of that name is there
	below        *fyne.Container
	making       bool
	made         *desk.Made
	wrong        *fault.Error
	unkept       *fault.Error // why it could not be written that the password was seen
	password     *kit.CopyField
	primary      *kit.Button
	own          ownPassword
	instead      bool // the file has the other encryption: the program called the right password wrong
	madeStrong   bool // the file has the newer encryption by choice
	bring        bringKey
	added        bool         // the key was brought just now
	lost         *fault.Error // the keyring no longer has the key
	saved        bool         // when the order was backed up is known
	backedUp     time.Time
	installs     *show.Installs
	letter       *show.Letter
	site         *show.Website
	// completing says that the certificate missing above this one is being fetched; incomplete is why it is not.
	// whole is that nothing was missing.
	completing bool
	incomplete *fault.Error
	whole      bool
	judged     bool // the certificate was held against what was asked for
	found      []certificate.Finding
}

func (u *use) build() *kit.Page {
	j := u.j
	if u.lost != nil {
		return u.lostPage()
	}
	if !u.looked && !j.order.Application.OwnRequest() && j.order.KeyID != "" {
		u.looked = true
	}
	if !u.looked {
		u.look()
		return j.page(frame{title: j.Say.T("use.title"), body: []fyne.CanvasObject{kit.NewLoading(j.Env, j.Say.T("use.looking"), nil)}})
	}
	if u.dir == "" {
		u.dir = j.Desk.Exports.DefaultDir()
	}
	if u.away {
		return u.without()
	}
	if u.destinations == nil {
		u.destinations = j.Desk.Exports.Destinations(j.order)
		u.chosen = -1
	}
	specs := make([]kit.ChoiceSpec, len(u.destinations))
	for i, d := range u.destinations {
		specs[i] = kit.ChoiceSpec{Title: j.Say.Say(d.Label), Icon: iconOf(d.ID)}
	}
	u.below = kit.NewColumn(14)
	u.primary = kit.NewButton("", kit.Primary, nil)
	u.draw()
	body := append(u.arrivedParts(), u.findings()...)
	body = append(body, kit.NewChoices(specs, u.chosen, u.choose))
	body = append(append(body, u.backupParts()...), u.below)
	if u.added {
		body = append([]fyne.CanvasObject{kit.NewInfo(kit.Success, j.Say.T("use.key.added"))}, body...)
	}
	return j.page(frame{
		title: j.Say.T("use.title"), sentence: j.Say.T("use.sentence"), body: body, primary: u.primary,
	})
}

// look asks whether the key is on this computer.
func (u *use) look() {
	j := u.j
	o := j.order
	kit.Do(j.scene, func(ctx context.Context) (bool, error) {
		return j.Desk.Exports.KeyHere(ctx, o)
	}, func(here bool, err error) {
		if err != nil {
			j.fail(err, func() { j.Go(order.StepUse) })
			return
		}
		u.looked, u.away = true, !here
		j.render()
		u.arrivedKey()
	})
}

func (u *use) choose(i int) {
	if u.making || i == u.chosen {
		return
	}
	u.chosen, u.made, u.wrong, u.unkept, u.instead = i, nil, nil, nil, false
	u.draw()
}

// destination is what the files are made for.
func (u *use) destination() (destination.Destination, bool) {
	switch {
	case u.away:
		return destination.Find(destination.Certificate, u.j.order.Licence.Product.Type)
	case u.chosen < 0 || u.chosen >= len(u.destinations):
		return destination.Destination{}, false
	}
	return u.destinations[u.chosen], true
}

// draw shows what belongs to the choice: the folder to write to, or the file that was made.
func (u *use) draw() {
	j := u.j
	u.below.Objects = u.parts()
	u.below.Refresh()
	_, chosen := u.destination()
	u.primary.SetEnabled(chosen && !u.making)
	if u.made != nil {
		u.primary.SetText(j.Say.T("use.finish"))
		u.primary.SetOnTap(j.saveAndClose)
	} else {
		u.primary.SetText(j.Say.T(u.makeWord()))
		u.primary.SetOnTap(func() { u.start(false) })
	}
	kit.Relayout(u.below)
}

// makeWord is the label of the button that makes the files.
func (u *use) makeWord() string {
	if d, ok := u.destination(); ok && len(d.Files) > 1 {
		return "use.make-files"
	}
	return "use.make"
}

func (u *use) parts() []fyne.CanvasObject {
	j := u.j
	d, chosen := u.destination()
	switch {
	case !chosen:
		return []fyne.CanvasObject{kit.NewMuted(j.Say.T("use.choose"))}
	case u.making:
		return []fyne.CanvasObject{kit.NewLoading(j.Env, j.Say.T("use.making"), nil)}
	case u.made != nil:
		return u.result()
	}
	u.folder = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("use.folder"), Value: u.dir, Trailing: kit.NewButton(j.Say.T("use.folder-choose"), kit.Link, u.chooseFolder),
		OnChanged: func(text string) { u.dir = text; u.folder.ClearError(); u.warnOfPlace() },
		OnSubmit:  func(string) { u.start(false) },
	})
	u.warnOfPlace()
	out := []fyne.CanvasObject{u.folder}
	if u.away {
		out = []fyne.CanvasObject{kit.NewText(j.Say.T("use.without.what")), u.folder}
	}
	if len(d.Sealed()) > 0 {
		out = append(out, u.passwordParts())
	}
	out = append(out, u.installParts(d)...)
	if u.wrong == nil {
		return out
	}
	if u.wrong.Code == fault.FileExists {
		u.both = kit.NewButton(j.Say.T("use.keep-both"), kit.Secondary, u.keepBoth)
		return append(out,
			kit.NewFinding(kit.Warning, j.Say.Say(u.wrong.Saw()), j.Say.T("use.exists.do")),
			kit.NewFlow(12,
				u.both,
				kit.NewButton(j.Say.T("use.replace"), kit.DangerLink, func() { u.start(true) }),
			))
	}
	return append(out, show.Finding(j.Say, u.wrong))
}

// warnOfPlace says when a folder is copied to somebody's servers, or lies on one: the promise that the key stays here
// ends there.
func (u *use) warnOfPlace() {
	j, dir, field := u.j, u.dir, u.folder
	if name := j.Desk.Exports.Synchronised(dir); name != "" {
		field.SetFinding(kit.Warning, j.Say.T("use.synchronised.saw", "name", name), j.Say.T("use.synchronised.do"))
		return
	}
	kit.Do(j.scene, func(context.Context) (bool, error) { return j.Desk.Exports.OnNetwork(dir), nil }, func(far bool, _ error) {
		if far && u.folder == field && u.dir == dir {
			field.SetFinding(kit.Warning, j.Say.T("use.network.saw"), j.Say.T("use.network.do"))
		}
	})
}

func (u *use) chooseFolder() {
	kit.ChooseFile(u.j.Stage.Canvas(), u.j.Env, kit.FileSpec{
		Title: u.j.Say.T("use.folder"), Folder: u.dir, Folders: true,
		OnChoose: func(path string) { u.dir, u.wrong = path, nil; u.draw() },
	})
}

func (u *use) start(replace bool) { u.export(desk.ExportOptions{Replace: replace}) }

func (u *use) keepBoth() { u.export(desk.ExportOptions{KeepBoth: true}) }

func (u *use) export(o desk.ExportOptions) {
	j := u.j
	d, chosen := u.destination()
	again := o.Instead               // the program called the password of the first file wrong: the new one is made
	if u.wrong != nil && !u.making { // of the attempt before
		u.wrong = nil
		u.draw()
	}
	if !chosen || u.making || !again && !u.ownPasswordFits(u.asWanted(d)) {
		return
	}
	if !again && len(d.Sealed()) > 0 {
		o.Password, o.Instead = u.own.value(), u.strong(d)
	}
	o.Destination, o.Dir, o.Label = d.ID, u.dir, j.Say.Say
	u.making, u.wrong = true, nil
	u.draw()
	id := j.order.ID
	kit.Do(j.scene, func(ctx context.Context) (desk.Made, error) {
		return j.Desk.Exports.Make(ctx, id, o)
	}, func(m desk.Made, err error) {
		u.making = false
		if err != nil {
			u.wrong = fault.Of(err)
			if u.wrong.Code == fault.KeyGone || u.wrong.Code == fault.KeyUnusable {
				u.lost, u.wrong = u.wrong, nil
				j.render()
				return
			}
			u.draw()
			u.focusWayOn()
			return
		}
		u.made, u.instead, u.madeStrong = &m, again, o.Instead && !again
		u.draw()
		u.focusResult()
		u.seen(m)
	})
}

// focusResult goes to the password, or to the way on, and brings what was made to the top.
func (u *use) focusResult() {
	if u.password != nil {
		u.password.FocusCopy(u.j.Stage.Canvas())
	} else {
		u.j.Stage.Canvas().Focus(u.primary)
	}
	kit.Reveal(u.below)
}

// focusWayOn brings what can be done about a failure into view.
func (u *use) focusWayOn() {
	if u.wrong.Code == fault.FileExists {
		u.j.Stage.Canvas().Focus(u.both)
		return
	}
	u.folder.Focus(u.j.Stage.Canvas())
}

// seen tells the desk that the password is on the screen.
func (u *use) seen(m desk.Made) {
	j := u.j
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		if err := j.Desk.Exports.Shown(ctx, m.ID); err != nil {
			return store.Order{}, err
		}
		return j.Desk.Redeem.Order(ctx, j.order.ID)
	}, func(o store.Order, err error) {
		before := u.unkept
		u.unkept = fault.Of(err)
		if err == nil {
			j.take(o)
		}
		if before != nil || err != nil {
			u.draw()
			u.focusResult()
		}
	})
}

func (u *use) result() []fyne.CanvasObject {
	j := u.j
	rows := []fyne.CanvasObject{kit.NewFlow(8, kit.NewPill(kit.Success, j.Say.T("use.done")))}
	for i, f := range u.made.Files {
		name := fyne.CanvasObject(kit.NewMono(filepath.Base(f.Path)))
		if i == 0 {
			name = kit.NewSides(name, kit.NewButton(j.Say.T("use.open-folder"), kit.Link, func() {
				j.Stage.OpenFolder(u.made.Dir, func(err error) { u.folderFailed(err) })
			}))
		}
		rows = append(rows, name)
		if len(u.made.Files) > 1 || u.instead || u.madeStrong || f.Kind != destination.PKCS12 {
			rows = append(rows, kit.NewCaption(j.Say.Say(f.Encryption())))
		}
	}
	rows = append(rows, kit.NewCaption(j.Say.T("use.in-folder", "dir", u.made.Dir)))
	rows = append(rows, u.passwordResult()...)
	rows = append(rows, u.known()...)
	out := []fyne.CanvasObject{kit.NewCard(rows...)}
	if u.wrong != nil {
		out = append(out, show.Finding(j.Say, u.wrong))
	}
	if u.unkept != nil {
		m := *u.made
		out = append(out, show.Finding(j.Say, u.unkept), kit.NewMuted(j.Say.T("use.unkept")),
			kit.NewFlow(12, kit.NewButton(j.Say.T("action.retry"), kit.Secondary, func() { u.seen(m) })))
	}
	return append(append(out, u.nextParts()...), u.tests()...)
}

// installParts are where the app can do it itself. The card stays as it is when the page is drawn anew.
func (u *use) installParts(d destination.Destination) []fyne.CanvasObject {
	j := u.j
	if !j.Desk.Installs.MayServe(d.ID) {
		return nil
	}
	if u.installs == nil || u.installs.Serves() != d.ID {
		u.installs = show.NewInstalls(j.Env, j.Say, j.Desk, j.scene, j.Stage.Canvas(), j.order.ID, d.ID)
	}
	return []fyne.CanvasObject{u.installs.Object()}
}

func (u *use) folderFailed(err error) {
	u.wrong = fault.Of(err)
	u.draw()
}

// iconOf is the picture on a destination's card.
func iconOf(id destination.ID) string {
	switch id {
	case destination.Outlook:
		return "monitor"
	case destination.Apple:
		return "laptop"
	case destination.Thunderbird:
		return "mail"
	case destination.Android:
		return "phone"
	case destination.Windows:
		return "monitor"
	case destination.WebServer:
		return "server"
	case destination.HAProxy:
		return "shield"
	case destination.Postfix:
		return "mail"
	case destination.Java:
		return "code"
	case destination.Another:
		return "more"
	default:
		return "question"
	}
}
