package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"certdesk/internal/seller"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
	"certdesk/internal/vault/passfile"
)

func init() {
	walks["passfile"] = passfileScreens
}

// passfileScreens are a passphrase file that is chosen, opened, changed, given up in thought, and moved into a keyring,
// with what goes wrong on the way.
func passfileScreens(t *testing.T, s setup) {
	keyring, started := without()
	s.keyring = keyring
	s.script = &script{honest: true, random: rand.NewChaCha8([32]byte{1}), lookup: func(ctx context.Context) (seller.Found, error) {
		return seller.Found{}, hold(ctx)
	}}
	w := start(t, s)
	w.a.shell.Places = nil
	w.beginWith(exampleLink)
	w.press("journey.continue")
	w.see(w.word("passfile.absent.title"))
	w.busyScreen("passfile-choose")
	w.press("passfile.use")
	w.see(w.word("passfile.noted-first"))
	kittest.All[*kit.Segmented](w.root())[0].Select(1)
	w.see(w.word("passfile.own-field"))
	w.retype("passfile.own-field", "too short")
	w.retype("use.own.again", "too short")
	w.press("passfile.use")
	w.see(w.word("fault.password-short.saw", "n", 12))
	w.busyScreen("passfile-own")
	w.retype("passfile.own-field", ownPhrase)
	w.retype("use.own.again", ownPhrase)
	w.press("passfile.use")
	w.see(w.word("licence.asking", "host", "shop.example.ch"))
	w.say = w.say.Variant("file")

	again := w.stopped()
	again.script = &script{honest: true, random: rand.NewChaCha8([32]byte{2})}
	w = start(t, again)
	w.a.shell.Places = nil
	w.say = w.say.Variant("file")
	w.press("home.settings")
	w.see(w.word("settings.secrets.absent"))
	w.screen("settings-passfile")
	words := w.changeScreens()
	started()
	w.moveScreens(filepath.Join(w.data, passfile.Name), words)
}

// changeScreens are the passphrase changed, into the words that it gives.
func (w *walk) changeScreens() (words string) {
	w.t.Helper()
	w.press("passfile.change.title")
	w.see(w.word("passfile.old"))
	w.screen("passfile-change")
	words = kittest.All[*kit.CopyField](w.root())[0].Value()
	w.retype("passfile.old", "not the right one")
	w.tick("passfile.noted")
	w.press("passfile.change")
	w.see(w.word("fault.passfile-passphrase.saw"))
	w.screen("passfile-change-wrong")
	w.retype("passfile.old", ownPhrase)
	w.press("passfile.change")
	w.see(w.word("passfile.changed.title"))
	w.screen("passfile-changed")
	w.press("shell.ok")
	return words
}

// moveScreens are the file opened in a further run, missing, damaged, given up in thought, and moved.
func (w *walk) moveScreens(file, words string) {
	w.t.Helper()
	again := w.stopped()
	again.script = &script{honest: true, random: rand.NewChaCha8([32]byte{3})}
	w2 := start(w.t, again)
	w2.a.shell.Places = nil
	w2.say = w2.say.Variant("file")
	w2.press("home.settings")
	w2.button("settings.secrets.to-keyring")
	w2.screen("settings-passfile-reaches")
	whole, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	put := func(data []byte) {
		w.t.Helper()
		if err := os.WriteFile(file, data, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := os.Remove(file); err != nil {
		w.t.Fatal(err)
	}
	w2.press("settings.secrets.to-keyring")
	w2.see(w2.word("fault.passfile-gone.saw"))
	w2.screen("passfile-gone")
	put(whole[:len(whole)-40])
	w2.press("action.retry")
	w2.see(w2.word("passfile.unlock.text"))
	w2.screen("passfile-unlock")
	w2.retype("passfile.phrase", "not the right one")
	w2.press("passfile.open")
	w2.see(w2.word("fault.passfile-damaged.saw"))
	w2.screen("passfile-damaged")
	w2.press("passfile.without")
	w2.see(w2.word("passfile.give-up.title"))
	w2.screen("passfile-give-up")
	w2.press("journey.back")
	put(whole)
	w2.press("action.retry")
	w2.retype("passfile.phrase", "not the right one")
	w2.press("passfile.open")
	w2.see(w2.word("fault.passfile-passphrase.saw"))
	w2.screen("passfile-wrong")
	w2.retype("passfile.phrase", words)
	w2.press("passfile.open")
	w2.see(w2.word("passfile.to-keyring.title"))
	w2.screen("passfile-move")
	w2.press("passfile.to-keyring.move")
	w2.see(w2.word("passfile.moved.title"))
	w2.say = w2.say.Variant("")
	w2.screen("passfile-moved")
	if _, err := os.ReadFile(file); err == nil {
		w.t.Error("the file is still there")
	}
	w2.press("shell.ok")
	w2.press("settings.secrets.to-file")
	w2.see(w2.word("passfile.to-file.title"))
	w2.screen("passfile-to-file")
}
