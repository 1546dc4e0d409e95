package network

import (
	"net"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"certdesk/internal/demo/ledger"
)

// The name servers of every zone, their addresses, which nobody has (RFC 5737), and how long answers may be kept:
// seconds, so that a demo is quick.
const (
	server   = "ns1.demo.certdesk.invalid."
	other    = "ns2.demo.certdesk.invalid."
	keeper   = "hostmaster.demo.certdesk.invalid."
	ttl      = 5
	negative = 5
	// forgetful is how long resolvers remember that there is nothing where that is to be seen.
	forgetful = 600
)

var addresses = map[string]net.IP{server: {192, 0, 2, 1}, other: {192, 0, 2, 2}}

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
		err := n.Ledger.View(func(s *ledger.State, _ time.Time) { play(m, s, q) })
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

// play answers as the one for whom the question is: one of the zone's servers, or, without a word about it, the
// resolver of this computer.
func play(m *dns.Msg, s *ledger.State, q *dns.Msg) {
	at := playedBy(q)
	between := slices.ContainsFunc(s.Records, func(r ledger.Record) bool { return r.Where == ledger.Between })
	if at != "" {
		m.Authoritative, m.RecursionAvailable = !between, between
	}
	seen, hidden := *s, false
	seen.Records = slices.DeleteFunc(slices.Clone(s.Records), func(r ledger.Record) bool {
		away := r.Where == ledger.AtServers && at == "" || r.Where == ledger.AtSome && at == other
		hidden = hidden || away
		return away
	})
	keep := uint32(negative)
	if hidden && at == "" {
		keep = forgetful
	}
	fill(m, &seen, q.Question[0], keep)
}

// playedBy is the name server for which a question is; empty: the resolver.
func playedBy(q *dns.Msg) string {
	o := q.IsEdns0()
	if o == nil {
		return ""
	}
	for _, option := range o.Option {
		local, ok := option.(*dns.EDNS0_LOCAL)
		for name, address := range addresses {
			if ok && local.Code == dns.EDNS0LOCALSTART && address.Equal(net.IP(local.Data)) {
				return name
			}
		}
	}
	return ""
}

// fill answers a question from the state.
func fill(m *dns.Msg, s *ledger.State, q dns.Question, keep uint32) {
	name := strings.TrimSuffix(strings.ToLower(q.Name), ".")
	head := func(kind uint16) dns.RR_Header {
		return dns.RR_Header{Name: q.Name, Rrtype: kind, Class: dns.ClassINET, Ttl: ttl}
	}
	zone := ledger.Registered(name)
	there := s.IsHost(name) || s.Below(name) || addresses[q.Name] != nil
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
	case q.Qtype == dns.TypeA && addresses[q.Name] != nil:
		m.Answer = append(m.Answer, &dns.A{Hdr: head(dns.TypeA), A: addresses[q.Name]})
	case q.Qtype == dns.TypeNS && name == zone && zone != "":
		m.Answer = append(m.Answer, &dns.NS{Hdr: head(dns.TypeNS), Ns: server}, &dns.NS{Hdr: head(dns.TypeNS), Ns: other})
	case q.Qtype == dns.TypeSOA && name == zone && zone != "":
		m.Answer = append(m.Answer, soa(zone, keep))
	default:
		if zone == "" { // a public suffix, or the root: there are such names
			zone, there = name, true
		}
		if !there && !strings.HasSuffix("."+name, "."+ledger.CAAIdentity) {
			m.Rcode = dns.RcodeNameError
		}
		m.Ns = append(m.Ns, soa(zone, keep))
	}
}

func soa(zone string, keep uint32) dns.RR {
	return &dns.SOA{
		Hdr: dns.RR_Header{Name: dns.Fqdn(zone), Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: keep},
		Ns:  server, Mbox: keeper, Serial: 1, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: keep,
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
