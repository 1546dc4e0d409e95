package install

import (
	"errors"
	"os"
)

// sealedFile is not there: nothing leads here ([Tools.look]).
func sealedFile([]byte) (*os.File, error) { return nil, errors.ErrUnsupported }
