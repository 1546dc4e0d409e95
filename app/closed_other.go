//go:build !linux

package main

// closeProcess has nothing to do. On Windows the Go runtime has taken this process out of error reporting from its
// start (runtime/signal_windows.go, preventErrorDialogs), which would send a copy of its memory away. On macOS it is the
// hardened runtime that keeps debuggers out, which comes with signing and is no call.
func closeProcess() {}
