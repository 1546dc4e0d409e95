package service

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

// retry is when a call that could not be done now may be repeated.
const retry = time.Second

var uuidKey = regexp.MustCompile(`^"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"$`)

// keyed is a mutating call: what it says, and the key under which it is done once.
type keyed struct {
	key, fingerprint string
	body             []byte
}

// errDone leaves an update of the ledger without changing it: the answer is there.
var errDone = errors.New("answered")

// take reads a mutating call. want is the type of its body.
func take(w http.ResponseWriter, r *http.Request, want string) (keyed, *answer) {
	refuse := func(status int, kind wire.ProblemType) (keyed, *answer) {
		a := problem(status, kind)
		return keyed{}, &a
	}
	key := r.Header.Get("Idempotency-Key")
	if !uuidKey.MatchString(key) {
		return refuse(http.StatusBadRequest, wire.ProblemTypeFieldInvalid)
	}
	if r.Header.Get("Content-Encoding") != "" {
		return refuse(http.StatusUnsupportedMediaType, wire.ProblemTypeTypeUnsupported)
	}
	if want != noBody {
		if got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || got != want {
			return refuse(http.StatusUnsupportedMediaType, wire.ProblemTypeTypeUnsupported)
		}
	}
	limit := int64(maxBody)
	if want == typeForm {
		limit = maxUpload
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return refuse(http.StatusRequestEntityTooLarge, wire.ProblemTypeTooLarge)
	} else if err != nil {
		return refuse(http.StatusBadRequest, wire.ProblemTypeFieldInvalid)
	}
	h := sha256.New()
	_, _ = io.WriteString(h, r.Method+" "+r.URL.EscapedPath()+"\n")
	_, _ = h.Write(said(r, want, body))
	return keyed{key, hex.EncodeToString(h.Sum(nil)), body}, nil
}

// said is what a call says: its body, or of an upload the file's hash and the fields, whatever separates
// them.
func said(r *http.Request, want string, body []byte) []byte {
	if want != typeForm {
		return body
	}
	u, err := parts(r.Header.Get("Content-Type"), body)
	if err != nil {
		return body
	}
	fields, err := json.Marshal(u.fields) // sorted by name
	if err != nil {
		return body
	}
	return fields
}

// once does a call that it is new, and else repeats the answer of the first time. The answer is kept in
// the same write as what the call has changed.
//
// scope gives whose key it is, or an answer for those who may not ask; do makes the change and its answer.
func (s *Service) once(w http.ResponseWriter, r *http.Request, call keyed,
	scope func(*ledger.Change) (string, *answer), do func(*ledger.Change) (answer, error),
) {
	running := r.Header.Get("Authorization") + call.key
	if !s.begin(running) {
		problem(http.StatusConflict, wire.ProblemTypeRequestInProgress).after(retry).send(w)
		return
	}
	defer s.end(running)
	s.Working(r)
	var a answer
	err := s.Ledger.Update(func(c *ledger.Change) error {
		whose, refused := scope(c)
		if refused != nil {
			a = *refused
			return errDone
		}
		if kept, ok := c.Call(whose, call.key); ok {
			a = answer{kept.Status, kept.Header, kept.Body}
			if kept.Fingerprint != call.fingerprint {
				a = problem(http.StatusUnprocessableEntity, wire.ProblemTypeIdempotencyMismatch)
			}
			return errDone
		}
		var err error
		if a, err = do(c); err != nil {
			return err
		}
		if !final(a.status) {
			return errDone
		}
		c.Remember(ledger.Call{
			Scope: whose, Key: call.key, Fingerprint: call.fingerprint, OrderID: orderOf(c.State, whose),
			Status: a.status, Header: a.header, Body: a.body,
		})
		return nil
	})
	if errors.Is(err, errDone) {
		err = nil
	}
	s.finish(w, r, a, err)
}

// orderOf gives the order that a kept answer belongs to: the order itself, or the one that was made of a
// licence.
func orderOf(st *ledger.State, scope string) string {
	if st.Order(scope) != nil {
		return scope
	}
	return st.Licences[scope].OrderID
}

func (s *Service) begin(running string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active[running] {
		return false
	}
	s.active[running] = true
	return true
}

func (s *Service) end(running string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.active, running)
}

// final reports whether an answer is the last word for its key.
func final(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	}
	return status < 300
}
