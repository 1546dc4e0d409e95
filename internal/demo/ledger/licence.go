package ledger

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"time"

	"certdesk/internal/seller/activationapi/wire"
)

// Names by which the demo introduces itself. Every one says that it is one.
const (
	ServiceName   = "Certdesk Demo Shop"
	AuthorityName = "Certdesk Demo Certificate Authority"
)

// TermsID is the id of the agreement that every demo licence wants accepted.
const TermsID = "demo-terms-1"

// Offer is a licence that the demo has sold.
type Offer struct {
	Code    string // documented and short on purpose: there is nothing to protect
	ID      string
	Product wire.Product
	Comment string
	Further bool // one more licence of a product that has its own code already
}

// MailLicences is how many licences of DEMO-MAIL there are: DEMO-MAIL, DEMO-MAIL-2, DEMO-MAIL-3, …
const MailLicences = 20

// Offers is the catalogue. A further code is a further line here, with its product beside [mailProduct].
var Offers = offers()

func offers() []Offer {
	list := []Offer{{Code: "DEMO-MAIL", ID: "demo-licence-mail", Product: mailProduct(), Comment: "For Anna's new laptop"}}
	for n := 2; n <= MailLicences; n++ {
		list = append(list, Offer{
			Code: fmt.Sprintf("DEMO-MAIL-%d", n), ID: fmt.Sprintf("demo-licence-mail-%d", n), Product: mailProduct(), Further: true,
		})
	}
	return list
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

// Expires is the last moment at which a licence of this demo can be used: a year after it was bought.
func (s *State) Expires() time.Time { return s.Created.AddDate(1, 0, 0) }

func mailProduct() wire.Product {
	return wire.Product{
		ID:                      "demo-mail-silver",
		Name:                    "E-Mail ID Silver (Demo)",
		Type:                    wire.ProductTypeSMIME,
		Validation:              ptr(wire.ValidationMailbox),
		Term:                    wire.TermLength{Months: ptr(12)},
		CertificateLifetimeDays: ptr(365),
		Names: wire.NameRules{
			Kinds: []wire.NameKind{wire.NameKindEmail}, Min: 1, Max: 1,
			Wildcard: ptr(wire.WildcardNo), WWW: ptr(wire.WWWRuleNone), IDN: ptr(true),
		},
		// Asked for as a shop asks; the certificate names the mailbox alone (S/MIME Baseline Requirements,
		// 7.1.4.2.3). 64 characters: the same, 7.1.4.2.2.
		SubjectFields: []wire.SubjectField{
			{Field: wire.SubjectFieldNameGivenName, Required: wire.NeedYes, Max: ptr(64)},
			{Field: wire.SubjectFieldNameSurname, Required: wire.NeedYes, Max: ptr(64)},
		},
		Keys: []wire.KeyRule{
			{Algorithm: wire.KeyAlgorithmRSA, Sizes: []int{3072, 4096, 2048}},
			{Algorithm: wire.KeyAlgorithmECDSA, Sizes: []int{256, 384}},
		},
		KeyStorage:   ptr(wire.KeyStorageSoftware),
		ProofMethods: []wire.ProofMethod{wire.ProofMethodEmail},
		Expected:     wire.ExpectedTime{MinMinutes: 0, MaxMinutes: 3},
	}
}

func ptr[T any](v T) *T { return &v }
