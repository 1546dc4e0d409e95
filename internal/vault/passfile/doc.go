// Package passfile keeps the records of a vault in one file that a passphrase opens, for computers without a keyring.
//
// # The file
//
// It is text: a line that names format and version, and two age files (https://age-encryption.org/v1) in their
// printable form, one after the other:
//
//	certdesk-passphrase-file 1
//	-----BEGIN AGE ENCRYPTED FILE-----
//	… an identity of age (X25519), encrypted with the passphrase (scrypt)
//	-----END AGE ENCRYPTED FILE-----
//	-----BEGIN AGE ENCRYPTED FILE-----
//	… the records, encrypted to that identity
//	-----END AGE ENCRYPTED FILE-----
//
// The records are a JSON object: format "certdesk-records", version 1, records (an object of texts by id). So it can
// be opened without Certdesk: without the first line, cut in two, "age -d -i FIRST SECOND" asks for the passphrase. A reader
// refuses a higher version of either.
//
// The slow part, scrypt, guards the identity alone. It is done once a run; writing a record costs an encryption to
// the identity and a file. Another passphrase means another identity: who has an old copy of the file and its old
// passphrase can't open what is written later. The identity's public half stands nowhere in the clear, so that nobody
// without the passphrase can write records that open.
//
// # What it promises
//
//   - Each write is a whole new file in the place of the old one, synced: a crash leaves one of the two.
//   - In memory are the identity and what was read last, until the file is left; never the passphrase. Each call looks
//     at the file: when it is another one than was opened, or has gone, that is said, and nothing is written.
//   - No fault holds a record or the passphrase.
//
// Who can bring an older copy of the file into its place brings its records back: nothing here can tell.
package passfile
