package proof

import (
	"time"

	"certdesk/internal/i18n"
)

// State is what a look came to, in a word.
type State string

// The states of a look. The order in which they are tried is that of the diagnosis.
const (
	Right      State = "right"
	Missing    State = "missing"     // nothing there yet
	Doubled    State = "doubled"     // the record stands at NAME.ZONE: the panel has added the zone
	Misplaced  State = "misplaced"   // the record stands at another name of the domain
	WrongValue State = "wrong-value" // something else stands there
	WrongType  State = "wrong-type"  // a CNAME where a TXT belongs, or the other way round
	Forbidden  State = "forbidden"   // CAA does not allow this authority
	Cached     State = "cached"      // right at the zone's own name servers; a resolver still has an old answer
	Disagree   State = "disagree"    // some of the zone's name servers have it, others don't
	Inside     State = "inside"      // right in the network of this computer, not in the public DNS
	Bogus      State = "bogus"       // the zone's signatures (DNSSEC) are wrong
	Lame       State = "lame"        // besides: name servers that don't answer, or not for the zone
	NoWay      State = "no-way"      // besides: the zone's name servers can't be asked from here
	Unallowed  State = "unallowed"   // an e-mail goes to an address that is none of the allowed
	Elsewhere  State = "elsewhere"   // the website sends us on, and the file is not there
	WebPage    State = "web-page"    // a web page where the file belongs
	NoAnswer   State = "no-answer"
	NotLooked  State = "not-looked" // an e-mail, or an instruction that is not about the name
)

// Finding is one thing that was seen: a sentence, what to do, and what helps with it.
type Finding struct {
	State State
	Saw   i18n.Message
	Do    i18n.Message
	// Got is the value that stands there where another belongs; Want the right one. Only with WrongValue.
	Got, Want string
	// Add is a record to add besides, with Forbidden.
	Add *Record
	// Heard is what single name servers say, where they differ.
	Heard []Heard
	// Switch says that a second resolver which is asked over HTTPS would see more: to be offered.
	Switch bool
}

// Heard is what a name server says.
type Heard struct {
	Host, Address string // Address is empty for a name server that has none
	Says          i18n.Message
}

// Record is a record to add.
type Record struct {
	Relative, Full, Type, Value string
}

// Result is what a look at one task came to.
type Result struct {
	Task  string
	Zone  string // in which the name lies, as far as it was found out
	At    time.Time
	State State // of the first finding; NotLooked without one
	// Findings are the things to say, the most important first.
	Findings []Finding
	// Fine are further things that were looked at and are in order.
	Fine []i18n.Message
}

// OK reports whether everything that was looked at is right.
func (r Result) OK() bool { return r.State == Right }

// Ripe reports whether it is worth asking the authority: it may see what is right even where a resolver of ours
// still has an old answer.
func (r Result) Ripe() bool { return r.State == Right || r.State == Cached }

func found(s State, saw, do i18n.Message) Finding { return Finding{State: s, Saw: saw, Do: do} }
