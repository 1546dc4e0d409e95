package proof

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// ownID begins the id of a resolver whose address the customer has typed.
const ownID = "own:"

const (
	maxResolver  = 300 // characters of a resolver's address
	defaultPort  = 53
	usualPath    = "/dns-query" // RFC 8484 4.1.1 has it in its examples, and nearly everybody has followed
	questionMark = "{?dns}"     // the end of a template (RFC 8484 3), for questions by GET
)

// ReadResolver reads the address of a resolver as a person types it: an IP address, with a port where it is not 53,
// or where it takes questions over HTTPS (RFC 8484). A resolver at an IP address is not asked over HTTPS: whether it
// could be is not known.
//
// Faults: ResolverEmpty, ResolverAddress, ResolverPort, ResolverInsecure for an address that is not https.
func ReadResolver(text string) (Public, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return Public{}, fault.New(fault.ResolverEmpty, nil)
	case len(text) > maxResolver:
		return Public{}, fault.New(fault.ResolverAddress, nil)
	case strings.Contains(text, "://"):
		return overHTTPSAt(text)
	}
	address, port := text, ""
	if inside, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inside, "]") {
		address = strings.TrimSuffix(inside, "]")
	}
	if _, err := netip.ParseAddr(address); err != nil {
		var ok bool
		if address, port, ok = cutPort(text); !ok {
			return Public{}, fault.New(fault.ResolverAddress, nil)
		}
	}
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.IsUnspecified() || ip.IsMulticast() || ip == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return Public{}, fault.New(fault.ResolverAddress, nil)
	}
	n := uint64(defaultPort)
	if port != "" {
		if n, err = strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return Public{}, fault.New(fault.ResolverPort, nil)
		}
	}
	at := netip.AddrPortFrom(ip.Unmap(), uint16(n))
	name := at.String()
	if at.Port() == defaultPort {
		name = at.Addr().String()
	}
	return Public{ID: ownID + name, Name: name, Servers: []string{at.String()}}, nil
}

// cutPort takes "192.0.2.1:53" and "[2001:db8::1]:53" apart.
func cutPort(text string) (address, port string, ok bool) {
	k := strings.LastIndexByte(text, ':')
	if k < 0 {
		return "", "", false
	}
	address, port = text[:k], text[k+1:]
	if inside, found := strings.CutPrefix(address, "["); found {
		if inside, found = strings.CutSuffix(inside, "]"); !found {
			return "", "", false
		}
		return inside, port, port != ""
	}
	return address, port, port != "" && !strings.Contains(address, ":")
}

// overHTTPSAt reads where a resolver takes questions over HTTPS.
func overHTTPSAt(text string) (Public, error) {
	u, err := url.Parse(strings.TrimSuffix(text, questionMark))
	switch {
	case err != nil || u.Opaque != "":
		return Public{}, fault.New(fault.ResolverAddress, nil) // the cause would quote what was typed
	case strings.ToLower(u.Scheme) != "https":
		return Public{}, fault.New(fault.ResolverInsecure, nil)
	case u.User != nil || u.RawQuery != "":
		return Public{}, fault.New(fault.ResolverAddress, nil)
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err != nil {
		if d, wrong := order.ParseDomain(host); wrong == "" {
			host = d.ASCII
		}
		if host = strings.ToLower(host); !isName(host) {
			return Public{}, fault.New(fault.ResolverAddress, nil)
		}
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return Public{}, fault.New(fault.ResolverPort, nil)
		}
	}
	at := url.URL{Scheme: "https", Host: hostPort(host, u.Port()), Path: u.Path, RawPath: u.RawPath}
	if at.Path == "" || at.Path == "/" {
		at.Path, at.RawPath = usualPath, ""
	}
	name := at.Host
	if at.Path != usualPath {
		name += at.EscapedPath()
	}
	return Public{ID: ownID + at.String(), Name: name, HTTPS: at.String()}, nil
}

func hostPort(host, port string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && port != "443" {
		host += ":" + port
	}
	return host
}

// Typed is a resolver's address for the field in which it was typed; empty for one of [Publics].
func (p Public) Typed() string {
	text, ok := strings.CutPrefix(p.ID, ownID)
	if !ok {
		return ""
	}
	return text
}
