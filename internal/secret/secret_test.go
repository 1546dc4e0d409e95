package secret_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"certdesk/internal/secret"
)

const canary = "canary-5f2c"

type hidden struct {
	v secret.Value
	V secret.Value
}

func TestNoOrdinaryWayOutShowsTheValue(t *testing.T) {
	v := secret.FromString(canary)
	holder := hidden{v: v, V: v}
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("x", "value", v, "holder", holder, "pointer", &holder)

	texts := []string{
		log.String(), v.String(), v.GoString(),
		fmt.Errorf("wrapped: %v", v).Error(),
		fmt.Sprint(map[string]any{"k": v}),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		texts = append(texts, fmt.Sprintf(verb, v), fmt.Sprintf(verb, holder), fmt.Sprintf(verb, &holder))
	}
	for _, text := range texts {
		for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprint([]byte(canary))} {
			if strings.Contains(text, form) {
				t.Errorf("the value shows in %q", text)
			}
		}
	}
}

func TestEncodersFail(t *testing.T) {
	v := secret.FromString(canary)
	if _, err := json.Marshal(hidden{V: v}); !errors.Is(err, secret.ErrNotPrintable) {
		t.Errorf("json: %v", err)
	}
	if _, err := xml.Marshal(v); !errors.Is(err, secret.ErrNotPrintable) {
		t.Errorf("xml: %v", err)
	}
	if err := gob.NewEncoder(&bytes.Buffer{}).Encode(v); !errors.Is(err, secret.ErrNotPrintable) {
		t.Errorf("gob: %v", err)
	}
}

func TestEqualAndWipe(t *testing.T) {
	a, b := secret.FromString("x"), secret.New([]byte("x"))
	if !a.Equal(b) || a.Equal(secret.FromString("y")) || !(secret.Value{}).Equal(secret.New(nil)) {
		t.Error("Equal is wrong")
	}
	copied := a
	a.Wipe()
	if !copied.Empty() || len(copied.Reveal()) != 0 || copied.Len() != 0 {
		t.Error("a copy outlived Wipe")
	}
	if string(b.Reveal()) != "x" {
		t.Error("Wipe reached another value")
	}
}

func TestRevealIsACopy(t *testing.T) {
	v := secret.FromString("abc")
	v.Reveal()[0] = 'X'
	if string(v.Reveal()) != "abc" {
		t.Error("what Reveal gave changed the value")
	}
}

func TestFingerprintTellsValuesAndContextsApart(t *testing.T) {
	a := secret.FromString("x").Fingerprint("s")
	if a != secret.FromString("x").Fingerprint("s") {
		t.Error("not the same twice")
	}
	if a == secret.FromString("y").Fingerprint("s") || a == secret.FromString("x").Fingerprint("t") ||
		secret.FromString("b").Fingerprint("a") == secret.FromString("").Fingerprint("ab") {
		t.Error("two things share a fingerprint")
	}
}

func TestCutTakesApartWhatJoinHasPutTogether(t *testing.T) {
	a, b := secret.FromString("left"), secret.FromString("right\nand more")
	before, after, found := a.Join("\n", b).Cut("\n")
	if !found || !before.Equal(a) || !after.Equal(b) {
		t.Errorf("%s, %s, %v", before.Reveal(), after.Reveal(), found)
	}
	before, after, found = a.Cut("\n")
	if found || !before.Equal(a) || !after.Empty() {
		t.Errorf("without a separator: %s, %s, %v", before.Reveal(), after.Reveal(), found)
	}
}
