package pfx_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/export/pfx"
	"certdesk/internal/spki"
)

var update = flag.Bool("update", false, "write the table of readers anew")

const table = "../../destination/readers.txt"

const tableHead = `# Which program opens which file, measured by TestReaders with the programs themselves.
# "ok": key, certificate and chain are there and are the right ones. "refused": the program takes neither, for the
# reason that stands at the end; it is found in the program's own words.
# go test ./internal/export/pfx -run TestReaders -update writes it anew; make interop runs all such tests.
# The table of package destination and the one in README.md must agree with it.
#
# profile     key       openssl  nss      java17   gpgsm    go
`

// refusals are why a program refuses a file: what it says about it, and what that means. A newer program that takes
// the file is noticed, and so is a file that is refused for something else.
var refusals = []struct {
	reader, words, means string
	makes                []string
	keys                 []string // nil: all
}{
	{
		"gpgsm", `encryptedData error at "pkcs5PBES2-params"`, "it knows no PBKDF2 with HMAC-SHA-256",
		[]string{"strong", "strong-own", "pbmac1"},
		nil,
	},
	{
		"gpgsm", "Segmentation fault", "it crashes on a key on an elliptic curve",
		[]string{"compatible"},
		[]string{"p-256", "p-384"},
	},
	{"openssl", "RC2-40-CBC", "version 3 has switched RC2 off", []string{"rc2"}, nil},
	{"openssl", "PKCS12_verify_mac", "it knows no PBMAC1", []string{"pbmac1"}, nil},
	{"nss", "SEC_ERROR_", "it knows no PBMAC1", []string{"pbmac1"}, nil},
	{"java17", "HmacPBE1.2.840.113549.1.5.14 not available", "it knows no PBMAC1", []string{"pbmac1"}, nil},
}

// because finds the reason of a refusal in what the program said.
func because(reader, manner, kind, said string) bool {
	for _, r := range refusals {
		if r.reader == reader && slices.Contains(r.makes, manner) && (r.keys == nil || slices.Contains(r.keys, kind)) {
			return strings.Contains(said, r.words)
		}
	}
	return false
}

func reasons() string {
	text := "#\n"
	for _, r := range refusals {
		keys := "every key"
		if r.keys != nil {
			keys = strings.Join(r.keys, ", ")
		}
		text += fmt.Sprintf("# %s refuses %s with %s: %s (%s).\n", r.reader, strings.Join(r.makes, ", "), keys, r.means, r.words)
	}
	return text
}

// reader opens a file with a real program. A nil error means that the program has the key, the leaf and
// the chain.
type reader struct {
	name string
	open func(t *testing.T, file string, c pfx.Content) error
}

var readers = []reader{
	{"openssl", openWithOpenSSL},
	{"nss", openWithNSS},
	{"java17", openWithJava},
	{"gpgsm", openWithGPGSM},
	{"go", openWithGo},
}

// TestReaders opens a file of each profile and kind of key with each program and compares the outcome
// with the committed table.
func TestReaders(t *testing.T) {
	for tool, pkg := range map[string]string{
		"openssl": "openssl", "pk12util": "libnss3-tools", "certutil": "libnss3-tools",
		"keytool": "openjdk-17-jre-headless", "gpgsm": "gpgsm", "gpg-agent": "gpg-agent", "gpgconf": "gnupg",
	} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is missing; install the package %s", tool, pkg)
		}
	}
	got := tableHead
	measure := func(manner, kind, file string, c pfx.Content) {
		row := fmt.Sprintf("%-13s %-9s", manner, kind)
		for _, r := range readers {
			outcome := "ok"
			if err := r.open(t, file, c); err != nil {
				outcome = "refused"
				if !because(r.name, manner, kind, err.Error()) {
					t.Errorf("%s %s %s: %v", manner, kind, r.name, err)
				}
			}
			row += fmt.Sprintf(" %-8s", outcome)
		}
		got += strings.TrimRight(row, " ") + "\n"
	}
	for _, p := range []pfx.Profile{pfx.Compatible, pfx.Strong, pfx.StrongOwn} {
		for _, kind := range keyKinds {
			c := content(kind)
			file := filepath.Join(t.TempDir(), "file.p12")
			if err := os.WriteFile(file, encode(t, c, p), 0o600); err != nil {
				t.Fatal(err)
			}
			measure(profileName(p), kind, file, c)
		}
	}
	c := content("rsa-3072")
	measure("rc2", "rsa-3072", legacyFile(t, c), c)
	measure("pbmac1", "rsa-3072", newestFile(t, c), c)
	got += reasons()
	if *update {
		if err := os.WriteFile(table, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s says otherwise (-table +measured):\n%s", table, diff)
	}
}

// legacyFile is what OpenSSL 1.1, Windows and older Java write: certificates under RC2 with 40 bits.
func legacyFile(t *testing.T, c pfx.Content) string {
	t.Helper()
	var text []byte
	key, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	for _, cert := range append([]*x509.Certificate{c.Leaf}, c.Chain...) {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})...)
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.pem"), filepath.Join(dir, "out.p12")
	if err := os.WriteFile(in, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := run(t, nil, asciiPassword+"\n", "openssl", "pkcs12", "-export", "-legacy", "-in", in, "-name", friendly, "-out", out, "-passout", "stdin"); err != nil {
		t.Fatal(err)
	}
	return out
}

// newestFile has a MAC of RFC 9579, as the newest programs can write it.
func newestFile(t *testing.T, c pfx.Content) string {
	t.Helper()
	data, err := pkcs12.Modern2026.Encode(c.Key, c.Leaf, c.Chain, asciiPassword)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "file.p12")
	if err := os.WriteFile(out, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// The makes are told apart by what can be read without the password.
func TestTheMakeOfAFileOfOthers(t *testing.T) {
	c := content("rsa-2048")
	file := func(path string) []byte {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	other := func(e *pkcs12.Encoder, password string) []byte {
		data, err := e.Encode(c.Key, c.Leaf, c.Chain, password)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for name, tt := range map[string]struct {
		data []byte
		want pfx.Structure
	}{
		"compatible": {encode(t, c, pfx.Compatible), pfx.Structure{Make: pfx.MakeCompatible, Ciphers: []string{"3DES"}, MAC: "SHA-1", Iterations: 10_000, Total: 30_000}},
		"strong":     {encode(t, c, pfx.Strong), pfx.Structure{Make: pfx.MakeStrong, Ciphers: []string{"AES-256"}, MAC: "SHA-256", Iterations: 100_000, Total: 300_000}},
		"openssl":    {file(legacyFile(t, c)), pfx.Structure{Make: pfx.MakeRC2, Ciphers: []string{"RC2-40", "3DES"}, MAC: "SHA-1", Iterations: 2048, Total: 6144}},
		"pbmac1":     {file(newestFile(t, c)), pfx.Structure{Make: pfx.MakePBMAC1, Ciphers: []string{"AES-256"}, MAC: "PBMAC1", Iterations: 2048, Total: 6144}},
		"no secrets": {other(pkcs12.Passwordless, ""), pfx.Structure{Make: pfx.MakeOther, Plain: true}},
	} {
		got, err := pfx.Examine(tt.data)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
		if got.TooMany() {
			t.Errorf("%s: too many iterations", name)
		}
	}
	huge := bytes.Replace(encode(t, c, pfx.Strong), []byte{2, 3, 1, 0x86, 0xA0}, []byte{2, 3, 0x7F, 0xFF, 0xFF}, 3)
	if _, err := pfx.Examine(huge); !errors.Is(err, pfx.ErrIterations) {
		t.Errorf("25 million iterations: %v", err)
	}
	whole := encode(t, c, pfx.Compatible)
	for cut := 0; cut < 2000; cut += 13 {
		if _, err := pfx.Examine(whole[:cut]); !errors.Is(err, pfx.ErrUnreadable) {
			t.Fatalf("%d bytes: %v", cut, err)
		}
	}
}

// run gives both outputs of a program. Its password comes by stdin or a 0600 file, never by an argument.
func run(t *testing.T, env []string, stdin string, name string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute) // a busy machine is no refusal
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return out.String(), problems.String(), fmt.Errorf("%s: %w: %s", name, err, lastLine(problems.String()+out.String()))
	}
	return out.String(), problems.String(), nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func passwordFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte(asciiPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func openWithOpenSSL(t *testing.T, file string, c pfx.Content) error {
	t.Helper()
	out, _, err := run(t, nil, asciiPassword+"\n", "openssl", "pkcs12", "-in", file, "-passin", "stdin", "-nodes")
	if err != nil {
		return err
	}
	if n := strings.Count(out, "friendlyName: "+friendly+"\n"); n != 2 {
		t.Errorf("openssl shows the friendly name %d times, want 2 (key and certificate)", n)
	}
	ids := regexp.MustCompile(`localKeyID: ([0-9A-F ]+)`).FindAllStringSubmatch(out, -1)
	if len(ids) != 2 || ids[0][1] != ids[1][1] {
		t.Errorf("openssl shows the key ids %q, want the same one twice", ids)
	}
	var certificates [][]byte
	keyFound := false
	for block, rest := pem.Decode([]byte(out)); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE":
			certificates = append(certificates, block.Bytes)
		case "PRIVATE KEY":
			want, _ := x509.MarshalPKCS8PrivateKey(c.Key)
			keyFound = bytes.Equal(block.Bytes, want)
		}
	}
	want := [][]byte{c.Leaf.Raw, c.Chain[0].Raw, c.Chain[1].Raw}
	if !keyFound || !cmp.Equal(certificates, want) {
		return errors.New("openssl found something else than was put in")
	}
	return nil
}

// What the package documentation promises of each profile, as OpenSSL reads it from the file.
func TestOpenSSLNamesTheAlgorithms(t *testing.T) {
	const tripleDES, aes = "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration %d", "PBES2, PBKDF2, AES-256-CBC, Iteration %d, PRF hmacWithSHA256"
	for _, tt := range []struct {
		profile    pfx.Profile
		mac        string
		length     int
		salt       int
		iterations int
		cipher     string
	}{
		{pfx.Compatible, "sha1", 20, 8, 10_000, tripleDES},
		{pfx.Strong, "sha256", 32, 16, 100_000, aes},
		{pfx.StrongOwn, "sha256", 32, 16, 250_000, aes},
	} {
		file := filepath.Join(t.TempDir(), "file.p12")
		if err := os.WriteFile(file, encode(t, content("rsa-3072"), tt.profile), 0o600); err != nil {
			t.Fatal(err)
		}
		_, got, err := run(t, nil, asciiPassword+"\n", "openssl", "pkcs12", "-info", "-noout", "-in", file, "-passin", "stdin")
		if err != nil {
			t.Fatal(err)
		}
		cipher := fmt.Sprintf(tt.cipher, tt.iterations)
		want := fmt.Sprintf("MAC: %s, Iteration %d\nMAC length: %d, salt length: %d\n"+
			"PKCS7 Encrypted data: %s\nCertificate bag\nCertificate bag\nCertificate bag\nPKCS7 Data\nShrouded Keybag: %s\n",
			tt.mac, tt.iterations, tt.length, tt.salt, cipher, cipher)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.profile, diff)
		}
	}
}

func openWithNSS(t *testing.T, file string, c pfx.Content) error {
	t.Helper()
	db := "sql:" + t.TempDir()
	if _, _, err := run(t, nil, "", "certutil", "-N", "-d", db, "--empty-password"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := run(t, nil, "\n", "pk12util", "-i", file, "-d", db, "-w", passwordFile(t)); err != nil {
		return err
	}
	list, _, err := run(t, nil, "", "certutil", "-L", "-d", db)
	if err != nil {
		return err
	}
	if !regexp.MustCompile(regexp.QuoteMeta(friendly) + ` +u,u,u`).MatchString(list) {
		return errors.New("certutil shows no certificate of this name with a key")
	}
	for _, above := range []string{"Test Lower", "Test Upper"} {
		if !strings.Contains(list, above) {
			return fmt.Errorf("certutil doesn't show %q", above)
		}
	}
	leaf, _, err := run(t, nil, "", "certutil", "-L", "-d", db, "-n", friendly, "-r")
	if err != nil {
		return err
	}
	if leaf != string(c.Leaf.Raw) {
		return errors.New("certutil gives another certificate")
	}
	found, _, err := run(t, nil, "", "certutil", "-K", "-d", db)
	if err == nil && !strings.Contains(found, friendly) {
		err = errors.New("certutil shows no key of this name")
	}
	return err
}

// openWithJava has keytool sign a request with the key, which takes more than a listing.
func openWithJava(t *testing.T, file string, c pfx.Content) error {
	t.Helper()
	store := []string{"-storetype", "PKCS12", "-keystore", file, "-storepass:file", passwordFile(t)}
	env := []string{"LC_ALL=C", "JAVA_TOOL_OPTIONS=-Duser.language=en -XX:TieredStopAtLevel=1"}
	alias := strings.ToLower(friendly) // Java lower-cases it
	list, _, err := run(t, env, "", "keytool", append([]string{"-list", "-rfc", "-alias", alias}, store...)...)
	if err != nil {
		return err
	}
	var certificates [][]byte
	for block, rest := pem.Decode([]byte(list)); block != nil; block, rest = pem.Decode(rest) {
		certificates = append(certificates, block.Bytes)
	}
	if !cmp.Equal(certificates, [][]byte{c.Leaf.Raw, c.Chain[0].Raw, c.Chain[1].Raw}) {
		return errors.New("keytool shows another chain")
	}
	text, _, err := run(t, env, "", "keytool", append([]string{"-certreq", "-alias", alias}, store...)...)
	if err != nil {
		return err
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return errors.New("keytool wrote no request")
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return err
	}
	if !spki.Equal(request.PublicKey, c.Key.Public()) {
		return errors.New("keytool signed with another key")
	}
	return request.CheckSignature()
}

// openWithGo is another implementation than the one that wrote the file, on the side of reading.
func openWithGo(t *testing.T, file string, c pfx.Content) error {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	key, leaf, chain, err := pkcs12.DecodeChain(data, asciiPassword)
	if err != nil {
		return err
	}
	got, ok := key.(interface{ Equal(crypto.PrivateKey) bool })
	if !ok || !got.Equal(c.Key) || !leaf.Equal(c.Leaf) || len(chain) != 2 || !chain[0].Equal(c.Chain[0]) || !chain[1].Equal(c.Chain[1]) {
		return errors.New("go-pkcs12 found something else than was put in")
	}
	return nil
}

func openWithGPGSM(t *testing.T, file string, c pfx.Content) error {
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
	base := []string{"--batch", "--no-tty", "--disable-dirmngr", "--pinentry-mode", "loopback"}
	// The passphrase that opens the file is also the one under which the agent keeps the key.
	_, problems, err := run(t, env, asciiPassword+"\n", "gpgsm", append(base, "--passphrase-fd", "0", "--import", file)...)
	secrets, _, listErr := run(t, env, "", "gpgsm", append(base, "--with-colons", "--list-secret-keys")...)
	if listErr != nil {
		return listErr
	}
	if !strings.Contains(secrets, "<anna@example.ch>") && !strings.Contains(secrets, "anna@example.ch") {
		return fmt.Errorf("gpgsm has no secret key: %w: %s", err, problems)
	}
	leaf, _, err := run(t, env, "", "gpgsm", append(base, "--export", "anna@example.ch")...)
	if err != nil {
		return err
	}
	if leaf != string(c.Leaf.Raw) {
		return errors.New("gpgsm gives another certificate")
	}
	all, _, err := run(t, env, "", "gpgsm", append(base, "--list-keys")...)
	for _, above := range []string{"Test Lower", "Test Upper"} {
		if err == nil && !strings.Contains(all, above) {
			err = fmt.Errorf("gpgsm doesn't show %q", above)
		}
	}
	return err
}
