// Package httpclient is the only way in which Certdesk speaks HTTP.
//
// Each client in it has one purpose and the limits of that purpose; what is not needed is not possible.
// [Seller] talks to the service of whoever sold the certificate:
//
//   - https, or http to the literal addresses 127.0.0.1 and [::1] ("localhost" is a name, and names can be
//     made to point elsewhere);
//   - a credential goes to the one origin it was given for, and a request that carries one follows no
//     redirect;
//   - 10 seconds to connect, 30 seconds without a byte in either direction, 5 minutes for everything;
//   - an answer of at most 1 MiB after decompression, and only gzip is decompressed;
//   - no cookies, no referrer, HTTP/1.1 only (one connection carries one answer, so that the limits are
//     those of that answer);
//   - a request is repeated only when it is marked as [Request.Repeatable].
//
// [Proof] gets the files by which websites are proved; see there.
//
// Failures are faults: [fault.Offline], [fault.ProxySignIn], [fault.ProxyRefused], [fault.ProxyUnreachable],
// [fault.ServiceUnreachable], [fault.ClockOrCertificate], [fault.ServiceSlow], [fault.ServiceCut],
// [fault.ServiceTLS], [fault.ServiceOversize], [fault.ServiceRedirect], [fault.ServiceBroken],
// [fault.ServiceElsewhere], [fault.LinkInsecure], [fault.Cancelled]. All that speak of a service have the
// argument "host". No fault holds a URL, nor anything that the service sent: it could be sending back the
// credential.
package httpclient
