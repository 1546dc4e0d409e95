package vault

import (
	"errors"
	"syscall"

	"certdesk/internal/fault"
)

// bySystemNumber: CredWriteW and CredReadW (winerror.h).
func bySystemNumber(err error) (fault.Code, bool) {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return "", false
	}
	switch number {
	case 1312, 50, 1058: // ERROR_NO_SUCH_LOGON_SESSION, ERROR_NOT_SUPPORTED, ERROR_SERVICE_DISABLED
		return fault.KeyringAbsent, true
	case 1783, 8, 1816, 87: // RPC_X_BAD_STUB_DATA, ERROR_NOT_ENOUGH_MEMORY, ERROR_NOT_ENOUGH_QUOTA, ERROR_INVALID_PARAMETER
		return fault.KeyringFull, true
	}
	return fault.KeyringDenied, true // also NTE_BAD_KEY_STATE after a password reset from outside
}
