package activation

import (
	"net/url"
	"strings"

	"certdesk/internal/fault"
)

// web stands before the origin in the service of what is ordered on a page in the browser.
const web = "web:"

// InBrowser is the ticket for the same page in the customer's browser. One that leads to no page, as that of the demo
// or of a directory, stays as it is.
func (t Ticket) InBrowser() Ticket {
	if strings.HasPrefix(t.Service, "http") {
		t.Service = web + t.Service
	}
	return t
}

// IsWeb reports whether a service is a page in the browser.
func IsWeb(service string) bool { return strings.HasPrefix(service, web) }

// PageOrigin is the origin of the page of a service in the browser; empty for any other service.
func PageOrigin(service string) string {
	origin, ok := strings.CutPrefix(service, web)
	if !ok {
		return ""
	}
	return origin
}

// ParsePage reads a text that is one link, with or without a code in it, for a page in the browser. Its errors
// are those of [Parser.Parse].
func (p Parser) ParsePage(text string, from Origin) (Reading, error) {
	if len(text) > maxText {
		return Reading{}, fault.New(fault.TextTooLong, nil)
	}
	if holdsPrivateKey(text) {
		return Reading{}, fault.New(fault.TextPrivateKey, nil)
	}
	text = once(readable(text))
	link, ok := wholeLink(text)
	if !ok {
		if links := findLinks(text); len(links) == 1 {
			link, ok = links[0], true
		}
	}
	if !ok {
		if link, ok = bareLink(text); !ok {
			return Reading{}, fault.New(fault.TextNoLink, nil)
		}
	}
	r, err := p.readAddress(link, from)
	if err != nil {
		return Reading{}, err
	}
	if r.Ticket.Service == Demo {
		return Reading{}, fault.New(fault.LinkNoCode, nil)
	}
	return r, nil
}

// NameOf is what the seller at an origin is called: the directory's name, or the host as people read it.
func (d *Directory) NameOf(origin string) (name, homepage string) {
	_, h, err := ParseOrigin(origin)
	if err != nil {
		return "", ""
	}
	if s, ok := d.ByHost(h.ASCII); ok && !h.IP {
		return s.Name, s.Homepage
	}
	return h.Display, ""
}

// hasGuide reports whether it is known how the pages of a host take a request.
func (d *Directory) hasGuide(ascii string) bool {
	for _, g := range d.guides {
		for _, h := range g.Hosts {
			if ascii == h || strings.HasSuffix(ascii, "."+h) {
				return true
			}
		}
	}
	return false
}

// GuideFor finds what is known of how a page takes a request: by its host, or else by its path.
func (d *Directory) GuideFor(page *url.URL) (Guide, bool) {
	host := strings.ToLower(page.Hostname())
	for _, g := range d.guides {
		for _, h := range g.Hosts {
			if host == h || strings.HasSuffix(host, "."+h) {
				return g, true
			}
		}
	}
	return d.byPath(page)
}

// byPath finds the shop software whose page this is.
func (d *Directory) byPath(page *url.URL) (Guide, bool) {
	path := strings.ToLower(strings.TrimRight(page.Path, "/"))
	for _, g := range d.guides {
		for _, end := range g.Paths {
			if strings.HasSuffix(path, end) {
				return g, true
			}
		}
	}
	return Guide{}, false
}

// Guides is every guide, for the test that counts words.
func (d *Directory) Guides() []Guide { return append([]Guide(nil), d.guides...) }
