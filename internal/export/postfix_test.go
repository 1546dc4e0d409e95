//go:build unix

package export_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Postfix's own server of SMTP, one process for one connection, as Postfix's master starts it: as the owner of the mail,
// who is never root. Its chain is sent after STARTTLS. Postfix as a whole runs for root alone; tlsmgr, which gives the
// process randomness, is played by the test.
func postfixServes(t *testing.T, s served) {
	t.Helper()
	owner, err := user.Current()
	if err == nil && owner.Uid == "0" {
		owner, err = user.Lookup("daemon") // there on every system, and with nothing of its own
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := fmt.Sprintf(`compatibility_level = 3.6
mail_owner = %[1]s
default_privs = mail
queue_directory = %[2]s
data_directory = %[2]s
myhostname = %[3]s
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
notify_classes =
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
%[4]s`, owner.Username, dir, site, s.snippet(t, "postfix", "postfix.config", shownDir, s.dir+"/"))
	for name, text := range map[string]string{"main.cf": config, "master.cf": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	private := filepath.Join(dir, "private")
	if err := os.Mkdir(private, 0o700); err != nil {
		t.Fatal(err)
	}
	accept(t, "unix", filepath.Join(private, "tlsmgr"), giveRandomness)
	address := accept(t, "tcp", "127.0.0.1:0", smtpd(t, dir, owner))
	handOver(t, owner, filepath.Dir(dir), dir, dir+"/*", private+"/*", s.dir, s.dir+"/*")
	s.contented(t, "Postfix", address, "-starttls", "smtp")
}

// handOver gives files to somebody, where root runs the tests.
func handOver(t *testing.T, to *user.User, patterns ...string) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	for _, pattern := range patterns {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			if err := os.Chown(path, number(t, to.Uid), number(t, to.Gid)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// accept gives each connection to serve, until the test ends.
func accept(t *testing.T, network, at string, serve func(ctx context.Context, conn net.Conn)) (address string) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), network, at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				ended := context.AfterFunc(ctx, func() { _ = conn.Close() })
				defer ended()
				defer func() { _ = conn.Close() }()
				serve(ctx, conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		cancel()
		running.Wait()
	})
	return l.Addr().String()
}

// smtpd runs Postfix's server of SMTP for a connection. What it says goes to the system's log.
func smtpd(t *testing.T, dir string, as *user.User) func(context.Context, net.Conn) {
	t.Helper()
	path := daemon(t, "smtpd", "/usr/lib/postfix/sbin", "/usr/libexec/postfix")
	var attributes *syscall.SysProcAttr
	if os.Getuid() == 0 {
		attributes = &syscall.SysProcAttr{Credential: &syscall.Credential{
			Uid: uint32(number(t, as.Uid)), Gid: uint32(number(t, as.Gid)),
		}}
	}
	return func(ctx context.Context, conn net.Conn) {
		file, err := conn.(*net.TCPConn).File()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = file.Close() }()
		cmd := exec.CommandContext(ctx, path, "-S")
		cmd.Env = []string{"MAIL_CONFIG=" + dir, "LC_ALL=C"}
		cmd.Stdin, cmd.Stdout, cmd.SysProcAttr = file, file, attributes
		if err := cmd.Run(); err != nil && ctx.Err() == nil {
			t.Errorf("smtpd: %v", err)
		}
	}
}

// giveRandomness answers as Postfix's tlsmgr does, without a cache of sessions: attributes, each name and value ended by
// a zero byte, and one more after the last.
func giveRandomness(_ context.Context, conn net.Conn) {
	say := func(attributes ...string) error {
		_, err := conn.Write([]byte(strings.Join(attributes, "\x00") + "\x00\x00"))
		return err
	}
	err := say("protocol", "tlsmgr_protocol")
	in := bufio.NewReader(conn)
	for err == nil {
		asked := map[string]string{}
		for name, value := "", ""; err == nil; asked[name] = value {
			if name, err = in.ReadString(0); err != nil || name == "\x00" {
				break
			}
			value, err = in.ReadString(0)
		}
		switch size, _ := strconv.Atoi(strings.TrimSuffix(asked["size\x00"], "\x00")); {
		case err != nil:
		case asked["request\x00"] == "seed\x00":
			seed := make([]byte, size)
			_, _ = rand.Read(seed)
			err = say("status", "0", "seed", base64.StdEncoding.EncodeToString(seed))
		default:
			err = say("status", "0", "cachable", "0", "timeout", "0")
		}
	}
}
