package install

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"regexp"
	"slices"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// nss is the stores of NSS. Their faults: InstallTools, InstallRunning, InstallPassword, InstallStore,
// InstallUnproven, Cancelled.
type nss struct{ tools Tools }

func (i nss) present() bool { return i.tools.present() }

func (i nss) install(ctx context.Context, t Target, item Item, primary secret.Value) (Placed, error) {
	if err := i.ready(t); err != nil {
		return Placed{}, err
	}
	if err := i.unlock(ctx, t, primary); err != nil {
		return Placed{}, err
	}
	before, err := i.list(ctx, t)
	if err != nil {
		return Placed{}, err
	}
	if name, alone, err := i.find(ctx, t, before, item.Leaf); err != nil || name != "" {
		if item.Begun.Pending && err == nil {
			return added(item.Begun.Were, before, name, alone), nil
		}
		return Placed{Nickname: name, Before: true}, err
	}
	were := item.Begun.Were
	if !item.Begun.Pending {
		for _, e := range before {
			were = append(were, e.name)
		}
	}
	if item.Begin != nil {
		if err := item.Begin(Placed{Pending: true, Were: were}); err != nil {
			return Placed{}, err
		}
	}
	if err := i.tools.importSealed(ctx, t.Dir, item, primary); err != nil {
		return Placed{}, failure(ctx, t, err)
	}
	after, err := i.list(ctx, t)
	if err != nil {
		return Placed{}, err
	}
	name, alone, err := i.find(ctx, t, after, item.Leaf)
	if err != nil {
		return Placed{}, err
	}
	if name == "" {
		return Placed{}, fault.New(fault.InstallUnproven, errors.New("install: the store does not show it"), "program", t.Program.Name())
	}
	return added(were, after, name, alone), nil
}

func (i nss) finish(ctx context.Context, t Target, begun Placed, leaf *x509.Certificate) (Placed, error) {
	now, err := i.list(ctx, t)
	if err != nil {
		return Placed{}, err
	}
	name, alone, err := i.find(ctx, t, now, leaf)
	if err != nil || name == "" {
		return Placed{}, err
	}
	return added(begun.Were, now, name, alone), nil
}

// added is what stands in a store now and did not before.
func added(were []string, now []entry, name string, alone bool) Placed {
	placed := Placed{Nickname: name, Shared: !alone || slices.Contains(were, name)}
	for _, e := range now {
		if e.name != name && !slices.Contains(were, e.name) {
			placed.Above = append(placed.Above, e.name)
		}
	}
	return placed
}

func (i nss) has(ctx context.Context, t Target, leaf *x509.Certificate) (bool, error) {
	if !i.tools.present() {
		return false, fault.New(fault.InstallTools, nil)
	}
	all, err := i.list(ctx, t)
	if err != nil {
		return false, err
	}
	name, _, err := i.find(ctx, t, all, leaf)
	return name != "", err
}

func (i nss) remove(ctx context.Context, t Target, p Placed, leaf *x509.Certificate, primary secret.Value) error {
	if err := i.ready(t); err != nil {
		return err
	}
	if err := i.unlock(ctx, t, primary); err != nil {
		return err
	}
	all, err := i.list(ctx, t)
	if err != nil {
		return err
	}
	name, alone, err := i.find(ctx, t, all, leaf)
	if err != nil {
		return err
	}
	if name != "" {
		if !p.Undoable() || name != p.Nickname || !alone {
			return fault.New(fault.InstallUnproven, errors.New("install: it is not ours alone"), "program", t.Program.Name())
		}
		if _, err := i.tools.certutil(ctx, t.Dir, primary, "-F", "-n", name); err != nil {
			return failure(ctx, t, err)
		}
	}
	keep, err := i.neededAbove(ctx, t, all, name, p.Above)
	if err != nil {
		return err
	}
	for _, above := range p.Above {
		if slices.Contains(keep, above) || !slices.ContainsFunc(all, func(e entry) bool { return e.name == above && !e.key }) {
			continue
		}
		if _, err := i.tools.certutil(ctx, t.Dir, primary, "-D", "-n", above); err != nil {
			return failure(ctx, t, err)
		}
	}
	still, err := i.has(ctx, t, leaf)
	if err == nil && still {
		return fault.New(fault.InstallUnproven, errors.New("install: it is still there"), "program", t.Program.Name())
	}
	return err
}

// neededAbove are those of the certificates that came with a leaf on which another one hangs, whose key is there.
func (i nss) neededAbove(ctx context.Context, t Target, all []entry, leaf string, above []string) (keep []string, err error) {
	var others []*x509.Certificate
	for _, e := range all {
		if e.key && e.name != leaf {
			others = append(others, i.named(ctx, t, e.name)...)
		}
	}
	for again := true; again && ctx.Err() == nil; {
		again = false
		for _, name := range above {
			own := i.named(ctx, t, name)
			if !slices.Contains(keep, name) && slices.ContainsFunc(own, func(c *x509.Certificate) bool { return needed(c, others) }) {
				keep, others, again = append(keep, name), append(others, own...), true
			}
		}
	}
	if ctx.Err() != nil {
		return nil, failure(ctx, t, ctx.Err())
	}
	return keep, nil
}

// named are the certificates of a name; a name that certutil can't look up, as with a colon in it, has none.
func (i nss) named(ctx context.Context, t Target, name string) (out []*x509.Certificate) {
	text, err := i.tools.certutil(ctx, t.Dir, secret.Value{}, "-L", "-a", "-n", name)
	if err != nil {
		return nil
	}
	for rest := []byte(text); ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			return out
		}
		if c, err := x509.ParseCertificate(b.Bytes); err == nil {
			out = append(out, c)
		}
	}
}

// ready refuses what would fail, or harm a store that a program has open.
func (i nss) ready(t Target) error {
	if !i.tools.present() {
		return fault.New(fault.InstallTools, nil)
	}
	if running(t) {
		return fault.New(fault.InstallRunning, nil, "program", t.Program.Name())
	}
	return nil
}

// unlock looks whether primary opens the store: the list of keys asks for it.
func (i nss) unlock(ctx context.Context, t Target, primary secret.Value) error {
	_, err := i.tools.certutil(ctx, t.Dir, primary, "-K")
	if err == nil || strings.Contains(err.Error(), "no keys found") {
		return nil
	}
	return failure(ctx, t, err)
}

// entry is a line of a store's list.
type entry struct {
	name string
	key  bool // its private key is there
}

// listed is a line of certutil -L: the name, spaces, and three groups of flags.
var listed = regexp.MustCompile(`^(.*\S)\s+([a-zA-Z]*),([a-zA-Z]*),([a-zA-Z]*)\s*$`)

func (i nss) list(ctx context.Context, t Target) ([]entry, error) {
	out, err := i.tools.certutil(ctx, t.Dir, secret.Value{}, "-L")
	if err != nil {
		return nil, failure(ctx, t, err)
	}
	var all []entry
	for line := range strings.Lines(out) {
		m := listed.FindStringSubmatch(line)
		if m != nil {
			all = append(all, entry{m[1], strings.Contains(m[2]+m[3]+m[4], "u")})
		}
	}
	return all, nil
}

// find is the name under which a certificate stands with its key, empty when it does not; alone says that no
// other certificate has the name.
func (i nss) find(ctx context.Context, t Target, all []entry, leaf *x509.Certificate) (name string, alone bool, err error) {
	for _, e := range all {
		if !e.key {
			continue
		}
		out, err := i.tools.certutil(ctx, t.Dir, secret.Value{}, "-L", "-a", "-n", e.name)
		if err != nil {
			if ctx.Err() != nil {
				return "", false, failure(ctx, t, err)
			}
			continue // a name that certutil can't look up, as with a colon in it, is not ours
		}
		found, n := false, 0
		for rest := []byte(out); ; n++ {
			var b *pem.Block
			if b, rest = pem.Decode(rest); b == nil {
				break
			}
			found = found || slices.Equal(b.Bytes, leaf.Raw)
		}
		if found {
			return e.name, n == 1, nil
		}
	}
	return "", false, nil
}

// failure says in words what NSS's programs say in codes (NSS, lib/util/SECerrs.h).
func failure(ctx context.Context, t Target, err error) error {
	var known *fault.Error
	switch said := err.Error(); {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return fault.New(fault.Cancelled, ctx.Err())
	case strings.Contains(said, "SEC_ERROR_BAD_PASSWORD"), strings.Contains(said, "Incorrect password"):
		return fault.New(fault.InstallPassword, errors.New("install: the store's password"), "program", t.Program.Name())
	}
	return fault.New(fault.InstallStore, err, "program", t.Program.Name())
}
