//go:build !windows

package install

// systemStore is there on Windows alone.
func systemStore() userStore { return nil }
