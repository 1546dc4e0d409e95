package journey

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// bringKey is what step 10 knows of a private key that is being brought. The file's bytes are in memory until the
// key is kept or given up.
type bringKey struct {
	data     []byte // of a file that is opened by a password
	wrong    *fault.Error
	busy     bool
	password *kit.Entry
	open     *kit.Button
}

// maxKeyFile is what is read of a file with a key.
const maxKeyFile = 1 << 20

// without is step 10 where the key is elsewhere: certificate and chain as files, how to join them, and "add the key".
func (u *use) without() *kit.Page {
	j := u.j
	u.below = kit.NewColumn(14)
	u.primary = kit.NewButton("", kit.Primary, nil)
	u.draw()
	sentence := "use.without.sentence"
	if j.order.Licence.KeyInHardware() {
		sentence = "use.without.hardware"
	}
	body := append(append(u.arrivedParts(), u.findings()...), u.below)
	if !j.order.Licence.KeyInHardware() {
		body = append(body, u.addKey())
	}
	return j.page(frame{
		title: j.Say.T("use.without.title"), sentence: j.Say.T(sentence), body: body, primary: u.primary, drop: u.drop,
	})
}

// joins are how certificate and key come together, by program.
func (u *use) joins() []fyne.CanvasObject {
	j := u.j
	chain, p7b := u.nameOf(destination.FullChain), u.nameOf(destination.P7B)
	if j.order.Licence.KeyInHardware() {
		return []fyne.CanvasObject{show.Guides(j.Env, j.Say, []destination.Guide{destination.Hardware(u.guideNames(), u.made.Thumbprint)})}
	}
	out := []fyne.CanvasObject{kit.NewHeading(j.Say.T("use.join.title"))}
	for _, way := range []struct{ id, command string }{
		{"server", `openssl pkcs12 -export -inkey server.key -in "` + chain + `" -out certificate.p12`},
		{"windows", `certreq -accept "` + p7b + `"`},
		{"java", `keytool -importcert -trustcacerts -alias server -file "` + p7b + `" -keystore keystore.p12`},
	} {
		if way.id == "java" && j.order.Licence.Product.Type != order.TLS {
			continue
		}
		out = append(out, kit.NewDetails(j.Say.T("use.join."+way.id+".title"), kit.NewColumn(8,
			kit.NewText(j.Say.T("use.join."+way.id+".text")),
			kit.NewCopyField(j.Env, kit.CopySpec{Value: way.command, Mono: true}),
		)))
	}
	return []fyne.CanvasObject{kit.NewCard(out...)}
}

// nameOf is the name of the file of a kind that was made.
func (u *use) nameOf(kind destination.Kind) string {
	for _, f := range u.made.Files {
		if f.Kind == kind {
			return filepath.Base(f.Path)
		}
	}
	return ""
}

// addKey is the card on which the key is brought.
func (u *use) addKey() fyne.CanvasObject {
	j, b := u.j, &u.bring
	rows := []fyne.CanvasObject{kit.NewHeading(j.Say.T("use.key.title")), kit.NewMuted(j.Say.T("use.key.text"))}
	b.password = nil
	if b.data != nil {
		b.password = kit.NewEntry(kit.EntrySpec{
			Label: j.Say.T("use.key.password"), Password: true,
			OnChanged: func(string) { b.password.ClearError() },
			OnSubmit:  func(string) { u.unlock() },
		})
		rows = append(rows, b.password)
	}
	switch {
	case b.wrong == nil:
	case b.password != nil:
		b.password.SetError(j.Say.Say(b.wrong.Saw()), j.Say.Say(b.wrong.Do()))
	default:
		rows = append(rows, show.Finding(j.Say, b.wrong))
	}
	var buttons []fyne.CanvasObject
	if b.data != nil {
		use := kit.NewButton(j.Say.T("use.key.unlock"), kit.Secondary, u.unlock)
		use.SetBusy(b.busy)
		buttons = append(buttons, use)
	}
	kind := kit.Secondary
	if b.data != nil {
		kind = kit.Link
	}
	b.open = kit.NewButton(j.Say.T("use.key.open"), kind, func() {
		kit.ChooseFile(j.Stage.Canvas(), j.Env, kit.FileSpec{Title: j.Say.T("use.key.open"), OnChoose: u.readKey})
	})
	b.open.SetBusy(b.busy && b.data == nil)
	return kit.NewCard(append(rows, kit.NewFlow(12, append(buttons, b.open)...))...)
}

// drop takes the file of a key.
func (u *use) drop(paths []string) {
	if len(paths) > 0 && !u.making && !u.bring.busy && !u.j.order.Licence.KeyInHardware() {
		u.readKey(paths[0])
	}
}

// readKey reads a file and looks whether its key fits.
func (u *use) readKey(path string) {
	u.readKeyFrom(func(ctx context.Context) ([]byte, error) { return u.j.Desk.Files.Read(ctx, path, maxKeyFile) })
}

func (u *use) readKeyFrom(read func(ctx context.Context) ([]byte, error)) {
	j := u.j
	u.forgetKey()
	u.bring.busy = true
	j.render()
	id := j.order.ID
	var data []byte
	kit.Do(j.scene, func(ctx context.Context) (desk.BroughtKey, error) {
		var err error
		if data, err = read(ctx); err != nil {
			return desk.BroughtKey{}, err
		}
		return j.Desk.Exports.ReadKey(ctx, id, data, secret.Value{})
	}, func(k desk.BroughtKey, err error) {
		if fault.Is(err, fault.KeyFilePassword) { // one is needed
			u.bring = bringKey{data: data}
			j.render()
			u.bring.password.Focus(j.Stage.Canvas())
			return
		}
		clear(data)
		u.keyRead(k, err)
	})
}

// unlock tries the password on the file that needs one.
func (u *use) unlock() {
	j := u.j
	if u.bring.busy || u.bring.password == nil {
		return
	}
	id, data, password := j.order.ID, u.bring.data, secret.FromString(u.bring.password.Text())
	u.bring.busy, u.bring.wrong = true, nil
	j.render()
	kit.Do(j.scene, func(ctx context.Context) (desk.BroughtKey, error) {
		return j.Desk.Exports.ReadKey(ctx, id, data, password)
	}, u.keyRead)
}

// keyRead asks whether a key that fits is to be kept, or says why it can't be.
func (u *use) keyRead(k desk.BroughtKey, err error) {
	j := u.j
	u.bring.busy = false
	if err != nil {
		if !fault.Is(err, fault.KeyFilePassword) {
			u.forgetKey()
		}
		u.bring.wrong = fault.Of(err)
		j.render()
		if u.bring.password != nil {
			u.bring.password.Focus(j.Stage.Canvas())
		} else {
			j.Stage.Canvas().Focus(u.bring.open)
		}
		return
	}
	u.forgetKey()
	j.render()
	kit.Confirm(j.Stage.Canvas(), kit.ConfirmSpec{
		Title: j.Say.T("use.key.question"), Text: j.Say.T("use.key.question-text", "kind", k.Kind.Name()),
		Yes: j.Say.T("use.key.yes"), No: j.Say.T("use.key.no"),
		OnYes: func() { u.keepKey(k) },
	})
}

func (u *use) keepKey(k desk.BroughtKey) {
	j := u.j
	u.bring.busy = true
	j.render()
	id := j.order.ID
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		if err := j.Desk.Exports.AddKey(ctx, id, k); err != nil {
			return store.Order{}, err
		}
		return j.Desk.Redeem.Order(ctx, id)
	}, func(o store.Order, err error) {
		u.bring.busy = false
		if err != nil {
			u.bring.wrong = fault.Of(err)
			j.render()
			j.Stage.Canvas().Focus(u.bring.open)
			return
		}
		j.take(o)
		u.away, u.added, u.made, u.wrong = false, true, nil, nil
		j.render()
	})
}

// forgetKey drops what was read of a file.
func (u *use) forgetKey() {
	clear(u.bring.data)
	u.bring = bringKey{}
}
