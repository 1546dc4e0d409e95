package proof

import (
	"net"
	"unsafe"

	"golang.org/x/sys/windows"
)

// SystemServers are the name servers that this computer is set to use: those of the adapters that are up,
// in their order.
func SystemServers() ([]string, error) {
	const flags = windows.GAA_FLAG_SKIP_UNICAST | windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST
	size := uint32(15 << 10) // as Microsoft advises for the first try
	for {
		buffer := make([]byte, size)
		first := (*windows.IpAdapterAddresses)(unsafe.Pointer(&buffer[0])) //nolint:gosec // how Windows hands the list over
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, first, &size)
		if err == windows.ERROR_BUFFER_OVERFLOW && size > uint32(len(buffer)) { //nolint:errorlint // a bare number
			continue
		}
		if err != nil {
			return nil, err
		}
		return servers(first), nil
	}
}

func servers(first *windows.IpAdapterAddresses) []string {
	var out []string
	for a := first; a != nil; a = a.Next {
		if a.OperStatus != windows.IfOperStatusUp {
			continue
		}
		for s := a.FirstDnsServerAddress; s != nil; s = s.Next {
			ip := s.Address.IP()
			if ip == nil || ip.To4() == nil && ip[0] == 0xfe && ip[1] == 0xc0 { // site-local: placeholders of Windows
				continue
			}
			out = append(out, net.JoinHostPort(ip.String(), "53"))
		}
	}
	return out
}
