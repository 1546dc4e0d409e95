package kit_test

import (
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/assets"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// screen is a picture of the design, made of the kit.
type screen struct {
	name string
	make func(env kit.Env) fyne.CanvasObject
	// after is done once it is shown.
	after func(w fyne.Window, q *kittest.Queue)
}

func steps(current int) []kit.RailStep {
	names := []string{"Link or code", "Your licence", "Names", "Contacts", "Private key", "Check and send", "Prove control", "Waiting", "Use it"}
	out := make([]kit.RailStep, len(names))
	for i, n := range names {
		state := kit.StepTodo
		switch {
		case i < current:
			state = kit.StepLink
		case i == current:
			state = kit.StepCurrent
		}
		out[i] = kit.RailStep{Title: n, State: state}
	}
	return out
}

func sentSteps(current int) []kit.RailStep {
	out := []kit.RailStep{{Title: "Sent", State: kit.StepLink}}
	for i, n := range []string{"Prove control", "Waiting", "Use it"} {
		state := kit.StepTodo
		switch {
		case i < current:
			state = kit.StepDone
		case i == current:
			state = kit.StepCurrent
		}
		out = append(out, kit.RailStep{Title: n, State: state})
	}
	return out
}

func foot(back, primary string) kit.Footer {
	f := kit.Footer{Left: kit.NewButton("Save and close", kit.Link, nil)}
	if back != "" {
		f.Back = kit.NewButton(back, kit.Secondary, nil)
	}
	if primary != "" {
		f.Primary = kit.NewButton(primary, kit.Primary, nil)
	}
	return f
}

func page(rail []kit.RailStep, title, sentence string, f kit.Footer, body ...fyne.CanvasObject) *kit.Page {
	return kit.NewPage(kit.PageSpec{
		Title: title, Sentence: sentence, Body: body, Footer: f,
		Rail: kit.NewRail(rail, []string{"Example Hosting", "Website, 3 names"}),
	})
}

func screens() []screen {
	return []screen{
		{name: "home-empty", make: homeEmpty, after: focusFirstField},
		{name: "home-list", make: homeList},
		{name: "link", make: linkPage, after: focusFirstField},
		{name: "licence", make: licencePage},
		{name: "names", make: namesPage},
		{name: "key", make: keyPage, after: func(_ fyne.Window, q *kittest.Queue) { q.Advance(4e9) }},
		{name: "review", make: reviewPage},
		{name: "prove", make: provePage},
		{name: "prove-many", make: proveManyPage},
		{name: "use", make: usePage},
		{name: "error", make: errorPage},
		{name: "forms", make: formsPage},
		{name: "forms-picker", make: formsPage, after: func(w fyne.Window, _ *kittest.Queue) {
			for _, p := range kittest.All[*kit.Picker](w.Content()) {
				p.Open("l")
			}
		}},
		{name: "icons", make: iconsPage},
		withChooser("files-open", linkPage, kit.FileSpec{Title: "Open a saved e-mail", Folder: "/home/anna/Downloads", Exts: []string{".eml", ".txt"}}, ""),
		withChooser("files-new-folder", usePage, kit.FileSpec{Title: "Where should the file go?", Folder: "/home/anna", Folders: true}, "New folder"),
		withChooser("files-denied", linkPage, kit.FileSpec{Title: "Open a saved e-mail", Folder: "/root"}, ""),
		{name: "confirm", make: reviewPage, after: func(w fyne.Window, _ *kittest.Queue) {
			kit.Confirm(w.Canvas(), kit.ConfirmSpec{Title: "Discard this draft?", Text: "Its private key is deleted too. Nothing has been sent to the seller.", Yes: "Discard the draft", No: "Keep it", Danger: true})
		}},
	}
}

func iconsPage(kit.Env) fyne.CanvasObject {
	var tiles []fyne.CanvasObject
	entries, _ := assets.Icons.ReadDir("icons")
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".svg")
		tiles = append(tiles, kit.NewColumn(4, kit.NewCentered(0, kit.NewIcon(name, kit.ColorAccent, 40)), kit.NewCaption(name).Centered()))
	}
	return kit.NewVScroll(kit.NewInset(20, 20, 20, 20, kit.NewFlow(24, tiles...)))
}

func focusFirstField(w fyne.Window, _ *kittest.Queue) {
	for _, e := range kittest.All[*kit.Entry](w.Content()) {
		e.Focus(w.Canvas())
		return
	}
}

func homeEmpty(kit.Env) fyne.CanvasObject {
	bar := kit.NewTopBar(kit.TopBarSpec{Buttons: []*kit.Button{kit.NewButton("Help", kit.Link, nil), kit.NewButton("Settings", kit.Link, nil)}})
	field := kit.NewPasteField(kit.EntrySpec{Placeholder: "https://…  or a code like 7Q2K-9FHM-41XZ"})
	go1 := kit.NewButton("Continue", kit.Primary, nil)
	note := kit.NewInfo(kit.Success, "Your private key is made on this computer and never leaves it.")
	links := kit.NewCenteredFlow(12, kit.NewButton("I already have a request", kit.Link, nil), kit.NewButton("Restore a backup", kit.Link, nil), kit.NewButton("Try it with the built-in demo", kit.Link, nil))
	column := kit.NewColumn(18,
		kit.NewCentered(0, kit.NewSeal(96, true)),
		kit.NewTitle("Redeem your certificate").Centered(),
		kit.NewMuted("Paste the link or the code from your e-mail, or drop the e-mail here.").Centered(),
		kit.NewSides(field, go1), kit.NewCentered(600, note), links)
	return kit.NewShell(bar, nil, kit.NewVScroll(kit.NewInset(24, 24, 24, 24, kit.NewMiddle(600, column))))
}

func homeList(kit.Env) fyne.CanvasObject {
	bar := kit.NewTopBar(kit.TopBarSpec{SearchPlaceholder: "Search name, organization, seller…", Buttons: []*kit.Button{kit.NewButton("Redeem…", kit.Secondary, nil), kit.NewButton("Settings", kit.Link, nil)}})
	list := kit.NewOrderList(nil)
	list.SetRows([]kit.ListRow{
		{Heading: true, Title: "Waiting for you · 1"},
		{ID: "1", Title: "shop.example.ch", Sub: "Website · Example Hosting · sent 12 min ago", PillKind: kit.Warning, Pill: "Prove control"},
		{Heading: true, Title: "In progress · 2"},
		{ID: "2", Title: "Example AG", Sub: "Website, extended · usually 5 to 7 business days", PillKind: kit.Info, Pill: "Organization check"},
		{ID: "3", Title: "ben@example.ch", Sub: "E-mail · Example Hosting", PillKind: kit.Info, Pill: "Processing"},
		{Heading: true, Title: "Ready · 12"},
		{ID: "4", Title: "anna@example.ch", Sub: "E-mail · expires 14 May 2027", PillKind: kit.Success, Pill: "Ready"},
		{ID: "5", Title: "www.example.ch", Sub: "Website · expires in 21 days", PillKind: kit.Warning, Pill: "Renew soon"},
		{ID: "6", Title: "intranet.example.ch", Sub: "Website · expires 2 April 2027", PillKind: kit.Success, Pill: "Ready"},
		{Heading: true, Title: "Ended · 3"},
		{ID: "7", Title: "old.example.ch", Sub: "Website · 3 January 2026", Pill: "Expired"},
	})
	list.Select("1")
	next := kit.NewAccentCard(kit.Warning,
		kit.NewSides(kit.NewFlow(8, kit.NewPill(kit.Warning, "Waiting for you")), kit.NewCaption("since 12 minutes")),
		kit.NewColumn(0, kit.NewHeading("Prove that shop.example.ch is yours"),
			kit.NewMuted("Publish one DNS record. We look for it every minute and tell the certificate authority by ourselves.")),
		kit.NewSpacer(0),
		kit.NewFlow(12, kit.NewButton("Show me the record", kit.Primary, nil), kit.NewButton("Use a file or e-mail instead", kit.Secondary, nil)))
	what := kit.NewCard(kit.NewHeading("What happens next"), kit.NewTimeline([]kit.TimelineRow{
		{Kind: kit.Success, When: "10:12", What: "Key made and kept in your system's keyring"},
		{Kind: kit.Success, When: "10:13", What: "Request sent to Example Hosting"},
		{Kind: kit.Warning, When: "now", What: "Waiting for the DNS record", Current: true},
		{When: "then, minutes", What: "Certificate issued; you make the file for your server"},
	}))
	facts := kit.NewCard(kit.NewPairs(
		kit.Pair{Label: "Names", Value: kit.NewText("shop.example.ch, www.shop.example.ch")},
		kit.Pair{Label: "Private key", Value: kit.NewRich(kit.Span{Text: "RSA 3072, in the system keyring ·  "}, kit.Span{Text: "Details", OnTap: func() {}})},
		kit.Pair{Label: "Contacts", Value: kit.NewText("Anna Keller, anna@example.ch")},
		kit.Pair{Label: "Messages", Value: kit.NewRich(kit.Span{Text: "1 from Example Hosting ·  "}, kit.Span{Text: "Read", OnTap: func() {}})},
	))
	head := kit.NewSides(kit.NewColumn(0, kit.NewTitle("shop.example.ch"), kit.NewMuted("Website certificate · 1 year · order EH-20418 at Example Hosting")),
		kit.NewButton("More", kit.Secondary, nil).SetTail("triangle-down"))
	return kit.NewShell(bar, list, kit.NewVScroll(kit.NewInset(30, 28, 30, 28, kit.NewColumn(16, head, next, what, facts))))
}

func linkPage(kit.Env) fyne.CanvasObject {
	return page(steps(0), "Link or code", "Paste the link, the code or the whole e-mail, or drop the saved e-mail here.", foot("", "Continue"),
		kit.NewPasteField(kit.EntrySpec{Value: "https://shop.example.ch/activate#7Q2K9FHM41XZ", Mono: true}),
		kit.NewCard(kit.NewMuted("This link leads to"), kit.NewTitle("shop.example.ch"),
			kit.NewRich(kit.Span{Text: "Registered name: ", Color: kit.ColorMuted}, kit.Span{Text: "example.ch", Bold: true})),
		kit.NewInfo(kit.Info, "Is this the seller you expect? Until you continue, nothing is sent to it."),
		kit.NewFlow(12, kit.NewButton("I only have a code", kit.Link, nil)))
}

func licencePage(kit.Env) fyne.CanvasObject {
	return page(steps(1), "This is your licence", "Nothing has been ordered yet.", foot("Back", "Continue"),
		kit.NewCard(
			kit.NewSides(kit.NewTitled("mail", "E-Mail ID Silver", "Signs and encrypts mail for one address · 1 year"), kit.NewPill(kit.Success, "Valid")),
			kit.NewSpacer(1), kit.NewDivider(), kit.NewSpacer(1),
			kit.NewPairs(
				kit.Pair{Label: "Sold by", Value: kit.NewText("Example Hosting, order 200124651")},
				kit.Pair{Label: "Issued by", Value: kit.NewText("Demo Certificate Authority")},
				kit.Pair{Label: "Already paid", Value: kit.NewText("CHF 29.00, 18 May 2026")},
				kit.Pair{Label: "Use it before", Value: kit.NewText("18 May 2027")},
				kit.Pair{Label: "Note from the seller", Value: kit.NewText("“For Anna’s new laptop”")})),
		kit.NewCard(kit.NewHeading("What you will need"),
			kit.NewText("1  The e-mail address, and access to its inbox"), kit.NewText("2  Your name as it should appear"),
			kit.NewMuted("It takes about 3 minutes. The certificate comes seconds after you confirm the e-mail.")))
}

func namesPage(kit.Env) fyne.CanvasObject {
	entry := func(v string) *kit.Entry {
		return kit.NewEntry(kit.EntrySpec{Value: v, Trailing: kit.NewButton("Remove", kit.Link, nil)})
	}
	a, b, c := entry("shop.example.ch"), entry("bücher.example.ch"), entry("*.example.ch")
	a.SetOK(true)
	b.SetOK(true)
	b.SetNote("Sent as xn--bcher-kva.example.ch")
	c.SetError("A wildcard is not part of this licence. Enter each name by itself, or ask Example Hosting for a wildcard licence.", "")
	return page(steps(2), "Which names should it protect?", "Up to 3 names are part of your licence. One per line, or paste a list.", foot("Back", "Continue"),
		kit.NewColumn(10, a, b, c, kit.NewSides(kit.NewFlow(12, kit.NewButton("Add a name", kit.Secondary, nil).SetIcon("plus")), kit.NewMuted("2 of 3 used"))),
		kit.NewRichCheck(true, nil, kit.Span{Text: "Also protect "}, kit.Span{Text: "www.", Bold: true}, kit.Span{Text: "shop.example.ch and www.bücher.example.ch (free)"}))
}

func keyPage(env kit.Env) fyne.CanvasObject {
	s := kit.NewStages(env, "Making your key", []string{"Your system's keyring is open", "Making an RSA 3072 key", "Storing it, and reading it back to be sure"})
	s.Begin()
	s.Set(1)
	return page(steps(4), "Your private key", "The secret half of your certificate. It is made here and stays here.", foot("Back", "Continue"),
		kit.NewCard(s, kit.NewFlow(12, kit.NewButton("Cancel", kit.Secondary, nil))),
		kit.NewSides(kit.NewDetails("I have a request already", kit.NewText("x")), kit.NewDetails("Details", kit.NewText("x"))),
		kit.NewInfo(kit.Info, "Programs that run under your account can read your keyring. It protects the key from other people and when the computer is off."))
}

func reviewPage(kit.Env) fyne.CanvasObject {
	change := func(v string) fyne.CanvasObject {
		return kit.NewRich(kit.Span{Text: v + "  "}, kit.Span{Text: "Change", OnTap: func() {}})
	}
	return page(steps(5), "Check and send", "Nothing has been sent yet. After this, names can't be changed without a reissue.", foot("Back", "Send the request"),
		kit.NewCard(kit.NewPairs(
			kit.Pair{Label: "Licence", Value: kit.NewText("Website, 3 names, 1 year")},
			kit.Pair{Label: "Names", Value: change("shop.example.ch, www.shop.example.ch")},
			kit.Pair{Label: "Contact", Value: change("Anna Keller · anna@example.ch · +41 44 123 45 67")},
			kit.Pair{Label: "Approver e-mail", Value: change("admin@example.ch")},
			kit.Pair{Label: "Proof", Value: change("DNS record")})),
		kit.NewCard(kit.NewGridCards(2,
			kit.NewColumn(0, kit.NewHeading("Will be sent to Example Hosting"), kit.NewMuted("Names, contact, the public half of your key")),
			kit.NewColumn(0, kit.NewHeading("Stays on this computer"), kit.NewMuted("The private key")))),
		kit.NewRichCheck(true, nil, kit.Span{Text: "I accept the "}, kit.Span{Text: "subscriber agreement", OnTap: func() {}}, kit.Span{Text: " and the "}, kit.Span{Text: "terms of Example Hosting", OnTap: func() {}}))
}

func provePage(env kit.Env) fyne.CanvasObject {
	name := kit.NewCopyField(env, kit.CopySpec{Label: "Name", Value: "_dnsauth.shop", Mono: true})
	kind := kit.NewCopyField(env, kit.CopySpec{Label: "Type", Value: "TXT", Mono: true})
	value := kit.NewCopyField(env, kit.CopySpec{Label: "Value", Value: "8f3kq0v7m2x9c4t1", Mono: true})
	kit.AlignCopyFields(name, kind, value)
	value.Copy()
	seen := func(s string) fyne.CanvasObject { return kit.NewMarked(kit.Success, s) }
	return page(sentSteps(0), "Prove that shop.example.ch is yours", "Add this record where you manage the DNS of example.ch.", foot("", "Check now"),
		kit.NewSegmented([]string{"DNS record", "File on the website", "E-mail"}, 0, nil),
		kit.NewCard(name, kind, value, kit.NewCaption("In the zone example.ch. If your panel asks for the full name: _dnsauth.shop.example.ch")),
		kit.NewRichFinding(kit.Warning, "We see the record at _dnsauth.shop.example.ch.example.ch.", kit.Span{Text: "Your panel adds the domain by itself. Change the name to "}, kit.Span{Text: "_dnsauth.shop", Mono: true}, kit.Span{Text: "."}),
		kit.NewCard(kit.NewSides(seen("Name servers ns1, ns2 answer"), kit.NewCaption("looked 4 s ago, next look in 26 s")), seen("No CAA record stands in the way")),
		kit.NewDashedBox("Demo helper", kit.NewFlow(12, kit.NewButton("Publish it rightly", kit.Secondary, nil), kit.NewButton("Publish it doubled", kit.Secondary, nil))))
}

func proveManyPage(kit.Env) fyne.CanvasObject {
	row := func(name, sub string, kind kit.Kind, pill string, open bool) fyne.CanvasObject {
		right := []fyne.CanvasObject{kit.NewPill(kind, pill)}
		if open {
			right = append(right, kit.NewButton("Open", kit.Link, nil))
		}
		return kit.NewSides(kit.NewColumn(0, kit.NewBold(name), kit.NewCaption(sub)), kit.NewFlow(8, right...))
	}
	return page(sentSteps(0), "Prove that these names are yours", "1 of 3 done. We look every minute and go on by ourselves.", foot("", "Check now"),
		kit.NewRowsCard(
			row("shop.example.ch", "DNS record · also proves www.shop.example.ch", kit.Success, "Seen", false),
			row("bücher.example.ch", "We see it at the wrong place", kit.Warning, "Needs a change", true),
			row("example.org", "E-mail to admin@example.org, sent 4 min ago", kit.Info, "Waiting", true)),
		kit.NewFlow(12, kit.NewButton("Copy all records", kit.Secondary, nil), kit.NewButton("Send these instructions to somebody", kit.Secondary, nil)))
}

func usePage(env kit.Env) fyne.CanvasObject {
	password := kit.NewSecretCopyField(env, "Password", func() string { return "tRm4-Kx7p-9Wqz-Hd2v-c8Yu" })
	return page(sentSteps(2), "Where will you use it?", "We make the file that opens there. You can make others later.", foot("", "Finish"),
		kit.NewChoices([]kit.ChoiceSpec{
			{Title: "Outlook / Windows", Icon: "monitor"},
			{Title: "Apple Mail, Mac, iPhone", Icon: "laptop"},
			{Title: "Thunderbird", Icon: "mail"},
			{Title: "Android", Icon: "phone"},
			{Title: "Another program", Icon: "more"},
			{Title: "I don't know", Icon: "question"},
		}, 2, nil),
		kit.NewCard(kit.NewFlow(8, kit.NewPill(kit.Success, "Done, and opened again to be sure")),
			kit.NewSides(kit.NewMono("anna@example.ch (Thunderbird) 2027-05.p12"), kit.NewButton("Open folder", kit.Link, nil)),
			password, kit.NewCaption("We don't keep this password. Copied text is cleared after 30 s.")),
		kit.NewFlow(12, kit.NewButton("Install it in Thunderbird", kit.Secondary, nil), kit.NewButton("Show me the steps", kit.Secondary, nil), kit.NewButton("Back it up", kit.Link, nil)))
}

func errorPage(env kit.Env) fyne.CanvasObject {
	return page(steps(5), "Your request was not sent", "", foot("Back", ""),
		kit.NewFailure(env, kit.FailureSpec{
			Saw:   "Example Hosting answered: “Licence 200124651 has been redeemed already.”",
			Means: "Somebody used this code before, perhaps on another computer, on 3 June 2026.",
			Do:    "Look the order up with its name and your e-mail address. If it was not you, ask Example Hosting: +41 44 123 45 67, support@example.ch.",

			Primary:   kit.NewButton("Find the order", kit.Primary, nil),
			Secondary: kit.NewButton("Contact the seller", kit.Secondary, nil),
			Details:   "Certdesk 1.0.0\ncode licence.consumed\nsupport id 4711",
			KeptLine:  "Everything you entered is kept.",
		}))
}

func formsPage(env kit.Env) fyne.CanvasObject {
	countries := []kit.PickItem{}
	for _, n := range []string{"Austria", "France", "Germany", "Italy", "Liechtenstein", "Luxembourg", "Switzerland", "United Kingdom"} {
		countries = append(countries, kit.PickItem{ID: n, Title: n})
	}
	person := kit.NewEntry(kit.EntrySpec{Label: "Given name", Value: "Anna", Hint: "As it stands in the passport."})
	person.SetOK(true)
	mail := kit.NewEntry(kit.EntrySpec{Label: "E-mail", Value: "anna@example"})
	mail.SetError("“example” is not a whole domain.", "Write it as in anna@example.ch.")
	country := kit.NewPicker(env, countries, "Choose a country", nil).Labelled("Country")
	phone := kit.NewEntry(kit.EntrySpec{Label: "Phone", Placeholder: "+41 44 123 45 67"})
	phone.SetEnabled(false)
	check := kit.NewCheck("The technical contact is the same as the administrative contact, and this label is long enough to need a second line in this column", false, nil)
	check.SetError("The terms are not accepted.", "Read them and tick the box.")
	off := kit.NewButton("Not now", kit.Primary, nil)
	off.SetEnabled(false)
	off2 := kit.NewButton("Not now", kit.Secondary, nil)
	off2.SetEnabled(false)
	d := kit.NewDetails("Details", kit.NewSelectable("SHA-256 fingerprint\n8F:3K:Q0:V7:M2:X9:C4:T1:8F:3K:Q0:V7:M2:X9:C4:T1:8F:3K:Q0:V7:M2:X9"))
	d.SetOpen(true)
	loading := kit.NewLoading(env, "Asking Example Hosting for your licence", func() {})
	p := page(steps(3), "Who looks after it?", "The certificate authority writes to this address.", foot("Back", "Continue"),
		person, mail, country, phone,
		kit.NewTextArea(kit.EntrySpec{Label: "Your request", Placeholder: "-----BEGIN CERTIFICATE REQUEST-----", Mono: true, Rows: 3}),
		kit.NewEntry(kit.EntrySpec{Label: "Password", Password: true, Value: "secret"}),
		check, d, loading,
		kit.NewFlow(12, off, off2, kit.NewButton("Revoke", kit.DangerButton, nil), kit.NewButton("Discard", kit.DangerLink, nil)),
		kit.NewFlow(8, kit.NewPill(kit.Neutral, "Expired"), kit.NewPill(kit.Info, "Waiting"), kit.NewPill(kit.Success, "Ready"), kit.NewPill(kit.Warning, "Renew soon"), kit.NewPill(kit.Danger, "Failed")))
	banner := kit.NewBanner(kit.Warning, "Demo: nothing here is real", kit.NewButton("Leave the demo", kit.Link, nil))
	return kit.NewShell(banner, nil, p)
}
