package desk

import (
	"context"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// unsuggested is when a seller is asked again that did not answer.
const unsuggested = 6 * time.Hour

// Suggest asks sellers when certificates are best renewed, each as often as its seller wants: a certificate
// authority may want it sooner than it had said, because something was wrong. Nothing secret is needed for that, so
// the keyring is not asked. It concerns orders whose seller has made a suggestion before.
func (r *Refresher) Suggest(ctx context.Context) {
	r.suggesting.Lock()
	defer r.suggesting.Unlock()
	now := r.Now()
	if now.Before(r.nextSuggestion) {
		return
	}
	rows, err := r.Store.Rows(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.core.failed("finding renewals", "", err)
		}
		return
	}
	r.nextSuggestion = now.Add(unsuggested)
	for _, row := range rows {
		if row.Phase != order.PhaseReady || row.Deadline.IsZero() || ctx.Err() != nil {
			continue
		}
		wait := unsuggested
		if at, ok := r.suggestions[row.ID]; ok && now.Before(at) {
			wait = at.Sub(now)
		} else if wait, err = r.suggest(ctx, row.ID); err != nil && ctx.Err() == nil {
			r.core.failed("asking when to renew", row.ID, err)
		}
		if r.suggestions == nil {
			r.suggestions = map[string]time.Time{}
		}
		r.suggestions[row.ID] = now.Add(wait)
		if next := now.Add(wait); next.Before(r.nextSuggestion) {
			r.nextSuggestion = next
		}
	}
}

func (r *Refresher) suggest(ctx context.Context, id string) (time.Duration, error) {
	o, err := r.Store.Get(ctx, id)
	if err != nil {
		return unsuggested, err
	}
	s, err := r.Sellers(o.Service)
	if err != nil {
		return unsuggested, err
	}
	suggester, ok := s.(seller.Suggester)
	if !ok {
		return unsuggested, nil
	}
	certs, err := r.Store.Certificates(ctx, id)
	if err != nil {
		return unsuggested, err
	}
	current, ok := currentOf(certs)
	if !ok {
		return unsuggested, nil
	}
	leaf, _, err := parsed(current)
	if err != nil {
		return unsuggested, err
	}
	got, wait, err := suggester.Renewal(ctx, o.Receipt, leaf)
	if err != nil || got == nil {
		return max(wait, time.Minute), err
	}
	return max(wait, time.Minute), r.suggested(ctx, id, *got)
}

// suggested writes a suggestion into its order, where it is another one.
func (r *Refresher) suggested(ctx context.Context, id string, got order.Renewal) error {
	changed := false
	_, err := r.Store.Update(ctx, id, func(o *store.Order) error {
		changed = o.Phase == order.PhaseReady && o.Snapshot != nil && o.Snapshot.Renewal != nil &&
			(!o.Snapshot.Renewal.From.Equal(got.From) || !o.Snapshot.Renewal.Until.Equal(got.Until))
		if changed {
			o.Snapshot.Renewal = &got
		}
		return nil
	})
	if err != nil {
		return fault.Of(err)
	}
	if changed {
		r.changed.tell(id)
	}
	return nil
}
