//go:build !linux

package main

// closeProcess has nothing to do. On macOS a process of a signed app is not opened to debuggers in the first
// place; on Windows the Go runtime has taken this process out of error reporting (runtime/signal_windows.go,
// preventErrorDialogs), which would send a copy of its memory away.
func closeProcess() {}
