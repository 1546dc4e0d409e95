package vault

import (
	"context"
	"errors"
)

// Findings is what Reconcile found.
type Findings struct {
	Dropped []string // ids without a record, that no order knows: struck from the ledger
	Orphans []Entry  // records that no order knows: "a key without an order"
	Missing []Entry  // ids that an order knows but the keyring has no record of
}

// Reconcile compares the ledger with what the orders know (known) and, for ids about which they disagree
// or whose record was never confirmed, with the keyring. Ids that are confirmed and known are not asked
// for: that could make the system ask for a password at the start of the app; if such a record is gone,
// Key says KeyGone when it is used.
//
// It runs at the start, before anything else is put. When the keyring can't be asked it returns that fault
// with what was found so far, and has dropped nothing that it could not ask for.
func (v *Vault) Reconcile(ctx context.Context, known func(id string) bool) (Findings, error) {
	leave, err := v.enter(ctx)
	if err != nil {
		return Findings{}, err
	}
	defer leave()
	var f Findings
	moving := v.finishMoves(ctx) // no reason to leave the rest
	for _, e := range v.ledger.Entries() {
		if e.Event == Stored && known(e.ID) {
			continue
		}
		if v.inFile(e.ID) && !v.file.Unlocked() {
			return f, errors.Join(moving, v.closed())
		}
		_, err := v.look(ctx, e.ID)
		if v.without(err) {
			continue // nobody can know before there is a keyring again
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return f, errors.Join(moving, failed("looking for a record", err, ""))
		}
		if err := v.settle(&f, e, err == nil, known(e.ID)); err != nil {
			return f, errors.Join(moving, err)
		}
	}
	return f, moving
}

// settle decides about one id.
func (v *Vault) settle(f *Findings, e Entry, present, known bool) error {
	switch {
	case present && !known:
		f.Orphans = append(f.Orphans, e)
	case !present && known:
		f.Missing = append(f.Missing, e)
		return nil
	case !present:
		if err := v.strike(e.ID); err != nil {
			return err
		}
		f.Dropped = append(f.Dropped, e.ID)
		return nil
	}
	if e.Event == Reserved { // a crash came between the record and its line
		e.Event, e.At = Stored, v.now()
		return v.ledger.add(e)
	}
	return nil
}

// finishMoves does what a crash has left of a move: the copies in the keyring go, or the file does.
func (v *Vault) finishMoves(ctx context.Context) error {
	if _, leaving := v.ledger.Place(); leaving && v.file != nil {
		if err := v.finishLeaving(); err != nil {
			return err
		}
	}
	for _, e := range v.ledger.Entries() {
		if e.Also == AlsoKeyring && v.file != nil {
			if !v.file.Unlocked() {
				return v.closed()
			}
			return v.clearKeyring(ctx)
		}
	}
	return nil
}
