package request

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // what some key files are encrypted with
	"crypto/ecdsa"
	"crypto/pbkdf2"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // PBKDF2's default, RFC 8018
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"hash"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// maxKeyFile is far more than the largest key with its chain takes.
const maxKeyFile = 1 << 20

// IsPKCS12 reports whether a file is a PKCS #12 file by its beginning.
func IsPKCS12(data []byte) bool {
	body, ok := inside(data)
	return ok && bytes.HasPrefix(body, []byte{0x02, 0x01, 0x03, 0x30})
}

// ReadKey reads the private key in a file that a customer brings: PKCS #8, PKCS #1 or SEC 1, in PEM with
// anything around it or in DER; encrypted ones (PKCS #8 with PBKDF2, and PEM's own old way) with their password.
//
// Faults: KeyFilePassword (the password is wrong, or empty and one is needed), KeyFileKind (OpenSSH's and other
// formats, other ways of encryption, kinds of key that no certificate here has), KeyFileUnreadable. None holds
// anything of the file.
func ReadKey(data []byte, password secret.Value) (crypto.Signer, error) {
	if len(data) > maxKeyFile {
		return nil, keyFile(fault.KeyFileUnreadable, "too large")
	}
	if len(data) > 0 && data[0] == 0x30 {
		return keyFromDER(data, password)
	}
	text := []byte(plainText(data))
	other := false
	for b, rest := pem.Decode(text); b != nil; b, rest = pem.Decode(rest) {
		switch {
		case !strings.Contains(b.Type, "PRIVATE KEY"):
		case b.Type == "OPENSSH PRIVATE KEY", b.Type == "PGP PRIVATE KEY BLOCK":
			other = true
		case b.Headers["DEK-Info"] != "":
			return keyFromOldPEM(b, password)
		default:
			return keyFromDER(b.Bytes, password)
		}
	}
	if other || bytes.Contains(text, []byte("PuTTY-User-Key-File")) {
		return nil, keyFile(fault.KeyFileKind, "OpenSSH's or another program's own format")
	}
	return nil, keyFile(fault.KeyFileUnreadable, "no private key in it")
}

func keyFile(code fault.Code, why string) error { return fault.New(code, errors.New("request: "+why)) }

func keyFromDER(der []byte, password secret.Value) (crypto.Signer, error) {
	if body, ok := inside(der); ok {
		if _, encrypted := inside(body); encrypted {
			plain, err := decrypt(der, password)
			if err != nil {
				return nil, err
			}
			defer clear(plain)
			der = plain
		}
	}
	var key any
	var err error
	if key, err = x509.ParsePKCS8PrivateKey(der); err != nil {
		if key, err = x509.ParsePKCS1PrivateKey(der); err != nil {
			if key, err = x509.ParseECPrivateKey(der); err != nil {
				return nil, keyFile(fault.KeyFileUnreadable, "no private key that can be read") // the cause may quote it
			}
		}
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, nil
	case *ecdsa.PrivateKey:
		return k, nil
	}
	return nil, keyFile(fault.KeyFileKind, "neither RSA nor ECDSA")
}

// keyFromOldPEM decrypts what OpenSSL before 3 wrote ("Proc-Type: 4,ENCRYPTED").
func keyFromOldPEM(b *pem.Block, password secret.Value) (crypto.Signer, error) {
	plain := password.Reveal()
	defer clear(plain)
	der, err := x509.DecryptPEMBlock(b, plain) //nolint:staticcheck // insecure by design, and what the customer has
	if err != nil {
		return nil, keyFile(fault.KeyFilePassword, "an encrypted PEM block that does not open")
	}
	defer clear(der)
	key, err := keyFromDER(der, secret.Value{})
	if fault.Is(err, fault.KeyFileUnreadable) { // its padding was right by chance
		return nil, keyFile(fault.KeyFilePassword, "an encrypted PEM block that opens to no key")
	}
	return key, err
}

// What an encrypted PKCS #8 looks like (RFC 5958, 3; RFC 8018, A.2, A.4).
type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

type pbes2 struct{ KDF, Cipher pkix.AlgorithmIdentifier }

type pbkdf2Params struct {
	Salt       []byte
	Iterations int
	KeyLength  int                      `asn1:"optional"`
	PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
}

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}

	prfs = map[string]func() hash.Hash{
		"":                    sha1.New,
		"1.2.840.113549.2.7":  sha1.New,
		"1.2.840.113549.2.9":  sha256.New,
		"1.2.840.113549.2.10": sha512.New384,
		"1.2.840.113549.2.11": sha512.New,
	}
	ciphers = map[string]struct {
		size int
		new  func([]byte) (cipher.Block, error)
	}{
		"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
		"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
		"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
		"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
	}
)

// maxRounds bounds what a hostile file can make a computer do: some seconds.
const maxRounds = 10_000_000

func decrypt(der []byte, password secret.Value) ([]byte, error) {
	var e encryptedKey
	if rest, err := asn1.Unmarshal(der, &e); err != nil || len(rest) > 0 {
		return nil, keyFile(fault.KeyFileUnreadable, "neither a key nor an encrypted one")
	}
	var p pbes2
	var k pbkdf2Params
	var iv []byte
	if !e.Algorithm.Algorithm.Equal(oidPBES2) || !parameters(e.Algorithm, &p) || !p.KDF.Algorithm.Equal(oidPBKDF2) ||
		!parameters(p.KDF, &k) || !parameters(p.Cipher, &iv) {
		return nil, keyFile(fault.KeyFileKind, "encrypted by another way than PBES2 with PBKDF2")
	}
	prf, known := prfs[k.PRF.Algorithm.String()]
	c, ok := ciphers[p.Cipher.Algorithm.String()]
	if !known || !ok || k.Iterations < 1 || k.Iterations > maxRounds {
		return nil, keyFile(fault.KeyFileKind, "encrypted with an algorithm that is not known here")
	}
	if password.Empty() {
		return nil, keyFile(fault.KeyFilePassword, "a password is needed")
	}
	text := password.Reveal()
	defer clear(text)
	secretKey, err := pbkdf2.Key(prf, string(text), k.Salt, k.Iterations, c.size)
	if err != nil {
		return nil, keyFile(fault.KeyFileKind, "encrypted with parameters that are not taken here")
	}
	block, err := c.new(secretKey)
	if err != nil || len(iv) != block.BlockSize() || len(e.Data) == 0 || len(e.Data)%block.BlockSize() != 0 {
		return nil, keyFile(fault.KeyFileUnreadable, "damaged")
	}
	plain := make([]byte, len(e.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, e.Data)
	n := int(plain[len(plain)-1])
	if n == 0 || n > block.BlockSize() || !bytes.HasSuffix(plain, bytes.Repeat([]byte{byte(n)}, n)) || plain[0] != 0x30 {
		return nil, keyFile(fault.KeyFilePassword, "the password does not open it")
	}
	return plain[:len(plain)-n], nil
}

func parameters(a pkix.AlgorithmIdentifier, into any) bool {
	rest, err := asn1.Unmarshal(a.Parameters.FullBytes, into)
	return err == nil && len(rest) == 0
}
