package certificate

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
)

// maxRSABits bounds what a signature check may cost.
const maxRSABits = 16384

// path is a certificate with those above it.
type path struct {
	chain  []*x509.Certificate // above the leaf, without the root
	root   *x509.Certificate   // self-signed; may be the leaf itself; nil when the file has none
	rest   []*x509.Certificate // did not belong
	broken bool                // somebody calls itself the issuer but has not signed
}

// climb orders certs above leaf by their signatures, in the order of the file where there is a choice.
func climb(leaf *x509.Certificate, certs []*x509.Certificate) path {
	var p path
	used := map[*x509.Certificate]bool{leaf: true}
	for at := leaf; ; {
		if selfSigned(at) {
			p.root = at
			break
		}
		next, impostor := issuer(at, certs, used)
		p.broken = p.broken || impostor && next == nil
		if next == nil {
			break
		}
		used[next] = true
		if !selfSigned(next) {
			p.chain = append(p.chain, next)
		}
		at = next
	}
	for _, c := range certs {
		if !used[c] {
			p.rest = append(p.rest, c)
		}
	}
	return p
}

// issuer finds who signed c. impostor says that a certificate of the issuer's name has not.
func issuer(c *x509.Certificate, certs []*x509.Certificate, used map[*x509.Certificate]bool) (found *x509.Certificate, impostor bool) {
	for _, candidate := range certs {
		if used[candidate] || !bytes.Equal(candidate.RawSubject, c.RawIssuer) {
			continue
		}
		if candidate.BasicConstraintsValid && candidate.IsCA && signedBy(c, candidate) {
			return candidate, impostor
		}
		impostor = true
	}
	return nil, impostor
}

// signedBy checks the signature alone. SHA-1 is let through here and named as a finding; MD5 never passes.
func signedBy(c, by *x509.Certificate) bool {
	if key, ok := by.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxRSABits {
		return false
	}
	return by.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

func selfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawSubject, c.RawIssuer) && signedBy(c, c)
}
