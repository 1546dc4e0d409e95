package passphrase_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/passphrase"
	"certdesk/internal/secret"
	"certdesk/internal/vault/passfile"
)

// aged has the age program of the system do something; it asks a terminal for the passphrase, which script(1) gives it.
func aged(t *testing.T, pass string, args ...string) (string, error) {
	t.Helper()
	for i, a := range args {
		args[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
	}
	cmd := exec.CommandContext(t.Context(), "script", "-qefc", "age "+strings.Join(args, " "), os.DevNull)
	cmd.Stdin = strings.NewReader(pass + "\n")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func file(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTheAgeProgramOpensWhatWasSealed: a person who has the passphrase does not need Certdesk.
func TestTheAgeProgramOpensWhatWasSealed(t *testing.T) {
	const pass, text = "correct horse battery staple", "what is inside\n"
	dir := t.TempDir()
	data, err := passphrase.Seal([]byte(text), secret.FromString(pass), 10)
	if err != nil {
		t.Fatal(err)
	}
	sealed, opened := file(t, dir, "it's sealed.age", data), filepath.Join(dir, "opened")
	if said, err := aged(t, pass, "-d", "-o", opened, sealed); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if got, err := os.ReadFile(opened); err != nil || string(got) != text {
		t.Errorf("%q %v", got, err)
	}
	if said, err := aged(t, "another", "-d", "-o", opened+"2", sealed); err == nil {
		t.Errorf("another passphrase opens it: %s", said)
	}
}

// TestTheAgeProgramOpensAPassphraseFile as the documentation of the format says: cut in two.
func TestTheAgeProgramOpensAPassphraseFile(t *testing.T) {
	const pass, record = "correct horse battery staple", `{"v":1,"kind":"token"}`
	dir := t.TempDir()
	path := filepath.Join(dir, passfile.Name)
	f := passfile.New(path, passfile.Options{Work: 10})
	for _, do := range []func() error{
		func() error { return f.Create(secret.FromString(pass)) },
		func() error { return f.Set("k-one", record) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const end = "-----END AGE ENCRYPTED FILE-----\n"
	first, second, _ := bytes.Cut(data, []byte(end))
	_, first, _ = bytes.Cut(first, []byte("\n")) // the line that names the format
	opened := filepath.Join(dir, "opened")
	said, err := aged(t, pass, "-d", "-o", opened, "-i", file(t, dir, "first", append(first, end...)), file(t, dir, "second", second))
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if got, err := os.ReadFile(opened); err != nil || !strings.Contains(string(got), `"k-one"`) {
		t.Errorf("%q %v", got, err)
	}
}
