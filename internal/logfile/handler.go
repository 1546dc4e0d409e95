package logfile

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// maxText is the longest text in a record, in bytes.
const maxText = 300

// handler is a slog.Handler that writes known events with their known keys and counts all else.
type handler struct {
	out     slog.Handler
	dropped *atomic.Int64
	attrs   []slog.Attr // from With
	grouped bool        // inside WithGroup: no event has groups
}

func (h *handler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	keys, known := allowed[Event(r.Message)]
	if !known {
		h.dropped.Add(1)
		return nil
	}
	clean := slog.NewRecord(r.Time, r.Level, r.Message, 0)
	add := func(a slog.Attr, grouped bool) {
		v, ok := printable(a.Value)
		if grouped || !ok || !slices.Contains(keys, a.Key) {
			h.dropped.Add(1)
			return
		}
		clean.AddAttrs(slog.Attr{Key: a.Key, Value: v})
	}
	for _, a := range h.attrs {
		add(a, false)
	}
	r.Attrs(func(a slog.Attr) bool { add(a, h.grouped); return true })
	return h.out.Handle(ctx, clean)
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	if c.grouped {
		h.dropped.Add(int64(len(attrs)))
		return &c
	}
	c.attrs = append(slices.Clip(h.attrs), attrs...)
	return &c
}

func (h *handler) WithGroup(name string) slog.Handler {
	c := *h
	c.grouped = h.grouped || name != ""
	return &c
}

// printable gives what may be written of a value: plain values, the texts of errors, and what a LogValuer
// such as a secret says of itself. A struct could hold anything and is not written.
func printable(v slog.Value) (slog.Value, bool) {
	v = v.Resolve()
	switch v.Kind() {
	case slog.KindString:
		return slog.StringValue(scrub(v.String())), true
	case slog.KindBool, slog.KindInt64, slog.KindUint64, slog.KindFloat64, slog.KindTime:
		return v, true
	case slog.KindDuration:
		return slog.StringValue(v.Duration().String()), true
	case slog.KindAny:
		if err, ok := v.Any().(error); ok && err != nil {
			return slog.StringValue(scrub(err.Error())), true
		}
		return slog.Value{}, false
	default: // groups
		return slog.Value{}, false
	}
}

var (
	address = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*:(//|\?)\S*`)
	pem     = regexp.MustCompile(`(?s)-----BEGIN.*`)
)

// scrub takes out of a text what must not be in it even if somebody made a mistake: addresses, which can
// hold codes, and PEM. What is left is cut to maxText.
func scrub(s string) string {
	s = pem.ReplaceAllString(s, "[PEM]")
	s = address.ReplaceAllString(s, "[address]")
	s = strings.ToValidUTF8(s, "?")
	if len(s) <= maxText {
		return s
	}
	cut := maxText
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
