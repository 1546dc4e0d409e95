package vault

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"io"

	"github.com/zalando/go-keyring"
)

// The names under which records stand in the keyring, readable for everybody who can open a keyring viewer.
const (
	Service     = "io.certdesk.Certdesk"
	DemoService = "io.certdesk.Certdesk.demo"
)

// ErrNotFound is what a [Backend] returns for an id that it has no record of.
var ErrNotFound = keyring.ErrNotFound

// errAbsent says that there is no keyring to ask, found out without asking.
var errAbsent = errors.New("vault: no session bus")

// Backend is a keyring. Its methods may block for ever.
type Backend interface {
	Set(id, record string) error
	Get(id string) (string, error) // ErrNotFound
	Delete(id string) error        // ErrNotFound
}

// System is the operating system's keyring: Credential Manager on Windows, Keychain on macOS, the Secret
// Service elsewhere. service is [Service] or [DemoService].
func System(service string) Backend { return system{service} }

type system struct{ service string }

func (s system) Set(id, record string) error {
	if err := reachable(); err != nil {
		return err
	}
	return keyring.Set(s.service, id, record)
}

func (s system) Get(id string) (string, error) {
	if err := reachable(); err != nil {
		return "", err
	}
	return keyring.Get(s.service, id)
}

func (s system) Delete(id string) error {
	if err := reachable(); err != nil {
		return err
	}
	return keyring.Delete(s.service, id)
}

// NewID gives a name for a record: 128 random bits in 26 characters. It means nothing, since it stands in
// the clear in the labels that keyring viewers show. It panics if there is no randomness. A nil random
// means the system's generator.
func NewID(random io.Reader) string {
	if random == nil {
		random = rand.Reader
	}
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		panic("vault: no randomness for an id: " + err.Error())
	}
	return "k-" + base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding).EncodeToString(b[:])
}
