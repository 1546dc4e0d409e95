package proof

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"certdesk/internal/i18n"
)

// views are what each of those who can be asked says of a record.
type views struct {
	own     []view // servers of the zone that answer
	here    view
	second  view // silent without a second resolver
	way     way
	private bool // the resolver of this computer has another zone
}

// view is what one of them says.
type view struct {
	server *server
	name   i18n.Message // of a resolver
	answer Answer
	err    error
}

// views asks everybody for an instruction's record, side by side.
func (p *pass) views(ctx context.Context, z *zone, i Instruction) views {
	v := views{way: z.way, private: z.inside}
	q := Question{Name: i.Full, Type: Type(i.Type)}
	for _, s := range z.servers {
		if s.state == serving {
			v.own = append(v.own, view{server: s})
		}
	}
	var all sync.WaitGroup
	for k := range v.own {
		all.Go(func() {
			at := q
			at.At = Single(v.own[k].server.address)
			v.own[k].answer, v.own[k].err = p.ask(ctx, at)
			if v.own[k].err == nil && !v.own[k].answer.Own {
				v.own[k].err = ErrRefused // it sends us on, to somebody else
			}
		})
	}
	all.Go(func() {
		v.here.name = i18n.M("proof.resolver-here")
		v.here.answer, v.here.err = p.ask(ctx, q)
	})
	v.second.err = ErrSilent
	if at, ok := p.other(z); ok {
		all.Go(func() {
			question := q
			question.At = at
			v.second.name = i18n.M("proof.resolver-second", "name", p.second.Name)
			v.second.answer, v.second.err = p.ask(ctx, question)
		})
	}
	all.Wait()
	return v
}

// public is what everybody sees: what the zone's servers say (the first of which right holds, of those that
// differ), or a resolver where none can be asked.
func (v views) public(right func(Answer) bool) (Answer, error) {
	var out *Answer
	for k := range v.own {
		if w := &v.own[k]; w.err == nil && (out == nil || right(w.answer) || out.NoName && !w.answer.NoName) {
			out = &w.answer
			if right(*out) {
				break
			}
		}
	}
	if out != nil {
		return *out, nil
	}
	first, then := v.here, v.second
	if v.way.shut() || v.private {
		first, then = then, first
	}
	if first.err != nil {
		return then.answer, then.err
	}
	return first.answer, nil
}

// gist is an answer in a word, the same for the same records in whatever order.
func gist(a Answer) string {
	texts := slices.Sorted(slices.Values(a.Texts))
	out := a.Alias
	for _, t := range texts {
		out += "\x00" + t
	}
	return out
}

// differ reports whether the zone's servers say different things.
func (v views) differ() bool {
	first := ""
	n := 0
	for _, w := range v.own {
		if w.err != nil {
			continue
		}
		if n++; n == 1 {
			first = gist(w.answer)
		}
		if gist(w.answer) != first {
			return true
		}
	}
	return false
}

// heard lists what each of the zone's servers says.
func (v views) heard(right func(Answer) bool) []Heard {
	var out []Heard
	for _, w := range v.own {
		says := i18n.M("proof.heard.other")
		switch {
		case w.err != nil:
			says = i18n.M("proof.heard.silent")
		case right(w.answer):
			says = i18n.M("proof.heard.right")
		case gist(w.answer) == "":
			says = i18n.M("proof.heard.nothing")
		}
		out = append(out, Heard{Host: w.server.host, Address: w.server.address.String(), Says: says})
	}
	return out
}

// disagree says that some of the zone's servers have what is right, and others don't; nil: they agree.
func (v views) disagree(right func(Answer) bool) *Finding {
	n, all := 0, 0
	for _, w := range v.own {
		if w.err == nil {
			if all++; right(w.answer) {
				n++
			}
		}
	}
	if n == 0 || n == all {
		return nil
	}
	f := found(Disagree, i18n.M("proof.disagree.saw", "n", n, "total", all), i18n.M("proof.disagree.do"))
	f.Heard = v.heard(right)
	return &f
}

// stale is the resolver that still has an old answer, and until when at the latest; nil: none, or it is not
// known to be old.
func (v views) stale(right func(Answer) bool, now time.Time) *Finding {
	var who *view
	var until time.Time
	for _, w := range []*view{&v.here, &v.second} {
		if w.err != nil || right(w.answer) || w.answer.Bogus || w == &v.here && v.private {
			continue
		}
		keep := w.answer.TTL
		if gist(w.answer) == "" {
			keep = w.answer.Negative
		}
		if end := now.Add(keep); who == nil || end.After(until) {
			who, until = w, end
		}
	}
	if who == nil {
		return nil
	}
	f := found(Cached, i18n.M("proof.cached.saw", "resolver", who.name, "until", until), i18n.M("proof.cached.do"))
	if !until.After(now) { // it does not say how long
		f.Saw = i18n.M("proof.cached.saw-some", "resolver", who.name)
	}
	return &f
}

// bogus reports whether a resolver finds the signatures wrong.
func (v views) bogus() bool {
	return v.here.err == nil && v.here.answer.Bogus || v.second.err == nil && v.second.answer.Bogus
}

// besides are things about the zone's servers and the resolvers that don't decide by themselves.
func (z *zone) besides(second Resolver, v views) []Finding {
	var out []Finding
	if z.way.shut() {
		saw := i18n.M("proof.blocked.saw")
		if z.way == intercepted {
			saw = i18n.M("proof.intercepted.saw")
		}
		out = append(out, noWay(saw, second, v))
	}
	if z.inside && second.Name == "" {
		f := found(NoWay, i18n.M("proof.private.saw"), i18n.M("proof.private.do"))
		f.Switch = true
		out = append(out, f)
	}
	if z.way.shut() {
		return out
	}
	if heard := z.outOfOrder(v); len(heard) > 0 {
		f := found(Lame, i18n.M("proof.lame.saw", "n", len(heard), "zone", z.name), i18n.M("proof.lame.do"))
		if len(heard) == 1 { // which one, and what it does
			f.Saw = i18n.M("proof.lame-one.saw", "server", i18n.Clean(strings.TrimSpace(heard[0].Host+" "+heard[0].Address), 300), "says", heard[0].Says, "zone", z.name)
		}
		f.Heard = heard
		out = append(out, f)
	}
	if second.Name != "" && v.second.err != nil && v.here.err == nil {
		out = append(out, found(Lame, i18n.M("proof.second-silent.saw", "name", second.Name), i18n.M("proof.second-silent.do")))
	}
	return out
}

// noWay says that the zone's servers can't be asked, what that means, and who was asked instead.
func noWay(saw i18n.Message, second Resolver, v views) Finding {
	f := found(NoWay, saw, i18n.M("proof.no-way.do", "name", second.Name))
	switch {
	case second.Name == "":
		f.Do, f.Switch = i18n.M("proof.no-way.do-off"), true
	case !second.HTTPS:
		f.Do, f.Switch = i18n.M("proof.no-way.do-plain", "name", second.Name), true
	case v.second.err != nil:
		f.Do = i18n.M("proof.no-way.do-silent", "name", second.Name)
	}
	return f
}

// outOfOrder lists the servers that don't do what they are there for, also those that answer for the zone and not for
// the record.
func (z *zone) outOfOrder(v views) []Heard {
	var out []Heard
	say := func(s *server, state serverState) {
		switch state {
		case lame:
			out = append(out, Heard{s.host, s.address.String(), i18n.M("proof.heard.lame")})
		case silent:
			out = append(out, Heard{s.host, s.address.String(), i18n.M("proof.heard.silent")})
		case serving, unreached:
		}
	}
	for _, s := range z.servers {
		say(s, s.state)
	}
	for _, w := range v.own {
		if w.err != nil {
			say(w.server, stateOf(w.answer, w.err))
		}
	}
	for _, host := range z.homeless {
		out = append(out, Heard{Host: host, Says: i18n.M("proof.heard.homeless")})
	}
	return out
}
