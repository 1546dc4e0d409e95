package desk

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"path/filepath"
	"strings"

	"certdesk/internal/certificate"
	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/request"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
)

// Inspector looks into files that the customer wonders about. It keeps nothing of them, writes nothing and asks
// nobody: neither the network nor the seller nor the keyring.
type Inspector struct{ *core }

// maxInspected is for a signed e-mail with its attachments.
const maxInspected = certificate.MaxGathered

// Inspected is what a file is, in words.
type Inspected struct {
	Name string // of the file, for the screen
	What i18n.Message
	// Locked says that a password is needed to see more.
	Locked bool
	// Certificate describes the one that the file is about; nil when there is none.
	Certificate *certificate.Description
	// Above are those above it in the file, its issuer first, by their names.
	Above []string
	// Notes are what is to be known, and what is missing; the warnings first.
	Notes []certificate.Finding
	// Encryption says how a PKCS #12 file is encrypted; zero for other files.
	Encryption i18n.Message
	// Programs says who opens a PKCS #12 file; none for other files.
	Programs []destination.Opening
}

// Read reads the file. The data is the caller's to wipe.
func (i *Inspector) Read(ctx context.Context, path string) ([]byte, error) {
	return readFile(ctx, path, maxInspected, false)
}

// Look says what the file is. Without the password of a file that has one, it says what can be seen from outside.
// Its faults: KeyFilePassword for a password that does not open it; those of [certificate.Gather] and
// [export.ReadKey] for what can't be read at all.
func (i *Inspector) Look(path string, data []byte, password secret.Value) (Inspected, error) {
	out := Inspected{Name: i18n.Clean(filepath.Base(path), 120)}
	switch {
	case request.IsPKCS12(data):
		return i.lookPKCS12(out, data, password)
	case bytes.HasPrefix(data, []byte{0xFE, 0xED, 0xFE, 0xED}), bytes.HasPrefix(data, []byte{0xCE, 0xCE, 0xCE, 0xCE}):
		out.What = i18n.M("check.what.jks")
		return out, nil
	}
	m := certificate.ReadMail(data)
	if m.Kind > certificate.PlainMail {
		return i.lookMail(out, m), nil
	}
	g, err := certificate.Gather(data)
	defer g.Wipe()
	if err != nil && m.Kind == certificate.PlainMail {
		out.What = i18n.M("check.what.mail", "from", i18n.Clean(m.From, 254))
		out.Notes = append(out.Notes, noteOf("mail-unsigned", true))
		return out, nil
	}
	if err != nil && len(g.Keys) == 0 {
		if key, keyErr := export.ReadKey(data, password); keyErr == nil {
			return i.about(out, nil, key.Public()), nil
		} else if fault.Is(keyErr, fault.KeyFilePassword) {
			return locked(out, password, keyErr)
		}
		return Inspected{}, err
	}
	if len(g.Keys) > 0 && request.IsPKCS12(g.Keys[0]) { // in an archive or an e-mail
		return i.lookPKCS12(out, g.Keys[0], password)
	}
	out.What = whatOf(data, len(g.Certificates))
	if len(g.Keys) == 0 {
		return i.about(out, g.Certificates, nil), nil
	}
	key, err := export.ReadKey(g.Keys[0], password)
	switch {
	case fault.Is(err, fault.KeyFilePassword):
		return locked(i.about(out, g.Certificates, nil), password, err)
	case err != nil:
		return Inspected{}, err
	}
	out = i.about(out, g.Certificates, key.Public())
	for n, note := range out.Notes {
		if note.Kind == "takes-one" && !password.Empty() { // the key is under it
			out.Notes[n] = noteOf("takes-asking", false)
		}
	}
	return out, nil
}

// locked asks for the password, or says that the one that was given is wrong.
func locked(out Inspected, password secret.Value, err error) (Inspected, error) {
	out.Locked = true
	if out.What.ID == "" {
		out.What = i18n.M("check.what.key-locked")
	}
	if password.Empty() {
		return out, nil
	}
	return out, err
}

func (i *Inspector) lookPKCS12(out Inspected, data []byte, password secret.Value) (Inspected, error) {
	s, err := export.Structure(data)
	if err != nil {
		return Inspected{}, err
	}
	out.What = i18n.M("check.what.pkcs12")
	out.Encryption = i18n.M("check.make."+string(s.Make), "ciphers", strings.Join(s.Ciphers, ", "), "mac", s.MAC, "rounds", s.Iterations)
	who := destination.File{Make: string(s.Make), TooMany: s.TooMany()}
	out.Programs = destination.WhoOpens(who)
	o, err := export.Open(data, password)
	if err != nil {
		if fault.Is(err, fault.KeyFilePassword) {
			return locked(out, password, err)
		}
		return Inspected{}, err
	}
	out = i.about(out, o.Certificates, o.Key)
	if out.Certificate != nil {
		who.Key = out.Certificate.Key
	}
	who.NotASCII, who.NoPassword = o.NotASCII, o.NoPassword
	out.Programs = destination.WhoOpens(who)
	for _, n := range []struct {
		is bool
		id string
	}{{o.Trimmed, "trimmed"}, {o.NotASCII, "not-ascii"}, {o.NoPassword, "no-password"}, {who.TooMany, "too-many"}} {
		if n.is {
			out.Notes = append([]certificate.Finding{noteOf(n.id, true)}, out.Notes...)
		}
	}
	return out, nil
}

func noteOf(id string, warning bool, kv ...any) certificate.Finding {
	return certificate.Finding{
		Kind: certificate.Kind(id), Warning: warning, Message: i18n.M("check.note."+id, kv...), Advice: i18n.M("check.note."+id+".do", kv...),
	}
}

// about says what certificates and key are to each other.
func (i *Inspector) about(out Inspected, certs []*x509.Certificate, key crypto.PublicKey) Inspected {
	switch {
	case len(certs) == 0:
		if out.What.ID == "" || out.What.ID == "check.what.pem" {
			out.What = i18n.M("check.what.key")
		}
		out.Notes = append(out.Notes, noteOf("key-alone", true, "key", choiceOf(key).Name()))
		return out
	case key == nil:
		out.Notes = append(out.Notes, noteOf("no-key", false))
	}
	in := certificate.Input{Certificates: certs, Now: i.Now()}
	hash, err := spki.Hash(key)
	fits := key != nil && err == nil
	if fits {
		in.SPKI = hash
	}
	r, err := certificate.Check(in)
	if err != nil { // none has the key: the one that is meant is looked at all the same
		leaf := r.Leaf
		in.SPKI = spki.OfCertificate(leaf)
		if fits {
			out.Notes = append(out.Notes, noteOf("key-foreign", true))
		}
		fits = false
		if r, err = certificate.Check(in); err != nil {
			return out
		}
	}
	in.Product = productOf(r.Leaf)
	if r, err = certificate.Check(in); err != nil {
		return out
	}
	d := certificate.Describe(r.Leaf)
	out.Certificate = &d
	if fits {
		out.Notes = append(out.Notes, noteOf("key-fits", false))
	}
	for _, c := range r.All()[1:] {
		out.Above = append(out.Above, certificate.Describe(c).Title)
	}
	out.Notes = append(out.Notes, r.Findings...)
	if top := r.All()[len(r.All())-1]; r.Root == nil && len(r.Chain) > 0 {
		out.Notes = append(out.Notes, noteOf("top", false, "issuer", certificate.Describe(top).IssuedBy))
	}
	if id := takes(out.What.ID, in.Product, fits); id != "" {
		out.Notes = append(out.Notes, noteOf(id, false))
	}
	return out
}

// takes is the note that says which programs take a file without a password. Of a PKCS #12 file, its encryption
// decides, and the table of programs says so.
func takes(what string, product order.ProductType, key bool) string {
	switch {
	case what == "check.what.p7b", what == "check.what.der":
		return "takes-" + strings.TrimPrefix(what, "check.what.")
	case what != "check.what.pem":
		return ""
	case product == order.SMIME && key:
		return "takes-mail"
	case product == order.SMIME, product == order.CodeSigning:
		return ""
	case key:
		return "takes-one"
	default:
		return "takes-chain"
	}
}

// productOf is what a certificate is for, by its extended key usage.
func productOf(c *x509.Certificate) order.ProductType {
	for _, u := range c.ExtKeyUsage {
		switch u {
		case x509.ExtKeyUsageEmailProtection:
			return order.SMIME
		case x509.ExtKeyUsageServerAuth:
			return order.TLS
		case x509.ExtKeyUsageCodeSigning:
			return order.CodeSigning
		}
	}
	return ""
}

// whatOf names the form of a file with certificates.
func whatOf(data []byte, n int) i18n.Message {
	switch {
	case bytes.Contains(data, []byte("-----BEGIN PKCS7")), bytes.Contains(data, []byte("-----BEGIN CMS")):
		return i18n.M("check.what.p7b", "n", n)
	case bytes.Contains(data, []byte("-----BEGIN ")):
		return i18n.M("check.what.pem", "n", n)
	}
	if _, err := x509.ParseCertificate(data); err == nil {
		return i18n.M("check.what.der")
	}
	if len(data) > 0 && data[0] == 0x30 {
		return i18n.M("check.what.p7b", "n", n)
	}
	return i18n.M("check.what.inside", "n", n)
}

// lookMail says who signed an e-mail, and whether it came as it was signed.
func (i *Inspector) lookMail(out Inspected, m certificate.Mail) Inspected {
	from := i18n.Clean(m.From, 254)
	out.What = i18n.M("check.what.mail", "from", from)
	switch m.Kind {
	case certificate.SealedMail:
		out.Notes = append(out.Notes, noteOf("mail-sealed", false))
		return out
	case certificate.StrangeMail:
		out.Notes = append(out.Notes, noteOf("mail-strange", true))
		return out
	case certificate.ChangedMail:
		out.Notes = append(out.Notes, noteOf("mail-changed", true))
	default:
		out.Notes = append(out.Notes, noteOf("mail-right", false))
	}
	in := certificate.Input{
		Certificates: m.Certificates, SPKI: spki.OfCertificate(m.Signer), Product: order.SMIME, Now: i.Now(),
	}
	if m.Kind == certificate.SignedMail && !m.Signed.IsZero() {
		in.Now = m.Signed // what counts is whether it was valid then
		out.Notes = append(out.Notes, noteOf("mail-time", false, "when", m.Signed))
	}
	r, err := certificate.Check(in)
	if err != nil {
		return out
	}
	d := certificate.Describe(r.Leaf)
	out.Certificate = &d
	for _, c := range r.All()[1:] {
		out.Above = append(out.Above, certificate.Describe(c).Title)
	}
	fits := false
	for _, n := range d.Names {
		fits = fits || n.Type == "email" && strings.EqualFold(n.Value, m.From)
	}
	if fits {
		out.Notes = append(out.Notes, noteOf("mail-address", false, "from", from))
	} else {
		out.Notes = append(out.Notes, noteOf("mail-other", true, "from", from, "names", d.Title))
	}
	if m.SHA1 {
		out.Notes = append(out.Notes, noteOf("mail-sha1", true))
	}
	for _, f := range r.Findings {
		if f.Kind != certificate.KeyUse {
			out.Notes = append(out.Notes, f)
		}
	}
	out.Notes = append(out.Notes, noteOf("mail-trust", false, "issuer", d.IssuedBy))
	return out
}
