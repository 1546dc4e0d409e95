package order

// Application is what the customer enters, exactly as typed: it is saved while typing, so it may be
// incomplete or wrong at any moment. The rules in this package judge it; [Licence] says which apply.
type Application struct {
	Mailbox   string `json:"mailbox,omitempty"`
	GivenName string `json:"given_name,omitempty"`
	Surname   string `json:"surname,omitempty"`
	Pseudonym string `json:"pseudonym,omitempty"`
	Title     string `json:"title,omitempty"`

	Domains         string        `json:"domains,omitempty"`     // one per line
	WithoutWWW      bool          `json:"without_www,omitempty"` // the free www (or bare) counterparts are not wanted
	Administrative  Contact       `json:"administrative"`
	Technical       Contact       `json:"technical"`
	SameTechnical   bool          `json:"same_technical,omitempty"`
	Organization    *Organization `json:"organization,omitempty"`
	AuthorityToSign bool          `json:"authority_to_sign,omitempty"` // "I may sign for the organization"
	ApproverEmail   string        `json:"approver_email,omitempty"`

	KeyChoice KeyChoice `json:"key_choice"`
	// Request is the customer's own request (PKCS #10, DER), when the key was made elsewhere. It holds nothing
	// secret. Empty: the key is made here.
	Request       []byte   `json:"request,omitempty"`
	AcceptedTerms []string `json:"accepted_terms,omitempty"`
	Comment       string   `json:"comment,omitempty"`
	// Profile is the one that was chosen of those that the licence offers; empty: the seller's own choice.
	Profile string `json:"profile,omitempty"`
	// AccountContact is the e-mail address for an account that is opened with the request, and KeepBinding has its HMAC
	// key kept for other accounts.
	AccountContact string `json:"account_contact,omitempty"`
	KeepBinding    bool   `json:"keep_binding,omitempty"`

	Renews   Renews `json:"renews,omitzero"`
	Language string `json:"language,omitempty"` // BCP 47, for the mails of the certificate authority
}

// Renews is what a renewal takes the place of; nothing is entered here.
type Renews struct {
	Order       string `json:"order,omitempty"`       // on this computer
	Certificate string `json:"certificate,omitempty"` // as RFC 9773 4.1 names it
}

// OwnRequest reports whether the customer brings a request of their own: its key is not here.
func (a Application) OwnRequest() bool { return len(a.Request) > 0 }

// KeyChoice is which key is to be made. The zero value means "as the licence recommends".
type KeyChoice struct {
	Algorithm string `json:"algorithm,omitempty"` // rsa, ecdsa
	Size      int    `json:"size,omitempty"`      // bits
}
