package demo

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// What another program may want of an issuer, whoever runs it: how many orders there are, and unkindness.
// Both go through the operator's page, whose address is known to this user alone.

// OrderSummary is an order as the operator sees it.
type OrderSummary struct {
	ID        string    `json:"id"`
	Reference string    `json:"reference"`
	State     string    `json:"state"` // in the words of the Activation API
	Mailbox   string    `json:"mailbox"`
	Created   time.Time `json:"created"`
}

// Orders asks the issuer for all its orders, newest first.
func (i *Issuer) Orders(ctx context.Context, client Doer) ([]OrderSummary, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, i.address.Operator+"orders.json", http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("demo: asking for the orders: %w", err)
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("demo: the operator's page answers %d", answer.StatusCode)
	}
	var list []OrderSummary
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxInbox)).Decode(&list); err != nil {
		return nil, fmt.Errorf("demo: the orders can't be read: %w", err)
	}
	return list, nil
}

// asked are the unkindnesses that can be asked for from outside: those that nobody has to end.
var asked = []Unkindness{LoseRequest, LoseAnswer, Cut, HTML, Garbage, Oversize, Bomb, Fail, Busy, Redirect, WrongKey}

// AskUnkind does what Unkind does, to the issuer of whatever process. Slow and HoldAnswer can't be asked
// for, and Release and Reached are not looked at.
func (i *Issuer) AskUnkind(ctx context.Context, client Doer, u Unkind) error {
	form := url.Values{"kind": {string(u.Kind)}, "call": {u.Call}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, i.address.Operator+"unkind", strings.NewReader(form))
	if err != nil {
		return fmt.Errorf("demo: asking for unkindness: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		return fmt.Errorf("demo: the operator's page answers %d", answer.StatusCode)
	}
	return nil
}

// beUnkind is the other end of AskUnkind.
func (i *Issuer) beUnkind(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimSuffix(strings.TrimPrefix(i.address.Operator, i.address.URL+"/operator/"), "/")
	if subtle.ConstantTimeCompare([]byte(path), []byte(r.PathValue("path"))) != 1 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	kind := Unkindness(r.PostFormValue("kind"))
	if !slices.Contains(asked, kind) || i.Unkind(Unkind{Kind: kind, Call: r.PostFormValue("call")}) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
