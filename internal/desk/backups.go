package desk

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/backup"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/passphrase"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Backups seals orders with their keys into a file, and restores them from one.
//
// In a backup are keys, certificates, tokens, idempotency keys and the exact bytes of requests under way. Not in
// it are the accounts with certificate authorities as such (an order's token is a copy of its account's key, and
// is), the codes of ACME accounts (a binding may be for one use), and the codes of drafts unless they are wanted.
// The code of an order that is being submitted is part of it: with the same bytes under the same idempotency key,
// two computers still make one order.
type Backups struct{ *core }

// BackupPlan is what the customer has chosen.
type BackupPlan struct {
	Orders     []string // nil: everything, with the keys that belong to no order
	Codes      bool     // with the codes of licences that were not used yet
	Dir        string
	Passphrase secret.Value              // one of the customer's own; empty: one is made
	Say        func(i18n.Message) string // renders the file's name
}

// BackupMade is a backup that was written and opened again from the disk.
type BackupMade struct {
	Path                       string
	Orders, Keys, Certificates int
	Lost                       int // keys that the keyring no longer has: not in it
	// Damaged are the orders that can't be read on this computer: not in it. It is what the list calls them.
	Damaged    []string
	passphrase secret.Value
	ids        []string
	at         time.Time
}

// Passphrase is the one that was made, for the screen; empty when the customer has made it up. It is kept nowhere.
func (m BackupMade) Passphrase() string { return export.Text(m.passphrase) }

// JudgePassphrase says how strong a passphrase of the customer's own is, and PasswordShort when it is too short.
func (b *Backups) JudgePassphrase(text string) (export.Strength, error) {
	return export.StrengthOf(text), passphrase.Check(secret.FromString(text))
}

// Make writes a backup and opens it again. Nothing is replaced: a file of the same name keeps it.
//
// The orders count as backed up when [Backups.Shown] says that the passphrase was on the screen. A file whose
// passphrase was made here and seen by nobody is removed at the next start.
func (b *Backups) Make(ctx context.Context, p BackupPlan) (BackupMade, error) {
	b.takeUp(ctx)
	if !p.Passphrase.Empty() {
		if err := passphrase.Check(p.Passphrase); err != nil {
			return BackupMade{}, err
		}
	}
	dir, err := exportFolder(p.Dir)
	if err != nil {
		return BackupMade{}, err
	}
	content, made, err := b.gather(ctx, p)
	if err != nil {
		return BackupMade{}, err
	}
	pass := p.Passphrase
	if pass.Empty() {
		if pass, err = passphrase.Make(b.Rand); err != nil {
			return BackupMade{}, err
		}
		made.passphrase = pass
	}
	data, err := backup.Seal(content, pass, backup.Options{Work: b.BackupWork})
	if err != nil {
		return BackupMade{}, err
	}
	name := p.Say(i18n.M("backup.file")) + " " + b.Now().Local().Format(time.DateOnly) + backup.Ext
	made.Path = filepath.Join(dir, export.FreeName(dir, name))
	if p.Passphrase.Empty() {
		b.unseen(ctx, made.Path, data)
	}
	if err := b.write(ctx, made.Path, data); err != nil {
		return BackupMade{}, err
	}
	if err := proven(made.Path, content, pass); err != nil {
		_ = os.Remove(made.Path)
		return BackupMade{}, err
	}
	b.Wrote(made.Path)
	return made, nil
}

// proven opens a backup that was written: what is on the disk must be what was to be kept.
func proven(path string, content backup.Content, pass secret.Value) error {
	data, err := readBackup(path)
	if err != nil {
		return fault.New(fault.FileWrite, nil)
	}
	back, err := backup.Open(data, pass)
	if err != nil || !backup.Same(content, back) {
		return fault.New(fault.FileWrite, nil)
	}
	return nil
}

// gather reads what goes into a backup.
func (b *Backups) gather(ctx context.Context, p BackupPlan) (backup.Content, BackupMade, error) {
	c := backup.Content{Made: b.Now().UTC(), World: b.World}
	made := BackupMade{at: b.Now()}
	ids := p.Orders
	if p.Orders == nil {
		rows, err := b.Store.Rows(ctx)
		if err != nil {
			return c, made, err
		}
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		alone, err := b.Store.Keys(ctx, "")
		if err != nil {
			return c, made, err
		}
		if c.Keys, err = b.keysOf(ctx, alone, &made); err != nil {
			return c, made, err
		}
	}
	for _, id := range ids {
		err := b.one(id, func() error {
			before := made
			o, err := b.gatherOrder(ctx, id, p.Codes, &made)
			if fault.Is(err, fault.StoreDamaged) && len(ids) > 1 { // no reason to leave the others without a backup
				made = before
				made.Damaged = append(made.Damaged, b.titleOf(ctx, id))
				return nil
			}
			c.Orders, made.ids = append(c.Orders, o), append(made.ids, id)
			return err
		})
		if err != nil {
			return c, made, err
		}
	}
	made.Orders = len(c.Orders)
	return c, made, nil
}

// titleOf is what the list calls an order that can't be read itself.
func (b *Backups) titleOf(ctx context.Context, id string) string {
	rows, err := b.Store.Rows(ctx)
	if err != nil {
		return ""
	}
	for _, r := range rows {
		if r.ID == id {
			return r.Title
		}
	}
	return ""
}

func (b *Backups) gatherOrder(ctx context.Context, id string, codes bool, made *BackupMade) (backup.Order, error) {
	o, err := b.Store.Get(ctx, id)
	if err != nil {
		return backup.Order{}, err
	}
	out := backup.Order{ID: id, CSR: o.CSR, Body: o.Body}
	if out.Document, err = json.Marshal(o); err != nil {
		return out, fault.New(fault.Unexpected, nil)
	}
	if out.Token, err = b.optional(ctx, o.TokenID); err != nil {
		return out, err
	}
	_, _, binding := activation.SplitACME(o.Service)
	if wanted := o.Phase == order.PhaseSubmitting || codes && o.Phase == order.PhaseDraft; wanted && !binding {
		if out.Code, err = b.optional(ctx, o.CodeID); err != nil {
			return out, err
		}
	}
	keys, err := b.Store.Keys(ctx, id)
	if err != nil {
		return out, err
	}
	if out.Keys, err = b.keysOf(ctx, withOwn(keys, o), made); err != nil {
		return out, err
	}
	if out.Certificates, err = b.gatherCertificates(ctx, id); err != nil {
		return out, err
	}
	made.Certificates += len(out.Certificates)
	story, err := b.Store.Timeline(ctx, id)
	for _, e := range story {
		if text, err := json.Marshal(e.Message); err == nil {
			out.Timeline = append(out.Timeline, backup.Entry{At: e.At, Message: text})
		}
	}
	return out, err
}

func (b *Backups) gatherCertificates(ctx context.Context, id string) ([]backup.Certificate, error) {
	all, err := b.Store.Certificates(ctx, id)
	var out []backup.Certificate
	for _, c := range all {
		out = append(out, backup.Certificate{DER: c.DER, Chain: c.Chain, State: c.State, SetAside: c.SetAside, Added: c.Added})
	}
	return out, err
}

// withOwn adds the key that an order names, where a crash came before it was listed.
func withOwn(keys []store.Key, o store.Order) []store.Key {
	for _, k := range keys {
		if k.ID == o.KeyID {
			return keys
		}
	}
	if o.KeyID == "" {
		return keys
	}
	return append(keys, store.Key{ID: o.KeyID, OrderID: o.ID, Kind: string(vault.KindKey), Created: o.Created})
}

// keysOf reads keys from the vault. Those that it has lost are counted, and left out.
func (b *Backups) keysOf(ctx context.Context, keys []store.Key, made *BackupMade) ([]backup.Key, error) {
	var out []backup.Key
	for _, k := range keys {
		if k.Kind != string(vault.KindKey) {
			continue
		}
		key, origin, err := b.Vault.Key(ctx, k.ID)
		switch {
		case lost(err):
			made.Lost++
		case err != nil:
			return out, err
		default:
			made.Keys++
			out = append(out, backup.Key{ID: k.ID, Origin: string(origin), Created: k.Created, Key: key})
		}
	}
	return out, nil
}

// lost reports whether a fault says that the keyring no longer has a key.
func lost(err error) bool { return fault.Is(err, fault.KeyGone) || fault.Is(err, fault.KeyUnusable) }

// optional reads a secret that may be gone.
func (b *Backups) optional(ctx context.Context, id string) (secret.Value, error) {
	if id == "" {
		return secret.Value{}, nil
	}
	s, err := b.Vault.Secret(ctx, id)
	if fault.Is(err, fault.SecretGone) {
		return secret.Value{}, nil
	}
	return s, err
}

// Shown says that the passphrase of a backup is on the screen: its orders are backed up.
func (b *Backups) Shown(ctx context.Context, m BackupMade) error {
	return b.note(context.WithoutCancel(ctx), func(n *backupNotes) {
		for _, id := range m.ids {
			n.Orders[id] = m.at.UTC()
		}
		if n.Unseen.Path == m.Path {
			n.Unseen = unseenFile{}
		}
	})
}

// hashOf is the SPKI of a key in a backup, empty for one that can't be told.
func hashOf(k backup.Key) string {
	h, err := spki.Hex(k.Key.Public())
	if err != nil {
		return ""
	}
	return h
}
