package store

import (
	"time"

	"certdesk/internal/i18n"
)

// Report says what Open had to repair. The zero Report: nothing.
type Report struct {
	Repaired bool
	Messages []i18n.Message // for the customer: what was found, what was restored, what is missing
	// From is when the copy was made that took the damaged database's place; zero without one.
	From time.Time
	// Stale are the orders that are as they were in the copy. More may have happened since, so each of
	// them is asked for at its seller before anything is sent for it again.
	Stale []string
}

// tally is what a repair did, before it is put into words.
type tally struct {
	missing  bool      // there was no database, though there were copies of one
	aside    string    // file name of the damaged one
	from     time.Time // of the copy
	salvaged int       // orders read from the damaged one
	stale    []string
	lost     int  // orders that are known to have been there and are nowhere
	complete bool // the damaged one could be read to its end
}

func (t tally) report() Report {
	r := Report{Repaired: true, From: t.from, Stale: t.stale}
	say := func(id string, kv ...any) { r.Messages = append(r.Messages, i18n.M(id, kv...)) }
	if t.missing {
		say("store.was-missing")
	} else {
		say("store.was-damaged", "name", t.aside)
	}
	if t.from.IsZero() {
		say("store.no-copy")
	} else {
		say("store.from-copy", "when", t.from)
	}
	if t.salvaged > 0 {
		say("store.salvaged", "n", t.salvaged)
	}
	if len(t.stale) > 0 {
		say("store.stale", "n", len(t.stale))
	}
	if t.lost > 0 {
		say("store.lost", "n", t.lost)
	}
	switch {
	case t.complete && t.lost == 0 && len(t.stale) == 0:
		say("store.nothing-missing")
	case !t.complete:
		say("store.may-be-missing")
	}
	return r
}
