package show

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/certificate"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
)

// Gap says that a certificate is missing above another, or may be, and offers to get it from whoever has it: the
// press is the consent.
func Gap(say *i18n.Printer, g certificate.Gap, busy bool, get func()) []fyne.CanvasObject {
	host := i18n.Clean(g.Host, 120)
	note := say.T("handoff.issuer.note", "host", host)
	word := "handoff.issuer.get"
	finding := kit.NewFinding(kit.Warning, say.T("certificate.finding.chain-missing"), note)
	if !g.Sure {
		word = "handoff.issuer.look"
		finding = kit.NewFinding(kit.Info, say.T("handoff.issuer.perhaps", "name", i18n.Clean(certificate.Describe(g.Below).Title, 120)), note)
	}
	b := kit.NewButton(say.T(word, "host", host), kit.Secondary, get)
	b.SetBusy(busy)
	return []fyne.CanvasObject{finding, kit.NewFlow(12, b)}
}
