package assets

import _ "embed"

// ActivationAPI is the contract of the Activation API, version 1: an OpenAPI 3.0 file in YAML. The client's
// wire types are generated from it, and the tests of both sides check every message against it.
//
//go:embed activation-api.yaml
var ActivationAPI []byte
