package main

import (
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
	"certdesk/internal/vault"
)

// backUp makes a backup from the page of step 10, and gives its path and its passphrase.
func (w *walk) backUp() (path, passphrase string) {
	w.t.Helper()
	w.press("use.backup-make")
	w.button("backup.make")
	w.q.Finish(w.t)
	w.press("backup.make")
	w.see(w.word("backup.done"))
	passphrase = kittest.CopyFieldByLabel(w.t, w.root(), w.word("backup.passphrase")).Value()
	if len(strings.Fields(passphrase)) != 6 {
		w.t.Errorf("a passphrase of %d words", len(strings.Fields(passphrase)))
	}
	files, err := filepath.Glob(filepath.Join(w.home, "*.age"))
	if err != nil || len(files) != 1 {
		w.t.Fatalf("files: %v %v", files, err)
	}
	w.q.Finish(w.t)
	w.press("backup.finish")
	w.title(order.StepUse)
	return files[0], passphrase
}

// restore restores a backup from the page on which its file is chosen.
func (w *walk) restore(path, passphrase string) {
	w.t.Helper()
	w.button("restore.open")
	w.retype("restore.file", path)
	w.retype("restore.passphrase", passphrase)
	w.press("restore.open")
	w.button("restore.restore")
	w.press("restore.restore")
	w.see(w.word("restore.done"))
}

// opens reports what OpenSSL finds in a PKCS#12 file.
func (w *walk) opens(pattern string) {
	w.t.Helper()
	password := kittest.CopyFieldByLabel(w.t, w.root(), w.word("use.password")).Value()
	files, err := filepath.Glob(filepath.Join(w.home, pattern))
	if err != nil || len(files) == 0 {
		w.t.Fatalf("files: %v %v", files, err)
	}
	text := openssl(w.t, "pkcs12", "-legacy", "-in", files[len(files)-1], "-nodes", "-passin", "pass:"+password)
	for _, part := range []string{"BEGIN PRIVATE KEY", "BEGIN CERTIFICATE"} {
		if !strings.Contains(text, part) {
			w.t.Errorf("no %s in the file", part)
		}
	}
}

// TestMovingHouse: what was backed up on one computer is used on another, whose keyring is empty.
func TestMovingHouse(t *testing.T) {
	keyring := memoryKeyring()
	w := start(t, setup{keyring: keyring})
	w.toUse()
	path, passphrase := w.backUp()
	w.stop()
	secrets := map[string]string{"passphrase": passphrase}
	for _, record := range keyring(vault.DemoService).(*memory).records {
		for what, text := range secretsOf(t, record) {
			secrets[what] = text
		}
	}
	for _, found := range holding(t, []string{w.data, w.home}, secrets) {
		t.Error(found)
	}
	home := w.home
	w = start(t, setup{home: home})
	w.see(w.word("home.title"))
	w.press("home.demo")
	w.see(w.word("home.demo-codes"))
	w.press("restore.offer")
	w.restore(path, passphrase)
	w.press("backup.finish")
	w.button("view.next.ready.button")
	w.press("view.next.ready.button")
	w.title(order.StepUse)
	w.see(w.word("use.title"))
	w.makeFile("thunderbird")
	w.opens("*.p12")
}

// TestAKeyThatTheKeyringHasLost has a page of its own; the backup brings the key back.
func TestAKeyThatTheKeyringHasLost(t *testing.T) {
	keyring := memoryKeyring()
	w := start(t, setup{keyring: keyring})
	w.toUse()
	path, passphrase := w.backUp()
	ring := keyring(vault.DemoService).(*memory)
	ring.mu.Lock()
	for id, record := range ring.records {
		if strings.Contains(record, `"kind":"key"`) {
			delete(ring.records, id)
		}
	}
	ring.mu.Unlock()
	kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
	w.press("use.make")
	w.see(w.word("lost.title"))
	w.press("lost.restore")
	w.restore(path, passphrase)
	w.press("backup.finish")
	w.press("view.next.ready.button")
	w.title(order.StepUse)
	w.makeFile("thunderbird")
	w.opens("*.p12")

	w.press("use.finish")
	w.button("keys.delete")
	w.press("keys.delete")
	w.see(w.word("keys.delete-gone"))
	w.press("keys.delete-yes")
	w.see(w.word("keys.delete-differs"))
	field := kittest.All[*kit.Entry](w.root())[0]
	kittest.TabTo(t, w.a.window.Canvas(), field)
	kittest.TypeText(t, w.a.window.Canvas(), w.word("keys.delete-word"))
	w.press("keys.delete-yes")
	w.button("view.next.ready.button")
	ring.mu.Lock()
	defer ring.mu.Unlock()
	for _, record := range ring.records {
		if strings.Contains(record, `"kind":"key"`) {
			t.Error("the key is still in the keyring")
		}
	}
}
