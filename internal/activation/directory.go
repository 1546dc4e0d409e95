package activation

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"certdesk/assets"
	"certdesk/internal/order"
)

// SellerKind is how a seller's links and codes are redeemed.
type SellerKind string

// The kinds of seller.
const (
	SellerActivation SellerKind = "activation" // speaks the Activation API
	SellerACME       SellerKind = "acme"       // has an ACME directory for customers
	SellerWeb        SellerKind = "web"        // works in a browser
)

// Seller is one entry of the directory. Name is the seller's own, the same in every language.
type Seller struct {
	ID       string     `toml:"id"`
	Name     string     `toml:"name"`
	Homepage string     `toml:"homepage"`
	Hosts    []string   `toml:"hosts"` // A-labels; hosts below them count too
	Kind     SellerKind `toml:"kind"`
	Service  string     `toml:"service"` // what a ticket holds; [Demo] or empty
	// Directories are the addresses of its ACME directories for customers.
	Directories []string `toml:"directories"`
	Page        string   `toml:"page"` // where a code is entered in the browser; empty: at the first host
}

// Guide says how a page takes a request: its texts are "handoff.guide.ID.1" and so on.
type Guide struct {
	ID    string   `toml:"id"`
	Hosts []string `toml:"hosts"` // A-labels; hosts below them count too
	Paths []string `toml:"paths"` // ends of a path, in lower case, of shop software that anybody runs
	Steps int      `toml:"steps"`
}

// Directory is the list of known sellers.
type Directory struct {
	sellers []Seller
	guides  []Guide
}

// Builtin is the directory that comes with the program (assets/services.toml).
var Builtin = sync.OnceValue(func() *Directory {
	d, err := LoadDirectory(assets.Services)
	if err != nil {
		panic(err) // a file of the program itself, read in its tests
	}
	return d
})

// LoadDirectory reads a directory in the form of assets/services.toml and checks it whole: unknown keys,
// ids and hosts that stand twice, hosts that are no host names, homepages that are not https.
func LoadDirectory(data []byte) (*Directory, error) {
	var file struct {
		Seller []Seller `toml:"seller"`
		Guide  []Guide  `toml:"guide"`
	}
	meta, err := toml.NewDecoder(bytes.NewReader(data)).Decode(&file)
	if err != nil {
		return nil, fmt.Errorf("directory of sellers: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("directory of sellers: unknown key %v", extra)
	}
	seen := map[string]bool{}
	for _, s := range file.Seller {
		if err := s.check(seen); err != nil {
			return nil, fmt.Errorf("directory of sellers: %q: %w", s.ID, err)
		}
	}
	for _, g := range file.Guide {
		if g.ID == "" || seen["guide "+g.ID] || g.Steps < 1 || len(g.Hosts)+len(g.Paths) == 0 {
			return nil, fmt.Errorf("directory of sellers: guide %q", g.ID)
		}
		seen["guide "+g.ID] = true
	}
	return &Directory{sellers: file.Seller, guides: file.Guide}, nil
}

func (s Seller) check(seen map[string]bool) error {
	if s.ID == "" || s.Name == "" || seen[s.ID] {
		return fmt.Errorf("needs a name, and an id of its own")
	}
	seen[s.ID] = true
	switch s.Kind {
	case SellerActivation, SellerACME, SellerWeb:
	default:
		return fmt.Errorf("kind %q", s.Kind)
	}
	if s.Service != "" && s.Service != Demo {
		return fmt.Errorf("service %q", s.Service)
	}
	if s.Service == "" && len(s.Hosts) == 0 {
		return fmt.Errorf("needs a host")
	}
	if s.Homepage != "" && webAddress(s.Homepage, "", Host{}) == "" {
		return fmt.Errorf("homepage %q", s.Homepage)
	}
	for _, address := range s.Directories {
		if u := webAddress(address, "", Host{}); u != address || s.Kind != SellerACME || seen["directory "+address] {
			return fmt.Errorf("directory %q", address)
		}
		seen["directory "+address] = true
	}
	if s.Page != "" && webAddress(s.Page, "", Host{}) == "" {
		return fmt.Errorf("page %q", s.Page)
	}
	for _, h := range s.Hosts {
		d, bad := order.ParseDomain(h)
		if bad != "" || d.ASCII != h || d.PublicSuffix() || seen["host "+h] {
			return fmt.Errorf("host %q", h)
		}
		seen["host "+h] = true
	}
	return nil
}

// All is every known seller, in the order of the file.
func (d *Directory) All() []Seller { return append([]Seller(nil), d.sellers...) }

// ForCode is the sellers that a bare code can go to: those who speak the Activation API, then those whose codes
// are entered in the browser.
func (d *Directory) ForCode() []Seller {
	var out, web []Seller
	for _, s := range d.sellers {
		switch {
		case s.Kind == SellerActivation:
			out = append(out, s)
		case s.Kind == SellerWeb:
			web = append(web, s)
		}
	}
	return append(out, web...)
}

// Directories are the known directories of certificate authorities, each with the seller that has it.
func (d *Directory) Directories() []KnownDirectory {
	var out []KnownDirectory
	for _, s := range d.sellers {
		for _, address := range s.Directories {
			out = append(out, KnownDirectory{Seller: s.Name, Address: address})
		}
	}
	return out
}

// KnownDirectory is the directory of a certificate authority that can be asked with a key from its customers' pages.
type KnownDirectory struct{ Seller, Address string }

// isDirectory reports whether an address is one of the known ACME directories.
func (d *Directory) isDirectory(address string) bool {
	for _, s := range d.sellers {
		if slices.Contains(s.Directories, strings.TrimRight(address, "/")) {
			return true
		}
	}
	return false
}

// ByHost finds the seller to which a host (A-labels) belongs.
func (d *Directory) ByHost(ascii string) (Seller, bool) {
	for _, s := range d.sellers {
		for _, h := range s.Hosts {
			if ascii == h || strings.HasSuffix(ascii, "."+h) {
				return s, true
			}
		}
	}
	return Seller{}, false
}

// judge fills in what the directory says about a host.
func (d *Directory) judge(h Host) Host {
	if h.IP {
		return h
	}
	if s, ok := d.ByHost(h.ASCII); ok {
		h.Known, h.Web = s.Name, s.Kind == SellerWeb || d.hasGuide(h.ASCII)
		return h
	}
	for _, s := range d.sellers {
		for _, known := range s.Hosts {
			if resembles(h, known) {
				h.LooksLike = known
				return h
			}
		}
	}
	return h
}

// Shorter names than these are too common to call a resemblance.
const (
	minWord    = 5 // as a word of the host: "swisssign.example.ch", "swisssign-login.example"
	minMistype = 7 // with one letter wrong: "digicerd.com"
)

// resembles reports whether a host that is not known looks like it: the known name written with other
// letters, under another ending, with one letter wrong, or as a part of a longer host.
func resembles(h Host, known string) bool {
	name := strings.ToLower(strings.TrimSuffix(h.Display, ":"+h.Port))
	if strings.Contains("."+name+".", "."+known+".") {
		return true
	}
	word, ending, _ := strings.Cut(known, ".")
	own, ownEnding, _ := strings.Cut(h.Registered, ".")
	if skeleton(own) == skeleton(word) && (len(word) >= minWord || ownEnding == ending) {
		return true
	}
	if len(word) >= minMistype && oneApart(own, word) {
		return true
	}
	if len(word) < minWord {
		return false
	}
	for _, label := range strings.Split(name, ".") {
		for _, part := range append(strings.Split(label, "-"), label) {
			if skeleton(part) == skeleton(word) {
				return true
			}
		}
	}
	return false
}
