// Package pfx writes PKCS#12 files (RFC 7292) and proves them by opening them again.
//
// A file holds one private key, its certificate and the certificates above it. Key and certificate carry
// a friendly name, which Windows, macOS, Firefox and Java show, and a localKeyID, by which readers know
// that the two belong together. No Go library writes these for keys (SSLMate/go-pkcs12#34, #70).
//
// There are three profiles. Their encryption differs because programs differ: no single one is both strong
// and read everywhere (chris2511/xca#474, kaikramer/keystore-explorer#302). Which reader opens which is
// measured by the tests of this package with the real programs and kept in internal/destination/readers.txt.
//
//	Compatible   3DES in CBC mode and a SHA-1 MAC (RFC 7292, appendix C), 10,000 iterations, salts of 8
//	             bytes. Read by everything that reads PKCS#12 at all; weak by design, so the password
//	             carries the protection: 16 characters at least, better a generated one of 115 bits.
//	Strong       PBES2 (RFC 8018) with AES-256 in CBC mode, PBKDF2 with HMAC-SHA-256, and a MAC with
//	             SHA-256; 100,000 iterations for each of the three, salts of 16 bytes.
//	StrongOwn    the same with 250,000 iterations, for a password that a person has made up.
//
// Why these numbers. Compatible: 10,000 is what OpenJDK writes since version 16 (JDK-8153005), so
// readers have met it; 2,048, the default of OpenSSL 3, would only be five times cheaper to guess. Strong:
// .NET's loader refuses more than 300,000 iterations in one place or 1,000,000 in all (Pkcs12LoaderLimits),
// and Windows is reported to call the right password wrong then.
//
// Passwords are printable ASCII and not empty: Java 17 refuses others, macOS refuses an empty one, and
// RFC 7292 (BMPString) and RFC 8018 (octets) encode the rest differently. Keys are RSA or ECDSA on a NIST
// curve: NSS refuses Ed25519.
package pfx
