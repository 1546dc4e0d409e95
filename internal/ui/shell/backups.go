package shell

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/store"
	"certdesk/internal/ui/backups"
	"certdesk/internal/ui/kit"
)

// backupStage is the window as the screens of backups and keys see it. leave is where the customer came from.
type backupStage struct {
	*Shell
	leave func()
}

func (s backupStage) Show(title string, p *kit.Page) { s.put(title, p) }
func (s backupStage) Canvas() fyne.Canvas            { return s.Window.Canvas() }
func (s backupStage) Leave()                         { s.leave() }
func (s backupStage) Home(order string)              { s.goHome(order) }
func (s backupStage) Backup(orders []string)         { s.backup(orders, s.leave) }
func (s backupStage) OnQuit(f func())                { s.onQuit = append(s.onQuit, f) }

func (s backupStage) OpenFolder(path string, failed func(error)) { s.openFolder(path, failed) }

func (s *Shell) backupDeps(leave func()) backups.Deps {
	return backups.Deps{Desk: s.world.Desk, Env: s.Env, Say: s.say, Stage: backupStage{s, leave}}
}

// backup leads to a backup of some orders, nil for everything.
func (s *Shell) backup(orders []string, leave func()) {
	m := backups.NewMake(s.backupDeps(leave), orders)
	s.change(m)
	m.Open()
}

func (s *Shell) restore(leave func()) {
	r := backups.NewRestore(s.backupDeps(leave))
	s.change(r)
	r.Open()
}

func (s *Shell) aloneKeys(leave func()) {
	again := func() { s.aloneKeys(leave) }
	a := backups.NewAlone(s.backupDeps(leave), func(k store.Key) { s.deleteKey(k, "", again) })
	s.change(a)
	a.Open()
}

func (s *Shell) deleteKey(k store.Key, of string, leave func()) {
	d := backups.NewDelete(s.backupDeps(leave), k, of)
	s.change(d)
	d.Open()
}

// Backup and Restore are offered where a certificate is used, and lead back there.
func (s journeyStage) Backup(order string) {
	s.backup([]string{order}, func() { s.journey().Open(order) })
}

func (s journeyStage) Restore(order string) { s.restore(func() { s.journey().Open(order) }) }

func (s homeStage) Backup()  { s.backup(nil, func() { s.goHome("") }) }
func (s homeStage) Restore() { s.restore(func() { s.goHome("") }) }
func (s homeStage) Keys()    { s.aloneKeys(func() { s.goHome("") }) }

func (s orderStage) Backup(order string) { s.backup([]string{order}, func() { s.goHome(order) }) }

func (s orderStage) DeleteKey(k store.Key, of string) {
	s.deleteKey(k, of, func() { s.goHome(k.OrderID) })
}

func (s settingsStage) Backup()  { s.backup(nil, s.again) }
func (s settingsStage) Restore() { s.restore(s.again) }

// again leads back into the settings.
func (s settingsStage) again() { s.settings(s.back) }
