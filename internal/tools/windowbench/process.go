package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// memory is that of a process in KiB: with its share of what it shares with others (Pss), which is less
// while others use the same libraries, and with all of that (Rss); /proc/PID/smaps_rollup, proc(5).
func memory(pid int) (share, whole float64, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if errors.Is(err, fs.ErrPermission) {
		return 0, 0, fmt.Errorf("%w: Certdesk is closed to its own account; measure as root", err)
	}
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(b)) {
		name, rest, _ := strings.Cut(line, ":")
		switch name {
		case "Pss":
			share, err = strconv.ParseFloat(strings.Fields(rest)[0], 64)
		case "Rss":
			whole, err = strconv.ParseFloat(strings.Fields(rest)[0], 64)
		}
		if err != nil {
			return 0, 0, err
		}
	}
	if share == 0 || whole == 0 {
		return 0, 0, fmt.Errorf("process %d: no memory", pid)
	}
	return share, whole, nil
}

// work is what a process has had of the processor in nanoseconds, and how often it has woken up by
// itself: the sums over its threads (schedstat and status under /proc/PID/task, proc(5)). The clock ticks
// of /proc/PID/stat are of 10 ms, a tenth of what an idle window uses in 20 s.
func work(pid int) (nanoseconds, wakeups float64, err error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err != nil {
		return 0, 0, err
	}
	for _, thread := range threads {
		sched, err := os.ReadFile(filepath.Join(thread, "schedstat")) // #nosec G304 -- of a process that we started
		if err != nil {
			return 0, 0, err
		}
		n, err := strconv.ParseFloat(strings.Fields(string(sched))[0], 64)
		if err != nil {
			return 0, 0, err
		}
		nanoseconds += n
		status, err := os.ReadFile(filepath.Join(thread, "status")) // #nosec G304
		if err != nil {
			return 0, 0, err
		}
		for line := range strings.Lines(string(status)) {
			if rest, ok := strings.CutPrefix(line, "voluntary_ctxt_switches:"); ok {
				n, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
				if err != nil {
					return 0, 0, err
				}
				wakeups += n
			}
		}
	}
	return nanoseconds, wakeups, nil
}
