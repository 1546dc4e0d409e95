package vault

import (
	"context"
	"crypto"
	"crypto/elliptic"
	"fmt"
	"path/filepath"
	"testing"

	"certdesk/internal/atomicfile"
	"certdesk/internal/secret"
	"certdesk/internal/vault/passfile"
)

var nistP256 = elliptic.P256()

// power goes off at a point: that step is not done, or done and not answered, and nothing after it is.
type power struct {
	left int // steps until then
	done bool
	off  bool
}

// step does what changes something, as long as there is power.
func (p *power) step(do func() error) error {
	if p.off {
		return errDead
	}
	if p.left--; p.left > 0 {
		return do()
	}
	p.off = true
	if p.done {
		_ = do()
	}
	return errDead
}

// plugged is a disk, and a keyring, on that power.
type plugged struct {
	atomicfile.System
	*power
}

func (d plugged) Create(path string) (f atomicfile.File, err error) {
	err = d.step(func() error { f, err = d.System.Create(path); return err })
	if err != nil {
		return nil, err
	}
	return pluggedFile{f, d.power}, nil
}

func (d plugged) OpenAppend(path string) (f atomicfile.File, err error) {
	if d.off {
		return nil, errDead
	}
	if f, err = d.System.OpenAppend(path); err != nil {
		return nil, err
	}
	return pluggedFile{f, d.power}, nil
}

func (d plugged) Replace(from, to string) error {
	return d.step(func() error { return d.System.Replace(from, to) })
}

func (d plugged) MoveIfAbsent(from, to string) error {
	return d.step(func() error { return d.System.MoveIfAbsent(from, to) })
}

func (d plugged) Remove(path string) error {
	return d.step(func() error { return d.System.Remove(path) })
}

type pluggedFile struct {
	atomicfile.File
	*power
}

// Write leaves half of it on the disk when the power goes.
func (f pluggedFile) Write(p []byte) (n int, err error) {
	err = f.step(func() error {
		half := p
		if f.off {
			half = p[:len(p)/2]
		}
		n, err = f.File.Write(half)
		return err
	})
	return n, err
}

func (f pluggedFile) Truncate(size int64) error {
	if f.off {
		return errDead
	}
	return f.File.Truncate(size)
}

type pluggedRing struct {
	*fake
	*power
}

func (r pluggedRing) Set(id, record string) error {
	return r.step(func() error { return r.fake.Set(id, record) })
}

func (r pluggedRing) Delete(id string) error {
	return r.step(func() error { return r.fake.Delete(id) })
}

func (r pluggedRing) Get(id string) (string, error) {
	if r.off {
		return "", errDead
	}
	return r.fake.Get(id)
}

// house is a computer whose power goes off.
type house struct {
	t    *testing.T
	dir  string
	ring *fake
	keys map[string]crypto.Signer // that were said to be kept
}

func (h *house) run(p *power) *Vault {
	l, err := OpenLedger(filepath.Join(h.dir, LedgerName))
	ok(h.t, err)
	disk := plugged{power: p}
	l.disk.Device = disk
	return New(pluggedRing{h.ring, p}, l, Options{File: passfile.New(filepath.Join(h.dir, passfile.Name), passfile.Options{Work: 1, Device: disk})})
}

func (h *house) put(ctx context.Context, v *Vault, id string, key crypto.Signer) error {
	err := v.PutKey(ctx, id, "o", key, MadeHere)
	if err == nil {
		h.keys[id] = key
	}
	return err
}

// TestThePowerGoesOffAtAnyPoint of a life with a passphrase file: chosen, filled, its passphrase changed, given up for
// the keyring, and chosen again. Each key that was said to be kept is there afterwards, and what is in the keyring is
// known. What was under way can be done to its end.
func TestThePowerGoesOffAtAnyPoint(t *testing.T) {
	keys := []crypto.Signer{mustEC(nistP256), mustEC(nistP256), mustEC(nistP256)}
	life := func(ctx context.Context, h *house, v *Vault) error {
		return first(
			func() error { return h.put(ctx, v, "in-keyring", keys[0]) },
			func() error { _, err := v.ToFile(ctx, phrase); return err },
			func() error { return h.put(ctx, v, "in-file", keys[1]) },
			func() error { return v.ChangePassphrase(ctx, phrase, another) },
			func() error { return h.put(ctx, v, "later", keys[2]) },
			func() error { _, err := v.ToKeyring(ctx); return err },
			func() error { return v.UseFile(ctx, phrase) },
			func() error { return h.put(ctx, v, "again", keys[0]) },
		)
	}
	points := 0
	for _, done := range []bool{false, true} {
		for at := 1; ; at++ {
			h := &house{t: t, dir: t.TempDir(), ring: &fake{}, keys: map[string]crypto.Signer{}}
			p := &power{left: at, done: done}
			err := life(t.Context(), h, h.run(p))
			if err == nil && !p.off {
				break
			}
			points++
			h.afterwards(fmt.Sprintf("point %d, done %v", at, done))
			if t.Failed() {
				return
			}
		}
	}
	if points < 80 {
		t.Errorf("only %d points: what is not counted is not tried", points)
	}
}

func first(steps ...func() error) error {
	for _, do := range steps {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// afterwards looks at what a power cut has left.
func (h *house) afterwards(when string) {
	h.t.Helper()
	ctx := h.t.Context()
	_, err := atomicfile.Sweep(h.dir)
	ok(h.t, err)
	v := h.run(&power{left: 1 << 30})
	c := &customer{choose: func() error { return errDead }}
	c.unlock = func() error {
		for _, p := range []secret.Value{phrase, another} {
			if v.Unlock(p) == nil {
				return nil
			}
		}
		return errDead
	}
	v.Attend(c)
	if v.Places().There {
		ok(h.t, c.unlock())
	}
	known := func(id string) bool { return h.keys[id] != nil }
	if f, err := v.Reconcile(ctx, known); err != nil || len(f.Missing) > 0 {
		h.t.Errorf("%s: reconciling: %+v %v", when, f, err)
	}
	h.keep(when, v)
	if n, err := v.ToKeyring(ctx); v.Places().There || v.Places().InFile {
		h.t.Errorf("%s: moving on: %d %v", when, n, err)
	}
	h.keep(when+", moved", v)
	for id := range h.ring.records {
		if _, ok := v.ledger.Entry(id); !ok && id != probeID {
			h.t.Errorf("%s: the keyring has %s, which nobody knows of", when, id)
		}
	}
}

// keep asserts that each key that was said to be kept is there.
func (h *house) keep(when string, v *Vault) {
	h.t.Helper()
	for id, want := range h.keys {
		got, _, err := v.Key(h.t.Context(), id)
		if err != nil || !want.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(got.Public()) {
			h.t.Errorf("%s: %s: %v", when, id, err)
		}
	}
}
