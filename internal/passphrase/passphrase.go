package passphrase

import (
	"io"
	"strings"

	"github.com/sethvargo/go-diceware/diceware"
	"golang.org/x/text/unicode/norm"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// Words is how many words a generated passphrase has: 77 bits, behind scrypt.
const Words = 6

// Least is the number of characters that a passphrase of one's own must have at least.
const Least = 12

// Make makes one of six words of the EFF's long list, every word equally likely.
func Make(random io.Reader) (secret.Value, error) {
	g, err := diceware.NewGenerator(&diceware.GeneratorInput{WordList: diceware.WordListEffLarge(), RandReader: random})
	if err != nil {
		return secret.Value{}, err
	}
	words, err := g.Generate(Words)
	if err != nil {
		return secret.Value{}, err
	}
	return secret.FromString(strings.Join(words, " ")), nil
}

// Check judges one that a person has made up: PasswordShort (with n, the characters needed) or nil.
func Check(p secret.Value) error {
	if len([]rune(tidied(p))) < Least {
		return fault.New(fault.PasswordShort, nil, "n", Least)
	}
	return nil
}

// tidied is the passphrase as a file's key is made of it: composed letters (NFC), one blank between words, none
// around them, so that it can be typed on another keyboard and from a slip of paper with a line break.
func tidied(p secret.Value) string {
	text := p.Reveal()
	defer clear(text)
	return strings.Join(strings.Fields(norm.NFC.String(string(text))), " ")
}
