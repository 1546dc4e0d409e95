package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"certdesk/assets"
	"certdesk/internal/atomicfile"
	"certdesk/internal/certificate"
	"certdesk/internal/clipboard"
	"certdesk/internal/demo"
	"certdesk/internal/desk"
	"certdesk/internal/downloads"
	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/i18n"
	"certdesk/internal/instance"
	"certdesk/internal/logfile"
	"certdesk/internal/opener"
	"certdesk/internal/proof"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/settings"
	"certdesk/internal/ui/shell"
	"certdesk/internal/vault"
)

// The window, in Fyne's units: its first size, and the least at which every screen is whole.
const (
	windowWidth, windowHeight = 1000, 700
	leastWidth, leastHeight   = 760, 560
)

// application is the running app.
type application struct {
	options options
	lock    *instance.Instance
	log     *logfile.Log
	worlds  *worlds
	window  fyne.Window
	shell   *shell.Shell
	run     kit.Dispatcher
	ctx     context.Context
	cancel  context.CancelFunc
}

// parts are what a test puts other things in place of. Patience, sleep and disk are optional.
type parts struct {
	run      kit.Dispatcher
	guard    bool // a panic ends the program with a report; a test wants to see it
	now      func() time.Time
	keyring  func(service string) vault.Backend
	patience time.Duration // with a keyring that does not answer; 0: that of the vault
	// sleep passes the time between calls to a service that are repeated; nil: real time.
	sleep func(context.Context, time.Duration) error
	disk  func(desk.Store) desk.Store // stands between the desk and its store; nil: nothing does
	roots *x509.CertPool              // in place of the system's; nil: the system's
	proxy func() httpclient.Proxy     // the way out of this network; nil: as the environment says
	share func(dir string) bool       // whether a folder is on another computer; nil: asks the system
	// network is where names of the customer's own orders are looked up; nil: the real one.
	network proof.Network
	// backupWork is the work factor of backups and of the passphrase file; 0: the usual one.
	backupWork int
	demo       demo.Options // how fast the demo works; Dir is set here
	// watch tells of new files in a folder; nil: as the system does.
	watch func(ctx context.Context, dir string, wanted func(string) bool, found func(string)) error
	// issuer fetches an authority's certificate; nil: from the network.
	issuer certificate.Fetch
	// serve looks what a website serves; nil: in the network.
	serve desk.Serve
	// stores is where certificates are put into programs; nil: those of this account, and the demo's.
	stores *stores
	// browse opens an address; nil: in the customer's browser.
	browse func(address string)
}

// realParts are those of the program that a customer runs.
func realParts(e *early) parts {
	return parts{run: kit.NewDispatcher(e.do), guard: true, now: time.Now, keyring: vault.System}
}

// newApp puts the app together. lockErr is what kept the data directory from being locked; the window says
// so then.
func newApp(o options, p parts, lock *instance.Instance, lockErr error) *application {
	a := &application{options: o, lock: lock}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	catalogue, err := i18n.Open(assets.Translations)
	if err != nil {
		panic(err) // the catalogue is part of the program; its tests read it
	}
	go catalogue.Printer("") // reads the words, while the driver waits for the display
	a.log = logfile.Silent() // another app may be writing to that of the folder
	if lock != nil {
		a.log = openLog(o.data)
	}
	if p.guard {
		p.run = guarded{p.run, a.log}
	}
	a.run = p.run
	log := a.log.Logger()
	hearLibraries(log)
	log.Info(string(logfile.AppStarted), "version", version, "system", runtime.GOOS, "architecture", runtime.GOARCH, "crashed", a.log.Crashed())
	open := opener.New()
	if p.watch == nil {
		p.watch = downloads.Watch
	}
	if p.browse == nil {
		p.browse = func(address string) { go openURL(a.ctx, open, log, address) }
	}
	a.worlds = &worlds{
		parts: p, data: o.data, lock: lock, lockErr: lockErr, locked: a.locked, log: log, file: a.log, ctx: a.ctx, catalogue: catalogue, open: open,
	}
	driver := app.NewWithID(appID)
	driver.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	driver.Settings().SetTheme(kit.NewTheme(kit.System))
	fonts := make(chan struct{})
	go func() { kit.ReadFonts(); close(fonts) }() // takes as long as connecting to the display
	a.window = driver.NewWindow("Certdesk")
	<-fonts
	a.window.SetPadded(false)
	a.window.Resize(fyne.NewSize(windowWidth, windowHeight))
	a.shell = shell.New(shell.Deps{
		Window: a.window,
		Env: kit.Env{
			Run: p.run, Now: p.now, Clipboard: driver.Clipboard(), Recent: &kit.Recent{},
			OpenURL: p.browse, CopySecret: clipboard.SetSecret,
			About: fmt.Sprintf("Certdesk %s, %s/%s", version, runtime.GOOS, runtime.GOARCH),
		},
		Catalogue: catalogue,
		Worlds:    a.worlds,
		System:    system{driver: driver, open: open, watch: p.watch},
		Places:    places(o.data),
		About:     settings.About{Version: version, Licences: licenceList()},
		Crash:     beginning(a.log.Report(), crashLines),
	})
	return a
}

const (
	// firstScreen is how long the window waits for its first screen. Longer, and "Opening…" is better.
	firstScreen = 150 * time.Millisecond
	// startOver is when what only the start needed is given back to the system, about 20 MB, and the process is
	// closed to others.
	startOver = time.Second
)

// show shows the window until it is closed.
func (a *application) show(e *early) {
	a.window.SetCloseIntercept(func() {
		a.shell.Close()
		a.window.Close()
	})
	a.window.SetMaster()
	a.shell.Start(a.options.link, a.options.origin)
	if a.lock != nil {
		go a.listen(a.lock)
	}
	e.until(a.shell.Ready, firstScreen)
	time.AfterFunc(startOver, func() {
		closeProcess()
		debug.FreeOSMemory()
	})
	a.window.ShowAndRun()
}

// locked takes over a lock that could be had only later, after what was in its way had gone.
func (a *application) locked(lock *instance.Instance) {
	a.run.OnUI(func() {
		a.lock = lock
		go a.listen(lock)
	})
}

// listen brings the links of further starts to the window.
func (a *application) listen(lock *instance.Instance) {
	for {
		select {
		case <-a.ctx.Done():
			return
		case link, ok := <-lock.Links():
			if !ok {
				return
			}
			a.run.OnUI(func() { a.shell.Link(link) })
		}
	}
}

func (a *application) close() {
	a.cancel()
	a.worlds.close()
	_ = a.log.Close()
	if lock := a.worlds.lock; lock != nil {
		_ = lock.Close()
	}
}

// openLog opens the log. Without one the app runs all the same: the window says what is wrong with the
// folder.
func openLog(data string) *logfile.Log {
	dir := filepath.Join(data, "log")
	if err := atomicfile.MkdirPrivate(dir); err != nil {
		return logfile.Silent()
	}
	l, err := logfile.Open(dir)
	if err != nil {
		return logfile.Silent()
	}
	return l
}

// openURL opens an address in the browser. A failure is said in the log: the address also stands on the
// screen, to be copied.
func openURL(ctx context.Context, o *opener.Opener, log *slog.Logger, address string) {
	u, err := url.Parse(address)
	if err == nil {
		err = o.OpenURL(ctx, u)
	}
	if err != nil {
		log.Warn(string(logfile.BackgroundFailed), "what", "opening an address", "code", string(fault.Of(err).Code))
	}
}

// system is what the window needs of the system.
type system struct {
	driver fyne.App
	open   *opener.Opener
	watch  func(ctx context.Context, dir string, wanted func(string) bool, found func(string)) error
}

func (s system) Downloads() string { return downloadsDir(getenv) }

func (s system) Watch(ctx context.Context, dir string, wanted func(string) bool, found func(string)) error {
	return s.watch(ctx, dir, wanted, found)
}

func (s system) Theme(t fyne.Theme) { s.driver.Settings().SetTheme(t) }

func (s system) OpenFolder(ctx context.Context, path string) error {
	return s.open.OpenFolder(ctx, path)
}

func (s system) OpenFile(ctx context.Context, path string) error { return s.open.OpenFile(ctx, path) }

func (s system) OpenMail(ctx context.Context, subject, body string) error {
	return s.open.OpenMail(ctx, "", subject, body)
}

// licenceList is the list at the beginning of the licences; the texts follow there.
func licenceList() string {
	list, _, _ := strings.Cut(assets.Licences, "\n\n")
	return list
}

// crashLines is how much of a crash's report is shown, and may be copied for support: where it happened stands first.
const crashLines = 40

func beginning(text string, lines int) string {
	all := strings.SplitN(text, "\n", lines+1)
	return strings.Join(all[:min(len(all), lines)], "\n")
}

// places are shown in the settings.
func places(data string) []settings.Place {
	return []settings.Place{
		{What: i18n.M("settings.place.keys"), Text: i18n.M("settings.place.keys-text")},
		{What: i18n.M("settings.place.orders"), Path: data},
		{What: i18n.M("settings.place.demo"), Path: filepath.Join(data, "demo")},
		{What: i18n.M("settings.place.log"), Path: filepath.Join(data, "log")},
	}
}

func init() {
	restrictUmask()
	noCoreDumps()
	_ = os.Unsetenv("FYNE_THEME") // appearance is a setting of this app
}
