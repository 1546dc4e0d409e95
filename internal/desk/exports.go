package desk

import (
	"context"
	"crypto"
	"crypto/sha1" // #nosec G505 -- see contents
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"certdesk/internal/atomicfile"
	"certdesk/internal/certificate"
	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Exports makes files for programs.
//
// A file is "writing" from before its first byte is on the disk until [Exports.Shown] says that its
// password was on the screen; [Orders.Start] removes what is still "writing" then, since nobody could open
// it.
type Exports struct{ *core }

// ExportOptions is what the customer has chosen.
type ExportOptions struct {
	Destination destination.ID
	Dir         string
	Replace     bool // an existing file of the same name goes
	KeepBoth    bool // the new file gets a number behind its name
	// Password is one that the customer has made up; empty: one is generated.
	Password secret.Value
	// Instead has the other encryption used, for a program that calls the right password wrong.
	Instead bool
	// Label renders the word that stands in brackets in a file's name.
	Label func(i18n.Message) string
}

// Made is a file, or several with one password, that were written and opened again from the disk.
type Made struct {
	ID    string
	Dir   string
	Files []export.File
	Next  i18n.Message // what to do with it
	// What can be tried with it: a signed message to oneself, and the names whose website can be looked at.
	Signs bool
	Hosts []string
	Contents
	password secret.Value
}

// Password is the generated password of the files, for the screen. It is kept nowhere else. It is empty when no
// file has a password, and when the customer has made it up.
func (m Made) Password() string { return export.Text(m.password) }

// Destinations are the programs that fit an order's certificate, when its key is here.
func (e *Exports) Destinations(o store.Order) []destination.Destination {
	return destination.For(o.Licence.Product.Type)
}

// LeastPassword is the number of characters that a password of one's own must have for a file.
func LeastPassword(rule destination.FileRule) int { return export.LeastPassword(rule.Profile) }

// JudgePassword says how strong a password is that the customer makes up for a destination's files, and what is
// wrong with it: nil, PasswordNotASCII or PasswordShort.
func (e *Exports) JudgePassword(d destination.Destination, text string) (export.Strength, error) {
	password := secret.FromString(text)
	for _, rule := range d.Sealed() {
		if err := export.CheckPassword(password, rule.Profile); err != nil {
			return export.StrengthOf(text), err
		}
	}
	return export.StrengthOf(text), nil
}

// DefaultDir is the folder that is offered.
func (e *Exports) DefaultDir() string { return e.ExportDir() }

// Synchronised names the program that copies a folder to its servers, empty for none that is known.
func (e *Exports) Synchronised(dir string) string {
	if dir == "" {
		return ""
	}
	return atomicfile.Synchronised(dir)
}

// OnNetwork reports whether a folder, as a person types it, is on a network drive, or the address of one. It asks the
// drive, which may take long.
func (e *Exports) OnNetwork(dir string) bool {
	dir = strings.TrimSpace(dir)
	if scheme, _, ok := strings.Cut(dir, "://"); ok && scheme != "file" {
		return true
	}
	return e.Shared != nil && filepath.IsAbs(dir) && e.Shared(filepath.Clean(dir))
}

// Make makes the files for a destination, opens them again from the disk with their password and compares.
// Nothing is replaced unasked: a file that is there already is a FileExists fault.
func (e *Exports) Make(ctx context.Context, id string, o ExportOptions) (Made, error) {
	e.takeUp(ctx)
	var made Made
	err := e.one(id, func() error {
		var err error
		made, err = e.make(ctx, id, o)
		return err
	})
	return made, err
}

func (e *Exports) make(ctx context.Context, id string, o ExportOptions) (Made, error) {
	ord, err := e.Store.Get(ctx, id)
	if err != nil {
		return Made{}, err
	}
	all, err := e.Store.Certificates(ctx, id)
	if err != nil {
		return Made{}, err
	}
	kept, ok := currentOf(all)
	dest, known := destination.Find(o.Destination, ord.Licence.Product.Type)
	if !ok || !known {
		return Made{}, fault.New(fault.NotYet, nil)
	}
	if o.Instead {
		dest = dest.Other()
	}
	leaf, chain, err := parsed(kept)
	if err != nil {
		return Made{}, err
	}
	dir, err := exportFolder(o.Dir)
	if err != nil {
		return Made{}, err
	}
	key, err := e.keyOf(ctx, ord, kept, dest)
	if err != nil {
		return Made{}, err
	}
	password, shown, err := e.passwordFor(dest, o.Password)
	if err != nil {
		return Made{}, err
	}
	exportID, err := e.uuid()
	if err != nil {
		return Made{}, err
	}
	e.begin(exportID)
	var begun []store.ExportFile
	plan := export.Plan{
		Dir: dir, Outputs: outputs(dest, leaf, dir, o), Key: key, Leaf: leaf, Chain: chain,
		FriendlyName: friendlyName(ord, leaf), Password: password, OwnPassword: !o.Password.Empty(), Replace: o.Replace,
		Commit: func(f export.File) error {
			file := store.ExportFile{Path: f.Path, SHA256: f.SHA256}
			begun = append(begun, file)
			return e.Store.AddExportFile(ctx, exportID, file)
		},
	}
	if err := e.Store.BeginExport(ctx, store.Export{
		ID: exportID, OrderID: id, CertificateSHA256: kept.SHA256, Destination: string(dest.ID), Started: e.Now(),
	}); err != nil {
		return Made{}, err
	}
	files, err := e.Files.Make(ctx, plan)
	if err != nil {
		e.undo(context.WithoutCancel(ctx), id, exportID, begun, fault.Is(err, fault.ExportUnproven))
		return Made{}, err
	}
	e.note(ctx, id, files)
	return Made{
		ID: exportID, Dir: dir, Files: files, Next: nextOf(dest, o), Contents: contents(ord, leaf), password: shown,
		Signs: key != nil && ord.Licence.Product.Type == order.SMIME && certificate.Describe(leaf).Use.Signing,
		Hosts: (&Websites{e.core}).Hosts(ord, kept),
	}, nil
}

// undo forgets an export that failed. One whose files were written and could not be removed again is left to
// the next start.
func (e *Exports) undo(ctx context.Context, id, exportID string, begun []store.ExportFile, written bool) {
	for _, f := range begun {
		removed, err := export.Discard(f.Path, f.SHA256)
		if err != nil || written && !removed {
			e.failed("removing an unfinished file", id, err)
			return
		}
	}
	if err := e.Store.DropExport(ctx, exportID); err != nil {
		e.failed("dropping an export", id, err)
	}
}

// keyOf is the private key for a destination, nil when it needs none.
func (e *Exports) keyOf(ctx context.Context, o store.Order, c store.Certificate, d destination.Destination) (crypto.Signer, error) {
	if !d.NeedsKey() {
		return nil, nil
	}
	id, err := e.keyFor(ctx, o, c)
	if err != nil {
		return nil, err
	}
	if id == "" {
		return nil, fault.New(fault.KeyNotHere, nil)
	}
	key, origin, err := e.Vault.Key(ctx, id)
	if err != nil {
		return nil, err
	}
	return key, e.addKey(ctx, o.ID, id, key, origin) // a crash may have come before that
}

// passwordFor is the password of a destination's files, and the one to show: a person knows their own.
func (e *Exports) passwordFor(d destination.Destination, own secret.Value) (password, shown secret.Value, err error) {
	switch {
	case len(d.Sealed()) == 0:
		return secret.Value{}, secret.Value{}, nil
	case !own.Empty():
		return own, secret.Value{}, nil
	}
	password, err = export.GeneratePassword(e.Rand)
	return password, password, err
}

// keyFor is the vault's id of the key that a certificate belongs to, empty when the key is elsewhere.
func (e *Exports) keyFor(ctx context.Context, o store.Order, c store.Certificate) (string, error) {
	keys, err := e.Store.Keys(ctx, o.ID)
	if err != nil {
		return "", err
	}
	for _, k := range keys {
		if k.SPKI == c.SPKI && k.Kind == string(vault.KindKey) {
			return k.ID, nil
		}
	}
	return o.KeyID, nil
}

// nextOf is what to do with the files, or why they are made in another way now.
func nextOf(d destination.Destination, o ExportOptions) i18n.Message {
	if sealed := d.Sealed(); o.Instead && len(sealed) == 1 {
		return sealed[0].Profile.Why()
	}
	return d.Next
}

// exportFolder takes a folder as a person types it.
func exportFolder(dir string) (string, error) {
	dir = strings.TrimSpace(dir)
	if !filepath.IsAbs(dir) {
		return "", fault.New(fault.FolderGone, nil)
	}
	return filepath.Clean(dir), nil
}

func outputs(d destination.Destination, leaf *x509.Certificate, dir string, o ExportOptions) []export.Output {
	label := o.Label
	if label == nil {
		label = func(i18n.Message) string { return "" }
	}
	out := export.Outputs(d, certificate.Describe(leaf).Title, leaf.NotAfter, label)
	if o.KeepBoth {
		return export.FreeNames(dir, out)
	}
	return out
}

// friendlyName is what programs show in their lists: the certificate's name, the seller, the end.
func friendlyName(o store.Order, leaf *x509.Certificate) string {
	parts := []string{certificate.Describe(leaf).Title}
	if o.Licence.SellerName != "" {
		parts = append(parts, i18n.Clean(o.Licence.SellerName, 60))
	}
	return fmt.Sprintf("%s, %s", strings.Join(parts, ", "), leaf.NotAfter.UTC().Format(time.DateOnly))
}

// Shown says that the password of an export is on the screen: the files are made.
func (e *Exports) Shown(ctx context.Context, exportID string) error {
	return e.Store.FinishExport(context.WithoutCancel(ctx), exportID, e.Now())
}

// note writes into the timeline that files were made.
func (e *Exports) note(ctx context.Context, id string, files []export.File) {
	for _, f := range files {
		e.Wrote(f.Path)
		e.log(ctx, id, i18n.M("event.export", "name", f.Name))
	}
}

// Contents is how programs call what is in a file, and what may be done with it.
type Contents struct {
	Title      string       // what the certificate is for
	Websites   []string     // its names of websites, the one that it is called by first; see [destination.NamesOf]
	Alias      string       // the friendly name, in lists of programs
	Thumbprint string       // the SHA-1 hash by which Windows calls it
	Use        i18n.Message // what it may be used for, in plain words
}

// ContentsOf are those of files that are made with a kept certificate.
func ContentsOf(o store.Order, c store.Certificate) (Contents, error) {
	leaf, _, err := parsed(c)
	if err != nil {
		return Contents{}, err
	}
	return contents(o, leaf), nil
}

func contents(o store.Order, leaf *x509.Certificate) Contents {
	d := certificate.Describe(leaf)
	use := d.Use.Message()
	switch o.Licence.Product.Type {
	case order.TLS:
		use = i18n.M("use.inside.server", "name", d.Title)
	case order.CodeSigning:
		use = i18n.M("use.inside.code")
	case order.SMIME, order.SiteService:
	}
	thumb := sha1.Sum(leaf.Raw) // #nosec G401 -- what Windows calls it; nothing rests on it
	return Contents{
		Title: d.Title, Alias: friendlyName(o, leaf), Thumbprint: strings.ToUpper(hex.EncodeToString(thumb[:])),
		Use: use, Websites: websitesOf(d),
	}
}

// websitesOf are the names of websites in a certificate, the one that it is called by first.
func websitesOf(d certificate.Description) []string {
	var out []string
	for _, n := range d.Names {
		switch {
		case n.Type == "email":
		case n.Value == d.Title:
			out = append([]string{n.Value}, out...)
		default:
			out = append(out, n.Value)
		}
	}
	return out
}

// About describes a kept certificate.
func About(c store.Certificate) (certificate.Description, error) {
	leaf, _, err := parsed(c)
	if err != nil {
		return certificate.Description{}, err
	}
	return certificate.Describe(leaf), nil
}
