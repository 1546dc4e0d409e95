// Package show turns what the desk knows into controls that several screens share: a failure, a pill, a
// timeline, messages.
package show

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
)

// Failure is a fault in the words of a failure screen. With again, which may be nil, its button tries once
// more where that can help.
func Failure(say *i18n.Printer, f *fault.Error, again func()) kit.FailureSpec {
	spec := kit.FailureSpec{
		Saw: say.Say(f.Saw()), Means: say.Say(f.Means()), Do: say.Say(f.Do()),
		Details: details(say, f), Said: said(say, f),
	}
	if again != nil && (f.Action == fault.Retry || f.Action == fault.NoAction) {
		spec.Primary = kit.NewButton(say.T("action.retry"), kit.Primary, again)
	}
	if again != nil && f.Action == fault.ChoosePlace { // the same again leads to the choice
		spec.Primary = kit.NewButton(say.T("action.choose_place"), kit.Primary, again)
	}
	return spec
}

// supportID is what a service's name for a failure may be made of: it goes to support, and a service could put
// anything there.
var supportID = regexp.MustCompile(`^[A-Za-z0-9._:#-]{1,80}$`)

// details is what may be handed to support: the code, and what the service calls this failure.
func details(say *i18n.Printer, f *fault.Error) string {
	text := say.T("failure.code", "code", string(f.Code))
	if supportID.MatchString(f.SupportID) {
		text += "\n" + say.T("failure.support-id", "id", f.SupportID)
	}
	return text
}

// said is what the service says, which may hold names and addresses.
func said(say *i18n.Printer, f *fault.Error) string {
	if f.Detail == "" {
		return ""
	}
	return say.T("failure.detail", "text", f.Detail)
}

// Finding is a fault as a soft box under the thing that it is about.
func Finding(say *i18n.Printer, f *fault.Error) *kit.Finding {
	return kit.NewFinding(kit.Danger, say.Say(f.Saw()), say.Say(f.Do()))
}

// Kept is a fault that the store kept with an order.
func Kept(f *store.Fault) *fault.Error {
	if f == nil {
		return nil
	}
	e := fault.New(fault.Code(f.Code), nil)
	e.Args = f.Args
	return e
}

// PillKind is the colour of an order's state.
func PillKind(s order.State) kit.Kind {
	switch s {
	case order.WaitingForYou:
		return kit.Warning
	case order.Ready:
		return kit.Success
	case order.Sent, order.WaitingForAuthority, order.Reissuing, order.Revoking:
		return kit.Info
	case order.Rejected, order.Failed, order.Revoked:
		return kit.Danger
	case order.Draft, order.Cancelled, order.Expired, order.Lapsed, order.Unknown:
		return kit.Neutral
	}
	return kit.Neutral
}

// Timeline is what has happened to an order and what comes next; nil when nothing is known.
func Timeline(say *i18n.Printer, now time.Time, o store.Order, own []store.Entry) *kit.Timeline {
	story := append([]store.Entry(nil), own...)
	for _, e := range events(o.Snapshot) {
		story = append(story, store.Entry{At: e.At, Message: i18n.M(eventID(e.Event))})
	}
	slices.SortStableFunc(story, func(a, b store.Entry) int { return a.At.Compare(b.At) })
	var rows []kit.TimelineRow
	for _, e := range story {
		row := kit.TimelineRow{Kind: kit.Success, When: when(say, now, e.At), What: say.Say(e.Message)}
		if n := len(rows); n == 0 || rows[n-1] != row { // each of several names is proved, and no event says which
			rows = append(rows, row)
		}
	}
	if next := Next(say, o); next != "" {
		rows = append(rows, kit.TimelineRow{Kind: kit.Warning, When: say.T("story.now"), What: next, Current: true})
	}
	if len(rows) == 0 {
		return nil
	}
	return kit.NewTimeline(rows)
}

func events(s *order.Snapshot) []order.Event {
	if s == nil {
		return nil
	}
	var out []order.Event
	for _, e := range s.Timeline {
		// The rest stands in the order's own timeline already, or has no words.
		if eventID(e.Event) != "" {
			out = append(out, e)
		}
	}
	return out
}

// eventID is the text of a service's event, empty for those that this app has no words for.
func eventID(event string) string {
	switch event {
	case "mail_sent", "mailbox_confirmed", "name_proved", "document_received", "call_made", "organization_checked",
		"approved", "paid", "changed", "rejected", "cancelled", "lapsed", "failed", "revoked":
		return "story." + event
	}
	return ""
}

func when(say *i18n.Printer, now, at time.Time) string {
	if now.Sub(at) < 12*time.Hour && at.Local().Day() == now.Local().Day() {
		return say.Time(at)
	}
	return say.Date(at)
}

// Next is what an order waits for, in a line; empty when nothing is outstanding.
func Next(say *i18n.Printer, o store.Order) string {
	if o.Phase == order.PhaseSubmitting && o.Licence.Web {
		return say.T("next.web_handoff")
	}
	if o.Phase == order.PhaseSubmitting {
		return say.T("next.submitting")
	}
	if o.Snapshot == nil || o.Phase == order.PhaseReady || o.Phase == order.PhaseEnded {
		return ""
	}
	if t, ok := o.Snapshot.NextTask(); ok {
		return say.T("next."+string(taskWord(t.Kind)), "target", target(t))
	}
	return say.T("next.authority")
}

// taskWord folds kinds of task that a later service invents into one that has words.
func taskWord(k order.TaskKind) order.TaskKind {
	switch k {
	case order.ProveName, order.ConfirmMailbox, order.Document, order.PhoneCall, order.OrganizationCheck,
		order.Approval, order.Payment, order.QualityReview, order.Agreement, order.WebHandoff:
		return k
	default:
		return "other"
	}
}

// Messages are the messages of the certificate authority and the seller, newest first.
func Messages(say *i18n.Printer, s *order.Snapshot) []fyne.CanvasObject {
	if s == nil || len(s.Messages) == 0 {
		return nil
	}
	rows := []fyne.CanvasObject{kit.NewHeading(say.T("messages.title"))}
	newest := slices.Clone(s.Messages)
	slices.Reverse(newest) // of two at the same time the later one in the list
	slices.SortStableFunc(newest, func(a, b order.Message) int { return b.At.Compare(a.At) })
	for _, m := range newest[:min(len(newest), maxMessages)] {
		rows = append(rows, kit.NewColumn(2,
			kit.NewBold(i18n.Clean(m.Subject, 120)),
			kit.NewCaption(say.T("messages.from", "from", m.From, "when", m.At)),
			kit.NewText(i18n.Clean(m.Text, 4000)),
		))
	}
	if more := len(newest) - maxMessages; more > 0 {
		rows = append(rows, kit.NewMuted(say.T("messages.more", "n", more)))
	}
	return []fyne.CanvasObject{kit.NewCard(rows...)}
}

// maxMessages is how many messages are shown: a screen of thousands would stand still.
const maxMessages = 25

// Support is how a seller is reached, as lines; empty when it did not say.
func Support(all []seller.Support) []string {
	var lines []string
	for _, s := range all {
		for _, v := range []string{s.Phone, s.Email, s.URL} {
			if v != "" && !strings.HasPrefix(v, "http://") { // a test service's own port is gone with its run
				lines = append(lines, i18n.Clean(v, 120))
			}
		}
	}
	return lines
}

// Reach says how a seller is reached; nothing where it did not say.
func Reach(say *i18n.Printer, name string, all []seller.Support) []fyne.CanvasObject {
	lines := Support(all)
	if len(lines) == 0 {
		return nil
	}
	return []fyne.CanvasObject{kit.NewText(say.T("licence.reach", "seller", name, "lines", lines))}
}

// Host is the host of an address, for showing; what is no address is nothing.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
