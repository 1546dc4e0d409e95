// Package ledger is what the demo issuer remembers: licences, orders, mails, and the answers it has given.
//
// Everything is one JSON file (0600) that is replaced as a whole and synced before a change counts. So a
// change and the answer to the call that made it are kept together or not at all, and an issuer that is
// killed between writing and answering gives the same answer when asked again. The file grows with the
// orders of one demo, a few kilobytes each; it is not made for thousands.
//
// Nothing happens by a timer. What is due by the clock (a mail goes out, a certificate is issued, an order
// lapses) is done before anybody looks, with the time at which it was due. So a restart loses nothing, and
// a test moves the clock.
//
// An order goes through stages: payment; names, documents, organization and call; approval; review. The tasks
// of a stage are set when the one before is settled, and what each licence goes through is said in one table.
//
// The file of an earlier version is read and written as this one from the first change on.
//
// No credential is in the file: of an order token its SHA-256, of a code the licence's id.
package ledger
