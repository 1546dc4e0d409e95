package paper_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/theme"

	"certdesk/internal/paper"
)

func fonts() paper.Fonts {
	return paper.Fonts{
		Regular: theme.DefaultTextFont().Content(),
		Bold:    theme.DefaultTextBoldFont().Content(),
		Mono:    theme.DefaultTextMonospaceFont().Content(),
	}
}

func letter() paper.Document {
	return paper.Document{
		Title: "Prüfung von bücher.example.ch", Language: "de", Made: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC),
		Parts: []paper.Part{
			paper.Heading("Eintrag im DNS"),
			paper.Paragraph("Größe, Öffnung, façade.\nДокумент для «Ромашка»."),
			paper.Row{Label: "Name", Value: "_dnsauth.xn--bcher-kva", Mono: true},
			paper.Row{Label: "Unterschriftsberechtigte Person der Organisation", Value: "Zoë Öztürk"},
			paper.Row{Label: "Funktion"},
			paper.Block("first line\nsecond line"),
			paper.Postal{"Demo Authority", "Bahnhofstrasse 1", "8001 Zürich"},
			paper.Signature("Ort, Datum, Unterschrift"),
		},
		Footer: func(n, total int) string { return fmt.Sprintf("Seite %d von %d", n, total) },
	}
}

// read gives the text that a reader finds in a file.
func read(t *testing.T, pdf []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("CERTDESK_PAPER"); dir != "" { // to look at
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+".pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var complaints bytes.Buffer
	cmd := exec.Command("pdftotext", "-layout", path, "-")
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("pdftotext: %v %s", err, complaints.String())
	}
	return string(out)
}

func pdf(t *testing.T, d paper.Document) []byte {
	t.Helper()
	out, err := fonts().PDF(d)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatStandsOnThePaper(t *testing.T) {
	text := read(t, pdf(t, letter()))
	for _, want := range []string{
		"Prüfung von bücher.example.ch", "Eintrag im DNS", "Größe, Öffnung, façade.", "Документ для «Ромашка».",
		"_dnsauth.xn--bcher-kva", "Zoë Öztürk", "Funktion", "first line\n", "second line\n",
		"8001 Zürich", "Ort, Datum, Unterschrift", "Seite 1 von 1",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the paper:\n%s", want, text)
		}
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	first := pdf(t, letter())
	for range 3 {
		if !bytes.Equal(first, pdf(t, letter())) {
			t.Fatal("the bytes differ")
		}
	}
}

// TestLongThingsStayOnThePaper: a word without spaces is broken, text goes on on further pages, nothing is lost.
func TestLongThingsStayOnThePaper(t *testing.T) {
	d := letter()
	long := strings.Repeat("0123456789abcdef", 20)
	d.Parts = []paper.Part{paper.Row{Label: strings.Repeat("Unterschriftsberechtigung", 6), Value: long, Mono: true}}
	var want strings.Builder
	for i := range 150 {
		fmt.Fprintf(&want, "row-%d ", i)
		d.Parts = append(d.Parts, paper.Row{Label: fmt.Sprintf("row-%d", i), Value: "x"})
	}
	d.Parts = append(d.Parts, paper.Block(strings.TrimSpace(strings.Repeat("block ", 3000))))
	text := read(t, pdf(t, d))
	flat := strings.Join(strings.Fields(text), "")
	if n := strings.Count(flat, "block"); n != 3000 {
		t.Errorf("%d of 3000 words of the block", n)
	}
	for _, row := range strings.Fields(want.String()) {
		if !strings.Contains(text, row+" ") {
			t.Errorf("%s is missing", row)
		}
	}
	if got := strings.Count(flat, "0123456789abcdef"); got < 15 { // pieces between whose lines the label stands
		t.Errorf("the long value is not whole: %d", got)
	}
	pages := strings.Count(text, "\f")
	if !strings.Contains(text, fmt.Sprintf("Seite %d von %d", pages, pages)) || pages < 5 {
		t.Errorf("the last of %d pages has not its number", pages)
	}
}

// TestTextFromOutside: what a service writes can't break the paper.
func TestTextFromOutside(t *testing.T) {
	d := letter()
	d.Title = "😀 \u202egnp.exe \x00\x1b[31m"
	d.Parts = []paper.Part{
		paper.Paragraph("(unbalanced \\ ) endobj stream\n\n\r\nלום 漢字 𝔘 " + string(rune(0x10FFFF))),
		paper.Row{},
		paper.Block(""),
		paper.Postal{},
		paper.Signature(""), paper.Heading(""), paper.Paragraph("\xFF\xFE"),
	}
	text := read(t, pdf(t, d))
	for _, want := range []string{"[U+202E]", "[U+0000]", "(unbalanced \\ ) endobj stream"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the paper:\n%s", want, text)
		}
	}
	d.Parts = make([]paper.Part, 2001)
	if _, err := fonts().PDF(d); err == nil {
		t.Error("a document without end was printed")
	}
	if _, err := (paper.Fonts{Regular: []byte("no font")}).PDF(letter()); err == nil {
		t.Error("printed without a font")
	}
}

func FuzzPDF(f *testing.F) {
	f.Add("text", "label", "value")
	f.Add("\u202e\x00", "𝔘𝔘𝔘", strings.Repeat("w", 500))
	have := fonts()
	f.Fuzz(func(t *testing.T, a, b, c string) {
		d := paper.Document{Title: a, Parts: []paper.Part{
			paper.Paragraph(b), paper.Row{Label: b, Value: c, Mono: true}, paper.Block(c), paper.Postal{a, c}, paper.Signature(b),
		}}
		if _, err := have.PDF(d); err != nil {
			t.Fatal(err)
		}
	})
}
