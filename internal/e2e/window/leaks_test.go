//go:build window

package window

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"
)

// opened is what a file holds that the program has made.
type opened struct {
	key  *rsa.PrivateKey
	leaf *x509.Certificate
}

// open opens the file with its password.
func open(t *testing.T, file, password string) opened {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	key, leaf, _, err := pkcs12.DecodeChain(data, password)
	if err != nil {
		t.Fatalf("the file does not open with the password that was copied: %v", err)
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok || !private.PublicKey.Equal(leaf.PublicKey) {
		t.Fatal("key and certificate in the file don't belong together")
	}
	return opened{private, leaf}
}

// spki is the SHA-256 of the public key, as the list of keys has it.
func (o opened) spki() string {
	sum := sha256.Sum256(o.leaf.RawSubjectPublicKeyInfo)
	return hex.EncodeToString(sum[:])
}

// traces are the forms in which a key could lie in a file: 24 octets of each prime as they are, in
// hexadecimal, and in base64 wherever they begin in a group of three.
func (o opened) traces() map[string][]byte {
	out := map[string][]byte{}
	for i, prime := range o.key.Primes {
		b := prime.Bytes()
		name := "prime " + strconv.Itoa(i+1)
		out[name] = b[:24]
		out[name+" in hexadecimal"] = []byte(hex.EncodeToString(b[:24]))
		for from := range 3 {
			out[name+" in base64 from "+strconv.Itoa(from)] = []byte(base64.StdEncoding.EncodeToString(b[from : from+24]))
			out[name+" in base64url from "+strconv.Itoa(from)] = []byte(base64.URLEncoding.EncodeToString(b[from : from+24]))
		}
	}
	return out
}

// noTrace fails the test for each file of this account that holds one of the secrets: the home, what was
// written for a moment, the program's own folders. skip are folders that are not the program's.
func noTrace(t *testing.T, secrets map[string][]byte, roots []string, skip ...string) {
	t.Helper()
	looked := 0
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // gone since it was listed
			case d.IsDir() && (strings.HasPrefix(d.Name(), "go-build") || slices.Contains(skip, path)):
				return fs.SkipDir
			case !d.Type().IsRegular():
				return nil
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return nil
			}
			looked++
			noneIn(t, path, data, secrets)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if looked == 0 {
		t.Error("no file was looked at")
	}
}

func noneIn(t *testing.T, where string, data []byte, secrets map[string][]byte) {
	t.Helper()
	// PEM and other texts are broken into lines; hexadecimal comes in capitals, too.
	forms := [][]byte{data, bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r"), nil), []byte("\n"), nil), bytes.ToLower(data)}
	for name, secret := range secrets {
		for _, form := range forms {
			if bytes.Contains(form, secret) {
				t.Errorf("%s holds the %s", where, name)
				break
			}
		}
	}
}

// unseen fails the test when the running program, or one that it has started, shows a secret to the other
// programs of this account.
func (p *program) unseen(secrets map[string][]byte) {
	p.t.Helper()
	out, _ := tool(nil, "pgrep", "--parent", strconv.Itoa(p.cmd.Process.Pid))
	for _, pid := range append(strings.Fields(string(out)), strconv.Itoa(p.cmd.Process.Pid)) {
		for _, what := range []string{"cmdline", "environ"} {
			path := filepath.Join("/proc", pid, what)
			data, err := os.ReadFile(path)
			if err != nil && pid == strconv.Itoa(p.cmd.Process.Pid) {
				p.t.Fatal(err)
			}
			noneIn(p.t, path, data, secrets)
		}
	}
}
