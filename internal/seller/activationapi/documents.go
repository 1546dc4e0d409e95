package activationapi

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/wire"
)

// Limits of what is sent (the contract's).
const (
	maxTimes   = 10
	maxComment = 2000
)

// maxBlocks is how many parts of a form are kept.
const maxBlocks = 200

// Accept agrees to terms that a task asks for; to agree to nothing is a fault TaskState. For an order's changes
// since, see [Client.Check].
func (c *Client) Accept(ctx context.Context, r seller.Receipt, token secret.Value, task string, terms []string, key string) (order.Snapshot, seller.Receipt, error) {
	if len(terms) == 0 {
		return order.Snapshot{}, r, fault.New(fault.TaskState, nil)
	}
	return c.changeWith(ctx, r, token, wire.Acceptance{AcceptedTerms: terms}, key, "tasks", task, "accept")
}

// Schedule proposes times for a call, at most ten; what goes beyond is left out.
func (c *Client) Schedule(ctx context.Context, r seller.Receipt, token secret.Value, task string, p order.Proposal, key string) (order.Snapshot, seller.Receipt, error) {
	body := wire.Schedule{Times: make([]time.Time, 0, len(p.Times)), Comment: optional(line(p.Comment, maxComment))}
	for _, t := range first(p.Times, maxTimes) {
		body.Times = append(body.Times, t.UTC().Truncate(time.Second))
	}
	body.Phone = optional(p.Phone)
	return c.changeWith(ctx, r, token, body, key, "tasks", task, "schedule")
}

// changeWith is change with a body.
func (c *Client) changeWith(ctx context.Context, r seller.Receipt, token secret.Value, body any, key string, path ...string) (order.Snapshot, seller.Receipt, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return order.Snapshot{}, r, fault.New(fault.Unexpected, nil)
	}
	return c.change(ctx, r, token, call{key: key, body: encoded}, path...)
}

// Upload sends one document. What no service takes (see [order.Upload.Check]) does not leave. The same
// document under the same key is the same bytes.
func (c *Client) Upload(ctx context.Context, r seller.Receipt, token secret.Value, task string, u order.Upload, key string) (order.Snapshot, seller.Receipt, error) {
	if err := u.Check(); err != nil {
		return order.Snapshot{}, r, err
	}
	body, contentType, err := multipartOf(u, key)
	if err != nil {
		return order.Snapshot{}, r, fault.New(fault.Unexpected, nil)
	}
	return c.change(ctx, r, token, call{key: key, body: body, contentType: contentType}, "tasks", task, "documents")
}

// multipartOf is a document as a form's file (RFC 7578). The boundary follows from the key, so that a
// repetition is the same bytes; a document that holds it is as good as impossible, and the writer would not
// notice, so it is looked for.
func multipartOf(u order.Upload, key string) ([]byte, string, error) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	boundary := "certdesk-" + key
	if bytes.Contains(u.Data, []byte(boundary)) {
		boundary = w.Boundary()
	}
	if err := w.SetBoundary(boundary); err != nil {
		return nil, "", err
	}
	if u.Form != "" {
		if err := w.WriteField("form", u.Form); err != nil {
			return nil, "", err
		}
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", u.FileName())},
		"Content-Type":        {order.DocumentType(u.Data)},
	})
	if err != nil {
		return nil, "", err
	}
	if _, err := part.Write(u.Data); err != nil {
		return nil, "", err
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return out.Bytes(), w.FormDataContentType(), nil
}

// Form gives what a form to print and sign says. One that says nothing is a fault FormUnusable.
func (c *Client) Form(ctx context.Context, r seller.Receipt, token secret.Value, form string) (order.Form, error) {
	p, err := c.order(ctx, r)
	if err != nil {
		return order.Form{}, err
	}
	if !usableID(form) {
		return order.Form{}, fault.New(fault.NotFound, nil, "host", p.host)
	}
	rep, err := c.do(ctx, p, call{method: http.MethodGet, path: orderPath(r.ID, "forms", form), credential: token})
	if err != nil {
		return order.Form{}, err
	}
	var w wire.Form
	if err := c.get(p, rep, &w); err != nil {
		return order.Form{}, err
	}
	out := order.Form{
		ID: form, Title: line(w.Title, maxLine), Language: line(text(w.Language), maxShort),
		Reference: line(text(w.Reference), maxShort), Send: line(w.Send, maxShort),
		Email: line(text(w.Email), maxLine), Address: address(w.Address),
	}
	for _, b := range first(w.Blocks, maxBlocks) {
		out.Blocks = append(out.Blocks, order.FormBlock{
			Kind: line(b.Kind, maxShort), Label: line(text(b.Label), maxLine), Text: block(text(b.Text)),
		})
	}
	if out.Title == "" || len(out.Blocks) == 0 {
		return order.Form{}, fault.New(fault.FormUnusable, nil, "host", p.host)
	}
	return out, nil
}
