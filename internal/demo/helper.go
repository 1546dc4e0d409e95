package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"

	"certdesk/internal/demo/pages"
	"certdesk/internal/i18n"
)

// Mail is a mail in the demo's inbox. ConfirmTask is the id of the task that it settles, empty once there
// is nothing to confirm.
type Mail = pages.Mail

// Helper is what stands in the dashed box "Demo helper": the buttons of the demo's inbox.
type Helper interface {
	// Inbox gives all mails of the demo, newest first.
	Inbox(ctx context.Context) ([]Mail, error)
	// Confirm does what the button behind the link in a mail does. ErrNoMail, or ErrNothingToConfirm when
	// the mailbox is confirmed already, the order over or the link too old.
	Confirm(ctx context.Context, mailID string) error
	// InboxURL is where a browser finds the inbox.
	InboxURL() string
	// Actions are what can be done for an order on the other side now: the customer's record in the DNS,
	// rightly or with a usual mistake, the call that is answered, the authority's yes. order is the
	// service's id.
	Actions(ctx context.Context, order string) ([]Action, error)
	// Act does one of them. ErrNoAction when it can't be done any more.
	Act(ctx context.Context, order, action string) error
	// OperatorURL is where a browser finds the operator's page.
	OperatorURL() string
}

// Action is a button of the other side. Task is the id of the task that it is about, empty for one about the
// whole order.
type Action struct {
	ID    string       `json:"id"`
	Task  string       `json:"task,omitempty"`
	Label i18n.Message `json:"label"`
}

// Errors of Helper.Confirm and Helper.Act.
var (
	ErrNoMail           = errors.New("demo: there is no such mail")
	ErrNothingToConfirm = errors.New("demo: there is nothing to confirm any more")
	ErrNoAction         = errors.New("demo: that can't be done any more")
)

// Doer sends a request, as an *http.Client does.
type Doer interface {
	Do(r *http.Request) (*http.Response, error)
}

// maxInbox is the most that the inbox may hold, in octets.
const maxInbox = 8 << 20

type helper struct {
	address address
	client  Doer
}

// Helper gives the demo helper for this issuer, whoever runs it. What client reports comes back as it is.
func (i *Issuer) Helper(client Doer) Helper { return helper{i.address, client} }

func (h helper) InboxURL() string { return h.address.Inbox }

func (h helper) Inbox(ctx context.Context) ([]Mail, error) {
	return list[Mail](ctx, h, h.address.Inbox+"mails.json")
}

func (h helper) OperatorURL() string { return h.address.Operator }

func (h helper) Actions(ctx context.Context, order string) ([]Action, error) {
	if !idForm.MatchString(order) {
		return nil, ErrNoAction
	}
	return list[Action](ctx, h, h.address.Operator+"orders/"+order+"/actions.json")
}

func (h helper) Act(ctx context.Context, order, action string) error {
	if !idForm.MatchString(order) || !actionForm.MatchString(action) {
		return ErrNoAction
	}
	answer, err := h.call(ctx, http.MethodPost, h.address.Operator+"orders/"+order+"/actions/"+action)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusNoContent:
		return nil
	case http.StatusNotFound, http.StatusConflict:
		return ErrNoAction
	}
	return fmt.Errorf("demo: the operator's page answers %d", answer.StatusCode)
}

// list asks one of the issuer's pages for a list.
func list[T any](ctx context.Context, h helper, address string) ([]T, error) {
	answer, err := h.call(ctx, http.MethodGet, address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("demo: the demo's page answers %d", answer.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxInbox))
	if err != nil {
		return nil, err
	}
	var all []T
	if json.Unmarshal(data, &all) != nil {
		return nil, errors.New("demo: the demo's page can't be read")
	}
	return all, nil
}

// What ids of mails and orders, and of actions, look like.
var (
	idForm     = regexp.MustCompile(`^[a-z0-9]{1,64}$`)
	actionForm = regexp.MustCompile(`^[a-z0-9_.-]{1,80}$`)
)

func (h helper) Confirm(ctx context.Context, mailID string) error {
	if !idForm.MatchString(mailID) {
		return ErrNoMail
	}
	answer, err := h.call(ctx, http.MethodPost, h.address.Inbox+"mails/"+mailID+"/confirm")
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusNoContent:
		return nil
	case http.StatusNotFound:
		return ErrNoMail
	case http.StatusConflict:
		return ErrNothingToConfirm
	}
	return fmt.Errorf("demo: the inbox answers %d", answer.StatusCode)
}

func (h helper) call(ctx context.Context, method, address string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		return nil, errors.New("demo: the demo's pages have no address")
	}
	return h.client.Do(r)
}
