package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// homeScreens are the list, and looking for something in it.
func homeScreens(t *testing.T, s setup) {
	named := func(o store.Order, mailbox string) store.Order {
		o.Application.Mailbox = mailbox
		if o.Snapshot != nil {
			o.Snapshot.Names = []order.Name{{Type: "email", Value: mailbox}}
		}
		return o
	}
	over := func(id string, state order.ServiceState) store.Order {
		o := sent(id, ended(state))
		o.Phase = order.PhaseEnded
		return o
	}
	ready, expired := sent("04", order.Snapshot{State: order.Issued}), sent("05", order.Snapshot{State: order.Issued})
	certs := []store.Certificate{issued(t, &ready, noon.AddDate(1, 0, 0)), issued(t, &expired, noon.AddDate(0, 0, -3))}
	untitled := draft("09", order.StepNames)
	untitled.Application = order.Application{}
	s.script = &script{orders: []store.Order{
		named(sent("01", waitingForMail()), "anna.keller@example.ch"),
		named(sent("02", waitingForAuthority()), "buchhaltung@muster-handelsgesellschaft.example.ch"),
		named(draft("03", order.StepKey), "info@example.ch"), untitled,
		named(ready, "office@example.ch"), named(expired, "max.muster@example.ch"),
		named(over("06", order.ServiceRejected), "old@example.ch"), named(over("07", order.ServiceLapsed), "late@example.ch"),
	}, certs: certs}
	w := start(t, s)
	w.see(w.word("view.story"))
	w.screen("home-list")
	search := kittest.EntryByLabel(t, w.root(), w.word("home.search"))
	kittest.TabTo(t, w.a.window.Canvas(), search)
	kittest.TypeText(t, w.a.window.Canvas(), "keller")
	w.screen("home-found")
	kittest.TypeText(t, w.a.window.Canvas(), "xyz")
	w.see(w.word("home.none-found"))
	w.screen("home-none-found")
}

// homeFailedScreens is the list while it is read, and when it can't be.
func homeFailedScreens(t *testing.T, s setup) {
	s.script = &script{read: hold}
	w := start(t, s)
	w.see(w.word("home.loading"))
	w.busyScreen("home-loading")
	w.stop()
	s.data = ""
	s.script = &script{read: fails(fault.StoreDamaged)}
	w = start(t, s)
	w.see(w.word("home.failed"))
	w.screen("home-failed")
}

const exampleLink = shop + "/activate#7Q2K-9FHM-41XZ-M8TR"

// linkScreens are what a text in the field of step 1 can be.
func linkScreens(t *testing.T, s setup) {
	s.script = &script{}
	w := start(t, s)
	w.see(w.word("home.title"))
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("fault.link-empty.do"))
	w.screen("home-nothing-typed")
	w.beginWith(exampleLink)
	w.paste(" ")
	w.see(w.word("link.hint"))
	w.screen("link-empty")
	w.press("journey.continue")
	w.see(w.word("fault.link-empty.do"))
	w.screen("link-nothing-typed")
	for _, c := range []struct{ name, text, see string }{
		{"host", exampleLink, w.word("link.expect")},
		{"known", "https://www.sectigo.com/activate#7Q2K-9FHM-41XZ-M8TR", w.word("link.expect")},
		{"demo", "DEMO-MAIL", w.word("link.demo")},
		{"loopback", "http://127.0.0.1:4711/activate/7Q2K-9FHM-41XZ-M8TR", w.word("link.loopback")},
		{"punycode", "https://bücher.example.ch/activate#7Q2K-9FHM-41XZ-M8TR", w.word("link.punycode.do")},
		{"mixed", "https://аlpha.example.ch/activate#7Q2K-9FHM-41XZ-M8TR", w.word("link.mixed.saw")},
		{"look-alike", "https://sectig0.com/activate#7Q2K-9FHM-41XZ-M8TR", w.word("link.looks-like.do")},
		{
			"wrapped", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example.ch%2Factivate%237Q2K-9FHM-41XZ-M8TR&data=05",
			w.word("link.expect"),
		},
		{
			"several", "Ihre Lizenzen: " + exampleLink + " und https://shop.example.com/activate#4WPD-77ZC-B2NK-QX3V",
			w.word("link.several", "n", 2),
		},
		{"code", "7Q2K-9FHM-41XZ-M8TR", w.word("link.seller.question")},
	} {
		w.paste(c.text)
		w.see(c.see)
		w.screen("link-" + c.name)
	}
	w.paste("https://аlpha.example.ch/activate#7Q2K-9FHM-41XZ-M8TR")
	w.press("journey.continue")
	w.screen("link-mixed-unticked")
	w.paste("7Q2K-9FHM-41XZ-M8TR")
	w.typeInto("link.seller.label", "no address")
	w.press("link.seller.use")
	w.screen("link-code-bad-seller")
	w.paste("good morning")
	w.press("journey.continue")
	w.see(w.word("fault.text-no-link.saw"))
	w.screen("link-bad")
}

// paste puts text into the field of step 1 in the place of what is there.
func (w *walk) paste(text string) {
	w.t.Helper()
	field := kittest.EntryByLabel(w.t, w.root(), w.word("link.placeholder"))
	field.Focus(w.a.window.Canvas())
	field.SetText("")
	kittest.Paste(w.t, w.a.window.Canvas(), text)
}

// keyringScreens is a system without a keyring, at the first step that wants one.
func keyringScreens(t *testing.T, s setup) {
	s.script = &script{keyring: hold}
	w := start(t, s)
	w.beginWith(exampleLink)
	w.press("journey.continue")
	w.see(w.word("link.opening-keyring"))
	w.busyScreen("link-opening")
	w.stop()
	s.data = ""
	s.script = &script{keyring: func(context.Context) error { return fault.New(fault.KeyringAbsent, nil).With(fault.ChoosePlace) }}
	w = start(t, s)
	w.beginWith(exampleLink)
	w.press("journey.continue")
	w.button("link.keyring.without")
	w.screen("link-no-keyring")
}

// beginWith goes from the home screen to step 1 with a text.
func (w *walk) beginWith(text string) {
	w.t.Helper()
	w.see(w.word("home.title"))
	kittest.Paste(w.t, w.a.window.Canvas(), text)
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
}

// resume opens the draft or order on the home screen where it stands.
func (w *walk) resume(word string) {
	w.t.Helper()
	w.press("view.next." + word + ".button")
}

// licenceScreens are what a seller can say of a code.
func licenceScreens(t *testing.T, s setup) {
	answers := func(code fault.Code, kv ...any) func(context.Context) (seller.Found, error) {
		return func(context.Context) (seller.Found, error) { return seller.Found{}, fault.New(code, nil, kv...) }
	}
	script := &script{lookup: func(ctx context.Context) (seller.Found, error) { return seller.Found{}, hold(ctx) }}
	s.script = script
	w := start(t, s)
	w.beginWith(exampleLink)
	w.press("journey.continue")
	w.see(w.word("licence.asking", "host", "shop.example.ch"))
	w.busyScreen("licence-loading")
	for _, c := range []struct {
		name   string
		lookup func(context.Context) (seller.Found, error)
		see    string
	}{
		{"offline", answers(fault.Offline), "fault.offline.saw"},
		{"unreachable", answers(fault.ServiceUnreachable, "host", "shop.example.ch"), "fault.service-unreachable.do"},
		{"clock", answers(fault.ClockOrCertificate, "host", "shop.example.ch", "now", noon.AddDate(1, 0, 0)), "fault.service-tls-time.do"},
		{"proxy", answers(fault.ProxySignIn, "host", "shop.example.ch", "proxy", "proxy.intern.example.ch:8080"), "fault.proxy-sign-in.do"},
		{"proxy-gone", answers(fault.ProxyUnreachable, "host", "shop.example.ch", "proxy", "proxy.intern.example.ch:8080"), "fault.proxy-unreachable.do"},
		{"slow", answers(fault.ServiceSlow, "host", "shop.example.ch"), "fault.service-slow.saw"},
		{"broken", answers(fault.ServiceBroken, "host", "shop.example.ch"), "fault.service-broken.saw"},
		{"unknown", answers(fault.CodeUnknown), "fault.code-unknown.saw"},
		{"reserved", inState(order.LicenceReserved), "licence.state.reserved.saw"},
		{"consumed", inState(order.LicenceConsumed), "licence.state.consumed.saw"},
		{"pending", inState(order.LicencePending), "licence.state.pending.saw"},
		{"delegated", inState(order.LicenceDelegated), "licence.state.delegated.saw"},
		{"expired", inState(order.LicenceExpired), "licence.state.expired.saw"},
		{"cancelled", inState(order.LicenceCancelled), "licence.state.cancelled.saw"},
		{"other", inState("polished"), "licence.state.other.saw"},
		{"valid", inState(order.LicenceValid), "licence.need"},
	} {
		script.set(func() { script.lookup = c.lookup })
		w.press("journey.save-close")
		w.resume("draft")
		w.see(w.word(c.see, "host", "shop.example.ch", "seller", "Alpha Zertifikate"))
		w.screen("licence-" + c.name)
	}
	w.press("licence.not-me")
	w.see(w.word("licence.not-me.saw"))
	w.screen("licence-not-me")
}

func inState(state order.LicenceState) func(context.Context) (seller.Found, error) {
	return func(context.Context) (seller.Found, error) {
		l := silver()
		l.State = state
		if state != order.LicenceValid {
			l.StateNote = "Bitte rufen Sie uns an."
		}
		return seller.Found{Licence: l, Service: alpha()}, nil
	}
}

// namesScreens are the fields of step 3.
func namesScreens(t *testing.T, s setup) {
	empty := draft("01", order.StepNames)
	empty.Application = order.Application{}
	script := &script{orders: []store.Order{empty}}
	s.script = script
	w := start(t, s)
	w.resume("draft")
	w.title(order.StepNames)
	w.screen("names-empty")
	w.press("journey.continue")
	w.screen("names-missing")
	w.retype("field.mailbox", "anna@gmial.com")
	w.retype("field.given_name", "anna")
	w.retype("field.surname", "Keller; Meier")
	w.press("journey.continue")
	w.screen("names-wrong")
	w.retype("field.mailbox", "anna@müller.example.ch")
	w.retype("field.given_name", "Anna-Katharina Wilhelmina Theodora Friederike")
	w.retype("field.surname", "von Hohenstein-Waldburg zu Rabenfels-Lichtenau")
	w.screen("names-long")
	w.retype("field.mailbox", "anna.keller@example.ch")
	w.retype("field.given_name", "Anna")
	w.retype("field.surname", "Keller")
	w.screen("names-filled")
	script.set(func() { script.write = fails(fault.DiskFull) })
	w.press("journey.continue")
	w.see(w.word("fault.disk-full.saw"))
	w.screen("names-not-saved")
}

// keyScreens are step 6.
func keyScreens(t *testing.T, s setup) {
	script := &script{orders: []store.Order{draft("01", order.StepKey)}}
	s.script = script
	w := start(t, s)
	w.resume("draft")
	w.button("key.make")
	w.screen("key-ask")
	w.open("key.details")
	w.screen("key-details")
	script.set(func() { script.keep = hold })
	w.press("key.make")
	w.see(w.word("key.making"))
	making := kittest.All[*kit.Stages](w.root())[0]
	w.q.Await(t, func() bool { return making.At() == 2 })
	w.busyScreen("key-making")
	w.press("key.cancel")
	w.button("key.make")
	for _, c := range []struct {
		name string
		code fault.Code
	}{{"absent", fault.KeyringAbsent}, {"locked", fault.KeyringLocked}, {"lies", fault.KeyringLies}} {
		script.set(func() { script.keyring = fails(c.code) })
		w.press("key.make")
		w.see(w.word("fault." + string(c.code) + ".saw"))
		w.screen("key-" + c.name)
		w.press("action.retry")
		w.button("key.make")
	}
	script.set(func() { script.keyring, script.keep = nil, nil })
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.screen("key-ready")
	w.press("journey.continue")
	w.title(order.StepReview)
	w.screen("review-ask")
	w.press("review.send")
	w.see(w.word("review.accept-first"))
	w.screen("review-terms")
	w.accept()
	script.set(func() { script.submit = hold })
	w.press("review.send")
	w.see(w.word("review.sending"))
	w.busyScreen("review-sending")
}

// noticeScreens are what stands over a screen.
func noticeScreens(t *testing.T, s setup) {
	s.script = &script{
		orders: []store.Order{draft("01", order.StepNames)}, ownerless: 2,
		repaired: []i18n.Message{
			i18n.M("store.was-damaged", "name", "orders-2026-11-23.db"), i18n.M("store.from-copy", "when", noon.AddDate(0, 0, -1)),
			i18n.M("store.nothing-missing"),
		},
	}
	w := start(t, s)
	w.see(w.word("home.ownerless", "n", 2))
	w.button("view.next.draft.button")
	w.screen("home-notices")
	w.resume("draft")
	w.title(order.StepNames)
	w.a.shell.Link(exampleLink)
	w.see(w.word("shell.links-waiting"))
	w.screen("names-link-waiting")
}

// settingsScreens are the choices, and what this program is.
func settingsScreens(t *testing.T, s setup) {
	s.script = &script{}
	w := start(t, s)
	w.a.shell.Places = places("/home/anna/.local/share/certdesk")
	w.a.shell.About.Version = "1.0.0"
	w.see(w.word("home.title"))
	w.press("home.settings")
	w.see(w.word("settings.places"))
	w.screen("settings")
	w.open("settings.licences")
	w.screen("settings-licences")
}

// cannotOpenScreens are what keeps the app from opening its orders.
func cannotOpenScreens(t *testing.T, s setup) {
	other := s
	other.lockErr = fault.New(fault.AnotherRunning, nil)
	w := start(t, other)
	w.see(w.word("shell.failed"))
	w.screen("cannot-open-running")
	w.stop()

	share := s
	share.lockErr = fault.New(fault.StoreNetwork, nil)
	w = start(t, share)
	w.see(w.word("shell.failed"))
	w.screen("cannot-open-share")
	w.stop()

	newer := s
	newer.data = filepath.Join(t.TempDir(), "data")
	if err := atomicfile.MkdirPrivate(newer.data); err != nil {
		t.Fatal(err)
	}
	// A database's version stands at offset 60 of its file, its magic at the beginning.
	file := make([]byte, 4096)
	copy(file, "SQLite format 3\x00")
	file[16], file[17], file[18], file[19], file[21], file[22], file[23] = 0x10, 0, 1, 1, 64, 32, 32
	file[60], file[61] = 0x7F, 0xFF
	copy(file[68:], "CDSK")
	if err := os.WriteFile(filepath.Join(newer.data, store.FileName), file, 0o600); err != nil {
		t.Fatal(err)
	}
	w = start(t, newer)
	w.see(w.word("shell.failed"))
	w.screen("cannot-open-newer")
}
