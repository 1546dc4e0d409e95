package activation

import (
	"strings"
	"testing"

	"certdesk/assets"
	"certdesk/internal/i18n"
)

func TestNotesHaveTheirWords(t *testing.T) {
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	p := Parser{DemoOrigin: func() string { return "http://127.0.0.1:1" }}
	for text, want := range map[string]string{
		"https://shop.example.ch/#7Q2K9FHM41XZ":           "",
		"https://bücher.ch/#7Q2K9FHM41XZ":                 "punycode",
		"https://shop.exаmple.ch/#7Q2K9FHM41XZ":           "mixed-alphabets punycode",
		"https://secure.sectig0.com/#7Q2K9FHM41XZ":        "looks-like",
		"https://www.swisssign.com/#7Q2K9FHM41XZ":         "known",
		"https://192.0.2.1/#7Q2K9FHM41XZ":                 "address",
		"http://127.0.0.1:2/#7Q2K9FHM41XZ":                "loopback",
		"http://127.0.0.1:1/#DEMO-MAIL":                   "demo",
		"DEMO-MAIL":                                       "demo",
		safeLink("https://shop.example.ch/#7Q2K9FHM41XZ"): "unwrapped",
	} {
		r, err := p.Parse(text, Pasted)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var got []string
		for _, n := range r.Notes() {
			got = append(got, strings.TrimPrefix(n.ID, "activation.note."))
			for _, lang := range c.Languages() {
				if s := c.Printer(lang).Say(n); s == "" || strings.ContainsAny(s, "[]") {
					t.Errorf("%s: %s is %q", lang, n.ID, s)
				}
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %q", text, got, want)
		}
	}
}
