package demo

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"certdesk/assets"
	"certdesk/internal/demo/authority"
	"certdesk/internal/demo/ledger"
	"certdesk/internal/demo/network"
	"certdesk/internal/demo/pages"
	"certdesk/internal/demo/service"
	"certdesk/internal/i18n"
)

// The files of the demo's folder.
const (
	fileLock      = "lock"
	fileAddress   = "address"
	fileAuthority = "authority.pem"
	fileLedger    = "orders.json"
)

// defaultIssueDelay is how long the demo's authority takes after the mailbox is confirmed: long enough to
// see that somebody else is at work.
const (
	defaultIssueDelay  = 2 * time.Second
	defaultReviewDelay = 8 * time.Second
)

// Errors of Start, Wipe and Unkind.
var (
	ErrRunning = errors.New("demo: a demo issuer is running for this folder")
	ErrNotOwn  = errors.New("demo: another process runs the demo issuer")
)

// Options are what an issuer works with. Only Dir is required.
type Options struct {
	Dir    string // everything of the demo lies here; made (0700) when it isn't there
	Now    func() time.Time
	Rand   io.Reader    // serial numbers, ids and paths
	Logger *slog.Logger // gets "background.failed" with "what"; nothing of an application, no random path
	// MailDelay and IssueDelay are how long the confirmation mail and the certificate take. Zero: the mail
	// at once, the certificate 2 seconds. Negative: at once.
	MailDelay, IssueDelay time.Duration
	// ReviewDelay is how long the authority takes to read a document, to check an organization, and to look
	// by itself whether a name is proved. Zero: 8 seconds. Negative: it does so only when an action says it.
	ReviewDelay time.Duration
	// SlowBy is how long each answer of DEMO-SLOW takes, in real time. Zero: 3 seconds. Negative: no longer
	// than others.
	SlowBy time.Duration
}

func (o Options) filled() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.IssueDelay == 0 {
		o.IssueDelay = defaultIssueDelay
	}
	if o.ReviewDelay == 0 {
		o.ReviewDelay = defaultReviewDelay
	}
	if o.SlowBy == 0 {
		o.SlowBy = defaultSlow
	}
	o.MailDelay, o.IssueDelay = max(o.MailDelay, 0), max(o.IssueDelay, 0)
	return o
}

// Issuer is a running demo issuer, of this process or of another.
type Issuer struct {
	address address
	run     *running // nil: another process runs it
}

// running is the issuer of this process.
type running struct {
	lock     *flock.Flock
	dir      string
	ledger   *ledger.Ledger
	server   *http.Server
	network  *network.Network
	values   context.Context // that of Start, without its end: closing has time of its own
	unkind   *unkind
	requests *requestLog
	once     sync.Once
	closed   error
}

// Start runs the demo issuer of a folder until Close is called or ctx ends. When another process runs it
// already, Start waits for its address, for at most 10 seconds, and gives that one.
//
// Errors: authority.ErrDamaged, ledger.ErrDamaged and ledger.ErrNewer (the way out is [Wipe]), and those of
// the file system.
func Start(ctx context.Context, o Options) (*Issuer, error) {
	o = o.filled()
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("demo: making the demo's folder: %w", err)
	}
	for wait := newWait(ctx); ; {
		lock := flock.New(filepath.Join(o.Dir, fileLock), flock.SetPermissions(0o600))
		locked, err := lock.TryLock()
		if err != nil {
			return nil, fmt.Errorf("demo: locking the demo's folder: %w", err)
		}
		if locked {
			i, err := start(ctx, o, lock)
			if err != nil {
				return nil, errors.Join(err, lock.Close())
			}
			return i, nil
		}
		if a, ok := readAddress(ctx, o.Dir); ok {
			return &Issuer{address: a}, nil
		}
		if err := wait.next(); err != nil {
			return nil, fmt.Errorf("%w, but it can't be reached: %w", ErrRunning, err)
		}
	}
}

func start(ctx context.Context, o Options, lock *flock.Flock) (*Issuer, error) {
	if err := forgetAddress(o.Dir); err != nil { // of one that was killed
		return nil, err
	}
	words, err := i18n.Load(assets.Translations)
	if err != nil {
		return nil, err
	}
	ca, err := authority.Open(filepath.Join(o.Dir, fileAuthority), o.Now(), o.Rand)
	if err != nil {
		return nil, err
	}
	r := &running{lock: lock, dir: o.Dir, values: context.WithoutCancel(ctx), unkind: &unkind{}, requests: &requestLog{now: o.Now}}
	r.ledger, err = ledger.Open(ledger.Options{
		Path: filepath.Join(o.Dir, fileLedger), Now: o.Now, Rand: o.Rand, Words: words,
		Issue: func(wanted authority.Request, now time.Time) ([]*x509.Certificate, error) {
			wanted.Public = r.unkind.key(wanted.Public)
			return ca.Issue(wanted, now)
		},
		Delays: ledger.Delays{Mail: o.MailDelay, Issue: o.IssueDelay, Review: o.ReviewDelay},
	})
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("demo: listening on this computer: %w", err)
	}
	if r.network, err = network.Start(ctx, network.Options{Ledger: r.ledger, Logger: o.Logger}); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	i := &Issuer{run: r, address: address{
		URL: "http://" + listener.Addr().String(), DNS: r.network.DNSAddr(), Web: r.network.WebAddr(),
	}}
	if err := i.serve(listener, o, words); err != nil {
		return nil, errors.Join(err, listener.Close(), r.network.Close(context.WithoutCancel(ctx)))
	}
	context.AfterFunc(ctx, func() { _ = i.Close() })
	return i, nil
}

// serve answers on listener and, once it does, tells where.
func (i *Issuer) serve(listener net.Listener, o Options, words *i18n.Catalogue) error {
	r := i.run
	mux := http.NewServeMux()
	service.Register(mux, service.Options{
		Ledger: r.ledger, Now: o.Now, Rand: o.Rand, Logger: o.Logger, Base: i.address.URL, Working: working,
	})
	if err := pages.Register(mux, pages.Options{Ledger: r.ledger, Words: words, Logger: o.Logger, Base: i.address.URL}); err != nil {
		return err
	}
	mux.HandleFunc("POST /operator/{path}/unkind", i.beUnkind)
	err := r.ledger.View(func(s *ledger.State, _ time.Time) {
		i.address.Inbox = i.address.URL + "/inbox/" + s.Inbox + "/"
		i.address.Operator = i.address.URL + "/operator/" + s.Operator + "/"
	})
	if err != nil {
		return err
	}
	manners := &manners{ledger: r.ledger, slow: o.SlowBy, calls: map[string]int{}}
	r.server = &http.Server{
		Handler:           guard(listener.Addr().String(), o.Now, r.requests.note(mux, r.unkind.spoil(manners.wrap(mux)))),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelDebug),
	}
	if err := keepAddress(o.Dir, i.address); err != nil {
		return err
	}
	go func() { _ = r.server.Serve(listener) }() // ends with Close
	return nil
}

// Close ends the issuer of this process, and does nothing to that of another. What has been answered is on
// the disk; an answer that is under way may be lost, as in life.
func (i *Issuer) Close() error {
	if i.run == nil {
		return nil
	}
	r := i.run
	r.once.Do(func() {
		ctx, cancel := context.WithTimeout(r.values, time.Second)
		defer cancel()
		err := forgetAddress(r.dir)
		if r.server.Shutdown(ctx) != nil { // a call that is being held
			err = errors.Join(err, r.server.Close())
		}
		err = errors.Join(err, r.network.Close(ctx))
		r.ledger.Close()
		r.closed = errors.Join(err, r.lock.Close())
	})
	return r.closed
}

// URL is the issuer's address, "http://127.0.0.1:PORT".
func (i *Issuer) URL() string { return i.address.URL }

// InboxURL is where a browser finds the demo's inbox.
func (i *Issuer) InboxURL() string { return i.address.Inbox }

// OperatorURL is where a browser finds the operator's page.
func (i *Issuer) OperatorURL() string { return i.address.Operator }

// DNSAddr is where the demo's name server listens, with UDP and TCP, as host:port. It has every zone; a look-up
// for the demo's orders goes there and nowhere else.
func (i *Issuer) DNSAddr() string { return i.address.DNS }

// WebAddr is where the demo's web server listens, as host:port: every host of the demo's orders, on plain
// HTTP.
func (i *Issuer) WebAddr() string { return i.address.Web }

// Own reports whether this process runs the issuer.
func (i *Issuer) Own() bool { return i.run != nil }

// Link is the activation link of a code.
func (i *Issuer) Link(code string) string { return pages.Link(i.address.URL, code) }

// Codes are the activation codes of the demo, one for each product and state. They are short and documented
// on purpose.
func Codes() []string { return codes(false) }

// FurtherCodes are more codes for the same products, since each code makes one order: DEMO-MAIL-2 and on.
func FurtherCodes() []string { return codes(true) }

func codes(further bool) []string {
	var list []string
	for _, o := range ledger.Offers {
		if o.Further == further {
			list = append(list, o.Code)
		}
	}
	return list
}

// About is one line about a code of [Codes].
func About(code string) i18n.Message {
	o, _ := ledger.ByCode([]byte(code))
	return i18n.M(o.About)
}
