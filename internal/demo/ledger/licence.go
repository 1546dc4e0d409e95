package ledger

import (
	"crypto/sha256"
	"crypto/subtle"
	"strconv"
	"time"

	"certdesk/internal/seller/activationapi/wire"
)

// Names by which the demo introduces itself. Every one says that it is one.
const (
	ServiceName   = "Certdesk Demo Shop"
	AuthorityName = "Certdesk Demo Certificate Authority"
)

// CAAIdentity is the authority's name in CAA records (RFC 8659).
const CAAIdentity = "demo.certdesk.invalid"

// TermsID is the id of the agreement that every demo licence wants accepted.
const TermsID = "demo-terms-1"

// Offer is a licence that the demo has sold.
type Offer struct {
	Code    string // documented and short on purpose: there is nothing to protect
	ID      string
	About   string // id of one line about it
	Product wire.Product
	Comment string
	Further bool // one more licence of a product that has its own code already
	Begins  Preset
	Course  Course
	Manner  Manner
}

// Preset is what had become of a licence before the demo began. The zero Preset is a valid one.
type Preset struct {
	State   wire.LicenceState
	OrderID string // an order that was made elsewhere
	Note    string
	Expired bool // its time was over before the demo began
}

// Course is what an order goes through besides the proof of its names, the documents and the approval that
// its product wants.
type Course struct {
	Payment, Call, Check, Review bool
	Reject                       bool          // the authority says no in the end
	Slow                         time.Duration // the authority takes that long
}

// Manner is how the service treats the calls of a licence and its order.
type Manner string

// The manners. The empty one is the usual.
const (
	Slow   Manner = "slow"   // every answer takes its time
	Broken Manner = "broken" // the first of two equal calls fails
)

// How many licences there are: DEMO-MAIL, DEMO-MAIL-2, …, and of every other product that can be ordered.
const (
	MailLicences  = 20
	OtherLicences = 5
)

// Offers is the catalogue: all licences, the further ones after those that have the product's own code.
var Offers = offers()

func offers() []Offer {
	var list, further []Offer
	for _, o := range catalogue() {
		list = append(list, o)
		if o.Begins != (Preset{}) {
			continue
		}
		count := OtherLicences
		if o.Code == "DEMO-MAIL" {
			count = MailLicences
		}
		for n := 2; n <= count; n++ {
			further = append(further, o.again(o.Code+"-"+strconv.Itoa(n), o.ID+"-"+strconv.Itoa(n)))
		}
		if o.Code == "DEMO-MULTI" {
			further = append(further, o.again("DEMO-TLS-MULTI", "demo-licence-tls-multi"))
		}
	}
	return append(list, further...)
}

func (o Offer) again(code, id string) Offer {
	o.Code, o.ID, o.Comment, o.Further = code, id, "", true
	return o
}

// ByCode finds the licence of a code. It compares hashes and looks at every licence, so that the time it
// takes tells nothing about the code.
func ByCode(code []byte) (Offer, bool) {
	hash := sha256.Sum256(code)
	found := -1
	for i := range Offers {
		h := sha256.Sum256([]byte(Offers[i].Code))
		found = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(hash[:], h[:]), i, found)
	}
	if found < 0 {
		return Offer{}, false
	}
	return Offers[found], true
}

// OfferByID finds a licence by its id.
func OfferByID(id string) (Offer, bool) {
	for _, o := range Offers {
		if o.ID == id {
			return o, true
		}
	}
	return Offer{}, false
}

// Bought is the day on which a licence was bought.
func (s *State) Bought(o Offer) time.Time {
	if o.Begins.Expired {
		return s.Created.AddDate(-1, -1, 0)
	}
	return s.Created
}

// Expires is the last moment at which a licence can be used: a year after it was bought.
func (s *State) Expires(o Offer) time.Time { return s.Bought(o).AddDate(1, 0, 0) }

// Stands gives what has become of a licence by now.
func (s *State) Stands(o Offer, now time.Time) Licence {
	l, used := s.Licences[o.ID]
	if !used {
		l = Licence{State: o.Begins.State, OrderID: o.Begins.OrderID}
	}
	if l.State == "" {
		l.State = wire.LicenceStateValid
	}
	if l.State == wire.LicenceStateValid && now.After(s.Expires(o)) {
		l.State = wire.LicenceStateExpired
	}
	return l
}

func ptr[T any](v T) *T { return &v }
