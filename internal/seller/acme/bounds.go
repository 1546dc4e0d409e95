package acme

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// What a directory may have this computer do. It is the customer who has chosen it, and nobody else has looked at it:
// each of its answers names the addresses at which the next question is asked, and what the customer is to publish.

const (
	// maxRequests is how many requests one call of the app makes: a question about each name, and again after a nonce
	// that was refused.
	maxRequests = 4*maxNames + 50
	// maxSideTime is how long a directory may take to show itself, during which the library lets no other one be read;
	// and how long for saying when to renew, for which a certificate waits.
	maxSideTime = 20 * time.Second
)

// bounds is a transport that asks nobody but the directory, and not without an end.
type bounds struct {
	s         *session
	directory *url.URL
	next      http.RoundTripper
}

// RoundTrip sends a request that may be sent.
func (b bounds) RoundTrip(req *http.Request) (*http.Response, error) {
	if !sameService(b.directory, req.URL) {
		return nil, fault.New(fault.ServiceElsewhere, nil, "host", b.s.host)
	}
	if b.s.left--; b.s.left < 0 {
		return nil, fault.New(fault.ServiceOversize, nil, "host", b.s.host)
	}
	if req.Method != http.MethodGet { // all but the directory is POST-as-GET (RFC 8555 6.3)
		rep, err := b.next.RoundTrip(req)
		if err == nil {
			rep.Header["Link"] = b.links(rep.Header["Link"])
		}
		return rep, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), b.s.c.patience)
	defer cancel() // the answer is whole when it is given
	rep, err := b.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	return rep, withoutSuggestions(rep)
}

// maxAlternates is how many other chains are fetched; the largest authorities offer two.
const maxAlternates = 4

var alternate = regexp.MustCompile(`<([^>]*)>\s*;\s*rel="alternate"`)

// links leaves the first few that lead to other chains (RFC 8555 7.4.2). The library would follow all of them, and
// those to issuers, wherever and as often as they lead, also in a circle. A chain is whole without them.
func (b bounds) links(all []string) []string {
	var out []string
	for _, header := range all {
		for _, m := range alternate.FindAllStringSubmatch(header, -1) {
			if u, err := url.Parse(m[1]); err == nil && sameService(b.directory, u) && len(out) < maxAlternates {
				out = append(out, m[0])
			}
		}
	}
	return out
}

// withoutSuggestions takes out of a directory where it suggests when to renew: the library would ask there nine times,
// over many seconds, before it gives a certificate. See [Client.suggestion].
func withoutSuggestions(rep *http.Response) error {
	text, err := io.ReadAll(rep.Body)
	if err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if json.Unmarshal(text, &all) == nil {
		delete(all, "renewalInfo")
		if text, err = json.Marshal(all); err != nil {
			return err
		}
	}
	rep.Body, rep.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	return nil
}

// sameService reports whether an address belongs to whoever has the directory: the same origin, or https within its
// registered domain. RFC 8555 lets a directory name any address. None of the authorities makes use of that, and
// without this rule a directory could have requests sent into the customer's own network, or to this computer.
func sameService(directory, to *url.URL) bool {
	home, host, err := activation.ParseOrigin(directory.Scheme + "://" + directory.Host)
	if err != nil {
		return false
	}
	target, h, err := activation.ParseOrigin(to.Scheme + "://" + to.Host)
	switch {
	case err != nil || to.User != nil:
		return false
	case target == home:
		return true
	case to.Scheme != "https" || host.IP || h.IP:
		return false
	}
	return order.Domain{ASCII: host.ASCII}.SameRegistered(order.Domain{ASCII: h.ASCII})
}

// ours checks addresses that are kept: one of somebody else is never kept.
func (s *session) ours(addresses ...string) error {
	for _, address := range addresses {
		if at, err := url.Parse(address); err != nil || !sameService(s.at, at) {
			return fault.New(fault.ServiceElsewhere, nil, "host", s.host)
		}
	}
	return nil
}

// tokenForm is what can stand in the name of a file and in a key authorization (RFC 8555 8.1). It has 128 bits at least.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,512}$`)

// authorization reads one, and leaves of it what is about a name of the order: what the customer is to publish is put
// together here, from the challenge's token and our own account's key, whatever the directory says that it is. Else it
// could have the customer prove a name for somebody else's account elsewhere.
func (s *session) authorization(ctx context.Context, st *state, address string) (acme.Authorization, error) {
	a, err := s.acme.GetAuthorization(ctx, s.account, address)
	if err != nil {
		return a, err
	}
	return s.judged(st, a)
}

func (s *session) judged(st *state, a acme.Authorization) (acme.Authorization, error) {
	if a.Status != acme.StatusValid && !slices.Contains(st.Names, a.IdentifierValue()) {
		return a, fault.New(fault.ServiceBroken, nil, "host", s.host)
	}
	a.Challenges = slices.DeleteFunc(a.Challenges, func(ch acme.Challenge) bool {
		return ch.Status != acme.StatusValid && ch.Status != acme.StatusInvalid && !tokenForm.MatchString(ch.Token)
	})
	for i := range a.Challenges {
		a.Challenges[i].KeyAuthorization = a.Challenges[i].Token + "." + s.thumb
	}
	return a, nil
}

// thumbprint is that of an account's key (RFC 7638); empty where there is no key.
func thumbprint(key crypto.Signer) (string, error) {
	if key == nil {
		return "", nil
	}
	public, ok := key.Public().(*ecdsa.PublicKey)
	if !ok {
		return "", fault.New(fault.SecretGone, errToken) // newKey makes no other
	}
	point, err := public.Bytes()
	if err != nil {
		return "", fault.New(fault.SecretGone, errToken)
	}
	half := (len(point) - 1) / 2 // behind an octet that says that both coordinates follow
	b64 := base64.RawURLEncoding.EncodeToString
	text, err := json.Marshal(struct { // members in the order of their names
		Curve string `json:"crv"`
		Type  string `json:"kty"`
		X     string `json:"x"`
		Y     string `json:"y"`
	}{public.Curve.Params().Name, "EC", b64(point[1 : 1+half]), b64(point[1+half:])})
	if err != nil {
		return "", fault.New(fault.SecretGone, errToken)
	}
	sum := sha256.Sum256(text)
	return b64(sum[:]), nil
}
