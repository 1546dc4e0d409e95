package kit_test

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

var sizes = map[string]fyne.Size{"": fyne.NewSize(1000, 700), "-small": fyne.NewSize(760, 560)}

// TestGallery draws every screen of the gallery. CERTDESK_GALLERY names a folder in which the pictures stay,
// to be looked at: then light and dark, in both sizes.
func TestGallery(t *testing.T) {
	dir := os.Getenv("CERTDESK_GALLERY")
	looks, sizes := map[string]kit.Appearance{"": kit.Light, "-dark": kit.Dark}, sizes
	if dir == "" {
		dir, looks, sizes = t.TempDir(), map[string]kit.Appearance{"-dark": kit.Dark}, map[string]fyne.Size{"-small": sizes["-small"]}
	}
	for suffix, appearance := range looks {
		kittest.NewAppWith(t, appearance)
		for _, s := range screens() {
			for small, size := range sizes {
				q := kittest.NewQueue()
				env, _ := kittest.NewEnv(t, q)
				w := kittest.Show(t, s.make(env), size)
				if s.after != nil {
					s.after(w, q)
				}
				if err := kittest.Capture(w, filepath.Join(dir, s.name+suffix+small+".png")); err != nil {
					t.Fatal(err)
				}
				kittest.Close(w)
			}
		}
	}
}
