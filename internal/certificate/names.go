package certificate

import (
	"crypto/x509"
	"encoding/asn1"
	"net/netip"
	"strings"

	"certdesk/internal/order"
)

// The types of names, as order.Name has them.
const (
	nameDNS   = "dns"
	nameEmail = "email"
	nameIP    = "ip"
)

// maxInternational is how many SmtpUTF8Mailbox names are read.
const maxInternational = 64

var (
	oidSubjectAltName  = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidSmtpUTF8Mailbox = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 8, 9} // RFC 9598
	oidEmailAddress    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}
)

// Names are the names in the subject alternative name: mailboxes (with those in other alphabets, RFC 9598),
// host names and addresses, in this order, as they stand in the certificate. A certificate without any has
// those of its subject's e-mail attributes, as old S/MIME certificates do (RFC 8550, 3). They are text from
// outside.
func Names(c *x509.Certificate) []order.Name {
	var names []order.Name
	add := func(kind, value string) { names = append(names, order.Name{Type: kind, Value: value}) }
	for _, v := range c.EmailAddresses {
		add(nameEmail, v)
	}
	for _, v := range internationalMailboxes(c) {
		add(nameEmail, v)
	}
	for _, v := range c.DNSNames {
		add(nameDNS, v)
	}
	for _, v := range c.IPAddresses {
		if ip, ok := netip.AddrFromSlice(v); ok {
			add(nameIP, ip.Unmap().String())
		}
	}
	if len(names) > 0 {
		return names
	}
	for _, a := range c.Subject.Names {
		if v, ok := a.Value.(string); ok && a.Type.Equal(oidEmailAddress) {
			add(nameEmail, v)
		}
	}
	return names
}

// internationalMailboxes reads the SmtpUTF8Mailbox names, which crypto/x509 passes over.
func internationalMailboxes(c *x509.Certificate) []string {
	var found []string
	for _, e := range c.Extensions {
		var names []asn1.RawValue
		if !e.Id.Equal(oidSubjectAltName) || !whole(asn1.Unmarshal(e.Value, &names)) {
			continue
		}
		for _, n := range names {
			var other struct {
				ID    asn1.ObjectIdentifier
				Value asn1.RawValue `asn1:"tag:0"`
			}
			var text string
			if n.Class != asn1.ClassContextSpecific || n.Tag != 0 || // otherName
				!whole(asn1.UnmarshalWithParams(n.FullBytes, &other, "tag:0")) || !other.ID.Equal(oidSmtpUTF8Mailbox) ||
				!whole(asn1.UnmarshalWithParams(other.Value.Bytes, &text, "utf8")) {
				continue
			}
			if found = append(found, text); len(found) == maxInternational {
				return found
			}
		}
	}
	return found
}

// whole reports whether a decoder took everything.
func whole(rest []byte, err error) bool { return err == nil && len(rest) == 0 }

// fold brings a name into the form in which two that mean the same are equal. RFC 5321 leaves the case of
// a mailbox's local part to its server, but no certificate authority tells Anna from anna.
func fold(n order.Name) order.Name {
	v := strings.ToLower(strings.TrimSpace(n.Value))
	switch n.Type {
	case nameDNS:
		v = strings.TrimSuffix(v, ".")
	case nameIP:
		if ip, err := netip.ParseAddr(v); err == nil {
			v = ip.Unmap().String()
		}
	}
	return order.Name{Type: n.Type, Value: v}
}

// compareNames gives the values that were asked for and are not there, and those that nobody asked for.
func compareNames(asked, got []order.Name) (missing, extra []string) {
	return without(asked, got), without(got, asked)
}

func without(names, others []order.Name) []string {
	there := map[order.Name]bool{}
	for _, n := range others {
		there[fold(n)] = true
	}
	var out []string
	for _, n := range names {
		if f := fold(n); !there[f] {
			out = append(out, n.Value)
			there[f] = true // said once
		}
	}
	return out
}
