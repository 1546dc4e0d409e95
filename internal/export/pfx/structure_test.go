package pfx_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/export/pfx"
)

// The tests of this file walk through a file as RFC 7292 describes it. They share nothing with the code that writes and
// reads files here: the DER is taken apart by encoding/asn1, keys are derived and parts decrypted by OpenSSL.

// walk is a place in a file.
type walk struct {
	t    *testing.T
	what string
}

func (w walk) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("%s: %s", w.what, fmt.Sprintf(format, args...))
}

// kids are the values in a constructed one, which must have the tag; class 2 is context-specific.
func (w walk) kids(v asn1.RawValue, class, tag int) []asn1.RawValue {
	w.t.Helper()
	if v.Class != class || v.Tag != tag || !v.IsCompound {
		w.fail("tag %d.%d, want %d.%d, constructed", v.Class, v.Tag, class, tag)
	}
	var out []asn1.RawValue
	for rest := v.Bytes; len(rest) > 0; {
		var one asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &one); err != nil {
			w.fail("%v", err)
		}
		out = append(out, one)
	}
	return out
}

// sequence are the values in a SEQUENCE, of which there must be n; -1: any number.
func (w walk) sequence(v asn1.RawValue, n int) []asn1.RawValue {
	w.t.Helper()
	out := w.kids(v, 0, asn1.TagSequence)
	if n >= 0 && len(out) != n {
		w.fail("%d values, want %d", len(out), n)
	}
	return out
}

// explicit is the one value in [0] EXPLICIT.
func (w walk) explicit(v asn1.RawValue) asn1.RawValue {
	w.t.Helper()
	out := w.kids(v, 2, 0)
	if len(out) != 1 {
		w.fail("%d values in [0]", len(out))
	}
	return out[0]
}

func (w walk) parse(der []byte) asn1.RawValue {
	w.t.Helper()
	var v asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &v); err != nil || len(rest) > 0 {
		w.fail("%v, %d bytes too many", err, len(rest))
	}
	return v
}

func (w walk) octets(v asn1.RawValue) []byte {
	w.t.Helper()
	if v.Class != 0 || v.Tag != asn1.TagOctetString || v.IsCompound {
		w.fail("no OCTET STRING: %d.%d", v.Class, v.Tag)
	}
	return v.Bytes
}

func (w walk) integer(v asn1.RawValue) int {
	w.t.Helper()
	var n int
	if _, err := asn1.Unmarshal(v.FullBytes, &n); err != nil {
		w.fail("%v", err)
	}
	return n
}

func (w walk) oid(v asn1.RawValue, want string) {
	w.t.Helper()
	if got := w.name(v); got != want {
		w.fail("%s, want %s", got, want)
	}
}

func (w walk) name(v asn1.RawValue) string {
	w.t.Helper()
	var id asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(v.FullBytes, &id); err != nil {
		w.fail("%v", err)
	}
	return id.String()
}

func (w walk) null(v asn1.RawValue) {
	w.t.Helper()
	if !bytes.Equal(v.FullBytes, asn1.NullBytes) {
		w.fail("no NULL: %x", v.FullBytes)
	}
}

// data is the content of a ContentInfo of type data.
func (w walk) data(v asn1.RawValue) asn1.RawValue {
	w.t.Helper()
	info := w.sequence(v, 2)
	w.oid(info[0], "1.2.840.113549.1.7.1")
	return w.parse(w.octets(w.explicit(info[1])))
}

// expected is what a profile promises; its numbers stand in the package's documentation.
type expected struct {
	pbes2            bool
	salt, iterations int
	digest, mac      string // OID and name
	macSize          int
}

var expectations = map[pfx.Profile]expected{
	pfx.Compatible: {false, 8, 10_000, "1.3.14.3.2.26", "SHA1", 20},
	pfx.Strong:     {true, 16, 100_000, "2.16.840.1.101.3.4.2.1", "SHA256", 32},
	pfx.StrongOwn:  {true, 16, 250_000, "2.16.840.1.101.3.4.2.1", "SHA256", 32},
}

// openssl gives what the program writes.
func (w walk) openssl(in []byte, args ...string) []byte {
	w.t.Helper()
	out, said, err := run(w.t, nil, string(in), "openssl", args...)
	if err != nil {
		w.fail("openssl %s: %v: %s", args[0], err, said)
	}
	return []byte(out)
}

// pkcs12KDF is the derivation of RFC 7292, B.2, by OpenSSL.
func (w walk) pkcs12KDF(digest string, id, size, iterations int, salt []byte) string {
	w.t.Helper()
	password := hex.EncodeToString(append(bmp(asciiPassword), 0, 0))
	out := w.openssl(nil, "kdf", "-binary", "-keylen", fmt.Sprint(size), "-kdfopt", "digest:"+digest, "-kdfopt", "hexpass:"+password,
		"-kdfopt", "hexsalt:"+hex.EncodeToString(salt), "-kdfopt", fmt.Sprint("iter:", iterations), "-kdfopt", fmt.Sprint("id:", id), "PKCS12KDF")
	return hex.EncodeToString(out)
}

// algorithm checks how a part is encrypted, and gives its plain text and its salts.
func (w walk) algorithm(v asn1.RawValue, sealed []byte, want expected) (plain []byte, salts [][]byte) {
	w.t.Helper()
	a := w.sequence(v, 2)
	var key, iv, cipher string
	if !want.pbes2 {
		w.oid(a[0], "1.2.840.113549.1.12.1.3") // pbeWithSHAAnd3-KeyTripleDES-CBC
		p := w.sequence(a[1], 2)
		salt := w.octets(p[0])
		salts = [][]byte{salt}
		w.number(w.integer(p[1]), want.iterations)
		cipher, key, iv = "-des-ede3-cbc", w.pkcs12KDF("SHA1", 1, 24, want.iterations, salt), w.pkcs12KDF("SHA1", 2, 8, want.iterations, salt)
	} else {
		w.oid(a[0], "1.2.840.113549.1.5.13") // PBES2
		p := w.sequence(a[1], 2)
		kdf, scheme := w.sequence(p[0], 2), w.sequence(p[1], 2)
		w.oid(kdf[0], "1.2.840.113549.1.5.12") // PBKDF2
		k := w.sequence(kdf[1], 3)
		salt := w.octets(k[0])
		w.number(w.integer(k[1]), want.iterations)
		prf := w.sequence(k[2], 2)
		w.oid(prf[0], "1.2.840.113549.2.9") // HMAC with SHA-256
		w.null(prf[1])
		w.oid(scheme[0], "2.16.840.1.101.3.4.1.42") // AES-256-CBC
		vector := w.octets(scheme[1])
		w.number(len(vector), 16)
		salts = [][]byte{salt, vector}
		derived := w.openssl(nil, "kdf", "-binary", "-keylen", "32", "-kdfopt", "digest:SHA256", "-kdfopt", "pass:"+asciiPassword,
			"-kdfopt", "hexsalt:"+hex.EncodeToString(salt), "-kdfopt", fmt.Sprint("iter:", want.iterations), "PBKDF2")
		cipher, key, iv = "-aes-256-cbc", hex.EncodeToString(derived), hex.EncodeToString(vector)
	}
	w.number(len(salts[0]), want.salt)
	return w.openssl(sealed, "enc", "-d", cipher, "-K", key, "-iv", iv), salts
}

func (w walk) number(got, want int) {
	w.t.Helper()
	if got != want {
		w.fail("%d, want %d", got, want)
	}
}

// attributes gives the attributes of a bag by their OID, the DER of the one value each; in the order of DER.
func (w walk) attributes(v asn1.RawValue) map[string]asn1.RawValue {
	w.t.Helper()
	out := map[string]asn1.RawValue{}
	var before []byte
	for _, one := range w.kids(v, 0, asn1.TagSet) {
		if bytes.Compare(before, one.FullBytes) >= 0 {
			w.fail("the attributes are not in the order of DER, or one stands twice")
		}
		before = one.FullBytes
		a := w.sequence(one, 2)
		values := w.kids(a[1], 0, asn1.TagSet)
		w.number(len(values), 1)
		out[w.name(a[0])] = values[0]
	}
	return out
}

const (
	friendlyNameOID = "1.2.840.113549.1.9.20"
	localKeyIDOID   = "1.2.840.113549.1.9.21"
	cspOID          = "1.3.6.1.4.1.311.17.1"
)

// named checks friendly name and key id, and gives the id.
func (w walk) named(attributes map[string]asn1.RawValue, n int) []byte {
	w.t.Helper()
	w.number(len(attributes), n)
	name := attributes[friendlyNameOID]
	if name.Tag != asn1.TagBMPString || !bytes.Equal(name.Bytes, bmp(friendly)) {
		w.fail("friendly name: tag %d, %q", name.Tag, name.Bytes)
	}
	id := w.octets(attributes[localKeyIDOID])
	w.number(len(id), 20)
	return id
}

func TestTheStructureOfRFC7292(t *testing.T) {
	for p, want := range expectations {
		for _, kind := range []string{"rsa-2048", "p-256"} {
			c := content(kind)
			w := walk{t, fmt.Sprint(p, " ", kind)}
			used := map[string]bool{}
			for range 2 { // no salt is ever used again, within a file or in the next
				for _, s := range w.file(encode(t, c, p), c, want) {
					if used[string(s)] || bytes.Equal(s, make([]byte, len(s))) {
						w.fail("the salt %x was used before", s)
					}
					used[string(s)] = true
				}
			}
		}
	}
}

// file walks through a whole file (RFC 7292, 4), and gives its salts and initialisation vectors.
func (w walk) file(file []byte, c pfx.Content, want expected) (salts [][]byte) {
	w.t.Helper()
	pdu := w.sequence(w.parse(file), 3)
	w.number(w.integer(pdu[0]), 3)
	content := w.data(pdu[1])
	salts = append(salts, w.mac(pdu[2], content.FullBytes, want))

	safes := w.sequence(content, 2)
	info := w.sequence(safes[0], 2)
	w.oid(info[0], "1.2.840.113549.1.7.6") // EncryptedData
	sealed := w.sequence(w.explicit(info[1]), 2)
	w.number(w.integer(sealed[0]), 0)
	inner := w.sequence(sealed[1], 3)
	w.oid(inner[0], "1.2.840.113549.1.7.1")
	if inner[2].Class != 2 || inner[2].Tag != 0 || inner[2].IsCompound { // [0] IMPLICIT OCTET STRING
		w.fail("the ciphertext has tag %d.%d", inner[2].Class, inner[2].Tag)
	}
	plain, s := w.algorithm(inner[1], inner[2].Bytes, want)
	salts = append(salts, s...)
	id := w.certificates(plain, c)

	bags := w.sequence(w.data(safes[1]), 1)
	bag := w.sequence(bags[0], 3)
	w.oid(bag[0], "1.2.840.113549.1.12.10.1.2") // pkcs8ShroudedKeyBag
	key := w.sequence(w.explicit(bag[1]), 2)
	plain, s = w.algorithm(key[0], w.octets(key[1]), want)
	salts = append(salts, s...)
	if pkcs8, err := x509.MarshalPKCS8PrivateKey(c.Key); err != nil || !bytes.Equal(plain, pkcs8) {
		w.fail("the key is another one: %v", err)
	}
	attributes, n := w.attributes(bag[2]), 2
	if _, ok := c.Key.(*rsa.PrivateKey); ok {
		n++
		csp := attributes[cspOID]
		if csp.Tag != asn1.TagBMPString || !bytes.Equal(csp.Bytes, bmp("Microsoft Enhanced RSA and AES Cryptographic Provider")) {
			w.fail("the provider is %q", csp.Bytes)
		}
	}
	if !bytes.Equal(w.named(attributes, n), id) {
		w.fail("key and certificate have different ids")
	}
	return salts
}

// certificates walks through the bags of the certificates, and gives the id of the first.
func (w walk) certificates(contents []byte, c pfx.Content) (id []byte) {
	w.t.Helper()
	all := append([]*x509.Certificate{c.Leaf}, c.Chain...)
	for i, v := range w.sequence(w.parse(contents), len(all)) {
		bag := w.sequence(v, -1)
		w.oid(bag[0], "1.2.840.113549.1.12.10.1.3") // certBag
		cert := w.sequence(w.explicit(bag[1]), 2)
		w.oid(cert[0], "1.2.840.113549.1.9.22.1") // x509Certificate
		if !bytes.Equal(w.octets(w.explicit(cert[1])), all[i].Raw) {
			w.fail("certificate %d is another one", i)
		}
		if i > 0 { // a certificate above has no name: programs take what is named for the customer's own
			w.number(len(bag), 2)
			continue
		}
		w.number(len(bag), 3)
		id = w.named(w.attributes(bag[2]), 2)
	}
	return id
}

// mac checks the MAC (RFC 7292, 4 and B.4), and gives its salt.
func (w walk) mac(v asn1.RawValue, over []byte, want expected) (salt []byte) {
	w.t.Helper()
	m := w.sequence(v, 3)
	info := w.sequence(m[0], 2)
	digest := w.sequence(info[0], 2)
	w.oid(digest[0], want.digest)
	w.null(digest[1])
	salt = w.octets(m[1])
	w.number(len(salt), want.salt)
	w.number(w.integer(m[2]), want.iterations)
	file := filepath.Join(w.t.TempDir(), "safe")
	if err := os.WriteFile(file, over, 0o600); err != nil {
		w.fail("%v", err)
	}
	key := w.pkcs12KDF(want.mac, 3, want.macSize, want.iterations, salt)
	shown := w.openssl(nil, "mac", "-digest", want.mac, "-macopt", "hexkey:"+key, "-in", file, "HMAC")
	if got := hex.EncodeToString(w.octets(info[1])); !strings.EqualFold(got, strings.TrimSpace(string(shown))) {
		w.fail("the MAC is %s, OpenSSL says %s", got, shown)
	}
	return salt
}
