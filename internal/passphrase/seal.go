package passphrase

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"filippo.io/age"

	"certdesk/internal/secret"
)

// Magic is how an age file begins.
const Magic = "age-encryption.org/v1\n"

const (
	// usualWork is the base-2 logarithm of scrypt's N: 256 MiB and about a second. It is age's own.
	usualWork = 18
	// mostWork is what a file from outside may ask for: 1 GiB.
	mostWork = 20
)

// What is wrong with a file or a passphrase. They carry nothing of either.
var (
	ErrEmpty   = errors.New("passphrase: an empty one")
	ErrForeign = errors.New("passphrase: no age file, or not sealed with a passphrase")
	// ErrWrong: the passphrase is wrong, or the file's beginning was changed: the two can't be told apart.
	ErrWrong   = errors.New("passphrase: it does not open the file")
	ErrDamaged = errors.New("passphrase: the file is cut short or was changed")
)

// Seal encrypts text. work is scrypt's work factor as a logarithm; 0: the usual one. Only tests have another.
func Seal(text []byte, p secret.Value, work int) ([]byte, error) {
	pass := tidied(p)
	if pass == "" {
		return nil, ErrEmpty
	}
	to, err := age.NewScryptRecipient(pass)
	if err != nil {
		return nil, ErrEmpty
	}
	to.SetWorkFactor(usualWork)
	if work > 0 {
		to.SetWorkFactor(work)
	}
	return SealTo(text, to)
}

// SealTo encrypts text for whoever has the identity of a recipient.
func SealTo(text []byte, to age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, errors.New("passphrase: sealing failed")
	}
	return out.Bytes(), nil
}

// Recognise says without a passphrase what is wrong with a file: ErrForeign, ErrDamaged, or nothing.
func Recognise(data []byte) error {
	switch {
	case len(data) < len(Magic) && len(data) > 0 && strings.HasPrefix(Magic, string(data)):
		return ErrDamaged
	case !bytes.HasPrefix(data, []byte(Magic)):
		return ErrForeign
	}
	return nil
}

// Open decrypts a file: ErrForeign, ErrWrong or ErrDamaged. The caller clears what it gives.
func Open(data []byte, p secret.Value) ([]byte, error) {
	if err := Recognise(data); err != nil {
		return nil, err
	}
	pass := tidied(p)
	if pass == "" {
		return nil, ErrWrong
	}
	with, err := age.NewScryptIdentity(pass)
	if err != nil {
		return nil, ErrWrong
	}
	with.SetMaxWorkFactor(mostWork)
	own := &asked{ScryptIdentity: with}
	r, err := age.Decrypt(bytes.NewReader(data), own)
	if err != nil {
		return nil, own.verdict()
	}
	var out bytes.Buffer
	out.Grow(len(data)) // no copies are left behind by growing
	if _, err := io.Copy(&out, r); err != nil {
		clear(out.Bytes()[:cap(out.Bytes())])
		return nil, ErrDamaged
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

// verdict says what a header that did not open means.
func (a *asked) verdict() error {
	switch {
	case a.opened, len(a.stanzas) == 0: // the passphrase was right, or the header ends too early or is torn
		return ErrDamaged
	case len(a.stanzas) != 1 || a.stanzas[0].Type != "scrypt":
		return ErrForeign
	case errors.Is(a.err, age.ErrIncorrectIdentity):
		return ErrWrong
	}
	return ErrDamaged
}
