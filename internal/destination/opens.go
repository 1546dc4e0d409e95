package destination

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"certdesk/internal/i18n"
)

//go:embed readers.txt
var readersText string

// readers is the measured table: make of the file, kind of key and reader to outcome.
var readers = sync.OnceValue(func() map[[3]string]string {
	out := map[[3]string]string{}
	var head []string
	for line := range strings.Lines(readersText) {
		cells := strings.Fields(strings.TrimPrefix(line, "#"))
		switch {
		case strings.HasPrefix(line, "# profile "):
			head = cells[2:]
		case strings.HasPrefix(line, "#"), len(cells) == 0:
		default:
			for i, outcome := range cells[2:] {
				out[[3]string{cells[0], cells[1], head[i]}] = outcome
			}
		}
	}
	return out
})

// Verdict is what is known about a program and a file.
type Verdict int

// The verdicts.
const (
	Unsure Verdict = iota
	Opens
	Refuses
)

// Opening is a program, and whether it opens a file.
type Opening struct {
	Program i18n.Message
	Verdict Verdict
	// Measured says that the program itself was tried; else Reported are the sources, if there are any.
	Measured bool
	Reported []string
}

// program is one line of what is said about a file. Reader is its column in the measured table; the others are
// reported.
type program struct {
	id, reader       string
	opens, refuses   []string // makes
	sources          []string
	refusesTooMany   bool // iterations
	refusesNotASCII  bool // in the password; measured (Java 17)
	refusesEmptyWord bool // an empty password
}

var programs = []program{
	{
		id: "windows", opens: []string{"compatible", "strong", "rc2"}, refusesTooMany: true,
		sources: []string{"kaikramer/keystore-explorer#318", "dotnet/runtime Pkcs12LoaderLimits"},
	},
	{
		id: "windows-old", opens: []string{"compatible", "rc2"}, refuses: []string{"strong"},
		sources: []string{"kaikramer/keystore-explorer#318", "acmesh-official/acme.sh#6805"},
	},
	{
		id: "apple", opens: []string{"compatible", "rc2"}, refuses: []string{"strong"}, refusesEmptyWord: true,
		sources: []string{"chris2511/xca#474", "chris2511/xca#536", "pyca/cryptography#7293"},
	},
	{
		id: "android-old", opens: []string{"compatible", "rc2"}, refuses: []string{"strong"},
		sources: []string{"strongswan/strongswan-docs#5", "chris2511/xca#389"},
	},
	{id: "nss", reader: "nss"},
	{id: "gpgsm", reader: "gpgsm"},
	{id: "java17", reader: "java17", refusesNotASCII: true},
	{id: "openssl", reader: "openssl"},
}

// File is what decides who opens a PKCS #12 file.
type File struct {
	Make string // as export/pfx calls it; another is one that nobody has tried
	Key  string // "RSA 3072", "ECDSA P-256"; empty while it is not known
	// TooMany says that it asks for more iterations than .NET takes.
	TooMany bool
	// Password is what is known of it; the zero value is an ordinary one, or one that is not known.
	NotASCII, NoPassword bool
}

// WhoOpens says of each program whether it opens a PKCS #12 file, and how that is known.
func WhoOpens(f File) []Opening {
	var out []Opening
	for _, p := range programs {
		o := Opening{Program: i18n.M("check.program." + p.id)}
		if p.reader != "" {
			o.Verdict = measuredVerdict(f, p.reader)
			o.Measured = o.Verdict != Unsure
		} else {
			switch {
			case slices.Contains(p.opens, f.Make):
				o.Verdict = Opens
			case slices.Contains(p.refuses, f.Make):
				o.Verdict = Refuses
			}
			if o.Verdict != Unsure {
				o.Reported = slices.Clone(p.sources)
			}
		}
		if p.refusesTooMany && f.TooMany || p.refusesNotASCII && f.NotASCII || p.refusesEmptyWord && f.NoPassword {
			o.Verdict = Refuses
		}
		out = append(out, o)
	}
	return out
}

// measuredVerdict looks in the table. While the key is not known, it says what is so for every kind.
func measuredVerdict(f File, reader string) Verdict {
	outcomes := map[string]bool{}
	for cell, outcome := range readers() {
		if cell[0] == f.Make && cell[2] == reader && (f.Key == "" || cell[1] == tableRow(f.Make, f.Key)) {
			outcomes[outcome] = true
		}
	}
	switch {
	case len(outcomes) != 1:
		return Unsure
	case outcomes["ok"]:
		return Opens
	default:
		return Refuses
	}
}

// tableRow is the line of the table that a key falls under. Only RSA with 3,072 bits was tried with the files of others.
func tableRow(manner, key string) string {
	rows := map[string]string{
		"RSA 2048": "rsa-2048", "RSA 3072": "rsa-3072", "RSA 4096": "rsa-4096", "ECDSA P-256": "p-256", "ECDSA P-384": "p-384",
	}
	if r := rows[key]; r != "" && (strings.HasPrefix(manner, "strong") || manner == "compatible") || !strings.HasPrefix(key, "RSA ") {
		return rows[key]
	}
	return "rsa-3072"
}

// readerNames are the names of the programs that are tried.
var readerNames = map[string]string{
	"openssl": "OpenSSL 3", "nss": "NSS (Thunderbird, Firefox)", "java17": "Java 17", "gpgsm": "gpgsm 2.2 (Kleopatra)",
	"nginx": "nginx", "apache": "Apache", "haproxy": "HAProxy", "postfix": "Postfix", "tomcat": "Tomcat",
	"thunderbird": "Thunderbird",
}

// HowWeKnow says why it is believed that the destination's program opens the file: it was tried, or others report it.
func (r FileRule) HowWeKnow() i18n.Message {
	if len(r.Measured) == 0 {
		return i18n.M("check.known.reported", "sources", slices.Clone(r.Reported))
	}
	programs := namesOf(r.Measured)
	if len(r.Served) > 0 {
		return i18n.M("check.known.served", "programs", programs, "servers", namesOf(r.Served))
	}
	return i18n.M("check.known.measured", "programs", programs)
}

func namesOf(programs []string) []string {
	names := make([]string, len(programs))
	for i, p := range programs {
		names[i] = readerNames[p]
	}
	return names
}

// Form says what a file is made of, in a word or two.
func (r FileRule) Form() i18n.Message {
	if r.Sealed() {
		return i18n.M("check.form." + string(r.Profile))
	}
	return i18n.M("check.form." + string(r.Kind))
}
