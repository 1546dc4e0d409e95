package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"certdesk/assets"
)

// maxJSON is the most that a message may hold, in bytes.
const maxJSON = 1 << 20

// Checker reports every message that breaks the contract as an error of its test. It is safe for concurrent
// use. What passes after the test has ended is not reported.
type Checker struct {
	router routers.Router
	report func(format string, args ...any)

	beside      []string
	badRequests bool
	badAnswers  bool

	mu   sync.Mutex
	keys map[string]done
}

// Option changes what a Checker objects to.
type Option func(*Checker)

// Beside names path prefixes that are no part of the API: the pages and controls that a service has on the
// same host. Requests for them pass unchecked.
func Beside(prefixes ...string) Option {
	return func(c *Checker) { c.beside = append(c.beside, prefixes...) }
}

// BadRequests is for tests of a service with broken requests: a request may break the contract so long as
// it is refused with 4xx.
func BadRequests() Option { return func(c *Checker) { c.badRequests = true } }

// BadAnswers is for tests of a client with broken answers: answers are not checked.
func BadAnswers() Option { return func(c *Checker) { c.badAnswers = true } }

// New returns a Checker that reports to t.
func New(t testing.TB, opts ...Option) *Checker {
	t.Helper()
	router, err := routes()
	if err != nil {
		t.Fatalf("contract: %v", err)
	}
	c := &Checker{router: router, keys: map[string]done{}}
	var ended sync.RWMutex
	over := false
	c.report = func(format string, args ...any) {
		ended.RLock()
		defer ended.RUnlock()
		if !over {
			t.Errorf("contract: "+format, args...)
		}
	}
	t.Cleanup(func() {
		ended.Lock()
		defer ended.Unlock()
		over = true
	})
	for _, o := range opts {
		o(c)
	}
	return c
}

// routes reads the contract, once for all tests of a package, and teaches the validator its media types.
var routes = sync.OnceValues(func() (routers.Router, error) {
	openapi3filter.RegisterBodyDecoder("application/pem-certificate-chain", openapi3filter.PlainBodyDecoder)
	for _, document := range []string{"application/pdf", "image/jpeg", "image/png"} {
		openapi3filter.RegisterBodyDecoder(document, openapi3filter.FileBodyDecoder)
	}
	doc, err := openapi3.NewLoader().LoadFromData(assets.ActivationAPI)
	if err != nil {
		return nil, err
	}
	doc.Servers = nil // any host and any endpoint
	for _, item := range doc.Paths.Map() {
		item.Servers = nil
	}
	return gorillamux.NewRouter(doc)
})

// call is one request on its way, with what its answer is checked against.
type call struct {
	name       string // "POST /orders"
	input      *openapi3filter.RequestValidationInput
	credential string
	key        string
	body       []byte
	problem    error // what was wrong with the request
}

// begin looks a request over. It returns nil for one that is no part of the API.
func (c *Checker) begin(r *http.Request, body []byte) *call {
	for _, p := range c.beside {
		if strings.HasPrefix(r.URL.Path, p) {
			return nil
		}
	}
	req := r.Clone(context.Background())
	setBody(req, body)
	req.URL.Path, req.URL.RawPath = belowEndpoint(r.URL.Path), belowEndpoint(r.URL.RawPath)
	route, params, err := c.router.FindRoute(req)
	if err != nil {
		return &call{name: r.Method, problem: fmt.Errorf("no call of the API has this method and path")}
	}
	k := &call{
		name:       r.Method + " " + route.Path,
		credential: credential(r.Header),
		body:       body,
		input: &openapi3filter.RequestValidationInput{
			Request: req, PathParams: params, Route: route,
			Options: &openapi3filter.Options{
				AuthenticationFunc:                bearer,
				IncludeResponseStatus:             true,
				RejectWhenRequestBodyNotSpecified: true,
				SkipSettingDefaults:               true,
			},
		},
	}
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		k.key = r.Method + " " + belowEndpoint(r.URL.Path) + " " + key
	}
	k.problem = c.checkRequest(k, r)
	return k
}

func (c *Checker) checkRequest(k *call, r *http.Request) error {
	if err := openapi3filter.ValidateRequest(context.Background(), k.input); err != nil {
		return err
	}
	setBody(k.input.Request, k.body)
	if len(*k.input.Route.Operation.Security) == 0 && k.credential != "" {
		return errors.New("a credential goes where none is asked for")
	}
	if k.credential != "" && strings.Contains(r.URL.String(), k.credential) {
		return errors.New("the credential stands in the URL")
	}
	if k.credential != "" && strings.Contains(string(k.body), k.credential) {
		return errors.New("the credential stands in the body")
	}
	if isJSON(r.Header) && len(k.body) > maxJSON {
		return fmt.Errorf("the body has %d bytes", len(k.body))
	}
	return c.sameBody(k)
}

// end looks the answer over, and reports what was wrong with either.
func (c *Checker) end(k *call, status int, header http.Header, body []byte) {
	if k.problem != nil {
		if !c.badRequests || status < 400 || status > 499 {
			c.report("request %s, answered with %d: %v", k.name, status, k.problem)
		}
	}
	if c.badAnswers || k.input == nil {
		return
	}
	if err := c.checkAnswer(k, status, header, body); err != nil {
		c.report("answer %d to %s: %v", status, k.name, err)
	}
}

func (c *Checker) checkAnswer(k *call, status int, header http.Header, body []byte) error {
	if status/100 == 3 && status != http.StatusNotModified {
		if k.input.Route.Operation.OperationID == "discover" {
			return nil
		}
		return errors.New("a redirect")
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: k.input, Status: status, Header: header, Options: k.input.Options,
	}
	in.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(context.Background(), in); err != nil {
		return err
	}
	if status == http.StatusNotModified && len(body) > 0 {
		return errors.New("304 with a body")
	}
	if isJSON(header) && len(body) > maxJSON {
		return fmt.Errorf("the body has %d bytes", len(body))
	}
	if k.credential != "" {
		if strings.Contains(string(body), k.credential) {
			return errors.New("the credential stands in the body")
		}
		for name, values := range header {
			if strings.Contains(strings.Join(values, "\n"), k.credential) {
				return fmt.Errorf("the credential stands in %s", name)
			}
		}
	}
	return c.sameAnswer(k, status, header, body)
}
