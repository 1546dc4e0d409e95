package order

import "time"

// LicenceState is what can be done with a licence. Values that a later service invents are kept as they
// come and treated like [LicenceOther].
type LicenceState string

// The states of a licence.
const (
	LicenceValid     LicenceState = "valid"
	LicenceReserved  LicenceState = "reserved"
	LicenceConsumed  LicenceState = "consumed"
	LicencePending   LicenceState = "pending"
	LicenceDelegated LicenceState = "delegated"
	LicenceExpired   LicenceState = "expired"
	LicenceCancelled LicenceState = "cancelled"
	LicenceOther     LicenceState = "other"
)

// ProductType is what kind of certificate a licence entitles to.
type ProductType string

// The kinds of product.
const (
	TLS         ProductType = "tls"
	SMIME       ProductType = "smime"
	CodeSigning ProductType = "code_signing"
	SiteService ProductType = "site_service"
)

// Validation is what the certificate authority checks before it issues.
type Validation string

// The kinds of validation.
const (
	ValidationDomain       Validation = "domain"
	ValidationOrganization Validation = "organization"
	ValidationExtended     Validation = "extended"
	ValidationMailbox      Validation = "mailbox"
	ValidationIndividual   Validation = "individual"
	ValidationSponsor      Validation = "sponsor"
)

// Need says whether a field must be filled in. [NeedOrganization] means: when the certificate names an
// organization.
type Need string

// The needs of a field.
const (
	NeedYes          Need = "yes"
	NeedNo           Need = "no"
	NeedOrganization Need = "organization"
)

// Licence is what a code entitles to, as the seller tells it.
type Licence struct {
	ID                string       `json:"id"`
	State             LicenceState `json:"state"`
	StateNote         string       `json:"state_note,omitempty"` // text from outside
	Product           Product      `json:"product"`
	SellerName        string       `json:"seller_name"`
	Purchase          Purchase     `json:"purchase"`
	Paid              *Paid        `json:"paid,omitempty"`
	ShopURL           string       `json:"shop_url,omitempty"`
	ActivationExpires *time.Time   `json:"activation_expires,omitempty"`
	OrderID           string       `json:"order_id,omitempty"`
	Terms             []Terms      `json:"terms,omitempty"`
	RevocationCode    bool         `json:"revocation_code,omitempty"`
	// MayBill says that the seller may bill each certificate: the licence is an account that orders many times.
	MayBill bool `json:"may_bill,omitempty"`
	// OpensAccount says that sending opens an account with the certificate authority first; Bound, that an HMAC key
	// came along which binds it, and that is not kept here.
	OpensAccount bool `json:"opens_account,omitempty"`
	Bound        bool `json:"bound,omitempty"`
	// Web says that the request is handed over on the seller's page, in the browser: nothing is asked of the seller
	// from here.
	Web bool `json:"web,omitempty"`
}

// Product is what is being bought.
type Product struct {
	ID                      string         `json:"id"`
	Name                    string         `json:"name"`
	Type                    ProductType    `json:"type"`
	Validation              Validation     `json:"validation"`
	TermMonths              int            `json:"term_months,omitempty"`
	TermDays                int            `json:"term_days,omitempty"`
	CertificateLifetimeDays int            `json:"certificate_lifetime_days,omitempty"`
	CAAIdentities           []string       `json:"caa_identities,omitempty"`
	CA                      string         `json:"ca,omitempty"` // the certificate authority's name, where told
	Names                   NameRules      `json:"names"`
	SubjectFields           []SubjectField `json:"subject_fields,omitempty"`
	Contacts                []string       `json:"contacts,omitempty"`
	Approver                bool           `json:"approver,omitempty"`
	Keys                    []KeyRule      `json:"keys,omitempty"`
	KeyStorage              string         `json:"key_storage,omitempty"` // software or hardware
	ProofMethods            []string       `json:"proof_methods,omitempty"`
	Documents               []DocumentRule `json:"documents,omitempty"`
	Profiles                []Profile      `json:"profiles,omitempty"` // kinds of certificate that the customer may choose from
	Expected                Expected       `json:"expected"`
}

// Profile is one kind of certificate that a seller offers under the same licence. It is text from outside.
type Profile struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// NameRules says which names, and how many, a certificate of the product holds.
type NameRules struct {
	Kinds    []string `json:"kinds,omitempty"` // dns, email, ip
	Min      int      `json:"min"`
	Max      int      `json:"max"`
	Wildcard string   `json:"wildcard,omitempty"` // no, yes, only
	WWW      string   `json:"www,omitempty"`      // none, free_pair
	IDN      bool     `json:"idn,omitempty"`
	// Exact says that a request has to hold all the names itself; elsewhere they are taken from the application.
	Exact bool `json:"exact,omitempty"`
}

// SubjectField is a field of the person that the product may or must carry.
type SubjectField struct {
	Field    string `json:"field"` // given_name, surname, pseudonym, title
	Required Need   `json:"required"`
	Max      int    `json:"max,omitempty"` // runes; 0: X.520's limit
}

// KeyRule is one algorithm that the licence accepts, with its sizes in bits, the recommended one first.
type KeyRule struct {
	Algorithm string `json:"algorithm"` // rsa, ecdsa
	Sizes     []int  `json:"sizes"`
}

// DocumentRule is a form that the certificate authority will want.
type DocumentRule struct {
	Form    string   `json:"form"`
	Send    string   `json:"send"` // upload, post, email
	Address *Address `json:"address,omitempty"`
}

// Expected is how long it usually takes until a certificate is issued.
type Expected struct {
	MinMinutes   int  `json:"min_minutes"`
	MaxMinutes   int  `json:"max_minutes"`
	BusinessDays bool `json:"business_days,omitempty"`
}

// Purchase is the order at the shop that the licence comes from.
type Purchase struct {
	Reference string `json:"reference,omitempty"`
	Date      string `json:"date,omitempty"` // YYYY-MM-DD
	Quantity  int    `json:"quantity,omitempty"`
	Comment   string `json:"comment,omitempty"` // text from outside
}

// Paid is what the customer has paid already.
type Paid struct {
	Amount      string `json:"amount"` // decimal, as in "29.00"
	Currency    string `json:"currency"`
	Description string `json:"description,omitempty"`
}

// Terms is an agreement that has to be accepted before sending.
type Terms struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	URL     string `json:"url"`
	Version string `json:"version,omitempty"`
}

// Address is a postal address.
type Address struct {
	Lines      []string `json:"lines,omitempty"` // 1 to 3
	Locality   string   `json:"locality,omitempty"`
	Region     string   `json:"region,omitempty"`
	PostalCode string   `json:"postal_code,omitempty"`
	Country    string   `json:"country,omitempty"` // ISO 3166-1 alpha-2
}

// Organization is a legal entity that a certificate names.
type Organization struct {
	LegalName    string       `json:"legal_name"`
	TradeName    string       `json:"trade_name,omitempty"`
	Registration Registration `json:"registration"`
	Address      Address      `json:"address"`
	Phone        string       `json:"phone"`                   // as typed; sent as E.164
	PhoneCountry string       `json:"phone_country,omitempty"` // ISO 3166-1 alpha-2: what a number without "+" belongs to

	// For extended validation (CA/B EVG 7.1.4.2).
	Jurisdiction     Jurisdiction `json:"jurisdiction"`                // where it was incorporated or registered
	BusinessCategory string       `json:"business_category,omitempty"` // private_organization, government_entity, …
	IncorporatedOn   string       `json:"incorporated_on,omitempty"`   // YYYY-MM-DD
}

// Jurisdiction is the place whose law has made an organization.
type Jurisdiction struct {
	Country  string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Region   string `json:"region,omitempty"`
	Locality string `json:"locality,omitempty"`
}

// Registration is where and under which number an organization is registered.
type Registration struct {
	Scheme  string `json:"scheme"` // NTR, VAT, LEI, GOV, INT
	Number  string `json:"number,omitempty"`
	Country string `json:"country"`
	Region  string `json:"region,omitempty"`
}

// Contact is a person whom the certificate authority may ask.
type Contact struct {
	GivenName string `json:"given_name"`
	Surname   string `json:"surname"`
	JobTitle  string `json:"job_title,omitempty"`
	Email     string `json:"email"`
	Phone     string `json:"phone"` // as typed; sent as E.164
	// PhoneCountry is the country that a number without "+" belongs to, ISO 3166-1 alpha-2.
	PhoneCountry string `json:"phone_country,omitempty"`
}
