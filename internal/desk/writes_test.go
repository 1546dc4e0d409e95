package desk_test

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// inOrder checks that the moments come in this order, each after the one before.
func inOrder(t *testing.T, all []string, want ...string) {
	t.Helper()
	from := 0
	for _, w := range want {
		i := slices.Index(all[from:], w)
		if i < 0 {
			t.Fatalf("no %q after moment %d in\n%s", w, from, strings.Join(all, "\n"))
		}
		from += i + 1
	}
}

// never checks that no moment like before comes ahead of the first like after.
func never(t *testing.T, all []string, before, after string) {
	t.Helper()
	b, a := slices.Index(all, before), slices.Index(all, after)
	if b >= 0 && b < a {
		t.Errorf("%q comes before %q in\n%s", before, after, strings.Join(all, "\n"))
	}
}

// TestOrderOfWrites: what can't be made again is on the disk and read back before the next step relies on it.
func TestOrderOfWrites(t *testing.T) {
	w, r := fresh(t)
	w.seller.atSubmit = func(s order.Submission) { // before the first byte leaves
		rows := must(w.seller.sees.Rows(context.Background()))(t)
		o := must(w.seller.sees.Get(context.Background(), rows[0].ID))(t)
		if o.Phase != order.PhaseSubmitting || !bytes.Equal(o.Body, s.Body) || o.IdempotencyKey != s.IdempotencyKey || len(s.Body) == 0 {
			t.Errorf("what leaves is not what was committed: %s %q", o.Phase, o.IdempotencyKey)
		}
		holds := w.ring.holds()
		if !slices.Contains(holds["key"], o.KeyID) || !slices.Contains(holds["token"], o.TokenID) {
			t.Error("key or token are not in the keyring")
		}
		if token, err := r.vault.Secret(context.Background(), o.TokenID); err != nil || !token.Equal(s.Token) {
			t.Errorf("the token that goes along is not the one in the keyring: %v", err)
		}
	}
	id := r.ready()
	if _, err := r.Exports.Make(t.Context(), id, desk.ExportOptions{Destination: destination.Thunderbird, Dir: w.out}); err != nil {
		t.Fatal(err)
	}
	all := w.fuse.calls()
	inOrder(t, all, "> vault.Put code", "> keyring.Set", "< keyring.Get", "< vault.Put code", "> store.Create")
	inOrder(t, all, "> vault.PutKey", "> keyring.Set", "< keyring.Get", "< vault.PutKey", "> store.Update key", "> store.AddKey")
	inOrder(t, all, "> vault.Put token", "> keyring.Set", "< keyring.Get", "< vault.Put token", "> store.Update token", "> store.Update body,submitting", "< store.Update body,submitting", "> seller.Submit")
	inOrder(t, all, "< seller.Submit", "> store.Update receipt", "> store.Update snapshot,sent", "> vault.Delete", "> store.Update code")
	inOrder(t, all, "< seller.Status", "> store.Update snapshot", "< store.Update snapshot", "> seller.Collect", "> store.AddCertificate", "< store.AddCertificate", "> store.Update ready")
	inOrder(t, all, "> store.BeginExport", "< store.BeginExport", "> store.AddExportFile")
	for _, rule := range [][2]string{
		{"> store.Create", "< vault.Put code"},
		{"> store.Update key", "< vault.PutKey"},
		{"> seller.Submit", "< store.Update body,submitting"},
		{"> store.Update body,submitting", "< vault.Put token"},
		{"> vault.Put token", "< vault.PutKey"},
	} {
		never(t, all, rule[0], rule[1])
	}
}

// TestLedgerLineComesBeforeTheRecord: nothing is in the keyring that the ledger doesn't name.
func TestLedgerLineComesBeforeTheRecord(t *testing.T) {
	w, r := fresh(t)
	id := r.draft()
	w.fuse.set(0)
	var before []byte
	w.fuse.failing(nil)
	ok(t, r.Redeem.MakeKey(t.Context(), id, order.KeyChoice{}, func(s desk.KeyStage) {
		if s == desk.KeyStoring {
			before = must(os.ReadFile(w.dir + "/keys.jsonl"))(t)
		}
	}))
	all := w.fuse.calls()
	put := slices.Index(all, "> vault.PutKey")
	// Dying between the ledger's line and the keyring's record leaves the line.
	w2 := newWorld(t)
	r2 := w2.start()
	id = r2.draft()
	w2.fuse.set(put + 2) // before the keyring gets it
	w2.fuse.until(func() { _ = r2.Redeem.MakeKey(t.Context(), id, order.KeyChoice{}, func(desk.KeyStage) {}) })
	after := must(os.ReadFile(w2.dir + "/keys.jsonl"))(t)
	if len(w2.ring.holds()["key"]) != 0 || !bytes.Contains(after, []byte(`"kind":"key"`)) || bytes.Contains(before, []byte(`"kind":"key"`)) {
		t.Errorf("the ledger before %q, after %q", before, after)
	}
	r2.again()
}

// TestFileIsNotedBeforeItExists: an export is "writing" in the store before there is anything on the disk.
func TestFileIsNotedBeforeItExists(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	w.fuse.failing(func(name string) error {
		if files := must(os.ReadDir(w.out))(t); len(files) > 0 && (name == "store.BeginExport" || name == "store.AddExportFile") {
			t.Errorf("a file is there at %s", name)
		}
		return nil
	})
	made := must(r.Exports.Make(t.Context(), id, desk.ExportOptions{Destination: destination.Outlook, Dir: w.out}))(t)
	open := must(r.store.Unfinished(t.Context()))(t)
	if len(open) != 1 || len(open[0].Files) != 1 || open[0].Files[0].Path != made.Files[0].Path || open[0].Files[0].SHA256 != made.Files[0].SHA256 {
		t.Errorf("unfinished: %+v", open)
	}
	ok(t, r.Exports.Shown(t.Context(), made.ID))
	if open := must(r.store.Unfinished(t.Context()))(t); len(open) != 0 {
		t.Errorf("still unfinished: %+v", open)
	}
}

// TestLostAnswers: however many answers are lost, the same bytes are sent under the same key, and there is
// one order; also when 60 days have gone by.
func TestLostAnswers(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	w.seller.lose = 3
	var sent []order.Submission
	w.seller.atSubmit = func(s order.Submission) { sent = append(sent, s) }
	for range 2 {
		wantFault(t, r.Redeem.Submit(t.Context(), id), fault.ServiceCut)
	}
	o := r.order(id)
	if o.Phase != order.PhaseSubmitting || o.LastFault == nil || o.LastFault.Code != string(fault.ServiceCut) || o.CodeID == "" {
		t.Fatalf("%s, %+v", o.Phase, o.LastFault)
	}
	// What is frozen can't be changed by typing.
	changed := anna()
	changed.Mailbox = "other@example.ch"
	ok(t, r.Redeem.Save(t.Context(), id, changed, order.StepNames))
	wantFault(t, r.Redeem.Discard(t.Context(), id), fault.OrderState)
	r = r.again()
	must(r.Orders.Start(t.Context()))(t)
	w.clock.advance(60 * 24 * time.Hour)
	if _, err := r.Refresher.Look(t.Context(), id); !fault.Is(err, fault.ServiceCut) {
		t.Fatalf("looking: %v", err)
	}
	got := must(r.Refresher.Look(t.Context(), id))(t)
	if got.Phase != order.PhaseSent || got.Snapshot == nil || got.Snapshot.State != order.WaitingCustomer || got.LastFault != nil {
		t.Errorf("phase %s, snapshot %+v, fault %+v", got.Phase, got.Snapshot, got.LastFault)
	}
	if got.Application.Mailbox != anna().Mailbox {
		t.Errorf("typed over: %q", got.Application.Mailbox)
	}
	for _, s := range sent {
		if !bytes.Equal(s.Body, sent[0].Body) || s.IdempotencyKey != sent[0].IdempotencyKey || !s.Token.Equal(sent[0].Token) || !s.Code.Equal(sent[0].Code) {
			t.Error("something else was sent")
		}
	}
	if len(sent) != 4 || len(w.seller.orders) != 1 {
		t.Errorf("sent %d times, %d orders", len(sent), len(w.seller.orders))
	}
	if err := r.Redeem.Submit(t.Context(), id); err != nil || len(sent) != 4 {
		t.Errorf("a sent order is sent again: %v", err)
	}
}

// TestRefusal: a final answer makes it a draft again; what is corrected goes under a new key with new bytes.
func TestRefusal(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	var sent []order.Submission
	w.seller.atSubmit = func(s order.Submission) { sent = append(sent, s) }
	refusal := &seller.Refusal{Fault: fault.New(fault.NamesNotAllowed, nil), Fields: []seller.FieldProblem{{Pointer: "/names/0/value"}}}
	w.seller.answer = func(*sold) error { return refusal }
	err := r.Redeem.Submit(t.Context(), id)
	wantFault(t, err, fault.NamesNotAllowed)
	o := r.order(id)
	if o.Phase != order.PhaseDraft || o.Body != nil || o.IdempotencyKey != "" || o.KeyID == "" || o.LastFault == nil {
		t.Fatalf("%+v", o)
	}
	w.seller.answer = nil
	corrected := anna()
	corrected.Mailbox = "anna.mueller@example.ch"
	ok(t, r.Redeem.Save(t.Context(), id, corrected, order.StepReview))
	ok(t, r.Redeem.Submit(t.Context(), id))
	if len(sent) != 2 || bytes.Equal(sent[0].Body, sent[1].Body) || sent[0].IdempotencyKey == sent[1].IdempotencyKey {
		t.Error("the corrected application is not a new one")
	}
	if !bytes.Contains(sent[1].Body, []byte("anna.mueller@example.ch")) {
		t.Error("the correction was not sent")
	}
	if o := r.order(id); o.Phase != order.PhaseSent || o.LastFault != nil {
		t.Errorf("%s %+v", o.Phase, o.LastFault)
	}
}

// TestNothingNewBeforeAFinalAnswer: a failure that is no refusal never lets go of the first submission.
func TestNothingNewBeforeAFinalAnswer(t *testing.T) {
	for _, f := range []fault.Code{fault.CodeUnknown, fault.ServiceBusy, fault.ServiceDown, fault.Offline, fault.Unauthorized, fault.ServiceHTML, fault.ServiceSlow} {
		w, r := fresh(t)
		id := r.keyed()
		w.seller.failing(func(string) error { return fault.New(f, nil) })
		wantFault(t, r.Redeem.Submit(t.Context(), id), f)
		before := r.order(id)
		w.seller.failing(nil)
		ok(t, r.Redeem.Submit(t.Context(), id))
		if after := r.order(id); before.Phase != order.PhaseSubmitting || !bytes.Equal(before.Body, after.Body) || before.IdempotencyKey != after.IdempotencyKey {
			t.Errorf("%s: another submission", f)
		}
	}
}

// TestSubmitSaysAtOnceHowTheOrderStands: the answer to a submission holds the order.
func TestSubmitSaysAtOnceHowTheOrderStands(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	o := r.order(id)
	if o.Snapshot == nil || len(o.Snapshot.Tasks) != 1 || o.Snapshot.Tasks[0].Kind != order.ConfirmMailbox || w.seller.count("Status") != 0 {
		t.Errorf("snapshot %+v after %d looks", o.Snapshot, w.seller.count("Status"))
	}
	w, r = fresh(t)
	w.seller.answer = func(s *sold) error { s.state, s.tasks = order.ServiceRejected, nil; return nil }
	if o := r.order(r.sent()); o.Phase != order.PhaseEnded || o.CodeID != "" {
		t.Errorf("rejected at once: phase %s, code %q", o.Phase, o.CodeID)
	}
}

// TestWhatIsTypedWhileSendingIsSentOrKept: what is sent is what is on the disk at that moment.
func TestWhatIsTypedWhileSendingIsSentOrKept(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	late := anna()
	late.Surname = "Keller"
	typed := false
	w.fuse.failing(func(name string) error { // the body is made, and about to be committed
		if name == "store.Update body,submitting" && !typed {
			typed = true
			_, err := r.store.Update(t.Context(), id, func(o *store.Order) error {
				late.KeyChoice = o.Application.KeyChoice
				o.Application = late
				return nil
			})
			return err
		}
		return nil
	})
	var body []byte
	w.seller.atSubmit = func(s order.Submission) { body = s.Body }
	ok(t, r.Redeem.Submit(t.Context(), id))
	if o := r.order(id); !typed || o.Application.Surname != "Keller" || !bytes.Contains(body, []byte("Keller")) {
		t.Errorf("on the disk %q, sent %s", o.Application.Surname, body)
	}
}

// TestKeyListIsMendedBeforeSending: a crash came between the draft and the list of its keys.
func TestKeyListIsMendedBeforeSending(t *testing.T) {
	_, r := fresh(t)
	id := r.keyed()
	ok(t, r.store.DeleteKey(t.Context(), r.order(id).KeyID))
	ok(t, r.Redeem.Submit(t.Context(), id))
	if keys := must(r.store.Keys(t.Context(), id))(t); len(keys) != 1 || keys[0].ID != r.order(id).KeyID {
		t.Errorf("keys %+v", keys)
	}
}

// TestSecretsStayInTheVault: neither the store's files nor the log hold the code, the token or a password.
func TestSecretsStayInTheVault(t *testing.T) {
	w, r := fresh(t)
	var token secret.Value
	w.seller.atSubmit = func(s order.Submission) { token = s.Token }
	id := r.ready()
	made := must(r.Exports.Make(t.Context(), id, desk.ExportOptions{Destination: destination.Another, Dir: w.out}))(t)
	w.seller.failing(func(string) error { return fault.New(fault.ServiceDown, nil) })
	w.clock.advance(time.Hour)
	_, _ = r.Refresher.Look(t.Context(), id)
	_, err := r.Exports.Make(t.Context(), id, desk.ExportOptions{Destination: destination.Another, Dir: w.out})
	canaries := []string{code, string(token.Reveal()), made.Password()}
	text := w.log.String() + err.Error()
	for _, f := range must(os.ReadDir(w.dir))(t) {
		if !f.IsDir() {
			text += string(must(os.ReadFile(w.dir + "/" + f.Name()))(t))
		}
	}
	for i, c := range canaries {
		if len(c) < 10 || strings.Contains(text, c) {
			t.Errorf("canary %d (%d characters) is not where it belongs", i, len(c))
		}
	}
}
