package proof

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/miekg/dns"

	"certdesk/internal/httpclient"
)

const (
	udpSize    = 1232 // octets, as the DNS flag day 2020 has it: no fragments
	maxRecords = 200  // records that are kept of an answer
	atOnce     = 32   // questions that are open at a time
	// maxRemembered bounds how long others remember that there is nothing (RFC 2308 5 has one to three hours).
	maxRemembered = 3 * time.Hour
)

// How long one question to one server may take, at the first try and at the second: datagrams get lost. A
// resolver has to ask others first; servers that are silent must leave time for another way.
var (
	resolverPatience = []time.Duration{3 * time.Second, 3 * time.Second}
	secondPatience   = []time.Duration{time.Second, time.Second} // it has more than one address
	serverPatience   = []time.Duration{time.Second, 2 * time.Second}
)

const httpsPatience = 5 * time.Second

// forServer is the option (RFC 6891 9, for use as one likes) that holds the address of the server which is played.
const forServer = dns.EDNS0LOCALSTART

// asker asks name servers.
type asker struct {
	here   func() ([]string, error) // host:port of the resolvers of this computer, the first first
	second func() Public
	port   uint16
	may    func(netip.Addr) bool // whether a single server may be asked
	played bool                  // those of here play the single servers
	https  *httpclient.Seller
	slots  chan struct{}
}

var types = map[Type]uint16{
	TypeTXT: dns.TypeTXT, TypeCNAME: dns.TypeCNAME, TypeCAA: dns.TypeCAA, TypeSOA: dns.TypeSOA, TypeNS: dns.TypeNS,
	TypeA: dns.TypeA, TypeAAAA: dns.TypeAAAA,
}

// Second is the second resolver.
func (r *asker) Second() Resolver {
	p := r.second()
	out := Resolver{Name: p.Name, HTTPS: p.HTTPS != ""}
	for _, s := range p.Servers {
		// One in the same network, or at another port, is reached whatever is done to port 53.
		if at, err := netip.ParseAddrPort(s); err == nil && at.Port() == r.port && r.may(at.Addr()) {
			out.Outside = true
		}
	}
	return out
}

// Ask puts a question; see [Network].
func (r *asker) Ask(ctx context.Context, q Question) (Answer, error) {
	m := new(dns.Msg)
	m.SetQuestion(dns.Fqdn(q.Name), types[q.Type])
	m.SetEdns0(udpSize, false)
	m.CheckingDisabled = q.Unchecked
	var servers []string
	limits := serverPatience
	switch q.At.who {
	case single:
		if !r.may(q.At.server) {
			return Answer{}, ErrNoRoute
		}
		m.RecursionDesired = q.Recurse
		servers = []string{netip.AddrPortFrom(q.At.server, r.port).String()}
		if r.played {
			var err error
			if servers, err = r.here(); err != nil {
				return Answer{}, fmt.Errorf("%w: %w", ErrSilent, err)
			}
			o := m.IsEdns0()
			o.Option = append(o.Option, &dns.EDNS0_LOCAL{Code: forServer, Data: q.At.server.AsSlice()})
		}
	case second:
		if servers, limits = r.second().Servers, secondPatience; len(servers) == 0 {
			q.At = OverHTTPS
		}
	case overHTTPS:
	default:
		var err error
		limits = resolverPatience
		if servers, err = r.here(); err != nil {
			return Answer{}, fmt.Errorf("%w: %w", ErrSilent, err)
		}
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("%w: %w", ErrSilent, ctx.Err())
	}
	if q.At.who == overHTTPS {
		return r.overHTTPS(ctx, m, q.Type)
	}
	return tryAll(ctx, m, servers, q.Type, limits)
}

// tryAll asks servers, one after the other, until one answers.
func tryAll(ctx context.Context, q *dns.Msg, servers []string, t Type, limits []time.Duration) (Answer, error) {
	failed := ErrSilent
	for try, limit := range limits {
		for _, server := range servers {
			m, err := ask(ctx, q, server, limit, try > 0)
			switch {
			case ctx.Err() != nil:
				return Answer{}, fmt.Errorf("%w: %w", ErrSilent, ctx.Err())
			case noRoute(err):
				failed = ErrNoRoute
				continue
			case err != nil:
				continue
			}
			a, err := answerOf(m, t)
			if err == nil {
				return a, nil
			}
			failed = err
		}
		if errors.Is(failed, ErrNoRoute) || errors.Is(failed, ErrRefused) {
			break
		}
	}
	if errors.Is(failed, ErrNoRoute) && len(servers) != 1 {
		failed = ErrSilent
	}
	return Answer{}, failed
}

// answerOf reads a message, or says why it is no answer.
func answerOf(m *dns.Msg, t Type) (Answer, error) {
	switch m.Rcode {
	case dns.RcodeSuccess, dns.RcodeNameError:
		return read(m, t), nil
	case dns.RcodeServerFailure:
		return Answer{}, ErrFails
	}
	return Answer{}, ErrRefused
}

// noRoute reports whether nothing was sent: a datagram's dial fails only on this computer.
func noRoute(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && strings.HasPrefix(op.Net, "udp")
}

// ask puts a question to one server: by a datagram, and over TCP when the answer has no room in one. With both, it is
// asked over TCP at the same time: networks lose datagrams that let connections through.
func ask(ctx context.Context, q *dns.Msg, server string, limit time.Duration, both bool) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if !both {
		return datagram(ctx, q, server, limit)
	}
	type result struct {
		m   *dns.Msg
		err error
	}
	stream := make(chan result, 1)
	go func() { // ends with the context
		m, err := over(ctx, "tcp", q, server, limit)
		stream <- result{m, err}
	}()
	packet := make(chan result, 1)
	go func() {
		m, err := datagram(ctx, q, server, limit)
		packet <- result{m, err}
	}()
	select {
	case r := <-packet:
		if r.err == nil {
			return r.m, nil
		}
		if other := <-stream; other.err == nil {
			return other.m, nil
		}
		return nil, r.err
	case r := <-stream:
		if r.err == nil {
			return r.m, nil
		}
		other := <-packet
		return other.m, other.err
	}
}

// datagram asks by a datagram, and over TCP when the answer has no room in it.
func datagram(ctx context.Context, q *dns.Msg, server string, limit time.Duration) (*dns.Msg, error) {
	m, err := over(ctx, "udp", q, server, limit)
	if m != nil && m.Truncated || errors.Is(err, dns.ErrBuf) {
		m, err = over(ctx, "tcp", q, server, limit)
	}
	return m, err
}

// over asks in one way, and takes nothing but an answer to the question.
func over(ctx context.Context, network string, q *dns.Msg, server string, limit time.Duration) (*dns.Msg, error) {
	m, err := exchange(ctx, network, q, server, limit)
	if err == nil && !answers(m, q) {
		return nil, dns.ErrId // an answer to something else
	}
	return m, err
}

func answers(m, q *dns.Msg) bool {
	return m.Response && len(m.Question) == 1 && m.Question[0].Qtype == q.Question[0].Qtype &&
		strings.EqualFold(m.Question[0].Name, q.Question[0].Name)
}

func exchange(ctx context.Context, network string, q *dns.Msg, server string, limit time.Duration) (*dns.Msg, error) {
	question := q.Copy()
	question.Id = dns.Id()
	c := dns.Client{Net: network, UDPSize: udpSize, Timeout: limit, Dialer: &net.Dialer{}}
	m, _, err := c.ExchangeContext(ctx, question, server)
	return m, err
}

// overHTTPS asks the second resolver by RFC 8484.
func (r *asker) overHTTPS(ctx context.Context, q *dns.Msg, t Type) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, httpsPatience)
	defer cancel()
	u, err := url.Parse(r.second().HTTPS)
	if err != nil || u.Host == "" {
		return Answer{}, ErrNoRoute
	}
	q.Id = 0 // RFC 8484 4.1
	body, err := q.Pack()
	if err != nil {
		return Answer{}, ErrNoRoute
	}
	got, err := r.https.Do(ctx, httpclient.Request{
		Method: http.MethodPost, URL: u, Body: body, MaxBytes: dns.MaxMsgSize,
		Header: http.Header{"Content-Type": {"application/dns-message"}, "Accept": {"application/dns-message"}},
	})
	if err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrSilent, err)
	}
	m := new(dns.Msg)
	if got.Status != http.StatusOK || m.Unpack(got.Body) != nil || !answers(m, q) {
		return Answer{}, ErrFails
	}
	return answerOf(m, t)
}

// read takes out of a message what stands at its question's name, and behind the alias there.
func read(m *dns.Msg, t Type) Answer {
	a := Answer{NoName: m.Rcode == dns.RcodeNameError, Own: m.Authoritative, Recursive: m.RecursionAvailable}
	asked := m.Question[0].Name
	for _, rr := range m.Answer[:min(len(m.Answer), maxRecords)] {
		kept := rr.Header().Rrtype == types[t]
		switch rr := rr.(type) {
		case *dns.CNAME:
			if strings.EqualFold(rr.Hdr.Name, asked) {
				a.Alias = bare(rr.Target)
				a.NoName = false // the name is there; where it leads may not be
				kept = true
			}
		case *dns.TXT:
			if kept {
				a.Texts = append(a.Texts, unescape(strings.Join(rr.Txt, "")))
			}
		case *dns.CAA:
			if kept {
				a.CAA = append(a.CAA, CAA{Critical: rr.Flag&128 != 0, Tag: strings.ToLower(rr.Tag), Value: unescape(rr.Value)})
			}
		case *dns.NS:
			if kept && strings.EqualFold(rr.Hdr.Name, asked) {
				a.Hosts = append(a.Hosts, bare(rr.Ns))
			}
		case *dns.A:
			a.address(rr.A, kept)
		case *dns.AAAA:
			a.address(rr.AAAA, kept)
		case *dns.SOA:
			a.soa(rr)
		}
		if kept {
			a.TTL = time.Duration(rr.Header().Ttl) * time.Second
		}
	}
	for _, rr := range m.Ns {
		if soa, ok := rr.(*dns.SOA); ok {
			a.soa(soa)
		}
	}
	return a
}

func (a *Answer) address(ip net.IP, kept bool) {
	if address, ok := netip.AddrFromSlice(ip); ok && kept {
		a.Addresses = append(a.Addresses, address.Unmap())
	}
}

func (a *Answer) soa(rr *dns.SOA) {
	a.Zone, a.Serial = bare(rr.Hdr.Name), rr.Serial
	a.Negative = min(time.Duration(min(rr.Hdr.Ttl, rr.Minttl))*time.Second, maxRemembered)
}

func bare(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// unescape undoes how the library writes bytes of a text: \" and \\, and \DDD for what is not printable
// (RFC 1035 5.1).
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for k := 0; k < len(s); k++ {
		if s[k] != '\\' || k+1 >= len(s) {
			out = append(out, s[k])
			continue
		}
		if k+3 < len(s) && digit(s[k+1]) && digit(s[k+2]) && digit(s[k+3]) {
			out = append(out, (s[k+1]-'0')*100+(s[k+2]-'0')*10+s[k+3]-'0')
			k += 3
			continue
		}
		out = append(out, s[k+1])
		k++
	}
	return string(out)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
