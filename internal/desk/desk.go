package desk

import (
	"context"
	"crypto"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/certificate"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/install"
	"certdesk/internal/logfile"
	"certdesk/internal/paper"
	"certdesk/internal/proof"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Store is what the desk keeps orders in; *store.Store is one.
type Store interface {
	Create(ctx context.Context, o store.Order) error
	Get(ctx context.Context, id string) (store.Order, error)
	Update(ctx context.Context, id string, change func(*store.Order) error) (store.Order, error)
	Delete(ctx context.Context, id string) error
	ByCodeHash(ctx context.Context, hash string) (string, bool, error)
	Rows(ctx context.Context) ([]store.Row, error)
	Due(ctx context.Context, now time.Time) ([]string, error)
	ByServiceOrder(ctx context.Context, service, serviceID string) (string, bool, error)
	ReportLines(ctx context.Context) ([]store.ReportLine, error)
	AddKey(ctx context.Context, k store.Key) error
	Keys(ctx context.Context, orderID string) ([]store.Key, error)
	OrdersBySPKI(ctx context.Context, spki string) ([]string, error)
	Issuers(ctx context.Context) ([][]byte, error)
	DeleteKey(ctx context.Context, id string) error
	AddCertificate(ctx context.Context, c store.Certificate) error
	Certificates(ctx context.Context, orderID string) ([]store.Certificate, error)
	SetChains(ctx context.Context, orderID, sha256 string, chains [][][]byte) error
	Chains(ctx context.Context, orderID, sha256 string) ([][][]byte, error)
	Log(ctx context.Context, orderID string, at time.Time, m i18n.Message) error
	Timeline(ctx context.Context, orderID string) ([]store.Entry, error)
	BeginExport(ctx context.Context, e store.Export) error
	AddExportFile(ctx context.Context, id string, f store.ExportFile) error
	FinishExport(ctx context.Context, id string, at time.Time) error
	DropExport(ctx context.Context, id string) error
	Exports(ctx context.Context, orderID string) ([]store.Export, error)
	Unfinished(ctx context.Context) ([]store.Export, error)
	VaultIDs(ctx context.Context) (map[string]bool, error)
	SpentCodes(ctx context.Context) ([]string, error)
	Setting(ctx context.Context, key string) (string, bool, error)
	SetSetting(ctx context.Context, key, value string) error
}

// Vault is where the desk keeps secrets; *vault.Vault is one.
type Vault interface {
	Probe(ctx context.Context) error
	PutKey(ctx context.Context, id, orderID string, key crypto.Signer, origin vault.Origin) error
	Key(ctx context.Context, id string) (crypto.Signer, vault.Origin, error)
	PutSecret(ctx context.Context, id, orderID string, kind vault.Kind, s secret.Value) error
	Secret(ctx context.Context, id string) (secret.Value, error)
	Delete(ctx context.Context, id string) error
	Reconcile(ctx context.Context, known func(id string) bool) (vault.Findings, error)
	Places() vault.Places
	Reaches() bool
	Attend(a vault.Asker)
	Unlock(p secret.Value) error
	UseFile(ctx context.Context, p secret.Value) error
	ToFile(ctx context.Context, p secret.Value) (int, error)
	ToKeyring(ctx context.Context) (int, error)
	ChangePassphrase(ctx context.Context, old, p secret.Value) error
	GiveUpFile(ctx context.Context) (string, error)
}

// Sellers finds the way in for a service. A service that no way in knows is a fault.
type Sellers func(service string) (seller.Seller, error)

// Deps is what a desk needs from outside.
type Deps struct {
	Store   Store
	Vault   Vault
	Sellers Sellers
	Parser  *activation.Parser
	Now     func() time.Time
	Rand    io.Reader
	Log     *slog.Logger
	// Accounts are those that the sellers were made with; nil: of the same store and vault.
	Accounts *Accounts
	// ExportDir is the folder that is offered for files.
	ExportDir func() string
	// Wrote is told of each file that was made, so that its folder may be opened.
	Wrote func(path string)
	// Files writes files for programs. The zero Maker writes to the disk.
	Files export.Maker
	// Programs is where stores of programs are looked for.
	Programs install.Places
	// Installer puts certificates into them. The zero Installer is the system's.
	Installer install.Installer
	// Practice: a profile to practise with is made there, and nothing else is used. It is for the demo.
	Practice bool
	// Network is where proofs of names are looked up; nil: nowhere.
	Network proof.Network
	// Fonts are what papers are printed with.
	Fonts func() paper.Fonts
	// Issuer fetches the certificate of an authority from the address that a certificate names; nil: nowhere.
	Issuer certificate.Fetch
	// Shared reports whether a folder is on a network drive; nil: none is.
	Shared func(dir string) bool
	// Serve looks which certificates a website sends; nil: nowhere.
	Serve Serve
	// World is written into backups: empty for real orders, else what they are not to be mixed with.
	World string
	// BackupWork is the work factor of backups; 0: the usual one. Only tests have another.
	BackupWork int
}

// Desk is all that the screens talk to, for one world.
type Desk struct {
	Redeem    *Redeem
	Orders    *Orders
	Refresher *Refresher
	Proofs    *Proofs
	Tasks     *Tasks
	Exports   *Exports
	Installs  *Installs
	Report    *Report
	Papers    *Papers
	Settings  *Settings
	Files     *Files
	Inspector *Inspector
	Websites  *Websites
	Handoff   *Handoff
	Intake    *Intake
	Backups   *Backups
	Secrets   *Secrets
	// Authorities are the accounts with certificate authorities.
	Authorities *Authorities
}

// New puts a desk together. It reads nothing yet; [Orders.Start] does.
func New(d Deps) *Desk {
	if d.Accounts == nil {
		d.Accounts = NewAccounts(d.Store, d.Vault, d.Rand, d.Now)
	}
	c := &core{
		Deps: d, tokens: map[string]openToken{}, codes: map[string]secret.Value{},
		tickets: map[string]activation.Ticket{}, own: map[string]bool{}, busy: map[string]*sync.Mutex{},
	}
	r := &Refresher{core: c}
	redeem := &Redeem{core: c, refresher: r}
	r.redeem = redeem
	return &Desk{
		Redeem:      redeem,
		Orders:      &Orders{core: c},
		Refresher:   r,
		Proofs:      &Proofs{core: c, refresher: r},
		Tasks:       &Tasks{core: c, refresher: r},
		Exports:     &Exports{core: c},
		Installs:    &Installs{core: c},
		Report:      &Report{core: c},
		Papers:      &Papers{core: c},
		Settings:    &Settings{core: c},
		Files:       &Files{},
		Inspector:   &Inspector{core: c},
		Websites:    &Websites{core: c},
		Handoff:     &Handoff{core: c, redeem: redeem},
		Intake:      &Intake{core: c},
		Backups:     &Backups{core: c},
		Secrets:     &Secrets{core: c},
		Authorities: &Authorities{core: c},
	}
}

// core is what the use cases share.
type core struct {
	Deps
	changed Signal

	settling sync.Mutex // one reconciliation at a time
	noting   sync.Mutex // one change at a time to what is noted of backups
	binding  sync.Mutex // of reading and writing the list of bindings
	writing  sync.Mutex // one file at a time

	mu      sync.Mutex
	tokens  map[string]openToken         // order tokens read in this run, by order id
	codes   map[string]secret.Value      // codes typed in this run that the keyring may not have, by order id
	tickets map[string]activation.Ticket // links whose licence has not been seen yet, by order id
	own     map[string]bool              // ids of records and exports that this run began: not left over
	busy    map[string]*sync.Mutex       // by order id
	// unsettled says that the keyring could not be asked about what the last run left.
	unsettled bool
}

// openToken is an order's token with its id in the vault.
type openToken struct {
	id    string
	token secret.Value
}

// one runs work alone on an order.
func (c *core) one(id string, work func() error) error {
	c.mu.Lock()
	m := c.busy[id]
	if m == nil {
		m = &sync.Mutex{}
		c.busy[id] = m
	}
	c.mu.Unlock()
	m.Lock()
	defer m.Unlock()
	return work()
}

// random gives n random bytes. The system's source does not fail; a test's may.
func (c *core) random(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(c.Rand, b); err != nil {
		return nil, fmt.Errorf("reading randomness: %w", err)
	}
	return b, nil
}

// uuid makes a random UUID (RFC 9562, version 4).
func (c *core) uuid() (string, error) {
	b, err := c.random(16)
	if err != nil {
		return "", err
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16]), nil
}

// log writes a line into an order's timeline. A line that can't be written is not worth failing the
// step it tells of, which is committed already.
func (c *core) log(ctx context.Context, id string, m i18n.Message) {
	if err := c.Store.Log(ctx, id, c.Now(), m); err != nil {
		c.failed("writing the timeline", id, err)
	}
}

// failed logs something that went wrong without stopping what the customer does.
func (c *core) failed(what, id string, err error) {
	code := fault.Unexpected
	if err != nil {
		code = fault.Of(err).Code
	}
	c.Log.Warn(string(logfile.BackgroundFailed), "what", what, "order", id, "code", string(code))
}

// token reads an order's token, from this run's memory or from the vault. Reading the vault may make the
// system ask for its password, so only a press of the customer leads here.
func (c *core) token(ctx context.Context, o store.Order) (secret.Value, error) {
	if t, ok := c.knownToken(o); ok {
		return t, nil
	}
	t, err := c.Vault.Secret(ctx, o.TokenID)
	if err != nil {
		return secret.Value{}, err
	}
	c.mu.Lock()
	c.tokens[o.ID] = openToken{o.TokenID, t}
	c.mu.Unlock()
	return t, nil
}

// knownToken is the order's token when this run has read it before. It never asks the vault.
func (c *core) knownToken(o store.Order) (secret.Value, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.tokens[o.ID]
	return t.token, ok && o.TokenID != "" && t.id == o.TokenID
}

// isOpen reports whether this run knows a token of an order, without reading the order.
func (c *core) isOpen(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.tokens[id]
	return ok
}

// anyOpen reports whether this run knows a token at all.
func (c *core) anyOpen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.tokens) > 0
}

// newRecord gives an id for a record in the vault. What is put under it belongs to this run, so that nobody
// takes it for something that an earlier one has left.
func (c *core) newRecord() string {
	id := vault.NewID(c.Rand)
	c.begin(id)
	return id
}

func (c *core) begin(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own[id] = true
}

func (c *core) began(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.own[id]
}

// drop takes what this run remembers of an order that is gone out of memory.
func (c *core) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.codes, id)
	delete(c.tickets, id)
	delete(c.tokens, id)
}

// Signal tells subscribers that an order has changed.
type Signal struct {
	mu   sync.Mutex
	next int
	subs map[int]func(orderID string)
}

// Subscribe has f called after each change, on any goroutine, with the order's id. f must not block.
func (s *Signal) Subscribe(f func(orderID string)) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.subs == nil {
		s.subs = map[int]func(string){}
	}
	n := s.next
	s.next++
	s.subs[n] = f
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.subs, n)
	}
}

func (s *Signal) tell(orderID string) {
	s.mu.Lock()
	subs := make([]func(string), 0, len(s.subs))
	for _, f := range s.subs {
		subs = append(subs, f)
	}
	s.mu.Unlock()
	for _, f := range subs {
		f(orderID)
	}
}
