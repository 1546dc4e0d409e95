package desk_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/internal/fault"
)

// story is something that a customer does, in the middle of which the process dies.
type story struct {
	set    func(w *world)     // how the world is; may be nil
	before func(r *run)       // what came before, undisturbed; may be nil
	goOn   func(r *run) error // does the next thing, whatever there is, until the end
	judge  func(r *run)       // checks what must hold then
	seen   func(r *run)       // checks what must hold after every start; may be nil
	here   bool               // no seller has a part in it, so that one pass is enough
	only   string             // the moments that are worth their time; empty: all
	alone  bool               // a key may wait, known and said, until its order comes
}

// away is how long the customer stays away in the second pass.
const away = 60 * 24 * time.Hour

// tells reports whether the world has changed at a moment, or is about to. To die around a read is to die at the
// moment before it; the calls of the vault are those of the keyring inside them.
func tells(moment string) bool {
	switch name := moment[2:]; name {
	case "store.Get", "store.Due", "keyring.Get":
		return false
	default:
		return !strings.HasPrefix(name, "vault.")
	}
}

// different gives, of the moments of a story, those at which the world looks different to the next start: before each
// change, and after the last. To die after one is to die before the next, since what is in memory is gone.
func different(all []string) []int {
	var out []int
	for i, moment := range all {
		if tells(moment) && moment[0] == '>' {
			out = append(out, i+1)
		}
	}
	return append(out, len(all))
}

// open makes the world of a story, up to where it begins.
func (s story) open(t *testing.T, losing bool) (*world, *run) {
	t.Helper()
	w := newWorld(t)
	if s.set != nil {
		s.set(w)
	}
	r := w.start()
	if s.before != nil {
		must(r.Orders.Start(context.Background()))(t)
		s.before(r)
	}
	w.seller.losing = losing
	return w, r
}

// act is what the customer does in a run. An answer that is lost is asked for by another press.
func (s story) act(r *run) error {
	for presses := 0; ; presses++ {
		err := s.goOn(r)
		if !fault.Is(err, fault.ServiceCut) || presses == 9 {
			return err
		}
	}
}

func (s story) moments(t *testing.T, losing bool) []string {
	t.Helper()
	w, r := s.open(t, losing)
	w.fuse.set(0)
	must(r.Orders.Start(context.Background()))(t)
	ok(t, s.act(r))
	all := w.fuse.calls()
	s.judge(r)
	r.clean()
	r.end()
	return all
}

// atEveryMoment kills the process at each moment of a story, starts the app again, goes on, and judges. In the
// second pass the first answer to each request is lost, and 60 days go by before the next start.
func (s story) atEveryMoment(t *testing.T) {
	for name, later := range map[string]bool{"killed": false, "killed, the answer lost, 60 days later": true} {
		if later && s.here {
			continue
		}
		all := s.moments(t, later)
		for _, n := range different(all) {
			if !strings.HasSuffix(all[n-1], s.only) {
				continue
			}
			t.Run(fmt.Sprintf("%s/%03d %s", name, n, all[n-1]), func(t *testing.T) {
				t.Parallel()
				s.killed(t, n, later, nil)
			})
		}
	}
}

// killed kills the process at a moment. between is what happens before the next start; nil: nothing.
func (s story) killed(t *testing.T, n int, later bool, between func(w *world)) {
	t.Helper()
	w, r := s.open(t, later)
	w.fuse.set(n)
	if !s.ends(w, r) {
		t.Fatal("it was not killed")
	}
	s.after(t, w, r, later, between)
}

// ends lets a story run until the fuse blows; it reports whether it did.
func (s story) ends(w *world, r *run) bool {
	return w.fuse.until(func() {
		if _, err := r.Orders.Start(context.Background()); err == nil {
			_ = s.act(r)
		}
	})
}

// after starts the app again after a kill, goes on, and judges.
func (s story) after(t *testing.T, w *world, r *run, later bool, between func(w *world)) {
	t.Helper()
	w.fuse.set(0)
	w.age()
	if later {
		w.clock.advance(away)
	}
	r.end()
	if between != nil {
		between(w)
	}
	r = w.start()
	defer r.end()
	if f := must(r.Orders.Start(context.Background()))(t); len(f.Ownerless) != 0 && !s.alone {
		t.Errorf("keys without an order: %+v", f.Ownerless)
	}
	r.clean()
	if s.seen != nil {
		s.seen(r)
	}
	ok(t, s.act(r))
	s.judge(r)
	r.clean()
}

// age makes what a run has written as old as it is when another process finds it.
func (w *world) age() {
	w.t.Helper()
	for _, path := range w.halves() {
		ok(w.t, os.Chtimes(path, time.Time{}, time.Now().Add(-time.Hour)))
	}
}

// halves are the files under a temporary name, anywhere but where the store copies itself beside the work: its own
// tests look there.
func (w *world) halves() []string {
	w.t.Helper()
	var out []string
	for _, dir := range []string{w.dir, w.out} {
		ok(w.t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if e != nil && e.IsDir() && e.Name() == "copies" {
				return fs.SkipDir
			}
			if err == nil && strings.HasSuffix(path, ".part") {
				out = append(out, path)
			}
			return err
		}))
	}
	return out
}

// clean checks what must hold after every start and at every end: no record in the keyring that nothing here knows,
// no half file.
func (r *run) clean() {
	t := r.w.t
	t.Helper()
	known := must(r.store.VaultIDs(context.Background()))(t)
	for _, a := range must(r.accounts().All(context.Background()))(t) {
		known[a.SecretID] = true
	}
	for kind, ids := range r.w.ring.holds() {
		for _, id := range ids {
			if !known[id] {
				t.Errorf("a %s in the keyring that nothing here knows", kind)
			}
		}
	}
	if open := must(r.store.Unfinished(context.Background()))(t); len(open) > 0 {
		t.Errorf("files whose password nobody has seen: %+v", open)
	}
	if half := r.w.halves(); len(half) > 0 {
		t.Errorf("half files: %v", half)
	}
}
