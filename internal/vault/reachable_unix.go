//go:build unix && !darwin

package vault

import (
	"os"
	"path/filepath"
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
