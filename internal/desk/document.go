package desk

import (
	"io"
	"os"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// readDocument reads a file that the customer has chosen, one byte further than a document may be large. What
// can't be read, or is no file, is a fault DocumentGone, whose cause has no path.
func readDocument(path string) ([]byte, error) {
	// Asked first: to open a pipe would wait for whoever writes into it.
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, fault.New(fault.DocumentGone, nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.DocumentGone, nil)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, order.MaxDocument+1))
	if err != nil {
		return nil, fault.New(fault.DocumentGone, nil)
	}
	return data, nil
}
