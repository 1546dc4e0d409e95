package journey

import (
	"context"
	"time"

	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/ui/kit"
)

// paces are the pauses between looks from this computer while the page is open: short at first, when somebody
// has just changed something, then each minute.
var paces = []time.Duration{5 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute}

// glance looks at the names of an order from this computer, by itself and on a press.
type glance struct {
	j       *Journey
	results map[string]proof.Result
	changed func() // after each look
	line    *kit.Text
	doing   string // what is said in place of the times
	looked  time.Time
	next    time.Time
	round   int
	busy    bool
	waiting []func() // to be called after the look that runs, or the next
	again   bool     // a press came while a look ran: what it sees may be from before
}

func newGlance(j *Journey, w *watch, changed func()) *glance {
	g := &glance{j: j, results: map[string]proof.Result{}, changed: changed, line: kit.NewCaption("")}
	w.each = g.tick
	return g
}

// sees reports whether any of the tasks can be seen from here.
func (g *glance) sees(tasks []order.Task) bool {
	for _, t := range tasks {
		if i := g.j.Desk.Proofs.Instruction(t); i.Usable() && i.Kind != proof.Mail {
			return true
		}
	}
	return false
}

// soon begins the paces anew: something has changed.
func (g *glance) soon() { g.round = 0 }

// tick is called each second.
func (g *glance) tick() {
	if !g.busy && !g.next.IsZero() && !g.j.Env.Now().Before(g.next) {
		g.look(nil)
		return
	}
	g.line.SetText(g.times())
}

// look looks now; after, which may be nil, is called when the results of a look that began after this call are
// there.
func (g *glance) look(after func()) {
	j := g.j
	if after != nil {
		g.soon()
		g.waiting = append(g.waiting, after)
	}
	if g.busy {
		g.again = g.again || after != nil
		return
	}
	g.busy = true
	g.line.SetText(g.times())
	o := j.order
	calls := g.waiting
	g.waiting = nil
	kit.Do(j.scene, func(ctx context.Context) ([]proof.Result, error) {
		return j.Desk.Proofs.Look(ctx, o)
	}, func(results []proof.Result, err error) {
		g.busy = false
		now := j.Env.Now()
		if err == nil {
			for _, r := range results {
				g.results[r.Task] = r
			}
			g.looked = now
		}
		g.next = time.Time{}
		if len(results) > 0 || err != nil {
			g.next = now.Add(paces[min(g.round, len(paces)-1)])
			g.round++
		}
		g.line.SetText(g.times())
		g.changed()
		for _, call := range calls {
			call()
		}
		if g.again {
			g.again = false
			g.look(nil)
		}
	})
}

// say shows what is being done in place of the times; empty shows the times again.
func (g *glance) say(doing string) {
	g.doing = doing
	g.line.SetText(g.times())
}

func (g *glance) times() string {
	j := g.j
	switch {
	case g.doing != "":
		return g.doing
	case g.busy:
		return j.Say.T("names.looking")
	case g.looked.IsZero() || g.next.IsZero():
		return ""
	}
	now := j.Env.Now()
	return j.Say.T("names.looked", "ago", j.Say.Ago(now, g.looked), "wait", max(time.Second, g.next.Sub(now).Round(time.Second)))
}
