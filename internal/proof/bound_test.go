package proof_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"certdesk/internal/order"
	"certdesk/internal/proof"
)

// mute is a network in which nothing ever answers, except that each question ends with its context.
type mute struct{}

func (mute) Ask(ctx context.Context, _ proof.Question) (proof.Answer, error) {
	<-ctx.Done()
	return proof.Answer{}, proof.ErrSilent
}

func (mute) Fetch(ctx context.Context, _ *url.URL) (proof.Page, error) {
	<-ctx.Done()
	return proof.Page{}, ctx.Err()
}

func (mute) Second() proof.Resolver { return proof.Resolver{Name: "Other", HTTPS: true, Outside: true} }

// TestALookEnds: it takes ten seconds at the longest, however many names and whatever is silent, and ends at
// once when nobody waits for it any more.
func TestALookEnds(t *testing.T) {
	var tasks []order.Task
	for range 20 {
		tasks = append(tasks, textTask(), fileTask(), mailTask())
	}
	l := proof.Looker{Network: mute{}, Now: time.Now}
	synctest.Test(t, func(t *testing.T) {
		before := time.Now()
		r, err := l.Look(t.Context(), tasks, proof.Authority{Names: []string{"ca.example"}})
		if took := time.Since(before); err != nil || took != 10*time.Second {
			t.Errorf("it took %s: %v", took, err)
		}
		for _, one := range r {
			if one.State != proof.NoAnswer && one.State != proof.NotLooked {
				t.Errorf("got %+v", one)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		before := time.Now()
		_, err := l.Look(ctx, tasks, proof.Authority{})
		if took := time.Since(before); !errors.Is(err, context.Canceled) || took != time.Second {
			t.Errorf("it took %s: %v", took, err)
		}
	})
}

// BenchmarkLook is a full diagnosis of a name: its zone, all of its servers, two resolvers and CAA.
func BenchmarkLook(b *testing.B) {
	l := newLand(b, right)
	look := proof.Looker{Network: l.network, Now: time.Now}
	for b.Loop() {
		r, err := look.Look(b.Context(), []order.Task{textTask()}, proof.Authority{Names: []string{"ca.example"}})
		if err != nil || !r[0].OK() {
			b.Fatal(r, err)
		}
	}
}
