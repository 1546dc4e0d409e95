package vault

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"

	"certdesk/internal/secret"
	"certdesk/internal/spki"
)

// maxRecord is Windows' CRED_MAX_CREDENTIAL_BLOB_SIZE in bytes, the smallest limit of the three systems.
const maxRecord = 2560

const recordVersion = 1

// errRecord stands for everything that is wrong with a record. What encoding/json would say about it quotes
// the record, so it is never wrapped.
var errRecord = errors.New("vault: the record can't be read")

var errKind = errors.New("vault: a kind of key that can't be kept")

// record is what lies in the keyring: one line of printable ASCII, since KDE's service corrupts bytes that
// are not UTF-8 (zalando/go-keyring#143) and only the smallest form of a key fits everywhere. Numbers are
// base64url without padding, big-endian; an elliptic curve's d is padded to the curve's length (RFC 7518,
// 6.2.2.1).
type record struct {
	V      int    `json:"v"`
	Kind   Kind   `json:"kind"`
	Origin Origin `json:"origin,omitempty"`
	SPKI   string `json:"spki_sha256,omitempty"`
	Kty    string `json:"kty,omitempty"` // RSA, EC, OKP
	Crv    string `json:"crv,omitempty"` // P-256, P-384, P-521, Ed25519
	P      string `json:"p,omitempty"`
	Q      string `json:"q,omitempty"`
	E      int    `json:"e,omitempty"` // 65537 when missing
	D      string `json:"d,omitempty"`
	Value  string `json:"value,omitempty"` // a code or a token
}

const usualExponent = 65537

func encodeKey(key crypto.Signer, origin Origin) (string, string, error) {
	if key == nil {
		return "", "", errKind
	}
	hash, err := spki.Hex(key.Public())
	if err != nil {
		return "", "", errKind
	}
	r := record{V: recordVersion, Kind: KindKey, Origin: origin, SPKI: hash}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if len(k.Primes) != 2 {
			return "", "", errKind // multi-prime: no certificate authority's software makes or takes it
		}
		r.Kty, r.P, r.Q = "RSA", encode(k.Primes[0].Bytes()), encode(k.Primes[1].Bytes())
		if k.E != usualExponent {
			r.E = k.E
		}
	case *ecdsa.PrivateKey:
		d, err := k.Bytes()
		if err != nil {
			return "", "", errKind
		}
		r.Kty, r.Crv, r.D = "EC", k.Curve.Params().Name, encode(d)
	case ed25519.PrivateKey:
		r.Kty, r.Crv, r.D = "OKP", "Ed25519", encode(k.Seed())
	default:
		return "", "", errKind
	}
	text, err := marshal(r)
	return text, hash, err
}

func encodeSecret(kind Kind, s secret.Value) (string, error) {
	return marshal(record{V: recordVersion, Kind: kind, Value: encode(s.Reveal())})
}

func marshal(r record) (string, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return "", errRecord
	}
	return string(b), nil
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func decode(s string) ([]byte, error) { return base64.RawURLEncoding.Strict().DecodeString(s) }

func parse(text string) (record, error) {
	var r record
	if len(text) > 2*maxRecord || json.Unmarshal([]byte(text), &r) != nil || r.V != recordVersion {
		return record{}, errRecord
	}
	return r, nil
}

// decodeKey rebuilds a key and proves that it is whole: the parts fit each other and the public key is the
// one that the record names.
func decodeKey(text string) (crypto.Signer, Origin, string, error) {
	r, err := parse(text)
	if err != nil || r.Kind != KindKey {
		return nil, "", "", errRecord
	}
	key, err := r.key()
	if err != nil {
		return nil, "", "", errRecord
	}
	if hash, err := spki.Hex(key.Public()); err != nil || hash != r.SPKI {
		return nil, "", "", errRecord
	}
	return key, r.Origin, r.SPKI, nil
}

func (r record) key() (crypto.Signer, error) {
	switch r.Kty {
	case "RSA":
		return r.rsaKey()
	case "EC":
		curves := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}
		d, err := decode(r.D)
		curve := curves[r.Crv]
		if err != nil || curve == nil {
			return nil, errRecord
		}
		return ecdsa.ParseRawPrivateKey(curve, d)
	case "OKP":
		seed, err := decode(r.D)
		if err != nil || r.Crv != "Ed25519" || len(seed) != ed25519.SeedSize {
			return nil, errRecord
		}
		return ed25519.NewKeyFromSeed(seed), nil
	}
	return nil, errRecord
}

// rsaKey computes n and d from the primes (RFC 8017, 3.2), then checks all of it.
func (r record) rsaKey() (crypto.Signer, error) {
	pb, err1 := decode(r.P)
	qb, err2 := decode(r.Q)
	if err1 != nil || err2 != nil || len(pb) > maxRecord || len(qb) > maxRecord {
		return nil, errRecord
	}
	e := r.E
	if e == 0 {
		e = usualExponent
	}
	one := big.NewInt(1)
	p, q := new(big.Int).SetBytes(pb), new(big.Int).SetBytes(qb)
	if p.Cmp(one) <= 0 || q.Cmp(one) <= 0 {
		return nil, errRecord
	}
	p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
	lambda := new(big.Int).Div(new(big.Int).Mul(p1, q1), new(big.Int).GCD(nil, nil, p1, q1))
	d := new(big.Int).ModInverse(big.NewInt(int64(e)), lambda)
	if d == nil {
		return nil, errRecord
	}
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: e},
		D:         d,
		Primes:    []*big.Int{p, q},
	}
	key.Precompute()
	if key.Validate() != nil {
		return nil, errRecord
	}
	return key, nil
}

func decodeSecret(text string) (Kind, secret.Value, error) {
	r, err := parse(text)
	if err != nil || r.Kind == KindKey || r.Value == "" {
		return "", secret.Value{}, errRecord
	}
	b, err := decode(r.Value)
	if err != nil {
		return "", secret.Value{}, errRecord
	}
	return r.Kind, secret.New(b), nil
}
