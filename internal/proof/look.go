package proof

import (
	"context"
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

// Look looks at tasks side by side, and gives a result for each, in their order. authorities are the names
// by which CAA records may allow the authority (the licence's caa_identities). It takes at most ten seconds;
// what has not answered by then is [NoAnswer]. When ctx ends early, its error is returned.
func (l Looker) Look(ctx context.Context, tasks []order.Task, authorities []string) ([]Result, error) {
	limit := l.Patience
	if limit == 0 {
		limit = patience
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	p := &pass{network: l.Network, authorities: authorities, known: map[question]*reply{}}
	out := make([]Result, len(tasks))
	var all sync.WaitGroup
	slots := make(chan struct{}, names)
	for k, t := range tasks {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			out[k] = p.look(within, Read(t))
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	now := l.Now()
	for k := range out {
		out[k].At = now
	}
	return out, nil
}

// pass is one look at all tasks: each question is asked once, however many names want its answer.
type pass struct {
	network     Network
	authorities []string

	mu    sync.Mutex
	known map[question]*reply
}

type question struct {
	name string
	t    Type
}

type reply struct {
	once   sync.Once
	answer Answer
	err    error
}

func (p *pass) records(ctx context.Context, name string, t Type) (Answer, error) {
	p.mu.Lock()
	q := question{name, t}
	r := p.known[q]
	if r == nil {
		r = &reply{}
		p.known[q] = r
	}
	p.mu.Unlock()
	r.once.Do(func() { r.answer, r.err = p.network.Records(ctx, name, t) })
	return r.answer, r.err
}

func (p *pass) fetch(ctx context.Context, u *url.URL) (Page, error) { return p.network.Fetch(ctx, u) }

// look looks at one instruction and at CAA beside it.
func (p *pass) look(ctx context.Context, i Instruction) Result {
	r := Result{Task: i.Task, State: NotLooked}
	if !i.Usable() || i.Kind == Mail {
		return r
	}
	var caa caaResult
	var beside sync.WaitGroup
	beside.Go(func() { caa = p.caa(ctx, i) })
	switch i.Kind {
	case DNS:
		r.Findings = []Finding{p.record(ctx, i)}
	case File:
		r.Findings = []Finding{p.file(ctx, i)}
	case Mail, Other:
	}
	beside.Wait()
	switch {
	case caa.finding == nil:
		if caa.looked {
			r.Fine = append(r.Fine, caaFine())
		}
	case r.Findings[0].State == Right && caa.finding.State == Forbidden:
		r.Findings = []Finding{*caa.finding, r.Findings[0]} // the record is right, and that is not enough
	case r.Findings[0].State != NoAnswer: // servers that don't answer are said once
		r.Findings = append(r.Findings, *caa.finding)
	}
	r.State = r.Findings[0].State
	return r
}
