package activation

// Origin is how a text got here; it decides what is allowed.
type Origin int

// The ways in. A link that others can put before a person (a certdesk: link on a web page, an e-mail) may
// do less than one that the person handled.
const (
	Typed       Origin = iota // into the field of step 1
	Pasted                    // into the field of step 1
	CommandLine               // an argument of the program
	Scheme                    // certdesk:, handed over by the operating system
	Email                     // a saved e-mail that was dropped
)

// loopback reports whether plain http to this computer is allowed: only for what a person handled.
func (o Origin) loopback() bool { return o == Typed || o == Pasted || o == CommandLine }

// Kind is what a text turned out to be.
type Kind string

// The kinds of reading.
const (
	Link    Kind = "link"    // one link with a code: Ticket and Host are filled in
	Code    Kind = "code"    // a bare code; Ticket.Service is empty until the seller is chosen, or [Demo]
	Several Kind = "several" // several links that could be meant: Candidates, the person chooses
)

// Reading is what a text says. Nothing in it but Ticket holds the code.
type Reading struct {
	Kind        Kind
	Ticket      Ticket
	Host        Host      // where the link leads; zero for a code
	FromWrapper string    // the host of the mail scanner whose wrapper was undone; empty: none
	Candidates  []Reading // for Several: readings of kind Link, in the order of the text
	// RequiresTick says that "Continue" is not yes enough: the host mixes alphabets or resembles a
	// well-known one.
	RequiresTick bool

	sure bool // the code stands where codes stand
}
