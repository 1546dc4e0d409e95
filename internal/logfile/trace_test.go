package logfile

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestATraceHoldsNoValues: of what the runtime writes there is left what the program was doing, and nothing of
// what it was doing it with.
func TestATraceHoldsNoValues(t *testing.T) {
	raw := `panic: strconv.Atoi: parsing "` + canary + `": invalid syntax
	of ` + canary + ` [recovered, repanicked]
panic: runtime error: index out of range [5] with length 3
[signal SIGSEGV: segmentation violation code=0x1 addr=0x7f77ab pc=0x77ab]
fatal error: concurrent map writes

goroutine 1 gp=0xc000077ab0 m=0 mp=0x77ab [running, locked to thread]:
certdesk/internal/request.(*maker).prime(0x77ab77ab77ab, {0xc000077ab0, 0x20, 0x20}, {{0x77ab, 0x1}}, (...))
	/home/` + canary + `/src/certdesk/internal/request/generate.go:49 +0x77ab
slices.SortFunc[...]({0x77ab, 0x3})
	slices/sort.go:29 +0x77ab
main.main.func1()
	app/main.go:40 fp=0xc0 sp=0x77ab pc=0x77ab
main.named("` + canary + `")
created by certdesk/app.open in goroutine 1
	C:\Users\` + canary + `\certdesk\app\main.go:12 +0x77ab
rax    0x77ab77ab
` + canary + `
` + strings.Repeat("x", 9*maxTraceLine) + `(0x1)
exit status 2
`
	want := `panic
panic: runtime error: index out of range [5] with length 3
fatal error: concurrent map writes
goroutine 1 gp=0x… m=0 mp=0x… [running, locked to thread]:
certdesk/internal/request.(*maker).prime(…)
	request/generate.go:49
slices.SortFunc[...](…)
	slices/sort.go:29
main.main.func1(…)
main.named(…)
created by certdesk/app.open in goroutine 1
	app/main.go:12`
	if got := Trace(raw); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := Trace(strings.Repeat("main.f()\n", 10*maxTrace)); strings.Count(got, "\n") != maxTrace-1 {
		t.Errorf("%d lines", strings.Count(got, "\n"))
	}
}

// crashes are the ways in which the test's own program dies when it is told to.
var crashes = map[string]func(*Log){
	"panic": func(l *Log) {
		defer func() { _, _ = os.Stderr.WriteString(l.Died(recover())); os.Exit(2) }()
		panic(errors.New(canary))
	},
	"runtime error": func(l *Log) {
		defer func() { _, _ = os.Stderr.WriteString(l.Died(recover())); os.Exit(2) }()
		none := []string{}
		_ = none[len(os.Args)+7]
	},
	"goroutine of a library": func(*Log) {
		go panic(canary)
		select {}
	},
}

func crashNow(dir, how string) {
	l, err := Open(dir)
	if err != nil {
		panic(err)
	}
	crashes[how](l)
}

// TestCrashes: each crash is found by the next start, says where it was, and shows nothing that was worked on.
func TestCrashes(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for how := range crashes {
		t.Run(how, func(t *testing.T) {
			dir := t.TempDir()
			child := exec.CommandContext(t.Context(), program)
			child.Env = append(os.Environ(), "LOGFILE_CRASH_IN="+dir, "LOGFILE_CRASH="+how)
			var output bytes.Buffer
			child.Stderr = &output
			var exit *exec.ExitError
			if err := child.Run(); !errors.As(err, &exit) || exit.ExitCode() != 2 {
				t.Fatalf("the child did not crash: %v\n%s", err, output.String())
			}
			if how != "goroutine of a library" && strings.Contains(output.String()+content(t, dir, crash), canary) {
				t.Errorf("the canary is in what was said:\n%s\n%s", output.String(), content(t, dir, crash))
			}
			l := opened(t, dir, maxSize)
			if !l.Crashed() || content(t, dir, crash) != "" || content(t, dir, earlier) != l.Report()+"\n" {
				t.Errorf("the report was not set aside: %q", l.Report())
			}
			if !strings.Contains(l.Report(), "logfile/trace_test.go:") || strings.Contains(l.Report(), canary) || strings.Contains(l.Report(), "0x") {
				t.Errorf("the report is\n%s", l.Report())
			}
			if how == "runtime error" && !strings.Contains(l.Report(), "index out of range") {
				t.Errorf("the report is\n%s", l.Report())
			}
			_ = l.Close()
			if again := opened(t, dir, maxSize); again.Crashed() {
				t.Error("it is reported twice")
			}
		})
	}
}
