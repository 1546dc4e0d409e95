// Package desk holds the use cases of Certdesk: everything that the screens can ask for.
//
// One [Desk] serves one world, the customer's real orders or the demo, with a store and a vault of its
// own. Its parts are [Redeem] (from a ticket to a sent request), [Orders] (what is on this computer),
// [Refresher] (asking sellers how orders stand), [Proofs] (names and mailboxes to prove), [Tasks] (all else that
// an order asks for), [Exports] (files), [Report] (the list of all certificates) and [Settings].
//
// # Ownership and concurrency
//
// All methods are safe for concurrent use and may block on the disk, the keyring or the network, so the
// screens call them off the UI goroutine, with a context that ends when the screen closes. A context
// that ends leaves the order at its last committed state. Work on one order is done one after the
// other: Submit, a refresh and an export of the same order never overlap.
//
// The desk starts no goroutine of its own but those of [Refresher.Tick], which waits for them.
//
// # Keyring
//
// Reading the keyring may make the system ask for its password, so it is read on a press only. Work in the
// background uses what this run has read already. [Orders.Start] asks it only about what an earlier run left
// unfinished: ids that the keyring's ledger has and nothing in the store names.
//
// # Order of writes
//
// The promises rest on the order in which things are committed; each use case names it where it does
// it. The rule is: what can't be made again (a key, a token, the bytes of a request) is on the disk
// and read back before the next step relies on it.
package desk
