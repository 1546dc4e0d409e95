package install

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// sealedFile is a file in memory (memfd_create(2)): pk12util asks for the size of what it reads, so a pipe
// won't do, and the key comes to no disk.
func sealedFile(data []byte) (*os.File, error) {
	fd, err := unix.MemfdCreate("certificate", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, errors.New("install: no memory for a file")
	}
	f := os.NewFile(uintptr(fd), "certificate") // #nosec G115 -- a descriptor
	_, err = f.Write(data)
	if err == nil {
		_, err = f.Seek(0, 0)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
