// Package destination knows the programs in which a certificate is used, and which file each of them
// opens. It is the one table for export, install, the screens and README.
//
// Which encryption goes where comes from two sources. Where the program's own reader runs in the tests,
// it is measured (see readers.txt, with which a test compares this table).
// Where it doesn't (Windows, macOS, iOS, Android), it is reported, and the table says by whom.
package destination

import (
	"slices"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

// ID names a destination in records. It never changes.
type ID string

// The destinations.
const (
	Outlook     ID = "outlook"     // Outlook and Windows itself
	Apple       ID = "apple"       // Apple Mail, Mac, iPhone
	Thunderbird ID = "thunderbird" // and Firefox
	Android     ID = "android"
	Windows     ID = "windows" // Windows Server and IIS
	WebServer   ID = "nginx"   // nginx, Apache, and most other servers
	HAProxy     ID = "haproxy" // wants key and chain in one file
	Postfix     ID = "postfix" // and other mail servers that read PEM
	Java        ID = "java"    // Java and Tomcat
	Another     ID = "another" // some other program
	Unknown     ID = "unknown" // "I don't know"
	// Certificate is for whoever has the key elsewhere: the certificate and its chain, without the key.
	Certificate ID = "certificate"
)

// Kind is what a file is.
type Kind string

// The kinds of file.
const (
	PKCS12    Kind = ""          // key, certificate and chain, under a password
	KeyPEM    Kind = "key"       // the private key alone, without a password: what servers read
	FullChain Kind = "fullchain" // the certificate and those above it, in PEM
	OnePEM    Kind = "onepem"    // the two above in one file, the key last: what HAProxy reads
	P7B       Kind = "p7b"       // the same in PKCS #7
	DER       Kind = "der"       // the certificate alone
)

// Profile is how a PKCS#12 file is encrypted. It is kept in records.
type Profile string

// The profiles; package export/pfx says what each holds.
const (
	Compatible Profile = "compatible" // 3DES and SHA-1: opens everywhere, its password carries the protection
	Strong     Profile = "strong"     // AES-256 and SHA-256: refused by older programs
)

// Other is what to try when a program says that the right password is wrong.
func (p Profile) Other() Profile {
	if p == Strong {
		return Compatible
	}
	return Strong
}

// Why says in one line why the file is made this way after a program has refused the other one.
func (p Profile) Why() i18n.Message { return i18n.M("destination.why." + string(p)) }

// FileRule is one file that a destination wants.
type FileRule struct {
	Kind    Kind
	Profile Profile // of a PKCS #12 file
	Ext     string  // with its dot
	// WindowsCSP asks for the key attribute without which Windows can't sign with SHA-256 (RSA only).
	WindowsCSP bool
	Label      i18n.Message // what stands in brackets in the file's name
	// Measured are the readers, by their names in the table of readers, that must open the file.
	Measured []string
	// Served are the programs that did their work with the file, set up as their guide shows.
	Served []string
	// Reported are the sources for a program that does not run in the tests.
	Reported []string
}

// Sealed reports whether the file is protected by a password.
func (r FileRule) Sealed() bool { return r.Kind == PKCS12 }

// NeedsKey reports whether the private key goes into the file.
func (r FileRule) NeedsKey() bool { return r.Kind == PKCS12 || r.Kind == KeyPEM || r.Kind == OnePEM }

// Destination is one program, or family of programs.
type Destination struct {
	ID       ID
	Products []order.ProductType
	Files    []FileRule
	Label    i18n.Message // on the card
	Next     i18n.Message // one sentence, where there is no guide: what to do with the file
}

// Sealed are the rules of its files that are protected by a password.
func (d Destination) Sealed() []FileRule {
	return slices.DeleteFunc(slices.Clone(d.Files), func(r FileRule) bool { return !r.Sealed() })
}

// NeedsKey reports whether the private key goes into one of its files.
func (d Destination) NeedsKey() bool { return slices.ContainsFunc(d.Files, FileRule.NeedsKey) }

// Instead is the rule for the file that is made when the program says that the password of rule's file is
// wrong: the other profile, and a name that tells the two apart. Files without a password stay as they are.
func (d Destination) Instead(rule FileRule) FileRule {
	if !rule.Sealed() {
		return rule
	}
	rule.Profile = rule.Profile.Other()
	rule.Label = i18n.M("destination.file.instead."+string(rule.Profile), "label", rule.Label)
	rule.Measured, rule.Served, rule.Reported = nil, nil, nil
	return rule
}

// For gives the destinations that fit a product, in the order of the screen. A product whose key lives on
// hardware (code signing) or that has no certificate has none.
func For(product order.ProductType) []Destination {
	var out []Destination
	for _, d := range table {
		if slices.Contains(d.Products, product) {
			out = append(out, d.clone())
		}
	}
	return out
}

// Other is the destination with [Destination.Instead] of each of its files.
func (d Destination) Other() Destination {
	d = d.clone()
	for i, rule := range d.Files {
		d.Files[i] = d.Instead(rule)
	}
	return d
}

// Find gives a destination as it is for a product; [Certificate] is there for each that has a certificate.
func Find(id ID, product order.ProductType) (Destination, bool) {
	for _, d := range table {
		if d.ID == id && (slices.Contains(d.Products, product) || id == Certificate && product != order.SiteService) {
			return d.clone(), true
		}
	}
	return Destination{}, false
}

// All is the whole table.
func All() []Destination {
	out := make([]Destination, len(table))
	for i, d := range table {
		out[i] = d.clone()
	}
	return out
}

func (d Destination) clone() Destination {
	d.Products, d.Files = slices.Clone(d.Products), slices.Clone(d.Files)
	return d
}
