package network

import (
	"strings"
	"time"

	"github.com/miekg/dns"

	"certdesk/internal/demo/ledger"
)

// The name servers of every zone, and how long answers may be kept: seconds, so that a demo is quick.
const (
	server   = "ns1.demo.certdesk.invalid."
	keeper   = "hostmaster.demo.certdesk.invalid."
	ttl      = 5
	negative = 5
)

// nameServer answers for every zone. It plays the zone's own servers and the resolvers in front of them.
type nameServer struct{ Options }

// ServeDNS answers one question.
func (n *nameServer) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	m := new(dns.Msg)
	m.SetReply(q)
	m.Authoritative, m.RecursionAvailable = true, true
	switch {
	case q.Opcode != dns.OpcodeQuery || len(q.Question) != 1 || q.Question[0].Qclass != dns.ClassINET:
		m.Rcode = dns.RcodeNotImplemented
	default:
		err := n.Ledger.View(func(s *ledger.State, _ time.Time) { fill(m, s, q.Question[0]) })
		if err != nil {
			m.Rcode = dns.RcodeServerFailure
		}
	}
	room := dns.MinMsgSize
	if o := q.IsEdns0(); o != nil {
		room = max(room, int(o.UDPSize()))
		m.SetEdns0(o.UDPSize(), false)
	}
	if w.LocalAddr().Network() == "udp" {
		m.Truncate(room)
	}
	_ = w.WriteMsg(m) // who has gone away asks again
}

// fill answers a question from the state.
func fill(m *dns.Msg, s *ledger.State, q dns.Question) {
	name := strings.TrimSuffix(strings.ToLower(q.Name), ".")
	head := func(kind uint16) dns.RR_Header {
		return dns.RR_Header{Name: q.Name, Rrtype: kind, Class: dns.ClassINET, Ttl: ttl}
	}
	zone := ledger.Registered(name)
	there := s.IsHost(name) || s.Below(name)
	for _, r := range s.RecordsAt(name) {
		there = true
		if rr := record(head, r); rr != nil && (rr.Header().Rrtype == q.Qtype || r.Type == "CNAME" || q.Qtype == dns.TypeANY) {
			m.Answer = append(m.Answer, rr)
		}
	}
	switch {
	case len(m.Answer) > 0:
		return
	case q.Qtype == dns.TypeA && s.IsHost(name):
		m.Answer = append(m.Answer, &dns.A{Hdr: head(dns.TypeA), A: []byte{127, 0, 0, 1}})
	case q.Qtype == dns.TypeA && q.Name == server:
		m.Answer = append(m.Answer, &dns.A{Hdr: head(dns.TypeA), A: []byte{127, 0, 0, 1}})
	case q.Qtype == dns.TypeNS && name == zone && zone != "":
		m.Answer = append(m.Answer, &dns.NS{Hdr: head(dns.TypeNS), Ns: server})
	case q.Qtype == dns.TypeSOA && name == zone && zone != "":
		m.Answer = append(m.Answer, soa(zone))
	default:
		if zone == "" { // a public suffix, or the root: there are such names
			zone, there = name, true
		}
		if !there && !strings.HasSuffix("."+name, "."+ledger.CAAIdentity) {
			m.Rcode = dns.RcodeNameError
		}
		m.Ns = append(m.Ns, soa(zone))
	}
}

func soa(zone string) dns.RR {
	return &dns.SOA{
		Hdr: dns.RR_Header{Name: dns.Fqdn(zone), Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: negative},
		Ns:  server, Mbox: keeper, Serial: 1, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: negative,
	}
}

func record(head func(uint16) dns.RR_Header, r ledger.Record) dns.RR {
	switch r.Type {
	case "TXT":
		return &dns.TXT{Hdr: head(dns.TypeTXT), Txt: []string{r.Value}}
	case "CNAME":
		return &dns.CNAME{Hdr: head(dns.TypeCNAME), Target: dns.Fqdn(r.Value)}
	case ledger.TypeCAA:
		return &dns.CAA{Hdr: head(dns.TypeCAA), Tag: "issue", Value: r.Value}
	}
	return nil
}
