package desk

import (
	"context"
	"time"

	"certdesk/internal/order"
	"certdesk/internal/store"
)

// slack is how far the clock may step back without meaning anything: systems set it a little all the time.
const slack = time.Minute

// fromAhead reports whether an order was asked for at a time that has not come yet: the clock was wrong then, and has
// been set back since. What was to be waited for from then on would keep the order from being asked for until the wrong
// time has come.
func fromAhead(o store.Order, now time.Time) bool {
	return o.LastLooked.After(now.Add(slack)) && o.Receipt.NextPoll.After(now)
}

// setBack has the orders that were asked for by a clock that was ahead be asked for again now.
func (r *Refresher) setBack(ctx context.Context) error {
	rows, err := r.Store.Rows(ctx)
	if err != nil {
		return err
	}
	now := r.Now()
	for _, row := range rows {
		if row.Phase != order.PhaseSent || !row.NextPoll.After(now.Add(slack)) {
			continue
		}
		o, err := r.Store.Get(ctx, row.ID)
		if err != nil || !fromAhead(o, now) {
			continue // one that can't be read is said where it is opened
		}
		if _, err := r.Store.Update(ctx, row.ID, func(o *store.Order) error {
			o.Receipt.NextPoll, o.LastLooked = now, now
			return nil
		}); err != nil {
			return err
		}
		r.changed.tell(row.ID)
	}
	return nil
}

// steppedBack reports whether the clock has been set back since it was asked last in this run.
func (r *Refresher) steppedBack() bool {
	now := r.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	back := now.Add(slack).Before(r.lastTick)
	r.lastTick = now
	return back
}
