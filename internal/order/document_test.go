package order_test

import (
	"bytes"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

func TestADocumentIsWhatItsContentSays(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want string
	}{
		"pdf":              {"%PDF-1.7\n…", "application/pdf"},
		"pdf after a line": {"\r\n\x00%PDF-1.4", "application/pdf"},
		"jpeg":             {"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"},
		"png":              {"\x89PNG\r\n\x1a\n\x00", "image/png"},
		"pdf far inside":   {strings.Repeat(" ", 2000) + "%PDF-1.7", ""},
		"word":             {"PK\x03\x04word/document.xml", ""},
		"html":             {"<html>", ""},
		"half a png":       {"\x89PNG", ""},
		"text":             {"Handelsregister", ""},
	} {
		if got := order.DocumentType([]byte(c.data)); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestDocumentsThatDoNotLeave(t *testing.T) {
	large := append([]byte("%PDF-1.7"), bytes.Repeat([]byte{' '}, order.MaxDocument)...)
	for name, c := range map[string]struct {
		data []byte
		want fault.Code
	}{
		"empty": {nil, fault.DocumentEmpty}, "word": {[]byte("PK\x03\x04"), fault.DocumentType}, "large": {large, fault.TooLarge},
	} {
		if err := (order.Upload{Name: "x.pdf", Data: c.data}).Check(); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (order.Upload{Name: "x.pdf", Data: large[:order.MaxDocument]}).Check(); err != nil {
		t.Errorf("as large as may be: %v", err)
	}
}

func TestADocumentGoesWithoutItsFolder(t *testing.T) {
	for name, want := range map[string]string{
		"/home/anna/Handelsregister.pdf": "Handelsregister.pdf",
		`C:\Users\Anna\scan "1".png`:     "scan _1_.png",
		"Auszug Zürich.pdf":              "Auszug Zürich.pdf",
		"":                               "document", "/": "document", "..": "document",
	} {
		got := order.Upload{Name: name}.FileName()
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := (order.Upload{Name: strings.Repeat("ü", 400) + ".pdf"}).FileName(); len(got) > 150 || got == "" {
		t.Errorf("%d bytes", len(got))
	}
}
