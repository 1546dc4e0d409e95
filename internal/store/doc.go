// Package store keeps orders, what belongs to them, and settings in one SQLite database.
//
// # What it promises
//
//   - What a method has written when it returns nil is on the disk: a crash, a kill or a power cut after
//     that loses nothing, and one before that leaves everything as it was.
//   - A damaged database is set aside, never deleted; the newest good copy takes its place, what can still
//     be read of the damaged one is merged into it, and the [Report] says so.
//   - A database of a later version of the app is refused and not touched.
//   - Nothing secret is in it: its types have no place for a secret, only ids of records in the vault.
//   - Every file is readable by its owner alone (0600 in a folder of 0700).
//
// # Ownership and concurrency
//
// One process has a database open; package instance owns the lock and the store asks for it before every
// change. All methods of [Store] are safe for concurrent use. Changes go through one connection, one after
// the other; reading happens beside them and sees the last commit. A change that has begun runs to its
// end even when its context is cancelled: nobody is left wondering whether it happened. The function given
// to [Store.Update] runs inside the change, so it must not call the store.
//
// Failures are faults: StoreDamaged, StoreNewer, StoreLocked, StoreNetwork, DiskFull, FolderReadOnly,
// FolderGone, FileWrite, Cancelled; and the errors [ErrNotFound], [ErrExists], [ErrFrozen].
package store
