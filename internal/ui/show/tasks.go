package show

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
)

// Standing says what a sent order waits for, at whom, since when, and how long it usually takes.
func Standing(say *i18n.Printer, now time.Time, o store.Order) []fyne.CanvasObject {
	if o.Snapshot == nil {
		usual := o.Licence.Product.UsualTime()
		if usual.IsZero() {
			return nil
		}
		return []fyne.CanvasObject{kit.NewText(say.Say(usual))}
	}
	var whoms []string
	for _, w := range o.Snapshot.Whoms() {
		whoms = append(whoms, say.Say(w.Word()))
	}
	since := o.Snapshot.Since(o.Sent, now)
	rows := []kit.Pair{
		{Label: say.T("standing.for"), Value: kit.NewText(waitsFor(say, o.Snapshot))},
		{Label: say.T("standing.at"), Value: kit.NewText(say.List(whoms))},
		{Label: say.T("standing.since"), Value: kit.NewText(say.DateTime(since))},
	}
	if usual := o.Snapshot.Usual(o.Licence.Product, now); !usual.IsZero() {
		rows = append(rows, kit.Pair{Label: say.T("standing.usual"), Value: kit.NewText(say.Say(usual))})
	}
	return []fyne.CanvasObject{kit.NewPairs(rows...)}
}

// waitsFor are the kinds of what an order waits for, each once.
func waitsFor(say *i18n.Printer, s *order.Snapshot) string {
	var words []string
	seen := map[string]bool{}
	for _, t := range s.Waiting() {
		if w := say.Say(t.Kind.Word()); !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return say.T("standing.issue")
	}
	return say.List(words)
}

// TaskHead is what a task is, and where it stands.
func TaskHead(say *i18n.Printer, t order.Task) fyne.CanvasObject {
	kind, word := taskPill(t)
	return kit.NewSidesTop(kit.NewHeading(say.Say(t.Kind.Word())), kit.NewPill(kind, say.T(word)))
}

// taskPill is the state of a task as a pill: at whom it lies, or how it ended.
func taskPill(t order.Task) (kit.Kind, string) {
	switch t.State {
	case order.TaskDone:
		return kit.Success, "task.pill.done"
	case order.TaskExpired:
		return kit.Neutral, "task.pill.expired"
	case order.TaskFailed:
		return kit.Danger, "task.pill.failed"
	case order.TaskSubmitted:
		return kit.Info, "task.pill.submitted"
	case order.TaskOpen:
	}
	switch t.At() {
	case order.AtCustomer:
		return kit.Warning, "task.pill.customer"
	case order.AtApprover:
		return kit.Info, "task.pill.approver"
	case order.AtSeller:
		return kit.Info, "task.pill.seller"
	case order.AtAuthority:
	}
	return kit.Info, "task.pill.authority"
}

// TaskText says what a task that is waited for is about, what was seen last, and until when it can be done.
func TaskText(say *i18n.Printer, seller string, t order.Task) []fyne.CanvasObject {
	id := "task." + string(taskWord(t.Kind))
	if t.State == order.TaskSubmitted {
		id += ".submitted"
	}
	i := t.Instruction
	out := []fyne.CanvasObject{kit.NewText(say.T(id, "target", target(t), "seller", seller))}
	add := func(objs ...fyne.CanvasObject) { out = append(out, objs...) }
	var rows []kit.Pair
	pair := func(label, value string) {
		if value != "" {
			rows = append(rows, kit.Pair{Label: say.T(label), Value: kit.NewText(outside(value))})
		}
	}
	switch t.Kind {
	case order.PhoneCall:
		if i.Phone != "" {
			pair("task.phone", order.ShownPhone(i.Phone, ""))
		}
		pair("task.hours", i.Hours)
	case order.Approval:
		pair("task.approver", first(i.Email, t.Target))
	case order.OrganizationCheck:
		pair("task.organization", t.Target)
	case order.Document:
		if i.Send == "post" {
			add(Postal(say, i.Address)...)
		}
		if i.Send == "email" {
			pair("task.send-to", i.Email)
		}
	case order.ProveName, order.ConfirmMailbox, order.Payment, order.QualityReview, order.Agreement, order.WebHandoff:
	}
	if t.Expires != nil && t.At() == order.AtCustomer {
		rows = append(rows, kit.Pair{Label: say.T("task.until"), Value: kit.NewText(say.Date(*t.Expires))})
	}
	if len(rows) > 0 {
		add(kit.NewPairs(rows...))
	}
	if r := t.LastResult; r != nil && (r.Detail != "" || t.State == order.TaskFailed) {
		add(kit.NewFinding(kit.Warning, say.T("task.last", "when", r.At), outside(r.Detail)))
	}
	return out
}

// Postal is an address as it stands on an envelope; nothing without one.
func Postal(say *i18n.Printer, a *order.Address) []fyne.CanvasObject {
	lines := PostalLines(say, a)
	if len(lines) == 0 {
		return nil
	}
	objs := make([]fyne.CanvasObject, len(lines))
	for i, l := range lines {
		objs[i] = kit.NewText(l)
	}
	return []fyne.CanvasObject{kit.NewPairs(kit.Pair{Label: say.T("task.post-to"), Value: kit.NewColumn(0, objs...)})}
}

// PostalLines are the lines of an address as they stand on an envelope.
func PostalLines(say *i18n.Printer, a *order.Address) []string {
	if a == nil {
		return nil
	}
	var lines []string
	add := func(s string) {
		if s = i18n.Clean(s, 120); s != "" {
			lines = append(lines, s)
		}
	}
	for _, l := range a.Lines {
		add(l)
	}
	place := a.PostalCode
	if place != "" && a.Locality != "" {
		place += " "
	}
	add(place + a.Locality)
	add(a.Region)
	if a.Country != "" {
		add(say.Say(order.Country(a.Country)))
	}
	return lines
}

// TasksOver lists the tasks that nothing waits for any more, a line each; nil without one.
func TasksOver(say *i18n.Printer, s *order.Snapshot) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, t := range s.Tasks {
		if t.Waits() {
			continue
		}
		rows = append(rows, TaskLine(say, t))
	}
	if len(rows) == 0 {
		return nil
	}
	return kit.NewCard(append([]fyne.CanvasObject{kit.NewHeading(say.T("task.over"))}, rows...)...)
}

// TaskLine is a task in a line, with its state.
func TaskLine(say *i18n.Printer, t order.Task) fyne.CanvasObject {
	kind, word := taskPill(t)
	text := say.Say(t.Kind.Word())
	if target := lineTarget(t); target != "" {
		text = say.T("task.line", "what", t.Kind.Word(), "target", target)
	}
	return kit.NewSidesTop(kit.NewText(text), kit.NewPill(kind, say.T(word)))
}

// lineTarget is what a task is about, where that is a name that says something.
func lineTarget(t order.Task) string {
	switch t.Kind {
	case order.ProveName, order.ConfirmMailbox, order.Approval, order.OrganizationCheck, order.PhoneCall:
		return target(t)
	default:
		return ""
	}
}

// target is what a task is about, as people read it.
func target(t order.Task) string {
	if t.Kind == order.ProveName {
		return Name(t.Target)
	}
	return outside(t.Target)
}

// Name is a name as people read it, a wildcard with its star.
func Name(name string) string {
	bare, wild := strings.CutPrefix(name, "*.")
	if d, wrong := order.ParseDomain(bare); wrong == "" {
		bare = d.Display
	}
	if wild {
		return "*." + bare
	}
	return i18n.Clean(bare, 260)
}

// EndWord is the middle of the texts about how an order ended.
func EndWord(s order.State) string {
	switch s {
	case order.Rejected, order.Cancelled, order.Lapsed, order.Failed:
		return string(s)
	default:
		return "other"
	}
}

// AccountEnd is the text about what it means that an order of an account with a certificate authority ended so.
func AccountEnd(word string) string {
	if word == string(order.Failed) || word == "other" {
		return "acme.end.means"
	}
	return "end." + word + ".means"
}

func outside(text string) string { return i18n.Clean(text, 400) }

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
