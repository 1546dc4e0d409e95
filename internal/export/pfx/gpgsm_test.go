package pfx_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/export/pfx"
)

// TestWhyGPGSMRefuses: gpgsm 2.2, and with it Kleopatra, opens neither the strong profile nor a key on P-256. The
// strong profile it refuses at the parameters of PBES2: it knows no PBKDF2 with HMAC-SHA-256. On an elliptic key
// it crashes. Its own words say so; a newer gpgsm that reads them is noticed, and so is a file that is refused
// for something else.
func TestWhyGPGSMRefuses(t *testing.T) {
	for _, c := range []struct {
		profile pfx.Profile
		kind    string
		why     string
	}{
		{pfx.Strong, "rsa-3072", `encryptedData error at "pkcs5PBES2-params"`},
		{pfx.StrongOwn, "rsa-3072", `encryptedData error at "pkcs5PBES2-params"`},
		{pfx.Strong, "p-256", `encryptedData error at "pkcs5PBES2-params"`},
		{pfx.Compatible, "p-256", "Segmentation fault"},
	} {
		file := filepath.Join(t.TempDir(), "file.p12")
		if err := os.WriteFile(file, encode(t, content(c.kind), c.profile), 0o600); err != nil {
			t.Fatal(err)
		}
		said, err := importIntoGPGSM(t, file)
		if err == nil || !strings.Contains(said, c.why) {
			t.Errorf("%v %s: %v, not because of %q: %s", c.profile, c.kind, err, c.why, said)
		}
	}
}

func importIntoGPGSM(t *testing.T, file string) (string, error) {
	t.Helper()
	home, err := os.MkdirTemp("", "gpg") // the agent's socket needs a short path
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"GNUPGHOME=" + home, "LC_ALL=C"}
	defer func() {
		_, _, _ = run(t, env, "", "gpgconf", "--kill", "all")
		_ = os.RemoveAll(home)
	}()
	_, said, err := run(t, env, asciiPassword+"\n", "gpgsm", "--batch", "--no-tty", "--disable-dirmngr",
		"--pinentry-mode", "loopback", "--passphrase-fd", "0", "--import", file)
	return said, err
}
