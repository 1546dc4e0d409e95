package show

import (
	"slices"
	"strings"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// Countries are the countries to pick from, in the order of the language; each is found by its code and by its name
// in any language of the catalogue.
func Countries(say *i18n.Printer) []kit.PickItem {
	items := make([]kit.PickItem, 0, len(order.Countries))
	for _, code := range order.Countries {
		name := order.Country(code)
		items = append(items, kit.PickItem{
			ID: code, Title: say.Say(name),
			Search: strings.Join(append(say.InEvery(name), order.CountryWords(code)), "\n"),
		})
	}
	compare := say.Compare()
	slices.SortStableFunc(items, func(a, b kit.PickItem) int { return compare(a.Title, b.Title) })
	return items
}
