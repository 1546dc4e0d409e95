package proof

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	maxHosts     = 8  // name servers of a zone that are asked
	maxAddresses = 16 // their addresses
)

// zone is the part of the name system that its owner manages as one, and who answers for it.
type zone struct {
	name     string
	negative time.Duration // how long others remember that there is nothing; 0: not known
	servers  []*server
	homeless []string // name servers that have no address
	way      way
	// inside says that the resolver of this computer knows another zone of this name than the public does.
	inside bool
}

// server is one address of a name server.
type server struct {
	host    string
	address netip.Addr
	state   serverState
}

type serverState int

const (
	serving   serverState = iota // it answers for the zone
	lame                         // it answers, but not for the zone
	silent                       // it does not answer
	unreached                    // it was not asked: there is no way there from here
)

// way is how the name servers of a zone can be asked from here.
type way int

const (
	open        way = iota
	blocked         // questions to them get lost
	intercepted     // somebody else answers in their place
)

func (w way) shut() bool { return w != open }

// best is a server that answers for the zone; nil: none.
func (z *zone) best() *server {
	for _, s := range z.servers {
		if s.state == serving {
			return s
		}
	}
	return nil
}

type zoneReply struct {
	done chan struct{}
	zone *zone
}

// zoneOf finds the zone of a name: the nearest level on the way to the registered domain that has an SOA
// record.
func (p *pass) zoneOf(ctx context.Context, name, registered string) *zone {
	var levels []string
	for level := name; level == registered || below(level, registered); _, level, _ = strings.Cut(level, ".") {
		levels = append(levels, level)
	}
	if len(levels) == 0 {
		return &zone{name: registered}
	}
	apexes := make([]string, 2)
	var both sync.WaitGroup
	both.Go(func() { apexes[0] = p.apex(ctx, levels, Here) })
	if p.second.Name != "" {
		both.Go(func() { apexes[1] = p.apex(ctx, levels, Second) })
	}
	both.Wait()
	if apexes[0] == "" && apexes[1] == "" {
		return &zone{name: registered}
	}
	p.mu.Lock()
	key := strings.Join(apexes, " ")
	r, begun := p.zones[key]
	if !begun {
		r = &zoneReply{done: make(chan struct{})}
		p.zones[key] = r
	}
	p.mu.Unlock()
	if begun {
		<-r.done
		return r.zone
	}
	defer close(r.done)
	r.zone = p.survey(ctx, apexes[0], apexes[1])
	return r.zone
}

// apex is the nearest of the levels that is the top of a zone, as a resolver says; all are asked side by side.
func (p *pass) apex(ctx context.Context, levels []string, at Asked) string {
	tops := make([]bool, len(levels))
	var all sync.WaitGroup
	for k, level := range levels {
		all.Go(func() {
			a, err := p.ask(ctx, Question{Name: level, Type: TypeSOA, At: at})
			tops[k] = err == nil && a.Zone == level && a.Alias == ""
		})
	}
	all.Wait()
	if k := slices.Index(tops, true); k >= 0 {
		return levels[k]
	}
	return ""
}

// survey finds who answers for a zone, and asks each of them whether it does. here and public are the zone's
// tops as the two resolvers have them; empty: unknown.
func (p *pass) survey(ctx context.Context, here, public string) *zone {
	var own, others *zone
	var both sync.WaitGroup
	if here != "" {
		both.Go(func() { own = p.staff(ctx, here, Here) })
	}
	if public != "" {
		both.Go(func() { others = p.staff(ctx, public, Second) })
	}
	both.Wait()
	z := own
	switch {
	case own == nil:
		z = others
	case others != nil && apart(own, others):
		z = others
		z.inside = true
	}
	if a, err := p.ask(ctx, Question{Name: z.name, Type: TypeSOA}); err == nil && !z.inside {
		z.negative = a.Negative
	}
	p.call(ctx, z)
	if !z.inside && len(z.servers) > 0 && !slices.ContainsFunc(z.servers, func(s *server) bool { return s.state != unreached }) {
		// Nobody outside can ask servers at private addresses: what this computer sees is its own network's.
		z.inside = !slices.ContainsFunc(z.servers, func(s *server) bool { return !s.address.IsPrivate() })
	}
	return z
}

// apart reports whether two views of a zone have nothing in common.
func apart(a, b *zone) bool {
	if a.name != b.name {
		return true
	}
	for _, s := range a.servers {
		if slices.ContainsFunc(b.servers, func(o *server) bool { return o.address == s.address || o.host == s.host }) {
			return false
		}
	}
	return len(a.servers) > 0 && len(b.servers) > 0
}

// staff lists the addresses of a zone's name servers, as a resolver says.
func (p *pass) staff(ctx context.Context, name string, at Asked) *zone {
	z := &zone{name: name}
	a, err := p.ask(ctx, Question{Name: name, Type: TypeNS, At: at})
	if err != nil {
		return z
	}
	hosts := slices.Compact(slices.Sorted(slices.Values(a.Hosts)))
	hosts = hosts[:min(len(hosts), maxHosts)]
	found := make([]struct{ four, six Answer }, len(hosts))
	errs := make([]struct{ four, six error }, len(hosts))
	var all sync.WaitGroup
	for k, host := range hosts {
		all.Go(func() { found[k].four, errs[k].four = p.ask(ctx, Question{Name: host, Type: TypeA, At: at}) })
		all.Go(func() { found[k].six, errs[k].six = p.ask(ctx, Question{Name: host, Type: TypeAAAA, At: at}) })
	}
	all.Wait()
	for k, host := range hosts {
		addresses := append(slices.Clone(found[k].four.Addresses), found[k].six.Addresses...)
		if len(addresses) == 0 && errs[k].four == nil && errs[k].six == nil {
			z.homeless = append(z.homeless, host)
		}
		for _, address := range addresses {
			if len(z.servers) < maxAddresses {
				z.servers = append(z.servers, &server{host: host, address: address, state: unreached})
			}
		}
	}
	return z
}

// call asks each server of a zone whether it answers for it.
func (p *pass) call(ctx context.Context, z *zone) {
	answers := make([]Answer, len(z.servers))
	var all sync.WaitGroup
	for k, s := range z.servers {
		all.Go(func() {
			var err error
			answers[k], err = p.ask(ctx, Question{Name: z.name, Type: TypeSOA, At: Single(s.address)})
			s.state = stateOf(answers[k], err)
		})
	}
	all.Wait()
	for k, s := range z.servers {
		if s.state == serving && answers[k].Zone == z.name {
			z.negative = answers[k].Negative
		}
	}
	z.forgiveIPv6()
	z.way = p.wayTo(ctx, z)
}

func stateOf(a Answer, err error) serverState {
	switch {
	case errors.Is(err, ErrNoRoute):
		return unreached
	case errors.Is(err, ErrSilent):
		return silent
	case err != nil || !a.Own:
		return lame
	}
	return serving
}

// forgiveIPv6 leaves out what this computer alone can't reach: when no address of IPv6 answers and one of
// IPv4 does, it is most often this computer's network that has no IPv6.
func (z *zone) forgiveIPv6() {
	six := func(s *server) bool { return s.address.Is6() }
	works := slices.ContainsFunc(z.servers, func(s *server) bool { return six(s) && s.state != silent && s.state != unreached })
	four := slices.ContainsFunc(z.servers, func(s *server) bool { return !six(s) && s.state == serving })
	if works || !four {
		return
	}
	for _, s := range z.servers {
		if six(s) {
			s.state = unreached
		}
	}
}

// wayTo tells whether questions to the zone's servers get there.
func (p *pass) wayTo(ctx context.Context, z *zone) way {
	var asked []*server
	for _, s := range z.servers {
		if s.state == serving {
			return open
		}
		if s.state != unreached {
			asked = append(asked, s)
		}
	}
	switch {
	case len(asked) == 0:
		return open
	case !slices.ContainsFunc(asked, func(s *server) bool { return s.state != silent }):
		if p.second.Outside {
			if _, err := p.ask(ctx, Question{Name: z.name, Type: TypeSOA, At: Second}); !errors.Is(err, ErrSilent) {
				return open // that question got through: the servers are out of order
			}
			return blocked
		}
		if len(asked) == 1 { // one alone may well be out of order
			return open
		}
		return blocked
	case len(asked) > 1 && p.oneVoice(ctx, asked) && !p.outsiderRefuses(ctx, z.name):
		return intercepted
	}
	return open
}

// oneVoice reports whether servers that have nothing to do with each other answer for a name that can't exist
// (RFC 6761 6.4), and alike: name servers of a zone refuse that, so that it is somebody between who answers.
func (p *pass) oneVoice(ctx context.Context, servers []*server) bool {
	name := strings.ToLower(rand.Text()) + ".invalid"
	servers = servers[:min(len(servers), 4)]
	voices := make([]bool, len(servers))
	said := make([]string, len(servers))
	var all sync.WaitGroup
	for k, s := range servers {
		all.Go(func() {
			a, err := p.ask(ctx, Question{Name: name, Type: TypeTXT, At: Single(s.address), Recurse: true})
			voices[k] = err == nil && a.Recursive && !a.Own
			said[k] = gist(a)
		})
	}
	all.Wait()
	n, first := 0, ""
	for k, s := range servers {
		switch {
		case voices[k] && (n == 0 || said[k] == first):
			n, first = n+1, said[k]
		case voices[k] || s.state != silent:
			return false
		}
	}
	return n >= 2
}

// outsiderRefuses reports whether a server that has nothing to do with the zone's own, one of the top-level domain, does
// not answer for a name that can't exist, as it should be: then nobody answers in its place, and the zone's servers are
// open resolvers that don't have the zone. Where no such server can be found it is not known.
func (p *pass) outsiderRefuses(ctx context.Context, name string) bool {
	top := name[strings.LastIndexByte(name, '.')+1:]
	if top == name {
		return false
	}
	others := p.staff(ctx, top, Here).servers
	others = others[:min(len(others), 3)]
	refused := make([]bool, len(others))
	var all sync.WaitGroup
	for k, s := range others {
		all.Go(func() {
			a, err := p.ask(ctx, Question{Name: strings.ToLower(rand.Text()) + ".invalid", Type: TypeTXT, At: Single(s.address), Recurse: true})
			refused[k] = errors.Is(err, ErrRefused) || err == nil && !a.Recursive
		})
	}
	all.Wait()
	return slices.Contains(refused, true)
}
