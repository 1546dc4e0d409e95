package ledger

import (
	"errors"
	"slices"
	"strings"
	"time"

	"certdesk/internal/seller/activationapi/wire"
)

// Where a proof stands.
const (
	recordLabel = "_dnsauth"
	proofZone   = "dcv." + CAAIdentity // targets of CNAME records lie below it
	filePath    = "/.well-known/pki-validation/certdesk-demo.txt"
	// RecordTTL is the time to live that records are asked to have.
	RecordTTL = 300
)

// ErrMethod means that the name can't be proved that way.
var ErrMethod = errors.New("demo: the name can't be proved by that method")

// Record is what a task asks to be published, for the name itself or for a parent of it.
func (t *Task) Record(name string) (Record, bool) {
	switch t.Method {
	case wire.ProofMethodDNSTXT:
		return Record{Name: recordLabel + "." + name, Type: wire.RecordTypeTXT, Value: t.Value}, true
	case wire.ProofMethodDNSCNAME:
		return Record{Name: "_" + t.Value[:12] + "." + name, Type: wire.RecordTypeCNAME, Value: t.Value[12:] + "." + proofZone}, true
	}
	return Record{}, false
}

// File is what a task asks to be served.
func (t *Task) File() File {
	return File{Host: t.Target, Path: filePath, Body: "certdesk-demo " + t.Value + "\n"}
}

// Choose has a name proved by another method. What was published for the old one stays where it is.
func (c *Change) Choose(o *Order, t *Task, m wire.ProofMethod) error {
	switch {
	case t.Kind != wire.TaskKindProveName || t.State != wire.TaskStateOpen || !o.Open():
		return ErrTaskState
	case !slices.Contains(t.Methods, m):
		return ErrMethod
	case m == t.Method:
		return nil
	}
	t.LastResult = nil
	if m != wire.ProofMethodHTTPFile {
		c.join(o, t)
	}
	if err := c.setMethod(o, t, m, c.Now); err != nil {
		return err
	}
	return c.split(o, []*Task{t}, &o.Tasks)
}

func (c *Change) setMethod(o *Order, t *Task, m wire.ProofMethod, at time.Time) error {
	t.Method = m
	if m != wire.ProofMethodEmail {
		return nil
	}
	if t.Email == "" {
		t.Email = t.Allowed[0]
	}
	return c.sendMail(o, t, at)
}

const counterpartTask = "-pair"

// split gives the free counterparts of names that are proved by a file tasks of their own: a file proves
// the one name that it is served at (TLS Baseline Requirements, 3.2.2.4.18). all gets the new tasks.
func (c *Change) split(o *Order, of []*Task, all *[]*Task) error {
	for _, t := range of {
		if t.Method != wire.ProofMethodHTTPFile {
			continue
		}
		for _, n := range slices.Clone(t.Covers) {
			if n == t.Target {
				continue
			}
			value, err := c.ledger.random()
			if err != nil {
				return err
			}
			t.Covers = slices.DeleteFunc(t.Covers, func(covered string) bool { return covered == n })
			other := *t
			other.ID, other.Target, other.Covers, other.Value = t.ID+counterpartTask, n, []string{n}, value
			*all = slices.Insert(*all, slices.Index(*all, t)+1, &other)
			if other.State == wire.TaskStateOpen {
				o.plan(other.Expires, dueLapse, other.ID)
			}
		}
	}
	return nil
}

// join undoes split for a counterpart that is not proved yet.
func (c *Change) join(o *Order, t *Task) {
	other := o.Task(t.ID + counterpartTask)
	if other == nil || other.State != wire.TaskStateOpen {
		return
	}
	t.Covers = append(t.Covers, other.Covers...)
	c.unpublish(o, other)
	o.unplan(dueLapse, other.ID)
	o.Tasks = slices.DeleteFunc(o.Tasks, func(x *Task) bool { return x == other })
}

// Check looks now whether a task is done.
func (c *Change) Check(o *Order, t *Task) error {
	if t.State != wire.TaskStateOpen || !o.Open() {
		return ErrTaskState
	}
	switch t.Kind {
	case wire.TaskKindProveName:
		if t.Method != wire.ProofMethodEmail {
			return c.look(o, t, c.Now)
		}
	case wire.TaskKindConfirmMailbox, wire.TaskKindApproval:
	default:
		return ErrTaskState
	}
	t.LastResult = c.result(o, c.Now, wire.TaskResultCodeNotConfirmed, "demo.task.not-confirmed")
	return nil
}

func (c *Change) result(o *Order, at time.Time, code wire.TaskResultCode, id string, kv ...any) *wire.TaskResult {
	detail := c.words(o).T(id, kv...)
	return &wire.TaskResult{At: at, Code: code, Detail: &detail}
}

// look is the authority's own look at the DNS and the web of the demo.
func (c *Change) look(o *Order, t *Task, at time.Time) error {
	seen := c.seen(o, t, at)
	if seen == nil && len(o.Offer().Product.CAAIdentities) > 0 {
		seen = c.forbidden(o, t, at)
	}
	if seen != nil {
		t.LastResult = seen
		return nil
	}
	return c.settled(o, t, at)
}

// seen says what is wrong with a proof, nil when it is right.
func (c *Change) seen(o *Order, t *Task, at time.Time) *wire.TaskResult {
	if t.Method == wire.ProofMethodHTTPFile {
		want := t.File()
		got, there := c.FileAt(want.Host, want.Path)
		switch {
		case !there:
			return c.result(o, at, wire.TaskResultCodeNotFound, "demo.task.file.not-found", "url", "http://"+want.Host+want.Path)
		case strings.TrimSpace(got) != strings.TrimSpace(want.Body):
			return c.result(o, at, wire.TaskResultCodeWrongValue, "demo.task.file.wrong", "url", "http://"+want.Host+want.Path)
		}
		return nil
	}
	own, ok := t.Record(t.Target)
	if !ok {
		return c.result(o, at, wire.TaskResultCodeNotConfirmed, "demo.task.not-confirmed")
	}
	for name := t.Target; name != ""; name = parent(name) {
		want, _ := t.Record(name)
		for _, r := range c.RecordsAt(want.Name) {
			switch {
			case r.Type != want.Type || r.Value != want.Value:
			case r.Where == AtSome:
				return c.result(o, at, wire.TaskResultCodeDiffers, "demo.task.dns.differs", "name", want.Name)
			default:
				return nil
			}
		}
	}
	for _, r := range c.RecordsAt(own.Name) {
		if r.Type == own.Type {
			return c.result(o, at, wire.TaskResultCodeWrongValue, "demo.task.dns.wrong", "name", own.Name, "type", own.Type)
		}
	}
	return c.result(o, at, wire.TaskResultCodeNotFound, "demo.task.dns.not-found", "name", own.Name, "type", own.Type)
}

// parent is the name above, empty above the registered domain.
func parent(name string) string {
	if name == Registered(name) {
		return ""
	}
	_, above, _ := strings.Cut(name, ".")
	return above
}

// forbidden says whether CAA records keep the demo from issuing for a name of the task: RFC 8659, 3 climbs
// from the name to the first set of records.
func (c *Change) forbidden(o *Order, t *Task, at time.Time) *wire.TaskResult {
	for _, covered := range t.Covers {
		for name := strings.TrimPrefix(covered, "*."); strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
			found, allowed := false, false
			for _, r := range c.RecordsAt(name) {
				if r.Type == TypeCAA {
					found, allowed = true, allowed || r.Value == CAAIdentity
				}
			}
			if found && !allowed {
				return c.result(o, at, wire.TaskResultCodeCAAForbids, "demo.task.caa", "name", name)
			}
			if found {
				break
			}
		}
	}
	return nil
}
