package desk_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/store"
)

func TestTheListOfAllCertificates(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	made := must(r.Exports.Make(t.Context(), id, desk.ExportOptions{Destination: "thunderbird", Dir: w.out, Label: label}))(t)
	ok(t, r.Exports.Shown(t.Context(), made.ID))
	o := r.order(id)
	o.Licence.Product.Name, o.Licence.SellerName = "=HYPERLINK(\"http://evil\")", "@shop, the \"best\""
	_, err := r.store.Update(t.Context(), id, func(s *store.Order) error { s.Licence = o.Licence; return nil })
	ok(t, err)
	dir := t.TempDir()
	list := must(r.Report.Save(t.Context(), dir, id2text))(t)
	again := must(r.Report.Save(t.Context(), dir, id2text))(t)
	if list.Certificates != 1 || again.Path == list.Path || filepath.Dir(list.Path) != dir || filepath.Ext(list.Path) != ".csv" {
		t.Fatalf("%+v, %+v", list, again)
	}
	data := must(os.ReadFile(list.Path))(t)
	rest, marked := bytes.CutPrefix(data, []byte("\xef\xbb\xbf"))
	if !marked || !bytes.Contains(rest, []byte("\r\n")) {
		t.Error("no mark, or other line ends")
	}
	rows := must(csv.NewReader(bytes.NewReader(rest)).ReadAll())(t)
	if len(rows) != 2 || len(rows[1]) != 11 || rows[0][0] != "report.column.names" {
		t.Fatalf("%q", rows)
	}
	got := rows[1]
	if got[0] != "anna@example.ch" || got[1] != "'=HYPERLINK(\"http://evil\")" || got[2] != "'@shop, the \"best\"" ||
		got[3] != "order.state.ready" || got[4] != "report.state.current" || got[5] != "2026-11-23" || got[6] != "2027-11-23" ||
		got[7] == "" || len(got[8]) != 64 || got[9] != "report.yes" || !strings.HasSuffix(got[10], ".p12") {
		t.Errorf("%q", got)
	}
	if bytes.Contains(data, []byte(code)) || bytes.Contains(data, []byte(made.Password())) {
		t.Error("something secret stands in the list")
	}
}

func TestTheListWhereItCanNotBe(t *testing.T) {
	_, r := fresh(t)
	for dir, want := range map[string]fault.Code{"": fault.FolderGone, "relative": fault.FolderGone, filepath.Join(t.TempDir(), "none"): fault.FolderGone} {
		if _, err := r.Report.Save(t.Context(), dir, id2text); !fault.Is(err, want) {
			t.Errorf("%q: %v", dir, err)
		}
	}
	empty := must(r.Report.Save(t.Context(), t.TempDir(), id2text))(t)
	if empty.Certificates != 0 {
		t.Error(empty)
	}
}

func id2text(m i18n.Message) string { return m.ID }

func label(i18n.Message) string { return "x" }
