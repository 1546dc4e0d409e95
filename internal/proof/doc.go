// Package proof is control of a name: what a person has to do to show it to a certificate authority, and
// what of it can be seen from this computer.
//
// [Read] makes an [Instruction] of a task. Only one that is about the task's own name is looked up and
// offered for copying: a service that sent others could have records published, or addresses fetched, that
// are none of its business (Activation API, "What the client checks by itself").
//
// [Looker.Look] finds the zone of a name by its SOA record, and asks its name servers, the resolver of this
// computer and a second one for the record, a website for a file, and resolvers for CAA (RFC 8659, 8657, 9495).
// What the zone's own name servers say counts; resolvers tell whether an old answer is still kept, whether
// signatures are wrong, and whether this computer's network shows something else than the public sees. It asks
// a [Network], side by side and for at most ten seconds, and gives for each task a [Result]: whether it is right
// and, where it is not, what was seen and what to do. It never talks to the seller. The network comes from the
// app alone: nothing that a service sends can choose a resolver or a dialer.
//
// What a look says is what this computer sees. The authority looks from several other places (CA/B BR
// 3.2.2.9), so that each sentence begins with "From this computer".
package proof
