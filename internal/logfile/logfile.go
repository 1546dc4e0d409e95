// Package logfile writes the app's log: JSON lines for whoever has to find out what went wrong, and nothing
// that would embarrass the customer who sends them.
//
// Each record is one of the events in events.go with the keys that the event has there. Everything else is
// dropped and counted, also what libraries write through package log. Secrets print as "[secret]",
// addresses and PEM are taken out of texts.
//
// The files lie together in one folder, readable by their owner alone: certdesk.log, at most 1 MiB, and
// certdesk-previous.log before it; crash.log, which is written when the program dies, and crash-previous.log
// from an earlier run. A panic that the app catches ([Log.Died]) is written there as [Trace] has it. What the
// Go runtime can only write itself (a fault in a driver's code) lies there as it is until the next start, which
// keeps what Trace leaves of it.
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
	maxCrash = 1 << 18 // of a crash report that is read
	current  = "certdesk.log"
	previous = "certdesk-previous.log"
	crash    = "crash.log"
	earlier  = "crash-previous.log"
)

// Log is the open log. It is safe for concurrent use. A log that can't be written (a full disk) stays
// silent: nothing fails because of it.
type Log struct {
	dropped atomic.Int64
	report  string // of the crash before this run
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

func open(dir string, limit int64) (_ *Log, err error) {
	l := &Log{dir: dir, max: limit}
	if l.report, err = l.watchCrashes(); err != nil {
		return nil, fmt.Errorf("logfile: %w", err)
	}
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

// watchCrashes sets the report of an earlier crash aside, without what nobody else should see, and makes room
// for the next.
func (l *Log) watchCrashes() (report string, err error) {
	f, err := reopen(filepath.Join(l.dir, crash))
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // the runtime keeps a copy of its own
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		raw := make([]byte, min(info.Size(), maxCrash))
		n, _ := f.ReadAt(raw, 0)
		if report = Trace(string(raw[:n])); report == "" {
			report = noTrace
		}
		write(filepath.Join(l.dir, earlier), report)
		if err := f.Truncate(0); err != nil {
			return report, err
		}
	}
	return report, debug.SetCrashOutput(f, debug.CrashOptions{})
}

// noTrace is the report of a crash that left nothing that can be read.
const noTrace = "no trace"

// Died writes the report of a panic, to be called where it was recovered, before the program ends: with the
// stack, without the panic's message and without values. It gives back what it wrote.
func (l *Log) Died(value any) string {
	return l.last(caught(value, debug.Stack()))
}

// Stopped writes the report of a program that is made to end: the stacks of all goroutines.
func (l *Log) Stopped(stacks []byte) string {
	return l.last("stopped\n" + Trace(string(stacks)))
}

// last writes what the next start finds.
func (l *Log) last(report string) string {
	if l.dir != "" {
		write(filepath.Join(l.dir, crash), report)
	}
	return report
}

// write puts text into a file. What can't be written is lost, not an error: it is a log.
func write(path, text string) {
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return
	}
	defer func() { _ = to.Close() }()
	_, _ = to.WriteString(text + "\n")
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
func (l *Log) Crashed() bool { return l.report != "" }

// Report is that report, as [Trace] has it; empty when the run before ended well.
func (l *Log) Report() string { return l.report }

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
