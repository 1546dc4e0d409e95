package shell

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/ui/home"
	"certdesk/internal/ui/journey"
)

// Link brings a link that a second start of the app has handed over. It never replaces what is being
// filled in.
func (s *Shell) Link(text string) {
	s.Window.RequestFocus()
	if !s.begun || strings.TrimSpace(text) == "" {
		return
	}
	if _, busy := s.current.(*journey.Journey); busy {
		s.note(s.say.T("shell.links-waiting"))
		return
	}
	s.journey().Begin(text, activation.Scheme)
}

// Dropped hands files to the page that is shown; on the home screen they begin a journey.
func (s *Shell) Dropped(uris []fyne.URI) {
	if !s.begun || s.waiting {
		return
	}
	var paths []string
	for _, u := range uris {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	switch {
	case s.Window.Canvas().Overlays().Top() != nil:
		s.note(s.say.T("drop.over"))
	case len(paths) == 0:
		s.note(s.say.T("drop.no-files"))
	case s.checking():
		s.dropOn(paths)
	case slices.ContainsFunc(paths, s.world.Desk.Intake.MayHold):
		s.takeIn(paths)
	default:
		s.dropOn(paths)
	}
}

// dropOn hands files to the page that is shown.
func (s *Shell) dropOn(paths []string) {
	page, isPage := s.page()
	_, atHome := s.current.(*home.Home)
	switch {
	case isPage && page.TakesDrops():
		if s.notice != "" {
			s.note("")
		}
		page.Drop(paths)
	case atHome:
		s.journey().BeginFiles(paths)
	default:
		s.note(s.say.T("drop.not-here"))
	}
}

// takeIn looks whether files hold a certificate of an order here, which is where they lead then. Anything else is for
// the page that is shown, as far as it takes files; else it is said what they are.
func (s *Shell) takeIn(paths []string) {
	intake, current := s.world.Desk.Intake, s.current
	_, atHome := s.current.(*home.Home)
	page, isPage := s.page()
	taken := isPage && page.TakesDrops()
	here := ""
	if j, ok := s.current.(*journey.Journey); ok {
		here = j.OrderID()
	}
	var t desk.Taken
	var err error
	s.after(func(ctx context.Context) {
		var b desk.Brings
		if b, err = intake.ReadFiles(ctx, paths); err != nil {
			return
		}
		if len(b.Certificates) == 0 && taken { // a private key is for the page that asks for one
			b.Wipe()
			err = fault.New(fault.KeyNoOrder, nil)
			return
		}
		t, err = intake.Take(ctx, b, here)
	}, func() {
		switch {
		case s.current != current: // the customer has gone on
		case err == nil:
			s.arrive(t)
		case taken, !slices.ContainsFunc(paths, intake.Looks), atHome && fault.Is(err, fault.CertificateNone):
			s.dropOn(paths)
		default:
			f := fault.Of(err)
			if atHome && forNoOrder(f) {
				s.inspect(paths[0], func() { s.goHome("") })
			}
			s.note(s.say.T("handoff.drop.note", "saw", f.Saw(), "do", f.Do()))
		}
	})
}

// arrive goes on with the order to which something was given.
func (s *Shell) arrive(t desk.Taken) {
	if j, ok := s.current.(*journey.Journey); ok && j.OrderID() == t.OrderID {
		s.notice = ""
		j.Arrive(t)
		return
	}
	s.journey().Arrive(t)
}
