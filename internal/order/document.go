package order

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
)

// MaxDocument is the most that a document may hold, in bytes: what services take (Activation API).
const MaxDocument = 10 << 20

// maxFileName is how much of a document's name is sent, in bytes.
const maxFileName = 150

// DocumentType is the media type of a document by its content, whatever it is called: PDF, JPEG or PNG, and
// empty for anything else.
//
// A PDF's header may stand within the first 1,024 bytes (ISO 32000-1, annex H, 3.4.1).
func DocumentType(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return "application/pdf"
	}
	return ""
}

// Check judges a document before it leaves: the fault is DocumentEmpty, DocumentType or TooLarge, nil for one
// that services take.
func (u Upload) Check() error {
	switch {
	case len(u.Data) == 0:
		return fault.New(fault.DocumentEmpty, nil)
	case len(u.Data) > MaxDocument:
		return fault.New(fault.TooLarge, nil)
	case DocumentType(u.Data) == "":
		return fault.New(fault.DocumentType, nil)
	}
	return nil
}

// FileName is the document's name as it is sent: without any folder, without characters that can't be seen,
// never empty, at most 150 bytes.
func (u Upload) FileName() string {
	name := path.Base(strings.ReplaceAll(u.Name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r == '"' || r == utf8.RuneError {
			return '_'
		}
		return r
	}, i18n.Clean(name, maxFileName))
	for len(name) > maxFileName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name == "" || name == "." || name == ".." || name == "/" {
		return "document"
	}
	return name
}
