package activation

import (
	"bytes"
	"strings"
	"unicode/utf16"

	"certdesk/internal/fault"
)

// ReadFile reads a file that was chosen or dropped at step 1; name is its name without the folder. A saved
// e-mail, a web page and a text are read as [Parser.ParseEmail] and [Parser.Parse] read them, from [Email]. For
// anything else there is a fault that says what it is, by its content, and how to get the link out of it, or
// where it belongs; each has the argument name. A private key is refused before anything else is looked at,
// and not kept.
func (p Parser) ReadFile(name string, data []byte) (Reading, error) {
	kind := Sniff(name, data)
	if code, ok := refused[kind]; ok {
		return Reading{}, fault.New(code, nil, "name", name)
	}
	var r Reading
	var err error
	switch kind {
	case FileMail:
		r, err = p.ParseEmail(bytes.NewReader(data))
	case FilePage:
		m := &letter{notes: newNotes()}
		_ = m.notes.readHTML(&m.html, bytes.NewReader(data[:min(len(data), maxHTML)]))
		r, err = m.parse(p)
	default:
		text := strings.ToValidUTF8(string(plainText(data)), "\uFFFD")
		r, err = p.Parse(cut(text), Email)
	}
	return r, inFile(name, err)
}

// refused are the kinds of file that hold no link we can read.
var refused = map[FileKind]fault.Code{
	FileKey: fault.FilePrivateKey, FileBundle: fault.FileKeyBundle, FileRequest: fault.FileRequest,
	FileCertificate: fault.FileCertificate, FileOutlook: fault.FileOutlook, FilePDF: fault.FilePDF,
	FileCalendar: fault.FileCalendar, FileArchive: fault.FileArchive, FileOffice: fault.FileOffice,
	FilePicture: fault.FilePicture, FileProgram: fault.FileProgram, FileSealed: fault.FileSealed,
	FileUnknown: fault.FileUnknown,
}

// inFile puts what is said of a pasted text into words for a file.
func inFile(name string, err error) error {
	if err == nil {
		return nil
	}
	f := fault.Of(err)
	switch f.Code {
	case fault.LinkEmpty:
		return fault.New(fault.FileEmpty, nil, "name", name)
	case fault.TextPrivateKey:
		return fault.New(fault.FilePrivateKey, nil, "name", name)
	case fault.TextNoLink, fault.CodeMalformed, fault.LinkNoCode:
		return fault.New(fault.FileNoLink, nil, "name", name)
	case fault.MailEncrypted, fault.MailSealed:
		return fault.New(f.Code, nil, "name", name)
	}
	return err
}

// plainText gives a text file its usual form: programs on Windows write UTF-16.
func plainText(data []byte) []byte {
	var order func(a, b byte) uint16
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order = func(a, b byte) uint16 { return uint16(a) | uint16(b)<<8 }
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order = func(a, b byte) uint16 { return uint16(b) | uint16(a)<<8 }
	default:
		return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	}
	data = data[2:min(len(data), 4*maxText)]
	units := make([]uint16, 0, len(data)/2)
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, order(data[i], data[i+1]))
	}
	return []byte(string(utf16.Decode(units)))
}
