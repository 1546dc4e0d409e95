package shell

import (
	"context"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/ui/passfile"
)

// asker is the customer as the vault of a world sees them: any press may need the passphrase, or find that there is
// no keyring.
type asker struct {
	s       *Shell
	secrets *desk.Secrets
	looked  bool // the customer has started a keyring, and was asked to look again; touched on the UI goroutine alone
}

// Unlock asks for the passphrase, on a sheet over what is shown.
func (a *asker) Unlock(ctx context.Context) error {
	return a.ask(ctx, fault.PassfileLocked, func(d passfile.Deps, done, not func()) closer { return passfile.NewUnlock(d, done, not) })
}

// Choose asks where to keep secrets.
func (a *asker) Choose(ctx context.Context) error {
	return a.ask(ctx, fault.KeyringAbsent, a.choice)
}

func (a *asker) choice(d passfile.Deps, yes, no func()) closer {
	looked := a.looked
	a.looked = false
	return passfile.NewChoose(d, looked, func(look bool) { a.looked = look; yes() }, no)
}

type closer interface{ Close() }

// ask opens a sheet and waits for its answer; without one the press fails with code.
func (a *asker) ask(ctx context.Context, code fault.Code, open func(d passfile.Deps, yes, no func()) closer) error {
	s := a.s
	answer := make(chan error, 1)
	var sheet closer // touched on the UI goroutine alone
	s.Env.Run.OnUI(func() {
		if ctx.Err() != nil || s.ctx.Err() != nil {
			return
		}
		sheet = open(s.passfileDeps(a.secrets), func() {
			s.settleWords()
			answer <- nil
		}, func() { answer <- fault.New(code, nil) })
	})
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
	s.Env.Run.OnUI(func() {
		if sheet != nil {
			sheet.Close()
		}
	})
	return fault.New(fault.Cancelled, context.Cause(ctx))
}

func (s *Shell) passfileDeps(secrets *desk.Secrets) passfile.Deps {
	return passfile.Deps{
		Secrets: secrets, Env: s.Env, Say: s.say, Canvas: s.Window.Canvas(),
		OnQuit:     func(f func()) { s.onQuit = append(s.onQuit, f) },
		OpenFolder: func(dir string) { s.openFolder(dir, func(error) {}) },
	}
}

// settleWords says from here on what is so: secrets may have changed their place.
func (s *Shell) settleWords() {
	s.speak(s.tag)
	s.rerender()
}

// The settings move everything from one place into the other, and change the passphrase.

func (s settingsStage) ToPassfile(done func()) {
	passfile.NewToFile(s.passfileDeps(s.world.Desk.Secrets), s.settled(done))
}

// ToKeyring has the file opened first, where this run has not.
func (s settingsStage) ToKeyring(done func()) {
	d := s.passfileDeps(s.world.Desk.Secrets)
	move := func() {
		if !d.Secrets.Places().There { // it was given up
			s.settled(done)()
			return
		}
		passfile.NewToKeyring(d, s.settled(done))
	}
	if d.Secrets.Places().Unlocked {
		move()
		return
	}
	passfile.NewUnlock(d, move, done)
}

func (s settingsStage) ChangePassphrase(done func()) {
	passfile.NewChange(s.passfileDeps(s.world.Desk.Secrets), done)
}

func (s settingsStage) settled(then func()) func() {
	return func() {
		s.speak(s.tag)
		then()
	}
}
