//go:build !windows

package vault

import "certdesk/internal/fault"

func bySystemNumber(error) (fault.Code, bool) { return "", false }
