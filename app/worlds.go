package main

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"

	"certdesk/internal/activation"
	"certdesk/internal/certificate"
	"certdesk/internal/demo"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/i18n"
	"certdesk/internal/instance"
	"certdesk/internal/logfile"
	"certdesk/internal/opener"
	"certdesk/internal/proof"
	"certdesk/internal/seller"
	"certdesk/internal/seller/acme"
	"certdesk/internal/seller/activationapi"
	"certdesk/internal/seller/handoff"
	"certdesk/internal/store"
	"certdesk/internal/ui/shell"
	"certdesk/internal/vault"
	"certdesk/internal/vault/passfile"
)

// worlds opens the customer's own orders and the demo, each once.
type worlds struct {
	parts
	data      string
	lock      *instance.Instance
	lockErr   error
	locked    func(*instance.Instance) // told of a lock that could be had only later
	log       *slog.Logger
	file      *logfile.Log    // where log writes
	ctx       context.Context // of the app: background work ends with it
	catalogue *i18n.Catalogue
	open      *opener.Opener

	mu         sync.Mutex
	triedAgain bool
	real       *opened
	inDemo     *opened
	issuer     *demo.Issuer
	// Both are read while mu may be held by a world that is opening: the running issuer's address, and what
	// the customer has chosen.
	origin  atomic.Pointer[string]
	choices atomic.Pointer[desk.Settings]
}

// opened is a world that is open.
type opened struct {
	shell.World
	store *store.Store
	stop  context.CancelFunc
	done  chan struct{}
}

// worldNames are what backups say they are of, by the keyring's service.
var worldNames = map[string]string{vault.Service: "", vault.DemoService: "demo"}

func demoDir(data string) string       { return filepath.Join(data, "demo") }
func demoIssuerDir(data string) string { return filepath.Join(demoDir(data), "issuer") }

// Real opens the customer's own orders.
func (w *worlds) Real(ctx context.Context) (shell.World, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.real != nil {
		return w.real.World, nil
	}
	if err := w.takeLock(); err != nil {
		return shell.World{}, err
	}
	network := w.network
	if network == nil {
		network = proof.System(w.httpOptions(), w.secondResolver)
	}
	o, err := w.enter(ctx, w.data, vault.Service, network, programs(), w.serves())
	if err != nil {
		return shell.World{}, err
	}
	w.real = o
	w.choices.Store(o.Desk.Settings)
	return o.World, nil
}

// takeLock has the data directory for this app alone. What was in the way at the start may have gone since.
func (w *worlds) takeLock() error {
	if w.lockErr == nil {
		return nil
	}
	if !w.triedAgain {
		w.triedAgain = true // the answer is from a moment ago
		return lockFault(w.lockErr)
	}
	if w.lock == nil {
		lock, err := acquire(w.data)
		if err != nil {
			return lockFault(err)
		}
		w.lock = lock
		w.locked(lock)
	}
	w.lockErr = nil
	return nil
}

// lockFault says in words what keeps the data directory from being locked.
func lockFault(err error) error {
	if errors.Is(err, instance.ErrRunning) {
		return fault.New(fault.AnotherRunning, err)
	}
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, syscall.ENOSPC):
		return fault.New(fault.DiskFull, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fault.New(fault.FolderReadOnly, err)
	}
	return fault.New(fault.FolderGone, err)
}

// Demo starts the issuer and opens the demo's own orders.
func (w *worlds) Demo(ctx context.Context) (shell.World, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.openDemo(ctx)
}

func (w *worlds) openDemo(ctx context.Context) (shell.World, error) {
	if w.inDemo != nil {
		return w.inDemo.World, nil
	}
	issuer, err := demo.Start(w.ctx, w.demoOptions())
	if err != nil {
		return shell.World{}, fault.New(fault.DemoFailed, err)
	}
	o, err := w.enter(ctx, demoDir(w.data), vault.DemoService, proof.Loopback(issuer.DNSAddr, issuer.WebAddr, w.httpOptions()),
		practice(w.data), nil)
	if err != nil {
		return shell.World{}, errors.Join(err, issuer.Close())
	}
	o.Helper = helper{issuer.Helper(doer{w.http()})}
	o.Codes = demoCodes()
	w.inDemo, w.issuer = o, issuer
	origin := issuer.URL()
	w.origin.Store(&origin)
	return o.World, nil
}

func (w *worlds) demoOptions() demo.Options {
	o := w.parts.demo
	o.Dir, o.Logger = demoIssuerDir(w.data), w.log
	return o
}

// RestartDemo throws the demo's orders, keys and licences away and starts it anew.
func (w *worlds) RestartDemo(ctx context.Context) (shell.World, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.inDemo != nil {
		if err := w.inDemo.World.Desk.Orders.Forget(ctx); err != nil {
			return shell.World{}, err
		}
		w.inDemo.close()
		w.inDemo = nil
	}
	if w.issuer != nil {
		if err := w.issuer.Close(); err != nil {
			w.log.Warn(string(logfile.BackgroundFailed), "what", "closing the demo", "code", string(fault.Of(err).Code))
		}
		w.issuer = nil
		w.origin.Store(nil)
	}
	if err := errors.Join(demo.Wipe(demoIssuerDir(w.data)), os.RemoveAll(practice(w.data).Home)); err != nil {
		return shell.World{}, fault.New(fault.DemoFailed, err)
	}
	return w.openDemo(ctx)
}

// IsDemo reports whether a ticket belongs to the demo: its own codes, and test services on this computer.
func (w *worlds) IsDemo(t activation.Ticket) bool {
	if t.Service == activation.Demo {
		return true
	}
	_, host, err := activation.ParseOrigin(t.Service)
	return err == nil && host.Loopback
}

// enter makes a desk over a data directory; proofs of names are looked up in network.
func (w *worlds) enter(ctx context.Context, dir, service string, network proof.Network, at stores, serve desk.Serve) (*opened, error) {
	share := w.share
	if share == nil {
		share = instance.OnNetworkShare
	}
	s, report, err := store.Open(ctx, store.Options{Dir: dir, Now: w.now, Lock: w.lock, NetworkShare: share})
	if err != nil {
		return nil, err
	}
	w.log.Info(string(logfile.StoreOpened), "repaired", report.Repaired)
	ledger, err := vault.OpenLedger(filepath.Join(dir, vault.LedgerName))
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	kept := desk.Store(s)
	if w.disk != nil {
		kept = w.disk(s)
	}
	if w.stores != nil {
		at = *w.stores
	}
	file := passfile.New(filepath.Join(dir, passfile.Name), passfile.Options{Work: w.backupWork})
	secrets := vault.New(w.keyring(service), ledger, vault.Options{Now: w.now, Timeout: w.patience, File: file})
	accounts := desk.NewAccounts(kept, secrets, rand.Reader, w.now)
	d := desk.New(desk.Deps{
		Store: kept, Vault: secrets, Accounts: accounts,
		Sellers: w.sellers(accounts), Parser: w.parser(), Now: w.now, Rand: rand.Reader, Log: w.log,
		ExportDir: func() string { return exportDir(getenv) }, Wrote: w.open.Wrote,
		Fonts: fonts, Network: network, Issuer: w.issuers(), Shared: share, Serve: serve, Programs: at.Places, Installer: at.installer, Practice: at.practice,
		World: worldNames[service], BackupWork: w.backupWork,
	})
	w.open.Wrote(filepath.Join(dir, vault.LedgerName))
	run, stop := context.WithCancel(w.ctx)
	o := &opened{World: shell.World{Desk: d, Repaired: report.Messages}, store: s, stop: stop, done: make(chan struct{})}
	ready, ownerless := make(chan struct{}), 0
	o.Ownerless = func(ctx context.Context) int {
		select {
		case <-ready:
			return ownerless
		case <-ctx.Done():
			return 0
		}
	}
	go func() {
		defer close(o.done)
		if w.guard {
			defer died(w.file, os.Stderr)
		}
		found, err := d.Orders.Start(run)
		ownerless = len(found.Ownerless)
		close(ready)
		if err != nil && run.Err() == nil {
			w.log.Warn(string(logfile.BackgroundFailed), "what", "taking up what was left", "code", string(fault.Of(err).Code))
		}
		d.Refresher.Run(run)
	}()
	return o, nil
}

func (o *opened) close() {
	o.stop()
	<-o.done
	_ = o.store.Close()
}

func (w *worlds) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, o := range []*opened{w.real, w.inDemo} {
		if o != nil {
			o.close()
		}
	}
	if w.issuer != nil {
		_ = w.issuer.Close()
	}
}

func (w *worlds) http() *httpclient.Seller {
	return httpclient.NewSeller(w.httpOptions())
}

// issuers fetches the certificates of authorities that sellers forget to send.
func (w *worlds) issuers() certificate.Fetch {
	if w.parts.issuer != nil {
		return w.parts.issuer
	}
	return httpclient.NewIssuer(httpclient.ProofOptions{Options: w.httpOptions()}).Fetch
}

// serves looks what websites serve, in the words of the desk.
func (w *worlds) serves() desk.Serve {
	look := w.parts.serve
	if look == nil {
		look = httpclient.Served{Now: w.now}.Look
	}
	return func(ctx context.Context, host string) ([]*x509.Certificate, error) {
		sent, err := look(ctx, host)
		for is, says := range map[error]error{
			httpclient.ErrNoSuchHost: desk.ErrNoHost, httpclient.ErrPrivateAddress: desk.ErrPrivateHost,
			httpclient.ErrNotTLS: desk.ErrNoTLS, httpclient.ErrRefused: desk.ErrSilentHost,
		} {
			if errors.Is(err, is) {
				return nil, says
			}
		}
		return sent, err
	}
}

func (w *worlds) httpOptions() httpclient.Options {
	return httpclient.Options{UserAgent: "Certdesk/" + version, Sleep: w.sleep, RootCAs: w.roots, Proxy: w.proxy}
}

// sellers is the registry of the ways in: directories of ACME and pages in the browser say so, every other service
// speaks the Activation API.
func (w *worlds) sellers(accounts seller.Accounts) desk.Sellers {
	directories := acme.New(acme.Options{HTTP: w.http(), Accounts: accounts, Now: w.now, Rand: rand.Reader})
	client := activationapi.New(activationapi.Options{
		HTTP: w.http(), Resolve: w.resolve, Now: w.now, Wait: w.sleep,
		Language: w.language,
	})
	return func(service string) (seller.Seller, error) {
		if _, _, ok := activation.SplitACME(service); ok {
			return directories, nil
		}
		if activation.IsWeb(service) {
			return handoff.Client{}, nil
		}
		return client, nil
	}
}

// secondResolver is the one that the customer has chosen for looking at proofs.
func (w *worlds) secondResolver() proof.Public {
	if s := w.choices.Load(); s != nil {
		return proof.PublicByID(s.SecondResolver(w.ctx))
	}
	return proof.Public{}
}

// language is the one that the customer has chosen: sellers and the demo write in it too.
func (w *worlds) language() string {
	tag := ""
	if s := w.choices.Load(); s != nil {
		tag = s.Language(w.ctx)
	}
	return w.catalogue.Printer(tag).Lang()
}

// resolve turns the name of a service into its address: the demo's issuer has another one in each run.
func (w *worlds) resolve(_ context.Context, service string) (string, error) {
	if service != activation.Demo {
		return service, nil
	}
	if origin := w.demoOrigin(); origin != "" {
		return origin, nil
	}
	return "", fault.New(fault.ServiceUnreachable, nil, "host", "demo")
}

// demoOrigin is the address of the issuer that this run has started, empty before.
func (w *worlds) demoOrigin() string {
	if o := w.origin.Load(); o != nil {
		return *o
	}
	return ""
}

func (w *worlds) parser() *activation.Parser { return &activation.Parser{DemoOrigin: w.demoOrigin} }
