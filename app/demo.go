package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"

	"certdesk/internal/demo"
	"certdesk/internal/httpclient"
	"certdesk/internal/ui/home"
	"certdesk/internal/ui/journey"
)

func getenv(name string) string { return os.Getenv(name) }

// helper is the demo's inbox as the journey sees it.
type helper struct{ demo.Helper }

func (h helper) Inbox(ctx context.Context) ([]journey.Mail, error) {
	mails, err := h.Helper.Inbox(ctx)
	out := make([]journey.Mail, len(mails))
	for i, m := range mails {
		out[i] = journey.Mail{ID: m.ID, To: m.To, Subject: m.Subject, At: m.At, Open: m.ConfirmTask != ""}
	}
	return out, err
}

func (h helper) Actions(ctx context.Context, order string) ([]journey.Action, error) {
	actions, err := h.Helper.Actions(ctx, order)
	out := make([]journey.Action, len(actions))
	for i, a := range actions {
		out[i] = journey.Action{ID: a.ID, Task: a.Task, Label: a.Label}
	}
	return out, err
}

// doer lets the demo's helper speak through the client for sellers.
type doer struct{ client *httpclient.Seller }

func (d doer) Do(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, httpclient.MaxAnswer)); err != nil {
			return nil, err
		}
	}
	got, err := d.client.Do(r.Context(), httpclient.Request{Method: r.Method, URL: r.URL, Header: r.Header, Body: body})
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: got.Status, Header: got.Header, Body: io.NopCloser(bytes.NewReader(got.Body)), Request: r,
	}, nil
}

// demoCodes are offered on the demo's home screen.
func demoCodes() []home.DemoCode {
	codes := demo.Codes()
	out := make([]home.DemoCode, len(codes))
	for i, c := range codes {
		out[i] = home.DemoCode{Code: c, About: demo.About(c)}
	}
	return out
}
