package backup_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/backup"
	"certdesk/internal/secret"
)

// TestTheAgeProgramOpensABackup: the keys can be had without Certdesk. The program asks a terminal for the passphrase,
// which script(1) gives it.
func TestTheAgeProgramOpensABackup(t *testing.T) {
	dir := t.TempDir()
	c, _ := small(t)
	data, err := backup.Seal(c, secret.FromString(phrase), backup.Options{Work: 10})
	if err != nil {
		t.Fatal(err)
	}
	sealed, opened := filepath.Join(dir, "backup.age"), filepath.Join(dir, "opened")
	if err := os.WriteFile(sealed, data, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "script", "-qefc", "age -d -o '"+opened+"' '"+sealed+"'", os.DevNull)
	cmd.Stdin = strings.NewReader(phrase + "\n")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	text, err := os.ReadFile(opened)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Format string
		Orders []struct {
			ID   string
			Keys []struct{ PKCS8 []byte }
		}
	}
	if err := json.Unmarshal(text, &got); err != nil || got.Format != "certdesk-backup" || len(got.Orders) != 1 || len(got.Orders[0].Keys) != 1 || len(got.Orders[0].Keys[0].PKCS8) == 0 {
		t.Errorf("%+v %v", got, err)
	}
}
