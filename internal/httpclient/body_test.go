package httpclient

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"
)

func FuzzReadBody(f *testing.F) {
	f.Add("", []byte("plain"), int64(10))
	f.Add("gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x4a\x04\x04\x00\x00\xff\xff\x43\xbe\xb7\xe8\x01\x00\x00\x00"), int64(1))
	f.Add("gzip", []byte("\x1f\x8b\x08"), int64(1))
	f.Add("deflate", []byte("x"), int64(100))
	f.Fuzz(func(t *testing.T, encoding string, data []byte, limit int64) {
		limit = 1 + limit&0xffff
		answer := &http.Response{Header: http.Header{"Content-Encoding": {encoding}}, ContentLength: -1}
		body, err := readBody(answer, bytes.NewReader(data), limit)
		if int64(len(body)) > limit {
			t.Errorf("%d bytes of at most %d", len(body), limit)
		}
		for _, known := range []error{nil, errOversize, errEncoding, errGzip, io.ErrUnexpectedEOF} {
			if errors.Is(err, known) {
				return
			}
		}
		t.Errorf("an error that nobody knows: %v", err)
	})
}
