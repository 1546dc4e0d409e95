package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// tries is how many queries a table may cost while what is readable of it is looked for.
const tries = 3000

// merge writes into tx what can be read of the damaged database, which has the later state of everything,
// and counts. Rows are taken one by one, and only those that prove to be whole.
func (s *Store) merge(ctx context.Context, tx *sql.Tx, t *tally) error {
	if t.missing {
		t.complete = false
		return t.count(ctx, tx, nil)
	}
	// SQLite refuses every query of a file that is shorter than it says of itself, but not with this.
	source, err := openReadOnly(s.path(), "writable_schema(ON)")
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	m := merger{ctx: ctx, source: source, tx: tx, salvaged: map[string]bool{}}
	t.complete, err = m.orders()
	if err != nil {
		return err
	}
	for _, table := range belongings {
		whole, err := m.table(table)
		if err != nil {
			return err
		}
		t.complete = t.complete && whole
	}
	if t.lost, err = m.lost(); err != nil {
		return err
	}
	t.salvaged = len(m.salvaged)
	if _, err := tx.ExecContext(ctx, setNotAfter); err != nil {
		return err
	}
	return t.count(ctx, tx, m.salvaged)
}

// merger takes rows from a damaged database.
type merger struct {
	ctx      context.Context
	source   *sql.DB
	tx       *sql.Tx
	salvaged map[string]bool // orders, by id
}

// orders takes every order whose sum fits, and reports whether that was all of them.
func (m *merger) orders() (bool, error) {
	intact := true
	whole, err := m.scan("documents", []string{"order_id", "doc", "csr", "body", "sum"}, func(row []any) error {
		id, ok1 := row[0].(string)
		doc, ok2 := row[1].(string)
		csr, _ := row[2].([]byte)
		body, _ := row[3].([]byte)
		want, _ := row[4].([]byte)
		o, err := decodeOrder(id, doc, csr, body, want)
		if !ok1 || !ok2 || err != nil || o.check() != nil {
			intact = false
			return nil
		}
		m.salvaged[id] = true
		return putOrder(m.ctx, m.tx, &o)
	})
	return whole && intact, err
}

// belonging is a table whose rows are taken as they are.
type belonging struct {
	name    string
	columns []string
	proves  func(row []any) bool
	since   int // the version of the schema that has it first
}

var belongings = []belonging{
	{"keys", []string{"id", "order_id", "kind", "origin", "algorithm", "spki", "created"}, always, 1},
	{"certificates", []string{"sha256", "order_id", "spki", "der", "chain", "not_before", "not_after", "state", "set_aside", "added"}, fitsHash, 1},
	{"timeline", []string{"order_id", "at", "message"}, func(row []any) bool { return isJSON(row[2]) }, 1},
	{"exports", []string{"id", "order_id", "certificate_sha256", "destination", "files", "started", "finished"}, func(row []any) bool { return isJSON(row[4]) }, 1},
	{"settings", []string{"key", "value", "updated"}, always, 1},
	{"chains", []string{"order_id", "certificate_sha256", "chains"}, func(row []any) bool { return isJSON(row[2]) }, 4},
}

func always([]any) bool { return true }

func fitsHash(row []any) bool {
	name, ok := row[0].(string)
	der, isBytes := row[3].([]byte)
	hash := sha256.Sum256(der)
	return ok && isBytes && hex.EncodeToString(hash[:]) == name && isJSON(row[4])
}

func isJSON(v any) bool {
	text, ok := v.(string)
	return ok && json.Valid([]byte(text))
}

// table takes the rows of one table. A row whose order is nowhere can't be kept; a key can, without.
func (m *merger) table(b belonging) (bool, error) {
	var version int
	if m.source.QueryRowContext(m.ctx, `PRAGMA user_version`).Scan(&version) == nil && version > 0 && version < b.since {
		return true, nil // it had none
	}
	marks := "?" + strings.Repeat(",?", len(b.columns)-1)
	insert := fmt.Sprintf(`INSERT OR REPLACE INTO %s (%s) VALUES (%s)`, b.name, strings.Join(b.columns, ","), marks) // #nosec G201 -- names of this package's own tables
	intact := true
	whole, err := m.scan(b.name, b.columns, func(row []any) error {
		if !b.proves(row) {
			intact = false
			return nil
		}
		_, err := m.tx.ExecContext(m.ctx, insert, row...)
		if isForeignKey(err) && b.name == "keys" {
			row[1] = nil
			_, err = m.tx.ExecContext(m.ctx, insert, row...)
			intact = false
		}
		if isDoubtful(err) {
			intact = false
			return nil
		}
		return err
	})
	return whole && intact, err
}

// lost counts the orders that the damaged database knew, by their light rows, and that are nowhere now.
func (m *merger) lost() (n int, err error) {
	_, err = m.scan("orders", []string{"id"}, func(row []any) error {
		var there bool
		err := m.tx.QueryRowContext(m.ctx, `SELECT EXISTS (SELECT 1 FROM orders WHERE id = ?)`, row[0]).Scan(&there)
		if err == nil && !there {
			n++
		}
		return err
	})
	return n, err
}

// count lists the orders that are as they were in the copy.
func (t *tally) count(ctx context.Context, tx *sql.Tx, salvaged map[string]bool) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM orders ORDER BY id`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		id, err := scanText(rows)
		if err != nil {
			return err
		}
		if !salvaged[id] {
			t.stale = append(t.stale, id)
		}
	}
	return rows.Err()
}

// maxRowID is far above any that this store gives.
const maxRowID = 1 << 40

// scan calls take for every row of a table that can be read, and reports whether the table was read from
// end to end. An error of take ends it.
func (m *merger) scan(table string, columns []string, take func(row []any) error) (bool, error) {
	var there bool
	err := m.source.QueryRowContext(m.ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)`, table).Scan(&there)
	if err != nil || !there {
		return false, m.ctx.Err()
	}
	sc := scanner{merger: m, table: table, columns: columns, take: take, left: tries}
	whole := sc.between(1, maxRowID)
	if sc.err != nil {
		return false, sc.err
	}
	return whole, m.ctx.Err()
}

// scanner reads one table of a damaged database.
type scanner struct {
	*merger
	table   string
	columns []string
	take    func(row []any) error
	left    int
	err     error // of take
}

// between reads the rows from lo to hi, both included: up from the first and down from the last until it
// meets damage, then it halves what lies between. Rows live in pages of neighbours, so what can't be read
// is soon surrounded.
func (sc *scanner) between(lo, hi int64) (whole bool) {
	if lo > hi {
		return true
	}
	if lo, whole = sc.run("ASC", lo, hi); whole || sc.err != nil || lo >= hi {
		return whole
	}
	if hi, _ = sc.run("DESC", lo, hi); sc.err != nil || lo >= hi || sc.left <= 0 {
		return false
	}
	mid := lo + (hi-lo)/2
	sc.between(lo, mid)
	sc.between(mid+1, hi)
	return false
}

// run reads in one direction and gives the next rowid that was not reached.
func (sc *scanner) run(direction string, lo, hi int64) (next int64, whole bool) {
	next = lo
	if direction == "DESC" {
		next = hi
	}
	if sc.left <= 0 || sc.ctx.Err() != nil {
		return next, false
	}
	sc.left--
	query := fmt.Sprintf(`SELECT rowid, %s FROM %s NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid %s`,
		strings.Join(sc.columns, ","), sc.table, direction) // #nosec G201 -- names of this package's own tables
	rows, err := sc.source.QueryContext(sc.ctx, query, lo, hi)
	if err != nil {
		return next, false
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var rowid int64
		row := make([]any, len(sc.columns))
		into := []any{&rowid}
		for i := range row {
			into = append(into, &row[i])
		}
		if rows.Scan(into...) != nil {
			return next, false
		}
		if err := sc.take(row); err != nil {
			sc.err = err
			return next, false
		}
		next = rowid + 1
		if direction == "DESC" {
			next = rowid - 1
		}
	}
	return next, rows.Err() == nil
}
