package vault

import (
	"errors"
	"net"
	"os/exec"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"certdesk/internal/fault"
)

// classify says which of the keyring's states an error means. go-keyring has a type for three of them; the
// others are known by the D-Bus error's name, the exit status of macOS's security program, Windows' error
// number, or the words of go-keyring itself.
func classify(err error) fault.Code {
	switch {
	case errors.Is(err, errAbsent), errors.Is(err, keyring.ErrUnsupportedPlatform):
		return fault.KeyringAbsent
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return fault.KeyringFull
	}
	var bus dbus.Error
	var net *net.OpError
	var exit *exec.ExitError
	var exec *exec.Error
	switch {
	case errors.As(err, &bus):
		if code, ok := byBusName(bus.Name); ok {
			return code
		}
	case errors.As(err, &net), errors.As(err, &exec):
		return fault.KeyringAbsent
	case errors.As(err, &exit):
		return byExitStatus(exit.ExitCode())
	}
	if code, ok := bySystemNumber(err); ok {
		return code
	}
	return byWords(err.Error())
}

// byBusName: names of the D-Bus specification and of the Secret Service API.
func byBusName(name string) (fault.Code, bool) {
	switch name {
	case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
		"org.freedesktop.DBus.Error.NoServer", "org.freedesktop.DBus.Error.Disconnected",
		"org.freedesktop.Secret.Error.NoSuchObject":
		return fault.KeyringAbsent, true
	case "org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.AuthFailed":
		return fault.KeyringDenied, true
	case "org.freedesktop.Secret.Error.IsLocked":
		return fault.KeyringLocked, true
	case "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Timeout",
		"org.freedesktop.DBus.Error.TimedOut":
		return fault.KeyringBlocked, true
	}
	if strings.HasPrefix(name, "org.freedesktop.DBus.Error.Spawn.") {
		return fault.KeyringAbsent, true
	}
	return "", false
}

// byExitStatus: security(1) ends with the low byte of an OSStatus (SecBase.h).
func byExitStatus(status int) fault.Code {
	switch status {
	case 36: // errSecInteractionNotAllowed -25308
		return fault.KeyringLocked
	case 37, 49, 50: // errSecNoDefaultKeychain -25307, errSecInvalidKeychain -25295, errSecNoSuchKeychain -25294
		return fault.KeyringAbsent
	}
	return fault.KeyringDenied // 51 errSecAuthFailed -25293, 128 errSecUserCanceled, and what we don't know
}

// byWords: what go-keyring and godbus say without a type.
func byWords(text string) fault.Code {
	for _, w := range []struct {
		part string
		code fault.Code
	}{
		{"failed to unlock", fault.KeyringLocked}, // also a dismissed prompt: go-keyring doesn't tell them apart
		{"not provided by any .service files", fault.KeyringAbsent},
		{"autolaunch", fault.KeyringAbsent},
		{"couldn't determine address of session bus", fault.KeyringAbsent},
		{"connection closed", fault.KeyringAbsent},
		{"AppArmor", fault.KeyringDenied},
	} {
		if strings.Contains(text, w.part) {
			return w.code
		}
	}
	return fault.KeyringDenied
}
