package order

import "strings"

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
	seen := map[string]bool{}
	for line := range strings.Lines(a.Domains) {
		line = strings.TrimSpace(line)
		bare, wild := strings.CutPrefix(line, "*.")
		d, wrong := ParseDomain(bare)
		if wrong != "" {
			continue
		}
		name := d.ASCII
		if wild {
			name = "*." + name
		}
		if !seen[name] {
			seen[name] = true
			out = append(out, Name{Type: "dns", Value: name})
		}
	}
	return out
}

// WWWPairs are those of the requested names that bring their www (or bare) counterpart along free of charge.
func (l Licence) WWWPairs(a Application) []string {
	if l.Product.Names.WWW != "free_pair" || a.WithoutWWW {
		return nil
	}
	var out []string
	for _, n := range l.RequestedNames(a) {
		if n.Type == "dns" && Counterpart(n.Value) != "" {
			out = append(out, n.Value)
		}
	}
	return out
}

// Counterpart is the www name of a bare registered domain, and the bare one of its www name; empty for every
// other name.
func Counterpart(name string) string {
	if bare, ok := strings.CutPrefix(name, "www."); ok {
		if d := (Domain{ASCII: bare}); d.Registered().ASCII == bare {
			return bare
		}
		return ""
	}
	if d := (Domain{ASCII: name}); d.Registered().ASCII == name {
		return "www." + name
	}
	return ""
}
