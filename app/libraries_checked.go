//go:build !migrated_fynedo

package main

import "log/slog"

// hearLibraries leaves what libraries log on standard error: without migrated_fynedo Fyne says there when the
// window is worked on from elsewhere than its own goroutine, and the tests in a real window look for that.
func hearLibraries(*slog.Logger) {}
