// Package authority is the demo's certificate authority.
//
// A root is made, signs two intermediates (one for mail, one for websites; the S/MIME Baseline
// Requirements, 7.1.2.2, want a mail authority that does nothing else), and its key is dropped before
// anything is written: nobody can ever make a further intermediate. Programs are signed below a root of
// their own, which is made the same way. No system trusts the root, every
// name of root and intermediates says "Demo", and what is issued follows the profiles that public
// authorities follow, so that programs treat it as they treat a real one.
//
// All keys are ECDSA: they are made in milliseconds, so the first start of the demo does not wait for
// them. Customers' keys may be RSA all the same.
//
// The addresses inside certificates (revocation list, issuer's certificate) lie under
// demo.certdesk.invalid. RFC 6761, 6.4 reserves "invalid" for names that never resolve: a mail program
// that checks a demo certificate contacts nobody. The issuer's loopback address would change with every
// start, and a public name would tell a stranger who uses the demo.
package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"certdesk/internal/atomicfile"
)

// How long root and intermediates live, in years. The intermediates must outlive every certificate that
// the demo issues, the root must outlive them.
const (
	rootYears         = 20
	intermediateYears = 15
)

// Kind is what an intermediate issues.
type Kind string

// The kinds of intermediate.
const (
	Mail    Kind = "mail"
	Website Kind = "website"
	Code    Kind = "code"
)

// anyPolicy: RFC 5280, 4.2.1.4.
var anyPolicy = oid(2, 5, 29, 32, 0)

func (k Kind) commonName() string {
	switch k {
	case Mail:
		return "Certdesk Demo Mail CA 1"
	case Code:
		return "Certdesk Demo Code CA 1"
	default:
		return "Certdesk Demo Website CA 1"
	}
}

func (k Kind) usage() x509.ExtKeyUsage {
	switch k {
	case Mail:
		return x509.ExtKeyUsageEmailProtection
	case Code:
		return x509.ExtKeyUsageCodeSigning
	default:
		return x509.ExtKeyUsageServerAuth
	}
}

// hierarchy is a root with what it has signed, in a file of its own. Programs are signed below another root
// than websites and mail are, as with public authorities; a root's key is gone once its file is written, so
// a kind that is new gets a root, and what was there stays as it is.
type hierarchy struct {
	suffix, root string
	kinds        []Kind
}

var hierarchies = []hierarchy{
	{"", "Certdesk Demo Root 1", []Kind{Mail, Website}},
	{"-code", "Certdesk Demo Code Root 1", []Kind{Code}},
}

// files are the files of the authority whose first one is at path.
func files(path string) []string {
	end := filepath.Ext(path)
	var list []string
	for _, h := range hierarchies {
		list = append(list, strings.TrimSuffix(path, end)+h.suffix+end)
	}
	return list
}

// Authority issues certificates. It is safe for concurrent use.
type Authority struct {
	roots  []*x509.Certificate // one for each hierarchy
	issuer map[Kind]intermediate
	rand   io.Reader
}

type intermediate struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// ErrDamaged means that the file holds no usable authority. Nothing is made in its place: certificates
// that it has issued would no longer fit.
var ErrDamaged = errors.New("demo: the file of the demo's certificate authority is damaged")

// Open reads the authority from path and the files beside it, or makes what isn't there (0600). now and
// random are used for validity and serial numbers.
func Open(path string, now time.Time, random io.Reader) (*Authority, error) {
	a := &Authority{issuer: map[Kind]intermediate{}, rand: random}
	for i, file := range files(path) {
		h := hierarchies[i]
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			data, err = a.create(h, file, now)
		}
		if err != nil {
			return nil, fmt.Errorf("demo: opening the certificate authority: %w", err)
		}
		if err := a.read(h, data); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Remove removes what Open has made.
func Remove(path string) error {
	var first error
	for _, file := range files(path) {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) && first == nil {
			first = fmt.Errorf("demo: removing the certificate authority: %w", err)
		}
	}
	return first
}

// Root is the root's certificate.
func (a *Authority) Root() *x509.Certificate { return a.roots[0] }

// RootOf is the certificate of the root above the intermediate that issues certificates of kind k.
func (a *Authority) RootOf(k Kind) *x509.Certificate {
	for i, h := range hierarchies {
		if slices.Contains(h.kinds, k) {
			return a.roots[i]
		}
	}
	return nil
}

// Intermediate is the certificate of the intermediate that issues certificates of kind k.
func (a *Authority) Intermediate(k Kind) *x509.Certificate { return a.issuer[k].certificate }

// create makes root and intermediates and writes the one file that holds them, with the keys of the
// intermediates and without the root's, which only ever lies in this function's memory.
func (a *Authority) create(h hierarchy, path string, now time.Time) ([]byte, error) {
	rootKey, err := newKey(elliptic.P384())
	if err != nil {
		return nil, err
	}
	root, err := a.signRoot(h.root, rootKey, now)
	if err != nil {
		return nil, err
	}
	file := pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: root.Raw})
	for _, k := range h.kinds {
		key, err := newKey(elliptic.P256())
		if err != nil {
			return nil, err
		}
		certificate, err := a.signIntermediate(k, root, key, rootKey, now)
		if err != nil {
			return nil, err
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return nil, fmt.Errorf("demo: encoding the key of an intermediate: %w", err)
		}
		file = append(file, pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: certificate.Raw})...)
		file = append(file, pem.EncodeToMemory(&pem.Block{Type: blockKey, Bytes: der})...)
	}
	if err := atomicfile.Write(path, file, atomicfile.Options{}); err != nil {
		return nil, fmt.Errorf("demo: keeping the certificate authority: %w", err)
	}
	return file, nil
}

func newKey(curve elliptic.Curve) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("demo: making a key of the authority: %w", err)
	}
	return key, nil
}

func name(commonName string) pkix.Name {
	return pkix.Name{
		Country:      []string{"CH"},
		Organization: []string{"Certdesk Demo (trusted by nobody)"},
		CommonName:   commonName,
	}
}

func (a *Authority) signRoot(commonName string, key crypto.Signer, now time.Time) (*x509.Certificate, error) {
	serial, err := a.serial()
	if err != nil {
		return nil, err
	}
	from := start(now)
	t := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               name(commonName),
		NotBefore:             from,
		NotAfter:              end(from.AddDate(rootYears, 0, 0)),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	return sign(t, t, key.Public(), key)
}

func (a *Authority) signIntermediate(k Kind, root *x509.Certificate, key, rootKey crypto.Signer, now time.Time) (*x509.Certificate, error) {
	serial, err := a.serial()
	if err != nil {
		return nil, err
	}
	from := start(now)
	t := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               name(k.commonName()),
		NotBefore:             from,
		NotAfter:              end(from.AddDate(intermediateYears, 0, 0)),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{k.usage()},
		CRLDistributionPoints: []string{address + "root.crl"},
		IssuingCertificateURL: []string{address + "root.crt"},
		Policies:              []x509.OID{anyPolicy},
	}
	return sign(t, root, key.Public(), rootKey)
}

func sign(t, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, t, parent, public, key)
	if err != nil {
		return nil, fmt.Errorf("demo: signing a certificate: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("demo: reading back a certificate: %w", err)
	}
	return certificate, nil
}

// serial is 16 octets, 126 bits of them random: positive in DER, always of the same length, and above the
// 64 bits that the Baseline Requirements ask for (7.1).
func (a *Authority) serial() (*big.Int, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(a.rand, b); err != nil {
		return nil, fmt.Errorf("demo: choosing a serial number: %w", err)
	}
	b[0] = b[0]&0x3f | 0x40
	return new(big.Int).SetBytes(b), nil
}

// start is a little before now, so that a clock that is a minute behind accepts the certificate.
func start(now time.Time) time.Time { return now.UTC().Truncate(time.Second).Add(-time.Minute) }

// end makes a period of whole days: RFC 5280, 4.1.2.5 counts the last second in.
func end(t time.Time) time.Time { return t.Add(-time.Second) }
