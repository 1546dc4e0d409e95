package activation

import "certdesk/internal/secret"

// Demo is the service of the built-in demo issuer; the app resolves it to the running issuer.
const Demo = "demo"

// Ticket is a credential and where it leads: what step 1 makes of a link, a code or an e-mail.
type Ticket struct {
	// Service is an origin without a trailing slash ("https://shop.example.ch", or http with a literal
	// loopback address), or [Demo]. It is empty for a bare code whose seller is not chosen yet.
	Service string
	Code    secret.Value
}
