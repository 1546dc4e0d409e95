package desk

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
)

// Report makes the list of all certificates that are here, as a table that spreadsheets open: CSV (RFC 4180) in
// UTF-8, with the mark at the beginning by which Excel knows that. Nothing in it is secret.
type Report struct{ *core }

// ReportMade is a list that was written and read again.
type ReportMade struct {
	Path         string
	Certificates int
}

// reportColumns are the columns, by the ends of their texts' ids.
var reportColumns = []string{
	"names", "product", "seller", "order-state", "state", "from", "until", "serial", "fingerprint", "key", "files",
}

// Save writes the list into a folder, under a name that is free there, and reads it again. say renders headings
// and states. Dates are YYYY-MM-DD: every spreadsheet takes those for dates.
func (r *Report) Save(ctx context.Context, dir string, say func(i18n.Message) string) (ReportMade, error) {
	lines, err := r.Store.ReportLines(ctx)
	if err != nil {
		return ReportMade{}, err
	}
	table := make([][]string, 0, len(lines)+1)
	head := make([]string, len(reportColumns))
	for i, c := range reportColumns {
		head[i] = say(i18n.M("report.column." + c))
	}
	table = append(table, head)
	for _, l := range lines {
		table = append(table, r.line(l, say))
	}
	data, err := encodeTable(table)
	if err != nil {
		return ReportMade{}, fault.New(fault.Unexpected, nil)
	}
	name := say(i18n.M("report.file")) + " " + r.Now().Local().Format(time.DateOnly) + ".csv"
	path, err := r.save(ctx, dir, name, data)
	if err != nil {
		return ReportMade{}, err
	}
	return ReportMade{Path: path, Certificates: len(lines)}, nil
}

// line puts one certificate into cells. One that can't be read has what the store knows of it.
func (r *Report) line(l store.ReportLine, say func(i18n.Message) string) []string {
	c := l.Certificate
	names, serial := l.Order.Title, ""
	if leaf, _, err := parsed(c); err == nil {
		about := certificate.Describe(leaf)
		serial = about.Serial
		if len(about.Names) > 0 {
			names = joined(about.Names)
		}
	}
	files := make([]string, len(l.Files))
	for i, f := range l.Files {
		files[i] = filepath.Base(f.Path)
	}
	key := "report.no"
	if l.KeyHere {
		key = "report.yes"
	}
	return []string{
		names, l.Order.Product, l.Order.SellerName, say(stateOf(l.Order, r.Now()).Word()), say(r.state(l)),
		c.NotBefore.UTC().Format(time.DateOnly), c.NotAfter.UTC().Format(time.DateOnly), serial, strings.ToUpper(c.SHA256),
		say(i18n.M(key)), strings.Join(files, "; "),
	}
}

func joined(names []order.Name) string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = n.Value
	}
	return strings.Join(all, "; ")
}

// state is a certificate's own state in the list.
func (r *Report) state(l store.ReportLine) i18n.Message {
	switch {
	case l.Certificate.SetAside:
		return i18n.M("report.state.set-aside")
	case l.Order.ServiceState == order.ServiceRevoked:
		return i18n.M("report.state.revoked")
	case r.Now().After(l.Certificate.NotAfter):
		return i18n.M("report.state.expired")
	case l.Newest:
		return i18n.M("report.state.current")
	}
	return i18n.M("report.state.previous")
}

// encodeTable writes cells as CSV and reads them again: what comes back must be what went in.
func encodeTable(table [][]string) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff") // Excel takes a file without it for the system's old code page
	w := csv.NewWriter(&out)
	w.UseCRLF = true // RFC 4180, 2.1
	for i, row := range table {
		for j := range row {
			table[i][j] = harmless(row[j])
		}
		if err := w.Write(table[i]); err != nil {
			return nil, fmt.Errorf("desk: writing the list: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("desk: writing the list: %w", err)
	}
	again, err := csv.NewReader(bytes.NewReader(out.Bytes()[len("\ufeff"):])).ReadAll()
	if err != nil || len(again) != len(table) {
		return nil, fmt.Errorf("desk: the list can't be read again: %w", err)
	}
	return out.Bytes(), nil
}

// harmless keeps a spreadsheet from taking a cell for a formula: names in certificates are text from outside
// (OWASP, "CSV Injection").
func harmless(cell string) string {
	cell = i18n.Clean(cell, maxCell)
	if strings.IndexAny(cell, "=+-@\t\r\uff1d\uff0b\uff0d\uff20") == 0 {
		return "'" + cell
	}
	return cell
}

// maxCell is how many characters a cell of Excel holds.
const maxCell = 32_767
