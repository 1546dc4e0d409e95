package install

import (
	"context"
	"crypto/sha1" // #nosec G505 -- how the keychain names certificates; what is found is compared whole
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// Keychain is the login keychain of macOS, reached through Apple's program security. The zero Keychain is that of
// this account.
//
// security imports files only, and asks for no password but on the command line. So the file lies in a folder that
// this account alone can open, sealed with a password that exists for this call, and is deleted when it ends; the
// password goes to "security -i", which reads its commands from standard input.
type Keychain struct {
	Program string // empty: /usr/bin/security
	Temp    string // where a folder for the file is made; empty: the system's, which on macOS is this account's own
}

func (k Keychain) program() string {
	if k.Program == "" {
		return "/usr/bin/security"
	}
	return k.Program
}

func (k Keychain) present() bool {
	info, err := os.Stat(k.program())
	return err == nil && info.Mode().IsRegular()
}

// path is the login keychain: security writes it between quotation marks.
func (k Keychain) path(ctx context.Context) (string, error) {
	if !k.present() {
		return "", fault.New(fault.InstallMissing, errors.New("install: no program security"), "program", MacOS.Name())
	}
	out, err := k.run(ctx, "login-keychain")
	if err != nil {
		return "", k.failure(ctx, err)
	}
	path := strings.Trim(strings.TrimSpace(out), `"`)
	if !filepath.IsAbs(path) {
		return "", fault.New(fault.InstallMissing, errors.New("install: no login keychain"), "program", MacOS.Name())
	}
	return path, nil
}

func (k Keychain) install(ctx context.Context, t Target, item Item, _ secret.Value) (Placed, error) {
	path, err := k.path(ctx)
	if err != nil {
		return Placed{}, err
	}
	before, err := k.certificates(ctx, path)
	if err != nil {
		return Placed{}, err
	}
	if there, err := k.has(ctx, t, item.Leaf); err != nil || there {
		if there && item.Begun.Pending {
			return k.finish(ctx, t, item.Begun, item.Leaf)
		}
		return Placed{Nickname: keychainName(item.Leaf), Before: true}, err
	}
	placed := item.planned(keychainName(item.Leaf), slices.ContainsFunc(before, item.Leaf.Equal), func(c *x509.Certificate) bool {
		return slices.ContainsFunc(before, c.Equal)
	})
	if err := item.begin(placed); err != nil {
		return Placed{}, err
	}
	placed.Pending = false
	if err = k.importSealed(ctx, path, item); err == nil {
		err = k.importAbove(ctx, path, item, placed)
	}
	if err == nil {
		err = k.proven(ctx, t, item.Leaf)
	}
	if err == nil {
		return placed, nil
	}
	back := k.takeBack(context.WithoutCancel(ctx), path, item, placed)
	if back == nil {
		back = item.begin(Placed{})
	}
	return Placed{}, errors.Join(k.failure(ctx, err), back)
}

func (k Keychain) finish(ctx context.Context, t Target, begun Placed, leaf *x509.Certificate) (Placed, error) {
	there, err := k.has(ctx, t, leaf)
	if err != nil || !there {
		return Placed{}, err
	}
	begun.Pending = false
	return begun, nil
}

// takeBack undoes an installation that failed halfway; what was not there is no error.
func (k Keychain) takeBack(ctx context.Context, path string, item Item, placed Placed) error {
	there, err := k.has(ctx, Target{Program: MacOS}, item.Leaf)
	if err == nil && (there || len(placed.Above) > 0) {
		err = k.takeOut(ctx, path, item.Leaf, placed)
	}
	return err
}

func (k Keychain) importSealed(ctx context.Context, path string, item Item) error {
	return k.withFile(item.Sealed, "certificate.p12", func(file string) error {
		// -x: nobody takes the key out again. Never -A, which lets every program use it unasked.
		words := [][]byte{[]byte("import"), []byte(file), []byte("-k"), []byte(path), []byte("-f"), []byte("pkcs12"), []byte("-P"), item.Password.Reveal()}
		defer clear(words[7])
		if !item.Exportable {
			words = append(words, []byte("-x"))
		}
		return k.command(ctx, words)
	})
}

// importAbove adds the certificates above the leaf, one by one, without trust. One that is there after all is
// left alone by security.
func (k Keychain) importAbove(ctx context.Context, path string, item Item, placed Placed) error {
	for _, above := range item.between() {
		if !slices.Contains(placed.Above, fingerprint(above.Raw)) {
			continue
		}
		err := k.withFile(above.Raw, "certificate.cer", func(file string) error {
			_, err := k.run(ctx, "add-certificates", "-k", path, file)
			return err
		})
		if duplicate := new(securityError); err != nil && (!errors.As(err, &duplicate) || !duplicate.has(secDuplicate)) {
			return err
		}
	}
	return nil
}

// withFile does something with data in a file of a private folder, both of which are gone afterwards.
func (k Keychain) withFile(data []byte, name string, do func(path string) error) (err error) {
	dir, err := os.MkdirTemp(k.Temp, "certdesk-") // 0700
	if err != nil {
		return errors.New("install: no folder for a file")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, name)
	if err := atomicfile.Write(path, data, atomicfile.Options{}); err != nil { // 0600
		return err
	}
	return do(path)
}

func (k Keychain) proven(ctx context.Context, t Target, leaf *x509.Certificate) error {
	there, err := k.has(ctx, t, leaf)
	if err == nil && !there {
		return fault.New(fault.InstallUnproven, errors.New("install: the keychain does not show it"), "program", MacOS.Name())
	}
	return err
}

// keyed is a line of security find-identity: a certificate whose key is there, by its SHA-1.
var keyed = regexp.MustCompile(`(?m)^\s*[0-9]+\) ([0-9A-F]{40}) `)

func (k Keychain) has(ctx context.Context, _ Target, leaf *x509.Certificate) (bool, error) {
	path, err := k.path(ctx)
	if err != nil {
		return false, err
	}
	out, err := k.run(ctx, "find-identity", path)
	if err != nil {
		return false, k.failure(ctx, err)
	}
	if !slices.ContainsFunc(keyed.FindAllStringSubmatch(out, -1), func(m []string) bool { return m[1] == keychainName(leaf) }) {
		return false, nil
	}
	all, err := k.certificates(ctx, path)
	return slices.ContainsFunc(all, leaf.Equal), err
}

func (k Keychain) remove(ctx context.Context, t Target, p Placed, leaf *x509.Certificate, _ secret.Value) error {
	path, err := k.path(ctx)
	if err != nil {
		return err
	}
	there, err := k.has(ctx, t, leaf)
	if err != nil {
		return err
	}
	if there && (!p.Undoable() || p.Nickname != keychainName(leaf)) {
		return fault.New(fault.InstallUnproven, errors.New("install: it is not ours"), "program", MacOS.Name())
	}
	if err := k.takeOut(ctx, path, leaf, p); err != nil {
		return k.failure(ctx, err)
	}
	if there, err = k.has(ctx, t, leaf); err == nil && there {
		return fault.New(fault.InstallUnproven, errors.New("install: it is still there"), "program", MacOS.Name())
	}
	return err
}

// takeOut deletes the leaf with its key, and those certificates above it that came with it and nobody needs.
func (k Keychain) takeOut(ctx context.Context, path string, leaf *x509.Certificate, p Placed) error {
	there, err := k.has(ctx, Target{Program: MacOS}, leaf)
	if err == nil && there {
		_, err = k.run(ctx, "delete-identity", "-Z", keychainName(leaf), path)
	}
	if err == nil && there && p.Bare {
		err = k.withFile(leaf.Raw, "certificate.cer", func(file string) error {
			_, err := k.run(ctx, "add-certificates", "-k", path, file)
			return err
		})
	}
	if err != nil {
		return err
	}
	all, err := k.certificates(ctx, path)
	all = slices.DeleteFunc(all, leaf.Equal) // it may have been there without them
	for _, id := range p.Above {
		at := slices.IndexFunc(all, func(c *x509.Certificate) bool { return fingerprint(c.Raw) == id })
		if err != nil || at < 0 || needed(all[at], all) {
			continue
		}
		_, err = k.run(ctx, "delete-certificate", "-Z", keychainName(all[at]), path)
		all = slices.Delete(all, at, at+1)
	}
	return err
}

// certificates are those of the keychain; what nobody can read is left out.
func (k Keychain) certificates(ctx context.Context, path string) ([]*x509.Certificate, error) {
	out, err := k.run(ctx, "find-certificate", "-a", "-p", path)
	if err != nil {
		if nothing := new(securityError); errors.As(err, &nothing) && nothing.has(secItemNotFound) {
			return nil, nil
		}
		return nil, k.failure(ctx, err)
	}
	var all []*x509.Certificate
	for rest := []byte(out); ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			return all, nil
		}
		if c, err := x509.ParseCertificate(b.Bytes); err == nil {
			all = append(all, c)
		}
	}
}

// keychainName is how security names a certificate after -Z: its SHA-1, in capitals.
func keychainName(c *x509.Certificate) string {
	sum := sha1.Sum(c.Raw) // #nosec G401 -- see the import
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}
