package proof

import (
	"context"
	"slices"
	"strings"
	"sync"

	"certdesk/internal/i18n"
)

// record looks for an instruction's record.
func (p *pass) record(ctx context.Context, i Instruction) Finding {
	a, err := p.records(ctx, i.Full, Type(i.Type))
	if err != nil {
		return found(NoAnswer, i18n.M("proof.dns-silent.saw", "name", i.Full), i18n.M("proof.dns-silent.do"))
	}
	if i.Type == "CNAME" {
		return p.alias(ctx, i, a)
	}
	if slices.Contains(a.Texts, i.Value) {
		return rightText(i, a)
	}
	if at := p.first(ctx, i, i.Also, func(a Answer) bool { return slices.Contains(a.Texts, i.Value) }); at != "" {
		return found(Right, i18n.M("proof.right.saw", "name", at), i18n.M("proof.right.do"))
	}
	if at := p.misplaced(ctx, i, func(a Answer) bool { return slices.Contains(a.Texts, i.Value) }); at != "" {
		return wrongPlace(i, at)
	}
	switch {
	case a.Alias != "" && len(a.Texts) == 0:
		return found(WrongType, i18n.M("proof.cname-instead.saw", "name", i.Full, "target", a.Alias), i18n.M("proof.cname-instead.do", "type", i.Type))
	case theirs(i, a.Texts):
		got := closest(a.Texts, i.Value)
		f := found(WrongValue, i18n.M("proof.wrong-value.saw", "name", i.Full), i18n.M("proof.wrong-value.do."+string(mistake(got, i.Value))))
		f.Got, f.Want = got, i.Value
		return f
	}
	return found(Missing, i18n.M("proof.missing.saw", "type", i.Type, "name", i.Full), i18n.M("proof.missing.do"))
}

// theirs reports whether the texts at a name are tries at the wanted record. At a name that was made for the
// proof every text is; at a host's own name others live, too (SPF, other proofs).
func theirs(i Instruction, texts []string) bool {
	if len(texts) == 0 {
		return false
	}
	return strings.HasPrefix(i.Full, "_") || mistake(closest(texts, i.Value), i.Value) != OtherVal
}

func rightText(i Instruction, a Answer) Finding {
	for _, text := range a.Texts {
		if text != i.Value && (strings.HasPrefix(i.Full, "_") || len(text) == len(i.Value)) {
			return found(Right, i18n.M("proof.right-old.saw", "name", i.Full), i18n.M("proof.right-old.do", "old", text))
		}
	}
	return found(Right, i18n.M("proof.right.saw", "name", i.Full), i18n.M("proof.right.do"))
}

// alias judges an instruction that wants a CNAME.
func (p *pass) alias(ctx context.Context, i Instruction, a Answer) Finding {
	want := strings.ToLower(strings.TrimSuffix(i.Value, "."))
	if a.Alias == want {
		return found(Right, i18n.M("proof.right.saw", "name", i.Full), i18n.M("proof.right.do"))
	}
	if at := p.first(ctx, i, i.Also, func(a Answer) bool { return a.Alias == want }); at != "" {
		return found(Right, i18n.M("proof.right.saw", "name", at), i18n.M("proof.right.do"))
	}
	if at := p.misplaced(ctx, i, func(a Answer) bool { return a.Alias == want }); at != "" {
		return wrongPlace(i, at)
	}
	if a.Alias != "" {
		f := found(WrongValue, i18n.M("proof.wrong-value.saw", "name", i.Full), i18n.M("proof.wrong-value.do."+string(aliasMistake(a.Alias, want, i))))
		f.Got, f.Want = a.Alias, want
		return f
	}
	if texts, err := p.records(ctx, i.Full, TypeTXT); err == nil && theirs(i, texts.Texts) {
		return found(WrongType, i18n.M("proof.txt-instead.saw", "name", i.Full), i18n.M("proof.txt-instead.do"))
	}
	return found(Missing, i18n.M("proof.missing.saw", "type", i.Type, "name", i.Full), i18n.M("proof.missing.do"))
}

// aliasMistake knows one mistake more than [mistake]: a target without its final dot, to which the panel has
// added the zone.
func aliasMistake(got, want string, i Instruction) Mistake {
	if got == want+"."+i.Zone {
		return Dotless
	}
	return mistake(got, want)
}

// misplaced looks where a record lands that was added under a wrong name: at the name with the zone doubled,
// or one level off. It gives the first such name at which right holds.
func (p *pass) misplaced(ctx context.Context, i Instruction, right func(Answer) bool) string {
	return p.first(ctx, i, places(i), right)
}

// first asks for an instruction's record at several names, side by side, and gives the first of them at which
// right holds.
func (p *pass) first(ctx context.Context, i Instruction, places []string, right func(Answer) bool) string {
	hits := make([]bool, len(places))
	var all sync.WaitGroup
	for k, name := range places {
		all.Go(func() {
			a, err := p.records(ctx, name, Type(i.Type))
			hits[k] = err == nil && right(a)
		})
	}
	all.Wait()
	if k := slices.Index(hits, true); k >= 0 {
		return places[k]
	}
	return ""
}

// places are the names under which a record is often added by mistake, the usual mistake first.
func places(i Instruction) []string {
	var out []string
	add := func(name string) {
		if name != i.Full && isName(name) && !slices.Contains(out, name) && (name == i.Zone || below(name, i.Zone)) {
			out = append(out, name)
		}
	}
	add(i.Full + "." + i.Zone)
	if i.Name() != i.Zone {
		add(i.Full + "." + i.Name())
	}
	if first, rest, ok := strings.Cut(i.Full, "."); ok && strings.HasPrefix(first, "_") {
		add(rest)                 // without the label of the proof
		add(first + "." + i.Zone) // with it, at the zone
	}
	return out
}

func wrongPlace(i Instruction, at string) Finding {
	if strings.HasPrefix(at, i.Full+".") {
		return found(Doubled, i18n.M("proof.doubled.saw", "name", at), i18n.M("proof.doubled.do", "relative", i.Relative))
	}
	return found(Misplaced, i18n.M("proof.misplaced.saw", "name", at), i18n.M("proof.misplaced.do", "relative", i.Relative, "name", i.Full))
}
