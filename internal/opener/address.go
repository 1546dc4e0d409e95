package opener

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"certdesk/internal/fault"
)

// maxAddress is the longest address that is opened, in bytes: what every launcher and browser takes.
const maxAddress = 2048

var (
	errScheme  = errors.New("opener: neither https nor a page of this computer")
	errHost    = errors.New("opener: no plain host")
	errTooLong = errors.New("opener: the address is too long")
	errMailbox = errors.New("opener: not one mailbox")
)

// OpenURL opens a web page in the browser: https, or http at the literal addresses 127.0.0.1 and [::1];
// without a user name in it; at most 2,048 bytes. It returns when the launcher is done, after 5 seconds, or
// when ctx ends.
func (o *Opener) OpenURL(ctx context.Context, u *url.URL) error {
	address, err := webAddress(u)
	if err != nil {
		return fault.New(fault.OpenerFailed, err)
	}
	return o.launch(ctx, o.openURL, address)
}

// OpenMail opens a new e-mail in the system's mail program. An empty to leaves the addressee open. A mail
// too long for an address of 2,048 bytes is a fault: it must be copied instead.
func (o *Opener) OpenMail(ctx context.Context, to, subject, body string) error {
	address, err := mailAddress(to, subject, body)
	if err != nil {
		return fault.New(fault.OpenerFailed, err)
	}
	return o.launch(ctx, o.openURL, address)
}

// webAddress writes u anew, so that what is launched is what was checked.
func webAddress(u *url.URL) (string, error) {
	if u == nil || u.Scheme != "https" && (u.Scheme != "http" || !literalLoopback(u.Hostname())) {
		return "", errScheme
	}
	if u.Hostname() == "" || u.User != nil || u.Opaque != "" || strings.ContainsFunc(u.Host, notInHost) {
		return "", errHost
	}
	address := encode(u.String())
	if len(address) > maxAddress {
		return "", errTooLong
	}
	return address, nil
}

// notInHost reports what has no place in a host name of A-labels, an address, or a port.
func notInHost(r rune) bool {
	return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]", r)
}

// encode percent-encodes what may not stand in a URL (RFC 3986 section 2) and which net/url leaves alone in
// queries, and the apostrophe: the launchers of some systems put the address between quotes of their own.
func encode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c > '~' || strings.IndexByte("\"'<>\\^`{|}", c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// mailAddress composes a mailto URL (RFC 6068).
func mailAddress(to, subject, body string) (string, error) {
	if strings.ContainsAny(to, " ,;:<>()[]\"?&\\") || to != "" && strings.Count(to, "@") != 1 {
		return "", errMailbox
	}
	body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\n", "\r\n")
	address := "mailto:" + escape(to) + "?subject=" + escape(subject) + "&body=" + escape(body)
	address = strings.Replace(address, "%40", "@", 1)
	if len(address) > maxAddress {
		return "", errTooLong
	}
	return address, nil
}

// escape is url.QueryEscape for programs that don't know that a plus is a space, as RFC 6068 has it.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func literalLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && (a == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || a == netip.IPv6Loopback())
}
