package proof

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"certdesk/internal/order"
)

const (
	patience = 10 * time.Second // for one look, whatever it asks
	names    = 8                // names that are looked at at a time
)

// Looker looks proofs up.
type Looker struct {
	Network Network
	Now     func() time.Time
	// Patience is for one look at all tasks; 0: ten seconds.
	Patience time.Duration
}

// Authority is what is known of the certificate authority that looks in the end.
type Authority struct {
	// Names are those by which CAA records may allow it (the licence's caa_identities).
	Names []string
	// Account is the customer's account there, where the seller tells it (RFC 8657 3); the methods are then
	// those of ACME.
	Account string
}

// Look looks at tasks side by side, and gives a result for each, in their order. It takes at most ten seconds;
// what has not answered by then is [NoAnswer]. When ctx ends early, its error is returned.
func (l Looker) Look(ctx context.Context, tasks []order.Task, authority Authority) ([]Result, error) {
	limit := l.Patience
	if limit == 0 {
		limit = patience
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	now := l.Now()
	p := newPass(l.Network, authority, now)
	all := make([]Instruction, len(tasks))
	for k, t := range tasks {
		all[k] = Read(t)
		if all[k].Usable() && all[k].Kind == DNS {
			p.wanted[all[k].Full] = append(p.wanted[all[k].Full], all[k].Value)
		}
	}
	out := make([]Result, len(tasks))
	var group sync.WaitGroup
	slots := make(chan struct{}, names)
	for k := range all {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			out[k] = p.look(within, all[k])
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	now = l.Now()
	for k := range out {
		out[k].At = now
	}
	return out, nil
}

// pass is one look at all tasks: each question is asked once, however many names want its answer.
type pass struct {
	network   Network
	second    Resolver // the same for the whole look
	authority Authority
	now       time.Time
	wanted    map[string][]string // the values that belong at a name

	mu    sync.Mutex
	known map[Question]*reply
	zones map[string]*zoneReply
}

func newPass(n Network, a Authority, now time.Time) *pass {
	return &pass{
		network: n, second: n.Second(), authority: a, now: now,
		wanted: map[string][]string{}, known: map[Question]*reply{}, zones: map[string]*zoneReply{},
	}
}

type reply struct {
	done   chan struct{}
	answer Answer
	err    error
}

// ask puts a question, once. A resolver that fails is asked again without checking signatures: one that
// answers then has found them wrong.
func (p *pass) ask(ctx context.Context, q Question) (Answer, error) {
	p.mu.Lock()
	r, asked := p.known[q]
	if !asked {
		r = &reply{done: make(chan struct{})}
		p.known[q] = r
	}
	p.mu.Unlock()
	if asked {
		<-r.done
		return r.answer, r.err
	}
	defer close(r.done)
	r.answer, r.err = p.network.Ask(ctx, q)
	if !errors.Is(r.err, ErrFails) || q.At.server.IsValid() || q.Unchecked {
		return r.answer, r.err
	}
	q.Unchecked = true
	if a, err := p.network.Ask(ctx, q); err == nil {
		r.answer, r.err = a, nil
		r.answer.Bogus = true
	}
	return r.answer, r.err
}

// records gives what everybody can see at a name: by a server of the zone, where one answers, since that is
// the newest, or by a resolver.
func (p *pass) records(ctx context.Context, z *zone, name string, t Type) (Answer, error) {
	if s := z.best(); s != nil && (name == z.name || below(name, z.name)) {
		a, err := p.ask(ctx, Question{Name: name, Type: t, At: Single(s.address)})
		if err == nil && a.Own && (a.Alias == "" || t == TypeCNAME || len(a.Texts)+len(a.CAA) > 0) {
			return a, nil
		}
	}
	return p.resolve(ctx, z, name, t)
}

// resolve asks a resolver: that of this computer, unless its network answers by itself, and the second one
// where the first does not answer.
func (p *pass) resolve(ctx context.Context, z *zone, name string, t Type) (Answer, error) {
	at, ok := p.other(z)
	if !ok {
		return p.ask(ctx, Question{Name: name, Type: t})
	}
	if z.way.shut() || z.inside {
		if a, err := p.ask(ctx, Question{Name: name, Type: t, At: at}); err == nil {
			return a, nil
		}
	}
	a, err := p.ask(ctx, Question{Name: name, Type: t})
	if err != nil && !z.way.shut() {
		if again, secondErr := p.ask(ctx, Question{Name: name, Type: t, At: Second}); secondErr == nil {
			return again, nil
		}
	}
	return a, err
}

// other is how the second resolver is asked, if it can be: over HTTPS where port 53 is not to be trusted.
func (p *pass) other(z *zone) (at Asked, ok bool) {
	r := p.second
	switch {
	case r.Name == "" || z.way.shut() && !r.HTTPS:
		return Asked{}, false
	case z.way.shut():
		return OverHTTPS, true
	}
	return Second, true
}

func (p *pass) fetch(ctx context.Context, u *url.URL) (Page, error) { return p.network.Fetch(ctx, u) }

// look looks at one instruction and at CAA beside it.
func (p *pass) look(ctx context.Context, i Instruction) Result {
	r := Result{Task: i.Task, State: NotLooked, Zone: i.Zone}
	if !i.Usable() {
		return r
	}
	if i.Kind == Mail {
		r.mail(mailFinding(i), p.caa(ctx, i).finding)
		return r
	}
	z := p.zoneOf(ctx, i.at(), i.Zone)
	i = i.Within(z.name)
	r.Zone = i.Zone
	var caa caaResult
	var beside sync.WaitGroup
	beside.Go(func() { caa = p.caa(ctx, i) })
	switch i.Kind {
	case DNS:
		r.Findings, r.Fine = p.record(ctx, z, i)
	case File:
		r.Findings = []Finding{p.file(ctx, i)}
	case Mail, Other:
	}
	beside.Wait()
	r.add(caa)
	r.State = r.Findings[0].State
	return r
}

// mail keeps what stands in the way of a proof by e-mail. Whether the mail has come can't be seen from here.
func (r *Result) mail(all ...*Finding) {
	for _, f := range all {
		if f != nil && f.State != NoAnswer {
			r.Findings = append(r.Findings, *f)
			r.State = r.Findings[0].State
		}
	}
}

// add puts what was found of CAA where it belongs: before what is right, since that is then not enough; after
// what has to be mended first.
func (r *Result) add(caa caaResult) {
	first := r.Findings[0].State
	r.Fine = append(r.Fine, caa.fine...)
	switch {
	case caa.finding == nil:
	case first == Right || first == Cached:
		r.Findings = append([]Finding{*caa.finding}, r.Findings...)
	case first == NoAnswer && caa.finding.State == NoAnswer: // servers that don't answer are said once
	case first == Bogus && caa.finding.State == Bogus:
	default:
		r.Findings = append(r.Findings, *caa.finding)
	}
}
