package service

import (
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

func (s *Service) discover(w http.ResponseWriter, _ *http.Request) {
	jsonAnswer(http.StatusOK, typeJSON, wire.Discovery{
		APIVersion: 1,
		Service: wire.ServiceInfo{
			Name: ledger.ServiceName, Homepage: ptr(s.Base + "/"),
			Support: []wire.Support{{Languages: []string{"en", "de"}, URL: ptr(s.Base + "/")}},
		},
		Endpoint: s.Base + Prefix + "/",
		Links:    &wire.LinkForms{Activation: ptr("fragment"), Access: ptr("fragment")},
		Code:     &wire.CodeForm{Pattern: ptr("^DEMO-[A-Z0-9-]{2,40}$")},
	}).send(w)
}

func (s *Service) licence(w http.ResponseWriter, r *http.Request) {
	offer, refused := s.offer(r)
	if refused != nil {
		refused.send(w)
		return
	}
	var a answer
	err := s.Ledger.View(func(st *ledger.State, now time.Time) {
		a = jsonAnswer(http.StatusOK, typeJSON, licenceMessage(st, offer, now, s.Base))
	})
	s.finish(w, r, a, err)
}

func (s *Service) getOrder(w http.ResponseWriter, r *http.Request) {
	s.read(w, r, func(st *ledger.State, o *ledger.Order) answer {
		a := s.orderAnswer(http.StatusOK, st, o)
		if r.Header.Get("If-None-Match") != a.header["ETag"] {
			return a
		}
		delete(a.header, "Content-Type")
		a.status, a.body = http.StatusNotModified, nil
		return a
	})
}

// getCertificate gives the chain. Who has fetched it has used the licence up.
func (s *Service) getCertificate(w http.ResponseWriter, r *http.Request) {
	collected := false
	s.read(w, r, func(st *ledger.State, o *ledger.Order) answer {
		if o.Certificate == nil {
			return notFound()
		}
		for i, certificate := range append([]ledger.Certificate{*o.Certificate}, o.Previous...) {
			if certificate.Info.SHA256 == r.PathValue("sha256") {
				collected = i == 0 && st.Licences[o.LicenceID].State != wire.LicenceStateConsumed
				return answer{http.StatusOK, map[string]string{"Content-Type": typeChain}, []byte(certificate.Chain)}
			}
		}
		return notFound()
	}, func() error {
		if !collected {
			return nil
		}
		return s.Ledger.Update(func(c *ledger.Change) error {
			if o := c.Order(r.PathValue("id")); o != nil {
				c.Collected(o)
			}
			return nil
		})
	})
}

// read answers from the order that the request's token opens; then does what follows from the answer,
// before it is sent.
func (s *Service) read(w http.ResponseWriter, r *http.Request, f func(*ledger.State, *ledger.Order) answer, then ...func() error) {
	hash, ok := tokenHash(r)
	if !ok {
		noToken().send(w)
		return
	}
	a := notFound()
	err := s.Ledger.View(func(st *ledger.State, _ time.Time) {
		if o := opened(st, r, hash); o != nil {
			a = f(st, o)
		}
	})
	for _, next := range then {
		if err == nil {
			err = next()
		}
	}
	s.finish(w, r, a, err)
}

// noSuchCall is for every path and method that the API has not.
func (s *Service) noSuchCall(w http.ResponseWriter, _ *http.Request) { notFound().send(w) }

// finish sends an answer, or says that the service can't now.
func (s *Service) finish(w http.ResponseWriter, r *http.Request, a answer, err error) {
	if err != nil {
		id := make([]byte, 4)
		_, _ = s.Rand.Read(id)
		support := "DEMO-" + strings.ToUpper(hex.EncodeToString(id))
		s.Logger.Error("background.failed", "what", "demo "+support+": "+r.Pattern+": "+err.Error())
		a = fullProblem(wire.Problem{
			Type: wire.ProblemTypeUnavailable, Status: http.StatusServiceUnavailable, SupportID: &support,
		}).after(retry)
	}
	a.send(w)
}
