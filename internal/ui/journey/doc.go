// Package journey walks a customer from the link in the e-mail to the file for a program: one step, one
// question, one file of this package each.
//
// Until the request is sent, a step saves what is typed into the draft and every done step can be gone
// back to. From then on the steps belong to the order, and the same pages open from the order's view.
package journey
