package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"certdesk/internal/seller/activationapi/wire"
)

// stage is how far an order has come. The tasks of a stage are set when the one before it is settled.
type stage int

const (
	stagePayment  stage = iota + 1
	stageProof          // names or mailbox, documents, organization, call
	stageApproval       // by the person whose address the application gives
	stageReview         // the authority looks again
	stageOver
	stageFirst = stagePayment
)

// Tasks that there is one of.
const (
	taskMailbox      = "mailbox"
	taskPayment      = "payment"
	taskCall         = "call"
	taskOrganization = "organization"
	taskApproval     = "approval"
	taskReview       = "review"
	taskAgreement    = "agreement"
)

// enter sets the tasks of a stage; a stage without tasks is passed.
func (c *Change) enter(o *Order, s stage, at time.Time) error {
	for ; s < stageOver; s++ {
		tasks, err := c.tasksOf(o, s, at)
		if err != nil {
			return err
		}
		if len(tasks) == 0 {
			continue
		}
		o.Stage = s
		o.Tasks = append(o.Tasks, tasks...)
		for _, t := range tasks {
			t.State, t.Expires = wire.TaskStateOpen, at.Add(orderLife)
			if t.customers() {
				o.plan(t.Expires, dueLapse, t.ID)
			}
			if err := c.begun(o, t, at); err != nil {
				return err
			}
		}
		o.stand()
		return nil
	}
	o.Stage, o.State = stageOver, wire.OrderStateWaitingAuthority
	o.plan(at.Add(max(c.ledger.Delays.Issue, c.slow(o))), dueIssue, "")
	return nil
}

// slow is how much longer the authority takes for licences that show that.
func (c *Change) slow(o *Order) time.Duration {
	if c.ledger.Delays.Issue <= 0 {
		return 0 // everything at once
	}
	return o.Offer().Course.Slow
}

func (c *Change) tasksOf(o *Order, s stage, at time.Time) ([]*Task, error) {
	offer := o.Offer()
	switch s {
	case stagePayment:
		if offer.Course.Payment {
			value, err := c.ledger.random()
			return []*Task{{ID: taskPayment, Kind: wire.TaskKindPayment, Target: ServiceName, Value: value}}, err
		}
	case stageProof:
		return c.proofTasks(o, offer)
	case stageApproval:
		if offer.Product.Approver != nil && *offer.Product.Approver && o.Application.ApproverEmail != nil {
			to := *o.Application.ApproverEmail
			return []*Task{{ID: taskApproval, Kind: wire.TaskKindApproval, Target: to, Email: to, Allowed: Approvers(o.Names)}}, nil
		}
	case stageReview:
		if offer.Course.Review {
			w := c.words(o)
			err := c.write(o, at, w.T("demo.message.flagged.subject"), w.T("demo.message.flagged.text", "name", o.Title()))
			return []*Task{{ID: taskReview, Kind: wire.TaskKindQualityReview, Target: o.Title()}}, err
		}
	case stageOver: // nothing is left
	}
	return nil, nil
}

func (c *Change) proofTasks(o *Order, offer Offer) ([]*Task, error) {
	tasks, err := c.nameTasks(o, offer)
	if err != nil {
		return nil, err
	}
	for _, d := range offer.Product.Documents {
		tasks = append(tasks, &Task{ID: "document-" + d.Form, Kind: wire.TaskKindDocument, Target: d.Form, Form: d.Form, Send: d.Send})
	}
	if org := o.Application.Organization; org != nil {
		if offer.Course.Check {
			tasks = append(tasks, &Task{ID: taskOrganization, Kind: wire.TaskKindOrganizationCheck, Target: org.LegalName})
		}
		if offer.Course.Call {
			tasks = append(tasks, &Task{ID: taskCall, Kind: wire.TaskKindPhoneCall, Target: org.LegalName, Phone: org.Phone})
		}
	}
	return tasks, nil
}

// nameTasks are the proofs: the mailbox, or one for each host. A name and its free counterpart are one task,
// and so are a wildcard and the name below its star.
func (c *Change) nameTasks(o *Order, offer Offer) ([]*Task, error) {
	var tasks []*Task
	byTarget := map[string]*Task{}
	for _, n := range o.Names {
		if n.Type == wire.NameKindEmail {
			tasks = append(tasks, &Task{ID: taskMailbox, Kind: wire.TaskKindConfirmMailbox, Target: n.Value, Covers: []string{n.Value}, Email: n.Value})
			continue
		}
		target := o.target(n.Value)
		t := byTarget[target]
		if t == nil {
			value, err := c.ledger.random()
			if err != nil {
				return nil, err
			}
			t = &Task{
				ID: fmt.Sprintf("name-%d", len(byTarget)+1), Kind: wire.TaskKindProveName, Target: target,
				Value: value, Allowed: Approvers([]wire.Name{{Value: target}}),
			}
			byTarget[target] = t
			tasks = append(tasks, t)
		}
		t.Covers = append(t.Covers, n.Value)
	}
	for _, t := range byTarget {
		t.Methods = methods(offer.Product.ProofMethods, t.Covers)
		t.Method = o.chosen(t)
	}
	return tasks, c.split(o, tasks, &tasks)
}

// methods are those of the product that fit: never a file for a wildcard (TLS Baseline Requirements,
// 3.2.2.4.18).
func methods(all []wire.ProofMethod, covers []string) []wire.ProofMethod {
	wild := slices.ContainsFunc(covers, func(n string) bool { return strings.HasPrefix(n, "*.") })
	return slices.DeleteFunc(slices.Clone(all), func(m wire.ProofMethod) bool { return wild && m == wire.ProofMethodHTTPFile })
}

// chosen is the method that the application asks for, by any of the names that the task covers.
func (o *Order) chosen(t *Task) wire.ProofMethod {
	for _, n := range append([]string{t.Target}, t.Covers...) {
		if m, ok := o.Application.Proof[n]; ok && slices.Contains(t.Methods, m) {
			return m
		}
	}
	return t.Methods[0]
}

// target is the name that is proved for a name of the certificate.
func (o *Order) target(name string) string {
	name = strings.TrimPrefix(name, "*.")
	if other := Counterpart(name); other != "" {
		for _, asked := range o.Application.WWWPairs {
			if strings.EqualFold(asked, name) || strings.EqualFold(asked, other) {
				return strings.TrimPrefix(name, "www.")
			}
		}
	}
	return name
}

// Counterpart is the name with "www." before it, and the rest of a name that begins with it; empty for a wildcard,
// for what is no name under a registered domain, and where that rest is none.
func Counterpart(name string) string {
	bare, begins := strings.CutPrefix(name, "www.")
	switch {
	case strings.HasPrefix(name, "*.") || Registered(name) == "":
		return ""
	case !begins:
		return "www." + name
	case Registered(bare) == "":
		return ""
	}
	return bare
}

// Registered is the domain that somebody registered, empty for a public suffix.
func Registered(name string) string {
	domain, err := publicsuffix.EffectiveTLDPlusOne(strings.TrimPrefix(name, "*."))
	if err != nil {
		return ""
	}
	return domain
}

// Approvers are the addresses that may speak for the domains of names (TLS Baseline Requirements, 3.2.2.4.4).
func Approvers(names []wire.Name) []string {
	var list []string
	for _, n := range names {
		domain := Registered(n.Value)
		for _, who := range []string{"admin", "administrator", "webmaster", "hostmaster", "postmaster"} {
			if to := who + "@" + domain; domain != "" && !slices.Contains(list, to) {
				list = append(list, to)
			}
		}
	}
	return list
}

// begun does what follows when a task is set.
func (c *Change) begun(o *Order, t *Task, at time.Time) error {
	switch t.Kind {
	case wire.TaskKindConfirmMailbox, wire.TaskKindApproval:
		return c.sendMail(o, t, at)
	case wire.TaskKindProveName:
		return c.setMethod(o, t, t.Method, at)
	}
	return nil
}

// customers reports whether the customer's side has to do something for a task.
func (t *Task) customers() bool {
	return t.Kind != wire.TaskKindOrganizationCheck && t.Kind != wire.TaskKindQualityReview
}

// stand sets whom an open order waits for.
func (o *Order) stand() {
	if !o.Open() {
		return
	}
	o.State = wire.OrderStateWaitingAuthority
	for _, t := range o.Tasks {
		if t.State == wire.TaskStateOpen && t.customers() {
			o.State = wire.OrderStateWaitingCustomer
		}
	}
}

// events are what the timeline says of a task that is done.
var events = map[wire.TaskKind]struct {
	event wire.TimelineEvent
	by    wire.Party
}{
	wire.TaskKindProveName:         {wire.TimelineEventNameProved, wire.PartyCustomer},
	wire.TaskKindConfirmMailbox:    {wire.TimelineEventMailboxConfirmed, wire.PartyCustomer},
	wire.TaskKindPhoneCall:         {wire.TimelineEventCallMade, wire.PartyAuthority},
	wire.TaskKindOrganizationCheck: {wire.TimelineEventOrganizationChecked, wire.PartyAuthority},
	wire.TaskKindApproval:          {wire.TimelineEventApproved, wire.PartyCustomer},
	wire.TaskKindPayment:           {wire.TimelineEventPaid, wire.PartyCustomer},
	wire.TaskKindAgreement:         {wire.TimelineEventChanged, wire.PartyCustomer},
}

// settled notes that a task is done, and goes on when it was the last of its stage.
func (c *Change) settled(o *Order, t *Task, at time.Time) error {
	t.State, t.LastResult = wire.TaskStateDone, &wire.TaskResult{At: at, Code: wire.TaskResultCodeDone}
	o.unplan(dueLapse, t.ID)
	if e, ok := events[t.Kind]; ok {
		o.happened(at, e.event, e.by)
	}
	o.stand()
	if check := o.Task(taskOrganization); t.Kind == wire.TaskKindDocument && check != nil && check.State == wire.TaskStateOpen && o.documentsDone() && c.ledger.Delays.Review >= 0 {
		o.unplan(dueCheck, check.ID)
		o.plan(at.Add(c.ledger.Delays.Review), dueCheck, check.ID)
	}
	for _, other := range o.Tasks {
		if other.State != wire.TaskStateDone {
			return c.settle()
		}
	}
	if err := c.enter(o, o.Stage+1, at); err != nil {
		return err
	}
	return c.settle()
}

func (o *Order) documentsDone() bool {
	for _, t := range o.Tasks {
		if t.Kind == wire.TaskKindDocument && t.State != wire.TaskStateDone {
			return false
		}
	}
	return true
}
