package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// TestTheListFindsEveryName: not only the first, and the order by its reference.
func TestTheListFindsEveryName(t *testing.T) {
	mail := sent("02", waitingForMail())
	w := start(t, setup{clock: noon, script: &script{orders: []store.Order{ordered(waitingForAuthority()), mail}}})
	w.see(w.word("view.tasks"))
	search := kittest.EntryByLabel(t, w.root(), w.word("home.search"))
	for text, want := range map[string]string{
		"intranet.muster": "shop.muster.ch", "xn--bcher": "shop.muster.ch", "bücher.muster": "shop.muster.ch", "EX-02": "anna.keller@example.ch", "muster ag": "shop.muster.ch",
	} {
		search.SetText("")
		kittest.TabTo(t, w.a.window.Canvas(), search)
		kittest.TypeText(t, w.a.window.Canvas(), text)
		w.q.Finish(t)
		rows := kittest.All[*kit.OrderList](w.root())[0].Rows()
		if len(rows) != 2 || !strings.HasPrefix(rows[1].Title, want) {
			t.Errorf("%q finds %+v", text, rows)
		}
	}
}

// TestTheListOfAllCertificatesThroughTheScreens saves the list from the home screen.
func TestTheListOfAllCertificatesThroughTheScreens(t *testing.T) {
	o := sent("01", order.Snapshot{State: order.Issued})
	c := issued(t, &o, noon.AddDate(1, 0, 0))
	w := start(t, setup{clock: noon, script: &script{orders: []store.Order{o}, certs: []store.Certificate{c}}})
	w.press("report.open")
	w.see(w.word("report.sentence"))
	w.retype("report.folder", filepath.Join(w.home, "gone"))
	w.press("report.save")
	w.see(w.word("fault.folder-gone.saw"))
	w.retype("report.folder", w.home)
	w.press("report.save")
	w.see(w.word("report.done"))
	files, err := filepath.Glob(filepath.Join(w.home, "*.csv"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "anna.keller@example.ch" {
		t.Errorf("%q, %v", rows, err)
	}
	w.press("report.close")
	w.see(w.word("view.certificate"))
}
