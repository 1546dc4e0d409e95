package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
)

// key is step 6: the private key, made here and kept in the system's keyring, or a request of the customer's own,
// whose key is elsewhere.
type key struct {
	j       *Journey
	choices []order.KeyChoice
	chosen  int
	lost    bool        // the key that was made is no longer in the keyring
	stages  *kit.Stages // while the key is being made
	cancel  func()
	stop    *kit.Button
	own     ownRequest
}

func (k *key) build() *kit.Page {
	j := k.j
	k.choices = j.Desk.Redeem.KeyChoices(j.order)
	switch {
	case k.stages != nil:
		return k.making()
	case j.form.OwnRequest():
		return k.brought()
	case len(k.choices) == 0:
		return k.hardware()
	case k.own.wanted:
		return k.bring()
	case j.order.KeyID != "" && !k.lost:
		return k.made()
	}
	return k.ask()
}

// ways are the two cards: made here, or elsewhere.
func (k *key) ways() fyne.CanvasObject {
	j := k.j
	chosen := 0
	if k.own.wanted {
		chosen = 1
	}
	return kit.NewChoices([]kit.ChoiceSpec{
		{Title: j.Say.T("key.way.here"), Sentence: j.Say.T("key.way.here-note"), Icon: "key"},
		{Title: j.Say.T("key.way.own"), Sentence: j.Say.T("key.way.own-note"), Icon: "file"},
	}, chosen, func(i int) {
		k.own.wanted = i == 1
		j.render()
	})
}

func (k *key) frame(primary *kit.Button, body ...fyne.CanvasObject) *kit.Page {
	j := k.j
	for _, f := range j.refusedHere(order.FieldKey) {
		body = append([]fyne.CanvasObject{f}, body...)
	}
	if !k.own.wanted && !j.form.OwnRequest() {
		body = append(body, kit.NewInfo(kit.Info, j.Say.T("key.keyring-note")))
	}
	return j.page(frame{
		title: j.Say.T("key.title"), sentence: j.Say.T(k.sentence()),
		body: body, back: j.backButton(), primary: primary, drop: k.drop,
	})
}

func (k *key) sentence() string {
	j := k.j
	switch {
	case len(k.choices) == 0:
		return "key.hardware.sentence"
	case j.form.OwnRequest():
		return "key.own.sentence"
	case k.stages == nil && (j.order.KeyID == "" || k.lost || k.own.wanted):
		return "key.ways.sentence"
	}
	return "key.sentence"
}

// ask says what will be made; other kinds than the recommended one stand behind Details.
func (k *key) ask() *kit.Page {
	j := k.j
	kind := kit.NewMuted("")
	choose := func(i int) {
		k.chosen = i
		kind.SetText(j.Say.T("key.kind", "kind", k.kind(k.choices[i])))
	}
	choose(k.chosen)
	card := kit.NewCard(kit.NewText(j.Say.T("key.here-note")), kind)
	body := []fyne.CanvasObject{k.ways(), card}
	if len(k.choices) > 1 {
		var specs []kit.ChoiceSpec
		for i, c := range k.choices {
			sentence := j.Say.T("key.choice." + c.Algorithm)
			if i == 0 {
				sentence = j.Say.T("key.choice.recommended")
			}
			specs = append(specs, kit.ChoiceSpec{Title: k.kind(c), Sentence: sentence})
		}
		body = append(body, kit.NewDetails(j.Say.T("key.details"), kit.NewChoices(specs, k.chosen, choose)))
	}
	return k.frame(kit.NewButton(j.Say.T("key.make"), kit.Primary, k.start), body...)
}

func (k *key) kind(c order.KeyChoice) string { return k.j.Say.Say(c.Name()) }

func (k *key) start() {
	j := k.j
	choice := k.choices[k.chosen]
	k.stages = kit.NewStages(j.Env, j.Say.T("key.making"), []string{
		j.Say.T("key.stage.keyring"), j.Say.T("key.stage.making", "kind", k.kind(choice)), j.Say.T("key.stage.storing"),
	})
	k.stages.Begin()
	j.scene.OnClose(k.stages.Stop)
	k.cancel = kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		err := j.Desk.Redeem.MakeKey(ctx, j.order.ID, choice, func(s desk.KeyStage) {
			j.scene.OnUI(func() { k.reached(s) })
		})
		if err != nil {
			return store.Order{}, err
		}
		return j.Desk.Redeem.Order(ctx, j.order.ID)
	}, k.done)
	j.render()
	j.Stage.Canvas().Focus(k.stop)
}

func (k *key) reached(s desk.KeyStage) {
	if k.stages != nil {
		k.stages.Set(int(s))
	}
}

func (k *key) making() *kit.Page {
	j := k.j
	k.stop = kit.NewButton(j.Say.T("key.cancel"), kit.Secondary, func() { k.cancel() })
	return k.frame(nil, kit.NewCard(k.stages, kit.NewFlow(12, k.stop)))
}

func (k *key) done(o store.Order, err error) {
	j := k.j
	k.stages.Stop()
	k.stages = nil
	switch {
	case fault.Is(err, fault.Cancelled) || isCancelled(err):
		// The unfinished key is thrown away; the page asks again.
	case err != nil:
		j.failWith(&failed{j: j, fault: fault.Of(err), again: func() { j.show(order.StepKey, &key{j: j, lost: k.lost}) }, back: j.back})
		return
	default:
		k.lost = false
		delete(j.refused, order.FieldKey)
		j.take(o)
	}
	j.render()
}

func (k *key) made() *kit.Page {
	j := k.j
	other := kit.NewButton(j.Say.T("key.way.own"), kit.Link, func() { k.own.wanted = true; j.render() })
	return k.frame(j.continueButton(j.next), kit.NewCard(
		kit.NewFlow(8, kit.NewPill(kit.Success, j.Say.T("key.ready"))),
		kit.NewText(j.Say.T("key.kept", "kind", k.kind(j.order.Application.KeyChoice))),
		kit.NewMuted(j.Say.T("key.never-leaves")),
	), kit.NewFlow(12, other))
}
