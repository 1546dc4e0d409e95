package journey

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
)

// ownRequest is what step 6 knows of a request that the customer brings.
type ownRequest struct {
	wanted  bool
	text    string         // as pasted; a private key never stays in it
	wrong   *fault.Error   // about the text or a file
	several []desk.Brought // requests in one text, of which one is to be chosen
	busy    bool
	took    bool // its names were taken over
	field   *kit.Entry
	way     *kit.Button // what can be done about what is wrong with it
}

// mostOfRequest is how many names of a request are shown.
const mostOfRequest = 12

// maxRequestFile is what is read of a file: far more than the largest request, with text around it.
const maxRequestFile = 512 << 10

// hardware explains that this key must not be made here, and takes the request of one that was made on a token.
func (k *key) hardware() *kit.Page {
	j := k.j
	k.own.wanted = true
	return k.ownFrame(
		kit.NewCard(
			kit.NewTitled("lock", j.Say.T("key.hardware.title"), ""),
			kit.NewText(j.Say.T("key.hardware.why")),
			kit.NewText(j.Say.T("key.hardware.how", "seller", j.sellerName())),
		))
}

// bring takes a request of the customer's own.
func (k *key) bring() *kit.Page { return k.ownFrame(k.ways()) }

func (k *key) ownFrame(body ...fyne.CanvasObject) *kit.Page {
	j := k.j
	use := kit.NewButton(j.Say.T("key.own.use"), kit.Primary, k.use)
	use.SetBusy(k.own.busy)
	return k.frame(use, append(body, k.ownField()...)...)
}

func (k *key) ownField() []fyne.CanvasObject {
	j := k.j
	k.own.field = kit.NewTextArea(kit.EntrySpec{
		Label: j.Say.T("key.own.label"), Hint: j.Say.T("key.own.hint"), Value: k.own.text, Mono: true, Rows: 6,
		OnChanged: k.typed,
	})
	out := []fyne.CanvasObject{k.own.field}
	if k.own.wrong != nil {
		k.own.field.SetError(j.Say.Say(k.own.wrong.Saw()), j.Say.Say(k.own.wrong.Do()))
		if k.own.wrong.Code == fault.RequestPrivateKey {
			out = append(out, kit.NewMuted(j.Say.T("key.own.clipboard")))
		}
	}
	out = append(out, kit.NewFlow(12, kit.NewButton(j.Say.T("key.own.open"), kit.Secondary, func() {
		kit.ChooseFile(j.Stage.Canvas(), j.Env, kit.FileSpec{Title: j.Say.T("key.own.open"), OnChoose: k.read})
	})))
	if len(k.own.several) > 0 {
		specs := make([]kit.ChoiceSpec, len(k.own.several))
		for i, b := range k.own.several {
			specs[i] = kit.ChoiceSpec{Title: k.titleOf(b), Sentence: j.Say.Say(b.KeyName())}
		}
		out = append(out, kit.NewText(j.Say.T("key.own.several", "n", len(specs))),
			kit.NewChoices(specs, -1, func(i int) { k.adopt(k.own.several[i].DER) }))
	}
	return out
}

func (k *key) titleOf(b desk.Brought) string {
	for _, n := range b.Names() {
		return i18n.Clean(n.Value, 80)
	}
	if name := i18n.Clean(b.CommonName, 80); name != "" {
		return name
	}
	return k.j.Say.T("key.own.nameless")
}

// typed takes what is in the field. A private key goes from the screen at once, with everything that the field
// could bring back.
func (k *key) typed(text string) {
	j := k.j
	if !j.Desk.Redeem.HoldsPrivateKey([]byte(text)) {
		k.own.text, k.own.wrong, k.own.several = text, nil, nil
		k.own.field.ClearError()
		return
	}
	k.own.field.SetText("")
	j.scene.OnUI(func() { k.failed(fault.New(fault.RequestPrivateKey, nil)) })
}

// use reads what was pasted.
func (k *key) use() {
	if k.own.busy {
		return
	}
	k.found(k.j.Desk.Redeem.ReadRequest([]byte(k.own.text)))
}

// found goes on with the requests that were found in a text or a file.
func (k *key) found(all []desk.Brought, err error) {
	switch {
	case err != nil:
		k.failed(fault.Of(err))
	case len(all) == 1:
		k.adopt(all[0].DER)
	default:
		k.own.several, k.own.wrong = all, nil
		k.j.render()
	}
}

func (k *key) failed(f *fault.Error) {
	j := k.j
	if f.Code == fault.RequestPrivateKey {
		k.own.text = ""
	}
	k.own.wrong, k.own.several, k.own.busy = f, nil, false
	j.render()
	k.own.field.Focus(j.Stage.Canvas())
}

// drop takes a file with a request: dropping it says where the key is.
func (k *key) drop(paths []string) {
	if len(paths) == 0 || k.stages != nil || k.own.busy {
		return
	}
	if k.j.form.OwnRequest() {
		k.replace(func() { k.read(paths[0]) })
		return
	}
	k.read(paths[0])
}

func (k *key) read(path string) {
	j := k.j
	k.own.wanted, k.own.busy = true, true
	j.render()
	kit.Do(j.scene, func(ctx context.Context) ([]desk.Brought, error) {
		data, err := j.Desk.Files.Read(ctx, path, maxRequestFile)
		if err != nil {
			return nil, err
		}
		all, err := j.Desk.Redeem.ReadRequest(data)
		if err != nil {
			clear(data) // it may be a private key
		}
		return all, err
	}, func(all []desk.Brought, err error) {
		k.own.busy = false
		k.found(all, err)
	})
}

// adopt makes a request the draft's.
func (k *key) adopt(der []byte) {
	j := k.j
	der = append([]byte(nil), der...)
	k.own.busy = true
	id := j.order.ID
	j.save()
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		return j.Desk.Redeem.UseRequest(ctx, id, der)
	}, func(o store.Order, err error) {
		if err != nil {
			k.failed(fault.Of(err))
			return
		}
		k.own = ownRequest{wanted: true}
		delete(j.refused, order.FieldKey)
		j.take(o)
		j.render()
	})
}

// brought shows the request in words, with what is wrong with it.
func (k *key) brought() *kit.Page {
	j := k.j
	about, err := j.Desk.Redeem.AboutRequest(j.form.Request)
	problems := k.problems()
	var body []fyne.CanvasObject
	if err == nil { // else the problems say so
		body = append(body, k.card(about, order.Sendable(problems)))
	}
	k.own.way = nil
	buttons := []fyne.CanvasObject{}
	for _, p := range problems {
		kind := kit.Info
		if p.Kind == order.Error {
			kind = kit.Danger
		}
		body = append(body, kit.NewFinding(kind, j.Say.Say(p.Saw), j.Say.Say(p.Do)))
	}
	if k.own.took {
		body = append(body, kit.NewInfo(kit.Info, j.Say.T("key.own.took-names")))
	}
	if err == nil && k.canTakeNames(about) {
		k.own.way = kit.NewButton(j.Say.T("key.own.take-names"), kit.Secondary, func() { k.takeNames(about) })
		buttons = append(buttons, k.own.way)
	}
	another := kit.NewButton(j.Say.T("key.own.another"), kit.Link, func() { k.replace(nil) })
	buttons = append(buttons, another)
	if k.own.way == nil {
		k.own.way = another
	}
	if len(k.choices) > 0 {
		buttons = append(buttons, kit.NewButton(j.Say.T("key.own.make-here"), kit.Link, func() {
			k.replace(func() { k.own.wanted = false; j.render() })
		}))
	}
	body = append(body, kit.NewFlow(12, buttons...), kit.NewInfo(kit.Info, j.Say.T("key.own.stays")))
	return k.frame(j.continueButton(func() {
		switch {
		case order.Sendable(problems):
			j.next()
		case order.Sendable(order.ProblemsOf(problems, order.FieldRequest)): // its names are put right where names are
			j.Go(order.StepNames)
		default:
			j.Stage.Canvas().Focus(k.own.way)
		}
	}), body...)
}

// problems are those of the request, and, once its names were taken over, of the names.
func (k *key) problems() []order.Problem {
	j := k.j
	o := j.order
	o.Application = j.form
	all := j.Desk.Redeem.Problems(o)
	out := order.ProblemsOf(all, order.FieldRequest)
	if k.own.took {
		for _, p := range order.Entered(all) {
			if p.Kind == order.Error && (p.Field == order.FieldMailbox || p.Field == order.FieldDomains) {
				out = append(out, p)
			}
		}
	}
	return out
}

func (k *key) card(b desk.Brought, usable bool) fyne.CanvasObject {
	j := k.j
	clean := func(all []string) string {
		out := make([]string, len(all))
		for i, s := range all {
			out[i] = i18n.Clean(s, 120)
		}
		return strings.Join(out, ", ")
	}
	var names []string
	for _, n := range b.Names() {
		names = append(names, n.Value)
	}
	rows := []kit.Pair{}
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, kit.Pair{Label: j.Say.T(label), Value: kit.NewText(value)})
		}
	}
	switch n := len(names) - mostOfRequest; {
	case n > 0:
		add("key.own.names", j.Say.T("key.own.names-more", "names", clean(names[:mostOfRequest]), "n", n))
	case len(names) > 0:
		add("key.own.names", clean(names))
	default:
		add("key.own.names", j.Say.T("key.own.no-names"))
	}
	add("key.own.key", j.Say.Say(b.KeyName()))
	add("key.own.organization", clean(b.Organization))
	add("key.own.place", clean(slices.Compact(slices.Concat(b.Locality, b.Region, b.Country))))
	if b.Verified {
		add("key.own.signature", j.Say.T("key.own.signature-good", "kind", b.Signature))
	} else {
		add("key.own.signature", b.Signature)
	}
	pill := kit.NewPill(kit.Success, j.Say.T("key.own.readable"))
	if !usable {
		pill = kit.NewPill(kit.Warning, j.Say.T("key.own.unusable"))
	}
	objs := []fyne.CanvasObject{kit.NewFlow(8, pill), kit.NewPairs(rows...)}
	if len(b.Organization) > 0 {
		objs = append(objs, kit.NewMuted(j.Say.T("key.own.organization-note")))
	}
	return kit.NewCard(append(objs, kit.NewDetails(j.Say.T("key.details"), kit.NewPairs(
		kit.Pair{Label: j.Say.T("key.own.fingerprint"), Value: kit.NewSelectable(b.SPKI)},
	)))...)
}

// canTakeNames reports whether the request has names of the kind that the licence is for, other than those that
// were entered.
func (k *key) canTakeNames(b desk.Brought) bool {
	l := k.j.order.Licence
	extra, missing := b.Compare(l, k.j.form)
	return (len(extra) > 0 || l.Product.Names.Exact && len(missing) > 0) && len(k.namesFor(b)) > 0
}

// namesFor are the names of the request as they would be entered; free counterparts come along by themselves.
func (k *key) namesFor(b desk.Brought) []string {
	l := k.j.order.Licence
	want := "dns"
	if l.WantsMailbox() {
		want = "email"
	}
	var out []string
	for _, n := range b.Names() {
		if n.Type == want {
			out = append(out, n.Value)
		}
	}
	return l.WithoutPairs(out)
}

// takeNames enters the names of the request in the place of those at step 3.
func (k *key) takeNames(b desk.Brought) {
	j := k.j
	names := k.namesFor(b)
	if j.order.Licence.WantsMailbox() {
		j.form.Mailbox = names[0]
	} else {
		j.form.Domains = strings.Join(names, "\n")
	}
	k.own.took = true
	j.dirty = true
	j.save()
	j.render()
}

// replace takes the request out of the draft again.
func (k *key) replace(then func()) {
	j := k.j
	id := j.order.ID
	j.save()
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		return j.Desk.Redeem.DropRequest(ctx, id)
	}, func(o store.Order, err error) {
		if err != nil {
			j.fail(err, func() { j.Go(order.StepKey) })
			return
		}
		k.own = ownRequest{wanted: true}
		delete(j.refused, order.FieldKey)
		j.take(o)
		if then != nil {
			then()
			return
		}
		j.render()
	})
}
