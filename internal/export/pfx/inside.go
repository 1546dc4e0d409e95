package pfx

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // files of others
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // files of others
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"errors"
	"hash"
	"strings"
)

// ErrUnknownCipher is about an encryption that isn't known here.
var ErrUnknownCipher = errors.New("pfx: a part is encrypted in a way that is not known here")

// Bounded looks at what a file of others asks for before anything opens it: [Examine] sees what is legible without the
// password, but a key may lie, encrypted once more, inside an encrypted part, and ask for years of iterations there.
// password is what was typed; of an empty one, both forms that are in use are tried.
//
// It derives as many times as Examine allows. Its errors are those of Examine, ErrUnknownCipher, and ErrWrongPassword
// for a part that the password does not decrypt: whether it is wrong, or the file is broken, is for its MAC to say.
func Bounded(data, password []byte) error {
	s, err := Examine(data)
	if err != nil {
		return err
	}
	var p pfxPDU
	var safes []byte
	var infos []contentInfo
	if !all(data, &p) || !all(p.Safe.Content.Bytes, &safes) || !all(safes, &infos) {
		return ErrUnreadable
	}
	total := s.Total
	for _, info := range infos {
		if !info.Type.Equal(oidEncryptedData) {
			continue
		}
		var d encryptedData
		if !all(info.Content.Bytes, &d) {
			return ErrUnreadable
		}
		n, err := inside(d, password)
		if err != nil {
			return err
		}
		if total += n; total > maxForeign {
			return ErrIterations
		}
	}
	return nil
}

// inside gives the iterations that the keys in an encrypted part ask for.
func inside(d encryptedData, password []byte) (int, error) {
	forms := [][]byte{append(bmpString(string(password)), 0, 0)}
	if len(password) == 0 {
		forms = append(forms, nil)
	}
	most, opened := 0, false
	for _, form := range forms {
		plain, err := decryptOthers(d.Content.Algorithm, d.Content.Data, form)
		if errors.Is(err, ErrUnknownCipher) || errors.Is(err, ErrIterations) {
			return 0, err
		}
		var bags []safeBag
		if err != nil || !all(plain, &bags) {
			continue
		}
		opened = true
		var e examination
		for _, b := range bags {
			var key struct {
				Algorithm pkix.AlgorithmIdentifier
				Data      []byte
			}
			if b.ID.Equal(oidKeyBag) && (!all(b.Value.Bytes, &key) || !e.algorithm(key.Algorithm)) {
				return 0, ErrUnreadable
			}
			if e.bad || e.Total > maxForeign {
				return 0, ErrIterations
			}
		}
		most = max(most, e.Total)
	}
	if !opened {
		return 0, ErrWrongPassword
	}
	return most, nil
}

// decryptOthers decrypts a part. password is in the form of RFC 7292, B.1.
func decryptOthers(a pkix.AlgorithmIdentifier, data, password []byte) ([]byte, error) {
	block, iv, err := cipherOfOthers(a, password)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 || len(data)%block.BlockSize() != 0 || len(iv) != block.BlockSize() {
		return nil, ErrUnreadable
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	plain, ok := unpad(plain, block.BlockSize())
	if !ok {
		return nil, ErrWrongPassword
	}
	return plain, nil
}

func cipherOfOthers(a pkix.AlgorithmIdentifier, password []byte) (cipher.Block, []byte, error) {
	if a.Algorithm.Equal(oidPBES2) {
		return pbes2OfOthers(a, password)
	}
	size, ok := map[string]int{"3DES": 24, "RC2-128": 16, "RC2-40": 5}[name(a.Algorithm)]
	var p pbeParams
	switch {
	case !ok || a.Algorithm.String() == "1.2.840.113549.1.12.1.4": // 3DES with two keys, which nobody writes
		return nil, nil, ErrUnknownCipher
	case !all(a.Parameters.FullBytes, &p):
		return nil, nil, ErrUnreadable
	case p.Iterations < 1 || p.Iterations > maxForeign:
		return nil, nil, ErrIterations
	}
	key := derive(sha1.New, forKey, password, p.Salt, p.Iterations, size)
	iv := derive(sha1.New, forIV, password, p.Salt, p.Iterations, des.BlockSize)
	if size != 24 {
		return newRC2(key), iv, nil
	}
	block, err := des.NewTripleDESCipher(key) //nolint:gosec // files of others
	return block, iv, err
}

// pbes2OfOthers takes the password in UTF-8 (RFC 8018, 3).
func pbes2OfOthers(a pkix.AlgorithmIdentifier, password []byte) (cipher.Block, []byte, error) {
	var p pbes2Params
	var k kdfParams
	if !all(a.Parameters.FullBytes, &p) {
		return nil, nil, ErrUnreadable
	}
	if !p.KDF.Algorithm.Equal(oidPBKDF2) {
		return nil, nil, ErrUnknownCipher
	}
	if !all(p.KDF.Parameters.FullBytes, &k) {
		return nil, nil, ErrUnreadable
	}
	if k.Iterations < 1 || k.Iterations > maxForeign {
		return nil, nil, ErrIterations
	}
	prf, ok := map[string]func() hash.Hash{
		"HMAC-SHA-1": sha1.New, "HMAC-SHA-256": sha256.New, "HMAC-SHA-384": sha512.New384, "HMAC-SHA-512": sha512.New,
	}[name(k.PRF.Algorithm)]
	size, ok2 := map[string]int{ // with CBC
		"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32,
	}[p.Cipher.Algorithm.String()]
	if !ok || !ok2 {
		return nil, nil, ErrUnknownCipher
	}
	key, err := pbkdf2.Key(prf, strings.TrimSuffix(fromBMP(password), "\x00"), k.Salt, k.Iterations, size)
	if err != nil {
		return nil, nil, ErrUnreadable
	}
	block, err := aes.NewCipher(key)
	return block, p.Cipher.Parameters.Bytes, err
}
