package acme

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
)

// state is what the receipt keeps. Nothing in it is secret.
type state struct {
	Account  string    `json:"account"`
	Order    string    `json:"order"`
	Finalize string    `json:"finalize,omitempty"`
	CSR      []byte    `json:"csr"`
	Names    []string  `json:"names"`
	Profile  string    `json:"profile,omitempty"`
	Replaces string    `json:"replaces,omitempty"`
	Expires  time.Time `json:"expires,omitzero"`
	Proofs   []proof   `json:"proofs,omitempty"`
	// Ended says that the directory's order has ended without a certificate, and why; the next press makes
	// another one.
	Ended string `json:"ended,omitempty"`
	// Given says that nothing more will come: the certificate, a failure, or the customer has given up.
	State       order.ServiceState `json:"state"`
	Reason      string             `json:"reason,omitempty"`
	Certificate string             `json:"certificate,omitempty"` // where it is
	Renewal     *order.Renewal     `json:"renewal,omitempty"`
	About       *order.Certificate `json:"about,omitempty"`
}

// Why an order of the directory has ended.
const (
	endedProof   = "proof"   // a name could not be proved
	endedExpired = "expired" // its time was over
)

// proof is one name of the order.
type proof struct {
	Name string     `json:"name"` // with "*." in front for a wildcard
	URL  string     `json:"url"`  // of its authorization
	Task order.Task `json:"task"`
	// Asked is when the directory was told to look. Some say that they are at it, others just keep silent until they
	// have an answer.
	Asked time.Time `json:"asked,omitzero"`
}

// patience is how long a directory that keeps silent is taken to be at work.
const patience = 15 * time.Minute

// body is what is frozen before anything is sent.
type body struct {
	Names    []string `json:"names"`
	CSR      []byte   `json:"csr"`
	Profile  string   `json:"profile,omitempty"`
	Replaces string   `json:"replaces,omitempty"`
	Agreed   []string `json:"agreed,omitempty"`  // addresses of terms
	Contact  string   `json:"contact,omitempty"` // the e-mail address for an account that is opened with it
}

// receipt puts the state into a receipt.
func (st state) receipt(service string, next time.Time) seller.Receipt {
	raw, err := json.Marshal(st)
	if err != nil {
		raw = nil // plain data: it can't fail
	}
	return seller.Receipt{Service: service, ID: st.Order, State: raw, NextPoll: next}
}

// snapshot is how the order stands.
func (st state) snapshot() order.Snapshot {
	s := order.Snapshot{ID: st.Order, State: st.State, StateReason: st.Reason, Renewal: st.Renewal}
	for _, n := range st.Names {
		s.Names = append(s.Names, order.Name{Type: "dns", Value: n})
	}
	for _, p := range st.Proofs {
		s.Tasks = append(s.Tasks, p.Task)
	}
	if st.About != nil {
		s.Certificates = []order.Certificate{*st.About}
	}
	return s
}

// proved reports whether nothing is left to prove.
func (st state) proved() bool {
	return !slices.ContainsFunc(st.Proofs, func(p proof) bool { return p.Task.State != order.TaskDone })
}

// asked reports whether the directory is looking at a name.
func (st state) asked() bool {
	return slices.ContainsFunc(st.Proofs, func(p proof) bool { return p.Task.State == order.TaskSubmitted })
}

// methods and challenges are the same, in the app's words and in ACME's.
var challenges = map[string]string{"dns_txt": acme.ChallengeTypeDNS01, "http_file": acme.ChallengeTypeHTTP01}

// taskOf is what an authorization asks for by a method; another one where it can't be had.
func taskOf(a acme.Authorization, method string) order.Task {
	name := a.IdentifierValue()
	t := order.Task{ID: name, Kind: order.ProveName, Target: name, Covers: []string{name}}
	for _, m := range []string{"dns_txt", "http_file"} {
		if challengeOf(a, m) != nil {
			t.Methods = append(t.Methods, m)
		}
	}
	if !slices.Contains(t.Methods, method) && len(t.Methods) > 0 {
		method = t.Methods[0]
	}
	t.Method = method
	if !a.Expires.IsZero() {
		t.Expires = &a.Expires
	}
	ch := challengeOf(a, method)
	t.State = taskState(a, ch)
	if ch == nil {
		return t
	}
	switch method {
	case "dns_txt":
		t.Instruction = order.Instruction{Type: "dns", RecordType: "TXT", RecordName: ch.DNS01TXTRecordName(), RecordValue: ch.DNS01KeyAuthorization()}
	case "http_file":
		t.Instruction = order.Instruction{Type: "http_file", URL: "http://" + a.Identifier.Value + ch.HTTP01ResourcePath(), Body: ch.KeyAuthorization}
	}
	for _, any := range a.Challenges {
		if any.Error != nil {
			t.LastResult = resultOf(any)
		}
	}
	return t
}

func challengeOf(a acme.Authorization, method string) *acme.Challenge {
	for i := range a.Challenges {
		if a.Challenges[i].Type == challenges[method] {
			return &a.Challenges[i]
		}
	}
	return nil
}

func taskState(a acme.Authorization, ch *acme.Challenge) order.TaskState {
	switch a.Status {
	case acme.StatusValid:
		return order.TaskDone
	case acme.StatusPending:
		if ch != nil && ch.Status == acme.StatusProcessing {
			return order.TaskSubmitted
		}
		return order.TaskOpen
	}
	return order.TaskFailed
}

func resultOf(ch acme.Challenge) *order.TaskResult {
	r := &order.TaskResult{Code: "other", Detail: i18n.Clean(ch.Error.Detail, maxDetail)}
	if code, ok := results[ch.Error.Type]; ok {
		r.Code = code
	}
	if at, err := time.Parse(time.RFC3339, ch.Validated); err == nil {
		r.At = at
	}
	return r
}
