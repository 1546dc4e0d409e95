package request

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"unicode"

	"certdesk/internal/fault"
)

// Read finds the request in what a customer brings, a file or pasted text, and gives its DER: DER itself,
// PEM ("CERTIFICATE REQUEST", or "NEW CERTIFICATE REQUEST" as IIS writes it) with any text around it, or
// base64 alone. It reads no further; [Describe] judges what is in it.
//
// A private key among it is a TextPrivateKey fault, whatever else is there, so that the screen can say so
// and forget the text. Anything else that is no request, or is over 256 KiB, is RequestUnreadable. Faults
// hold nothing of the text.
func Read(text []byte) ([]byte, error) {
	if len(text) > 2*maxRequest {
		return nil, unreadable("too large")
	}
	if bytes.Contains(text, []byte("PRIVATE KEY")) {
		return nil, fault.New(fault.TextPrivateKey, errors.New("request: a private key, not a request"))
	}
	if len(text) > 0 && text[0] == 0x30 {
		return text, nil
	}
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type == "CERTIFICATE REQUEST" || block.Type == "NEW CERTIFICATE REQUEST" {
			return block.Bytes, nil
		}
	}
	bare := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\ufeff' {
			return -1
		}
		return r
	}, string(text))
	der, err := base64.StdEncoding.DecodeString(bare)
	if err != nil || len(der) == 0 || der[0] != 0x30 {
		return nil, unreadable("neither DER nor PEM nor base64")
	}
	return der, nil
}

func unreadable(why string) error {
	return fault.New(fault.RequestUnreadable, errors.New("request: "+why))
}
