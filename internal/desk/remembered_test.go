package desk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/desk"
	"certdesk/internal/order"
)

// What was sent is offered next time; what a licence did not ask for is not taken over from it.
func TestRememberedForNextTime(t *testing.T) {
	ctx := t.Context()
	r := newWorld(t).start()
	settings := r.Settings
	if r := settings.Remembered(ctx); !r.Empty() {
		t.Fatalf("at first %+v", r)
	}
	anna := order.Contact{GivenName: "Anna", Surname: "Keller", Email: "anna@example.ch", Phone: "044 668 18 00", PhoneCountry: "CH"}
	beat := order.Contact{GivenName: "Beat", Surname: "Moser"}
	company := &order.Organization{LegalName: "Muster AG", BusinessCategory: "private_organization"}
	sent := func(v order.Validation, contacts []string, a order.Application) desk.Remembered {
		l := order.Licence{Product: order.Product{Type: order.TLS, Validation: v, Contacts: contacts}}
		if err := settings.Remember(ctx, settings.Remembered(ctx).After(l, a)); err != nil {
			t.Fatal(err)
		}
		return settings.Remembered(ctx)
	}
	both := []string{order.RoleAdministrative, order.RoleTechnical}
	all := order.Application{Administrative: anna, Technical: beat, Organization: company}
	if r := sent(order.ValidationDomain, nil, all); !r.Empty() {
		t.Errorf("nothing was asked for, and kept is %+v", r)
	}
	if diff := cmp.Diff(desk.Remembered{Administrative: anna, Technical: beat}, sent(order.ValidationDomain, both, all)); diff != "" {
		t.Error(diff)
	}
	want := desk.Remembered{Administrative: anna, Technical: beat, Organization: company}
	if diff := cmp.Diff(want, sent(order.ValidationExtended, nil, all)); diff != "" {
		t.Error(diff)
	}
	// One that does not ask for the kind of organization leaves what is known of it.
	plain := all
	plain.Technical, plain.SameTechnical, plain.Organization = order.Contact{}, true, &order.Organization{LegalName: "Muster Handels AG"}
	want = desk.Remembered{Administrative: anna, SameTechnical: true, Organization: &order.Organization{
		LegalName: "Muster Handels AG", BusinessCategory: "private_organization",
	}}
	if diff := cmp.Diff(want, sent(order.ValidationOrganization, both, plain)); diff != "" {
		t.Error(diff)
	}
	if err := settings.Remember(ctx, desk.Remembered{}); err != nil {
		t.Fatal(err)
	}
	if r := settings.Remembered(ctx); !r.Empty() {
		t.Errorf("after forgetting %+v", r)
	}
	if err := r.store.SetSetting(ctx, "remembered", "{broken"); err != nil {
		t.Fatal(err)
	}
	if r := settings.Remembered(ctx); !r.Empty() {
		t.Errorf("of what is broken %+v", r)
	}
}
