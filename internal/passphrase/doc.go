// Package passphrase makes passphrases, judges those that a person has made up, and seals what must be opened with
// one.
//
// What is sealed is an age file (https://age-encryption.org/v1), binary, encrypted with a passphrase (scrypt), so
// that it can be opened without Certdesk, too: "age -d FILE".
//
// # What it promises
//
//   - A passphrase opens however it is typed: composed letters or not, more blanks or a line break between words.
//   - [Open] gives only what was sealed whole: a single changed byte is an error.
//   - No error holds anything of the content or the passphrase.
//   - A file from outside costs bounded work and memory.
package passphrase
