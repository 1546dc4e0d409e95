package pfx

import "errors"

// What [Encode] and [Verify] refuse.
var (
	ErrProfile          = errors.New("pfx: no such profile")
	ErrPasswordEmpty    = errors.New("pfx: the password is empty")
	ErrPasswordNotASCII = errors.New("pfx: the password has characters other than printable ASCII")
	ErrKeyKind          = errors.New("pfx: keys of this kind are not opened by every reader of the profile")
	ErrKeyMismatch      = errors.New("pfx: the private key does not belong to the certificate")
	ErrNoCertificate    = errors.New("pfx: no certificate")
)

// What [Verify] finds wrong with a file.
var (
	ErrUnreadable    = errors.New("pfx: the file can't be read")
	ErrWrongPassword = errors.New("pfx: the password does not open the file")
	ErrIterations    = errors.New("pfx: the file asks for more iterations than readers allow")
	ErrDifferent     = errors.New("pfx: the file opens but holds something else than was put in")
)
