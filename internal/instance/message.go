package instance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	version    = 1
	maxMessage = 4096 // bytes, with the line end
	maxLink    = 2048 // bytes
	patience   = 2 * time.Second
	taken      = "taken\n"
)

// message is what a second start says.
type message struct {
	Version int    `json:"version"`
	Link    string `json:"link"`
}

var (
	errMessage = errors.New("instance: not a message of this app")
	errLink    = errors.New("instance: this link can't be handed over")
	errAnswer  = errors.New("instance: the other app did not take it")
)

func newMessage(link string) ([]byte, error) {
	if !sound(link) {
		return nil, errLink
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b) // which ends the line
	e.SetEscapeHTML(false)
	if err := e.Encode(message{version, link}); err != nil || b.Len() > maxMessage {
		return nil, errLink
	}
	return b.Bytes(), nil
}

// readMessage reads one line and gives its link. Its errors never quote what was read.
func readMessage(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxMessage)).ReadBytes('\n')
	if err != nil {
		return "", errMessage
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	var m message
	if d.Decode(&m) != nil || d.More() || m.Version != version || !sound(m.Link) {
		return "", errMessage
	}
	return m.Link, nil
}

// sound reports whether link can be one: what is in it is looked at by whoever fills in the form.
func sound(link string) bool {
	return len(link) <= maxLink && utf8.ValidString(link) && !strings.ContainsFunc(link, unicode.IsControl)
}

func readTaken(r io.Reader) error {
	answer := make([]byte, len(taken))
	if _, err := io.ReadFull(r, answer); err != nil || string(answer) != taken {
		return errAnswer
	}
	return nil
}
