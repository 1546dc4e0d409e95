package certificate

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"

	"github.com/smallstep/pkcs7"

	"certdesk/internal/fault"
	"certdesk/internal/spki"
)

// Letter is an e-mail to be signed.
type Letter struct {
	From, To      string
	Subject, Body string // text of one paragraph each; the body may have several lines
	Date          time.Time
	// Boundary separates the parts; random bytes, in hexadecimal, that the text does not hold.
	Boundary [16]byte
}

// SignLetter makes a signed e-mail (RFC 8551, multipart/signed with SHA-256), with the certificate and those above it
// in the signature, as mail programs do. Both the letter and the signature have the letter's date.
func SignLetter(l Letter, key crypto.Signer, leaf *x509.Certificate, chain []*x509.Certificate) ([]byte, error) {
	if !spki.Equal(key.Public(), leaf.PublicKey) {
		return nil, fault.New(fault.KeyUnusable, errors.New("certificate: the key of another certificate"))
	}
	var text bytes.Buffer
	q := quotedprintable.NewWriter(&text)
	_, _ = q.Write([]byte(strings.ReplaceAll(l.Body, "\n", "\r\n") + "\r\n"))
	_ = q.Close()
	part := "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + text.String()
	der, err := signDetached([]byte(part), l.Date, key, append([]*x509.Certificate{leaf}, chain...))
	if err != nil {
		return nil, err
	}
	boundary := "signed-" + hex.EncodeToString(l.Boundary[:])
	var out strings.Builder
	fmt.Fprintf(&out, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\n",
		mailAddress(l.From), mailAddress(l.To), mime.QEncoding.Encode("utf-8", l.Subject), l.Date.Format(time.RFC1123Z))
	fmt.Fprintf(&out, "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n micalg=sha-256; boundary=\"%s\"\r\n\r\n", boundary)
	fmt.Fprintf(&out, "--%s\r\n%s\r\n--%s\r\n", boundary, part, boundary)
	out.WriteString("Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\nContent-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n")
	for text := base64.StdEncoding.EncodeToString(der); text != ""; {
		n := min(len(text), 76)
		out.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	fmt.Fprintf(&out, "\r\n--%s--\r\n", boundary)
	return []byte(out.String()), nil
}

func mailAddress(mailbox string) string { return (&mail.Address{Address: mailbox}).String() }

// MailKind is what an e-mail is to S/MIME.
type MailKind int

// The kinds.
const (
	NotMail     MailKind = iota
	PlainMail            // without a signature of this kind
	SignedMail           // with one that is right
	ChangedMail          // with one that does not fit the text
	SealedMail           // encrypted
	StrangeMail          // with one that can't be checked here
)

// Mail is what a saved e-mail says about who signed it. All of it is text from outside.
type Mail struct {
	Kind         MailKind
	From         string // the address alone
	Signer       *x509.Certificate
	Certificates []*x509.Certificate
	Signed       time.Time // as the signature says; zero when it says nothing
	SHA1         bool      // the digest of the signature
}

// ReadMail looks at the signature of a saved e-mail. Whether its certificate is to be trusted is not said here.
func ReadMail(data []byte) Mail {
	if len(data) > MaxGathered {
		return Mail{}
	}
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil || m.Header.Get("From") == "" {
		return Mail{}
	}
	out := Mail{Kind: PlainMail}
	if from, err := mail.ParseAddress(m.Header.Get("From")); err == nil {
		out.From = from.Address
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return out
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return out
	}
	switch kind {
	case "multipart/signed":
		if !strings.Contains(strings.ToLower(params["protocol"]), "pkcs7-signature") {
			return out
		}
		text, signature, ok := split(body, params["boundary"])
		if !ok {
			out.Kind = StrangeMail
			return out
		}
		out.check(signature, text)
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		der := body
		if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "base64") {
			der = unBase64(body)
		}
		out.check(der, nil)
	}
	return out
}

// split gives the text that is signed, to the byte, and the signature.
func split(body []byte, boundary string) (text, signature []byte, ok bool) {
	mark := []byte("--" + boundary)
	if boundary == "" {
		return nil, nil, false
	}
	parts := bytes.Split(append([]byte("\n"), body...), append([]byte("\n"), mark...))
	if len(parts) < 4 {
		return nil, nil, false
	}
	_, text, ok = bytes.Cut(parts[1], []byte("\n"))
	if !ok {
		return nil, nil, false
	}
	_, after, ok := bytes.Cut(parts[2], []byte("\n"))
	if !ok {
		return nil, nil, false
	}
	m, err := mail.ReadMessage(bytes.NewReader(after))
	if err != nil {
		return nil, nil, false
	}
	signature, err = io.ReadAll(m.Body)
	return bytes.TrimSuffix(text, []byte("\r")), unBase64(signature), err == nil
}

func unBase64(text []byte) []byte {
	var bare []byte
	for _, b := range text {
		if b > ' ' {
			bare = append(bare, b)
		}
	}
	out, err := base64.StdEncoding.DecodeString(string(bare))
	if err != nil {
		return nil
	}
	return out
}

// check verifies a signature; content is nil when it holds the text itself.
func (m *Mail) check(der, content []byte) {
	m.Kind = StrangeMail
	defer func() {
		if recover() != nil { // the library indexes without looking
			m.Kind, m.Signer = StrangeMail, nil
		}
	}()
	if len(der) == 0 || !shallow(der) {
		return
	}
	p7, err := pkcs7.Parse(der)
	if err != nil || len(p7.Certificates) > MaxCertificates {
		return
	}
	if len(p7.Signers) == 0 {
		if len(p7.Certificates) == 0 && content == nil {
			m.Kind = SealedMail
		}
		return
	}
	m.Certificates, m.Signer = p7.Certificates, p7.GetOnlySigner()
	if m.Signer == nil {
		return
	}
	var at time.Time
	if p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &at) == nil {
		m.Signed = at
	}
	m.SHA1 = p7.Signers[0].DigestAlgorithm.Algorithm.Equal(pkcs7.OIDDigestAlgorithmSHA1)
	texts := [][]byte{p7.Content}
	if content != nil { // as it is, and with the ends of lines that every e-mail has on its way (RFC 8551, 3.1.1)
		lines := bytes.ReplaceAll(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		texts = [][]byte{content, lines}
	}
	// Whether the certificate was valid at the time is judged apart, so that a changed text is not hidden by it.
	timeless := *m.Signer
	timeless.NotBefore, timeless.NotAfter = time.Time{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	p7.Certificates = []*x509.Certificate{&timeless}
	for _, text := range texts {
		p7.Content = text
		err := p7.Verify()
		if err == nil {
			m.Kind = SignedMail
			return
		}
		if changed := new(pkcs7.MessageDigestMismatchError); errors.As(err, &changed) || errors.Is(err, rsa.ErrVerification) ||
			strings.HasSuffix(err.Error(), "verification failure") {
			m.Kind = ChangedMail
		}
	}
}
