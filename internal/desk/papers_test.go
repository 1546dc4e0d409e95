package desk_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2/theme"

	"certdesk/internal/fault"
	"certdesk/internal/paper"
)

func TestAPaperIsSavedBesideOthers(t *testing.T) {
	w, r := fresh(t)
	d := paper.Document{Title: "Instructions", Parts: []paper.Part{paper.Paragraph("Add this record.")}}
	first, err := r.Papers.Save(context.Background(), "", "*.example.ch", "Instructions", d)
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Papers.Save(context.Background(), "", "*.example.ch", "Instructions", d)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(first) != w.out || filepath.Base(first) != "_.example.ch (Instructions).pdf" || first == second {
		t.Errorf("saved as %s and %s", first, second)
	}
	for _, path := range []string{first, second} {
		data, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := r.Papers.Save(context.Background(), filepath.Join(w.out, "gone"), "x", "", d); !fault.Is(err, fault.FolderGone) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// printed are the fonts that papers are printed with.
func printed() paper.Fonts {
	return paper.Fonts{
		Regular: theme.DefaultTextFont().Content(),
		Bold:    theme.DefaultTextBoldFont().Content(),
		Mono:    theme.DefaultTextMonospaceFont().Content(),
	}
}
