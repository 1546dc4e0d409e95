package pin

import (
	_ "github.com/Microsoft/go-winio"
	_ "golang.org/x/sys/windows"
)
