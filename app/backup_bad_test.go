package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/backup"
	"certdesk/internal/order"
	"certdesk/internal/passphrase"
	"certdesk/internal/secret"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// sealed writes a backup of drafts, numbered from 1.
func sealed(t *testing.T, dir string, n int, more ...backup.Order) (path string, data []byte) {
	t.Helper()
	c := backup.Content{Made: noon, Orders: more}
	for i := range n {
		o := draft(fmt.Sprintf("%05d", i+1), order.StepNames)
		o.Application.Mailbox = fmt.Sprintf("mailbox%d@example.ch", i+1)
		document, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		c.Orders = append(c.Orders, backup.Order{ID: o.ID, Document: document})
	}
	data, err := backup.Seal(c, secret.FromString(ownPhrase), backup.Options{Work: 1})
	if err != nil {
		t.Fatal(err)
	}
	return put(t, dir, "good.age", data), data
}

func put(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// toRestore leads to the page on which a backup is opened.
func (w *walk) toRestore() {
	w.t.Helper()
	w.press("home.settings")
	w.press("settings.backup-restore")
	w.button("restore.open")
}

// TestABadBackup says what is wrong at its field, keeps what was typed and opens the right one afterwards. A changed
// beginning can't be told from a wrong passphrase: both are said.
func TestABadBackup(t *testing.T) {
	w := start(t, setup{script: &script{}})
	good, data := sealed(t, w.home, 2)
	beginning, end := bytes.Clone(data), bytes.Clone(data)
	at := bytes.Index(beginning, []byte("-> scrypt ")) + len("-> scrypt ")
	letter := byte('A') // of the salt: another key comes out
	if beginning[at] == letter {
		letter = 'B'
	}
	beginning[at] = letter
	end[len(end)-5] ^= 1
	later, err := passphrase.Seal([]byte(`{"format":"certdesk-backup","version":2}`), secret.FromString(ownPhrase), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.toRestore()
	for _, c := range []struct{ name, path, phrase, code string }{
		{"wrong passphrase", good, "not the right one", "backup-passphrase"},
		{"beginning changed", put(t, w.home, "beginning.age", beginning), ownPhrase, "backup-passphrase"},
		{"cut short", put(t, w.home, "cut.age", data[:len(data)-40]), ownPhrase, "backup-damaged"},
		{"cut in its header", put(t, w.home, "header.age", data[:60]), ownPhrase, "backup-damaged"},
		{"end changed", put(t, w.home, "end.age", end), ownPhrase, "backup-damaged"},
		{"newer version", put(t, w.home, "later.age", later), ownPhrase, "backup-newer"},
		{"something else", put(t, w.home, "else.age", []byte("PK\x03\x04")), ownPhrase, "backup-foreign"},
		{"gone", filepath.Join(w.home, "gone.age"), ownPhrase, "file-gone"},
	} {
		w.retype("restore.file", c.path)
		w.retype("restore.passphrase", c.phrase)
		w.press("restore.open")
		w.q.Finish(t)
		name := filepath.Base(c.path)
		if !w.has("fault."+c.code+".saw", "name", name) || !kittest.HasText(w.root(), w.word("fault."+c.code+".means", "name", name)) {
			t.Errorf("%s: the screen says\n%s", c.name, w.text())
		}
		if file, phrase := w.field("restore.file"), w.field("restore.passphrase"); file != c.path || phrase != c.phrase {
			t.Errorf("%s: what was typed is now %q, %d letters", c.name, file, len(phrase))
		}
	}
	w.retype("restore.file", good)
	w.retype("restore.passphrase", ownPhrase)
	w.press("restore.open")
	w.press("restore.restore")
	w.see(w.word("restore.done"))
}

// TestABackupOfTenThousand opens with what has room on a page, is ticked in groups, and found by a search.
func TestABackupOfTenThousand(t *testing.T) {
	w := start(t, setup{script: &script{}})
	path, _ := sealed(t, w.home, 10_000)
	w.toRestore()
	w.retype("restore.file", path)
	w.retype("restore.passphrase", ownPhrase)
	w.press("restore.open")
	w.button("restore.restore")
	if n := len(kittest.All[*kit.Check](w.root())); n > 60 {
		t.Errorf("%d boxes on a page", n)
	}
	all := kittest.All[*kit.Check](w.root())[0]
	if all.Text() != w.word("restore.all-new", "n", 10_000) || !all.Checked() {
		t.Fatalf("the first box is %q", all.Text())
	}
	kittest.TabTo(t, w.a.window.Canvas(), all)
	began := time.Now()
	kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
	t.Logf("unticking all took %v", time.Since(began))
	w.retype("home.search", "mailbox4711@")
	boxes := kittest.All[*kit.Check](w.root())
	if len(boxes) != 2 {
		t.Fatalf("%d boxes", len(boxes))
	}
	kittest.TabTo(t, w.a.window.Canvas(), boxes[1])
	kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
	w.see(w.word("restore.some", "ticked", 1, "n", 10_000))
	w.press("restore.restore")
	w.see(w.word("restore.done"))
	rows, err := w.a.worlds.real.Desk.Orders.Rows(t.Context())
	if err != nil || len(rows) != 1 || rows[0].Title != "mailbox4711@example.ch" {
		t.Errorf("%d orders: %v", len(rows), err)
	}
}
