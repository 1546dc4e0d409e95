// Package demo is the built-in issuer: a seller and a certificate authority on this computer, so that
// anybody can go from a code to a working file without an account and without a network. Tests run against
// it too.
//
// It speaks the Activation API over loopback, by the contract and not by what the client does: of this
// module it imports the generated messages and the leaves, so that issuer and client test each other.
//
//   - authority: the certificate authority. Its root is trusted by nobody, and its key is gone.
//   - ledger: licences, orders, mails and answers given, in one file that survives a crash at any moment; the
//     catalogue, and what an order goes through.
//   - service: the calls of the Activation API.
//   - network: a DNS and a web of the demo's own, in which the proofs of names are published.
//   - pages: what a browser sees: activation link, inbox, confirmation, payment, operator's page.
//
// # The other side
//
// An order waits for things that happen outside of the program: a record in a DNS, an answered phone call, a
// signed letter, the authority's yes. The demo has an action for each ([Helper], and the same buttons on the
// operator's page), rightly and with each usual mistake. Where it can, its authority also goes on by itself
// within seconds: what an authority calls two business days.
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
