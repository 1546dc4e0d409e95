package logfile

import (
	"fmt"
	"path"
	"regexp"
	"runtime"
	"strings"
)

// Limits of a crash report that is kept, in lines and in bytes of one.
const (
	maxTrace     = 400
	maxTraceLine = 300
)

var (
	// What the runtime says itself, in words of its own (runtime/panic.go, runtime/signal_unix.go).
	runtimeSays = regexp.MustCompile(`^(fatal error: |runtime: |SIG[A-Z]+: |panic: runtime error: )[A-Za-z0-9 .,:;()\[\]*/_%-]*$`)
	goroutine   = regexp.MustCompile(`^goroutine \d+( gp=0x[0-9a-f]+ m=\S+( mp=0x[0-9a-f]+)?)? \[[a-zA-Z0-9 ,()]+\]:$`)
	source      = regexp.MustCompile(`^\t(.+\.(?:go|s|c)):(\d+)( \+0x[0-9a-f]+)?$`)
	created     = regexp.MustCompile(`^created by (\S+)( in goroutine \d+)?$`)
	function    = regexp.MustCompile(`^[\pL\pN_./·*()\[\]{},~-]+$`)
	hexadecimal = regexp.MustCompile(`0x[0-9a-fA-F]+`)
)

// Trace makes of what the Go runtime writes when a program dies, or of debug.Stack, a report that can be shown
// to others: which functions were running, at which lines. The message of a panic, which may quote what the
// customer typed, the values of arguments, which the runtime writes as numbers, and addresses are left out.
func Trace(raw string) string {
	var out []string
	for line := range strings.Lines(raw) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) > 8*maxTraceLine {
			continue // not the runtime's
		}
		if kept := traced(line); kept != "" {
			out = append(out, kept[:min(len(kept), maxTraceLine)])
		}
		if len(out) == maxTrace {
			break
		}
	}
	return strings.Join(out, "\n")
}

// traced is what is kept of a line: nothing of a line that is not the runtime's.
func traced(line string) string {
	if runtimeSays.MatchString(line) {
		return hexadecimal.ReplaceAllString(line, "0x…")
	}
	if strings.HasPrefix(line, "panic: ") {
		return "panic"
	}
	if goroutine.MatchString(line) {
		return hexadecimal.ReplaceAllString(line, "0x…")
	}
	if m := source.FindStringSubmatch(line); m != nil {
		dir, file := path.Split(strings.ReplaceAll(m[1], `\`, "/"))
		return "\t" + path.Join(path.Base(dir), file) + ":" + m[2] // no folders of whoever built it
	}
	if m := created.FindStringSubmatch(line); m != nil && function.MatchString(m[1]) {
		return line
	}
	if name, ok := withoutArguments(line); ok {
		return name
	}
	return ""
}

// withoutArguments takes the arguments off a line that names a function: "main.f(0x1, {0x2, 0x3})".
func withoutArguments(line string) (string, bool) {
	if !strings.HasSuffix(line, ")") {
		return "", false
	}
	depth := 0
	for i := len(line) - 1; i > 0; i-- {
		switch line[i] {
		case ')':
			depth++
		case '(':
			depth--
		}
		if depth == 0 {
			name := line[:i]
			return name + "(…)", function.MatchString(name) && strings.Contains(name, ".")
		}
	}
	return "", false
}

// caught is the report of a panic that was caught: the kind of its value, and where it came from.
func caught(value any, stack []byte) string {
	head := fmt.Sprintf("panic of type %T", value)
	if err, ok := value.(runtime.Error); ok {
		if said := traced("panic: " + err.Error()); said != "panic" {
			head = said // the runtime's own words
		}
	}
	return head + "\n" + Trace(string(stack))
}
