//go:build !windows

package clipboard

import "errors"

func setSecret(string) error { return errors.ErrUnsupported }
