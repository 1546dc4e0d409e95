package request

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"fmt"
	"strings"

	"certdesk/internal/order"
	"certdesk/internal/spki"
)

// SubjectOf gives what a request for this application asks for. Only what the product certifies gets into
// it: the mailbox or the names, and of the person the fields that the licence lists. Organization and
// contacts travel in the application itself.
func SubjectOf(l order.Licence, a order.Application) (Subject, error) {
	var s Subject
	if l.Product.Type == order.TLS {
		for line := range strings.Lines(a.Domains) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			name, err := asciiName(line)
			if err != nil {
				return Subject{}, err
			}
			s.DNSNames = append(s.DNSNames, name)
		}
		return s, nil
	}
	s.Mailbox = strings.TrimSpace(a.Mailbox)
	for _, f := range l.Product.SubjectFields {
		switch f.Field {
		case "given_name":
			s.GivenName = strings.TrimSpace(a.GivenName)
		case "surname":
			s.Surname = strings.TrimSpace(a.Surname)
		case "pseudonym":
			s.Pseudonym = strings.TrimSpace(a.Pseudonym)
		case "title":
			s.Title = strings.TrimSpace(a.Title)
		}
	}
	return s, nil
}

// SPKI is the SHA-256 of a key's public half, in lower-case hexadecimal.
func SPKI(key crypto.Signer) (string, error) { return spki.Hex(key.Public()) }

// Algorithm names a key's kind and size, as in "RSA 3072" or "P-256".
func Algorithm(key crypto.Signer) string {
	switch k := key.Public().(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return k.Curve.Params().Name
	}
	return ""
}
