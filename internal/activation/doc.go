// Package activation makes a ticket of what came by e-mail: a link, a code, or the whole text of the
// e-mail.
//
// Promises:
//
//   - Reading touches no network, no file, no clock.
//   - The target of a link counts, not its text; wrappers of mail scanners whose form is known are undone.
//   - A ticket leads to https, or to plain http on the literal addresses 127.0.0.1 and [::1] when a person
//     typed, pasted or gave the link on the command line.
//   - Nothing that was typed stands in an error or in a [Host] except the host's name.
//   - A private key pasted by mistake is refused before anything else is looked at.
package activation
