package ledger

import (
	"time"

	"certdesk/internal/seller/activationapi/wire"
)

// catalogue is the table of what the demo sells. A further product is a further line here, with its product
// in products.go and its line about it in the translations.
func catalogue() []Offer {
	organization := Course{Call: true, Check: true}
	return []Offer{
		{Code: "DEMO-MAIL", ID: "demo-licence-mail", About: "demo.about.mail", Product: mailProduct(), Comment: "For Anna's new laptop"},
		{Code: "DEMO-MAIL-ORG", ID: "demo-licence-mail-org", About: "demo.about.mail-org", Product: mailOrgProduct(), Course: Course{Check: true}},
		{Code: "DEMO-TLS-DV", ID: "demo-licence-tls-dv", About: "demo.about.tls-dv", Product: websiteProduct(), Comment: "For the new shop"},
		{Code: "DEMO-TLS-WILD", ID: "demo-licence-tls-wild", About: "demo.about.tls-wild", Product: wildcardProduct()},
		{Code: "DEMO-MULTI", ID: "demo-licence-multi", About: "demo.about.multi", Product: multiProduct()},
		{Code: "DEMO-TLS-OV", ID: "demo-licence-tls-ov", About: "demo.about.tls-ov", Product: organizationProduct(), Course: organization},
		{Code: "DEMO-TLS-EV", ID: "demo-licence-tls-ev", About: "demo.about.tls-ev", Product: extendedProduct(), Course: organization},
		{Code: "DEMO-CODE", ID: "demo-licence-code", About: "demo.about.code", Product: codeProduct(), Course: organization},
		{Code: "DEMO-SITE", ID: "demo-licence-site", About: "demo.about.site", Product: siteProduct()},
		{
			Code: "DEMO-RESERVED", ID: "demo-licence-reserved", About: "demo.about.reserved", Product: websiteProduct(),
			Begins: Preset{State: wire.LicenceStateReserved, OrderID: "ordermadeelsewherereserved"},
		},
		{
			Code: "DEMO-CONSUMED", ID: "demo-licence-consumed", About: "demo.about.consumed", Product: mailProduct(),
			Begins: Preset{State: wire.LicenceStateConsumed, OrderID: "ordermadeelsewhereconsumed"},
		},
		{
			Code: "DEMO-PENDING", ID: "demo-licence-pending", About: "demo.about.pending", Product: organizationProduct(),
			Begins: Preset{State: wire.LicenceStatePending, OrderID: "ordermadeelsewherepending"},
		},
		{
			Code: "DEMO-DELEGATED", ID: "demo-licence-delegated", About: "demo.about.delegated", Product: websiteProduct(),
			Begins: Preset{State: wire.LicenceStateDelegated, Note: "w*******r@g****n.example"},
		},
		{
			Code: "DEMO-DELEGATED-LINK", ID: "demo-licence-delegated-link", About: "demo.about.delegated-link", Product: websiteProduct(),
			Comment: "Passed on to you by garden.example",
		},
		{
			Code: "DEMO-EXPIRED", ID: "demo-licence-expired", About: "demo.about.expired", Product: websiteProduct(),
			Begins: Preset{Expired: true},
		},
		{
			Code: "DEMO-CANCELLED", ID: "demo-licence-cancelled", About: "demo.about.cancelled", Product: websiteProduct(),
			Begins: Preset{State: wire.LicenceStateCancelled},
		},
		{Code: "DEMO-FLAGGED", ID: "demo-licence-flagged", About: "demo.about.flagged", Product: websiteProduct(), Course: Course{Review: true}},
		{Code: "DEMO-REJECTED", ID: "demo-licence-rejected", About: "demo.about.rejected", Product: websiteProduct(), Course: Course{Reject: true}},
		{Code: "DEMO-UNPAID", ID: "demo-licence-unpaid", About: "demo.about.unpaid", Product: websiteProduct(), Course: Course{Payment: true}},
		{
			Code: "DEMO-SLOW", ID: "demo-licence-slow", About: "demo.about.slow", Product: mailProduct(),
			Course: Course{Slow: 3 * time.Minute}, Manner: Slow,
		},
		{Code: "DEMO-BROKEN", ID: "demo-licence-broken", About: "demo.about.broken", Product: mailProduct(), Manner: Broken},
	}
}
