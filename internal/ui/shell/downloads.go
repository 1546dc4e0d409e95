package shell

import (
	"context"

	"certdesk/internal/desk"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
)

// downloads is what the window knows of the folder into which browsers put files.
type downloads struct {
	on    bool
	stop  context.CancelFunc // of watching; nil while nothing is watched
	offer *desk.Offer        // stands over the screen until it is taken or refused
}

// Downloads is the folder, empty where there is none, and whether the customer has allowed to look into it.
func (s *Shell) Downloads() (dir string, on bool) { return s.System.Downloads(), s.downloads.on }

// AllowDownloads keeps the choice and follows it. A folder that can't be watched is not allowed after all.
func (s *Shell) AllowDownloads(on bool, done func(error)) {
	err := s.watch(on)
	if err != nil {
		on = false
	}
	settings := s.real.Desk.Settings
	s.Env.Run.Go(s.ctx, func(ctx context.Context) {
		if keepErr := settings.SetDownloads(context.WithoutCancel(ctx), on); err == nil {
			err = keepErr
		}
		s.Env.Run.OnUI(func() { done(err) })
	})
}

// watch begins or ends watching.
func (s *Shell) watch(on bool) error {
	d := &s.downloads
	if d.stop != nil {
		d.stop()
		d.stop = nil
	}
	d.on = on
	if !on {
		return nil
	}
	ctx, stop := context.WithCancel(s.ctx)
	err := s.System.Watch(ctx, s.System.Downloads(), s.real.Desk.Intake.Looks, func(path string) {
		s.Env.Run.OnUI(func() { s.noticed(ctx, path) })
	})
	if err != nil {
		stop()
		d.on = false
		return err
	}
	d.stop = stop
	return nil
}

// noticed looks into a new file, once.
func (s *Shell) noticed(ctx context.Context, path string) {
	if ctx.Err() != nil || !s.begun || s.waiting {
		return
	}
	intake, demo := s.world.Desk.Intake, s.inDemo
	s.Env.Run.Go(ctx, func(ctx context.Context) {
		offer, ok := intake.Notice(ctx, path)
		s.Env.Run.OnUI(func() {
			if ok && ctx.Err() == nil && demo == s.inDemo && !s.waiting {
				s.downloads.offer = &offer
				s.redraw()
			}
		})
	})
}

// offered is the line over the screen about a file that was noticed.
func (s *Shell) offered() *kit.Banner {
	o := s.downloads.offer
	if o == nil {
		return nil
	}
	text := s.say.T("handoff.downloads.offer", "name", i18n.Clean(o.Name, 80), "order", o.Title)
	return kit.NewBanner(kit.Success, text,
		kit.NewButton(s.say.T("handoff.downloads.use"), kit.Link, func() {
			path := o.Path
			s.downloads.offer = nil
			s.redraw()
			s.takeIn([]string{path})
		}),
		kit.NewButton(s.say.T("handoff.downloads.not-now"), kit.Link, func() {
			s.downloads.offer = nil
			s.redraw()
		}))
}
