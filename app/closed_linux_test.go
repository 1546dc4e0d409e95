package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// init is the program of TestTheProcessIsClosed: it stands open until it is told to close.
func init() {
	if os.Getenv("CERTDESK_TEST_CLOSES") == "" {
		return
	}
	in := bufio.NewReader(os.Stdin)
	fmt.Println("open")
	_, _ = in.ReadString('\n')
	closeProcess()
	fmt.Println("closed")
	_, _ = in.ReadString('\n')
	os.Exit(0)
}

// nobody is an account without rights: what root may look at says nothing.
const nobody = 65534

// asNobody has a program run as an account without rights, where the test itself is root.
func asNobody(c *exec.Cmd) *exec.Cmd {
	if os.Getuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return c
}

// TestTheProcessIsClosed: no core dump is written, and once it is closed other programs of the same account can't
// look into it.
func TestTheProcessIsClosed(t *testing.T) {
	program, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = program.Close() }()
	child := asNobody(exec.CommandContext(t.Context(), "/proc/self/fd/3")) // its folder is not for everybody
	child.ExtraFiles = []*os.File{program}
	child.Env = append(os.Environ(), "CERTDESK_TEST_CLOSES=1")
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = child.Wait() })
	said := bufio.NewReader(out)
	proc := fmt.Sprintf("/proc/%d/", child.Process.Pid)
	looks := func(file string) error {
		return asNobody(exec.CommandContext(t.Context(), "cat", proc+file)).Run()
	}

	if line, _ := said.ReadString('\n'); line != "open\n" {
		t.Fatalf("the program said %q", line)
	}
	limits, err := os.ReadFile(proc + "limits")
	if err != nil {
		t.Fatal(err)
	}
	core := ""
	for line := range strings.Lines(string(limits)) {
		if rest, ok := strings.CutPrefix(line, "Max core file size"); ok {
			core = strings.Fields(rest)[0]
		}
	}
	if core != "0" {
		t.Errorf("a core dump may have the size %q", core)
	}
	if err := looks("environ"); err != nil {
		t.Fatalf("an open process can't be looked into, so this test shows nothing: %v", err)
	}
	_, _ = io.WriteString(in, "\n")
	if line, _ := said.ReadString('\n'); line != "closed\n" {
		t.Fatalf("the program said %q", line)
	}
	for _, file := range []string{"environ", "maps"} {
		if looks(file) == nil {
			t.Errorf("another program can read %s", file)
		}
	}
}
