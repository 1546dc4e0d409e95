package desk

import (
	"context"
	"encoding/json"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/store"
)

// settingRemembered holds what is kept of a request for the next one. Each world has its own.
const settingRemembered = "remembered"

// Remembered is what is kept of a request that was sent, to be offered in the next: as it was typed. None of it is
// secret, and nothing but what the licence asked for is in it.
type Remembered struct {
	Administrative order.Contact       `json:"administrative"`
	Technical      order.Contact       `json:"technical"`
	SameTechnical  bool                `json:"same_technical,omitempty"`
	Organization   *order.Organization `json:"organization,omitempty"`
}

// HasContacts reports whether a contact is remembered.
func (r Remembered) HasContacts() bool {
	return r.Administrative != (order.Contact{}) || r.Technical != (order.Contact{})
}

// Empty reports whether nothing is remembered.
func (r Remembered) Empty() bool { return !r.HasContacts() && r.Organization == nil }

// Remembered is what the last requests have left. What can't be read is as good as nothing.
func (s *Settings) Remembered(ctx context.Context) Remembered { return s.remembered(ctx) }

// Remember keeps r for the next request in the place of what was remembered; the zero value forgets it.
func (s *Settings) Remember(ctx context.Context, r Remembered) error { return s.remember(ctx, r) }

func (c *core) remembered(ctx context.Context) Remembered {
	var r Remembered
	text, ok, err := c.Store.Setting(ctx, settingRemembered)
	if err != nil {
		c.failed("reading what is remembered", "", err)
	}
	if !ok || text == "" {
		return r
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		c.failed("reading what is remembered", "", fault.New(fault.Unexpected, nil))
		return Remembered{}
	}
	return r
}

func (c *core) remember(ctx context.Context, r Remembered) error {
	if r.Empty() {
		return c.Store.SetSetting(ctx, settingRemembered, "")
	}
	text, err := json.Marshal(r)
	if err != nil {
		return fault.New(fault.Unexpected, nil)
	}
	return c.Store.SetSetting(ctx, settingRemembered, string(text))
}

// After is what is remembered once an application was sent for a licence: of each contact and of the organization the
// latest, as far as the licence asked for it.
func (r Remembered) After(l order.Licence, a order.Application) Remembered {
	admin, technical := l.WantsContact(order.RoleAdministrative), l.WantsContact(order.RoleTechnical)
	if admin || technical {
		r.Administrative, r.Technical, r.SameTechnical = order.Contact{}, order.Contact{}, l.SharesTechnical(a)
		if admin {
			r.Administrative = a.Administrative
		}
		if technical && !r.SameTechnical {
			r.Technical = a.Technical
		}
	}
	if l.WantsOrganization() && a.Organization != nil {
		now := *a.Organization
		if had := r.Organization; had != nil && !l.WantsIncorporation() { // not asked this time, and not forgotten for that
			now.Jurisdiction, now.BusinessCategory, now.IncorporatedOn = had.Jurisdiction, had.BusinessCategory, had.IncorporatedOn
		}
		r.Organization = &now
	}
	return r
}

// keepForNext remembers contacts and organization of an order that was sent. It is not worth failing for.
func (c *core) keepForNext(ctx context.Context, o store.Order) {
	if len(o.Licence.Product.Contacts) == 0 && !o.Licence.WantsOrganization() {
		return
	}
	if err := c.remember(ctx, c.remembered(ctx).After(o.Licence, o.Application)); err != nil {
		c.failed("remembering for next time", o.ID, err)
	}
}
