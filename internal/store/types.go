package store

import (
	"errors"
	"time"

	"certdesk/internal/i18n"
)

// Errors that callers decide on.
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("store: not found")
	// ErrExists: the id is taken.
	ErrExists = errors.New("store: the id is taken")
	// ErrFrozen: a change of what has been, or may have been, sent already; or of an order's id.
	ErrFrozen = errors.New("store: what was sent can't be changed")
	// ErrIncomplete: an order without id or phase, or one that is to be submitted without its body or
	// its idempotency key.
	ErrIncomplete = errors.New("store: the order lacks something")
)

// Key is a record in the vault that belongs to an order.
type Key struct {
	ID        string // in the vault
	OrderID   string // may be empty: a key without an order
	Kind      string // key, code, token
	Origin    string // made-here, imported, seller
	Algorithm string
	SPKI      string // SHA-256 of the public key, lower-case hexadecimal
	Created   time.Time
}

// Certificate is one certificate that came back.
type Certificate struct {
	SHA256    string // of DER, lower-case hexadecimal
	OrderID   string
	SPKI      string // SHA-256 of its public key, lower-case hexadecimal
	DER       []byte
	Chain     [][]byte // DER, the issuer first, without the certificate itself
	NotBefore time.Time
	NotAfter  time.Time
	State     string // current, next, previous
	SetAside  bool   // it is for another key: shown, never used, never thrown away
	Added     time.Time
}

// Entry is one line of an order's timeline.
type Entry struct {
	At      time.Time
	Message i18n.Message
}

// Export is a file, or several, made of a certificate. It is "writing" until Finished is set: until its
// password was on the screen.
type Export struct {
	ID                string
	OrderID           string
	CertificateSHA256 string
	Destination       string
	Files             []ExportFile
	Started           time.Time
	Finished          time.Time
}

// ExportFile is one file of an export.
type ExportFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"` // 64 hexadecimal digits; tells the file from another of the same name
}
