package activation

import "certdesk/internal/fault"

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
	ACME    Kind = "acme"    // an account with a certificate authority's directory: Account; Host is the directory's
)

// Reading is what a text says. Nothing in it but Ticket holds the code.
type Reading struct {
	Kind        Kind
	Ticket      Ticket
	Host        Host      // where the link leads; zero for a code
	FromWrapper string    // the host of the mail scanner whose wrapper was undone; empty: none
	Candidates  []Reading // for Several: readings of kind Link, in the order of the text
	Account     *Account  // for ACME
	// Shown is the host that the text on the link shows, where it is another than the one it leads to.
	Shown string
	// Says is what stands on the link or before it, to tell several apart. It holds nothing that could be a
	// code. Text from outside.
	Says string
	// RequiresTick says that "Continue" is not yes enough: the host mixes alphabets or resembles a
	// well-known one.
	RequiresTick bool

	sure bool // the code stands where codes stand
}

// Together makes one reading of those of several e-mails: the same link in two of them is one. Of bare codes
// without a link to go with them, one may be among them.
func Together(all []Reading) (Reading, error) {
	var links, codes []Reading
	for _, r := range all {
		switch r.Kind {
		case Several:
			for _, c := range r.Candidates {
				links = appendNew(links, c)
			}
		case Code:
			codes = appendNew(codes, r)
		default:
			links = appendNew(links, r)
		}
	}
	switch {
	case len(links) == 0 && len(codes) == 1:
		return codes[0], nil
	case len(links) == 1:
		return links[0], nil
	case len(links) > maxCandidates, len(links) == 0:
		return Reading{}, fault.New(fault.TextManyLinks, nil, "n", len(links)+len(codes))
	}
	return Reading{Kind: Several, Candidates: links}, nil
}
