package logfile

import "log/slog"

// Silent is a log that keeps nothing: for a data directory that can't be written.
func Silent() *Log { return &Log{logger: slog.New(slog.DiscardHandler)} }
