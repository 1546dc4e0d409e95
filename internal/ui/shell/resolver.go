package shell

import "context"

// SecondResolver keeps the choice of a second resolver, as the settings do: both worlds have one network.
func (s *Shell) SecondResolver(id string, done func(error)) {
	settings := s.real.Desk.Settings
	s.Env.Run.Go(s.ctx, func(ctx context.Context) {
		err := settings.SetSecondResolver(context.WithoutCancel(ctx), id)
		s.Env.Run.OnUI(func() { done(err) })
	})
}
