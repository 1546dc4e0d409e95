//go:build unix

package httpclient

import (
	"errors"
	"syscall"
)

// isNetworkDown reports whether the system says that there is no network to send into.
func isNetworkDown(err error) bool {
	return errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.ENETDOWN)
}
