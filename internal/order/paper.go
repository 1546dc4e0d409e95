package order

import "time"

// Form is a document that the certificate authority wants on paper or as a file, filled in by its service
// as far as it can be. It is text from outside.
type Form struct {
	ID        string   // the service's
	Title     string   // its heading
	Language  string   // BCP 47
	Reference string   // the order's, as the authority knows it
	Send      string   // upload, post, email
	Email     string   // where it goes by e-mail
	Address   *Address // where it goes by post
	Blocks    []FormBlock
}

// FormBlock is one part of a form, in the order in which they stand on the paper.
type FormBlock struct {
	Kind  string // heading, text, field, signature; a later service's own: shown as text
	Label string // of a field or a signature
	Text  string // a heading's or paragraph's text, a field's value
}

// Proposal is when the customer can be called.
type Proposal struct {
	Times   []time.Time
	Phone   string // E.164; empty: the number that the service has
	Comment string
}

// Upload is one document to be sent, by its content PDF, JPEG or PNG, at most 10 MiB.
type Upload struct {
	Name string // the file's
	Form string // the id of the form that this is, signed; empty for another document
	Data []byte
}
