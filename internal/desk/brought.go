package desk

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"

	"certdesk/internal/certificate"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/request"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
)

// Brings is what was read and is kept nowhere yet.
type Brings struct {
	certificate.Gathered
	Name   string // of the file; of several, the first that has something; empty for a text
	Others int    // files beside it that say nothing
}

// MayHold reports whether a file may hold a certificate by its name: also one in which it would be sent.
func (i *Intake) MayHold(path string) bool {
	return slices.Contains(i.Endings(), strings.ToLower(filepath.Ext(path)))
}

// Looks reports whether a file may hold a certificate or a key by its name: what is no saved e-mail.
func (i *Intake) Looks(path string) bool {
	return slices.Contains(certificateEndings, strings.ToLower(filepath.Ext(path)))
}

// certificateEndings are those of files that hold certificates or keys, and of archives.
var certificateEndings = []string{
	".cer", ".crt", ".cert", ".pem", ".der", ".p7b", ".p7c", ".p7s", ".zip", ".spc", ".p12", ".pfx", ".key",
}

// Endings are what is listed when a file is chosen: the above, and what a certificate is sent in.
func (i *Intake) Endings() []string {
	return append(slices.Clone(certificateEndings), ".eml", ".txt", ".html", ".htm")
}

// ReadText reads what was pasted.
func (i *Intake) ReadText(text []byte) (Brings, error) {
	g, err := certificate.Gather(text)
	return Brings{Gathered: g}, err
}

// ReadFiles reads files that were chosen or dropped, as one: sellers send the certificate and those above it apart.
// Files that hold nothing are passed over as long as one does; else the fault says what is wrong with the first.
func (i *Intake) ReadFiles(ctx context.Context, paths []string) (Brings, error) {
	if len(paths) > mostLetters {
		return Brings{}, fault.New(fault.FilesMany, nil, "n", mostLetters)
	}
	var all Brings
	var first error
	for _, path := range paths {
		data, err := readFile(ctx, path, certificate.MaxGathered, false)
		if ctx.Err() != nil {
			all.Wipe()
			return Brings{}, fault.New(fault.Cancelled, ctx.Err())
		}
		var g certificate.Gathered
		if err == nil {
			g, err = certificate.Gather(data)
			clear(data) // there may be a private key in it
		}
		if err != nil {
			all.Others++
			if first == nil {
				first = err
			}
			continue
		}
		if all.Name == "" {
			all.Name = filepath.Base(path)
		}
		for _, c := range g.Certificates {
			if !slices.ContainsFunc(all.Certificates, c.Equal) {
				all.Certificates = append(all.Certificates, c)
			}
		}
		all.Keys = append(all.Keys, g.Keys...)
		if all.Mended.IsZero() {
			all.Mended = g.Mended
		}
	}
	if len(all.Certificates)+len(all.Keys) == 0 {
		return Brings{}, first
	}
	return all, nil
}

// Locked is a PKCS #12 file that came alone: what is in it is known once it is opened.
func (i *Intake) Locked(b Brings) []byte {
	if len(b.Certificates) > 0 {
		return nil
	}
	for _, k := range b.Keys {
		if request.IsPKCS12(k) {
			return k
		}
	}
	return nil
}

// Unlock opens a PKCS #12 file, its certificates and its key, or a private key with a password, for the certificates
// beside it. Faults: KeyFilePassword, KeyFileKind, KeyFileUnreadable.
func (i *Intake) Unlock(data []byte, password secret.Value, beside []*x509.Certificate) (Brings, error) {
	var key crypto.Signer
	var err error
	certs := beside
	if request.IsPKCS12(data) {
		key, certs, err = export.ReadPKCS12(data, password)
	} else {
		key, err = export.ReadKey(data, password)
	}
	if err != nil {
		return Brings{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Brings{}, fault.New(fault.KeyFileKind, nil)
	}
	return Brings{Gathered: certificate.Gathered{Certificates: certs, Keys: [][]byte{der}}}, nil
}

// maxNoticed is what is read of a file that was not chosen by the customer.
const maxNoticed = 5 << 20

// Offer is a file that holds the certificate of an order which waits for it.
type Offer struct {
	Path, Name string
	OrderID    string
	Title      i18n.Message // what the list calls the order
}

// Notice looks whether a file that has come into the Downloads folder holds the certificate of an order that waits
// for one. It keeps nothing, and changes neither the order nor the file.
func (i *Intake) Notice(ctx context.Context, path string) (Offer, bool) {
	data, err := readFile(ctx, path, maxNoticed, false)
	if err != nil {
		return Offer{}, false
	}
	g, err := certificate.Gather(data)
	clear(data)
	defer g.Wipe()
	if err != nil {
		return Offer{}, false
	}
	for _, leaf := range g.Customers() {
		hash := spki.OfCertificate(leaf)
		ids, err := i.Store.OrdersBySPKI(ctx, hex.EncodeToString(hash[:]))
		if err != nil {
			return Offer{}, false
		}
		for _, id := range ids {
			o, err := i.Store.Get(ctx, id)
			if err == nil && o.Phase == order.PhaseSent {
				return Offer{Path: path, Name: filepath.Base(path), OrderID: id, Title: o.Application.ListTitle(o.Licence)}, true
			}
		}
	}
	return Offer{}, false
}
