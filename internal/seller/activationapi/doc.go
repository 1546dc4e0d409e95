// Package activationapi is the way in through the open Activation API (assets/activation-api.yaml).
//
// Promises:
//
//   - Nothing is sent but what the contract names: the code goes to the licence and to one POST of an
//     order, the order's token to that order. Neither stands in a URL, a body, an error or a log.
//   - A request with a credential follows no redirect and is bound to the endpoint's origin. The endpoint
//     is of the link's host or its registered domain (package activation judges that).
//   - The body of a submission is sent as it was frozen. Only a service's own problem document with a final
//     status is a [seller.Refusal]; whatever else comes back leaves the submission open for a repeat.
//   - All text of a service is cleaned and cut before it gets into the order's types. States, kinds and
//     methods that this version does not know are kept.
//   - Every fault has the argument host, and none quotes what was sent or received.
//
// A [Client] keeps no state but where services have said that their endpoint is; it is safe for concurrent
// use.
package activationapi
