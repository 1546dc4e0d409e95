// Package logfile writes the app's log: JSON lines for whoever has to find out what went wrong, and nothing
// that would embarrass the customer who sends them.
//
// Each record is one of the events in events.go with the keys that the event has there. Everything else is
// dropped and counted, also what libraries write through package log. Secrets print as "[secret]",
// addresses and PEM are taken out of texts.
//
// The files lie together in one folder, readable by their owner alone: certdesk.log, at most 1 MiB, and
// certdesk-previous.log before it; crash.log, which the Go runtime writes when the program dies, and
// crash-previous.log from an earlier run.
package logfile

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

const (
	maxSize  = 1 << 20 // of the log, in bytes
	maxCrash = 1 << 18 // of a crash report that is kept
	current  = "certdesk.log"
	previous = "certdesk-previous.log"
	crash    = "crash.log"
	earlier  = "crash-previous.log"
)

// Log is the open log. It is safe for concurrent use. A log that can't be written (a full disk) stays
// silent: nothing fails because of it.
type Log struct {
	dropped atomic.Int64
	crashed bool
	logger  *slog.Logger

	mu   sync.Mutex
	dir  string
	file *os.File
	size int64
	max  int64
}

// Open opens the log in dir, an existing folder, and has the Go runtime write there should the program
// crash. Only one Log may be open in a folder at a time; the one running app has it.
func Open(dir string) (*Log, error) { return open(dir, maxSize) }

func open(dir string, limit int64) (*Log, error) {
	l := &Log{dir: dir, max: limit}
	crashed, err := l.watchCrashes()
	if err != nil {
		return nil, fmt.Errorf("logfile: %w", err)
	}
	l.crashed = crashed
	if l.file, err = reopen(filepath.Join(dir, current)); err != nil {
		return nil, fmt.Errorf("logfile: %w", err)
	}
	if l.size, err = l.file.Seek(0, io.SeekEnd); err != nil {
		_ = l.file.Close()
		return nil, fmt.Errorf("logfile: %w", err)
	}
	out := slog.NewJSONHandler(writerFunc(l.write), nil)
	l.logger = slog.New(&handler{out: out, dropped: &l.dropped})
	return l, nil
}

// reopen opens a file that may exist already, 0600 whatever it was before. It is not opened for appending:
// Windows does not let such a file be emptied.
func reopen(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS == "windows" {
		return f, nil // the folder's access list holds
	}
	if err := f.Chmod(0o600); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// watchCrashes sets an earlier crash report aside and makes room for the next.
func (l *Log) watchCrashes() (crashed bool, err error) {
	f, err := reopen(filepath.Join(l.dir, crash))
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // the runtime keeps a copy of its own
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		crashed = true
		keep(f, filepath.Join(l.dir, earlier), maxCrash)
		if err := f.Truncate(0); err != nil {
			return crashed, err
		}
	}
	return crashed, debug.SetCrashOutput(f, debug.CrashOptions{})
}

// keep copies at most limit bytes of f over the file at path. What it can't copy is lost, not an error: it
// is a log.
func keep(f *os.File, path string, limit int64) {
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return
	}
	defer func() { _ = to.Close() }()
	_, _ = io.Copy(to, io.NewSectionReader(f, 0, limit))
}

// Logger writes to the log. Its messages are [Event]s.
func (l *Log) Logger() *slog.Logger { return l.logger }

// Crashed reports whether the run before this one left a crash report; it is in crash-previous.log now.
func (l *Log) Crashed() bool { return l.crashed }

// Dropped is how many records and values were not written because events.go doesn't have them.
func (l *Log) Dropped() int64 { return l.dropped.Load() }

// Close writes the last record, how much was dropped, and closes the log. What is logged later is lost.
func (l *Log) Close() error {
	l.logger.Info(string(LogClosed), "dropped", l.Dropped())
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

// write adds one line; a log that would become too large becomes the previous one first.
func (l *Log) write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return 0, os.ErrClosed
	}
	if l.size > 0 && l.size+int64(len(line)) > l.max {
		keep(l.file, filepath.Join(l.dir, previous), l.max)
		if err := l.file.Truncate(0); err != nil {
			return 0, err
		}
		l.size = 0
	}
	n, err := l.file.WriteAt(line, l.size)
	l.size += int64(n)
	return n, err
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
