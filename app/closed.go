package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"certdesk/internal/logfile"
	"certdesk/internal/ui/kit"
)

// What keeps keys and passwords in this process when something goes wrong: noCoreDumps from the first moment on,
// closeProcess once the window has stood for a moment (startOver), and the report of a crash, which says which
// functions ran and nothing that they worked on.

// exitCrashed is the code of a program that ends by a panic, as the Go runtime has it.
const exitCrashed = 2

// died is deferred where goroutines of the app begin: a panic is written to the log and said on standard error,
// without its message and without values, and ends the program.
func died(log *logfile.Log, errOut io.Writer) {
	if value := recover(); value != nil {
		log.Logger().Error(string(logfile.PanicCaught), "cause", fmt.Sprintf("%T", value))
		end(log.Died(value), errOut)
	}
}

func end(report string, errOut io.Writer) {
	_, _ = fmt.Fprintf(errOut, "certdesk: %s\n", report)
	os.Exit(exitCrashed)
}

// guarded is a dispatcher whose goroutines die as the window's does.
type guarded struct {
	kit.Dispatcher
	log *logfile.Log
}

func (g guarded) Go(ctx context.Context, work func(ctx context.Context)) {
	g.Dispatcher.Go(ctx, func(ctx context.Context) {
		defer died(g.log, os.Stderr)
		work(ctx)
	})
}

// endOnQuit answers SIGQUIT, at which the Go runtime would write the values of all arguments, by a report of
// what all goroutines are doing. It is read until ctx ends.
func endOnQuit(ctx context.Context, log *logfile.Log, errOut io.Writer) {
	quit := make(chan os.Signal, 1)
	signal.Notify(quit, syscall.SIGQUIT)
	go func() {
		defer signal.Stop(quit)
		select {
		case <-ctx.Done():
		case <-quit:
			all := make([]byte, 1<<20)
			end(log.Stopped(all[:runtime.Stack(all, true)]), errOut)
		}
	}()
}
