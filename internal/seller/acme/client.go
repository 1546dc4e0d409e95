package acme

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// Options are what the client needs from outside.
type Options struct {
	HTTP     *httpclient.Seller
	Accounts seller.Accounts
	Now      func() time.Time
	Rand     io.Reader
}

// Client is a [seller.Seller] that is a [seller.Prover], a [seller.Chooser], a [seller.Canceller] and a
// [seller.TokenMaker], too.
type Client struct {
	o        Options
	patience time.Duration // with a directory, and with what it suggests
	id       int64         // of this client in this process

	mu     sync.Mutex
	limits map[string]time.Time // until when a directory wants not to be asked for something again
}

// New makes a client.
func New(o Options) *Client {
	return &Client{o: o, id: clients.Add(1), patience: maxSideTime, limits: map[string]time.Time{}}
}

// maxAnswer bounds an answer: a chain of certificates is the longest.
const maxAnswer = 256 << 10

// session is what one call of the app does at one directory.
type session struct {
	c       *Client
	at      *url.URL // the directory
	host    string
	acme    *acme.Client
	account acme.Account
	status  int         // of the last answer
	header  http.Header // of the last answer
	thumb   string      // of the account's key
	left    int         // requests that may still be made
	names   []string    // that are asked for, while an application is being sent
}

// session begins one with an account; account is nil before there is one.
func (c *Client) session(service string, key crypto.Signer, account string) (*session, error) {
	directory, _, ok := activation.SplitACME(service)
	u, err := url.Parse(directory)
	if !ok || err != nil {
		return nil, fault.New(fault.NotADirectory, nil, "host", service)
	}
	s := &session{c: c, at: u, host: u.Host, account: acme.Account{PrivateKey: key, Location: account}, left: maxRequests}
	if s.thumb, err = thumbprint(key); err != nil {
		return nil, err
	}
	h := c.o.HTTP.Client(maxAnswer, func(status int, h http.Header) { s.status, s.header = status, h })
	h.Transport = bounds{s, u, h.Transport}
	s.acme = &acme.Client{
		Directory:  c.asOf(directory),
		HTTPClient: h,
		// Finalizing asks once; the app asks again when the directory wants to be asked. With a time that is over
		// from the start the library never waits as long as Retry-After says, which may be for ever.
		PollTimeout: -1, PollInterval: time.Nanosecond,
	}
	return s, nil
}

// clients numbers the clients of this process.
var clients atomic.Int64

// asOf is a directory's address as the library is to keep what it says: the library has one memory for the whole process,
// in which a directory stays for twelve hours, also when its addresses have changed meanwhile. The fragment is never sent
// (RFC 9110 4.2.5); with it, nothing is kept beyond an hour or for another client.
func (c *Client) asOf(directory string) string {
	return fmt.Sprintf("%s#%d.%d", directory, c.id, time.Now().Unix()/3600)
}

// next is when the directory wants to be asked again: as it says, else after usual.
func (s *session) next(usual time.Duration) time.Time {
	now := s.c.o.Now()
	if d, ok := retryAfter(s.header, now); ok {
		return now.Add(min(max(d, time.Second), maxWait))
	}
	return now.Add(usual)
}

// maxWait bounds what a directory may ask for.
const maxWait = 24 * time.Hour

// Usual times between two looks.
const (
	soon  = 3 * time.Second  // it is at work
	later = 10 * time.Minute // it waits for the customer
	never = 24 * time.Hour   // nothing more will come
)

func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := h.Get("Retry-After")
	if text == "" {
		return 0, false
	}
	if d, err := time.ParseDuration(text + "s"); err == nil {
		return d, d >= 0
	}
	at, err := http.ParseTime(text)
	return max(0, at.Sub(httpclient.At(h, now))), err == nil
}

// newKey makes an account's key: an elliptic curve that every directory takes (RFC 8555 6.2).
func newKey(random io.Reader) (secret.Value, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return secret.Value{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return secret.Value{}, err
	}
	return secret.FromString(base64.RawURLEncoding.EncodeToString(der)), nil
}

var errToken = errors.New("acme: the order's token holds no account key")

// keyOf reads an account's key out of a token.
func keyOf(token secret.Value) (crypto.Signer, error) {
	der, err := base64.RawURLEncoding.DecodeString(string(token.Reveal()))
	if err != nil {
		return nil, fault.New(fault.SecretGone, errToken)
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fault.New(fault.SecretGone, errToken)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fault.New(fault.SecretGone, errToken)
	}
	return signer, nil
}

// open begins a session for an order that is on its way.
func (c *Client) open(_ context.Context, r seller.Receipt, token secret.Value) (*session, state, error) {
	var st state
	if json.Unmarshal(r.State, &st) != nil || st.Order == "" {
		return nil, st, fault.New(fault.StoreDamaged, nil)
	}
	key, err := keyOf(token)
	if err != nil {
		return nil, st, err
	}
	s, err := c.session(r.Service, key, st.Account)
	return s, st, err
}

// hostOf is the host of a directory, as it is shown.
func hostOf(directory string) string {
	u, err := url.Parse(directory)
	if err != nil {
		return directory
	}
	return u.Host
}

// nameOf is what a directory is called: the name of a known authority, else its host.
func nameOf(host string) string {
	bare := host
	if u, err := url.Parse("https://" + host); err == nil {
		bare = u.Hostname()
	}
	if known, ok := activation.Builtin().ByHost(bare); ok {
		return known.Name
	}
	return host
}
