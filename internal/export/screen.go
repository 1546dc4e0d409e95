package export

import (
	"os"
	"path/filepath"
	"slices"
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

// FreeNames is FreeName for all files of an export: they get the same number, as in "anna (2).p12" or "example.ch-2.key.pem", so
// that files that belong together can be told by it.
func FreeNames(dir string, outputs []Output) []Output {
	for n := 1; n < 1000; n++ {
		numbered := slices.Clone(outputs)
		free := true
		for i, o := range numbered {
			numbered[i].Name = numberedName(o, n)
			if _, err := os.Lstat(filepath.Join(dir, numbered[i].Name)); err == nil {
				free = false
			}
		}
		if free {
			return numbered
		}
	}
	return outputs
}

// numberedName is a file's name with a number; the first has none.
func numberedName(o Output, n int) string {
	stem := strings.TrimSuffix(o.Name, o.Rule.Ext)
	switch {
	case n == 1:
		return o.Name
	case o.Rule.Sealed():
		return stem + " (" + strconv.Itoa(n) + ")" + o.Rule.Ext
	}
	return stem + "-" + strconv.Itoa(n) + o.Rule.Ext // for servers: see Named
}
