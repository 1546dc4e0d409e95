package install

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// Container is where Windows keeps a key: its name there, and the provider that keeps it.
type Container struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	Type     uint32 `json:"type,omitempty"` // of a provider of the older kind; 0 for one of CNG
	Flags    uint32 `json:"flags,omitempty"`
}

// The stores that are used. ROOT, which says who is trusted, is not among them.
const (
	personal     = "MY"
	intermediate = "CA"
)

// userStore is what is needed of Windows: certificates of this user, and keys. Its errors are winCodes.
type userStore interface {
	// all gives the certificates of a store.
	all(store string) ([][]byte, error)
	// key says where the key of a certificate in MY is, nil for nowhere, and whether it is there and its own.
	key(der []byte) (at *Container, fits bool, err error)
	// open reads a PKCS #12 file, whose key is in a container from then on.
	open(sealed []byte, password secret.Value, exportable bool) (openedFile, error)
	// add puts a certificate without a key into a store; one that is there already stays as it is.
	add(store string, der []byte) error
	// remove takes a certificate out of a store, but not its key.
	remove(store string, der []byte) error
	// deleteKey deletes a container with its key; one that is gone is no error.
	deleteKey(Container) error
}

// openedFile is a PKCS #12 file that Windows has read.
type openedFile interface {
	// keys are the containers that were made for it.
	keys() []Container
	// place puts the certificate, named and tied to its key, into MY.
	place(der []byte, name string) error
	close()
}

// winCode is an error of Windows. 0: it failed, and did not say why.
type winCode uint32

// Error is for error.
func (c winCode) Error() string { return fmt.Sprintf("Windows 0x%08X", uint32(c)) }

// Codes of Windows that have a meaning here (winerror.h).
const (
	winAccessDenied    winCode = 5
	winNotSupported    winCode = 50
	winPassword        winCode = 86
	winParameter       winCode = 87
	winCancelled       winCode = 1223
	winDeniedHere      winCode = 0x80070005 // E_ACCESSDENIED
	winBadFlags        winCode = 0x80090009 // NTE_BAD_FLAGS
	winKeyExists       winCode = 0x8009000F // NTE_EXISTS
	winKeyDenied       winCode = 0x80090010 // NTE_PERM
	winKeyNotFound     winCode = 0x80090011 // NTE_NOT_FOUND
	winNoKeyset        winCode = 0x80090016 // NTE_BAD_KEYSET
	winKeysetUndefined winCode = 0x80090019 // NTE_KEYSET_NOT_DEF
)

// userCertificates is the user's store of Windows.
type userCertificates struct{ store userStore }

func (w userCertificates) present() bool { return w.store != nil }

func (w userCertificates) ready(ctx context.Context) error {
	if w.store == nil {
		return fault.New(fault.InstallMissing, errors.New("install: not Windows"), "program", Windows.Name())
	}
	return ended(ctx)
}

func (w userCertificates) install(ctx context.Context, t Target, item Item, _ secret.Value) (Placed, error) {
	if err := w.ready(ctx); err != nil {
		return Placed{}, err
	}
	mine, err := w.parsed(personal)
	if err != nil {
		return Placed{}, windowsFault(err)
	}
	above, err := w.parsed(intermediate)
	if err != nil {
		return Placed{}, windowsFault(err)
	}
	name := cmp.Or(item.Name, fingerprint(item.Leaf.Raw))
	switch fits, err := w.has(ctx, t, item.Leaf); {
	case err != nil:
		return Placed{}, err
	case fits && item.Begun.Pending:
		return w.finish(ctx, t, item.Begun, item.Leaf)
	case fits:
		return Placed{Nickname: name, Before: true}, nil
	}
	placed := item.planned(name, slices.ContainsFunc(mine, item.Leaf.Equal), func(c *x509.Certificate) bool { return slices.ContainsFunc(above, c.Equal) })
	if err := item.begin(placed); err != nil {
		return Placed{}, err
	}
	placed.Pending = false
	if err = w.putProven(ctx, t, item, &placed); err != nil {
		return Placed{}, windowsFault(err)
	}
	return placed, nil
}

// putProven puts it there, looks whether it is, and undoes what failed halfway.
func (w userCertificates) putProven(ctx context.Context, t Target, item Item, placed *Placed) error {
	file, err := w.store.open(item.Sealed, item.Password, item.Exportable)
	if err != nil {
		return errors.Join(err, item.begin(Placed{}))
	}
	defer file.close()
	err = w.put(file, item, placed)
	if err == nil {
		err = w.proven(ctx, t, item.Leaf)
	}
	if err == nil {
		return nil
	}
	back := w.takeBack(file, item.Leaf, *placed)
	if back == nil {
		back = item.begin(Placed{})
	}
	return errors.Join(err, back)
}

// put puts leaf and certificates above it into their stores.
func (w userCertificates) put(file openedFile, item Item, placed *Placed) error {
	keys := file.keys()
	if len(keys) != 1 {
		return fault.New(fault.InstallRefused, fmt.Errorf("install: %d keys of one file", len(keys)), "program", Windows.Name())
	}
	placed.Key = &keys[0]
	if placed.Bare { // it comes again, with its key
		if err := w.store.remove(personal, item.Leaf.Raw); err != nil {
			return err
		}
	}
	if err := file.place(item.Leaf.Raw, item.Name); err != nil {
		return err
	}
	for _, above := range item.between() {
		if !slices.Contains(placed.Above, fingerprint(above.Raw)) {
			continue
		}
		if err := w.store.add(intermediate, above.Raw); err != nil {
			return err
		}
	}
	return nil
}

func (w userCertificates) finish(ctx context.Context, t Target, begun Placed, leaf *x509.Certificate) (Placed, error) {
	fits, err := w.has(ctx, t, leaf)
	if err != nil || !fits {
		return Placed{}, err
	}
	begun.Pending = false
	begun.Key, _, err = w.store.key(leaf.Raw)
	return begun, windowsFault(err)
}

func (w userCertificates) proven(ctx context.Context, t Target, leaf *x509.Certificate) error {
	fits, err := w.has(context.WithoutCancel(ctx), t, leaf)
	if err == nil && !fits {
		return fault.New(fault.InstallUnproven, errors.New("install: the store does not show it"), "program", Windows.Name())
	}
	return err
}

// takeBack undoes an installation that failed halfway: every key that was made for the file goes.
func (w userCertificates) takeBack(file openedFile, leaf *x509.Certificate, placed Placed) error {
	err := w.takeOut(leaf, placed)
	for _, key := range file.keys() {
		err = errors.Join(err, w.store.deleteKey(key))
	}
	return err
}

// takeOut takes out of the stores what stands in placed.
func (w userCertificates) takeOut(leaf *x509.Certificate, placed Placed) error {
	there, err := w.contains(leaf.Raw)
	if err == nil && there {
		err = w.store.remove(personal, leaf.Raw)
	}
	if err == nil && placed.Key != nil {
		err = w.store.deleteKey(*placed.Key)
	}
	if err == nil && placed.Bare {
		err = w.store.add(personal, leaf.Raw)
	}
	if err != nil || len(placed.Above) == 0 {
		return err
	}
	mine, err := w.parsed(personal)
	if err != nil {
		return err
	}
	mine = slices.DeleteFunc(mine, leaf.Equal) // it was there without them
	others, err := w.parsed(intermediate)
	if err != nil {
		return err
	}
	// The one that signed the leaf comes first; the one above it is needed by nobody once that has gone.
	for _, id := range placed.Above {
		at := slices.IndexFunc(others, func(c *x509.Certificate) bool { return fingerprint(c.Raw) == id })
		if at < 0 || needed(others[at], mine) || needed(others[at], others) {
			continue
		}
		if err := w.store.remove(intermediate, others[at].Raw); err != nil {
			return err
		}
		others = slices.Delete(others, at, at+1)
	}
	return nil
}

func (w userCertificates) has(ctx context.Context, _ Target, leaf *x509.Certificate) (bool, error) {
	if err := w.ready(ctx); err != nil {
		return false, err
	}
	there, err := w.contains(leaf.Raw)
	if err != nil || !there {
		return false, windowsFault(err)
	}
	_, fits, err := w.store.key(leaf.Raw)
	return fits && err == nil, windowsFault(err)
}

func (w userCertificates) remove(ctx context.Context, t Target, p Placed, leaf *x509.Certificate, _ secret.Value) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	there, err := w.contains(leaf.Raw)
	if err != nil {
		return windowsFault(err)
	}
	if there {
		at, _, err := w.store.key(leaf.Raw)
		switch {
		case err != nil:
			return windowsFault(err)
		case !p.Undoable(), at != nil && (p.Key == nil || at.Name != p.Key.Name):
			return fault.New(fault.InstallUnproven, errors.New("install: it is not ours"), "program", t.Program.Name())
		}
	}
	if err := w.takeOut(leaf, p); err != nil {
		return windowsFault(err)
	}
	still, err := w.contains(leaf.Raw)
	if err == nil && still && !p.Bare {
		return fault.New(fault.InstallUnproven, errors.New("install: it is still there"), "program", t.Program.Name())
	}
	return windowsFault(err)
}

// contains reports whether a certificate is in the personal store.
func (w userCertificates) contains(der []byte) (bool, error) {
	all, err := w.store.all(personal)
	return slices.ContainsFunc(all, func(c []byte) bool { return bytes.Equal(c, der) }), err
}

// parsed are the certificates of a store; those that nobody can read are left out.
func (w userCertificates) parsed(store string) ([]*x509.Certificate, error) {
	all, err := w.store.all(store)
	var out []*x509.Certificate
	for _, der := range all {
		if c, err := x509.ParseCertificate(der); err == nil {
			out = append(out, c)
		}
	}
	return out, err
}

// windowsFault says in words what Windows says in codes. "Wrong password" is never a wrong one here, where
// Certdesk made it: it is an encryption or a kind of key that this Windows does not know.
func windowsFault(err error) error {
	if err == nil {
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) {
		return known
	}
	code := fault.InstallRefused
	var said winCode
	if errors.As(err, &said) {
		switch said {
		case winAccessDenied, winDeniedHere, winKeyDenied, winCancelled:
			code = fault.InstallDenied
		case winKeyExists:
			code = fault.InstallKeyThere
		default:
		}
	}
	return fault.New(code, err, "program", Windows.Name())
}
