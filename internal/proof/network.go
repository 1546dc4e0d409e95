package proof

import (
	"context"
	"errors"
	"net/url"
	"time"
)

// Network is where proofs are looked up. Implementations are safe for concurrent use.
type Network interface {
	// Records asks for the records of a type at a name (lower case, without the final dot). That a name or
	// a record does not exist is an answer; errors are [ErrSilent] and [ErrFails].
	Records(ctx context.Context, name string, t Type) (Answer, error)
	// Fetch gets a file from a website as an authority does. Any status is an answer; errors are faults of
	// package httpclient.
	Fetch(ctx context.Context, u *url.URL) (Page, error)
}

// Type is a type of record.
type Type string

// The types that are looked up.
const (
	TypeTXT   Type = "TXT"
	TypeCNAME Type = "CNAME"
	TypeCAA   Type = "CAA"
)

// What asking a name server can come to, besides an answer.
var (
	ErrSilent = errors.New("proof: no name server answers")
	ErrFails  = errors.New("proof: the name servers say that they can't answer")
)

// Answer is what stands at a name.
type Answer struct {
	NoName bool     // there is nothing at all at this name (NXDOMAIN)
	Alias  string   // where a CNAME at this name leads, empty without one
	Texts  []string // of TXT records, their strings joined, also behind an alias
	CAA    []CAA    // also behind an alias
	TTL    time.Duration
}

// CAA is one property of a CAA set (RFC 8659 4.1).
type CAA struct {
	Critical   bool
	Tag, Value string
}

// Page is what a website answered.
type Page struct {
	Status int
	Type   string // Content-Type
	Body   []byte
	At     *url.URL // after redirects
	// Unverified says that a certificate on the way, after a redirect, was not right. Authorities don't mind.
	Unverified bool
}
