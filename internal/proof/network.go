package proof

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"time"
)

// Network is where proofs are looked up. Implementations are safe for concurrent use.
type Network interface {
	// Ask puts a question. That a name or a record does not exist is an answer; errors are those below.
	Ask(ctx context.Context, q Question) (Answer, error)
	// Fetch gets a file from a website as an authority does. Any status is an answer; errors are faults of
	// package httpclient.
	Fetch(ctx context.Context, u *url.URL) (Page, error)
	// Second is the second resolver; a zero one: there is none.
	Second() Resolver
}

// Resolver is what is known of a second resolver.
type Resolver struct {
	Name    string // what it is called; empty: there is none
	HTTPS   bool   // it can be asked over HTTPS, which nobody between can answer or stop unseen
	Outside bool   // it is asked at port 53 beyond this network, as the name servers of a zone are
}

// Question is one question to somebody.
type Question struct {
	Name string // lower case, without the final dot
	Type Type
	At   Asked
	// Unchecked has a resolver answer without checking signatures (RFC 4035 3.2.2).
	Unchecked bool
	// Recurse has a single server ask others, which one that has a zone does not do.
	Recurse bool
}

// Asked is who is asked.
type Asked struct {
	who    int
	server netip.Addr
}

// Who can be asked, besides single servers.
var (
	Here      = Asked{}               // the resolver that this computer is set to use
	Second    = Asked{who: second}    // the second resolver
	OverHTTPS = Asked{who: overHTTPS} // the second resolver, over HTTPS (RFC 8484)
)

const (
	second = iota + 1
	overHTTPS
	single
)

// Single is one server, which is asked for what it knows by itself.
func Single(server netip.Addr) Asked { return Asked{who: single, server: server} }

// Server is the address of a single server; of others it is not valid.
func (a Asked) Server() netip.Addr { return a.server }

// Type is a type of record.
type Type string

// The types that are looked up.
const (
	TypeTXT   Type = "TXT"
	TypeCNAME Type = "CNAME"
	TypeCAA   Type = "CAA"
	TypeSOA   Type = "SOA"
	TypeNS    Type = "NS"
	TypeA     Type = "A"
	TypeAAAA  Type = "AAAA"
)

// What asking can come to, besides an answer.
var (
	ErrSilent  = errors.New("proof: no name server answers")
	ErrFails   = errors.New("proof: the name servers say that they can't answer")
	ErrRefused = errors.New("proof: the name server does not answer for this name")
	// ErrNoRoute says that nothing was asked: this computer has no way there, such as no IPv6, or the address
	// is not a public one.
	ErrNoRoute = errors.New("proof: no way to the name server")
)

// Answer is what stands at a name.
type Answer struct {
	NoName bool     // there is nothing at all at this name (NXDOMAIN)
	Alias  string   // where a CNAME at this name leads, empty without one
	Texts  []string // of TXT records, their strings joined, also behind an alias
	CAA    []CAA    // also behind an alias
	TTL    time.Duration

	Bogus     bool // a resolver gives it only when signatures are not checked (RFC 4035 4.3)
	Own       bool // the server has the zone itself (AA)
	Recursive bool // the server asks others (RA)
	Hosts     []string
	Addresses []netip.Addr
	// Of the SOA record that came with the answer: whose it is, and how long others may remember that there
	// is nothing (RFC 2308 5).
	Zone     string
	Serial   uint32
	Negative time.Duration
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
