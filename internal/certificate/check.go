package certificate

import (
	"crypto/x509"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/spki"
)

// Input is what came back and what it is to be compared with.
type Input struct {
	Certificates []*x509.Certificate // in any order
	SPKI         [32]byte            // of the key that was made, as spki.Hash gives it
	Names        []order.Name        // as asked; none: not compared
	Product      order.ProductType
	Now          time.Time // this computer's clock
	ServerDate   time.Time // the seller's Date; zero when it told none
}

// Result is what came back, in order.
type Result struct {
	Leaf *x509.Certificate
	// Chain holds the certificates above Leaf, its issuer first, without a self-signed root: this is what
	// goes into files.
	Chain []*x509.Certificate
	// Root is the self-signed certificate at the end, nil when the file has none (most have none).
	Root *x509.Certificate
	// Rest are certificates that did not belong.
	Rest     []*x509.Certificate
	Use      Use // what the key may be used for
	Findings []Finding
}

// All is Leaf, Chain and, if there is one, Root.
func (r Result) All() []*x509.Certificate {
	all := append([]*x509.Certificate{r.Leaf}, r.Chain...)
	if r.Root != nil && r.Root != r.Leaf {
		all = append(all, r.Root)
	}
	return all
}

// Kind names what was found, for code that decides on it.
type Kind string

// The kinds of findings.
const (
	NamesMissing    Kind = "names-missing"
	NamesExtra      Kind = "names-extra"
	WrongPurpose    Kind = "wrong-purpose" // extended key usage
	WrongKeyUse     Kind = "wrong-key-use" // key usage
	KeyUse          Kind = "key-use"       // signing, encryption or both, in words
	NotYetValid     Kind = "not-yet-valid"
	Expired         Kind = "expired"
	ClockWrong      Kind = "clock-wrong"
	ChainMissing    Kind = "chain-missing" // the issuer's certificate is not there
	ChainBroken     Kind = "chain-broken"  // it is there but has not signed
	SelfSigned      Kind = "self-signed"
	WeakKey         Kind = "weak-key"
	WeakSignature   Kind = "weak-signature"
	OthersInTheFile Kind = "others" // certificates that don't belong
)

// Finding is something that the customer should know. None of them stops anything.
type Finding struct {
	Kind    Kind
	Warning bool         // or else a note
	Message i18n.Message // what we see
	Advice  i18n.Message // what to do; zero for a note that needs nothing
}

// Check finds the certificate of the key, orders the rest above it by their signatures, and compares it
// with what was asked.
//
// Its errors are faults: CertificateUnreadable when Certificates is empty; CertificateForeignKey when none
// of them has the key. In the second case Result.Leaf is the certificate that would have been meant, to be
// shown and kept, never to be used.
func Check(in Input) (Result, error) {
	if len(in.Certificates) == 0 {
		return Result{}, fault.New(fault.CertificateUnreadable, ErrNoCertificate)
	}
	leaf := ofKey(in.Certificates, in.SPKI)
	if leaf == nil {
		return Result{Leaf: meant(in.Certificates)}, fault.New(fault.CertificateForeignKey, nil)
	}
	p := climb(leaf, in.Certificates)
	r := Result{Leaf: leaf, Chain: p.chain, Root: p.root, Rest: p.rest, Use: useOf(leaf)}
	for _, findings := range [][]Finding{
		judgeNames(in.Names, leaf),
		judgePurpose(in.Product, leaf, r.Use),
		judgeDates(leaf, in.Now, in.ServerDate),
		judgeChain(p, leaf),
		judgeStrength(in.Product, r),
	} {
		r.Findings = append(r.Findings, findings...)
	}
	return r, nil
}

// ofKey finds the certificate of the key; of several (a renewal on the same key) the youngest, and one of a
// customer rather than one of an authority.
func ofKey(certs []*x509.Certificate, key [32]byte) *x509.Certificate {
	var best *x509.Certificate
	for _, c := range certs {
		if spki.OfCertificate(c) != key {
			continue
		}
		if best == nil || best.IsCA && !c.IsCA || best.IsCA == c.IsCA && c.NotBefore.After(best.NotBefore) {
			best = c
		}
	}
	return best
}

// meant is the first certificate that is no authority's.
func meant(certs []*x509.Certificate) *x509.Certificate {
	for _, c := range certs {
		if !c.IsCA {
			return c
		}
	}
	return certs[0]
}
