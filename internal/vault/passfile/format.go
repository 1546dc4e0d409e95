package passfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"certdesk/internal/fault"
	"certdesk/internal/passphrase"
)

const (
	magic         = "certdesk-passphrase-file "
	version       = 1
	recordsFormat = "certdesk-records"
	// maxFile is more than a thousand keys need, in bytes.
	maxFile = 64 << 20
)

// errContent stands for all that decoders say: they quote what they read.
var errContent = errors.New("passfile: the file can't be read")

// parts are the two halves of a file, as age has them.
type parts struct {
	identity, records []byte
}

// records is the JSON in the second half.
type records struct {
	Format  string            `json:"format"`
	Version int               `json:"version"`
	Records map[string]string `json:"records"`
}

// split reads the frame of a file. Faults: PassfileDamaged, PassfileNewer.
func split(data []byte) (parts, error) {
	damaged := fault.New(fault.PassfileDamaged, errContent)
	line, rest, whole := bytes.Cut(data, []byte("\n"))
	number, ours := strings.CutPrefix(string(line), magic)
	if !whole || !ours {
		return parts{}, damaged
	}
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 1:
		return parts{}, damaged
	case n > version:
		return parts{}, fault.New(fault.PassfileNewer, errContent)
	}
	end := []byte(armor.Footer + "\n")
	first, second, two := bytes.Cut(rest, end)
	if !two || !bytes.HasSuffix(second, end) {
		return parts{}, damaged
	}
	var p parts
	p.identity, err = unarmored(append(bytes.Clone(first), end...))
	if err == nil {
		p.records, err = unarmored(second)
	}
	if err != nil {
		return parts{}, damaged
	}
	return p, nil
}

func unarmored(text []byte) ([]byte, error) {
	return io.ReadAll(armor.NewReader(bytes.NewReader(text)))
}

// join writes the file that split reads.
func join(p parts) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(magic + strconv.Itoa(version) + "\n")
	for _, half := range [][]byte{p.identity, p.records} {
		w := armor.NewWriter(&out)
		_, err := w.Write(half)
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			return nil, fault.New(fault.Unexpected, errContent)
		}
	}
	return out.Bytes(), nil
}

// digest names the identity of a file as it lies there.
func (p parts) digest() [sha256.Size]byte { return sha256.Sum256(p.identity) }

// decrypt reads the records. Faults: PassfileDamaged, PassfileNewer.
func decrypt(data []byte, with age.Identity) (map[string]string, error) {
	damaged := fault.New(fault.PassfileDamaged, errContent)
	r, err := age.Decrypt(bytes.NewReader(data), with)
	if err != nil {
		return nil, damaged
	}
	var out bytes.Buffer
	out.Grow(len(data)) // no copies are left behind by growing
	defer func() { clear(out.Bytes()[:out.Cap()]) }()
	if _, err := io.Copy(&out, r); err != nil {
		return nil, damaged
	}
	var all records
	if json.Unmarshal(out.Bytes(), &all) != nil || all.Format != recordsFormat || all.Version < 1 {
		return nil, damaged
	}
	if all.Version > version {
		return nil, fault.New(fault.PassfileNewer, errContent)
	}
	if all.Records == nil {
		all.Records = map[string]string{}
	}
	return all.Records, nil
}

func encrypt(all map[string]string, to age.Recipient) ([]byte, error) {
	text, err := json.Marshal(records{Format: recordsFormat, Version: version, Records: all})
	if err != nil {
		return nil, fault.New(fault.Unexpected, errContent)
	}
	defer clear(text)
	sealed, err := passphrase.SealTo(text, to)
	if err != nil {
		return nil, fault.New(fault.Unexpected, errContent)
	}
	return sealed, nil
}
