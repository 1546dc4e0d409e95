package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"certdesk/internal/backup"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

func init() {
	walks["backup"] = backupScreens
	walks["backup-many"] = manyScreens
	walks["backup-keys"] = keyScreensAlone
}

const ownPhrase = "twelve letters and more"

// backedUp is an order with a certificate whose key is here.
func backedUp(t *testing.T, w *walk, o store.Order, c store.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w.script.set(func() { w.script.keys[o.KeyID] = key })
	w.addKey(store.Key{ID: o.KeyID, OrderID: o.ID, Kind: "key", Origin: "made-here", Algorithm: "rsa", SPKI: c.SPKI, Created: noon})
}

func (w *walk) addKey(k store.Key) {
	w.t.Helper()
	if err := w.a.worlds.real.store.AddKey(context.Background(), k); err != nil {
		w.t.Fatal(err)
	}
}

// backupScreens are a backup that is made, opened again and looked at, with what goes wrong on the way.
func backupScreens(t *testing.T, s setup) {
	o := sent("01", order.Snapshot{State: order.Issued})
	c := issued(t, &o, noon.AddDate(1, 0, 0))
	s.script = &script{orders: []store.Order{o, draft("02", order.StepNames)}, certs: []store.Certificate{c}}
	w := start(t, s)
	backedUp(t, w, o, c)
	w.press("home.settings")
	w.press("settings.done")
	w.see(w.word("home.unsaved", "n", 1))
	w.screen("backup-reminder")
	w.press("home.unsaved.backup")
	w.button("backup.make")
	w.q.Finish(t)
	w.screen("backup")
	w.open("backup.own-title")
	w.retype("backup.own", ownPhrase)
	w.retype("use.own.again", "something else")
	w.press("backup.make")
	w.see(w.word("backup.differs.saw"))
	w.retype("use.own.again", ownPhrase)
	w.retype("backup.folder", filepath.Join(w.home, "gone"))
	w.press("backup.make")
	w.see(w.word("fault.folder-gone.saw"))
	w.screen("backup-failed")
	w.retype("backup.folder", w.home)
	w.press("backup.make")
	w.see(w.word("backup.done"))
	w.screen("backup-done")
	w.press("backup.finish")
	w.restoreScreens()
}

// restoreScreens are the same backup opened, where one order has gone and the keyring has lost the key of the other.
func (w *walk) restoreScreens() {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.home, "*.age"))
	if err != nil || len(files) != 1 {
		w.t.Fatalf("files: %v %v", files, err)
	}
	path := filepath.Join(w.home, "backup.age") // its name is the same in every language
	if err := os.Rename(files[0], path); err != nil {
		w.t.Fatal(err)
	}
	w.press("home.settings")
	w.press("settings.backup-restore")
	w.button("restore.open")
	w.retype("restore.file", path)
	w.retype("restore.passphrase", "not the right one")
	w.press("restore.open")
	w.see(w.word("fault.backup-passphrase.saw"))
	w.screen("restore-wrong")
	w.script.set(func() { delete(w.script.keys, "01-key") })
	if err := w.a.worlds.real.store.Delete(context.Background(), "02"); err != nil {
		w.t.Fatal(err)
	}
	w.retype("restore.passphrase", ownPhrase)
	w.press("restore.open")
	w.button("restore.restore")
	w.screen("restore-preview")
	w.press("restore.restore")
	w.see(w.word("restore.done"))
	w.screen("restore-done")
}

// keyScreensAlone are a key that the keyring has lost, keys without an order, and one that is deleted.
func keyScreensAlone(t *testing.T, s setup) {
	o := sent("01", order.Snapshot{State: order.Issued})
	c := issued(t, &o, noon.AddDate(1, 0, 0))
	s.script = &script{orders: []store.Order{o}, certs: []store.Certificate{c}, ownerless: 1}
	s.script.key = fails(fault.KeyGone)
	w := start(t, s)
	w.see(w.word("home.ownerless", "n", 1))
	w.addKey(store.Key{ID: "alone", Kind: "key", Origin: "made-here", Algorithm: "rsa", SPKI: "0011223344556677889900", Created: noon})
	w.press("home.ownerless.show")
	w.button("keys.delete")
	w.screen("keys-alone")
	w.press("keys.delete")
	w.button("keys.delete-yes")
	w.press("keys.delete-yes")
	w.see(w.word("keys.delete-differs"))
	w.screen("key-delete")
	w.press("journey.back")
	w.button("backup.finish")
	w.press("backup.finish")
	w.resume("ready")
	w.title(order.StepUse)
	kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
	w.press("use.make")
	w.see(w.word("lost.title"))
	w.screen("key-lost")
}

// manyScreens are a backup of more orders than a page has room for, one of which can't be read, and one that was made
// without an order that is damaged here.
func manyScreens(t *testing.T, s setup) {
	s.script = &script{orders: []store.Order{draft("00001", order.StepNames), draft("02", order.StepNames)}}
	w := start(t, s)
	path, _ := sealed(t, w.home, 60, backup.Order{ID: "broken", Document: []byte("{}")})
	w.toRestore()
	w.retype("restore.file", path)
	w.retype("restore.passphrase", ownPhrase)
	w.press("restore.open")
	w.button("restore.restore")
	w.screen("restore-many")
	w.press("journey.back")
	w.button("restore.open")
	w.press("journey.back")
	w.press("settings.backup-make")
	w.button("backup.make")
	w.q.Finish(t)
	first := true
	w.script.set(func() {
		w.script.get = func(context.Context) error {
			if first {
				first = false
				return fault.New(fault.StoreDamaged, nil)
			}
			return nil
		}
	})
	w.open("backup.own-title")
	w.retype("backup.own", ownPhrase)
	w.retype("use.own.again", ownPhrase)
	w.press("backup.make")
	w.see(w.word("backup.damaged", "n", 1))
	w.screen("backup-damaged")
}
