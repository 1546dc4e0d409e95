package ledger

import (
	"slices"
	"strings"
)

// TypeCAA is the type of records that say who may issue; their value is the issuer's domain.
const TypeCAA = "CAA"

// Record is a record in the demo's DNS. A zone is a registered domain; there is one for every name.
type Record struct {
	Order string `json:"order"`
	Task  string `json:"task,omitempty"` // empty for CAA records
	Name  string `json:"name"`           // lower case, without the dot at the end
	Type  string `json:"type"`
	Value string `json:"value"`
	Where string `json:"where,omitempty"` // who has it; empty: everybody
}

// Who has a record.
const (
	AtServers = "servers" // the zone's own servers; resolvers still remember that there is nothing
	AtSome    = "some"    // the first of the zone's servers alone
	// Between is a record that everybody has; but somebody in between answers in place of all servers.
	Between = "between"
)

// File is a file in the demo's web.
type File struct {
	Order string `json:"order"`
	Task  string `json:"task"`
	Host  string `json:"host"`
	Path  string `json:"path"`
	Body  string `json:"body"`
}

// RecordsAt are the records of a name.
func (s *State) RecordsAt(name string) []Record {
	var list []Record
	for _, r := range s.Records {
		if r.Name == name && !slices.ContainsFunc(list, func(x Record) bool { return x.Type == r.Type && x.Value == r.Value }) {
			list = append(list, r)
		}
	}
	return list
}

// Below reports whether there are records below a name.
func (s *State) Below(name string) bool {
	return slices.ContainsFunc(s.Records, func(r Record) bool { return strings.HasSuffix(r.Name, "."+name) })
}

// IsHost reports whether a name is a computer of the demo: a registered domain, or a name that an order is
// about.
func (s *State) IsHost(name string) bool {
	if name == Registered(name) {
		return true
	}
	for _, o := range s.Orders {
		for _, n := range o.Names {
			if n.Value == name || o.target(n.Value) == name {
				return true
			}
		}
	}
	return false
}

// FileAt is what the demo's web has under an address.
func (s *State) FileAt(host, path string) (string, bool) {
	for i := len(s.Files) - 1; i >= 0; i-- {
		if f := s.Files[i]; f.Host == host && f.Path == path {
			return f.Body, true
		}
	}
	return "", false
}

// publish puts what a task asks for into the demo's DNS or web, as change has made of it.
func (c *Change) publish(o *Order, t *Task, change func(r []Record, f []File) ([]Record, []File)) {
	c.unpublish(o, t)
	var records []Record
	var files []File
	if r, ok := t.Record(t.Target); ok {
		records = []Record{r}
	} else {
		files = []File{t.File()}
	}
	records, files = change(records, files)
	for _, r := range records {
		r.Order, r.Task = o.ID, t.ID
		c.Records = append(c.Records, r)
	}
	for _, f := range files {
		f.Order, f.Task = o.ID, t.ID
		c.Files = append(c.Files, f)
	}
}

func (c *Change) unpublish(o *Order, t *Task) {
	c.Records = slices.DeleteFunc(c.Records, func(r Record) bool { return r.Order == o.ID && r.Task == t.ID })
	c.Files = slices.DeleteFunc(c.Files, func(f File) bool { return f.Order == o.ID && f.Task == t.ID })
}

// published reports whether anything is published for a task.
func (s *State) published(o *Order, t *Task) bool {
	return slices.ContainsFunc(s.Records, func(r Record) bool { return r.Order == o.ID && r.Task == t.ID }) ||
		slices.ContainsFunc(s.Files, func(f File) bool { return f.Order == o.ID && f.Task == t.ID })
}

// forbid has the zone of a name say that another authority alone may issue; allow takes that back.
func (c *Change) forbid(o *Order, name string) {
	c.allow(name)
	c.Records = append(c.Records, Record{Order: o.ID, Name: Registered(name), Type: TypeCAA, Value: "other-ca.invalid"})
}

func (c *Change) allow(name string) {
	zone := Registered(name)
	c.Records = slices.DeleteFunc(c.Records, func(r Record) bool { return r.Type == TypeCAA && r.Name == zone })
}

func (s *State) forbids(name string) bool {
	return slices.ContainsFunc(s.RecordsAt(Registered(name)), func(r Record) bool { return r.Type == TypeCAA })
}
