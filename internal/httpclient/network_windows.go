package httpclient

import (
	"errors"
	"syscall"
)

// Winsock's own numbers; those that package syscall names are invented for Windows and never returned.
const (
	wsaENETDOWN    = syscall.Errno(10050)
	wsaENETUNREACH = syscall.Errno(10051)
)

// isNetworkDown reports whether the system says that there is no network to send into.
func isNetworkDown(err error) bool {
	return errors.Is(err, wsaENETUNREACH) || errors.Is(err, wsaENETDOWN)
}
