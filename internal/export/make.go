package export

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	"certdesk/internal/atomicfile"
	"certdesk/internal/destination"
	"certdesk/internal/export/pfx"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
)

// Plan is what is to be made.
type Plan struct {
	Dir     string
	Outputs []Output
	// Key, Leaf and Chain (issuer of Leaf first, no root unless the customer wants it) are what the files are
	// made of. Key may be nil when no file holds it.
	Key          crypto.Signer
	Leaf         *x509.Certificate
	Chain        []*x509.Certificate
	FriendlyName string
	Password     secret.Value
	OwnPassword  bool // made up by a person, not by GeneratePassword: guessing is made more expensive
	Replace      bool // an existing file of the same name may be replaced
	// Commit, if set, is called with each file after it is encoded and before anything is written, so that
	// it can be recorded as "writing". Its error stops the export.
	Commit func(File) error
}

// Output is one file of a plan.
type Output struct {
	Rule destination.FileRule
	Name string // with its extension, without a folder
}

// File is a file that was made.
type File struct {
	Path    string
	Name    string
	Size    int64
	SHA256  string // 64 hexadecimal digits
	Kind    destination.Kind
	Profile destination.Profile // of a PKCS #12 file
	Holds   []i18n.Message      // what is in it, in words
}

// Encryption says in one line how the file is encrypted, or that it is not.
func (f File) Encryption() i18n.Message {
	if f.Kind != destination.PKCS12 {
		return i18n.M("export.plain." + string(f.Kind))
	}
	return i18n.M("export.profile." + string(f.Profile))
}

// Maker makes files. The zero Maker takes randomness and the disk of the system.
type Maker struct {
	Random io.Reader
	Files  atomicfile.Writer
	Open   func(path string) (io.ReadCloser, error) // reads a file back
}

// Make makes the files of a plan with the zero [Maker].
func Make(ctx context.Context, p Plan) ([]File, error) { return Maker{}.Make(ctx, p) }

// maxFile bounds what is read back, in bytes.
const maxFile = 1 << 20

// Make makes all files of the plan or none: after an error, those that this call has made are removed
// again. Each is opened again from the disk with the password and compared before Make returns.
//
// Its errors are faults: PasswordNotASCII, PasswordShort, KeyUnusable (a key that no reader takes, or of
// another certificate), FileExists, DiskFull, FolderReadOnly, FolderGone, FileWrite, ExportUnproven,
// Cancelled, Unexpected; and whatever Commit returned.
func (m Maker) Make(ctx context.Context, p Plan) (files []File, err error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			for _, f := range files {
				_ = os.Remove(f.Path)
			}
			files = nil
		}
	}()
	for _, o := range p.Outputs {
		if ctx.Err() != nil {
			return files, fault.New(fault.Cancelled, ctx.Err())
		}
		f, err := m.one(ctx, p, o)
		if err != nil {
			return files, err
		}
		files = append(files, f)
	}
	return files, nil
}

// check refuses, before anything is made, what would fail in the middle.
func (p Plan) check() error {
	names := map[string]bool{}
	for _, o := range p.Outputs {
		if o.Name == "" || o.Name != filepath.Base(o.Name) || o.Name == "." || o.Name == ".." || names[o.Name] {
			return fault.New(fault.Unexpected, errors.New("export: a name is no file's name, or stands twice"))
		}
		names[o.Name] = true
		if o.Rule.Sealed() {
			if err := CheckPassword(p.Password, o.Rule.Profile); err != nil {
				return err
			}
		}
		if o.Rule.NeedsKey() && !o.Rule.Sealed() && p.Leaf != nil && (p.Key == nil || !spki.Equal(p.Key.Public(), p.Leaf.PublicKey)) {
			return fault.New(fault.KeyUnusable, errors.New("export: no key, or that of another certificate"))
		}
		if _, err := os.Lstat(filepath.Join(p.Dir, o.Name)); err == nil && !p.Replace {
			return fault.New(fault.FileExists, atomicfile.ErrExists, "name", o.Name)
		}
	}
	if len(p.Outputs) == 0 {
		return fault.New(fault.Unexpected, errors.New("export: nothing to make"))
	}
	return nil
}

func (m Maker) one(ctx context.Context, p Plan, o Output) (File, error) {
	data, err := m.encode(p, o.Rule)
	if err != nil {
		return File{}, asFault(err)
	}
	if p.Replace {
		// A file that would not open must not take the place of one that does.
		if err := p.verify(o.Rule, data); err != nil {
			return File{}, fault.New(fault.ExportUnproven, err)
		}
	}
	sum := sha256.Sum256(data)
	f := File{
		Path: filepath.Join(p.Dir, o.Name), Name: o.Name, Size: int64(len(data)),
		SHA256: hex.EncodeToString(sum[:]), Kind: o.Rule.Kind, Profile: o.Rule.Profile,
		Holds: p.holds(o.Rule),
	}
	if p.Commit != nil {
		if err := p.Commit(f); err != nil {
			return File{}, err
		}
	}
	if ctx.Err() != nil {
		return File{}, fault.New(fault.Cancelled, ctx.Err())
	}
	if err := m.Files.Write(f.Path, data, atomicfile.Options{Replace: p.Replace}); err != nil {
		if !p.Replace {
			_, _ = Discard(f.Path, f.SHA256) // when only the last sync failed, the file has its name already
		}
		return File{}, err
	}
	if err := m.prove(f, p, o.Rule); err != nil {
		_ = os.Remove(f.Path)
		return File{}, fault.New(fault.ExportUnproven, err)
	}
	return f, nil
}

// prove reads the file back from the disk and opens it.
func (m Maker) prove(f File, p Plan, rule destination.FileRule) error {
	data, err := m.read(f.Path)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != f.SHA256 {
		return errors.New("export: the disk gives other bytes than were written")
	}
	return p.verify(rule, data)
}

func (m Maker) read(path string) ([]byte, error) {
	open := m.Open
	if open == nil {
		open = func(path string) (io.ReadCloser, error) { return os.Open(path) }
	}
	in, err := open(path)
	if err != nil {
		return nil, errors.New("export: the file can't be opened for reading")
	}
	defer func() { _ = in.Close() }()
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, errors.New("export: the file can't be read")
	}
	return data, nil
}

func (m Maker) random() io.Reader {
	if m.Random == nil {
		return rand.Reader
	}
	return m.Random
}

func profile(p destination.Profile, own bool) pfx.Profile {
	switch {
	case p == destination.Compatible:
		return pfx.Compatible
	case p == destination.Strong && own:
		return pfx.StrongOwn
	case p == destination.Strong:
		return pfx.Strong
	default:
		return 0
	}
}

// holds is what is in a file of the plan, in words.
func (p Plan) holds(rule destination.FileRule) []i18n.Message {
	var out []i18n.Message
	if rule.NeedsKey() {
		out = append(out, i18n.M("export.holds.key"))
	}
	if rule.Kind == destination.KeyPEM {
		return out
	}
	out = append(out, i18n.M("export.holds.certificate", "name", title(p.Leaf)))
	if n := len(p.Chain); n > 0 && rule.Kind != destination.DER {
		out = append(out, i18n.M("export.holds.chain", "n", n))
	}
	return out
}

func title(c *x509.Certificate) string {
	switch {
	case len(c.EmailAddresses) > 0:
		return i18n.Clean(c.EmailAddresses[0], 254)
	case len(c.DNSNames) > 0:
		return i18n.Clean(c.DNSNames[0], 254)
	default:
		return i18n.Clean(c.Subject.CommonName, 254)
	}
}

func asFault(err error) error {
	switch {
	case errors.Is(err, pfx.ErrPasswordNotASCII):
		return fault.New(fault.PasswordNotASCII, nil)
	case errors.Is(err, pfx.ErrKeyKind), errors.Is(err, pfx.ErrKeyMismatch):
		return fault.New(fault.KeyUnusable, err)
	case errors.Is(err, pfx.ErrNoCertificate), errors.Is(err, errNothing):
		return fault.New(fault.CertificateUnreadable, err)
	default:
		return fault.New(fault.Unexpected, err)
	}
}
