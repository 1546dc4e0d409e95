package desk

import (
	"context"
	"encoding/json"
	"errors"

	"certdesk/internal/backup"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

func (b *Backups) restoreOrder(ctx context.Context, there backup.Order, o store.Order, replace bool, done *Restored) error {
	here, err := b.Store.Get(ctx, o.ID)
	absent := errors.Is(err, store.ErrNotFound)
	if err != nil && !absent {
		return err
	}
	whole := absent || replace && standing(here, o) == BackupNewerThere
	g, err := b.missing(ctx, there, whole)
	if err != nil {
		return err
	}
	for _, k := range g.keys {
		if err := b.putKey(ctx, k, o.ID); err != nil {
			return err
		}
	}
	done.Keys += len(g.keys)
	if err := b.restoreSecrets(ctx, there, &o, here, whole); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // what was begun is finished
	switch {
	case absent:
		err = b.Store.Create(ctx, o)
	case whole:
		err = b.overwrite(ctx, o)
	}
	if err != nil {
		return err
	}
	return b.complete(ctx, there, o, g, whole, done)
}

// restoredOrigin is where a restored key comes from: it was in a file, and may have been somebody else's before.
func restoredOrigin(k backup.Key) vault.Origin {
	if k.Origin == string(vault.FromSeller) {
		return vault.FromSeller
	}
	return vault.Imported
}

// putKey puts a key into the keyring, unless it is there: then it is in no list yet, and keeps its origin.
func (b *Backups) putKey(ctx context.Context, k backup.Key, orderID string) error {
	if _, _, err := b.Vault.Key(ctx, k.ID); err == nil || !lost(err) {
		return err
	}
	b.begin(k.ID)
	return b.Vault.PutKey(ctx, k.ID, orderID, k.Key, restoredOrigin(k))
}

// restoreSecrets puts token and code into the keyring, where the order is taken from the backup, or where the
// keyring here has lost its token.
func (b *Backups) restoreSecrets(ctx context.Context, there backup.Order, o *store.Order, here store.Order, whole bool) error {
	token := whole
	if !whole && here.TokenID != "" && here.TokenID == o.TokenID {
		_, err := b.Vault.Secret(ctx, here.TokenID)
		if err != nil && !fault.Is(err, fault.SecretGone) {
			return err
		}
		token = err != nil
	}
	if token {
		if err := b.putBack(ctx, o.TokenID, o.ID, vault.KindToken, there.Token); err != nil {
			return err
		}
	}
	if !whole {
		return nil
	}
	if there.Code.Empty() {
		o.CodeID = here.CodeID // the code here, if there is one; else it is typed again
		return nil
	}
	return b.putBack(ctx, o.CodeID, o.ID, vault.KindCode, there.Code)
}

func (b *Backups) putBack(ctx context.Context, id, orderID string, kind vault.Kind, s secret.Value) error {
	if id == "" || s.Empty() {
		return nil
	}
	b.begin(id)
	return b.Vault.PutSecret(ctx, id, orderID, kind, s)
}

// overwrite puts an order of a backup in the place of the older one here. A request that is on its way here is
// never replaced by another.
func (b *Backups) overwrite(ctx context.Context, o store.Order) error {
	_, err := b.Store.Update(ctx, o.ID, func(now *store.Order) error {
		if standing(*now, o) != BackupNewerThere {
			return fault.New(fault.OrderState, nil)
		}
		created := now.Created
		*now = o
		now.Created = created
		return nil
	})
	if errors.Is(err, store.ErrFrozen) {
		return fault.New(fault.OrderState, err)
	}
	return err
}

// complete adds what belongs to an order and is not here.
func (b *Backups) complete(ctx context.Context, there backup.Order, o store.Order, g gaps, whole bool, done *Restored) error {
	keys := g.keys
	if whole {
		keys = there.Keys // also those that the keyring still had
	}
	for _, k := range keys {
		if err := b.listKey(ctx, o.ID, k); err != nil {
			return err
		}
	}
	if whole && o.TokenID != "" { // a crash may have left it as one without an order
		if err := b.Store.DeleteKey(ctx, o.TokenID); err != nil {
			return err
		}
	}
	for _, c := range g.certificates {
		if err := b.Store.AddCertificate(ctx, c); err != nil {
			return err
		}
	}
	done.Certificates += len(g.certificates)
	if !whole && len(g.keys)+len(g.certificates) == 0 {
		return nil
	}
	if whole {
		for _, e := range there.Timeline {
			var m i18n.Message
			if json.Unmarshal(e.Message, &m) != nil || m.ID == "" {
				continue
			}
			if err := b.Store.Log(ctx, o.ID, e.At, m); err != nil {
				return err
			}
		}
	}
	done.Orders++
	b.log(ctx, o.ID, i18n.M("event.restored"))
	return nil
}

// listKey notes a restored key among those of an order; an empty id is none.
func (b *Backups) listKey(ctx context.Context, orderID string, k backup.Key) error {
	_, origin, err := b.Vault.Key(ctx, k.ID)
	if err != nil {
		return err
	}
	return b.Store.AddKey(ctx, store.Key{
		ID: k.ID, OrderID: orderID, Kind: string(vault.KindKey), Origin: string(origin),
		Algorithm: choiceOf(k.Key.Public()).Algorithm, SPKI: hashOf(k), Created: k.Created,
	})
}

// restoreAlone restores keys that belong to no order.
func (b *Backups) restoreAlone(ctx context.Context, keys []backup.Key, done *Restored) error {
	if len(keys) == 0 {
		return nil
	}
	known, err := b.Store.VaultIDs(ctx)
	if err != nil {
		return err
	}
	for _, k := range keys {
		_, _, err := b.Vault.Key(ctx, k.ID)
		if err == nil {
			continue
		}
		if !lost(err) {
			return err
		}
		b.begin(k.ID)
		if err := b.Vault.PutKey(ctx, k.ID, "", k.Key, vault.Imported); err != nil {
			return err
		}
		done.Keys++
		if known[k.ID] {
			continue
		}
		if err := b.listKey(ctx, "", k); err != nil {
			return err
		}
	}
	return nil
}

// DeleteKey removes a private key for ever. It refuses the key of an order that is still open.
//
// Order: keyring; order; list of keys, which until then is its owner.
func (b *Backups) DeleteKey(ctx context.Context, k store.Key) error {
	if k.OrderID == "" {
		return b.deleteKey(context.WithoutCancel(ctx), k)
	}
	err := b.one(k.OrderID, func() error {
		o, err := b.Store.Get(ctx, k.OrderID)
		if err != nil {
			return err
		}
		if Open(o) {
			return fault.New(fault.KeyInUse, nil)
		}
		return b.deleteKey(context.WithoutCancel(ctx), k)
	})
	if err == nil {
		b.log(ctx, k.OrderID, i18n.M("event.key-deleted"))
		b.changed.tell(k.OrderID)
	}
	return err
}

func (b *Backups) deleteKey(ctx context.Context, k store.Key) error {
	if err := b.Vault.Delete(ctx, k.ID); err != nil {
		return err
	}
	if k.OrderID != "" {
		_, err := b.Store.Update(ctx, k.OrderID, func(o *store.Order) error {
			if o.KeyID == k.ID {
				o.KeyID = ""
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return b.Store.DeleteKey(ctx, k.ID)
}

// Open reports whether an order may still bring a certificate, so that its key is needed.
func Open(o store.Order) bool {
	switch o.Phase {
	case order.PhaseEnded:
		return false
	case order.PhaseReady:
		return o.Snapshot != nil && o.Snapshot.State == order.ServiceReissuing
	case order.PhaseDraft, order.PhaseSubmitting, order.PhaseSent:
	}
	return true
}
