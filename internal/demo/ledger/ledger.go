package ledger

import (
	"crypto/x509"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"certdesk/internal/atomicfile"
	"certdesk/internal/demo/authority"
	"certdesk/internal/i18n"
)

const version = 2

// Errors of Open; ErrClosed of View and Update.
var (
	// ErrDamaged means that the file can't be read. It is left as it is.
	ErrDamaged = errors.New("demo: the file of the demo's orders is damaged")
	// ErrNewer means that a later version of this program has written the file. It is left as it is.
	ErrNewer = errors.New("demo: the file of the demo's orders is from a newer version")
	// ErrClosed means that the issuer is ending.
	ErrClosed = errors.New("demo: the demo issuer is ending")
)

// Options are what a ledger works with. All fields are required but Delays.
type Options struct {
	Path  string
	Now   func() time.Time
	Rand  io.Reader
	Words *i18n.Catalogue
	// Issue makes the certificate of an order, leaf first.
	Issue  func(r authority.Request, now time.Time) ([]*x509.Certificate, error)
	Delays Delays
}

// Delays are how long the demo's authority takes. Zero: at once.
type Delays struct {
	Mail  time.Duration // from the application to the confirmation mail
	Issue time.Duration // from the last task to the certificate
	// Review is how long the authority takes to read a document, to check an organization, and to look
	// whether a name is proved. Negative: it does so only when the operator says it.
	Review time.Duration
}

// Ledger keeps the state. It is safe for concurrent use; changes happen one after the other.
type Ledger struct {
	Options
	mu    sync.Mutex
	state *State
	kept  []byte // the state as it is on the disk
	over  bool
}

// Close waits for the change that is being made; later ones are refused, so that the folder can be given
// to somebody else.
func (l *Ledger) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
}

// Open reads the ledger, or makes an empty one. The caller holds the lock of the folder.
func Open(o Options) (*Ledger, error) {
	l := &Ledger{Options: o}
	data, err := os.ReadFile(o.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, l.begin()
	}
	if err != nil {
		return nil, fmt.Errorf("demo: reading the orders: %w", err)
	}
	l.kept = data
	l.state, err = decode(data)
	return l, err
}

func decode(data []byte) (*State, error) {
	s := &State{}
	if json.Unmarshal(data, s) != nil || s.Version < 1 {
		return nil, ErrDamaged
	}
	if s.Version > version {
		return nil, ErrNewer
	}
	if s.Version == 1 {
		if err := s.fromOne(data); err != nil {
			return nil, err
		}
	}
	if s.Licences == nil {
		s.Licences = map[string]Licence{}
	}
	return s, nil
}

func (l *Ledger) begin() error {
	s := &State{Version: version, Created: l.Now().UTC().Truncate(time.Second), Licences: map[string]Licence{}}
	var err error
	if s.Inbox, err = l.random(); err != nil {
		return err
	}
	if s.Operator, err = l.random(); err != nil {
		return err
	}
	return l.keep(s)
}

// random gives 160 random bits in lower-case letters and digits.
func (l *Ledger) random() (string, error) {
	b := make([]byte, 20)
	if _, err := io.ReadFull(l.Rand, b); err != nil {
		return "", fmt.Errorf("demo: no random numbers: %w", err)
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b)), nil
}

// keep writes s to the disk; only then it is the state.
func (l *Ledger) keep(s *State) error {
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("demo: encoding the orders: %w", err)
	}
	if err := atomicfile.Write(l.Path, data, atomicfile.Options{Replace: true}); err != nil {
		return fmt.Errorf("demo: keeping the orders: %w", err)
	}
	l.state, l.kept = s, data
	return nil
}

// View calls f with the state as it stands now: what was due has been done. f changes nothing and keeps
// nothing of it.
func (l *Ledger) View(f func(s *State, now time.Time)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, err := l.catchUp()
	if err == nil {
		f(l.state, now)
	}
	return err
}

// Update calls f with a copy of the state as it stands now, and keeps what f made of it. After an error, of
// f or of the disk, f has changed nothing.
func (l *Ledger) Update(f func(c *Change) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, err := l.catchUp()
	if err != nil {
		return err
	}
	return l.change(now, f)
}

// catchUp does and keeps what is due. It is kept apart from what f will do: what f has seen of it (a
// certificate, an entity tag) must stay true when f gives up.
func (l *Ledger) catchUp() (time.Time, error) {
	now := l.Now().UTC().Truncate(time.Second)
	if l.over {
		return now, ErrClosed
	}
	if !l.state.isDue(now) {
		return now, nil
	}
	return now, l.change(now, (*Change).settle)
}

func (l *Ledger) change(now time.Time, f func(*Change) error) error {
	s, err := decode(l.kept)
	if err != nil {
		return err
	}
	if err := f(&Change{State: s, Now: now, ledger: l}); err != nil {
		return err
	}
	return l.keep(s)
}

// Change is a change in the making: what happens to orders, as methods.
type Change struct {
	*State
	Now    time.Time // UTC, whole seconds
	ledger *Ledger
}

func (c *Change) words(o *Order) *i18n.Printer {
	return c.ledger.Words.Printer(o.Application.Language).In(time.UTC)
}
