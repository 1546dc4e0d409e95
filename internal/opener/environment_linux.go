package opener

import (
	"os"
	"path/filepath"
	"strings"
)

// lists are variables whose folders an AppImage extends with its own.
var lists = []string{
	"PATH", "LD_LIBRARY_PATH", "XDG_DATA_DIRS", "XDG_CONFIG_DIRS", "GSETTINGS_SCHEMA_DIR", "GTK_PATH",
	"GIO_MODULE_DIR", "GDK_PIXBUF_MODULE_FILE", "PYTHONPATH", "PERLLIB", "QT_PLUGIN_PATH",
}

// cleanEnvironment removes what the AppImage runtime has set for us alone: with our libraries in
// LD_LIBRARY_PATH the customer's browser may not start. Variables that the system had set keep their own
// folders.
func cleanEnvironment() {
	image := os.Getenv("APPDIR")
	if image == "" || !filepath.IsAbs(image) || os.Getenv("APPIMAGE") == "" {
		return
	}
	for _, name := range lists {
		if value, ok := os.LookupEnv(name); ok {
			set(name, outside(filepath.Clean(image), value))
		}
	}
	for _, name := range []string{"APPDIR", "APPIMAGE", "ARGV0", "OWD"} {
		set(name, "")
	}
}

// set can't fail: the names and values come from the environment.
func set(name, value string) {
	if value == "" {
		_ = os.Unsetenv(name)
		return
	}
	_ = os.Setenv(name, value)
}

// outside gives the entries of a list of paths that are not below image.
func outside(image, list string) string {
	var kept []string
	for _, entry := range strings.Split(list, ":") {
		if entry != image && !strings.HasPrefix(entry, image+"/") {
			kept = append(kept, entry)
		}
	}
	return strings.Join(kept, ":")
}
