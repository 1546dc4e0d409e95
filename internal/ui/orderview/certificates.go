package orderview

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// certificates are the one in use, in plain words, and a line for each other.
func (v *View) certificates() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	current, ok := v.v.Current()
	if ok {
		out = append(out, v.certificate(current))
	}
	var others []fyne.CanvasObject
	for _, c := range v.v.Certificates {
		if ok && c.SHA256 == current.SHA256 {
			continue
		}
		id := "view.other"
		if c.SetAside {
			id = "view.set-aside"
		}
		others = append(others, kit.NewText(v.Say.T(id, "from", i18n.Date(c.NotBefore), "until", i18n.Date(c.NotAfter))))
	}
	if len(others) > 0 {
		out = append(out, kit.NewCard(append([]fyne.CanvasObject{kit.NewHeading(v.Say.T("view.others"))}, others...)...))
	}
	return out
}

// certificate says in plain words what was issued; the fields stand behind Details.
func (v *View) certificate(c store.Certificate) fyne.CanvasObject {
	d, err := desk.About(c)
	if err != nil {
		return show.Finding(v.Say, fault.Of(err))
	}
	rows := []fyne.CanvasObject{
		kit.NewHeading(v.Say.T("view.certificate")),
		kit.NewText(v.Say.T("view.certificate-line", "by", d.IssuedBy, "from", i18n.Date(d.NotBefore), "until", i18n.Date(d.NotAfter))),
	}
	if v.v.Licence.Product.Type == order.SMIME {
		rows = append(rows, kit.NewMuted(v.Say.Say(d.Use.Message())))
	}
	for _, f := range v.v.Findings {
		if f.Kind == certificate.ChainMissing && v.v.Gap.Sure {
			continue // it is said below, with the way to mend it
		}
		if f.Warning {
			rows = append(rows, kit.NewFinding(kit.Warning, v.Say.Say(f.Message), v.Say.Say(f.Advice)))
		}
	}
	rows = append(rows, v.issuer()...)
	rows = append(rows, v.chains()...)
	return kit.NewCard(append(rows, kit.NewDetails(v.Say.T("view.details"), v.fields(d)))...)
}

// chains is the choice of the chain that goes into files, where the authority offers several.
func (v *View) chains() []fyne.CanvasObject {
	if len(v.v.Chains) < 2 {
		return nil
	}
	picked := 0
	specs := make([]kit.ChoiceSpec, len(v.v.Chains))
	for i, c := range v.v.Chains {
		specs[i] = kit.ChoiceSpec{Title: v.Say.T("view.chain", "end", c.End), Sentence: v.Say.T("view.chain.above", "n", c.Above)}
		if c.Own {
			specs[i].Sentence = v.Say.T("view.chain.own", "n", c.Above)
		}
		if c.InUse {
			picked = i
		}
	}
	choices := kit.NewChoices(specs, picked, func(i int) {
		v.chainsOpen, v.wrong = true, nil
		v.end(func(ctx context.Context, id string) error { return v.Desk.Exports.UseChain(ctx, id, i) }, v.load)
	})
	details := kit.NewDetails(v.Say.T("view.chains"), kit.NewColumn(8, kit.NewMuted(v.Say.T("view.chains-note")), choices)).
		OnToggle(func(open bool) { v.chainsOpen = open })
	details.SetOpen(v.chainsOpen)
	return []fyne.CanvasObject{kit.NewText(v.Say.T("view.chain-in-use", "end", v.v.Chains[picked].End)), details}
}

// issuer offers to get the certificate that is missing above this one, or may be.
func (v *View) issuer() []fyne.CanvasObject {
	switch {
	case v.whole:
		return []fyne.CanvasObject{kit.NewInfo(kit.Success, v.Say.T("handoff.issuer.whole"))}
	case v.v.Gap.Host == "":
		return nil
	}
	return show.Gap(v.Say, v.v.Gap, v.busy, func() {
		if v.busy {
			return
		}
		v.busy, v.wrong = true, nil
		v.draw()
		v.end(func(ctx context.Context, id string) error {
			added, err := v.Desk.Intake.Complete(ctx, id)
			v.scene.OnUI(func() { v.whole = err == nil && added == 0 })
			return err
		}, v.load)
	})
}

func (v *View) fields(d certificate.Description) fyne.CanvasObject {
	pair := func(label, value string) kit.Pair {
		return kit.Pair{Label: v.Say.T(label), Value: kit.NewSelectable(value)}
	}
	rows := []kit.Pair{}
	for _, f := range d.Subject {
		label := v.Say.Say(f.Label)
		if label == "" {
			label = f.Name
		}
		rows = append(rows, kit.Pair{Label: label, Value: kit.NewSelectable(f.Value)})
	}
	rows = append(rows,
		pair("view.field.serial", d.Serial), pair("view.field.key", d.Key),
		pair("view.field.signature", d.Signature), pair("view.field.fingerprint", d.SHA256),
	)
	return kit.NewPairs(rows...)
}
