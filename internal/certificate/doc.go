// Package certificate judges what comes back from a certificate authority: it reads the bytes, finds the
// certificate that belongs to a key, puts the chain in order, and says what is not as asked.
//
// It uses no system roots and no network: crypto/x509's Verify goes to the network behind the customer's
// back on Windows and macOS. Whether this computer trusts the chain is another question, asked elsewhere
// and only on a press.
//
// A foreign public key is the only reason to set a certificate aside ([fault.CertificateForeignKey]).
// Everything else is a [Finding]: shown, never a dead end.
package certificate
