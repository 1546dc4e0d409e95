package ledger

import (
	"slices"
	"strings"

	"certdesk/internal/i18n"
	"certdesk/internal/seller/activationapi/wire"
)

// Action is something that can be done on the other side of an order now: by the customer outside of the
// program (in the DNS, on the phone), or by the authority. Task is empty for the whole order.
type Action struct {
	ID    string       `json:"id"`
	Task  string       `json:"task,omitempty"`
	Label i18n.Message `json:"label"`
	do    func(c *Change) error
}

// Actions are what can be done for an order now.
func (s *State) Actions(o *Order) []Action {
	list := []Action{}
	open := 0
	for _, t := range o.Tasks {
		if !o.Open() || t.State != wire.TaskStateOpen && t.State != wire.TaskStateSubmitted {
			continue
		}
		if t.Kind == wire.TaskKindProveName && t.Method != wire.ProofMethodEmail {
			open++
		}
		for _, a := range s.about(o, t) {
			a.ID, a.Task = a.ID+"."+t.ID, t.ID
			list = append(list, a)
		}
	}
	if open > 1 {
		list = append([]Action{{ID: "publish-all", Label: i18n.M("demo.action.publish-all", "n", open), do: func(c *Change) error {
			return c.publishAll(c.Order(o.ID))
		}}}, list...)
	}
	return append(list, s.aboutOrder(o)...)
}

// Act does one of them, or gives [ErrNoAction].
func (c *Change) Act(o *Order, id string) error {
	for _, a := range c.Actions(o) {
		if a.ID == id {
			if err := a.do(c); err != nil {
				return err
			}
			return c.settle()
		}
	}
	return ErrNoAction
}

func (s *State) aboutOrder(o *Order) []Action {
	switch {
	case o.Open():
		var list []Action
		if o.Task(taskAgreement) == nil && o.Stage != stageOver && len(o.Tasks) > 0 {
			list = append(list, Action{ID: "ask-terms", Label: i18n.M("demo.action.ask-terms"), do: func(c *Change) error { return c.askTerms(o) }})
		}
		return append(list, []Action{
			{ID: "message", Label: i18n.M("demo.action.message"), do: func(c *Change) error {
				w := c.words(o)
				return c.write(o, c.Now, w.T("demo.message.hello.subject"), w.T("demo.message.hello.text"))
			}},
			{ID: "reject", Label: i18n.M("demo.action.reject"), do: func(c *Change) error {
				return c.Reject(o, c.words(o).T("demo.rejected.reason"))
			}},
		}...)
	case o.State == wire.OrderStateIssued && o.Certificate != nil:
		return []Action{{ID: "age", Label: i18n.M("demo.action.age"), do: func(c *Change) error { return c.Age(o) }}}
	}
	return nil
}

// about are the actions for one open task.
func (s *State) about(o *Order, t *Task) []Action {
	settle := func(c *Change) error { return c.settled(o, t, c.Now) }
	switch t.Kind {
	case wire.TaskKindProveName:
		return s.aboutName(o, t)
	case wire.TaskKindDocument:
		accept := i18n.M("demo.action.document-accept", "form", i18n.M(FormTitle(t.Form)))
		if t.State == wire.TaskStateOpen {
			accept = i18n.M("demo.action.document-arrived", "form", i18n.M(FormTitle(t.Form)))
		}
		list := []Action{{ID: "document-accept", Label: accept, do: func(c *Change) error {
			if len(t.Received) == 0 { // it came by post
				o.happened(c.Now, wire.TimelineEventDocumentReceived, wire.PartyCustomer)
			}
			return c.settled(o, t, c.Now)
		}}}
		if t.State == wire.TaskStateSubmitted {
			list = append(list, Action{ID: "document-again", Label: i18n.M("demo.action.document-again", "form", i18n.M(FormTitle(t.Form))), do: func(c *Change) error {
				return c.askAgain(o, t)
			}})
		}
		return list
	case wire.TaskKindPhoneCall:
		return []Action{
			{ID: "call-answered", Label: i18n.M("demo.action.call-answered"), do: settle},
			{ID: "call-missed", Label: i18n.M("demo.action.call-missed"), do: func(c *Change) error { return c.missed(o, t) }},
		}
	case wire.TaskKindOrganizationCheck:
		return []Action{
			{ID: "checked", Label: i18n.M("demo.action.checked", "organization", t.Target), do: settle},
			{ID: "differs", Label: i18n.M("demo.action.differs", "organization", t.Target), do: func(c *Change) error {
				o.unplan(dueCheck, t.ID) // until the operator says that it is settled
				w := c.words(o)
				return c.write(o, c.Now, w.T("demo.message.differs.subject"), w.T("demo.message.differs.text", "organization", t.Target))
			}},
		}
	case wire.TaskKindApproval:
		return []Action{{ID: "approve", Label: i18n.M("demo.action.approve", "email", t.Email), do: settle}}
	case wire.TaskKindPayment:
		return []Action{{ID: "paid", Label: i18n.M("demo.action.paid"), do: settle}}
	case wire.TaskKindQualityReview:
		return []Action{
			{ID: "pass", Label: i18n.M("demo.action.pass"), do: settle},
			{ID: "refuse", Label: i18n.M("demo.action.refuse"), do: func(c *Change) error {
				t.State = wire.TaskStateFailed
				return c.reject(o, c.Now, c.words(o).T("demo.refused.reason"))
			}},
		}
	}
	return nil
}

func (s *State) aboutName(o *Order, t *Task) []Action {
	var list []Action
	add := func(id, label string, do func(c *Change)) {
		list = append(list, Action{ID: id, Label: i18n.M(label, "name", t.Target), do: func(c *Change) error {
			do(c)
			return nil
		}})
	}
	if t.Method != wire.ProofMethodEmail {
		for _, m := range mistakes {
			if m.fits == "" || m.fits == t.Method {
				add(m.id, m.label, func(c *Change) {
					c.publish(o, t, m.change)
					c.lookSoon(o, t)
				})
			}
		}
		if s.published(o, t) {
			add("unpublish", "demo.action.unpublish", func(c *Change) { c.unpublish(o, t) })
		}
	}
	if len(o.Offer().Product.CAAIdentities) == 0 {
		return list
	}
	if s.forbids(t.Target) {
		add("caa-allow", "demo.action.caa-allow", func(c *Change) { c.allow(t.Target); c.lookSoon(o, t) })
	} else {
		add("caa-forbid", "demo.action.caa-forbid", func(c *Change) { c.forbid(o, t.Target) })
	}
	return list
}

// lookSoon has the authority look by itself a while after something was published.
func (c *Change) lookSoon(o *Order, t *Task) {
	o.unplan(dueLook, t.ID)
	if c.ledger.Delays.Review >= 0 {
		o.plan(c.Now.Add(c.ledger.Delays.Review), dueLook, t.ID)
	}
}

func (c *Change) publishAll(o *Order) error {
	for _, t := range o.Tasks {
		if t.Kind == wire.TaskKindProveName && t.State == wire.TaskStateOpen && t.Method != wire.ProofMethodEmail {
			c.publish(o, t, mistakes[0].change)
			c.lookSoon(o, t)
		}
	}
	return nil
}

// mistakes are the ways of publishing: rightly, and as it usually goes wrong. fits is the one method that a
// way is for, empty for all that publish something.
var mistakes = []struct {
	id, label string
	fits      wire.ProofMethod
	change    func([]Record, []File) ([]Record, []File)
}{
	{"publish-right", "demo.action.publish-right", "", func(r []Record, f []File) ([]Record, []File) { return r, f }},
	{"publish-doubled", "demo.action.publish-doubled", wire.ProofMethodDNSTXT, doubled},
	{"publish-doubled", "demo.action.publish-doubled", wire.ProofMethodDNSCNAME, doubled},
	{"publish-wrong", "demo.action.publish-wrong", "", func(r []Record, f []File) ([]Record, []File) {
		for i := range r {
			r[i].Value = wrong(r[i])
		}
		for i := range f {
			f[i].Body = "certdesk-demo something else\n"
		}
		return r, f
	}},
	{"publish-old", "demo.action.publish-old", wire.ProofMethodDNSTXT, func(r []Record, f []File) ([]Record, []File) {
		old := r[0]
		old.Value = wrong(old)
		return append([]Record{old}, r...), f
	}},
	{"publish-cached", "demo.action.publish-cached", wire.ProofMethodDNSTXT, at(AtServers)},
	{"publish-some", "demo.action.publish-some", wire.ProofMethodDNSTXT, at(AtSome)},
	{"publish-between", "demo.action.publish-between", wire.ProofMethodDNSTXT, at(Between)},
}

// at publishes rightly, but not for everybody.
func at(where string) func([]Record, []File) ([]Record, []File) {
	return func(r []Record, f []File) ([]Record, []File) {
		for i := range r {
			r[i].Where = where
		}
		return r, f
	}
}

// doubled is what becomes of a record whose full name is typed into a form that appends the domain.
func doubled(r []Record, f []File) ([]Record, []File) {
	for i := range r {
		r[i].Name += "." + Registered(r[i].Name)
	}
	return r, f
}

// wrong is a value of the same form that is not the one asked for: the last year's.
func wrong(r Record) string {
	head, tail := r.Value[:8], r.Value[8:]
	turned := []byte(head)
	slices.Reverse(turned)
	if string(turned) == head {
		return "x" + strings.TrimPrefix(r.Value, r.Value[:1])
	}
	return string(turned) + tail
}
