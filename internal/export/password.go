package export

import (
	"fmt"
	"io"
	"strconv"

	"github.com/ccojocar/zxcvbn-go"

	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/secret"
)

// alphabet is the letters and digits without those that people confuse: 0 O o, 1 I l, 5 S. 54 symbols.
const alphabet = "ABCDEFGHJKLMNPQRTUVWXYZabcdefghijkmnpqrstuvwxyz2346789"

const (
	passwordGroups = 5
	groupSymbols   = 4
)

// What a password that a person has made up must have at least, in characters. A compatible file falls to
// guessing much sooner.
const (
	MinStrong     = 12
	MinCompatible = 16
)

// GeneratePassword makes a password of 20 symbols in five groups of four, as in "tRm4-Kx7p-9Wqz-Hd2v-c8Yu":
// 115 bits (20 times log2 of 54), every symbol equally likely. It opens everywhere that was tried; it fails
// only when random does.
func GeneratePassword(random io.Reader) (secret.Value, error) {
	// The largest multiple of the alphabet's size that fits into a byte: what lies above would make the
	// first symbols likelier.
	const fair = 256 / len(alphabet) * len(alphabet)
	out := make([]byte, 0, passwordGroups*(groupSymbols+1)-1)
	defer func() { clear(out[:cap(out)]) }()
	var one [1]byte
	for symbols := 0; symbols < passwordGroups*groupSymbols; {
		if _, err := io.ReadFull(random, one[:]); err != nil {
			return secret.Value{}, fmt.Errorf("export: reading random bytes: %w", err)
		}
		if int(one[0]) >= fair {
			continue
		}
		if symbols > 0 && symbols%groupSymbols == 0 {
			out = append(out, '-')
		}
		out = append(out, alphabet[int(one[0])%len(alphabet)])
		symbols++
	}
	return secret.New(out), nil
}

// Strength is how well a password that a person has made up withstands guessing, in words.
type Strength struct {
	Score int // 0 to 4
	Words i18n.Message
}

// longest is as much of a password as is judged: whatever is longer is strong or repeats itself.
const longest = 64

// StrengthOf judges a password by patterns that guessers know: words, names, dates, keyboards, repetitions
// (zxcvbn). Nothing is refused for it; see [CheckPassword].
func StrengthOf(text string) Strength {
	if len(text) > longest {
		text = text[:longest]
	}
	score := min(max(zxcvbn.PasswordStrength(text, nil).Score, 0), 4)
	return Strength{Score: score, Words: i18n.M("export.strength." + strconv.Itoa(score))}
}

// LeastPassword is the number of characters that [CheckPassword] asks for.
func LeastPassword(p destination.Profile) int {
	if p == destination.Strong {
		return MinStrong
	}
	return MinCompatible
}

// CheckPassword judges a password for a file of the profile: printable ASCII, because Java refuses and
// other programs disagree on everything else, and long enough. Its errors are the faults PasswordNotASCII
// and PasswordShort (with n, the characters needed).
func CheckPassword(password secret.Value, p destination.Profile) error {
	text := password.Reveal()
	defer clear(text)
	for _, b := range text {
		if b < ' ' || b > '~' {
			return fault.New(fault.PasswordNotASCII, nil)
		}
	}
	if least := LeastPassword(p); len(text) < least {
		return fault.New(fault.PasswordShort, nil, "n", least)
	}
	return nil
}
