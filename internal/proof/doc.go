// Package proof is control of a name: what a person has to do to show it to a certificate authority, and
// what of it can be seen from this computer.
//
// [Read] makes an [Instruction] of a task. Only one that is about the task's own name is looked up and
// offered for copying: a service that sent others could have records published, or addresses fetched, that
// are none of its business (Activation API, "What the client checks by itself").
//
// [Looker.Look] asks a [Network], side by side and for at most ten seconds, and gives for each task a
// [Result]: whether it is right and, where it is not, what was seen and what to do. It never talks to the
// seller. The network comes from the app alone: nothing that a service sends can choose a resolver or a
// dialer.
//
// What a look says is what this computer sees. The authority looks from several other places (CA/B BR
// 3.2.2.9), so that each sentence begins with "From this computer".
package proof
