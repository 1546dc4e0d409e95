package order

// Application is what the customer enters, exactly as typed: it is saved while typing, so it may be
// incomplete or wrong at any moment. The rules in this package judge it; [Licence] says which apply.
type Application struct {
	Mailbox   string `json:"mailbox,omitempty"`
	GivenName string `json:"given_name,omitempty"`
	Surname   string `json:"surname,omitempty"`
	Pseudonym string `json:"pseudonym,omitempty"`
	Title     string `json:"title,omitempty"`

	Domains        string        `json:"domains,omitempty"` // one per line
	Administrative Contact       `json:"administrative"`
	Technical      Contact       `json:"technical"`
	SameTechnical  bool          `json:"same_technical,omitempty"`
	Organization   *Organization `json:"organization,omitempty"`

	KeyChoice     KeyChoice `json:"key_choice"`
	AcceptedTerms []string  `json:"accepted_terms,omitempty"`
	Comment       string    `json:"comment,omitempty"`
	Language      string    `json:"language,omitempty"` // BCP 47, for the mails of the certificate authority
}

// KeyChoice is which key is to be made. The zero value means "as the licence recommends".
type KeyChoice struct {
	Algorithm string `json:"algorithm,omitempty"` // rsa, ecdsa
	Size      int    `json:"size,omitempty"`      // bits
}
