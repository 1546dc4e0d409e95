package activation

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
)

// Limits of a discovery document. What is longer is cut or dropped; a service of tomorrow may say more
// than we show.
const (
	maxDiscovery = 1 << 20 // octets, as for every answer of a service
	maxName      = 80      // runes
	maxSupport   = 20      // entries
	maxLanguages = 20
	maxPattern   = 200 // octets
)

// apiVersion is the version of the Activation API that this program speaks.
const apiVersion = 1

// Discovery is what a service says of itself at /.well-known/certificate-activation. Name, Homepage and
// Support are text from outside, cleaned and cut for display.
type Discovery struct {
	Name     string // what the service calls itself; its host when it has no name
	Homepage string // https, or empty
	Support  []Support

	Endpoint     string // where the calls go; ends in "/"
	EndpointHost Host
	Elsewhere    bool // the endpoint's host is not the link's (but of the same registered name): show it

	CodeRule   string         // where the code stands in an activation link: see [CodeFrom]; empty: not said
	AccessRule string         // the same for the link of an access code
	Pattern    *regexp.Regexp // what a whole code looks like, anchored; nil: not said
}

// Support is one way to reach the seller.
type Support struct {
	Region    string
	Languages []string
	Phone     string
	Email     string
	Chat      string
	URL       string
	Hours     string
}

// wireDiscovery is the document as it comes. Unknown members are a later version's and are passed over.
type wireDiscovery struct {
	Service struct {
		Name     string        `json:"name"`
		Homepage string        `json:"homepage"`
		Support  []wireSupport `json:"support"`
	} `json:"service"`
	Endpoint string `json:"endpoint"`
	Links    struct {
		Activation string `json:"activation"`
		Access     string `json:"access"`
	} `json:"links"`
	Code struct {
		Pattern string `json:"pattern"`
	} `json:"code"`
}

type wireSupport struct {
	Region    string   `json:"region"`
	Languages []string `json:"languages"`
	Phone     string   `json:"phone"`
	Email     string   `json:"email"`
	Chat      string   `json:"chat"`
	URL       string   `json:"url"`
	Hours     string   `json:"hours"`
}

// ParseDiscovery judges the body of a 2xx answer of the service at origin, the origin of the customer's
// link (not of what it redirected to).
//
// Its errors are faults: ServiceWebOnly (no JSON object: a web page, so a hand-off), ServiceNewer (a later
// version of the protocol), ServiceElsewhere (the endpoint is not the link's host, nor of its registered
// domain, nor for an IP address the same address and port), ServiceBroken (JSON that does not follow the
// protocol), ServiceOversize; each has the argument host. A bad origin gives the fault of [ParseOrigin].
func ParseDiscovery(body []byte, origin string) (Discovery, error) {
	origin, host, err := ParseOrigin(origin)
	if err != nil {
		return Discovery{}, err
	}
	says := func(c fault.Code) error { return fault.New(c, nil, "host", host.Display) }
	if len(body) > maxDiscovery {
		return Discovery{}, says(fault.ServiceOversize)
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if start := bytes.TrimLeft(body, " \t\r\n"); len(start) == 0 || start[0] != '{' {
		return Discovery{}, says(fault.ServiceWebOnly)
	}
	if code := versionOf(body); code != "" {
		return Discovery{}, says(code)
	}
	var w wireDiscovery
	if err := json.Unmarshal(body, &w); err != nil {
		return Discovery{}, says(fault.ServiceBroken)
	}
	d := Discovery{
		Name:       i18n.Clean(w.Service.Name, maxName),
		Homepage:   webAddress(w.Service.Homepage, origin, host),
		Support:    supportOf(w.Service.Support, origin, host),
		CodeRule:   ruleOf(w.Links.Activation),
		AccessRule: ruleOf(w.Links.Access),
		Pattern:    patternOf(w.Code.Pattern),
	}
	if d.Name == "" {
		d.Name = host.Display
	}
	var code fault.Code
	if d.Endpoint, d.EndpointHost, code = endpointOf(w.Endpoint, origin, host); code != "" {
		return Discovery{}, says(code)
	}
	d.Elsewhere = d.EndpointHost.ASCII != host.ASCII
	return d, nil
}

// versionOf reads the version before anything else, since a later one may give the rest other types.
func versionOf(body []byte) fault.Code {
	var v struct {
		APIVersion *json.Number `json:"api_version"`
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil || v.APIVersion == nil {
		return fault.ServiceBroken
	}
	n, err := v.APIVersion.Int64()
	switch {
	case err != nil || n < apiVersion:
		return fault.ServiceBroken
	case n > apiVersion:
		return fault.ServiceNewer
	}
	return ""
}

// endpointOf holds the rules of the endpoint; origin and host are the link's.
func endpointOf(text, origin string, host Host) (string, Host, fault.Code) {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.Host == "" || len(text) > maxLink || strings.ContainsAny(text, `\`) {
		return "", Host{}, fault.ServiceBroken
	}
	if u.User != nil || strings.ContainsAny(text, "?#") {
		return "", Host{}, fault.ServiceBroken
	}
	h, err := hostOf(u)
	if err != nil {
		return "", Host{}, fault.ServiceBroken
	}
	// A test service on this computer may stay on plain http, at its own address and port.
	if u.Scheme != "https" && h.origin(u.Scheme) != origin {
		return "", Host{}, fault.ServiceElsewhere
	}
	if !h.same(host) || (h.IP && h.origin(u.Scheme) != origin) {
		return "", Host{}, fault.ServiceElsewhere
	}
	path := u.EscapedPath()
	for _, segment := range strings.Split(u.Path, "/") {
		if segment == "." || segment == ".." {
			return "", Host{}, fault.ServiceBroken
		}
	}
	return h.origin(u.Scheme) + "/" + strings.TrimPrefix(strings.TrimSuffix(path, "/")+"/", "/"), h, ""
}

// webAddress gives an https address that can be shown and opened, or nothing. A service on this computer may
// name pages of its own by plain http.
func webAddress(text, origin string, host Host) string {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxLink || u.User != nil || u.Opaque != "" {
		return ""
	}
	if own := host.Loopback && u.Scheme+"://"+u.Host == origin; u.Scheme != "https" && !own {
		return ""
	}
	if _, err := hostOf(u); err != nil || i18n.Clean(text, maxLink) != text {
		return ""
	}
	return u.String()
}

func supportOf(in []wireSupport, origin string, host Host) []Support {
	var out []Support
	for _, s := range in[:min(len(in), maxSupport)] {
		t := Support{
			Region: i18n.Clean(s.Region, 40),
			Phone:  i18n.Clean(s.Phone, 32),
			Email:  i18n.Clean(s.Email, 254),
			Chat:   webAddress(s.Chat, origin, host),
			URL:    webAddress(s.URL, origin, host),
			Hours:  i18n.Clean(s.Hours, 120),
		}
		for _, l := range s.Languages[:min(len(s.Languages), maxLanguages)] {
			if l = i18n.Clean(l, 35); l != "" { // RFC 5646 4.4.1: at least 35 characters must be held
				t.Languages = append(t.Languages, l)
			}
		}
		if t.Phone != "" || t.Email != "" || t.Chat != "" || t.URL != "" {
			out = append(out, t)
		}
	}
	return out
}

// ruleOf keeps a rule that [CodeFrom] knows; any other is a later version's, and the best guess stands.
func ruleOf(rule string) string {
	if rule == ruleFragment || rule == rulePathLast {
		return rule
	}
	if name, ok := cutRule(rule); ok && len(name) <= 64 {
		return rule
	}
	return ""
}

// patternOf compiles a service's pattern. Go's engine runs in linear time whatever the pattern, so only
// its length is limited; one that does not compile is passed over.
func patternOf(p string) *regexp.Regexp {
	if p == "" || len(p) > maxPattern {
		return nil
	}
	if _, err := regexp.Compile(p); err != nil { // by itself, so that no ")|(" gets out of the anchors
		return nil
	}
	re, err := regexp.Compile(`\A(?:` + p + `)\z`)
	if err != nil {
		return nil
	}
	return re
}
