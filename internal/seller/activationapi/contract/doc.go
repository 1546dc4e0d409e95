// Package contract checks messages of the Activation API against its contract of record,
// assets/activation-api.yaml. It is for tests alone: the client's and the demo's tests let every message
// pass through a [Checker].
//
// Beyond the file's schemas it holds what a schema can't say:
//
//   - a credential stands in the Authorization header only: not in a URL, a request's body or any answer;
//   - no call but discovery is answered with a redirect;
//   - JSON is at most 1 MiB;
//   - one Idempotency-Key comes with one body, and a final answer to it stays the same.
package contract
