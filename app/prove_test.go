package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/demo"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// toNames goes with a code of the demo from the home screen to the proof of names. The demo's authority looks
// when it is asked, and not before.
func toNames(t *testing.T, code string, names ...string) *walk {
	t.Helper()
	w := start(t, setup{demo: &demo.Options{MailDelay: -1, IssueDelay: -1, ReviewDelay: -1}})
	w.see(w.word("home.title"))
	kittest.TypeText(t, w.a.window.Canvas(), code)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.demo"))
	w.press("journey.continue")
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.title(order.StepNames)
	kittest.TabTo(t, w.a.window.Canvas(), kittest.EntryByLabel(t, w.root(), w.word("websites.field")))
	kittest.Paste(t, w.a.window.Canvas(), strings.Join(names, "\n"))
	w.press("journey.continue")
	w.title(order.StepKey)
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
	for _, c := range kittest.All[*kit.Check](w.root()) {
		kittest.TabTo(t, w.a.window.Canvas(), c)
		kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
	}
	w.press("review.send")
	w.title(order.StepProve)
	w.q.Finish(t)
	return w
}

// copies is what a copy field holds, given by the id of its label.
func (w *walk) copies(id string) string {
	w.t.Helper()
	return kittest.CopyFieldByLabel(w.t, w.root(), w.word(id)).Value()
}

// TestANameIsProvedByARecord: each mistake with a record is seen from here, named with what to do, and put
// right; then the certificate comes.
func TestANameIsProvedByARecord(t *testing.T) {
	const name, record = "shop.example.ch", "_dnsauth.shop.example.ch"
	w := toNames(t, "demo-tls-dv", name)
	w.see(w.word("proof.missing.saw", "type", "TXT", "name", record))
	if got := []string{w.copies("names.field.name"), w.copies("names.field.full"), w.copies("names.field.type")}; !slices.Equal(got, []string{"_dnsauth.shop", record, "TXT"}) {
		t.Errorf("to copy: %q", got)
	}
	if w.copies("names.field.value") == "" {
		t.Error("no value to copy")
	}
	w.press("demo.action.publish-doubled", "name", name)
	w.see(w.word("proof.doubled.saw", "name", record+".example.ch"))
	w.see(w.word("proof.doubled.do", "relative", "_dnsauth.shop"))
	w.press("demo.action.publish-wrong", "name", name)
	w.see(w.word("proof.wrong-value.saw", "name", record))
	w.see(w.word("proof.wrong.got"))
	w.press("demo.action.publish-old", "name", name)
	w.see(w.word("proof.right-old.saw", "name", record))
	w.press("demo.action.publish-cached", "name", name)
	w.see(w.word("proof.cached.do"))
	w.press("demo.action.publish-some", "name", name)
	w.see(w.word("proof.disagree.saw", "n", 1, "total", 2))
	w.press("demo.action.publish-between", "name", name)
	w.see(w.word("proof.intercepted.saw"))
	if w.has("proof.no-way.switch", "name", proof.Publics[0].Name) {
		t.Error("the demo offers a resolver of the Internet")
	}
	w.press("demo.action.publish-old", "name", name)
	w.press("demo.action.caa-forbid", "name", name)
	w.see(w.word("proof.caa.saw", "name", "example.ch"))
	w.see(w.word("names.add-record"))
	w.press("demo.action.unpublish", "name", name)
	w.see(w.word("proof.missing.saw", "type", "TXT", "name", record))
	w.press("demo.action.publish-right", "name", name)
	w.see(w.word("proof.caa.saw", "name", "example.ch"))
	w.press("demo.action.caa-allow", "name", name)
	w.see(w.word("proof.right.saw", "name", record))
	w.see(w.word("proof.caa-fine"))
	w.press("prove.check")
	w.until(w.word("use.title"))
	w.title(order.StepUse)
}

// TestTheAuthorityIsAskedAtTheSecondPress: what is not right from here is not asked about, but for who insists;
// then what the authority saw stands there, where it differs.
func TestTheAuthorityIsAskedAtTheSecondPress(t *testing.T) {
	w := toNames(t, "demo-tls-dv", "shop.example.ch")
	task := func() order.Task {
		o, err := w.a.worlds.inDemo.Desk.Redeem.Order(t.Context(), w.demoOrder())
		if err != nil {
			t.Fatal(err)
		}
		return o.Snapshot.Tasks[0]
	}
	w.press("prove.check")
	w.see(w.word("names.press-again"))
	if task().LastResult != nil {
		t.Error("the authority was asked")
	}
	w.press("prove.check")
	w.q.Await(t, func() bool { return task().LastResult != nil })
}

// demoOrder is the id of the one order in the demo.
func (w *walk) demoOrder() string {
	w.t.Helper()
	rows, err := w.a.worlds.inDemo.Desk.Orders.Rows(w.t.Context())
	if err != nil || len(rows) != 1 {
		w.t.Fatalf("%d orders, %v", len(rows), err)
	}
	return rows[0].ID
}

// TestANameIsProvedByAFile: another method is chosen, its mistakes are seen, and the certificate comes.
func TestANameIsProvedByAFile(t *testing.T) {
	const name = "shop.example.ch"
	w := toNames(t, "demo-tls-dv", name)
	w.method("proof.method.http_file")
	w.press("names.switch-do", "method", w.word("proof.method.http_file"))
	w.see(w.word("names.sentence-file", "name", name))
	url := w.copies("names.field.url")
	if want := "http://" + name + w.copies("names.field.folder") + w.copies("names.field.file"); url != want {
		t.Errorf("%q is not %q", url, want)
	}
	w.see(w.word("proof.file-missing.saw", "url", url, "status", 404))
	w.press("demo.action.publish-wrong", "name", name)
	w.see(w.word("proof.file-wrong.saw", "url", url))
	w.press("demo.action.publish-right", "name", name)
	w.see(w.word("proof.file-right.saw", "url", url))
	w.press("prove.check")
	w.until(w.word("names.many.sentence", "done", 1, "n", 2)) // a file proves one name
	w.press("names.many.open")
	w.press("demo.action.publish-right", "name", "www."+name)
	w.see(w.word("proof.file-right.saw", "url", w.copies("names.field.url")))
	w.press("prove.check")
	w.until(w.word("use.title"))
}

// TestAWildcardIsProvedByARecord: a wildcard has no website, so that no file is offered.
func TestAWildcardIsProvedByARecord(t *testing.T) {
	w := toNames(t, "demo-tls-wild", "*.example.ch")
	w.see(w.word("prove.title", "address", "*.example.ch"))
	w.see(w.word("proof.missing.saw", "type", "TXT", "name", "_dnsauth.example.ch"))
	if kittest.HasText(w.root(), w.word("proof.method.http_file")) {
		t.Error("a file is offered for a wildcard")
	}
	w.press("demo.action.publish-right", "name", "example.ch")
	w.see(w.word("proof.right.saw", "name", "_dnsauth.example.ch"))
	w.press("prove.check")
	w.until(w.word("use.title"))
}

// TestSeveralNamesAreProved: the list says how each stands, leads to it and back, and copies all records; the
// page goes on when the last is accepted.
func TestSeveralNamesAreProved(t *testing.T) {
	w := toNames(t, "demo-tls-dv", "example.ch", "blog.example.org", "bücher.example.net")
	w.see(w.word("names.many.title"))
	w.see("bücher.example.net")
	w.press("names.copy-all")
	lines := strings.Split(strings.TrimSpace(fyne.CurrentApp().Clipboard().Content()), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[2], "_dnsauth.xn--bcher-kva.example.net.\t300\tIN\tTXT\t\"") {
		t.Errorf("copied %q", lines)
	}
	w.pressFirst("names.many.open")
	w.see(w.word("prove.title", "address", "example.ch"))
	w.press("demo.action.publish-right", "name", "example.ch")
	w.see(w.word("proof.right.saw", "name", "_dnsauth.example.ch"))
	w.press("prove.check")
	w.until(w.word("names.many.sentence", "done", 1, "n", 3))
	w.press("demo.action.publish-all", "n", 2)
	w.see(w.word("names.state.seen"))
	w.press("prove.check")
	w.until(w.word("use.title"))
}

// TestInstructionsForSomebodyElse: what is handed on says what is to be done, and nothing that opens the order.
func TestInstructionsForSomebodyElse(t *testing.T) {
	w := toNames(t, "demo-tls-dv", "shop.example.ch")
	value := w.copies("names.field.value")
	w.press("send.open")
	w.press("send.copy")
	text := fyne.CurrentApp().Clipboard().Content()
	for _, want := range []string{"shop.example.ch", "_dnsauth.shop", "_dnsauth.shop.example.ch", "TXT", value} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the instructions:\n%s", want, text)
		}
	}
	w.press("send.pdf")
	w.see(w.word("send.saved", "name", "shop.example.ch ("+w.word("send.label")+").pdf"))
	files, err := filepath.Glob(filepath.Join(w.home, "*.pdf"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	pdf, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"DEMO-TLS-DV", "demo-tls-dv"} {
		if strings.Contains(text, secret) || strings.Contains(string(pdf), secret) {
			t.Error("the code is in the instructions")
		}
	}
}

// TestANameIsProvedByAnEmail: the mail goes to an address of the domain, and on a press to another one.
func TestANameIsProvedByAnEmail(t *testing.T) {
	w := toNames(t, "demo-tls-dv", "shop.example.ch")
	w.method("proof.method.email")
	w.see(w.word("names.mail-ends"))
	w.press("names.switch-do", "method", w.word("proof.method.email"))
	w.see(w.word("names.mail-open"))
	w.open("names.mail-elsewhere")
	w.press("names.mail-send", "address", "postmaster@example.ch")
	w.see(w.word("prove.resent"))
	w.q.Await(t, func() bool { return kittest.HasText(w.root(), "postmaster@example.ch") })
	w.button("helper.confirm")
	w.pressFirst("helper.confirm")
	w.until(w.word("use.title"))
}

// TestLongAndManyNamesFit: the longest names, a method of tomorrow and a hundred names have room in the smallest
// window; what is too long for a mail is said instead of opened.
func TestLongAndManyNamesFit(t *testing.T) {
	long := strings.Repeat("a-long-label-", 4) + "end." + strings.Repeat("b", 60) + "." + strings.Repeat("c", 60) + ".example.ch"
	later := byRecord("later", "later.example.ch")
	later.Method, later.Methods, later.Instruction = "dns_persist", []string{"dns_persist"}, order.Instruction{Type: "dns_persist"}
	tasks := []order.Task{byRecord("long", long), later}
	for k := range 98 {
		tasks = append(tasks, byRecord(fmt.Sprint(k), fmt.Sprintf("name-%d.example.ch", k)))
	}
	net := &sky{records: map[string]proof.Answer{"TXT _dnsauth." + long + ".example.ch": texts(strings.Repeat("x", 250))}}
	w := start(t, setup{clock: noon, script: &script{network: net, orders: []store.Order{nameOrder(tasks...)}}})
	size := fyne.NewSize(leastWidth, leastHeight)
	w.a.window.Resize(size)
	w.resume("you")
	w.see(w.word("names.many.title"))
	w.q.Finish(t)
	w.see(w.word("proof.method.other"))
	kittest.AssertScreen(t, w.a.window, size)
	button := func(id string) { kittest.Button(t, w.root(), w.word(id)).Tapped(nil) }
	button("send.open")
	button("send.mail")
	w.see(w.word("send.mail-long"))
	button("send.pdf")
	w.q.Await(t, func() bool {
		files, _ := filepath.Glob(filepath.Join(w.home, "*.pdf"))
		return len(files) == 1
	})
	kittest.DetailsByTitle(t, w.root(), w.word("send.show")).SetOpen(true)
	kittest.AssertScreen(t, w.a.window, size)
	for k, want := range []string{long, "later.example.ch"} {
		var open []*kit.Button
		for _, b := range kittest.All[*kit.Button](w.root()) {
			if b.Text() == w.word("names.many.open") {
				open = append(open, b)
			}
		}
		open[k].Tapped(nil)
		w.see(w.word("prove.title", "address", want))
		w.q.Finish(t)
		kittest.AssertScreen(t, w.a.window, size)
		button("names.many.all")
	}
}

// TestCAAStandsInTheWayOfAMailbox: it is said on the page of the e-mail, which names the second resolver that is
// asked about it.
func TestCAAStandsInTheWayOfAMailbox(t *testing.T) {
	net := &sky{second: "Quad9", records: map[string]proof.Answer{"CAA example.ch": {CAA: []proof.CAA{{Tag: "issuemail", Value: ";"}}}}}
	task := order.Task{
		ID: "a", Kind: order.ConfirmMailbox, Target: "anna@example.ch", State: order.TaskOpen,
		Instruction: order.Instruction{Type: "email", Email: "anna@example.ch"},
	}
	o := sent("01", order.Snapshot{State: order.WaitingCustomer, Tasks: []order.Task{task}})
	o.Licence.Product.CAAIdentities = []string{"trust.example.com"}
	w := start(t, setup{clock: noon, script: &script{network: net, orders: []store.Order{o}}})
	w.resume("you")
	w.see(w.word("proof.caa.saw", "name", "example.ch"))
	w.see(w.word("names.second", "name", "Quad9"))
	if got := w.copies("names.field.value"); got != `0 issuemail "trust.example.com"` {
		t.Errorf("to add: %s", got)
	}
}

// TestTheNameInItsZone: once the zone is found, the fields show the name as the panel of that zone wants it.
func TestTheNameInItsZone(t *testing.T) {
	net := &sky{records: map[string]proof.Answer{}}
	w := start(t, setup{clock: noon, script: &script{network: net, orders: []store.Order{nameOrder(byRecord("a", shopName))}}})
	w.resume("you")
	w.see(w.word("proof.missing.saw", "type", "TXT", "name", shopRecord))
	if got := w.copies("names.field.name"); got != "_dnsauth.shop" {
		t.Errorf("before: %s", got)
	}
	net.set(func() { net.records["SOA "+shopName] = proof.Answer{Zone: shopName} })
	w.until(w.word("names.sentence-dns", "zone", shopName))
	if got := w.copies("names.field.name"); got != "_dnsauth" {
		t.Errorf("after: %s", got)
	}
}
