// Package handoff is the way in for whatever works in a browser alone: an activation link, a voucher, an access
// code, an order page of a shop. Key and request are made here, the customer hands the request over on the
// seller's page, and brings back what was issued.
//
// It talks to nobody: opening the page is the customer's press.
package handoff
