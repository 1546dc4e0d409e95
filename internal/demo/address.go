package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"certdesk/internal/atomicfile"
)

// address is where an issuer is found. Its file is readable by the user alone: the random paths of inbox
// and operator's page are in it.
type address struct {
	URL      string `json:"url"`
	Inbox    string `json:"inbox"`
	Operator string `json:"operator"`
	DNS      string `json:"dns"` // host:port of the demo's name server
	Web      string `json:"web"` // host:port of the demo's web server
}

func keepAddress(dir string, a address) error {
	data, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("demo: encoding the address: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(dir, fileAddress), data, atomicfile.Options{Replace: true}); err != nil {
		return fmt.Errorf("demo: writing the address: %w", err)
	}
	return nil
}

func forgetAddress(dir string) error {
	err := os.Remove(filepath.Join(dir, fileAddress))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("demo: removing an old address: %w", err)
	}
	return nil
}

// How long the second one waits for the first to say where it is, and how often it looks.
const (
	addressWait = 10 * time.Second
	addressLook = 20 * time.Millisecond
)

// wait ends a loop that looks for an address.
type wait struct {
	ctx   context.Context
	until time.Time
}

func newWait(ctx context.Context) wait { return wait{ctx, time.Now().Add(addressWait)} }

func (w wait) next() error {
	if time.Now().After(w.until) {
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(addressLook)
	defer timer.Stop()
	select {
	case <-w.ctx.Done():
		return w.ctx.Err()
	case <-timer.C:
		return nil
	}
}

// readAddress reads where the issuer is, and asks whether it is there.
func readAddress(ctx context.Context, dir string) (address, bool) {
	data, err := os.ReadFile(filepath.Join(dir, fileAddress))
	if err != nil {
		return address{}, false
	}
	var a address
	if json.Unmarshal(data, &a) != nil {
		return address{}, false
	}
	u, err := url.Parse(a.URL)
	if err != nil {
		return address{}, false
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp4", u.Host)
	if err != nil {
		return address{}, false // the address of one that was killed
	}
	_ = c.Close()
	return a, true
}
