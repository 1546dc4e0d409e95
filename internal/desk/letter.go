package desk

import (
	"context"
	"io"

	"certdesk/internal/certificate"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

// TestLetter writes a signed test message into the folder for files: from the certificate's mailbox to itself, signed
// with the key in the keyring, and read again from the disk. It is the customer's to open; nothing is sent. It gives
// the path.
//
// Faults: NotYet without a certificate for a mailbox; KeyNotHere; those of the keyring and of writing files; Unexpected
// for a message whose signature is not right when it is read again.
func (e *Exports) TestLetter(ctx context.Context, id string, say func(i18n.Message) string) (string, error) {
	o, err := e.Store.Get(ctx, id)
	if err != nil {
		return "", err
	}
	all, err := e.Store.Certificates(ctx, id)
	if err != nil {
		return "", err
	}
	kept, ok := currentOf(all)
	if !ok || o.Licence.Product.Type != order.SMIME {
		return "", fault.New(fault.NotYet, nil)
	}
	leaf, chain, err := parsed(kept)
	if err != nil {
		return "", err
	}
	keyID, err := e.keyFor(ctx, o, kept)
	switch {
	case err != nil:
		return "", err
	case keyID == "":
		return "", fault.New(fault.KeyNotHere, nil)
	}
	key, _, err := e.Vault.Key(ctx, keyID)
	if err != nil {
		return "", err
	}
	mailbox := ""
	for _, n := range certificate.Names(leaf) {
		if n.Type == "email" {
			mailbox = n.Value
			break
		}
	}
	l := certificate.Letter{
		From: mailbox, To: mailbox, Date: e.Now(),
		Subject: say(i18n.M("check.letter.subject")), Body: say(i18n.M("check.letter.body", "mailbox", mailbox)),
	}
	if _, err := io.ReadFull(e.Rand, l.Boundary[:]); err != nil {
		return "", fault.New(fault.Unexpected, err)
	}
	data, err := certificate.SignLetter(l, key, leaf, chain)
	if err != nil {
		return "", err
	}
	if certificate.ReadMail(data).Kind != certificate.SignedMail {
		return "", fault.New(fault.Unexpected, nil)
	}
	return e.save(ctx, e.ExportDir(), export.FileName(mailbox, say(i18n.M("check.letter.file")), leaf.NotAfter, ".eml"), data)
}
