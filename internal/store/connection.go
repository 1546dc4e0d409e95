package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"

	"certdesk/internal/fault"
)

// pragmas are set in the DSN of every connection and asked for again before it is used: SQLite ignores what
// it doesn't know without a word.
var pragmas = []struct{ name, set, want string }{
	{"busy_timeout", "5000", "5000"},
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "FULL", "2"}, // the WAL is synced after every commit, not only at checkpoints
	{"fullfsync", "ON", "1"},     // macOS: fsync alone leaves it in the drive's cache
	{"checkpoint_fullfsync", "ON", "1"},
	{"foreign_keys", "ON", "1"},
	{"trusted_schema", "OFF", "0"}, // a doctored file can't run functions
	{"secure_delete", "ON", "1"},   // names of people don't stay in free pages
}

// fileURI is the file: form, which SQLite takes percent-encoded, so that any character may be in a path.
func fileURI(path string, query string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: query}).String()
}

func dsn(path string) string {
	q := url.Values{"_txlock": {"immediate"}}
	for _, p := range pragmas {
		q.Add("_pragma", p.name+"("+p.set+")")
	}
	return fileURI(path, q.Encode())
}

// connector opens connections and refuses one that is not as the rules want it.
type connector struct{ driver.Connector }

// pool opens a pool of at most n connections. It opens none yet.
func pool(path string, n int) (*sql.DB, error) {
	base, err := sqlite.NewConnector(dsn(path))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector{base})
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range pragmas {
		got, err := ask(ctx, conn, "PRAGMA "+p.name)
		if err == nil && got != p.want {
			err = fmt.Errorf("store: %s is %s, not %s", p.name, got, p.want)
			if p.name == "journal_mode" {
				// The WAL needs memory that processes share; a file system without it is a network share.
				err = fault.New(fault.StoreNetwork, err)
			}
		}
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// ask runs a query on a bare connection and gives its first column as text.
func ask(ctx context.Context, conn driver.Conn, query string) (string, error) {
	q, ok := conn.(driver.QueryerContext)
	if !ok {
		return "", errors.New("store: the driver can't query")
	}
	rows, err := q.QueryContext(ctx, query, nil)
	if err != nil {
		return "", err
	}
	values := make([]driver.Value, len(rows.Columns()))
	err = rows.Next(values)
	if errors.Is(err, io.EOF) {
		err = errors.New("store: no answer to " + query)
	}
	if closed := rows.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", err
	}
	if b, ok := values[0].([]byte); ok {
		return string(b), nil
	}
	return fmt.Sprint(values[0]), nil
}
