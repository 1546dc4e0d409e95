package main

import "golang.org/x/sys/unix"

// closeProcess closes this process to debuggers of the same account and to core dumps of every kind, also those
// that a program of the system collects (prctl(2), PR_SET_DUMPABLE; proc(5): what is under /proc/PID belongs to
// root then). It comes a moment after the start: until then Fyne has asked the desktop's portal for its colours,
// and portals refuse programs that they can't look into (flatpak/xdg-desktop-portal#1490 and #2141). Nothing else
// here asks a portal. Programs that are started from here are not closed: exec(2) undoes it.
func closeProcess() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }
