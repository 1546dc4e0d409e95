// Package order holds the nouns of a redemption and their rules: licence, product, name, contact,
// application, order, task, state. It is pure: no network, no files, no clock of its own.
//
// Field names and values follow the Activation API (assets/activation-api.yaml); what other ways in
// know by other words is translated to these by their seller package.
package order
