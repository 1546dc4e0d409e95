package pin

import (
	_ "github.com/zmap/zcrypto/x509"
	_ "github.com/zmap/zlint/v3"
)
