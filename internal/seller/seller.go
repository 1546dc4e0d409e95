// Package seller is the interface to whoever sold the certificate. One folder below it is one way in.
//
// A type assertion to one of the small interfaces says what a way in can ever do; the order's last
// snapshot says what may be done now. The screens need both, and never the seller's name.
package seller

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/order"
	"certdesk/internal/secret"
)

// ErrNotYet says that there is no certificate yet, or that the customer brings it.
var ErrNotYet = errors.New("seller: no certificate yet")

// Seller is a way in. Its methods are safe for concurrent use; all faults are *fault.Error.
type Seller interface {
	// Lookup asks what a ticket entitles to. It changes nothing at the seller. Only the service knows where
	// the code stands in its links, so Found says which one it took.
	Lookup(ctx context.Context, t activation.Ticket) (Found, error)
	// Prepare makes the exact bytes of an application; it talks to nobody. csr is DER. The body holds no
	// credential, only the hash of the order token.
	Prepare(l order.Licence, a order.Application, csr []byte, token secret.Value) ([]byte, error)
	// Submit sends one frozen body under its key and may be repeated. keep commits what is known before
	// each step that can't be repeated. The Snapshot is what the answer said of the order: a zero one when
	// it said nothing, and an old one when the answer is that of an earlier time. A *[Refusal] is final;
	// every other error is not.
	Submit(ctx context.Context, s order.Submission, keep func(Receipt) error) (order.Snapshot, Receipt, error)
	// Status asks how an order stands. The Receipt it returns replaces the one given; after an error its
	// NextPoll counts, since a busy service says when to come again. [ErrUnchanged]: nothing is new.
	Status(ctx context.Context, r Receipt, token secret.Value) (order.Snapshot, Receipt, error)
	// Collect fetches the current certificate, leaf first, then what the service adds.
	// [ErrNotYet]: there is none yet.
	Collect(ctx context.Context, r Receipt, token secret.Value, sha256 string) ([]*x509.Certificate, error)
}

// Chainer is a seller that may offer several chains for a certificate.
type Chainer interface {
	// Chains fetches the current certificate with each chain that the service offers, leaf first, and the service's own
	// choice before the others. It stands in the place of Collect.
	Chains(ctx context.Context, r Receipt, token secret.Value) ([][]*x509.Certificate, error)
}

// Prover is a seller whose tasks can be moved on from here.
type Prover interface {
	// Check asks the service to look at a task now. A Snapshot that comes with a ChangedElsewhere fault is
	// how the order stands; so for Resend.
	Check(ctx context.Context, r Receipt, token secret.Value, task string, key string) (order.Snapshot, Receipt, error)
	// Resend has the mail of a task sent again; to is empty for the address it went to before.
	Resend(ctx context.Context, r Receipt, token secret.Value, task, to string, key string) (order.Snapshot, Receipt, error)
}

// Chooser is a seller at which a task can be done by another of its methods.
type Chooser interface {
	// Choose has a name proved by another method of the task. For an order's changes since, see [Prover].
	Choose(ctx context.Context, r Receipt, token secret.Value, task, method string, key string) (order.Snapshot, Receipt, error)
}

// Agreer is a seller that takes an agreement as a task.
type Agreer interface {
	Accept(ctx context.Context, r Receipt, token secret.Value, task string, terms []string, key string) (order.Snapshot, Receipt, error)
}

// Caller is a seller that takes proposals for a phone call.
type Caller interface {
	Schedule(ctx context.Context, r Receipt, token secret.Value, task string, p order.Proposal, key string) (order.Snapshot, Receipt, error)
}

// Documents is a seller that gives forms and takes documents.
type Documents interface {
	// Form gives what a form to print and sign says.
	Form(ctx context.Context, r Receipt, token secret.Value, form string) (order.Form, error)
	// Upload sends one document for a task. The same file again is the same call.
	Upload(ctx context.Context, r Receipt, token secret.Value, task string, u order.Upload, key string) (order.Snapshot, Receipt, error)
}

// Holder is a seller whose orders belong to an account at the certificate authority, by whose address CAA
// records can allow it alone (RFC 8657 3).
type Holder interface {
	// Account is the address of an order's account; empty: it is not known.
	Account(r Receipt) string
}

// Canceller is a seller at which an order can be cancelled before issue.
type Canceller interface {
	Cancel(ctx context.Context, r Receipt, token secret.Value, key string) (order.Snapshot, Receipt, error)
}

// Browser is a way in that is a page in the customer's browser. What opens it is kept as the order's token.
type Browser interface {
	// Keep is what is kept of a ticket: its link, and its code.
	Keep(t activation.Ticket) secret.Value
	// Page is where the customer goes on.
	Page(service string, kept secret.Value) (Page, error)
}

// Page is a page in the browser. Its address opens the order there, so it is shown to the customer and opened
// on a press, and stands nowhere else.
type Page struct {
	URL    string
	Host   string // of the address
	Code   string // to be entered there; empty where the address has it
	Seller string
	Guide  string // how it takes a request, where that is known: see [activation.Guide]
	Steps  int
}

// Revoker is a seller at which a certificate can be revoked.
type Revoker interface {
	// Revoke revokes the order's certificate. One that is revoked already is no failure.
	Revoke(ctx context.Context, r Receipt, token secret.Value, why order.Revocation, key string) (order.Snapshot, Receipt, error)
}

// KeyRevoker is a seller at which a certificate can be revoked by whoever has its key, also where the account that
// ordered it is closed.
type KeyRevoker interface {
	RevokeByKey(ctx context.Context, r Receipt, leaf *x509.Certificate, key crypto.Signer, why order.Revocation) (order.Snapshot, Receipt, error)
}

// Suggester is a seller that says when a certificate is best renewed.
type Suggester interface {
	// Renewal asks for it, without anything secret, and how long to wait before asking again. nil: it has no opinion.
	Renewal(ctx context.Context, r Receipt, leaf *x509.Certificate) (*order.Renewal, time.Duration, error)
}

// Found is what a ticket leads to.
type Found struct {
	Licence order.Licence
	Service Service
	// Code is the code that opened the licence: the ticket's, or another part of its link, where the
	// service says that its codes stand there.
	Code secret.Value
}

// Service is how a service introduces itself. All of it is text from outside.
type Service struct {
	Origin   string    `json:"origin"` // what the ticket's link leads to
	Name     string    `json:"name"`
	Homepage string    `json:"homepage,omitempty"`
	Endpoint string    `json:"endpoint"` // where the calls go; shown when its host differs
	Support  []Support `json:"support,omitempty"`
}

// Support is one way to reach the seller.
type Support struct {
	Region    string   `json:"region,omitempty"`
	Languages []string `json:"languages,omitempty"`
	Phone     string   `json:"phone,omitempty"`
	Email     string   `json:"email,omitempty"`
	Chat      string   `json:"chat,omitempty"`
	URL       string   `json:"url,omitempty"`
	Hours     string   `json:"hours,omitempty"`
}

// Receipt is what this computer knows of a sent order. Nothing in it is secret: the order's token lies in
// the vault.
type Receipt struct {
	Service  string          `json:"service"`         // the origin, or "demo"
	ID       string          `json:"id"`              // the service's id of the order
	State    json.RawMessage `json:"state,omitempty"` // the way in's own
	NextPoll time.Time       `json:"next_poll"`       // earliest next Status; the seller's floor
}
