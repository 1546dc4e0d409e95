// Package install puts a certificate with its key where the programs of this computer look for it: stores of
// Mozilla's NSS (Thunderbird, Firefox, and Chrome on Linux), the user's store of Windows, the login keychain of
// macOS.
//
// It works on stores that it finds. Those of NSS it touches never while their program runs, and through NSS's own
// programs certutil and pk12util; Windows' by its functions; the keychain through Apple's program security.
// Programs are called with a list of arguments, never by a shell. No password is ever an argument or in a file: it
// goes through a pipe. Nothing is ever made trusted: certificates above the leaf go in without trust, and roots not
// at all.
package install

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// Item is what is installed.
type Item struct {
	// Sealed is a PKCS #12 file of leaf and key, made for this. For a store of NSS it holds the chain as well,
	// in the newer encryption; for one of the system ([Program.System]) it is in the older.
	Sealed   []byte
	Password secret.Value // of Sealed
	Leaf     *x509.Certificate
	// Above are the certificates above the leaf, for a store of the system.
	Above []*x509.Certificate
	// Name is what the certificate is called there, where the system shows one.
	Name string
	// Exportable: others may take the key out of a store of the system again.
	Exportable bool
	// Begin, if set, is told before anything is added to a store, so that it can be kept: what a crash leaves there
	// is known to be ours by it. Its error stops the installation. It is told the zero Placed when an installation
	// in a store of the system has failed, and everything is as it was.
	Begin func(Placed) error
	// Begun is what Begin of an earlier installation was told that has not come to its end; the zero Placed: none.
	Begun Placed
}

// Placed is what an installation has added to a store.
type Placed struct {
	Nickname string   `json:"nickname"`         // of the leaf
	Above    []string `json:"above,omitempty"`  // the certificates above it that were not there before: nicknames, or SHA-256
	Before   bool     `json:"before,omitempty"` // it was there already, and was not added
	// Shared: NSS gives certificates of one subject one name, so that ours can't be told from an older one by
	// it, and must not be taken out by it.
	Shared bool `json:"shared,omitempty"`
	// Bare: the certificate itself was there before, without its key.
	Bare bool `json:"bare,omitempty"`
	// Key is where Windows keeps the key that was added.
	Key *Container `json:"key,omitempty"`
	// Pending: the installation was begun and has not come to its end; Were are the names that were there before it
	// (NSS), and Above is what is to be added (the system).
	Pending bool     `json:"pending,omitempty"`
	Were    []string `json:"were,omitempty"`
}

// Undoable reports whether [Installer.Remove] takes it out again.
func (p Placed) Undoable() bool { return !p.Pending && !p.Before && !p.Shared && p.Nickname != "" }

// Installer installs. The zero Installer uses the programs and stores of the system.
type Installer struct {
	Tools    Tools
	Keychain Keychain
	windows  userStore // nil: that of this account
}

// keeper is a kind of store.
type keeper interface {
	present() bool
	install(ctx context.Context, t Target, item Item, primary secret.Value) (Placed, error)
	finish(ctx context.Context, t Target, begun Placed, leaf *x509.Certificate) (Placed, error)
	has(ctx context.Context, t Target, leaf *x509.Certificate) (bool, error)
	remove(ctx context.Context, t Target, p Placed, leaf *x509.Certificate, primary secret.Value) error
}

func (i Installer) keeper(p Program) keeper {
	switch p {
	case Windows:
		if i.windows == nil {
			return userCertificates{systemStore()}
		}
		return userCertificates{i.windows}
	case MacOS:
		return i.Keychain
	default:
		return nss{i.Tools}
	}
}

// Present reports whether what is needed to put a certificate into a program is on this computer.
func (i Installer) Present(p Program) bool { return i.keeper(p).present() }

// Install puts an item into a target's store, looks whether it is there, and says what was added. primary is
// the password of a store of NSS, empty when it has none.
//
// Its errors are faults. Of NSS: InstallTools, InstallRunning, InstallPassword (the store has a password, and
// primary is not it), InstallStore (it can't be opened or written). Of the system: InstallMissing, InstallDenied,
// InstallLocked, InstallRefused, InstallKeyThere. Of all: InstallUnproven, Cancelled. After a fault of the system's
// stores they are as they were before.
func (i Installer) Install(ctx context.Context, t Target, item Item, primary secret.Value) (Placed, error) {
	return i.keeper(t.Program).install(ctx, t, item, primary)
}

// Finish tells what an installation has added that was begun and did not come to its end; the zero Placed: the
// certificate is not there.
func (i Installer) Finish(ctx context.Context, t Target, begun Placed, leaf *x509.Certificate) (Placed, error) {
	return i.keeper(t.Program).finish(ctx, t, begun, leaf)
}

// Has reports whether a certificate stands in a target's store with its key. It needs no password.
func (i Installer) Has(ctx context.Context, t Target, leaf *x509.Certificate) (bool, error) {
	return i.keeper(t.Program).has(ctx, t, leaf)
}

// Remove takes out what an installation has added, the key with it, and nothing else. What is gone already is
// no error.
func (i Installer) Remove(ctx context.Context, t Target, p Placed, leaf *x509.Certificate, primary secret.Value) error {
	return i.keeper(t.Program).remove(ctx, t, p, leaf, primary)
}

// between are the certificates above a leaf but for roots, of which nothing here may keep one.
func (i Item) between() []*x509.Certificate {
	return slices.DeleteFunc(slices.Clone(i.Above), func(c *x509.Certificate) bool {
		return string(c.RawSubject) == string(c.RawIssuer) || c.Equal(i.Leaf)
	})
}

func (i Item) begin(p Placed) error {
	if i.Begin == nil {
		return nil
	}
	return i.Begin(p)
}

// planned is what an installation in a store of the system adds: bare, the certificate is there without its key;
// has, one above it is. What an earlier one has added that was cut off counts as added.
func (i Item) planned(name string, bare bool, has func(*x509.Certificate) bool) Placed {
	p := Placed{Nickname: name, Pending: true, Bare: bare || i.Begun.Pending && i.Begun.Bare}
	for _, above := range i.between() {
		id := fingerprint(above.Raw)
		if !has(above) || i.Begun.Pending && slices.Contains(i.Begun.Above, id) {
			p.Above = append(p.Above, id)
		}
	}
	return p
}

// needed reports whether a certificate of a store was signed by this one, so that it must stay.
func needed(above *x509.Certificate, others []*x509.Certificate) bool {
	return slices.ContainsFunc(others, func(c *x509.Certificate) bool {
		named := string(c.RawIssuer) == string(above.RawSubject)
		sameKey := len(c.AuthorityKeyId) == 0 || len(above.SubjectKeyId) == 0 || string(c.AuthorityKeyId) == string(above.SubjectKeyId)
		return !c.Equal(above) && named && sameKey
	})
}

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// ended turns a context that is over into its fault.
func ended(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fault.New(fault.Cancelled, ctx.Err())
}
