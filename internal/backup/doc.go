// Package backup seals orders with their keys into one file, and opens such files.
//
// # The file
//
// It is an age file (https://age-encryption.org/v1), binary, encrypted with a passphrase (scrypt), so that it can
// be opened without Certdesk, too: "age -d FILE". Inside is one JSON object:
//
//	format   "certdesk-backup"
//	version  1; a reader refuses a higher one
//	made     when (RFC 3339)
//	world    "" for real orders, "demo" for those of the demo
//	orders   each: id, document (the order as the app keeps it), csr and body (base64; the body that is sent
//	         is repeated byte for byte), token and code (base64), keys, certificates, timeline
//	keys     keys that belong to no order
//
// A key is id, origin, created, pkcs8 (base64 of DER, RFC 5208). A certificate is der, chain (the issuer first),
// state, set_aside, added. Fields that a reader does not know are ignored; what an older reader must not ignore
// raises the version.
//
// # What it promises
//
//   - [Open] gives only what was sealed whole: a single changed byte is a fault.
//   - No fault holds anything of the content or the passphrase; encoded content is cleared from memory after use.
//   - A file from outside costs bounded work and memory.
//
// It reads and writes no files itself.
package backup
