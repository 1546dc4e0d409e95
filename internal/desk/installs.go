package desk

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"certdesk/internal/certificate"
	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/install"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/store"
)

// Installs puts certificates with their keys into programs of this computer, and takes out again what it put
// there. The screen asks before either.
type Installs struct{ *core }

// InstallPlace is a program's store, as an order's certificate finds it.
type InstallPlace struct {
	install.Target
	// Can: Certdesk can put it there itself. Without, the guide is the way.
	Can   bool
	There bool // the certificate is in it
	Ours  bool // this app has put it there, and can take it out
	// Account is the mail account there that the certificate fits, empty for none.
	Account string
}

// Serves reports whether a program uses the certificates of a store. An empty one is any.
func (p InstallPlace) Serves(id destination.ID) bool {
	switch id {
	case "":
		return true
	case destination.Outlook:
		return p.Program == install.Windows
	case destination.Apple:
		return p.Program == install.MacOS
	case destination.Thunderbird:
		return !p.Program.System()
	default:
		return false
	}
}

// Installable is where an order's certificate can be put.
type Installable struct {
	Places []InstallPlace
	// Tools: what stores of NSS need is on this computer. Without, the guide is the way.
	Tools bool
	// Packages: it could be, as a package of this system.
	Packages bool
	// Practice: the places are the demo's own, and no real program is touched.
	Practice bool
	// Address is whom the certificate is for.
	Address string
}

// Look looks for the stores of programs in which a mail certificate is used, and whether it is there.
func (i *Installs) Look(ctx context.Context, orderID string) (Installable, error) {
	o, kept, leaf, err := i.current(ctx, orderID)
	if err != nil || o.Licence.Product.Type != order.SMIME {
		return Installable{}, err
	}
	in := i.Installer
	if i.Practice {
		if err := in.Practice(ctx, i.Programs.Home); err != nil {
			i.failed("making a profile to practise with", orderID, err)
		}
	}
	out := Installable{
		Tools: in.Present(install.Thunderbird), Packages: i.Programs.System == "linux",
		Practice: i.Deps.Practice, Address: certificate.Describe(leaf).Title,
	}
	for _, t := range i.Programs.Find() {
		p := InstallPlace{Target: t, Can: in.Present(t.Program)}
		if t.Fits(out.Address) {
			p.Account = out.Address
		}
		if p.Can {
			if p.There, err = in.Has(ctx, t, leaf); err != nil {
				i.failed("looking into a store", orderID, err) // to install says what is wrong with it
			}
		}
		if p.There {
			placed, err := i.finished(ctx, orderID, kept, leaf, t)
			if err != nil {
				return Installable{}, err
			}
			p.Ours = placed.Undoable()
		}
		out.Places = append(out.Places, p)
	}
	// The profile with the account comes first.
	slices.SortStableFunc(out.Places, func(a, b InstallPlace) int {
		return strings.Compare(b.Account, a.Account)
	})
	return out, nil
}

// MayServe reports whether this computer may have a store that a program uses; [Installs.Look] looks.
func (i *Installs) MayServe(id destination.ID) bool {
	system := map[destination.ID]string{destination.Outlook: "windows", destination.Apple: "darwin"}[id]
	return id == destination.Thunderbird || i.Programs.Account && system != "" && system == i.Programs.System
}

// InstallOptions are what the customer chose.
type InstallOptions struct {
	// Primary is the store's own password, if it has one; it is kept nowhere.
	Primary secret.Value
	// Exportable: the key may be taken out of a store of the system again.
	Exportable bool
}

// Install puts an order's certificate and key into a store, and looks whether it is there. Once begun it goes on
// when the screen is left: what is in a store must be known here. For its faults see [install.Installer.Install].
func (i *Installs) Install(ctx context.Context, orderID, targetID string, o InstallOptions) error {
	ctx = context.WithoutCancel(ctx)
	return i.one(orderID, func() error {
		held, kept, _, err := i.current(ctx, orderID)
		if err != nil {
			return err
		}
		t, err := i.target(targetID)
		if err != nil {
			return err
		}
		item, err := i.item(ctx, held, kept, t, o.Exportable)
		if err != nil {
			return err
		}
		if item.Begun, err = i.placed(ctx, orderID, kept, t); err != nil {
			return err
		}
		item.Begin = func(p install.Placed) error { return i.remember(ctx, orderID, kept, t, p) }
		placed, err := i.Installer.Install(ctx, t, item, o.Primary)
		if err != nil || placed.Before {
			return err
		}
		if err := i.remember(ctx, orderID, kept, t, placed); err != nil {
			return err
		}
		i.log(ctx, orderID, i18n.M("event.installed", "program", t.Program.Name()))
		i.changed.tell(orderID)
		return nil
	})
}

// item seals certificate and key for a store: the newer encryption for NSS, with the chain; the older for the
// systems, which may know no newer one, and get the certificates above it one by one.
func (i *Installs) item(ctx context.Context, o store.Order, kept store.Certificate, t install.Target, exportable bool) (install.Item, error) {
	leaf, chain, err := parsed(kept)
	if err != nil {
		return install.Item{}, err
	}
	id, profile := destination.Thunderbird, destination.Strong
	if t.Program.System() {
		id, profile = destination.Outlook, destination.Compatible
	}
	e := Exports(*i)
	dest, _ := destination.Find(id, order.SMIME)
	key, err := e.keyOf(ctx, o, kept, dest)
	if err != nil {
		return install.Item{}, err
	}
	// A colon would stand behind the name of a token.
	plan := export.Plan{Key: key, Leaf: leaf, Chain: chain, FriendlyName: strings.ReplaceAll(friendlyName(o, leaf), ":", " ")}
	item := install.Item{Leaf: leaf, Above: chain, Name: plan.FriendlyName, Exportable: exportable}
	if t.Program.System() {
		plan.Chain = nil
	}
	item.Sealed, item.Password, err = i.Files.Seal(plan, destination.FileRule{Profile: profile, WindowsCSP: t.Program == install.Windows})
	return item, err
}

// Undo takes out of a store what Install has put there.
func (i *Installs) Undo(ctx context.Context, orderID, targetID string, primary secret.Value) error {
	ctx = context.WithoutCancel(ctx)
	return i.one(orderID, func() error {
		_, kept, leaf, err := i.current(ctx, orderID)
		if err != nil {
			return err
		}
		t, err := i.target(targetID)
		if err != nil {
			return err
		}
		placed, err := i.finished(ctx, orderID, kept, leaf, t)
		if err != nil {
			return err
		}
		if err := i.Installer.Remove(ctx, t, placed, leaf, primary); err != nil {
			return err
		}
		if err := i.remember(ctx, orderID, kept, t, install.Placed{}); err != nil {
			return err
		}
		i.log(ctx, orderID, i18n.M("event.uninstalled", "program", t.Program.Name()))
		i.changed.tell(orderID)
		return nil
	})
}

func (i *Installs) current(ctx context.Context, orderID string) (store.Order, store.Certificate, *x509.Certificate, error) {
	o, err := i.Store.Get(ctx, orderID)
	if err != nil {
		return store.Order{}, store.Certificate{}, nil, err
	}
	all, err := i.Store.Certificates(ctx, orderID)
	if err != nil {
		return store.Order{}, store.Certificate{}, nil, err
	}
	kept, ok := currentOf(all)
	if !ok {
		return store.Order{}, store.Certificate{}, nil, fault.New(fault.NotYet, nil)
	}
	leaf, _, err := parsed(kept)
	return o, kept, leaf, err
}

// target finds a store again: between the look and the press it may have gone.
func (i *Installs) target(id string) (install.Target, error) {
	for _, t := range i.Programs.Find() {
		if t.ID == id {
			return t, nil
		}
	}
	program, _, _ := strings.Cut(id, "-")
	return install.Target{}, fault.New(fault.InstallStore, errors.New("desk: the store has gone"), "program", install.Program(program).Name())
}

func placedKey(orderID string, c store.Certificate, t install.Target) string {
	return store.InstallSetting(orderID) + c.SHA256 + "." + t.ID
}

// placed is what this app has put into a store; nothing is no error.
func (i *Installs) placed(ctx context.Context, orderID string, c store.Certificate, t install.Target) (install.Placed, error) {
	text, ok, err := i.Store.Setting(ctx, placedKey(orderID, c, t))
	if err != nil || !ok {
		return install.Placed{}, err
	}
	var p install.Placed
	if json.Unmarshal([]byte(text), &p) != nil {
		return install.Placed{}, nil // not ours to take out, then
	}
	return p, nil
}

// finished is what this app has put into a store in which the certificate is. An installation that a crash has cut off
// is taken to its end: in a store of NSS it is noted before anything is added.
func (i *Installs) finished(ctx context.Context, orderID string, c store.Certificate, leaf *x509.Certificate, t install.Target) (install.Placed, error) {
	p, err := i.placed(ctx, orderID, c, t)
	if err != nil || !p.Pending {
		return p, err
	}
	if p, err = i.Installer.Finish(ctx, t, p, leaf); err != nil || p.Nickname == "" {
		return p, err
	}
	return p, i.remember(ctx, orderID, c, t, p)
}

func (i *Installs) remember(ctx context.Context, orderID string, c store.Certificate, t install.Target, p install.Placed) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return i.Store.SetSetting(ctx, placedKey(orderID, c, t), string(text))
}
