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
}

// Errors of Helper.Confirm.
var (
	ErrNoMail           = errors.New("demo: there is no such mail")
	ErrNothingToConfirm = errors.New("demo: there is nothing to confirm any more")
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
	answer, err := h.call(ctx, http.MethodGet, "mails.json")
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("demo: the inbox answers %d", answer.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxInbox))
	if err != nil {
		return nil, err
	}
	var mails []Mail
	if json.Unmarshal(data, &mails) != nil {
		return nil, errors.New("demo: the inbox can't be read")
	}
	return mails, nil
}

// mailForm is what ids of mails look like.
var mailForm = regexp.MustCompile(`^[a-z0-9]{1,64}$`)

func (h helper) Confirm(ctx context.Context, mailID string) error {
	if !mailForm.MatchString(mailID) {
		return ErrNoMail
	}
	answer, err := h.call(ctx, http.MethodPost, "mails/"+mailID+"/confirm")
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

func (h helper) call(ctx context.Context, method, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, h.address.Inbox+path, http.NoBody)
	if err != nil {
		return nil, errors.New("demo: the inbox has no address")
	}
	return h.client.Do(r)
}
