package certificate

import (
	"crypto/x509"

	"certdesk/internal/i18n"
)

// BestChain is which of the chains that an authority offers for a certificate goes into files: its own choice, which
// comes first, since it knows best who has to read them (RFC 8555 7.4.2). Only where programs don't know what that one
// leads to is it the first of which they do. A chain begins with the certificate itself.
func BestChain(chains [][]*x509.Certificate) int {
	for i, c := range chains {
		if len(c) > 0 && belowRoot(c[len(c)-1]) {
			return i
		}
	}
	return 0
}

// ChainEnd is what a chain leads to, as people read it: the name of the root above its last certificate. A chain begins
// with the certificate itself.
func ChainEnd(chain []*x509.Certificate) string {
	name := chain[len(chain)-1].Issuer
	for _, text := range append([]string{name.CommonName}, append(name.OrganizationalUnit, name.Organization...)...) {
		if text = i18n.Clean(text, 80); text != "" {
			return text
		}
	}
	return i18n.Clean(name.String(), 80)
}
