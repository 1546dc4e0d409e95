package export

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"certdesk/internal/secret"
)

// Text is a file's password in plain letters, for the one place where it is shown: the screen of the
// person who asked for the file.
func Text(password secret.Value) string { return string(password.Reveal()) }

// FreeName gives name a number, as in "anna (2).p12", when the folder has a file of that name already.
// Another program may take the free name in between; Make then refuses as it does for any name.
func FreeName(dir, name string) string {
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	free := name
	for n := 2; n < 1000; n++ {
		if _, err := os.Lstat(filepath.Join(dir, free)); err != nil {
			break
		}
		free = stem + " (" + strconv.Itoa(n) + ")" + ext
	}
	return free
}
