package demo

import (
	"context"
	"fmt"
	"io"
	"strings"

	"certdesk/assets"
	"certdesk/internal/demo/pages"
	"certdesk/internal/i18n"
)

// Serve is --demo-issuer: it runs the issuer, writes its addresses to out in the language lang (empty: the
// system's), and returns when ctx ends. When another process runs the issuer, it writes where and returns.
func Serve(ctx context.Context, o Options, out io.Writer, lang string) error {
	words, err := i18n.Load(assets.Translations)
	if err != nil {
		return err
	}
	i, err := Start(ctx, o)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, introduction(i, words.Printer(lang))); err != nil {
		return fmt.Errorf("demo: telling where the issuer is: %w", err)
	}
	if !i.Own() {
		return nil
	}
	<-ctx.Done()
	return i.Close()
}

func introduction(i *Issuer, w *i18n.Printer) string {
	var b strings.Builder
	title := "demo.serve.running"
	if !i.Own() {
		title = "demo.serve.elsewhere"
	}
	codes := Codes()
	fmt.Fprintln(&b, w.T(title))
	for _, line := range [][2]string{
		{"demo.serve.address", i.URL()},
		{"demo.serve.codes", strings.Join(codes, ", ") + ". " + pages.More(w)},
		{"demo.serve.link", i.Link(codes[0])},
		{"demo.serve.inbox", i.InboxURL()},
		{"demo.serve.operator", i.OperatorURL()},
	} {
		fmt.Fprintf(&b, "%s: %s\n", w.T(line[0]), line[1])
	}
	if i.Own() {
		fmt.Fprintln(&b, w.T("demo.serve.end"))
	}
	return b.String()
}
