package activation

import (
	"net/url"
	"strings"

	"certdesk/internal/fault"
)

// ParseOrigin reads an origin in the form that [Ticket] holds ("https://shop.example.ch:8443",
// "http://127.0.0.1:4711") and gives its canonical form and host. http is accepted for the literal
// loopback addresses alone.
func ParseOrigin(text string) (string, Host, error) {
	u, err := url.Parse(text)
	if err != nil {
		return "", Host{}, fault.New(fault.LinkUnreadable, nil)
	}
	if u.User != nil {
		return "", Host{}, fault.New(fault.LinkUserinfo, nil)
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return "", Host{}, fault.New(fault.LinkUnreadable, nil)
	}
	h, err := hostOf(u)
	if err != nil {
		return "", Host{}, err
	}
	if err := allowedScheme(u.Scheme, h, true); err != nil {
		return "", Host{}, err
	}
	return h.origin(u.Scheme), h, nil
}

// allowedScheme holds the rule of https; loopback says whether plain http may be used on this computer.
func allowedScheme(scheme string, h Host, loopback bool) error {
	switch scheme {
	case "https":
		return nil
	case "http":
		if h.Loopback && loopback {
			return nil
		}
		return fault.New(fault.LinkInsecure, nil)
	default:
		return fault.New(fault.LinkScheme, nil)
	}
}
