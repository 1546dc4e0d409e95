//go:build !windows

package proof

import (
	"net"

	"github.com/miekg/dns"
)

// SystemServers are the name servers that this computer is set to use.
func SystemServers() ([]string, error) {
	c, err := dns.ClientConfigFromFile("/etc/resolv.conf")
	if err != nil {
		return nil, err
	}
	out := make([]string, len(c.Servers))
	for i, s := range c.Servers {
		out[i] = net.JoinHostPort(s, c.Port)
	}
	return out, nil
}
