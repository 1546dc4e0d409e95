package pfx

import (
	"crypto/sha1" //nolint:gosec // RFC 7292, for readers that know nothing newer
	"crypto/sha256"
	"encoding/asn1"
	"hash"
)

// Profile is a choice of algorithms. The zero value is none and can't be encoded.
type Profile int

// The profiles; the package documentation says what each holds.
const (
	Compatible Profile = iota + 1
	Strong
	StrongOwn
)

// String is the profile's name in the table of readers.
func (p Profile) String() string {
	switch p {
	case Compatible:
		return "compatible"
	case Strong:
		return "strong"
	case StrongOwn:
		return "strong-own"
	default:
		return "none"
	}
}

// What .NET's Pkcs12LoaderLimits.Defaults allow a file to ask for: in one place, and in all.
const (
	maxIterations      = 300_000
	maxTotalIterations = 1_000_000
)

// parameters are what a profile stands for.
type parameters struct {
	pbes2      bool
	iterations int // for each of key, certificates and MAC
	salt       int // bytes
	mac        digest
}

func (p Profile) parameters() (parameters, error) {
	switch p {
	case Compatible:
		return parameters{pbes2: false, iterations: 10_000, salt: 8, mac: digestSHA1}, nil
	case Strong:
		return parameters{pbes2: true, iterations: 100_000, salt: 16, mac: digestSHA256}, nil
	case StrongOwn:
		return parameters{pbes2: true, iterations: 250_000, salt: 16, mac: digestSHA256}, nil
	default:
		return parameters{}, ErrProfile
	}
}

// digest is a hash function as the MAC uses it.
type digest struct {
	oid  asn1.ObjectIdentifier
	new  func() hash.Hash
	size int
}

var (
	digestSHA1   = digest{oidSHA1, sha1.New, sha1.Size}
	digestSHA256 = digest{oidSHA256, sha256.New, sha256.Size}
)

var (
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidEncryptedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 6}

	oidKeyBag  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 2} // pkcs8ShroudedKeyBag
	oidCertBag = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 3}
	oidX509    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 22, 1}

	oidFriendlyName = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 20}
	oidLocalKeyID   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 21}
	oidCSPName      = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 17, 1}

	oid3DES       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3} // pbeWithSHAAnd3-KeyTripleDES-CBC
	oidPBES2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidHMACSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	oidAES256CBC  = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}

	oidSHA1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
)

// cspName makes Windows put an RSA key into the provider that can sign with SHA-256; the one it takes
// without this attribute can't.
const cspName = "Microsoft Enhanced RSA and AES Cryptographic Provider"
