//go:build unix && !linux

package install

import "os"

func sealedFile(data []byte) (*os.File, error) { return unnamedFile(data) }
