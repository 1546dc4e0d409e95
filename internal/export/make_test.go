package export_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/atomicfile"
	"certdesk/internal/atomicfile/atomicfiletest"
	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
)

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestEveryDestinationGetsItsFile(t *testing.T) {
	for _, d := range destination.All() {
		dir := t.TempDir()
		p := planFor(t, dir, d)
		var committed []export.File
		p.Commit = func(f export.File) error {
			if _, err := os.Stat(f.Path); err == nil {
				t.Errorf("%s: %s was there before it was recorded", d.ID, f.Name)
			}
			committed = append(committed, f)
			return nil
		}
		files, err := export.Make(context.Background(), p)
		if err != nil {
			t.Errorf("%s: %v", d.ID, err)
			continue
		}
		if diff := cmp.Diff(committed, files); diff != "" {
			t.Errorf("%s (-recorded +made):\n%s", d.ID, diff)
		}
		var names []string
		for i, f := range files {
			names = append(names, f.Name)
			if f.Kind == destination.PKCS12 {
				checkFile(t, f)
			} else {
				checkPlain(t, f)
			}
			if f.Kind != d.Files[i].Kind || f.Profile != d.Files[i].Profile {
				t.Errorf("%s is %s", f.Name, f.Profile)
			}
		}
		slices.Sort(names)
		if diff := cmp.Diff(names, list(t, dir)); diff != "" {
			t.Errorf("%s: files told and files there (-told +there):\n%s", d.ID, diff)
		}
	}
}

func checkFile(t *testing.T, f export.File) {
	t.Helper()
	data, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(f.Path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s: mode %v, %v", f.Name, info.Mode(), err)
	}
	sum := sha256.Sum256(data)
	if f.Size != int64(len(data)) || f.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%s: size or sum is wrong", f.Name)
	}
	key, leaf, chain, err := pkcs12.DecodeChain(data, asciiPassword)
	if err != nil || !rsaKey().Equal(key) || leaf.Subject.CommonName != "anna@example.ch" || len(chain) != 1 {
		t.Errorf("%s does not hold what was asked for: %v", f.Name, err)
	}
	for _, lang := range []string{"en", "de"} {
		say := words(t, lang)
		text := say.Say(f.Encryption())
		for _, m := range f.Holds {
			text += "; " + say.Say(m)
		}
		if len(f.Holds) != 3 || strings.Contains(text, "[") || !strings.Contains(text, "anna@example.ch") {
			t.Errorf("%s in words: %q", lang, text)
		}
	}
}

func TestTwoFilesForWhoeverDoesNotKnow(t *testing.T) {
	dir := t.TempDir()
	if _, err := export.Make(context.Background(), plan(t, dir, destination.Unknown)); err != nil {
		t.Fatal(err)
	}
	want := []string{"anna@example.ch (most programs) 2027-05.p12", "anna@example.ch (newer programs) 2027-05.p12"}
	if diff := cmp.Diff(want, list(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheOtherProfileInstead(t *testing.T) {
	dir := t.TempDir()
	p := plan(t, dir, destination.Thunderbird)
	d, _ := destination.Find(destination.Thunderbird, order.SMIME)
	p.Outputs = []export.Output{export.Named(d.Instead(d.Files[0]), "anna@example.ch", notAfter, words(t, "en").Say)}
	files, err := export.Make(context.Background(), p)
	if err != nil || files[0].Profile != destination.Compatible ||
		files[0].Name != "anna@example.ch (Thunderbird, older encryption) 2027-05.p12" {
		t.Errorf("%+v, %v", files, err)
	}
}

func TestNeverOverAFileUnasked(t *testing.T) {
	dir := t.TempDir()
	p := plan(t, dir, destination.Unknown)
	second := filepath.Join(dir, p.Outputs[1].Name)
	if err := os.WriteFile(second, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := export.Make(context.Background(), p)
	if !fault.Is(err, fault.FileExists) || fault.Of(err).Args["name"] != p.Outputs[1].Name {
		t.Errorf("got %v", err)
	}
	if got := list(t, dir); len(got) != 1 {
		t.Errorf("in the folder: %q", got)
	}
	// The file appears while the first one is being made.
	if err := os.Remove(second); err != nil {
		t.Fatal(err)
	}
	p.Commit = func(export.File) error { return os.WriteFile(second, []byte("precious"), 0o600) }
	if _, err := export.Make(context.Background(), p); !fault.Is(err, fault.FileExists) {
		t.Errorf("a file that appears meanwhile: %v", err)
	}
	if data, err := os.ReadFile(second); err != nil || string(data) != "precious" || len(list(t, dir)) != 1 {
		t.Errorf("the file is %q, %v; in the folder: %q", data, err, list(t, dir))
	}
	p.Commit, p.Replace = nil, true
	files, err := export.Make(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		checkFile(t, f)
	}
}

// flipped is a disk that gives back one bit wrong; short one that loses the end.
func flipped(path string) (io.ReadCloser, error) {
	return damaged(path, func(b []byte) []byte { b[100] ^= 1; return b })
}

func short(path string) (io.ReadCloser, error) {
	return damaged(path, func(b []byte) []byte { return b[:len(b)-1] })
}
func gone(string) (io.ReadCloser, error) { return nil, os.ErrNotExist }

func damaged(path string, how func([]byte) []byte) (io.ReadCloser, error) {
	data, err := os.ReadFile(path)
	return io.NopCloser(strings.NewReader(string(how(data)))), err
}

func TestAFileThatDoesNotOpenIsRemoved(t *testing.T) {
	for name, open := range map[string]func(string) (io.ReadCloser, error){"flipped": flipped, "short": short, "gone": gone} {
		for _, id := range []destination.ID{destination.Unknown, destination.WebServer, destination.Certificate} {
			dir := t.TempDir()
			files, err := export.Maker{Open: open}.Make(context.Background(), plan(t, dir, id))
			if !fault.Is(err, fault.ExportUnproven) || files != nil {
				t.Errorf("%s, %s: %v, %d files", id, name, err, len(files))
			}
			if got := list(t, dir); len(got) != 0 {
				t.Errorf("%s, %s: left in the folder: %q", id, name, got)
			}
		}
	}
}

func TestAllFilesOrNone(t *testing.T) {
	for code, w := range map[fault.Code]atomicfile.Writer{
		fault.DiskFull:       {Device: atomicfiletest.FullAfter(6000)}, // in the middle of the second file
		fault.FolderReadOnly: {Device: atomicfiletest.FailAt("move", syscall.EACCES)},
		fault.FileWrite:      {Device: atomicfiletest.FailAt("syncfolder", syscall.EIO)},
	} {
		dir := t.TempDir()
		files, err := export.Maker{Files: w}.Make(context.Background(), plan(t, dir, destination.Unknown))
		if !fault.Is(err, code) || files != nil {
			t.Errorf("%s: %v, %d files", code, err, len(files))
		}
		if got := list(t, dir); len(got) != 0 {
			t.Errorf("%s: left in the folder: %q", code, got)
		}
	}
	missing := filepath.Join(t.TempDir(), "stick")
	if _, err := export.Make(context.Background(), plan(t, missing, destination.Outlook)); !fault.Is(err, fault.FolderGone) {
		t.Errorf("a folder that is gone: %v", err)
	}
}

func TestCancelAndRefusedRecord(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	p := plan(t, dir, destination.Unknown)
	n := 0
	p.Commit = func(export.File) error {
		if n++; n == 2 {
			cancel() // while the second file is made
		}
		return nil
	}
	if _, err := export.Make(ctx, p); !fault.Is(err, fault.Cancelled) || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	refused := errors.New("the store is full")
	p.Commit = func(export.File) error { return refused }
	if _, err := export.Make(context.Background(), p); !errors.Is(err, refused) {
		t.Errorf("not recorded: %v", err)
	}
	if got := list(t, dir); len(got) != 0 {
		t.Errorf("left in the folder: %q", got)
	}
}

func TestRefusedPlans(t *testing.T) {
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	tests := []struct {
		name   string
		change func(*export.Plan)
		code   fault.Code
	}{
		{"short password", func(p *export.Plan) { p.Password = secret.FromString("short") }, fault.PasswordShort},
		{"umlaut", func(p *export.Plan) { p.Password = secret.FromString("Zürich-Zürich-Zürich") }, fault.PasswordNotASCII},
		{"Ed25519", func(p *export.Plan) { p.Key = ed }, fault.KeyUnusable},
		{"another key", func(p *export.Plan) { p.Key = other }, fault.KeyUnusable},
		{"no key", func(p *export.Plan) { p.Key = nil }, fault.KeyUnusable},
		{"no certificate", func(p *export.Plan) { p.Leaf = nil }, fault.CertificateUnreadable},
		{"no output", func(p *export.Plan) { p.Outputs = nil }, fault.Unexpected},
		{"a path as name", func(p *export.Plan) { p.Outputs[0].Name = "../x.p12" }, fault.Unexpected},
		{"no profile", func(p *export.Plan) { p.Outputs[0].Rule.Profile = "" }, fault.Unexpected},
	}
	for _, tt := range tests {
		dir := t.TempDir()
		p := plan(t, dir, destination.Outlook)
		tt.change(&p)
		_, err := export.Make(context.Background(), p)
		if !fault.Is(err, tt.code) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
		for _, leak := range []string{dir, asciiPassword, "anna@"} {
			if err != nil && strings.Contains(err.Error(), leak) {
				t.Errorf("%s: the error shows %q: %v", tt.name, leak, err)
			}
		}
		if got := list(t, dir); len(got) != 0 {
			t.Errorf("%s: left in the folder: %q", tt.name, got)
		}
	}
}

func TestDiscardTakesOnlyWhatWasWritten(t *testing.T) {
	dir := t.TempDir()
	files, err := export.Make(context.Background(), plan(t, dir, destination.Outlook))
	if err != nil {
		t.Fatal(err)
	}
	f := files[0]
	if removed, err := export.Discard(f.Path, strings.Repeat("0", 64)); removed || err != nil {
		t.Errorf("a file with other bytes: %v, %v", removed, err)
	}
	torn := filepath.Join(dir, ".certdesk-00112233445566778899aabb.part")
	if err := os.WriteFile(torn, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	yesterday := time.Now().AddDate(0, 0, -1)
	if err := os.Chtimes(torn, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	if removed, err := export.Discard(filepath.Join(dir, "stick", "x.p12"), f.SHA256); removed || err != nil {
		t.Errorf("on a stick that is not there: %v, %v", removed, err)
	}
	for range 2 { // the second time it is gone already
		if removed, err := export.Discard(f.Path, f.SHA256); !removed || err != nil {
			t.Errorf("our own: %v, %v", removed, err)
		}
	}
	if got := list(t, dir); len(got) != 0 {
		t.Errorf("left in the folder: %q", got)
	}
}

// The password of a generated one opens; one made up by a person costs a guesser more.
func TestOwnPasswordsCostMore(t *testing.T) {
	p := plan(t, t.TempDir(), destination.Thunderbird)
	p.OwnPassword = true
	files, err := export.Make(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(files[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	iterations := string([]byte{2, 3, 0x03, 0xD0, 0x90}) // INTEGER 250,000
	if n := strings.Count(string(data), iterations); n != 3 {
		t.Errorf("250,000 iterations stand %d times in the file, want 3", n)
	}
}

func BenchmarkMake(b *testing.B) {
	for _, id := range []destination.ID{destination.Outlook, destination.Thunderbird, destination.Unknown} {
		b.Run(string(id), func(b *testing.B) {
			dir := b.TempDir()
			p := plan(b, dir, id)
			n := 0
			for b.Loop() {
				n++
				for i := range p.Outputs {
					p.Outputs[i].Name = fmt.Sprintf("%d-%d.p12", n, i)
				}
				if _, err := export.Make(context.Background(), p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
