package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"certdesk/internal/export"
	"certdesk/internal/order"
)

// settingBackups holds when which orders were backed up, and when the customer was reminded.
const settingBackups = "backups"

type backupNotes struct {
	Orders   map[string]time.Time `json:"orders"`
	Reminded time.Time            `json:"reminded"`
	Unseen   unseenFile           `json:"unseen"` // its passphrase was on no screen yet
}

type unseenFile struct {
	Path   string `json:"path,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

// notes reads them. What can't be read is as good as nothing: then one is reminded once too often.
func (b *Backups) notes(ctx context.Context) (backupNotes, error) {
	n := backupNotes{Orders: map[string]time.Time{}}
	text, ok, err := b.Store.Setting(ctx, settingBackups)
	if err != nil || !ok {
		return n, err
	}
	if json.Unmarshal([]byte(text), &n) != nil || n.Orders == nil {
		n = backupNotes{Orders: map[string]time.Time{}}
	}
	return n, nil
}

func (b *Backups) note(ctx context.Context, change func(*backupNotes)) error {
	b.noting.Lock()
	defer b.noting.Unlock()
	n, err := b.notes(ctx)
	if err != nil {
		return err
	}
	change(&n)
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return b.Store.SetSetting(ctx, settingBackups, string(text))
}

// forgetBackup takes an order that is gone out of the notes.
func (c *core) forgetBackup(ctx context.Context, id string) {
	b := &Backups{core: c}
	n, err := b.notes(ctx)
	if _, noted := n.Orders[id]; noted {
		err = b.note(ctx, func(n *backupNotes) { delete(n.Orders, id) })
	}
	if err != nil {
		c.failed("forgetting a backup", id, err)
	}
}

// unseen notes a file that nobody could open if the app ended now.
func (b *Backups) unseen(ctx context.Context, path string, data []byte) {
	sum := sha256.Sum256(data)
	err := b.note(context.WithoutCancel(ctx), func(n *backupNotes) { n.Unseen = unseenFile{path, hex.EncodeToString(sum[:])} })
	if err != nil {
		b.failed("noting a backup", "", err) // a full disk here is no reason to write none elsewhere
	}
}

// dropUnseen removes a backup whose passphrase nobody has seen.
func (b *Backups) dropUnseen(ctx context.Context) {
	n, err := b.notes(ctx)
	if err != nil || n.Unseen.Path == "" {
		return
	}
	if _, err = export.Discard(n.Unseen.Path, n.Unseen.SHA256); err == nil {
		err = b.note(ctx, func(n *backupNotes) { n.Unseen = unseenFile{} })
	}
	if err != nil {
		b.failed("removing an unfinished file", "", err)
	}
}

// Made is when an order was backed up last; the zero time for never.
func (b *Backups) Made(ctx context.Context, id string) (time.Time, error) {
	n, err := b.notes(ctx)
	return n.Orders[id], err
}

// Unsaved counts the certificates in use whose key is here and in no backup, and which came after the customer
// was reminded last. In the demo nothing is lost, so nobody is reminded.
func (b *Backups) Unsaved(ctx context.Context) (int, error) {
	if b.World != "" {
		return 0, nil
	}
	n, err := b.notes(ctx)
	if err != nil {
		return 0, err
	}
	lines, err := b.Store.ReportLines(ctx)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, l := range lines {
		c := l.Certificate
		over := b.Now().After(c.NotAfter) && l.Order.ProductType != order.SMIME // an old key still reads old mail
		if !l.Newest || !l.KeyHere || over || !c.Added.After(n.Orders[c.OrderID]) || !c.Added.After(n.Reminded) {
			continue
		}
		count++
	}
	return count, nil
}

// Reminded says that the customer has read the reminder: it does not come again for the same certificates.
func (b *Backups) Reminded(ctx context.Context) error {
	return b.note(context.WithoutCancel(ctx), func(n *backupNotes) { n.Reminded = b.Now().UTC() })
}
