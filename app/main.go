// Command certdesk takes a customer from the activation link in an e-mail to a certificate that works, with
// a private key that never leaves the computer.
//
// This package is the one place where everything is put together: the command line, the data directory and
// its lock, the log, the two worlds (real and demo), the sellers, the window.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"certdesk/assets"
	"certdesk/internal/activation"
	"certdesk/internal/atomicfile"
	"certdesk/internal/demo"
	"certdesk/internal/instance"
)

const appID = "io.certdesk.Certdesk"

// version is set by the linker.
var version = "dev"

// Exit codes. A command line that can't be read has 2, as the flag package has it.
const (
	exitFailure = 1
	exitUsage   = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, in io.Reader, out, errOut io.Writer) int {
	o, err := parse(args, os.Getenv, errOut)
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "certdesk:", err)
		return exitUsage
	}
	if o.version {
		_, _ = fmt.Fprintln(out, "certdesk", version)
		return 0
	}
	if o.licences {
		_, _ = io.WriteString(out, assets.Licences)
		return 0
	}
	if o.codeStdin {
		if o.link, err = readCode(in); err != nil {
			_, _ = fmt.Fprintln(errOut, "certdesk:", err)
			return exitUsage
		}
		o.origin = activation.Pasted
	}
	if o.demoIssuer {
		return serveDemo(o, out, errOut)
	}
	return openWindow(o)
}

// readCode takes a link or code from standard input: one line, of at most what step 1 takes.
func readCode(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, 2048)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", errors.New("standard input could not be read")
	}
	if line = strings.TrimSpace(line); line == "" {
		return "", errors.New("there was no code on standard input")
	}
	return line, nil
}

// serveDemo is --demo-issuer.
func serveDemo(o options, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := demo.Serve(ctx, demo.Options{Dir: demoIssuerDir(o.data)}, out, ""); err != nil {
		_, _ = fmt.Fprintln(errOut, "certdesk:", err)
		return exitFailure
	}
	return 0
}

// openWindow opens the app, or hands the link to the one that runs already.
func openWindow(o options) int {
	lock, err := acquire(o.data)
	if errors.Is(err, instance.ErrRunning) {
		if instance.Send(context.Background(), o.data, o.link) == nil {
			return 0
		}
		// The other may just have ended. If it only does not answer, the window says so: nobody sees what a
		// program writes that was started from a menu.
		lock, err = acquire(o.data)
	}
	e := newEarly()
	a := newApp(o, realParts(e), lock, err)
	defer a.close()
	defer died(a.log, os.Stderr) // before close, which might wait for what has died
	endOnQuit(a.ctx, a.log, os.Stderr)
	a.show(e)
	return 0
}

// acquire makes the data directory and takes its lock.
func acquire(data string) (*instance.Instance, error) {
	if err := atomicfile.MkdirPrivate(data); err != nil {
		return nil, err
	}
	return instance.Acquire(data)
}
