//go:build migrated_fynedo

package main

import "log/slog"

// hearLibraries gives what libraries log to the app's own log: they log what they received, and the
// allow-list there drops it.
func hearLibraries(log *slog.Logger) { slog.SetDefault(log) }
