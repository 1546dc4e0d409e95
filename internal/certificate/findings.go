package certificate

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"time"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

// Use is what a key may be used for, by the key usage of its certificate (RFC 5280, 4.2.1.3).
type Use struct{ Signing, Encryption bool }

// useOf reads the key usage; a certificate without one allows everything.
func useOf(c *x509.Certificate) Use {
	if c.KeyUsage == 0 {
		return Use{true, true}
	}
	return Use{
		Signing:    c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0,
		Encryption: c.KeyUsage&(x509.KeyUsageKeyEncipherment|x509.KeyUsageKeyAgreement) != 0,
	}
}

// Message says it in a sentence about mail.
func (u Use) Message() i18n.Message {
	switch {
	case u.Signing && u.Encryption:
		return i18n.M("certificate.use.both")
	case u.Signing:
		return i18n.M("certificate.use.signing")
	case u.Encryption:
		return i18n.M("certificate.use.encryption")
	default:
		return i18n.M("certificate.use.none")
	}
}

func warning(kind Kind, kv ...any) Finding {
	return Finding{
		Kind: kind, Warning: true,
		Message: i18n.M("certificate.finding."+string(kind), kv...),
		Advice:  i18n.M("certificate.finding."+string(kind)+".do", kv...),
	}
}

func note(kind Kind, m i18n.Message) Finding { return Finding{Kind: kind, Message: m} }

// shownNames is how many names a finding lists; a certificate can hold hundreds.
const shownNames = 10

func judgeNames(asked []order.Name, leaf *x509.Certificate) []Finding {
	if len(asked) == 0 {
		return nil
	}
	var out []Finding
	missing, extra := compareNames(asked, Names(leaf))
	if len(missing) > 0 {
		out = append(out, warning(NamesMissing, "names", shown(missing), "n", len(missing)))
	}
	if len(extra) > 0 {
		out = append(out, warning(NamesExtra, "names", shown(extra), "n", len(extra)))
	}
	return out
}

func shown(names []string) []string {
	var out []string
	for i, n := range names {
		if i == shownNames {
			return append(out, "…")
		}
		out = append(out, i18n.Clean(n, 254))
	}
	return out
}

// purposes is the extended key usage that each product needs.
var purposes = map[order.ProductType]x509.ExtKeyUsage{
	order.SMIME:       x509.ExtKeyUsageEmailProtection, // SBR 7.1.2.3
	order.TLS:         x509.ExtKeyUsageServerAuth,      // BR 7.1.2.7
	order.CodeSigning: x509.ExtKeyUsageCodeSigning,     // CSBR 7.1.2.3
}

func judgePurpose(product order.ProductType, leaf *x509.Certificate, use Use) []Finding {
	want, known := purposes[product]
	if !known {
		return nil
	}
	var out []Finding
	if !slices.Contains(leaf.ExtKeyUsage, want) && !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageAny) {
		f := warning(WrongPurpose)
		f.Message = i18n.M("certificate.finding.wrong-purpose." + string(product))
		out = append(out, f)
	}
	switch {
	case product == order.SMIME && (use.Signing || use.Encryption):
		out = append(out, note(KeyUse, use.Message()))
	case product == order.SMIME, !use.Signing:
		out = append(out, warning(WrongKeyUse))
	}
	return out
}

func judgeDates(leaf *x509.Certificate, now, server time.Time) []Finding {
	within := func(t time.Time) bool { return !t.Before(leaf.NotBefore) && !t.After(leaf.NotAfter) }
	switch {
	case within(now):
		return nil
	case !server.IsZero() && within(server):
		return []Finding{warning(ClockWrong, "now", now, "server", server)}
	case now.Before(leaf.NotBefore):
		return []Finding{warning(NotYetValid, "from", leaf.NotBefore, "now", now)}
	default:
		return []Finding{warning(Expired, "until", leaf.NotAfter, "now", now)}
	}
}

// judgeChain warns when nobody above the leaf is there. An incomplete end is no finding: most files leave
// the root out, and without the system's roots nothing tells it from a missing intermediate.
func judgeChain(p path, leaf *x509.Certificate) []Finding {
	var out []Finding
	switch {
	case p.root == leaf:
		out = append(out, warning(SelfSigned))
	case p.broken:
		out = append(out, warning(ChainBroken))
	case len(p.chain) == 0 && p.root == nil:
		out = append(out, warning(ChainMissing))
	}
	if n := len(p.rest); n > 0 {
		out = append(out, note(OthersInTheFile, i18n.M("certificate.finding.others", "n", n)))
	}
	return out
}

var weakSignatures = []x509.SignatureAlgorithm{
	x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1,
}

// judgeStrength names what programs refuse today: RSA under 2048 bits (3072 for code signing, CSBR 6.1.5),
// curves under 256 bits, signatures with MD5 or SHA-1. A root's signature protects nothing.
func judgeStrength(product order.ProductType, r Result) []Finding {
	var out []Finding
	above := append([]*x509.Certificate{r.Leaf}, r.Chain...)
	for i, c := range above {
		least := 2048
		if i == 0 && product == order.CodeSigning {
			least = 3072
		}
		if weakKey(c, least) {
			out = append(out, warning(WeakKey))
			break
		}
	}
	for _, c := range above {
		if c != r.Root && slices.Contains(weakSignatures, c.SignatureAlgorithm) {
			return append(out, warning(WeakSignature))
		}
	}
	return out
}

func weakKey(c *x509.Certificate, least int) bool {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() < least
	case *ecdsa.PublicKey:
		return key.Curve.Params().BitSize < 256
	default:
		return false
	}
}
