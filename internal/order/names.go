package order

import (
	"slices"
	"strings"
)

// RequestedNames are the names that the certificate will hold, as they are sent: the mailbox, or the hosts in
// A-labels, a wildcard with "*." in front, each once. The free www counterparts are not among them; see
// [Licence.WWWPairs]. What can't be read is left out: [Licence.CheckApplication] says so.
func (l Licence) RequestedNames(a Application) []Name {
	var out []Name
	if l.WantsMailbox() {
		if m, p := ParseMailbox(a.Mailbox); p == nil || p.Kind == Note {
			out = append(out, Name{Type: "email", Value: m.String()})
		}
		return out
	}
	for _, name := range l.ReadDomains(a).Names {
		out = append(out, Name{Type: "dns", Value: name})
	}
	return out
}

// WWWPairs are those of the requested names that bring their www (or bare) counterpart along free of charge.
func (l Licence) WWWPairs(a Application) []string {
	if l.WantsMailbox() {
		return nil
	}
	return l.ReadDomains(a).Pairs
}

// CertifiedNames are all names that the certificate will hold: those asked for, each followed by its free
// counterpart. They are what the request asks for, too.
func (l Licence) CertifiedNames(a Application) []Name {
	if l.WantsMailbox() {
		return l.RequestedNames(a)
	}
	list := l.ReadDomains(a)
	brings, seen := map[string]bool{}, map[string]bool{}
	for _, p := range list.Pairs {
		brings[p] = true
	}
	var out []Name
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			out = append(out, Name{Type: "dns", Value: name})
		}
	}
	for _, name := range list.Names {
		add(name)
		if brings[name] {
			add(Counterpart(name))
		}
	}
	return out
}

// WithoutPairs leaves out of names the www ones whose bare counterpart is among them, where that brings them along
// free of charge.
func (l Licence) WithoutPairs(names []string) []string {
	if l.Product.Names.WWW != "free_pair" {
		return names
	}
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool {
		return strings.HasPrefix(n, "www.") && Counterpart(n) != "" && slices.Contains(names, Counterpart(n))
	})
}

// Counterpart is "www." with a name, and the rest of a name that begins with it: visitors type either. It is
// empty for a wildcard, whose star stands for www already, and where there is none.
func Counterpart(name string) string {
	if strings.HasPrefix(name, "*.") {
		return ""
	}
	if bare, ok := strings.CutPrefix(name, "www."); ok {
		if !strings.Contains(bare, ".") || (Domain{ASCII: bare}).PublicSuffix() {
			return ""
		}
		return bare
	}
	if name == "" || len(name)+len("www.") > maxDomain {
		return ""
	}
	return "www." + name
}

// WantsDomains reports whether the certificate, or the service, is for websites.
func (l Licence) WantsDomains() bool {
	if l.WantsMailbox() {
		return false
	}
	for _, kind := range l.Product.Names.Kinds {
		if kind == "dns" {
			return true
		}
	}
	return l.Product.Type == TLS
}

// DisplayName is a name as people read it; what can't be read stays as it is.
func DisplayName(name string) string {
	bare, wild := strings.CutPrefix(name, "*.")
	d, wrong := ParseDomain(bare)
	switch {
	case wrong != "":
		return name
	case wild:
		return "*." + d.Display
	}
	return d.Display
}
