// Package wire holds the messages of the Activation API as Go types, generated from the contract of record,
// assets/activation-api.yaml. Optional members are pointers, absent lists are nil, times are [time.Time],
// every state, kind, method and problem type is a plain string whose known values are constants here.
//
// The client and the demo's service are both written against these types, and both are tested against the
// contract itself.
package wire

//go:generate oapi-codegen -config oapi-codegen.yaml ../../../../assets/activation-api.yaml
