//go:build window

package window

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
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
	looked, found := search(secrets, roots, skip)
	if looked == 0 {
		t.Error("no file was looked at")
	}
	for _, f := range found {
		t.Error(f)
	}
}

// search looks for secrets in all files below some folders.
func search(secrets map[string][]byte, roots, skip []string) (looked int, found []string) {
	for _, root := range roots {
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // gone since it was listed
			case d.IsDir() && (strings.HasPrefix(d.Name(), "go-build") || slices.Contains(skip, path)):
				return fs.SkipDir
			case !d.Type().IsRegular():
				return nil
			}
			if data, err := os.ReadFile(path); err == nil {
				looked++
				found = append(found, held(path, data, secrets)...)
			}
			return nil
		})
	}
	return looked, found
}

// held says which secrets are in some data. PEM and other texts are broken into lines; hexadecimal comes in
// capitals, too.
func held(where string, data []byte, secrets map[string][]byte) []string {
	var out []string
	forms := [][]byte{data, bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r"), nil), []byte("\n"), nil), bytes.ToLower(data)}
	for name, secret := range secrets {
		for _, form := range forms {
			if bytes.Contains(form, secret) {
				out = append(out, where+" holds the "+name)
				break
			}
		}
	}
	return out
}

func noneIn(t *testing.T, where string, data []byte, secrets map[string][]byte) {
	t.Helper()
	for _, f := range held(where, data, secrets) {
		t.Error(f)
	}
}

// TestWindowLeaksWouldBeFound: in each form in which a key is usually written, the search sees it.
func TestWindowLeaksWouldBeFound(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	secrets := opened{key: key}.traces()
	for name, data := range map[string][]byte{
		"PKCS#8":      der,
		"PEM":         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
		"PKCS#1, PEM": pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}),
		"JWK":         []byte(`{"p":"` + base64.RawURLEncoding.EncodeToString(key.Primes[0].Bytes()) + `"}`),
		"hexadecimal": []byte(strings.ToUpper(hex.EncodeToString(der))),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "file"), data, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, found := search(secrets, []string{dir}, nil); len(found) == 0 {
				t.Error("is not found")
			}
			if _, found := search(secrets, []string{dir}, []string{dir}); len(found) > 0 {
				t.Error("a folder that is left out is searched")
			}
		})
	}
}

// ordinary are the words before a command that make it an ordinary program also where the test is root, who may look
// into every process by one of three capabilities (ptrace(2), PTRACE_MODE_READ).
func ordinary(command ...string) []string {
	if os.Getuid() != 0 {
		return command
	}
	return append([]string{"setpriv", "--bounding-set=-sys_ptrace,-perfmon,-sys_admin"}, command...)
}

// closed fails the test when another program of the same account can look into the running one.
func (p *program) closed() {
	p.t.Helper()
	look := ordinary("cat", filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "maps"))
	if _, err := tool(nil, look[0], look[1:]...); err == nil {
		p.t.Error("another program can look into it")
	}
	self := ordinary("cat", "/proc/self/maps")
	if _, err := tool(nil, self[0], self[1:]...); err != nil {
		p.t.Errorf("nothing can be looked into, so this shows nothing: %v", err)
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
			if err != nil && pid == strconv.Itoa(p.cmd.Process.Pid) && !errors.Is(err, fs.ErrPermission) {
				p.t.Fatal(err) // that it is closed to this account, too, is what it promises
			}
			noneIn(p.t, path, data, secrets)
		}
	}
}
