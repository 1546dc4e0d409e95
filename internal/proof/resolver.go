package proof

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/miekg/dns"
)

const (
	perServer = 3 * time.Second // for one question to one server
	udpSize   = 1232            // octets, as the DNS flag day 2020 has it: no fragments
	maxTexts  = 50              // records that are kept of an answer
	atOnce    = 16              // questions that are open at a time
)

// Resolver asks name servers.
type Resolver struct {
	// Servers gives the servers to ask, each as host:port, the first first.
	Servers func() ([]string, error)
	slots   chan struct{}
}

// NewResolver makes a resolver.
func NewResolver(servers func() ([]string, error)) *Resolver {
	return &Resolver{Servers: servers, slots: make(chan struct{}, atOnce)}
}

var types = map[Type]uint16{TypeTXT: dns.TypeTXT, TypeCNAME: dns.TypeCNAME, TypeCAA: dns.TypeCAA}

// Records asks for the records of a type at a name; see [Network].
func (r *Resolver) Records(ctx context.Context, name string, t Type) (Answer, error) {
	q := new(dns.Msg)
	q.SetQuestion(dns.Fqdn(name), types[t])
	q.SetEdns0(udpSize, false)
	servers, err := r.Servers()
	if err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrSilent, err)
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("%w: %w", ErrSilent, ctx.Err())
	}
	failed := ErrSilent
	for range 2 { // datagrams get lost
		for _, server := range servers {
			m, err := ask(ctx, q, server)
			switch {
			case ctx.Err() != nil:
				return Answer{}, fmt.Errorf("%w: %w", ErrSilent, ctx.Err())
			case err != nil:
				continue
			case m.Rcode == dns.RcodeSuccess, m.Rcode == dns.RcodeNameError:
				return read(m, t), nil
			}
			failed = ErrFails
		}
	}
	return Answer{}, failed
}

// ask puts a question to one server, over TCP when the answer has no room in a datagram.
func ask(ctx context.Context, q *dns.Msg, server string) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, perServer)
	defer cancel()
	m, err := exchange(ctx, "udp", q, server)
	if m != nil && m.Truncated || errors.Is(err, dns.ErrBuf) {
		m, err = exchange(ctx, "tcp", q, server)
	}
	if err != nil {
		return nil, err
	}
	if len(m.Question) != 1 || m.Question[0].Qtype != q.Question[0].Qtype ||
		!strings.EqualFold(m.Question[0].Name, q.Question[0].Name) {
		return nil, dns.ErrId // an answer to something else
	}
	return m, nil
}

func exchange(ctx context.Context, network string, q *dns.Msg, server string) (*dns.Msg, error) {
	question := q.Copy()
	question.Id = dns.Id()
	c := dns.Client{Net: network, UDPSize: udpSize, Timeout: perServer, Dialer: &net.Dialer{}}
	m, _, err := c.ExchangeContext(ctx, question, server)
	return m, err
}

// read takes out of a message what stands at its question's name, and behind the alias there.
func read(m *dns.Msg, t Type) Answer {
	a := Answer{NoName: m.Rcode == dns.RcodeNameError}
	asked := m.Question[0].Name
	for _, rr := range m.Answer {
		switch rr := rr.(type) {
		case *dns.CNAME:
			if strings.EqualFold(rr.Hdr.Name, asked) {
				a.Alias = strings.ToLower(strings.TrimSuffix(rr.Target, "."))
				a.NoName = false // the name is there; where it leads may not be
				a.TTL = time.Duration(rr.Hdr.Ttl) * time.Second
			}
		case *dns.TXT:
			if t == TypeTXT && len(a.Texts) < maxTexts {
				a.Texts = append(a.Texts, unescape(strings.Join(rr.Txt, "")))
				a.TTL = time.Duration(rr.Hdr.Ttl) * time.Second
			}
		case *dns.CAA:
			if t == TypeCAA && len(a.CAA) < maxTexts {
				a.CAA = append(a.CAA, CAA{Critical: rr.Flag&128 != 0, Tag: strings.ToLower(rr.Tag), Value: unescape(rr.Value)})
			}
		}
	}
	return a
}

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
