// Package demo is the built-in issuer: a seller and a certificate authority on this computer, so that
// anybody can go from a code to a working file without an account and without a network. Tests run against
// it too.
//
// It speaks the Activation API over loopback, by the contract and not by what the client does: of this
// module it imports the generated messages and the leaves, so that issuer and client test each other.
//
//   - authority: the certificate authority. Its root is trusted by nobody, and its key is gone.
//   - ledger: licences, orders, mails and answers given, in one file that survives a crash at any moment.
//   - service: the calls of the Activation API.
//   - pages: what a browser sees: activation link, inbox, confirmation, operator's page.
//
// # Who can reach it
//
// It listens on 127.0.0.1 only, on a port that the system chooses, and answers only requests that name this
// very address as their Host, so that no web page reaches it by a name of its own (DNS rebinding). Requests
// that a foreign page causes (Origin, Sec-Fetch-Site) are refused. Its codes are short and documented: there
// is nothing to protect behind them. Inbox and operator's page lie behind random paths, which are kept in
// files that only the user can read.
//
// # One issuer for a folder
//
// Whoever locks the folder runs the issuer and writes its addresses beside the lock; whoever comes second
// uses that one. When the first ends, [Start] again.
package demo
