package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"certdesk/internal/activation"
)

// options are what the command line asks for.
type options struct {
	data       string // the data directory
	link       string // a link to fill step 1 with; never a bare code
	origin     activation.Origin
	demoIssuer bool
	version    bool
	codeStdin  bool
	licences   bool
}

const usage = `Usage: certdesk [flags] [link]

Certdesk takes you from the activation link in your e-mail to a certificate that works. The link only
fills in a form; nothing is sent before you continue.

  --data DIR      keep orders in DIR instead of your account's own folder
  --code-stdin    read an activation link or code from standard input
  --open URI      what the system calls when a certdesk: link is opened; every other flag is ignored
  --demo-issuer   serve the demo issuer alone, and print its addresses
  --version       print the version
  --licences      print the licences of everything that is linked in
`

// parse reads the command line. A bare code is refused there: other programs of the computer can read it.
func parse(args []string, env func(string) string, errOut io.Writer) (options, error) {
	for i, a := range args {
		// The system hands over what a web page wrote, so nothing beside it counts (--open URI, --open=URI).
		name, value, joined := strings.Cut(a, "=")
		if name != "--open" && name != "-open" {
			continue
		}
		if !joined {
			value = strings.Join(args[min(i+1, len(args)):min(i+2, len(args))], "")
		}
		return options{data: defaultDataDir(runtime.GOOS, env), link: value, origin: activation.Scheme}, nil
	}
	o := options{}
	f := flag.NewFlagSet("certdesk", flag.ContinueOnError)
	f.SetOutput(errOut)
	f.Usage = func() { _, _ = io.WriteString(errOut, usage) }
	f.StringVar(&o.data, "data", "", "")
	f.BoolVar(&o.demoIssuer, "demo-issuer", false, "")
	f.BoolVar(&o.version, "version", false, "")
	f.BoolVar(&o.licences, "licences", false, "")
	f.BoolVar(&o.codeStdin, "code-stdin", false, "")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.data == "" {
		o.data = defaultDataDir(runtime.GOOS, env)
	}
	abs, err := filepath.Abs(o.data)
	if err != nil {
		return o, fmt.Errorf("the data directory: %w", err)
	}
	o.data = abs
	switch f.NArg() {
	case 0:
	case 1:
		if !strings.Contains(f.Arg(0), ":") {
			return o, errCodeInArguments
		}
		o.link, o.origin = f.Arg(0), activation.CommandLine
		if strings.HasPrefix(strings.ToLower(o.link), "certdesk:") {
			o.origin = activation.Scheme
		}
	default:
		return o, errTooMany
	}
	return o, nil
}

var (
	errTooMany         = fmt.Errorf("one link at a time, please; put it in quotes")
	errCodeInArguments = fmt.Errorf("a code does not belong on the command line, where other programs can read it.\n" +
		"Start Certdesk and paste it there, or give it on standard input with --code-stdin")
)

// defaultDataDir is the local, never the roaming, folder of the account.
func defaultDataDir(goos string, env func(string) string) string {
	home := env("HOME")
	switch goos {
	case "windows":
		return filepath.Join(env("LOCALAPPDATA"), "Certdesk")
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", appID)
	}
	if d := env("XDG_DATA_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, appID)
	}
	return filepath.Join(home, ".local", "share", appID)
}

// exportDir is the folder that is offered for files: the account's documents, or its home.
func exportDir(env func(string) string) string {
	if d := accountDir(env, "DOCUMENTS", "Documents"); d != "" {
		return d
	}
	return homeDir(env)
}

// downloadsDir is the folder into which browsers put files; empty where there is none.
func downloadsDir(env func(string) string) string { return accountDir(env, "DOWNLOAD", "Downloads") }

func homeDir(env func(string) string) string {
	if home := env("HOME"); home != "" {
		return home
	}
	return env("USERPROFILE")
}

// accountDir is one of the account's folders by the name that the desktop has for it, or else by its usual one;
// empty where it is not there.
func accountDir(env func(string) string, name, usual string) string {
	home := homeDir(env)
	for _, d := range []string{env("XDG_" + name + "_DIR"), xdgDir(home, name, env), filepath.Join(home, usual)} {
		if s, err := os.Stat(d); d != "" && err == nil && s.IsDir() {
			return d
		}
	}
	return ""
}

// xdgDir reads the folder that the desktop calls by a name, in the customer's language (user-dirs.dirs of
// xdg-user-dirs).
func xdgDir(home, name string, env func(string) string) string {
	config := env("XDG_CONFIG_HOME")
	if config == "" {
		config = filepath.Join(home, ".config")
	}
	b, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs"))
	if err != nil {
		return ""
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), `XDG_`+name+`_DIR="`); ok {
			return strings.Replace(strings.TrimSuffix(v, `"`), "$HOME", home, 1)
		}
	}
	return ""
}
