package desk

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"certdesk/internal/backup"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
	"certdesk/internal/store"
)

// Standing is how an order of a backup stands to what is here.
type Standing int

// The standings.
const (
	BackupNew        Standing = iota // it is not here
	BackupSame                       // it is here, as it is in the backup
	BackupNewerThere                 // it is here, and older than in the backup
	BackupNewerHere                  // it is here, and newer
)

// BackupItem is an order of a backup in the preview.
type BackupItem struct {
	ID           string
	Title        i18n.Message
	Product      string
	Type         order.ProductType
	Updated      time.Time
	NotAfter     time.Time // of the newest certificate in the backup
	Keys         int
	Certificates int
	Standing     Standing
	Lacks        bool // it is here, but the backup has keys or certificates of it that are not
	Over         bool // its certificates have ended
}

// OpenedBackup is a backup that was opened. It is in memory alone.
type OpenedBackup struct {
	Made  time.Time
	Items []BackupItem
	Keys  int // that belong to no order, and are not here
	// Unreadable counts orders in it that can't be read; they are left out.
	Unreadable int
	content    backup.Content
	orders     map[string]store.Order
}

// Restored counts what a restore has done.
type Restored struct {
	Orders, Keys, Certificates int
}

// readBackup reads a file that a person has chosen.
func readBackup(path string) ([]byte, error) {
	name := i18n.Clean(filepath.Base(path), 100)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fault.New(fault.FileGone, nil, "name", name)
	case errors.Is(err, os.ErrPermission):
		return nil, fault.New(fault.FileDenied, nil, "name", name)
	case err != nil:
		return nil, fault.New(fault.FileUnreadable, nil, "name", name)
	case info.IsDir():
		return nil, fault.New(fault.FileIsFolder, nil, "name", name)
	case !info.Mode().IsRegular():
		return nil, fault.New(fault.FileNotRegular, nil, "name", name)
	case info.Size() > backup.MaxFile:
		return nil, fault.New(fault.FileTooLarge, nil, "name", name, "size", "256 MB")
	case info.Size() == 0:
		return nil, fault.New(fault.FileEmpty, nil, "name", name)
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrPermission) {
		return nil, fault.New(fault.FileDenied, nil, "name", name)
	}
	if err != nil {
		return nil, fault.New(fault.FileUnreadable, nil, "name", name)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, backup.MaxFile))
	if err != nil {
		return nil, fault.New(fault.FileUnreadable, nil, "name", name)
	}
	return data, nil
}

// Recognise says without a passphrase what is wrong with a file that was chosen.
func (b *Backups) Recognise(path string) error {
	data, err := readBackup(path)
	if err != nil {
		return err
	}
	return backup.Recognise(data)
}

// Open opens a backup and compares it with what is here. It changes nothing. Faults: those of [backup.Open],
// BackupDemo and BackupReal for the backup of another world, those of files, those of the keyring.
func (b *Backups) Open(ctx context.Context, path string, passphrase secret.Value) (*OpenedBackup, error) {
	data, err := readBackup(path)
	if err != nil {
		return nil, err
	}
	c, err := backup.Open(data, passphrase)
	switch {
	case err != nil:
		return nil, err
	case c.World != b.World && c.World == "":
		return nil, fault.New(fault.BackupReal, nil)
	case c.World != b.World:
		return nil, fault.New(fault.BackupDemo, nil)
	}
	return b.preview(ctx, c)
}

func (b *Backups) preview(ctx context.Context, c backup.Content) (*OpenedBackup, error) {
	out := &OpenedBackup{Made: c.Made, Unreadable: c.Unreadable, content: c, orders: map[string]store.Order{}}
	for _, there := range c.Orders {
		o, err := documentOf(there)
		if err != nil {
			out.Unreadable++
			continue
		}
		item, err := b.item(ctx, there, o)
		if fault.Is(err, fault.BackupForeign) { // a certificate in it is none
			out.Unreadable++
			continue
		}
		if err != nil {
			return nil, err
		}
		out.orders[o.ID] = o
		out.Items = append(out.Items, item)
	}
	for _, k := range c.Keys {
		if _, _, err := b.Vault.Key(ctx, k.ID); notHere(err) {
			out.Keys++
		} else if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// documentOf reads an order as the app kept it.
func documentOf(there backup.Order) (store.Order, error) {
	var o store.Order
	if json.Unmarshal(there.Document, &o) != nil || o.ID == "" || o.ID != there.ID || o.Phase == "" {
		return o, fault.New(fault.BackupForeign, nil)
	}
	o.CSR, o.Body = there.CSR, there.Body
	return o, nil
}

func (b *Backups) item(ctx context.Context, there backup.Order, o store.Order) (BackupItem, error) {
	item := BackupItem{
		ID: o.ID, Title: o.Application.ListTitle(o.Licence), Product: o.Licence.Product.Name, Type: o.Licence.Product.Type,
		Updated: o.Updated, Keys: len(there.Keys), Certificates: len(there.Certificates),
	}
	for _, c := range there.Certificates {
		kept, err := certificateOf(o.ID, c)
		if err != nil {
			return item, err
		}
		if !kept.SetAside && kept.NotAfter.After(item.NotAfter) {
			item.NotAfter = kept.NotAfter
		}
	}
	item.Over = !item.NotAfter.IsZero() && b.Now().After(item.NotAfter)
	here, err := b.Store.Get(ctx, o.ID)
	if errors.Is(err, store.ErrNotFound) {
		return item, nil
	}
	if err != nil {
		return item, err
	}
	item.Standing = standing(here, o)
	missing, err := b.missing(ctx, there, false)
	item.Lacks = len(missing.keys) > 0 || len(missing.certificates) > 0
	return item, err
}

// standing compares an order here with the same in a backup. How far it has got counts more than when it was
// changed: the clocks of two computers differ.
func standing(here, there store.Order) Standing {
	switch a, b := rank(here.Phase), rank(there.Phase); {
	case a < b:
		return BackupNewerThere
	case a > b:
		return BackupNewerHere
	case equalOrders(here, there):
		return BackupSame
	case there.Updated.After(here.Updated):
		return BackupNewerThere
	}
	return BackupNewerHere
}

func rank(p order.Phase) int {
	switch p {
	case order.PhaseDraft:
		return 0
	case order.PhaseSubmitting:
		return 1
	case order.PhaseSent:
		return 2
	case order.PhaseReady, order.PhaseEnded:
		return 3
	}
	return 0
}

// equalOrders goes by what would be written, without what a look or a code that stayed behind changes.
func equalOrders(a, b store.Order) bool {
	a.Updated, b.Updated, a.LastLooked, b.LastLooked = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	a.LastFault, b.LastFault, a.CodeID, b.CodeID = nil, nil, "", ""
	a.Receipt.NextPoll, b.Receipt.NextPoll = time.Time{}, time.Time{}
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y) && string(a.Body) == string(b.Body) && string(a.CSR) == string(b.CSR)
}

// gaps is what a backup has of an order that is not here.
type gaps struct {
	keys         []backup.Key
	certificates []store.Certificate
}

// missing finds them. A key counts as here under any id, or, with exact, under its own only.
func (b *Backups) missing(ctx context.Context, there backup.Order, exact bool) (gaps, error) {
	var g gaps
	kept, err := b.Store.Keys(ctx, there.ID)
	if err != nil {
		return g, err
	}
	for _, k := range there.Keys {
		here, err := b.keyHere(ctx, k, kept, exact)
		if err != nil {
			return g, err
		}
		if !here {
			g.keys = append(g.keys, k)
		}
	}
	have, err := b.Store.Certificates(ctx, there.ID)
	if err != nil {
		return g, err
	}
	known := map[string]bool{}
	for _, c := range have {
		known[c.SHA256] = true
	}
	for _, c := range there.Certificates {
		kept, err := certificateOf(there.ID, c)
		if err != nil {
			return g, err
		}
		if !known[kept.SHA256] {
			g.certificates = append(g.certificates, kept)
		}
	}
	return g, nil
}

// notHere reports whether a key can't be had here: it is lost, or there is no keyring. Where it is then put is asked
// when it is restored.
func notHere(err error) bool { return lost(err) || fault.Is(err, fault.KeyringAbsent) }

// keyHere reports whether a key is in the keyring and in the list of its order: after a crash it may be in the first
// only.
func (b *Backups) keyHere(ctx context.Context, k backup.Key, kept []store.Key, exact bool) (bool, error) {
	hash := hashOf(k)
	var ids []string
	for _, other := range kept {
		if other.ID == k.ID || !exact && other.SPKI == hash {
			ids = append(ids, other.ID)
		}
	}
	for _, id := range ids {
		key, _, err := b.Vault.Key(ctx, id)
		if notHere(err) {
			continue
		}
		if err != nil {
			return false, err
		}
		if have, err := spki.Hex(key.Public()); err == nil && have == hash {
			return true, nil
		}
	}
	return false, nil
}

// certificateOf turns a certificate of a backup into one that the store keeps.
func certificateOf(orderID string, c backup.Certificate) (store.Certificate, error) {
	leaf, err := x509.ParseCertificate(c.DER)
	if err != nil {
		return store.Certificate{}, fault.New(fault.BackupForeign, nil)
	}
	hash, err := spki.Hex(leaf.PublicKey)
	if err != nil {
		return store.Certificate{}, fault.New(fault.BackupForeign, nil)
	}
	sum := sha256.Sum256(c.DER)
	return store.Certificate{
		SHA256: hex.EncodeToString(sum[:]), OrderID: orderID, SPKI: hash, DER: c.DER, Chain: c.Chain,
		NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter, State: c.State, SetAside: c.SetAside, Added: c.Added,
	}, nil
}

// Restore brings the chosen orders of a backup here, with the keys that belong to no order. What is here already
// is only completed; an order of replace that is older here is replaced by that of the backup. It is safe to do
// again, also after a crash.
//
// Order, for each: keys, token and code into the keyring (ledger, record, read back and compared); order; list of
// keys; certificates; timeline.
func (b *Backups) Restore(ctx context.Context, from *OpenedBackup, chosen, replace map[string]bool) (Restored, error) {
	b.takeUp(ctx)
	var done Restored
	if err := b.Vault.Probe(ctx); err != nil {
		return done, err
	}
	for _, there := range from.content.Orders {
		if !chosen[there.ID] && !replace[there.ID] {
			continue
		}
		err := b.one(there.ID, func() error {
			return b.restoreOrder(ctx, there, from.orders[there.ID], replace[there.ID], &done)
		})
		if err != nil {
			return done, err
		}
		b.changed.tell(there.ID)
	}
	if err := b.restoreAlone(ctx, from.content.Keys, &done); err != nil {
		return done, err
	}
	return done, b.note(context.WithoutCancel(ctx), func(n *backupNotes) {
		for id := range chosen {
			if chosen[id] && from.Made.After(n.Orders[id]) {
				n.Orders[id] = from.Made.UTC()
			}
		}
	})
}
