package backup_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"pgregory.net/rapid"

	"certdesk/internal/backup"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

var quick = backup.Options{Work: 1}

const phrase = "correct horse battery staple"

// keys of every kind that is kept, made once.
var keys = sync.OnceValue(func() []crypto.Signer {
	r, err1 := rsa.GenerateKey(rand.Reader, 2048)
	p, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	q, err3 := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	_, e, err4 := ed25519.GenerateKey(rand.Reader)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			panic(err)
		}
	}
	return []crypto.Signer{r, p, q, e}
})

func anyKey(t *rapid.T) backup.Key {
	return backup.Key{
		ID: rapid.StringMatching(`k-[a-z2-7]{26}`).Draw(t, "id"), Origin: rapid.SampledFrom([]string{"", "made-here", "imported"}).Draw(t, "origin"),
		Created: anyTime(t), Key: rapid.SampledFrom(keys()).Draw(t, "key"),
	}
}

func anyTime(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 999).Draw(t, "millis")*1e6).UTC()
}

func anyBytes(t *rapid.T, name string) []byte {
	return rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, name)
}

func anySecret(t *rapid.T, name string) secret.Value {
	b := anyBytes(t, name)
	if len(b) == 0 {
		return secret.Value{}
	}
	return secret.New(b)
}

func anyContent(t *rapid.T) backup.Content {
	c := backup.Content{Made: anyTime(t), World: rapid.SampledFrom([]string{"", "demo"}).Draw(t, "world")}
	for range rapid.IntRange(0, 3).Draw(t, "orders") {
		doc, _ := json.Marshal(map[string]string{"id": rapid.String().Draw(t, "document")})
		o := backup.Order{
			ID: rapid.StringMatching(`[0-9a-f]{8}`).Draw(t, "order"), Document: doc, CSR: anyBytes(t, "csr"), Body: anyBytes(t, "body"),
			Token: anySecret(t, "token"), Code: anySecret(t, "code"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "keys") {
			o.Keys = append(o.Keys, anyKey(t))
		}
		for range rapid.IntRange(0, 2).Draw(t, "certificates") {
			o.Certificates = append(o.Certificates, backup.Certificate{
				DER: anyBytes(t, "der"), Chain: [][]byte{anyBytes(t, "issuer")}, State: "current", SetAside: rapid.Bool().Draw(t, "aside"), Added: anyTime(t),
			})
		}
		c.Orders = append(c.Orders, o)
	}
	if rapid.Bool().Draw(t, "alone") {
		c.Keys = append(c.Keys, anyKey(t))
	}
	return c
}

func TestWhatWasSealedComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyContent(t)
		pass := secret.FromString(rapid.StringMatching(`[a-zäöü]{3,9}( [a-zé]{2,8}){1,6}`).Draw(t, "passphrase"))
		data, err := backup.Seal(c, pass, quick)
		if err != nil {
			t.Fatal(err)
		}
		back, err := backup.Open(data, pass)
		if err != nil {
			t.Fatal(err)
		}
		if !backup.Same(c, back) {
			t.Fatal("something else came back")
		}
	})
}

func small(t testing.TB) (backup.Content, []byte) {
	t.Helper()
	c := backup.Content{Made: time.Unix(1, 0), Orders: []backup.Order{{
		ID: "1", Document: []byte(`{"id":"1"}`), Token: secret.FromString("canary-token"),
		Keys: []backup.Key{{ID: "k", Key: keys()[1]}},
	}}}
	data, err := backup.Seal(c, secret.FromString(phrase), quick)
	if err != nil {
		t.Fatal(err)
	}
	return c, data
}

// TestEveryChangedOrMissingByteIsFound.
func TestEveryChangedOrMissingByteIsFound(t *testing.T) {
	_, data := small(t)
	for i := range data {
		if len(data)-i > 20 && i%7 != 0 && i > 200 {
			continue // the same within a chunk
		}
		changed := bytes.Clone(data)
		changed[i] ^= 0x11
		for what, d := range map[string][]byte{"changed": changed, "cut": data[:i]} {
			_, err := backup.Open(d, secret.FromString(phrase))
			known := false
			for _, code := range []fault.Code{fault.BackupDamaged, fault.BackupPassphrase, fault.BackupForeign} {
				known = known || fault.Is(err, code)
			}
			if !known {
				t.Errorf("%s at %d: %v", what, i, err)
			}
			if what == "cut" && i > 0 && !fault.Is(err, fault.BackupDamaged) {
				t.Errorf("cut at %d: %v", i, err)
			}
		}
	}
	if _, err := backup.Open(append(bytes.Clone(data), 'x'), secret.FromString(phrase)); !fault.Is(err, fault.BackupDamaged) {
		t.Errorf("with a byte more: %v", err)
	}
}

// withAge encrypts any text as age does.
func withAge(t testing.TB, text string, to age.Recipient) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func scrypt(t testing.TB) age.Recipient {
	t.Helper()
	to, err := age.NewScryptRecipient(phrase)
	if err != nil {
		t.Fatal(err)
	}
	to.SetWorkFactor(1)
	return to
}

func TestWhatIsNoBackup(t *testing.T) {
	_, data := small(t)
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, phrase string
		data         []byte
		want         fault.Code
	}{
		{"wrong passphrase", "wrong", data, fault.BackupPassphrase},
		{"no passphrase", " \n ", data, fault.BackupPassphrase},
		{"nothing", phrase, nil, fault.BackupForeign},
		{"something else", phrase, []byte("hello"), fault.BackupForeign},
		{"the beginning", phrase, []byte("age-encry"), fault.BackupDamaged},
		{"for a key", phrase, withAge(t, "{}", id.Recipient()), fault.BackupForeign},
		{"another content", phrase, withAge(t, "a letter", scrypt(t)), fault.BackupForeign},
		{"another format", phrase, withAge(t, `{"format":"x","version":1}`, scrypt(t)), fault.BackupForeign},
		{"newer", phrase, withAge(t, `{"format":"certdesk-backup","version":2,"orders":"in another form"}`, scrypt(t)), fault.BackupNewer},
		{"a broken key", phrase, withAge(t, `{"format":"certdesk-backup","version":1,"keys":[{"id":"k","pkcs8":"AAAA"}]}`, scrypt(t)), fault.BackupForeign},
	} {
		if _, err := backup.Open(c.data, secret.FromString(c.phrase)); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestAnOrderThatCannotBeRead does not hold up the others.
func TestAnOrderThatCannotBeRead(t *testing.T) {
	pass := secret.FromString(phrase)
	good := backup.Order{ID: "1", Document: []byte(`{"id":"1"}`), Keys: []backup.Key{{ID: "k", Key: keys()[1]}}}
	data, err := backup.Seal(backup.Content{Orders: []backup.Order{good, {ID: "2"}, {Document: []byte(`{}`)}, good}}, pass, quick)
	if err != nil {
		t.Fatal(err)
	}
	c, err := backup.Open(data, pass)
	if err != nil || len(c.Orders) != 2 || c.Unreadable != 2 || c.Orders[1].Keys[0].ID != "k" {
		t.Errorf("%d orders, %d unreadable: %v", len(c.Orders), c.Unreadable, err)
	}
}

// BenchmarkOpenTenThousand is how long a backup of 10,000 orders with RSA keys takes to open, without scrypt.
func BenchmarkOpenTenThousand(b *testing.B) {
	o := backup.Order{Document: bytes.Repeat([]byte(" "), 3000), Keys: []backup.Key{{ID: "k", Key: keys()[0]}}, Certificates: []backup.Certificate{{DER: make([]byte, 1500), Chain: [][]byte{make([]byte, 1500)}}}}
	o.Document = append(o.Document, "{}"...)
	c := backup.Content{Orders: make([]backup.Order, 10_000)}
	for i := range c.Orders {
		c.Orders[i] = o
		c.Orders[i].ID = fmt.Sprint(i)
	}
	pass := secret.FromString(phrase)
	data, err := backup.Seal(c, pass, quick)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := backup.Open(data, pass); err != nil {
			b.Fatal(err)
		}
	}
}

func TestPassphrases(t *testing.T) {
	data, err := backup.Seal(backup.Content{}, secret.FromString("Grüezi mitenand zäme"), quick)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Open(data, secret.FromString(" Gru\u0308ezi  mitenand\nza\u0308me ")); err != nil {
		t.Errorf("typed on another keyboard: %v", err)
	}
	if bytes.Contains(data, []byte("certdesk")) {
		t.Error("what is inside can be seen")
	}
	if _, err := backup.Seal(backup.Content{}, secret.Value{}, quick); !fault.Is(err, fault.PasswordShort) {
		t.Errorf("without a passphrase: %v", err)
	}
}

// hardWork is a work factor that takes long on purpose.
var hardWork = regexp.MustCompile(`scrypt \S+ \d\d`)

// FuzzOpen: whatever comes, there is an answer, and it is a fault of this room or a backup.
func FuzzOpen(f *testing.F) {
	_, data := small(f)
	f.Add(data, `{}`)
	f.Add([]byte("age-encryption.org/v1\n-> scrypt AAAA 1\n"), `{"format":"certdesk-backup","version":1,"orders":[{"id":"1","document":{}}]}`)
	f.Fuzz(func(t *testing.T, file []byte, inside string) {
		if len(file) < 1<<12 && !hardWork.Match(file) {
			_, _ = backup.Open(file, secret.FromString(phrase))
		}
		c, err := backup.Open(withAge(t, inside, scrypt(t)), secret.FromString(phrase))
		if err == nil && !backup.Same(c, c) {
			t.Error("what was read can't be written")
		}
		if err != nil && fault.Of(err).Code == fault.Unexpected {
			t.Errorf("unexpected: %v", err)
		}
	})
}
