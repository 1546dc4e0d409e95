package contract

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"certdesk/internal/seller/activationapi/wire"
)

// done is what is known of an Idempotency-Key.
type done struct {
	body   []byte
	status int // 0: no final answer yet
	answer []byte
}

// sameBody objects to a key that comes with other bytes than before.
func (c *Checker) sameBody(k *call) error {
	if k.key == "" || strings.HasSuffix(k.input.Route.Path, "/documents") {
		return nil // a multipart body has a new boundary each time
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before, ok := c.keys[k.key]
	if !ok {
		c.keys[k.key] = done{body: k.body}
		return nil
	}
	if !bytes.Equal(before.body, k.body) {
		return errors.New("an Idempotency-Key comes again with another body")
	}
	return nil
}

// sameAnswer objects to a final answer that has changed for its key.
func (c *Checker) sameAnswer(k *call, status int, header http.Header, body []byte) error {
	if k.key == "" || k.problem != nil || !final(status, header) {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.keys[k.key]
	if before.status == 0 {
		c.keys[k.key] = done{body: k.body, status: status, answer: body}
		return nil
	}
	if status == http.StatusUnprocessableEntity && strings.HasSuffix(k.input.Route.Path, "/documents") &&
		bytes.Contains(body, []byte(wire.ProblemTypeIdempotencyMismatch)) {
		return nil // another file, which sameBody can't see
	}
	if before.status != status {
		return fmt.Errorf("the final answer to this key was %d", before.status)
	}
	if !bytes.Equal(before.answer, body) {
		return errors.New("the final answer to this key had another body")
	}
	return nil
}

// final reports whether an answer settles its Idempotency-Key.
func final(status int, header http.Header) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	case http.StatusConflict:
		return header.Get("Retry-After") == "" // in progress carries it
	}
	return status >= 200 && status < 300 || status >= 400 && status < 500
}
