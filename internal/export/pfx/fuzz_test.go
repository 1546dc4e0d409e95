package pfx_test

import (
	"testing"

	"certdesk/internal/export/pfx"
)

// FuzzVerify: whatever lies on the disk, Verify neither panics nor hangs, and takes nothing but the file
// that was written.
func FuzzVerify(f *testing.F) {
	c := content("p-256")
	other := content("rsa-2048")
	mine := encode(f, c, pfx.Compatible)
	f.Add(mine)
	f.Add(encode(f, c, pfx.Strong))
	f.Add(encode(f, other, pfx.Compatible))
	f.Add([]byte{})
	f.Add([]byte{0x30, 0x80, 0x02, 0x01, 0x03})
	f.Fuzz(func(t *testing.T, data []byte) {
		if pfx.Verify(data, password, other) == nil && pfx.Verify(data, password, c) == nil {
			t.Error("a file holds two keys at once")
		}
	})
}
