package activation

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// Host is where a link leads, for the eyes of the person who decides whether to go on.
type Host struct {
	Display    string // as people read it, with the port where it is not the usual one: "bücher.example.ch"
	ASCII      string // as it is looked up, without port: "xn--bcher-kva.example.ch", "127.0.0.1", "::1"
	Port       string // empty for the scheme's own
	Registered string // the registered name, readable: "example.ch"; empty for an IP address

	Punycode       bool   // Display differs from ASCII
	MixedAlphabets bool   // letters of several alphabets in one label, or another alphabet's look-alikes
	LooksLike      string // the well-known name that this one resembles and is not
	Known          string // the display name of a seller in the directory, empty for others
	Web            bool   // whose links and codes work in a browser
	IP             bool
	Loopback       bool // the literal 127.0.0.1 or [::1]: "a test service on this computer"
}

// RequiresTick reports whether "Continue" is not yes enough for this host.
func (h Host) RequiresTick() bool { return h.MixedAlphabets || h.LooksLike != "" }

// domain is the host's name for the rules of package order; zero for an address.
func (h Host) domain() order.Domain {
	if h.IP {
		return order.Domain{}
	}
	return order.Domain{ASCII: h.ASCII}
}

// same reports whether o is the same host, or one of the same registered domain; for IP addresses the
// same address and port.
func (h Host) same(o Host) bool {
	if h.IP || o.IP {
		return h.IP && o.IP && h.ASCII == o.ASCII && h.Port == o.Port
	}
	return h.domain().SameRegistered(o.domain())
}

// origin is scheme, host and port; the form is canonical, so that origins can be compared.
func (h Host) origin(scheme string) string {
	host := h.ASCII
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if h.Port != "" {
		host += ":" + h.Port
	}
	return scheme + "://" + host
}

// hostOf reads the host of an address, without the directory's judgement.
func hostOf(u *url.URL) (Host, error) {
	name := u.Hostname()
	if name == "" || strings.Contains(u.Host, "%") {
		return Host{}, fault.New(fault.LinkHostBad, nil)
	}
	port, err := portOf(u)
	if err != nil {
		return Host{}, err
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		return addressHost(addr, port)
	}
	d, bad := order.ParseDomain(name)
	if bad != "" {
		return Host{}, fault.New(fault.LinkHostBad, nil)
	}
	h := Host{
		ASCII: d.ASCII, Port: port, Display: withPort(d.Display, port),
		Registered: d.Registered().Display, Punycode: d.Display != d.ASCII,
	}
	if h.Registered == "" { // a public suffix that is a host itself
		h.Registered = d.Display
	}
	h.MixedAlphabets = mixesAlphabets(d.Display)
	return h, nil
}

func addressHost(addr netip.Addr, port string) (Host, error) {
	if addr.Zone() != "" || addr.Is4In6() || addr.IsUnspecified() || addr.IsMulticast() {
		return Host{}, fault.New(fault.LinkHostBad, nil)
	}
	text := addr.String()
	shown := text
	if addr.Is6() {
		shown = "[" + text + "]"
	}
	loopback := text == "127.0.0.1" || text == "::1"
	return Host{ASCII: text, Port: port, Display: withPort(shown, port), IP: true, Loopback: loopback}, nil
}

func withPort(host, port string) string {
	if port == "" {
		return host
	}
	return host + ":" + port
}

// portOf gives the port, empty where it is the scheme's own.
func portOf(u *url.URL) (string, error) {
	p := u.Port()
	if p == "" {
		return "", nil
	}
	n, err := strconv.ParseUint(p, 10, 16)
	if err != nil || n == 0 {
		return "", fault.New(fault.LinkHostBad, nil)
	}
	p = strconv.FormatUint(n, 10)
	if (u.Scheme == "https" && p == "443") || (u.Scheme == "http" && p == "80") {
		return "", nil
	}
	return p, nil
}
