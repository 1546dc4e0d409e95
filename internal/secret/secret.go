// Package secret holds values that must not be seen: private keys, activation codes, order tokens,
// passwords.
//
// A [Value] can be passed around, compared and stored in structs, but every ordinary way of turning it
// into text gives "[secret]" or an error: fmt with any verb, log/slog, encoding/json, encoding/text.
// [Value.Reveal] is the only way out, and a linter allows it in a handful of rooms only.
//
// Go can't promise that no copy of a value stays in memory; this package promises only that none is
// printed.
package secret

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
)

// ErrNotPrintable is returned by everything that would encode a [Value].
var ErrNotPrintable = errors.New("secret: a secret value can't be encoded")

const mask = "[secret]"

// Value is a secret. The zero Value is empty.
//
// Its only field is a pointer to a pointer, so that even an unexported struct field, on which fmt can't
// call methods, prints an address and nothing else. One pointer is not enough: for a verb that does not
// fit (%s, %q) fmt prints what a pointer to a slice, struct or map points to.
type Value struct{ p **[]byte }

// New returns a Value that holds a copy of b.
func New(b []byte) Value {
	c := append([]byte(nil), b...)
	p := &c
	return Value{&p}
}

func (v Value) bytes() []byte {
	if v.p == nil {
		return nil
	}
	return **v.p
}

// FromString returns a Value that holds s.
func FromString(s string) Value { return New([]byte(s)) }

// Reveal returns a copy of what the Value holds.
func (v Value) Reveal() []byte {
	return append([]byte(nil), v.bytes()...)
}

// Join is v and w with a separator between them.
func (v Value) Join(separator string, w Value) Value {
	whole := slices.Concat(v.bytes(), []byte(separator), w.bytes())
	defer clear(whole)
	return New(whole)
}

// Cut takes apart what [Value.Join] has put together: what stands before and after the first separator, and whether
// there is one.
func (v Value) Cut(separator string) (before, after Value, found bool) {
	b, a, found := bytes.Cut(v.bytes(), []byte(separator))
	return New(b), New(a), found
}

// Empty reports whether there is nothing in v.
func (v Value) Empty() bool { return v.Len() == 0 }

// Len is the number of bytes in v.
func (v Value) Len() int { return len(v.bytes()) }

// Equal compares in constant time for values of one length.
func (v Value) Equal(w Value) bool {
	return subtle.ConstantTimeCompare(v.bytes(), w.bytes()) == 1
}

// Fingerprint gives the lower-case hex SHA-256 of context, a zero byte and the value, by which a value can
// be recognised again without being kept. It hides only what can't be guessed: a value of at least 80
// random bits, as activation codes have.
func (v Value) Fingerprint(context string) string {
	h := sha256.New()
	h.Write([]byte(context))
	h.Write([]byte{0})
	h.Write(v.bytes())
	return hex.EncodeToString(h.Sum(nil))
}

// Wipe overwrites what v, and every copy of v, holds with zeros and empties it.
func (v Value) Wipe() {
	if v.p == nil {
		return
	}
	clear(**v.p)
	**v.p = nil
}

// Format prints "[secret]" for every verb.
func (v Value) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, mask) }

// String is what a careless conversion gets.
func (v Value) String() string { return mask }

// GoString is what %#v of a struct around it gets.
func (v Value) GoString() string { return mask }

// LogValue is what log/slog gets.
func (v Value) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalJSON always fails, so that no secret gets into a file by way of a struct around it.
func (v Value) MarshalJSON() ([]byte, error) { return nil, ErrNotPrintable }

// MarshalText always fails.
func (v Value) MarshalText() ([]byte, error) { return nil, ErrNotPrintable }

// MarshalBinary always fails (encoding/gob).
func (v Value) MarshalBinary() ([]byte, error) { return nil, ErrNotPrintable }
