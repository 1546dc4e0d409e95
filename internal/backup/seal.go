package backup

import (
	"crypto/subtle"
	"errors"

	"certdesk/internal/fault"
	"certdesk/internal/passphrase"
	"certdesk/internal/secret"
)

// Ext is the ending of a backup's name.
const Ext = ".age"

// MaxFile is the largest file that is read, in bytes: more than 10,000 orders with their keys and certificates need.
const MaxFile = 256 << 20

// maxContent leaves room for what age adds.
const maxContent = MaxFile - MaxFile/1024

// Options of [Seal]. The zero value is the usual one.
type Options struct {
	Work int // scrypt's work factor as a logarithm; 0: the usual one. Only tests have another.
}

// Seal encrypts content. Faults: PasswordShort for an empty passphrase, KeyUnusable, TooLarge.
func Seal(c Content, pass secret.Value, o Options) ([]byte, error) {
	text, err := encode(c)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	if len(text) > maxContent {
		return nil, fault.New(fault.TooLarge, nil)
	}
	data, err := passphrase.Seal(text, pass, o.Work)
	switch {
	case errors.Is(err, passphrase.ErrEmpty):
		return nil, fault.New(fault.PasswordShort, nil, "n", passphrase.Least)
	case err != nil:
		return nil, fault.New(fault.Unexpected, errContent)
	}
	return data, nil
}

// Open decrypts a file. Faults: BackupForeign (no age file, not with a passphrase, or no backup inside),
// BackupPassphrase (wrong, or the file's beginning was changed: the two can't be told apart), BackupDamaged (cut
// short or changed), BackupNewer, FileEmpty, FileTooLarge.
func Open(data []byte, pass secret.Value) (Content, error) {
	text, err := passphrase.Open(data, pass)
	if err != nil {
		return Content{}, said(err)
	}
	defer clear(text)
	return decode(text)
}

// Recognise says without a passphrase what is wrong with a file, or nothing.
func Recognise(data []byte) error { return said(passphrase.Recognise(data)) }

// said is what is wrong with a file, in the words of a backup.
func said(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, passphrase.ErrForeign):
		return fault.New(fault.BackupForeign, errContent)
	case errors.Is(err, passphrase.ErrWrong):
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
