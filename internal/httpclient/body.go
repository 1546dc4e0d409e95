package httpclient

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
)

var (
	errOversize = errors.New("httpclient: the answer is too large")
	errEncoding = errors.New("httpclient: the answer is encoded in a way that was not asked for")
	errGzip     = errors.New("httpclient: the answer is not what gzip makes")
)

// readBody reads at most limit bytes of an answer, after decompression. What is compressed may be a little
// larger than limit and no more: gzip can go on for ever without giving a byte.
func readBody(answer *http.Response, body io.Reader, limit int64) ([]byte, error) {
	compressed := false
	switch strings.ToLower(strings.TrimSpace(answer.Header.Get("Content-Encoding"))) {
	case "", "identity":
	case "gzip", "x-gzip":
		compressed = true
	default:
		return nil, errEncoding
	}
	most := limit
	if compressed {
		most += 64 << 10
	}
	if answer.ContentLength > most {
		return nil, errOversize
	}
	bounded := &boundedReader{r: body, left: most}
	if !compressed {
		return readAll(bounded, limit)
	}
	z, err := gzip.NewReader(bounded)
	if errors.Is(err, io.EOF) {
		return nil, nil // no body: 204, 304, HEAD
	}
	if err != nil {
		return nil, gzipError(err)
	}
	data, err := readAll(z, limit)
	return data, gzipError(err)
}

func readAll(r io.Reader, limit int64) ([]byte, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, errOversize
	}
	return b.Bytes(), nil
}

func gzipError(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || isFlateError(err) {
		return errGzip
	}
	return err
}

// boundedReader fails once more than it allows was read.
type boundedReader struct {
	r    io.Reader
	left int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, errOversize
	}
	return n, err
}
