package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/ui/kit"
)

// init is the program of TestAPanicTellsNothing.
func init() {
	dir := os.Getenv("CERTDESK_TEST_PANICS")
	if dir == "" {
		return
	}
	log := openLog(dir)
	if os.Getenv("CERTDESK_TEST_WHERE") == "window" {
		defer died(log, os.Stderr)
		panic(errors.New(canary))
	}
	guarded{kit.NewDispatcher(func(func()) {}), log}.Go(context.Background(), func(context.Context) { panic(canary) })
	select {}
}

// TestAPanicTellsNothing: in the window and in the work behind it, a panic ends the program with a report of where it
// was, without the message, which may quote what was typed.
func TestAPanicTellsNothing(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, where := range []string{"window", "work"} {
		t.Run(where, func(t *testing.T) {
			dir := t.TempDir()
			child := exec.CommandContext(t.Context(), program)
			child.Env = append(os.Environ(), "CERTDESK_TEST_PANICS="+dir, "CERTDESK_TEST_WHERE="+where)
			var said bytes.Buffer
			child.Stderr = &said
			var exit *exec.ExitError
			if err := child.Run(); !errors.As(err, &exit) || exit.ExitCode() != exitCrashed {
				t.Fatalf("%v\n%s", err, said.String())
			}
			report, err := os.ReadFile(filepath.Join(dir, "log", "crash.log"))
			if err != nil || !strings.Contains(string(report), "app/closed_test.go:") || !strings.Contains(said.String(), "app/closed_test.go:") {
				t.Errorf("%v\n%s\n%s", err, said.String(), report)
			}
			if found := holding(t, []string{dir}, map[string]string{"canary": canary}); len(found) > 0 || strings.Contains(said.String(), canary) {
				t.Errorf("%q\n%s", found, said.String())
			}
			if log, err := os.ReadFile(filepath.Join(dir, "log", "certdesk.log")); err != nil || !strings.Contains(string(log), `"panic.caught"`) {
				t.Errorf("the log says %s, %v", log, err)
			}
		})
	}
}
