package home

import (
	"slices"
	"strings"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// filtered gives the rows that the search finds, by their index.
func (h *Home) filtered() []int {
	words := strings.Fields(strings.ToLower(h.query))
	var out []int
	for i, text := range h.texts {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			out = append(out, i)
		}
	}
	return out
}

// groups are the headings of the list, in their order.
var groups = []string{"you", "progress", "draft", "ready", "ended"}

// group is the index of a row's heading.
func group(r desk.Row) int {
	switch r.State {
	case order.WaitingForYou:
		return 0
	case order.Sent, order.WaitingForAuthority, order.Reissuing, order.Revoking, order.Unknown:
		return 1
	case order.Draft:
		return 2
	case order.Ready:
		return 3
	case order.Revoked, order.Rejected, order.Cancelled, order.Expired, order.Lapsed, order.Failed:
		return 4
	}
	return 4
}

func (h *Home) listRows(shown []int) []kit.ListRow {
	counts := map[int]int{}
	for _, i := range shown {
		counts[group(h.rows[i])]++
	}
	out := make([]kit.ListRow, 0, len(shown)+len(groups))
	last := -1
	for _, i := range shown {
		if g := group(h.rows[i]); g != last {
			last = g
			out = append(out, kit.ListRow{Heading: true, Title: h.Say.T("home.group."+groups[g], "n", counts[g])})
		}
		out = append(out, h.listRow(i))
	}
	return out
}

// listRow puts a row into words, once.
func (h *Home) listRow(i int) kit.ListRow {
	if r := h.rows[i]; h.drawn[i].ID == "" {
		h.drawn[i] = kit.ListRow{
			ID: r.ID, Title: h.title(r), Sub: h.sub(r),
			PillKind: show.PillKind(r.State), Pill: h.pill(r.State),
		}
	}
	return h.drawn[i]
}

// pill is a state in a row, where there is room for a word or two.
func (h *Home) pill(s order.State) string {
	if s == order.WaitingForAuthority {
		return h.Say.T("home.pill.waiting_authority")
	}
	return h.Say.Say(s.Word())
}

func (h *Home) title(r desk.Row) string {
	if r.Title == "" {
		return h.Say.T("home.untitled")
	}
	if r.More > 0 {
		return h.Say.T("order.title.names", "name", i18n.Clean(r.Title, 120), "n", r.More)
	}
	return i18n.Clean(r.Title, 120)
}

func (h *Home) sub(r desk.Row) string {
	kind := h.Say.Say(order.Product{Type: r.ProductType}.Kind())
	switch {
	case r.State == order.Ready && h.near(r):
		return h.Say.T("home.sub.renew", "kind", kind, "when", i18n.Date(r.Deadline))
	case h.near(r):
		return h.Say.T("home.sub.deadline", "kind", kind, "when", i18n.Date(r.Deadline))
	case r.State == order.Ready && !r.NotAfter.IsZero():
		return h.Say.T("home.sub.expires", "kind", kind, "when", i18n.Date(r.NotAfter))
	case !r.Sent.IsZero() && activation.IsWeb(r.Service):
		return h.Say.T("home.sub.handoff", "kind", kind, "seller", r.SellerName, "ago", h.ago(r.Sent))
	case !r.Sent.IsZero():
		return h.Say.T("home.sub.sent", "kind", kind, "seller", r.SellerName, "ago", h.ago(r.Sent))
	case r.SellerName != "":
		return h.Say.T("home.sub.draft", "kind", kind, "seller", r.SellerName)
	}
	return kind
}

func (h *Home) ago(t time.Time) string { return h.Say.Ago(h.Env.Now(), t) }
