//go:build unix

package main

import "syscall"

// restrictUmask keeps files that libraries make to this account.
func restrictUmask() { syscall.Umask(0o077) }

// noCoreDumps keeps the memory of this process out of files, should it die. Only the soft limit is set, which
// programs that are started from here may raise again.
func noCoreDumps() {
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_CORE, &l) == nil {
		l.Cur = 0
		_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &l)
	}
}
