package proof

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"certdesk/internal/order"
)

// Kind is the way in which a name is proved.
type Kind string

// The kinds of instruction.
const (
	DNS   Kind = "dns"
	File  Kind = "file"
	Mail  Kind = "mail"
	Other Kind = "other" // something that this app has no words for
)

// The methods of a task, as the Activation API names them.
const (
	MethodTXT   = "dns_txt"
	MethodCNAME = "dns_cname"
	MethodFile  = "http_file"
	MethodMail  = "email"
)

// Trouble is why an instruction is neither looked up nor offered for copying.
type Trouble string

// The troubles of an instruction.
const (
	NoTrouble Trouble = ""
	Foreign   Trouble = "foreign" // it is about another name than the task's
	Unusable  Trouble = "unusable"
)

// Instruction is what has to be done to prove a name.
type Instruction struct {
	Task    string
	Kind    Kind
	Trouble Trouble
	Target  string   // the name to prove, in A-labels, as the service wrote it: maybe with "*." in front
	Proves  []string // the names of the certificate that this proof covers, the target first where it is one

	// For DNS. All names in A-labels, lower case, without the final dot.
	Zone     string // the registered domain
	Relative string // the record's name in that zone, as most panels want it; "@" is the zone itself
	Full     string
	Type     string // TXT or CNAME
	Value    string
	TTL      int // seconds; 0: not said
	// Also are further names at which the record is as good: those of the parents, where the service accepts
	// them.
	Also []string

	// For a file.
	URL    string
	Folder string // "/.well-known/pki-validation/"
	File   string // "fileauth.txt"
	Body   string

	// For an e-mail.
	Email   string
	Allowed []string
	SentAt  *time.Time
}

// Title is the name that the proof is about, as the certificate holds it: for the wildcard of a domain that is
// not in the certificate itself, the wildcard.
func (i Instruction) Title() string { return i.Proves[0] }

// Name is the target without its wildcard.
func (i Instruction) Name() string { return strings.TrimPrefix(i.Target, "*.") }

// Usable reports whether the instruction can be followed: it is about the task's own name, and known.
func (i Instruction) Usable() bool { return i.Trouble == NoTrouble && i.Kind != Other }

// at is the name at which the proof stands.
func (i Instruction) at() string {
	if i.Kind == DNS {
		return i.Full
	}
	return i.Name()
}

// Within is the instruction with its record's name relative to a zone that was found: a part of a domain may
// be a zone of its own. A zone that the record does not lie in, or beyond the registered domain, changes
// nothing.
func (i Instruction) Within(zone string) Instruction {
	if i.Kind == DNS && i.Trouble == NoTrouble && (i.Full == zone || below(i.Full, zone)) && (zone == i.Zone || below(zone, i.Zone)) {
		i.Zone, i.Relative = zone, relative(i.Full, zone)
	}
	return i
}

// made reports whether the record's name was made for the proof: nothing else stands there then.
func (i Instruction) made() bool { return strings.HasPrefix(i.Full, "_") || below(i.Full, i.Name()) }

// Read makes an instruction of a task.
func Read(t order.Task) Instruction {
	in := t.Instruction
	i := Instruction{Task: t.ID, Target: strings.ToLower(strings.TrimSuffix(t.Target, ".")), Kind: Other, Trouble: Unusable}
	i.Proves = proves(i.Target, t.Covers)
	i.Zone = order.Domain{ASCII: i.Name()}.Registered().ASCII
	switch in.Type {
	case "dns":
		i.readRecord(in, t.Accepts == "parent")
	case "http_file":
		i.readFile(in)
	case "email":
		i.Kind, i.Trouble = Mail, NoTrouble
		i.Email, i.Allowed, i.SentAt = in.Email, in.Allowed, in.SentAt
	}
	return i
}

// proves lists what a proof covers, each once; the target alone where the service does not say.
func proves(target string, covers []string) []string {
	var out []string
	for _, c := range covers {
		c = strings.ToLower(strings.TrimSuffix(c, "."))
		if c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	if k := slices.Index(out, target); k > 0 {
		out = slices.Insert(slices.Delete(out, k, k+1), 0, target)
	}
	if len(out) == 0 {
		out = []string{target}
	}
	return out
}

func (i *Instruction) readRecord(in order.Instruction, parents bool) {
	i.Kind = DNS
	i.Type = strings.ToUpper(in.RecordType)
	i.Full = strings.ToLower(strings.TrimSuffix(in.RecordName, "."))
	i.Value, i.TTL = in.RecordValue, max(0, in.TTL)
	switch {
	case i.Zone == "" || !isName(i.Full):
		i.Trouble = Unusable
	case !about(i.Full, i.Name(), i.Zone):
		i.Trouble = Foreign
	case i.Type != "TXT" && i.Type != "CNAME" || i.Value == "" || i.Type == "CNAME" && !isName(strings.ToLower(strings.TrimSuffix(i.Value, "."))):
		i.Trouble = Unusable
	default:
		i.Trouble = NoTrouble
	}
	i.Relative = relative(i.Full, i.Zone)
	if prefix, ok := strings.CutSuffix("."+i.Full, "."+i.Name()); ok && i.Trouble == NoTrouble && parents {
		for at := i.Name(); at != i.Zone; {
			_, at, _ = strings.Cut(at, ".")
			i.Also = append(i.Also, strings.TrimPrefix(prefix+"."+at, "."))
		}
	}
}

// about reports whether a record's name is the target, below it, or a parent of it down to the registered
// domain.
func about(record, target, zone string) bool {
	if target == "" || zone == "" {
		return false
	}
	return record == target || below(record, target) || below(target, record) && (record == zone || below(record, zone))
}

func below(name, parent string) bool { return strings.HasSuffix(name, "."+parent) }

// relative is how a panel that adds the zone by itself wants a name.
func relative(full, zone string) string {
	if full == zone {
		return "@"
	}
	return strings.TrimSuffix(full, "."+zone)
}

// isName reports whether a text can be the name of a record: labels of letters, digits, hyphens and
// underscores, within the lengths of RFC 1035 2.3.4.
func isName(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for k := range len(label) {
			c := label[k]
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

func (i *Instruction) readFile(in order.Instruction) {
	i.Kind, i.URL, i.Body = File, in.URL, in.Body
	u, err := url.Parse(in.URL)
	if err != nil || u.Opaque != "" || u.Hostname() == "" {
		return
	}
	switch {
	case !strings.EqualFold(u.Hostname(), i.Target): // a wildcard has no website of its own (CA/B BR 3.2.2.4.18)
		i.Trouble = Foreign
		return
	case u.Scheme != "http" && u.Scheme != "https", u.Port() != "" && u.Port() != "80" && u.Port() != "443", u.User != nil:
		i.Trouble = Foreign
		return
	case u.RawQuery != "", u.Fragment != "", strings.HasSuffix(u.Path, "/"), path.Clean(u.Path) != u.Path, in.Body == "":
		return // no file that somebody could put there
	}
	i.Trouble = NoTrouble
	i.Folder, i.File = path.Split(u.Path)
}

func isWildcard(name string) bool { return strings.HasPrefix(name, "*.") }

// Methods are those of a task's methods that can be chosen, the recommended one first: DNS, then a file
// (never for a wildcard), then e-mail (which ends for websites in March 2028, CA/B ballot SC-090).
func Methods(t order.Task) []string {
	var out []string
	for _, m := range []string{MethodTXT, MethodCNAME, MethodFile, MethodMail} {
		if m == MethodFile && slices.ContainsFunc(append([]string{t.Target}, t.Covers...), isWildcard) {
			continue
		}
		if slices.Contains(t.Methods, m) || t.Method == m {
			out = append(out, m)
		}
	}
	return out
}
