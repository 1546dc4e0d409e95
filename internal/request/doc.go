// Package request makes private keys and the requests (CSRs) for certificates.
//
// It promises:
//   - A key is made by this computer's own cryptographic generator, in a goroutine of its own, so that the
//     caller can stop waiting for it at any moment; a key that nobody waits for any more is thrown away.
//   - No key is weaker than RSA 2048 or P-256, and none is of a kind that certificate authorities refuse
//     (CA/Browser Forum TLS BR 6.1.5, S/MIME BR 6.1.5).
//   - A request that [Build] returns has been read again: its signature verifies, it holds the key it was
//     made for and the names that were asked for, and nothing else.
//
// The package writes nothing to disk and talks to nobody.
package request
