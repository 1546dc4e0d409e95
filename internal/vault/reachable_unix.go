//go:build unix && !darwin

package vault

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"
)

// reachable asks whether there is a session bus at all. Without one, D-Bus would start daemons of its own
// ("autolaunch") that outlive the app and have no keyring either.
func reachable() error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return nil
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "bus")); err == nil {
			return nil
		}
	}
	return errAbsent
}

// Reaches reports whether a keyring may answer: one runs on the session bus, or would be started by it. It asks the
// bus alone, which answers at once and never causes a prompt.
func (s system) Reaches() bool {
	if reachable() != nil {
		return false
	}
	bus, err := dbus.ConnectSessionBus()
	if err != nil {
		return false
	}
	defer func() { _ = bus.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), busAnswers)
	defer cancel()
	for _, list := range []string{"ListNames", "ListActivatableNames"} {
		var names []string
		err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus."+list, 0).Store(&names)
		if err == nil && slices.Contains(names, "org.freedesktop.secrets") {
			return true
		}
	}
	return false
}

// busAnswers is how long the session bus may take.
const busAnswers = 2 * time.Second
