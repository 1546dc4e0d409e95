package vault

import (
	"os"
	"path/filepath"
	"testing"
)

// The Credential Manager keeps what the app gives it.
func TestCredentialManagerOfWindows(t *testing.T) {
	// Go deletes a test's folder in a way that Wine does not know.
	dir, err := os.MkdirTemp("", "certdesk-")
	ok(t, err)
	path := filepath.Join(dir, LedgerName)
	t.Cleanup(func() { ok(t, os.Remove(path)); ok(t, os.Remove(dir)) })
	keepsKeys(t, path)
}
