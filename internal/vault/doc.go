// Package vault keeps secrets in the operating system's keyring: private keys, activation codes, order
// tokens. On a computer without one, and only where the customer has chosen it, it keeps them in a file that a
// passphrase opens ([passfile.File]).
//
// # What it promises
//
//   - Before a secret goes into the keyring its id stands in the [Ledger], so that no record is ever there
//     that the app doesn't know of. The ledger holds nothing secret.
//   - A key counts as kept only after it was read back, rebuilt and compared.
//   - Nothing secret is ever written anywhere else: without a keyring there is a question to the customer, or a fault,
//     never a plain file. Which of the two places holds a record stands in the ledger, line by line, so that a move
//     from one to the other can stop anywhere: each record is then in the place that the ledger names.
//   - Whoever is asked (an [Asker]) is asked at most once at a time, while nothing is held, and never in a context of
//     [Quietly].
//   - No error holds a secret, nor a part of one, even when the keyring's own message does.
//
// Reading back proves the content, not that it has reached the disk. Every program of the same user can
// read an unlocked keyring on all three systems, and the keyring can be lost (a password reset from
// outside, a rebuilt profile); both are said to the customer elsewhere.
//
// # Concurrency
//
// All methods of [Vault] are safe for concurrent use. Keyring calls run one at a time in goroutines of
// their own, since a keyring may block for ever on a prompt that nobody sees. A call that has not come
// back in time is given up but can't be ended; until it ends by itself every further call fails at once
// with KeyringBlocked. So at most one goroutine is ever stuck.
package vault
