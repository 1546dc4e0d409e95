package order

import "certdesk/internal/secret"

// Submission is one application in the exact bytes that are sent, with the key under which the service
// does it once. Both are committed before the first byte leaves, and repeated unchanged.
type Submission struct {
	Service        string // the origin, or "demo"
	IdempotencyKey string // a UUID
	Body           []byte // holds no credential
	Code           secret.Value
	Token          secret.Value // made here, in the vault before sending
	Kept           []byte       // the way in's own state, as an earlier try has kept it; nil at the first
}
