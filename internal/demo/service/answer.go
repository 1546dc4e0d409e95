package service

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

const (
	typeJSON    = "application/json"
	typeProblem = "application/problem+json"
	typeForm    = "multipart/form-data"
	typeChain   = "application/pem-certificate-chain"
)

// answer is a whole answer before it is sent, so that it can be kept for a repeat of its call.
type answer struct {
	status int
	header map[string]string
	body   []byte
}

func (a answer) send(w http.ResponseWriter) {
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // who has gone away asks again
}

// with adds a header to an answer.
func (a answer) with(name, value string) answer {
	a.header[name] = value
	return a
}

func (a answer) after(d time.Duration) answer {
	return a.with("Retry-After", strconv.Itoa(int(d.Seconds())))
}

func jsonAnswer(status int, contentType string, v any) answer {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // only types of this package come here
	}
	return answer{status, map[string]string{"Content-Type": contentType}, b.Bytes()}
}

// titles are the words of each problem, always the same.
var titles = map[wire.ProblemType]string{
	wire.ProblemTypeCodeUnknown:         "This activation code is not known here.",
	wire.ProblemTypeCodeUsed:            "There is an order for this code.",
	wire.ProblemTypeCodeExpired:         "The time for using this code is over.",
	wire.ProblemTypeCSRUnreadable:       "The request can't be read.",
	wire.ProblemTypeKeyWeak:             "The key is too short.",
	wire.ProblemTypeKeyForbidden:        "This kind of key is not accepted for this product.",
	wire.ProblemTypeNamesNotAllowed:     "A name can't be certified by this product.",
	wire.ProblemTypeFieldInvalid:        "A field is missing or wrong.",
	wire.ProblemTypeLicenceState:        "The licence is not in a state for that.",
	wire.ProblemTypeApproverNotAllowed:  "The approver's address is not among those allowed.",
	wire.ProblemTypeOrderState:          "The order is not in a state for that.",
	wire.ProblemTypeTaskState:           "The task is not in a state for that.",
	wire.ProblemTypeRequestInProgress:   "The same call is being worked on.",
	wire.ProblemTypeIdempotencyMismatch: "This key was used for another call.",
	wire.ProblemTypeChangedElsewhere:    "The order has changed in the meantime.",
	wire.ProblemTypeTooLarge:            "The call is too large.",
	wire.ProblemTypeTypeUnsupported:     "The type of the content is not supported.",
	wire.ProblemTypeRateLimited:         "Too many attempts.",
	wire.ProblemTypeNotFound:            "There is nothing here.",
	wire.ProblemTypeUnauthorized:        "A credential is missing.",
	wire.ProblemTypeUnavailable:         "The service can't do that now.",
}

func problem(status int, kind wire.ProblemType, errors ...wire.FieldProblem) answer {
	return fullProblem(wire.Problem{Type: kind, Status: status, Errors: errors})
}

func fullProblem(p wire.Problem) answer {
	p.Title = titles[p.Type]
	return jsonAnswer(p.Status, typeProblem, p)
}

// field is one problem of a field; detail is English, since the client has words of its own.
func field(pointer string, code wire.FieldProblemCode, detail string) wire.FieldProblem {
	return wire.FieldProblem{Pointer: pointer, Code: code, Detail: &detail}
}

// orderAnswer is the order as it stands, with its entity tag and the floor for the next poll.
func (s *Service) orderAnswer(status int, st *ledger.State, o *ledger.Order) answer {
	a := jsonAnswer(status, typeJSON, s.orderMessage(st, o))
	return a.with("ETag", etag(a.body)).after(pollFloor(o))
}

// pollFloor is short while something happens within seconds, long once nothing will.
func pollFloor(o *ledger.Order) time.Duration {
	if o.Open() {
		return 5 * time.Second
	}
	return time.Hour
}
