package passfile

import (
	"bytes"
	"testing"

	"filippo.io/age"
)

// FuzzSplit: what is read of a file is what is written again, and nothing else is read.
func FuzzSplit(f *testing.F) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		f.Fatal(err)
	}
	records, err := encrypt(map[string]string{"k-one": "x"}, id.Recipient())
	if err != nil {
		f.Fatal(err)
	}
	whole, err := join(parts{[]byte("an identity"), records})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add(bytes.Replace(whole, []byte("file 1"), []byte("file 99"), 1))
	f.Add([]byte("certdesk-passphrase-file 1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := split(data)
		if err != nil {
			return
		}
		again, err := join(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := split(again)
		if err != nil || !bytes.Equal(back.identity, p.identity) || !bytes.Equal(back.records, p.records) {
			t.Fatalf("something else came back: %v", err)
		}
		if all, err := decrypt(p.records, id); err == nil && !bytes.Equal(p.records, records) {
			t.Fatalf("records that nobody wrote: %v", all)
		}
	})
}
