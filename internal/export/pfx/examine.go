package pfx

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
)

// Make is how a file is encrypted, as far as it decides who opens it. The names are those of the table of readers.
type Make string

// The makes.
const (
	MakeCompatible Make = "compatible" // 3DES throughout, and a SHA-1 MAC
	MakeStrong     Make = "strong"     // AES and a PBKDF2 with SHA-256 or better, and such a MAC
	MakeRC2        Make = "rc2"        // certificates under RC2 with 40 bits, as Windows and Java wrote them
	MakePBMAC1     Make = "pbmac1"     // a MAC of RFC 9579
	MakeOther      Make = "other"
)

// Structure is what a PKCS #12 file says without its password.
type Structure struct {
	Make Make
	// Ciphers are what its parts are encrypted with, each once, as people call them: "3DES", "AES-256".
	Ciphers []string
	MAC     string // the digest of the MAC, "SHA-1"; empty without one
	// Iterations is the largest number that one part asks for, Total that of all that can be seen.
	Iterations, Total int
	// Plain says that a part lies in it without encryption.
	Plain bool
}

// TooMany reports whether .NET, and with it Windows, refuses the file for its iterations.
func (s Structure) TooMany() bool {
	return s.Iterations > maxIterations || s.Total > maxTotalIterations
}

// maxForeign bounds what a file of others can make a computer do: some seconds.
const maxForeign = 10_000_000

type (
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"tag:0,explicit,optional"`
	}
	pfxPDU struct {
		Version int
		Safe    contentInfo
		MAC     struct {
			Digest struct {
				Algorithm pkix.AlgorithmIdentifier
				Value     []byte
			}
			Salt       []byte
			Iterations int `asn1:"optional,default:1"`
		} `asn1:"optional"`
	}
	encryptedData struct {
		Version int
		Content struct {
			Type      asn1.ObjectIdentifier
			Algorithm pkix.AlgorithmIdentifier
			Data      []byte `asn1:"tag:0,optional"`
		}
	}
	safeBag struct {
		ID         asn1.ObjectIdentifier
		Value      asn1.RawValue   `asn1:"tag:0,explicit"`
		Attributes []asn1.RawValue `asn1:"set,optional"`
	}
	pbeParams struct {
		Salt       []byte
		Iterations int
	}
	pbes2Params struct{ KDF, Cipher pkix.AlgorithmIdentifier }
	kdfParams   struct {
		Salt       []byte
		Iterations int
		Length     int                      `asn1:"optional"`
		PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

// Names of algorithms (RFC 7292, C; RFC 8018, C; RFC 9579).
var (
	names = map[string]string{
		"1.2.840.113549.1.12.1.1": "RC4", "1.2.840.113549.1.12.1.2": "RC4-40", "1.2.840.113549.1.12.1.3": "3DES",
		"1.2.840.113549.1.12.1.4": "3DES", "1.2.840.113549.1.12.1.5": "RC2-128", "1.2.840.113549.1.12.1.6": "RC2-40",
		"1.2.840.113549.3.7": "3DES", "2.16.840.1.101.3.4.1.2": "AES-128", "2.16.840.1.101.3.4.1.22": "AES-192",
		"2.16.840.1.101.3.4.1.42": "AES-256", "2.16.840.1.101.3.4.1.46": "AES-256",
		"1.3.14.3.2.26": "SHA-1", "2.16.840.1.101.3.4.2.1": "SHA-256", "2.16.840.1.101.3.4.2.2": "SHA-384",
		"2.16.840.1.101.3.4.2.3": "SHA-512", "1.2.840.113549.1.5.14": "PBMAC1",
		"": "HMAC-SHA-1", "1.2.840.113549.2.7": "HMAC-SHA-1", "1.2.840.113549.2.9": "HMAC-SHA-256",
		"1.2.840.113549.2.10": "HMAC-SHA-384", "1.2.840.113549.2.11": "HMAC-SHA-512",
	}
	oidPBMAC1 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 14}
)

// Examine takes a PKCS #12 file apart, of whatever program, as far as it is legible without its password. It derives
// nothing. Its errors are ErrUnreadable, and ErrIterations for a file that would keep a computer busy.
func Examine(data []byte) (Structure, error) {
	if len(data) > maxFile {
		return Structure{}, ErrUnreadable
	}
	var p pfxPDU
	var safes []byte
	var infos []contentInfo
	if !all(data, &p) || p.Version != 3 || !p.Safe.Type.Equal(oidData) || !all(p.Safe.Content.Bytes, &safes) || !all(safes, &infos) {
		return Structure{}, ErrUnreadable
	}
	var e examination
	for _, info := range infos {
		if !e.safe(info) {
			return Structure{}, ErrUnreadable
		}
	}
	if len(p.MAC.Digest.Value) > 0 {
		e.MAC = name(p.MAC.Digest.Algorithm.Algorithm)
		rounds := p.MAC.Iterations
		if p.MAC.Digest.Algorithm.Algorithm.Equal(oidPBMAC1) {
			var params pbes2Params
			var k kdfParams
			if !all(p.MAC.Digest.Algorithm.Parameters.FullBytes, &params) || !all(params.KDF.Parameters.FullBytes, &k) {
				return Structure{}, ErrUnreadable
			}
			rounds = k.Iterations
		}
		e.count(rounds)
	}
	e.Make = e.judge()
	if e.bad || e.Total > maxForeign {
		return e.Structure, ErrIterations
	}
	return e.Structure, nil
}

type examination struct {
	Structure
	weakPRF bool // PBES2 with HMAC-SHA-1
	bad     bool
}

func all(der []byte, into any) bool {
	rest, err := asn1.Unmarshal(der, into)
	return err == nil && len(rest) == 0
}

func name(oid asn1.ObjectIdentifier) string {
	if n, ok := names[oid.String()]; ok {
		return n
	}
	return oid.String()
}

func (e *examination) count(n int) {
	if n < 1 || n > maxForeign {
		e.bad = true
		return
	}
	e.Iterations = max(e.Iterations, n)
	e.Total += n
}

func (e *examination) safe(info contentInfo) bool {
	switch {
	case info.Type.Equal(oidEncryptedData):
		var d encryptedData
		return all(info.Content.Bytes, &d) && e.algorithm(d.Content.Algorithm)
	case info.Type.Equal(oidData):
		var inner []byte
		var bags []safeBag
		if !all(info.Content.Bytes, &inner) || !all(inner, &bags) {
			return false
		}
		for _, b := range bags {
			var key struct {
				Algorithm pkix.AlgorithmIdentifier
				Data      []byte
			}
			switch {
			case !b.ID.Equal(oidKeyBag):
				e.Plain = true
			case !all(b.Value.Bytes, &key) || !e.algorithm(key.Algorithm):
				return false
			}
		}
	}
	return true // what is sealed for somebody's certificate shows nothing
}

func (e *examination) algorithm(a pkix.AlgorithmIdentifier) bool {
	cipher, rounds := name(a.Algorithm), 0
	if a.Algorithm.Equal(oidPBES2) {
		var p pbes2Params
		var k kdfParams
		if !all(a.Parameters.FullBytes, &p) {
			return false
		}
		cipher = name(p.Cipher.Algorithm)
		if !all(p.KDF.Parameters.FullBytes, &k) {
			cipher += " (" + name(p.KDF.Algorithm) + ")" // scrypt and others
			k.Iterations = 1
		}
		e.weakPRF = e.weakPRF || name(k.PRF.Algorithm) == "HMAC-SHA-1"
		rounds = k.Iterations
	} else {
		var p pbeParams
		if !all(a.Parameters.FullBytes, &p) {
			return false
		}
		rounds = p.Iterations
	}
	if !slices.Contains(e.Ciphers, cipher) {
		e.Ciphers = append(e.Ciphers, cipher)
	}
	e.count(rounds)
	return true
}

// judge finds the make. Anything that none of the measured ones is, is other.
func (e *examination) judge() Make {
	aes := len(e.Ciphers) > 0
	for _, c := range e.Ciphers {
		aes = aes && (c == "AES-128" || c == "AES-192" || c == "AES-256")
	}
	switch {
	case e.Plain:
		return MakeOther
	case e.MAC == "PBMAC1":
		return MakePBMAC1
	case slices.Contains(e.Ciphers, "RC2-40") && e.MAC == "SHA-1":
		return MakeRC2
	case slices.Equal(e.Ciphers, []string{"3DES"}) && e.MAC == "SHA-1":
		return MakeCompatible
	case aes && !e.weakPRF && e.MAC == "SHA-256":
		return MakeStrong
	}
	return MakeOther
}
