// Package service is the demo issuer's side of the Activation API, version 1, for the calls that its
// products have. Its routes are written by hand from the contract (assets/activation-api.yaml), with the
// generated types for messages only, so that service and client can find each other's mistakes.
//
// What an order does not have is refused as a service refuses it: a task of another kind is "task-state",
// reissue, renewal and revocation are "order-state", unknown forms and tokens "not-found". Nothing answers
// as if it had worked.
package service

import (
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"certdesk/internal/demo/ledger"
)

// Options are what the service works with. All fields are required.
type Options struct {
	Ledger *ledger.Ledger
	Now    func() time.Time
	Rand   io.Reader
	Logger *slog.Logger
	// Base is the address that the service is reached at, "http://127.0.0.1:PORT".
	Base string
	// Working is called once for each mutating call, while it is being done: a fault can hold it there.
	Working func(r *http.Request)
}

// Service answers the calls of the Activation API. It is safe for concurrent use.
type Service struct {
	Options
	wrong  limiter
	mu     sync.Mutex
	active map[string]bool // idempotency keys whose call is being done, with their scope
}

// Prefix is the path of the endpoint.
const Prefix = "/api"

// maxBody is the most that a request may hold, in octets.
const maxBody = 1 << 20

// maxDocument is the most that an uploaded file may hold, in octets; maxUpload is the call around it.
const (
	maxDocument = 10 << 20
	maxUpload   = maxDocument + maxBody
)

// Register adds the service's routes to mux.
func Register(mux *http.ServeMux, o Options) {
	s := &Service{Options: o, active: map[string]bool{}}
	mux.HandleFunc("GET /.well-known/certificate-activation", s.discover)
	mux.HandleFunc("GET "+Prefix+"/licence", s.licence)
	mux.HandleFunc("POST "+Prefix+"/orders", s.createOrder)
	mux.HandleFunc("GET "+Prefix+"/orders/{id}", s.getOrder)
	mux.HandleFunc("PATCH "+Prefix+"/orders/{id}", s.onOrder(typeJSON, edit))
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/tasks/{task}/check", s.onOrder(noBody, onTask(check)))
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/tasks/{task}/resend", s.onOrder(typeJSON, onTask(resend)))
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/tasks/{task}/choose", s.onOrder(typeJSON, onTask(choose)))
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/tasks/{task}/accept", s.onOrder(typeJSON, onTask(accept)))
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/tasks/{task}/schedule", s.onOrder(typeJSON, onTask(schedule)))
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/tasks/{task}/documents", s.onOrder(typeForm, onTask(receive)))
	mux.HandleFunc("GET "+Prefix+"/orders/{id}/forms/{form}", s.getForm)
	mux.HandleFunc("GET "+Prefix+"/orders/{id}/certificates/{sha256}", s.getCertificate)
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/cancel", s.onOrder(noBody, cancel))
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/reissue", s.onOrder(typeJSON, notThisOrder))
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/revoke", s.onOrder(typeJSON, notThisOrder))
	mux.HandleFunc("POST "+Prefix+"/orders/{id}/renewal", s.onOrderAsIs(typeJSON, notThisOrder))
	mux.HandleFunc("DELETE "+Prefix+"/orders/{id}/tokens/{token}", s.onOrderAsIs(noBody, noSuchToken))
	mux.HandleFunc("POST "+Prefix+"/access", s.requestAccess)
	mux.HandleFunc("POST "+Prefix+"/access/redeem", s.redeemAccess)
	mux.HandleFunc(Prefix+"/", s.noSuchCall)
}
