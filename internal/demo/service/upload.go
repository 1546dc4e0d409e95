package service

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"certdesk/internal/demo/ledger"
)

// Why a call can't be taken, whatever it asks for.
var (
	errUnreadable = errors.New("demo: the call can't be read")
	errTooLarge   = errors.New("demo: the file is too large")
	errKind       = errors.New("demo: neither PDF nor JPEG nor PNG")
)

// upload is one document with its fields.
type upload struct {
	file   []byte
	fields map[string]string
}

// parts takes a multipart body apart. There are few fields and one file.
func parts(contentType string, body []byte) (upload, error) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return upload{}, errUnreadable
	}
	u := upload{fields: map[string]string{}}
	reader := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return upload{}, errUnreadable
		}
		data, err := io.ReadAll(part)
		name := part.FormName()
		_, twice := u.fields[name]
		if err != nil || name == "" || twice || len(u.fields) > 5 {
			return upload{}, errUnreadable
		}
		if name == "file" {
			u.file = data
			sum := sha256.Sum256(data)
			u.fields[name] = hex.EncodeToString(sum[:])
		} else {
			u.fields[name] = string(data)
		}
	}
	if u.file == nil {
		return upload{}, errUnreadable
	}
	return u, nil
}

// kind is the type of a file by its content: PDF, JPEG or PNG.
func kind(file []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(file, []byte("%PDF-")):
		return "application/pdf", true
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		return "image/jpeg", true
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png", true
	}
	return "", false
}

func receive(c *ledger.Change, o *ledger.Order, t *ledger.Task, r *http.Request, body []byte) ([]finding, error) {
	u, err := parts(r.Header.Get("Content-Type"), body)
	if err != nil {
		return nil, err
	}
	if len(u.file) > maxDocument {
		return nil, errTooLarge
	}
	what, ok := kind(u.file)
	if !ok {
		return nil, errKind
	}
	if form := u.fields["form"]; form != "" && form != t.Form {
		return []finding{invalid("/form", "mismatch", "another form than the task's")}, nil
	}
	if wrong := text("/comment", strings.TrimSpace(u.fields["comment"]), maxComment); len(wrong) > 0 {
		return wrong, nil
	}
	return nil, c.Receive(o, t, ledger.Document{SHA256: u.fields["file"], Type: what, Octets: len(u.file), At: c.Now})
}
