package vault

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"certdesk/internal/fault"
)

func TestClassify(t *testing.T) {
	name := func(n string) error { return dbus.Error{Name: n, Body: []any{"words"}} }
	for _, c := range []struct {
		err  error
		want fault.Code
	}{
		{errAbsent, fault.KeyringAbsent},
		{keyring.ErrUnsupportedPlatform, fault.KeyringAbsent},
		{keyring.ErrSetDataTooBig, fault.KeyringFull},
		{name("org.freedesktop.DBus.Error.ServiceUnknown"), fault.KeyringAbsent},
		{name("org.freedesktop.DBus.Error.Spawn.ChildExited"), fault.KeyringAbsent},
		{name("org.freedesktop.DBus.Error.AccessDenied"), fault.KeyringDenied},
		{name("org.freedesktop.Secret.Error.IsLocked"), fault.KeyringLocked},
		{name("org.freedesktop.DBus.Error.NoReply"), fault.KeyringBlocked},
		{name("org.example.Unheard"), fault.KeyringDenied},
		{dbus.Error{Name: "org.example.Other", Body: []any{"An AppArmor policy prevents this"}}, fault.KeyringDenied},
		{fmt.Errorf("dial: %w", &net.OpError{Op: "dial", Net: "unix", Err: errors.New("no such file")}), fault.KeyringAbsent},
		{&exec.Error{Name: "dbus-launch", Err: exec.ErrNotFound}, fault.KeyringAbsent},
		{errors.New("dbus: couldn't determine address of session bus"), fault.KeyringAbsent},
		{errors.New("The name org.freedesktop.secrets was not provided by any .service files"), fault.KeyringAbsent},
		{errors.New("failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'"), fault.KeyringLocked},
		{errors.New("anything else"), fault.KeyringDenied},
	} {
		if got := classify(c.err); got != c.want {
			t.Errorf("%v: %s", c.err, got)
		}
	}
	for status, want := range map[int]fault.Code{
		36: fault.KeyringLocked, 37: fault.KeyringAbsent, 50: fault.KeyringAbsent, 51: fault.KeyringDenied, 128: fault.KeyringDenied,
	} {
		if got := byExitStatus(status); got != want {
			t.Errorf("security ends with %d: %s", status, got)
		}
	}
}
