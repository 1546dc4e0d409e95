package pfx

import (
	"bytes"
	"hash"
	"unicode/utf16"
)

// What a derived key is for (RFC 7292, B.3).
const (
	forKey byte = 1
	forIV  byte = 2
	forMAC byte = 3
)

// blockSize is v of RFC 7292, B.2, in bytes, for SHA-1 and SHA-256.
const blockSize = 64

// bmpPassword is the password as PKCS#12's own key derivation wants it: UTF-16, big end first, with two
// zero bytes at the end (RFC 7292, B.1).
func bmpPassword(ascii []byte) []byte {
	out := make([]byte, 0, 2*len(ascii)+2)
	for _, c := range ascii {
		out = append(out, 0, c)
	}
	return append(out, 0, 0)
}

// bmpString is s in UTF-16, big end first, without an end mark; s must be in the basic plane.
func bmpString(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

// derive is the key derivation of RFC 7292, B.2, with the names of its variables.
func derive(h func() hash.Hash, purpose byte, password, salt []byte, iterations, size int) []byte {
	hasher := h()
	d := bytes.Repeat([]byte{purpose}, blockSize)
	i := append(repeat(salt), repeat(password)...)
	var out []byte
	for {
		hasher.Reset()
		hasher.Write(d)
		hasher.Write(i)
		a := hasher.Sum(nil)
		for range iterations - 1 {
			hasher.Reset()
			hasher.Write(a)
			a = hasher.Sum(a[:0])
		}
		out = append(out, a...)
		if len(out) >= size {
			return out[:size]
		}
		b := repeat(a)
		for j := 0; j < len(i); j += blockSize {
			addPlusOne(i[j:j+blockSize], b[:blockSize])
		}
	}
}

// repeat concatenates copies of s to the next multiple of the block size, the last one cut.
func repeat(s []byte) []byte {
	if len(s) == 0 {
		return nil
	}
	size := (len(s) + blockSize - 1) / blockSize * blockSize
	return bytes.Repeat(s, size/len(s)+1)[:size:size]
}

// addPlusOne sets i to i + b + 1 modulo 2 to the power of its bits; both have the same length.
func addPlusOne(i, b []byte) {
	carry := uint32(1)
	for k := len(i) - 1; k >= 0; k-- {
		sum := uint32(i[k]) + uint32(b[k]) + carry
		i[k], carry = byte(sum), sum>>8
	}
}
