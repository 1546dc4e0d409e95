// Package acme is the way in to certificate authorities that speak ACME (RFC 8555), with or without external
// account binding.
//
// How an order of the app becomes one there:
//
//   - Lookup reads the directory and nothing else.
//   - Token gives the account's key, which is in the vault before the directory hears of it. It opens the order,
//     so it is the order's token.
//   - Submit asks for the account (by onlyReturnExisting first: a binding that may be used once is never spent
//     twice) and for an order. newOrder commits to nothing; one that is lost in a crash expires. Terms are agreed to
//     only where the directory still names those that the customer has seen.
//   - Check tells the directory that a name can be proved, and only a press leads there: a proof that fails ends
//     the order at the directory. Check and Choose then make the next one, with new values.
//   - Status finalizes an order that is ready. That is what buys the certificate: order and request were
//     committed with the receipt before, and afterwards the order's own state says how it went. A new order is
//     made only after the old one has ended, so one is ever finalized.
//   - CloseAccount ends an account for good, by a press alone. An order whose account was closed meanwhile ends.
package acme
