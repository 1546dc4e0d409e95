//go:build linux

package install_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1" // #nosec G505 -- how the keychain names certificates
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

// securityVar names the folder in which this program, as security of macOS, keeps a keychain: said, what it was
// called with; heard, what it was told by standard input; keychain.pem; keys, the certificates that have one; fail,
// a command and how it ends.
const securityVar = "CERTDESK_TEST_SECURITY"

type fakeSecurity struct{ dir string }

func (s fakeSecurity) path(name string) string { return filepath.Join(s.dir, name) }

func (s fakeSecurity) note(name, text string) {
	f, err := os.OpenFile(s.path(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	_, _ = f.WriteString(text)
	_ = f.Close()
}

// main is the program: one command, or with -i those of standard input.
func (s fakeSecurity) main(args []string) int {
	s.note("said", strings.Join(args, "\n")+"\n--\n")
	if !slices.Equal(args, []string{"-i"}) {
		return s.do(args) & 0xff
	}
	result := 0
	for in := bufio.NewReader(os.Stdin); ; {
		line, err := in.ReadString('\n')
		if len(line) >= 4096 {
			panic("too long a line")
		}
		s.note("heard", line)
		if words := split(strings.TrimSuffix(line, "\n")); len(words) > 0 {
			if result = s.do(words); result != 0 {
				fmt.Fprintf(os.Stderr, "%s: returned %d\n", words[0], result)
			}
		}
		if err != nil {
			return result & 0xff
		}
	}
}

// split takes a line apart as security does: a word in marks ends with the mark that began it, other marks are
// letters, a backslash makes the next character one.
func split(line string) []string {
	var words []string
	for rest := strings.TrimLeft(line, " \t"); rest != ""; rest = strings.TrimLeft(rest, " \t") {
		ends := " \t"
		if rest[0] == '"' || rest[0] == '\'' {
			ends, rest = rest[:1], rest[1:]
		}
		var word []byte
		for rest != "" && !strings.Contains(ends, rest[:1]) {
			if rest[0] == '\\' && len(rest) > 1 {
				rest = rest[1:]
			}
			word, rest = append(word, rest[0]), rest[1:]
		}
		if rest != "" {
			rest = rest[1:]
		}
		words = append(words, string(word))
	}
	return words
}

func (s fakeSecurity) do(words []string) int {
	if fail, err := os.ReadFile(s.path("fail")); err == nil {
		var command string
		var result int
		_, _ = fmt.Sscan(string(fail), &command, &result)
		if command == words[0] {
			fmt.Fprintln(os.Stderr, "security: anna@example.ch: The specified item already exists elsewhere.")
			return result
		}
	}
	value := func(option string) string {
		if i := slices.Index(words, option); i >= 0 {
			return words[i+1]
		}
		return ""
	}
	last := words[len(words)-1]
	switch words[0] {
	case "login-keychain":
		fmt.Printf("    \"%s\"\n", s.path("login keychain-db"))
	case "find-certificate":
		_, _ = io.Copy(os.Stdout, bytes.NewReader(s.read("keychain.pem")))
	case "find-identity":
		fmt.Print("Policy: X.509 Basic\n  Matching identities\n")
		for i, name := range strings.Fields(string(s.read("keys"))) {
			fmt.Printf("  %d) %s \"anna\" (CSSMERR_TP_NOT_TRUSTED)\n", i+1, name)
		}
	case "import":
		return s.imports(words[1], value("-P"))
	case "add-certificates":
		der, err := os.ReadFile(last)
		if err != nil {
			panic(err)
		}
		s.add(der)
	case "delete-identity", "delete-certificate":
		return s.delete(value("-Z"))
	default:
		panic(words[0])
	}
	return 0
}

func (s fakeSecurity) imports(path, password string) int {
	for p, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != mode {
			panic(fmt.Sprint(info, err))
		}
	}
	data, err := os.ReadFile(path) // #nosec G304 -- a test's own
	if err != nil {
		panic(err)
	}
	key, leaf, above, err := pkcs12.DecodeChain(data, password)
	if err != nil || len(above) != 0 {
		return -25264
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if !k.PublicKey.Equal(leaf.PublicKey) {
			return 1
		}
	case *ecdsa.PrivateKey:
		if !k.PublicKey.Equal(leaf.PublicKey) {
			return 1
		}
	}
	s.add(leaf.Raw)
	s.note("keys", hash(leaf.Raw)+"\n")
	return 0
}

func hash(der []byte) string { return fmt.Sprintf("%X", sha1.Sum(der)) } // #nosec G401 -- see the import

func (s fakeSecurity) read(name string) []byte {
	b, err := os.ReadFile(s.path(name))
	if err != nil && !os.IsNotExist(err) {
		panic(err)
	}
	return b
}

func (s fakeSecurity) add(der []byte) {
	if bytes.Contains(s.read("keychain.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) {
		return
	}
	s.note("keychain.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}

func (s fakeSecurity) delete(name string) int {
	all := s.certificates()
	left := slices.DeleteFunc(slices.Clone(all), func(c *x509.Certificate) bool { return hash(c.Raw) == name })
	if len(left) == len(all) {
		return -25300
	}
	keys := strings.ReplaceAll(string(s.read("keys")), name+"\n", "")
	_, _ = os.Remove(s.path("keychain.pem")), os.Remove(s.path("keys"))
	s.note("keys", keys)
	for _, c := range left {
		s.add(c.Raw)
	}
	return 0
}

func (s fakeSecurity) certificates() (out []*x509.Certificate) {
	for rest := s.read("keychain.pem"); ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			return out
		}
		c, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			panic(err)
		}
		out = append(out, c)
	}
}
