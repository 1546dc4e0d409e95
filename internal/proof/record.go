package proof

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

// record looks for an instruction's record. The findings begin with what decides.
func (p *pass) record(ctx context.Context, z *zone, i Instruction) ([]Finding, []i18n.Message) {
	right := func(a Answer) bool { return fits(i, a) }
	v := p.views(ctx, z, i)
	public, err := v.public(right)
	if err != nil {
		silent := found(NoAnswer, i18n.M("proof.dns-silent.saw", "name", i.Full), i18n.M("proof.dns-silent.do"))
		return append([]Finding{silent}, z.besides(p.second, v)...), nil
	}
	if public.Alias != "" && len(public.Texts) == 0 && i.Type == "TXT" {
		// The zone's own servers don't know what is elsewhere.
		there := p.zoneOf(ctx, public.Alias, order.Domain{ASCII: public.Alias}.Registered().ASCII)
		if behind, err := p.records(ctx, there, public.Alias, TypeTXT); err == nil {
			public.Texts = behind.Texts
		}
	}
	var out []Finding
	var fine []i18n.Message
	if v.bogus() {
		out = append(out, bogus(z.name))
	}
	first := p.judge(ctx, z, i, public)
	switch differing := v.disagree(right); {
	case differing != nil:
		first = *differing
	case first.State == Right && right(public):
		if f := v.stale(right, p.now); f != nil && len(out) == 0 {
			first = *f
		}
		if v.private && v.here.err == nil && !right(v.here.answer) {
			fine = append(fine, i18n.M("proof.inside-fine"))
		}
	case first.State != Right && v.private && v.here.err == nil && right(v.here.answer):
		first = found(Inside, i18n.M("proof.inside.saw", "name", i.Full), i18n.M("proof.inside.do", "relative", i.Relative))
	case v.differ():
		first.Heard = v.heard(right)
	}
	out = append(out, first)
	return append(out, z.besides(p.second, v)...), fine
}

func bogus(zone string) Finding {
	return found(Bogus, i18n.M("proof.bogus.saw", "zone", zone), i18n.M("proof.bogus.do"))
}

// fits reports whether what stands at the record's own name is what is wanted.
func fits(i Instruction, a Answer) bool {
	if i.Type == "CNAME" {
		return a.Alias == bare(i.Value)
	}
	return slices.Contains(a.Texts, i.Value)
}

// judge says what is seen of a record, from what stands at its name and, when that is not right, at names near
// it.
func (p *pass) judge(ctx context.Context, z *zone, i Instruction, a Answer) Finding {
	right := func(a Answer) bool { return fits(i, a) }
	if right(a) {
		return p.right(i, a)
	}
	if at := p.first(ctx, z, i, i.Also, right); at != "" {
		return found(Right, i18n.M("proof.right.saw", "name", at), i18n.M("proof.right.do"))
	}
	if at := p.first(ctx, z, i, places(i), right); at != "" {
		return wrongPlace(i, at)
	}
	if i.Type == "CNAME" {
		return p.alias(ctx, z, i, a)
	}
	beside, others := p.others(i, a)
	switch {
	case a.Alias != "" && len(a.Texts) == 0:
		return found(WrongType, i18n.M("proof.cname-instead.saw", "name", i.Full, "target", a.Alias), i18n.M("proof.cname-instead.do", "type", i.Type))
	case theirs(i, others):
		got := closest(others, i.Value)
		f := found(WrongValue, i18n.M("proof.wrong-value.saw", "name", i.Full), i18n.M("proof.wrong-value.do."+string(mistake(got, i.Value))))
		if len(others) > 1 {
			f.Saw = i18n.M("proof.wrong-values.saw", "name", i.Full, "n", len(others))
		}
		f.Got, f.Want = got, i.Value
		return f
	case beside:
		return found(Missing, i18n.M("proof.missing-beside.saw", "name", i.Full), i18n.M("proof.missing-beside.do"))
	}
	return missing(z, i)
}

// missing says that there is nothing yet, and how long others may remember that.
func missing(z *zone, i Instruction) Finding {
	f := found(Missing, i18n.M("proof.missing.saw", "type", i.Type, "name", i.Full), i18n.M("proof.missing.do"))
	if z.negative > time.Minute {
		f.Do = i18n.M("proof.missing.do-wait", "wait", z.negative.Round(time.Minute))
	}
	return f
}

// others are the values at a name that belong to no other task here; beside reports whether there are such of
// another task.
func (p *pass) others(i Instruction, a Answer) (beside bool, others []string) {
	for _, text := range a.Texts {
		switch {
		case text == i.Value:
		case slices.Contains(p.wanted[i.Full], text):
			beside = true
		default:
			others = append(others, text)
		}
	}
	return beside, others
}

// theirs reports whether the texts at a name are tries at the wanted record. At a name that was made for the
// proof every text is; at a host's own name others live, too (SPF, other proofs).
func theirs(i Instruction, texts []string) bool {
	if len(texts) == 0 {
		return false
	}
	return i.made() || mistake(closest(texts, i.Value), i.Value) != OtherVal
}

// right says that the record is there, and what stands beside it.
func (p *pass) right(i Instruction, a Answer) Finding {
	if i.Type == "TXT" {
		_, others := p.others(i, a)
		for _, text := range others {
			if i.made() || len(text) == len(i.Value) {
				return found(Right, i18n.M("proof.right-old.saw", "name", i.Full), i18n.M("proof.right-old.do", "old", text))
			}
		}
	}
	return found(Right, i18n.M("proof.right.saw", "name", i.Full), i18n.M("proof.right.do"))
}

// alias judges an instruction that wants a CNAME, and has none that is right.
func (p *pass) alias(ctx context.Context, z *zone, i Instruction, a Answer) Finding {
	want := bare(i.Value)
	if a.Alias != "" {
		f := found(WrongValue, i18n.M("proof.wrong-value.saw", "name", i.Full), i18n.M("proof.wrong-value.do."+string(aliasMistake(a.Alias, want, i))))
		f.Got, f.Want = a.Alias, want
		return f
	}
	if texts, err := p.records(ctx, z, i.Full, TypeTXT); err == nil && theirs(i, texts.Texts) {
		return found(WrongType, i18n.M("proof.txt-instead.saw", "name", i.Full), i18n.M("proof.txt-instead.do"))
	}
	return missing(z, i)
}

// aliasMistake knows one mistake more than [mistake]: a target without its final dot, to which the panel has
// added the zone.
func aliasMistake(got, want string, i Instruction) Mistake {
	if got == want+"."+i.Zone {
		return Dotless
	}
	return mistake(got, want)
}

// first asks for an instruction's record at several names, side by side, and gives the first of them at which
// right holds.
func (p *pass) first(ctx context.Context, z *zone, i Instruction, places []string, right func(Answer) bool) string {
	hits := make([]bool, len(places))
	var all sync.WaitGroup
	for k, name := range places {
		all.Go(func() {
			a, err := p.records(ctx, z, name, Type(i.Type))
			hits[k] = err == nil && right(a)
		})
	}
	all.Wait()
	if k := slices.Index(hits, true); k >= 0 {
		return places[k]
	}
	return ""
}

// places are the names under which a record is often added by mistake, the usual mistake first: with the zone
// doubled, or one level off.
func places(i Instruction) []string {
	registered := order.Domain{ASCII: i.Zone}.Registered().ASCII
	var out []string
	add := func(name string) {
		if name != i.Full && isName(name) && !slices.Contains(out, name) && (name == registered || below(name, registered)) {
			out = append(out, name)
		}
	}
	add(i.Full + "." + i.Zone)
	if registered != "" && registered != i.Zone { // a zone below it may be unknown to the panel
		add(i.Full + "." + registered)
	}
	if i.Name() != i.Zone {
		add(i.Full + "." + i.Name())
	}
	if first, rest, ok := strings.Cut(i.Full, "."); ok && i.made() {
		add(rest)                 // without the label of the proof
		add(first + "." + i.Zone) // with it, at the zone
		if registered != "" {
			add(first + "." + registered)
		}
	}
	return out
}

func wrongPlace(i Instruction, at string) Finding {
	if strings.HasPrefix(at, i.Full+".") {
		return found(Doubled, i18n.M("proof.doubled.saw", "name", at), i18n.M("proof.doubled.do", "relative", i.Relative))
	}
	return found(Misplaced, i18n.M("proof.misplaced.saw", "name", at), i18n.M("proof.misplaced.do", "relative", i.Relative, "name", i.Full))
}
