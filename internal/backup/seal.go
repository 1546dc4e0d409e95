package backup

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"io"
	"strings"

	"filippo.io/age"
	"github.com/sethvargo/go-diceware/diceware"
	"golang.org/x/text/unicode/norm"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// Ext is the ending of a backup's name.
const Ext = ".age"

const (
	magic = "age-encryption.org/v1\n"
	// usualWork is the base-2 logarithm of scrypt's N: 256 MiB and about a second. It is age's own.
	usualWork = 18
	// mostWork is what a file from outside may ask for: 1 GiB.
	mostWork = 20
)

// MaxFile is the largest file that is read, in bytes.
const MaxFile = 128 << 20

// Words is how many words a generated passphrase has: 77 bits, behind scrypt.
const Words = 6

// MinPassphrase is the number of characters that a passphrase of one's own must have at least.
const MinPassphrase = 12

// Options of [Seal]. The zero value is the usual one.
type Options struct {
	Work int // scrypt's work factor as a logarithm; 0: the usual one. Only tests have another.
}

// Passphrase makes one of six words of the EFF's long list, every word equally likely.
func Passphrase(random io.Reader) (secret.Value, error) {
	g, err := diceware.NewGenerator(&diceware.GeneratorInput{WordList: diceware.WordListEffLarge(), RandReader: random})
	if err != nil {
		return secret.Value{}, err
	}
	words, err := g.Generate(Words)
	if err != nil {
		return secret.Value{}, err
	}
	return secret.FromString(strings.Join(words, " ")), nil
}

// CheckPassphrase judges one that a person has made up: PasswordShort (with n, the characters needed) or nil.
func CheckPassphrase(p secret.Value) error {
	if len([]rune(tidied(p))) < MinPassphrase {
		return fault.New(fault.PasswordShort, nil, "n", MinPassphrase)
	}
	return nil
}

// tidied is the passphrase as the file's key is made of it: composed letters (NFC), one blank between words,
// none around them, so that it can be typed on another keyboard and from a slip of paper with a line break.
func tidied(p secret.Value) string {
	text := p.Reveal()
	defer clear(text)
	return strings.Join(strings.Fields(norm.NFC.String(string(text))), " ")
}

// Seal encrypts content. Faults: PasswordShort for an empty passphrase, KeyUnusable, TooLarge.
func Seal(c Content, passphrase secret.Value, o Options) ([]byte, error) {
	pass := tidied(passphrase)
	if pass == "" {
		return nil, fault.New(fault.PasswordShort, nil, "n", MinPassphrase)
	}
	to, err := age.NewScryptRecipient(pass)
	if err != nil {
		return nil, fault.New(fault.Unexpected, errContent)
	}
	to.SetWorkFactor(usualWork)
	if o.Work > 0 {
		to.SetWorkFactor(o.Work)
	}
	text, err := encode(c)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	if len(text) > MaxFile/2 {
		return nil, fault.New(fault.TooLarge, nil)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fault.New(fault.Unexpected, errContent)
	}
	return out.Bytes(), nil
}

// Open decrypts a file. Faults: BackupForeign (no age file, not with a passphrase, or no backup inside),
// BackupPassphrase (wrong, or the file's beginning was changed: the two can't be told apart), BackupDamaged (cut
// short or changed), BackupNewer, FileEmpty, FileTooLarge.
func Open(data []byte, passphrase secret.Value) (Content, error) {
	text, err := unseal(data, passphrase)
	if err != nil {
		return Content{}, err
	}
	defer clear(text)
	return decode(text)
}

// Recognise says without a passphrase what is wrong with a file, or nothing.
func Recognise(data []byte) error {
	switch {
	case len(data) < len(magic) && len(data) > 0 && strings.HasPrefix(magic, string(data)):
		return fault.New(fault.BackupDamaged, errContent)
	case !bytes.HasPrefix(data, []byte(magic)):
		return fault.New(fault.BackupForeign, errContent)
	}
	return nil
}

func unseal(data []byte, passphrase secret.Value) ([]byte, error) {
	if err := Recognise(data); err != nil {
		return nil, err
	}
	pass := tidied(passphrase)
	if pass == "" {
		return nil, fault.New(fault.BackupPassphrase, nil)
	}
	with, err := age.NewScryptIdentity(pass)
	if err != nil {
		return nil, fault.New(fault.BackupPassphrase, errContent)
	}
	with.SetMaxWorkFactor(mostWork)
	own := &asked{ScryptIdentity: with}
	r, err := age.Decrypt(bytes.NewReader(data), own)
	if err != nil {
		return nil, own.fault()
	}
	var out bytes.Buffer
	out.Grow(len(data)) // no copies are left behind by growing
	if _, err := io.Copy(&out, r); err != nil {
		clear(out.Bytes()[:cap(out.Bytes())])
		return nil, fault.New(fault.BackupDamaged, errContent)
	}
	return out.Bytes(), nil
}

// asked notes what an identity said of a header, since age wraps it away.
type asked struct {
	*age.ScryptIdentity
	stanzas []*age.Stanza
	err     error
	opened  bool
}

// Unwrap is for age.
func (a *asked) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	a.stanzas = stanzas
	key, err := a.ScryptIdentity.Unwrap(stanzas)
	a.err, a.opened = err, err == nil
	return key, err
}

// fault says what a header that did not open means.
func (a *asked) fault() error {
	switch {
	case a.opened, len(a.stanzas) == 0: // the passphrase was right, or the header ends too early or is torn
		return fault.New(fault.BackupDamaged, errContent)
	case len(a.stanzas) != 1 || a.stanzas[0].Type != "scrypt":
		return fault.New(fault.BackupForeign, errContent)
	case errors.Is(a.err, age.ErrIncorrectIdentity):
		return fault.New(fault.BackupPassphrase, errContent)
	}
	return fault.New(fault.BackupDamaged, errContent)
}

// Same reports whether two backups hold the same.
func Same(a, b Content) bool {
	x, err1 := encode(a)
	y, err2 := encode(b)
	defer clear(x)
	defer clear(y)
	return err1 == nil && err2 == nil && subtle.ConstantTimeCompare(x, y) == 1
}
