package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/ui/kit/kittest"
)

func init() {
	walks["handoff"] = handoffScreens
}

// handoffScreens are the pages of an order that is made in the browser, what is said there of what is brought, and
// the way there from a service that can't be talked to.
func handoffScreens(t *testing.T, s setup) {
	s.home = t.TempDir()
	if err := os.Mkdir(filepath.Join(s.home, "Downloads"), 0o700); err != nil {
		t.Fatal(err)
	}
	w := start(t, s)
	w.beginWith("https://www.swisssign.net/activate?licence=7Q2K9FHM41XZM8TR")
	w.see(w.word("handoff.link.how"))
	w.screen("handoff-link")
	w.press("journey.continue")
	w.see(w.word("handoff.kind.title"))
	w.press("journey.continue")
	w.see(w.word("handoff.kind.choose"))
	w.screen("handoff-kind")
	kittest.ChoiceByTitle(t, w.root(), w.word("handoff.kind.tls")).Tapped(nil)
	w.press("journey.continue")
	w.title(order.StepNames)
	w.typeInto("websites.field", "shop.muster.ch")
	w.press("journey.continue")
	w.title(order.StepKey)
	w.chooseOwn()
	w.pasteInto("key.own.label", goldenRequest)
	w.press("key.own.use")
	w.see(w.word("key.own.stays"))
	w.press("journey.continue")
	w.see(w.word("handoff.review.title"))
	w.screen("handoff-review")
	w.press("handoff.review.open")
	w.button("handoff.open")
	w.screen("handoff-page")
	w.pasteInto("handoff.bring.label", "-----BEGIN CERTIFICATE-----\n"+goldenStranger[:400])
	w.press("handoff.take")
	w.see(w.word("fault.certificate-cut.do"))
	w.screen("handoff-cut")
	w.retype("handoff.bring.label", "")
	w.press("journey.save-close")
	w.button("view.next.you.button")
	w.screen("handoff-order")
	ca, theirs := newAuthority(t), ownRequest(t, "rsa:2048", "/CN=shop.muster.ch", "DNS:shop.muster.ch")
	w.drop(ca.zipped("download.zip", ca.sign(theirs.request), w.file("private.key", theirs.key)))
	w.see(w.word("handoff.foreign.title"))
	w.screen("handoff-foreign")
	w.press("handoff.foreign.no")
	w.press("journey.save-close")
	w.drop(w.file("stranger.crt", "-----BEGIN CERTIFICATE-----\n"+goldenStranger+"-----END CERTIFICATE-----\n"))
	w.screen("handoff-dropped")
	w.stop()
	s.data = ""
	script := &script{}
	script.lookup = webOnly
	s.script = script
	w = start(t, s)
	w.beginWith(exampleLink)
	w.press("journey.continue")
	w.button("handoff.continue")
	w.screen("handoff-web-only")
	w.press("journey.save-close")
	w.press("home.redeem")
	kittest.Paste(t, w.a.window.Canvas(), "https://shop.example.ch/my-orders")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.button("handoff.link.use")
	w.screen("handoff-no-code")
}

func webOnly(context.Context) (seller.Found, error) {
	return seller.Found{}, fault.New(fault.ServiceWebOnly, nil, "host", "shop.example.ch")
}

// goldenRequest and goldenStranger stand in the pictures, so they are always the same: a request for
// shop.muster.ch, and a certificate of a key that nobody has.
const goldenRequest = `-----BEGIN CERTIFICATE REQUEST-----
MIICnjCCAYYCAQAwLTESMBAGA1UECgwJTXVzdGVyIEFHMRcwFQYDVQQDDA5zaG9w
Lm11c3Rlci5jaDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBANBywUnz
Y9hQGuBveqZxQzXpA1pLIGlg13g8/xoiuuQO6ECsJWc4cdnH2J/tdFJMHcGCDnbH
rRidtlGBgVfQ4D6s3rXnJGL23Xg54v4LlnttRu/R6E5BcXSZ8clhirAP3s9fSo02
lFCPJSZC5JdZbM9TgOzkCBWkiKh4OeaKQYLgiOvaWfzdDSBolsNVuogdHDuTOfQU
lEtUQQ2eZwKhg8nyFIuqI2wfO0eFLRuiNI9IPZ6CsPytKLmXlfSbW+EoP3gXSlqk
oj8Q490dqT5iNNVQ93y2k0fIDna4PDCRQAi7IZqNYnhGPAADx+hgTm98c7S/njJB
8gxhPFIszlEEpm8CAwEAAaAsMCoGCSqGSIb3DQEJDjEdMBswGQYDVR0RBBIwEIIO
c2hvcC5tdXN0ZXIuY2gwDQYJKoZIhvcNAQELBQADggEBAHdUERHZPSdvfBDQ0rAg
xCH4BJRhLvb4u/4ulz/A3c7EZBagqIrmsWoPqvhy9zBWmibBesWOQRbM85UjqURg
gTyGTy94fKpTvlbSEWAmT5ZpodoI0ViymoXPkD454KIzGuFNjJlBHR25PT+n2aCC
ft7/HpshDfAMaG1PwRYcFpfZCLnk0dG6iLU6qKOKNoYRwl1KgMavvD1MFSBw9eMb
tPD1i9IHZ/gQl6qj0CIWIs/riDqMmz+aTokITt42KPFLcu4xkv/P2pRSHJOyPizH
NuZzPUYfG2yNqmc8RXOTNb7+uJnpKIV9ObiKhZ5m1aN3iBQQVm4k2rN0pP3O+lib
9ns=
-----END CERTIFICATE REQUEST-----
`

const goldenStranger = `MIIBhzCCAS6gAwIBAgIUQtMbGMZBQ9pLG+SetKbyhohanHMwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc3RyYW5nZXIuZXhhbXBsZTAeFw0yNjExMjYyMDM4NTVaFw0z
NjExMjMyMDM4NTVaMBsxGTAXBgNVBAMMEHN0cmFuZ2VyLmV4YW1wbGUwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARfpI58BB97u+qIn18jXq8WPMxHRLGFrhxAafZt
1dkg+14/eCneB0td2L1loPDSjaEiHs7aa6bcxfSRTsNriIjSo1AwTjAdBgNVHQ4E
FgQUzGJWfropK/rfDcPC4EHw05iZkwEwHwYDVR0jBBgwFoAUzGJWfropK/rfDcPC
4EHw05iZkwEwDAYDVR0TAQH/BAIwADAKBggqhkjOPQQDAgNHADBEAiA2OUiwDz5P
bSjUEhupEdQCipH+xHHwAuFH4Ex5suh/BwIgVcgMSj16Q8L794oUixW/Oqd330m9
HcEAZZbf9i7lQoc=
`
