package store

import (
	"context"
	"database/sql"
)

// ReportLine is a certificate for the list of all certificates.
type ReportLine struct {
	Order       Row // without what only the list on the screen needs
	Certificate Certificate
	KeyHere     bool // its key is in the vault, as far as the store knows
	Files       []ExportFile
	Newest      bool // of the order's certificates that are in use
}

// ReportLines lists all certificates of all orders, by order, the newest first. The certificates come without
// their chains.
func (s *Store) ReportLines(ctx context.Context) ([]ReportLine, error) {
	files, err := s.reportFiles(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT o.id, o.phase, o.service_state, o.task_kind, o.title, o.product, o.product_type,
  o.seller_name, o.service, o.not_after, o.sent, c.sha256, c.spki, c.der, c.not_before, c.not_after, c.state, c.set_aside, c.added,
  EXISTS (SELECT 1 FROM keys k WHERE k.order_id = o.id AND k.kind = 'key' AND k.spki = c.spki),
  c.set_aside = 0 AND c.not_after = o.not_after
FROM certificates c JOIN orders o ON o.id = c.order_id ORDER BY o.title, o.id, c.not_before DESC, c.sha256`)
	return collect(s, rows, err, func(rows *sql.Rows) (ReportLine, error) {
		var l ReportLine
		o, c := &l.Order, &l.Certificate
		var orderEnds, sent, before, after, added int64
		err := rows.Scan(&o.ID, &o.Phase, &o.ServiceState, &o.TaskKind, &o.Title, &o.Product, &o.ProductType, &o.SellerName, &o.Service,
			&orderEnds, &sent, &c.SHA256, &c.SPKI, &c.DER, &before, &after, &c.State, &c.SetAside, &added, &l.KeyHere, &l.Newest)
		o.NotAfter, o.Sent = moment(orderEnds), moment(sent)
		c.OrderID, c.NotBefore, c.NotAfter, c.Added = o.ID, moment(before), moment(after), moment(added)
		l.Files = files[fileOf{o.ID, c.SHA256}]
		return l, err
	})
}

// fileOf is a certificate of an order.
type fileOf struct{ order, sha256 string }

// reportFiles gives the finished files by their certificate.
func (s *Store) reportFiles(ctx context.Context) (map[fileOf][]ExportFile, error) {
	type made struct {
		of    fileOf
		files []ExportFile
	}
	rows, err := s.read.QueryContext(ctx, `SELECT order_id, certificate_sha256, files FROM exports WHERE finished <> 0 ORDER BY started, rowid`)
	list, err := collect(s, rows, err, func(rows *sql.Rows) (made, error) {
		var m made
		var packed string
		if err := rows.Scan(&m.of.order, &m.of.sha256, &packed); err != nil {
			return m, err
		}
		return m, unpack(packed, &m.files)
	})
	if err != nil {
		return nil, err
	}
	out := map[fileOf][]ExportFile{}
	for _, m := range list {
		out[m.of] = append(out[m.of], m.files...)
	}
	return out, nil
}
