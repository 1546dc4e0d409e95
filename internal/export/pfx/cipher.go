package pfx

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // the compatible profile
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // the compatible profile
	"crypto/sha256"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// encrypt seals plain with a salt of its own and gives the AlgorithmIdentifier, DER, and the ciphertext.
func (e *encoder) encrypt(plain []byte) (algorithm, sealed []byte, err error) {
	salt, err := e.bytes(e.salt)
	if err != nil {
		return nil, nil, err
	}
	s := scheme{pbes2: e.pbes2, salt: salt, iterations: e.iterations}
	if s.pbes2 {
		if s.iv, err = e.bytes(aes.BlockSize); err != nil {
			return nil, nil, err
		}
	}
	block, iv, err := s.cipher(e.password)
	if err != nil {
		return nil, nil, err
	}
	sealed = pad(plain, block.BlockSize())
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, sealed)
	algorithm, err = s.der()
	return algorithm, sealed, err
}

// scheme is one of the two ways of encrypting with a password that this package knows.
type scheme struct {
	pbes2      bool
	salt, iv   []byte // iv is derived from the password where pbes2 is not set
	iterations int
}

func (s scheme) cipher(password []byte) (cipher.Block, []byte, error) {
	if !s.pbes2 {
		p := bmpPassword(password)
		key := derive(sha1.New, forKey, p, s.salt, s.iterations, 24)
		iv := derive(sha1.New, forIV, p, s.salt, s.iterations, des.BlockSize)
		block, err := des.NewTripleDESCipher(key) //nolint:gosec // the compatible profile
		return block, iv, err
	}
	key, err := pbkdf2.Key(sha256.New, string(password), s.salt, s.iterations, 32)
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(key)
	return block, s.iv, err
}

// der is the AlgorithmIdentifier: pkcs-12PbeParams (RFC 7292, appendix C) or PBES2-params (RFC 8018, A.4).
func (s scheme) der() ([]byte, error) {
	var b cryptobyte.Builder
	sequence := func(b *cryptobyte.Builder, f func(*cryptobyte.Builder)) { b.AddASN1(asn1.SEQUENCE, f) }
	sequence(&b, func(b *cryptobyte.Builder) {
		if !s.pbes2 {
			b.AddASN1ObjectIdentifier(oid3DES)
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(s.salt)
				b.AddASN1Int64(int64(s.iterations))
			})
			return
		}
		b.AddASN1ObjectIdentifier(oidPBES2)
		sequence(b, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidPBKDF2)
				sequence(b, func(b *cryptobyte.Builder) {
					b.AddASN1OctetString(s.salt)
					b.AddASN1Int64(int64(s.iterations))
					sequence(b, func(b *cryptobyte.Builder) {
						b.AddASN1ObjectIdentifier(oidHMACSHA256)
						b.AddASN1NULL()
					})
				})
			})
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidAES256CBC)
				b.AddASN1OctetString(s.iv)
			})
		})
	})
	return b.Bytes()
}

// pad gives a copy of plain, filled up as RFC 8018, 6.1.1 says: n bytes of value n, 1 to size of them.
func pad(plain []byte, size int) []byte {
	n := size - len(plain)%size
	out := make([]byte, 0, len(plain)+n)
	out = append(out, plain...)
	return append(out, bytes.Repeat([]byte{byte(n)}, n)...)
}

func unpad(plain []byte, size int) ([]byte, bool) {
	if len(plain) == 0 {
		return nil, false
	}
	n := int(plain[len(plain)-1])
	if n == 0 || n > size || n > len(plain) {
		return nil, false
	}
	for _, b := range plain[len(plain)-n:] {
		if int(b) != n {
			return nil, false
		}
	}
	return plain[:len(plain)-n], true
}
