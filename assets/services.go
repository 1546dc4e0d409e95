package assets

import _ "embed" // for Services

// Services is the directory of sellers that package activation knows by their hosts.
//
//go:embed services.toml
var Services []byte
