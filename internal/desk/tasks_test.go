package desk_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// What came to the shopkeeper by task calls, with the key of each.
type received struct {
	what, key string
	terms     []string
	proposal  order.Proposal
	upload    order.Upload
}

func (s *shopkeeper) receive(name, task string, r seller.Receipt, token secret.Value, got received) (order.Snapshot, seller.Receipt, error) {
	got.what = name
	s.mu.Lock()
	s.received = append(s.received, got)
	s.mu.Unlock()
	return s.task(name, r, token, task, got.key)
}

func (s *shopkeeper) Accept(_ context.Context, r seller.Receipt, token secret.Value, task string, terms []string, key string) (order.Snapshot, seller.Receipt, error) {
	return s.receive("Accept", task, r, token, received{key: key, terms: terms})
}

func (s *shopkeeper) Schedule(_ context.Context, r seller.Receipt, token secret.Value, task string, p order.Proposal, key string) (order.Snapshot, seller.Receipt, error) {
	return s.receive("Schedule", task, r, token, received{key: key, proposal: p})
}

func (s *shopkeeper) Upload(_ context.Context, r seller.Receipt, token secret.Value, task string, u order.Upload, key string) (order.Snapshot, seller.Receipt, error) {
	return s.receive("Upload", task, r, token, received{key: key, upload: u})
}

func (s *shopkeeper) Cancel(_ context.Context, r seller.Receipt, token secret.Value, key string) (order.Snapshot, seller.Receipt, error) {
	s.each(func(o *sold) { o.state, o.tasks = order.ServiceCancelled, nil })
	return s.receive("Cancel", "", r, token, received{key: key})
}

func (s *shopkeeper) Form(_ context.Context, _ seller.Receipt, _ secret.Value, form string) (order.Form, error) {
	if err := s.begin("Form"); err != nil {
		return order.Form{}, err
	}
	return order.Form{ID: form, Title: "Order form", Send: "post", Blocks: []order.FormBlock{{Kind: "text", Text: "Hello"}}}, nil
}

// asking is a sent order that asks for a task.
func (r *run) asking(task order.Task) string {
	r.w.t.Helper()
	task.ID, task.State = "task_1", order.TaskOpen
	r.w.seller.answer = func(o *sold) error { o.tasks = []order.Task{task}; return nil }
	return r.sent()
}

func (r *run) can(id string) possible {
	r.w.t.Helper()
	o := r.order(id)
	c := r.Tasks.Can(o, o.Snapshot.Tasks[0])
	return possible{c.Accept, c.Schedule, c.Upload, c.Form, c.Page, c.Host}
}

type possible struct {
	accept, schedule, upload bool
	form, page, host         string
}

func TestWhatCanBeDoneForATask(t *testing.T) {
	for name, c := range map[string]struct {
		task order.Task
		want possible
	}{
		"agreement": {order.Task{Kind: order.Agreement}, possible{accept: true}},
		"call":      {order.Task{Kind: order.PhoneCall}, possible{schedule: true}},
		"upload":    {order.Task{Kind: order.Document, Instruction: order.Instruction{Send: "upload"}}, possible{upload: true}},
		"form by post": {
			order.Task{Kind: order.Document, Instruction: order.Instruction{Send: "post", Form: "f1"}}, possible{form: "f1"},
		},
		"payment": {
			order.Task{Kind: order.Payment, Instruction: order.Instruction{ActionURL: "https://pay.example.ch/1"}},
			possible{page: "https://pay.example.ch/1", host: "pay.example.ch"},
		},
		"organization check": {order.Task{Kind: order.OrganizationCheck}, possible{}},
		"something new":      {order.Task{Kind: "dance"}, possible{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, r := fresh(t)
			id := r.asking(c.task)
			if got := r.can(id); got != c.want {
				t.Errorf("%+v", got)
			}
			o := r.order(id)
			o.Snapshot.Tasks[0].State = order.TaskSubmitted
			if got := r.Tasks.Can(o, o.Snapshot.Tasks[0]); got.Accept || got.Schedule || got.Upload || got.Form != "" || got.Page != "" {
				t.Errorf("a task that was done: %+v", got)
			}
		})
	}
}

func TestTasksReachTheSeller(t *testing.T) {
	w, r := fresh(t)
	id := r.asking(order.Task{Kind: order.PhoneCall})
	ctx := t.Context()
	at := w.clock.now().Add(26 * time.Hour)
	ok(t, r.Tasks.Schedule(ctx, id, "task_1", order.Proposal{Times: []time.Time{at.Add(time.Hour), at, at}, Phone: "+41445550102"}))
	ok(t, r.Tasks.Accept(ctx, id, "task_1"))
	path := filepath.Join(t.TempDir(), "Auszug.pdf")
	ok(t, os.WriteFile(path, []byte("%PDF-1.7 x"), 0o600))
	ok(t, r.Tasks.Upload(ctx, id, "task_1", path, "f1"))
	form, err := r.Tasks.Form(ctx, id, "f1")
	ok(t, err)
	if form.ID != "f1" || form.Title == "" {
		t.Errorf("%+v", form)
	}
	got := w.seller.received
	if len(got) != 3 || !slices.Equal(got[0].proposal.Times, []time.Time{at, at.Add(time.Hour)}) || got[0].proposal.Phone != "+41445550102" ||
		!slices.Equal(got[1].terms, []string{"t1"}) || got[2].upload.FileName() != "Auszug.pdf" || string(got[2].upload.Data) != "%PDF-1.7 x" || got[2].upload.Form != "f1" {
		t.Fatalf("%+v", got)
	}
	if got[0].key == got[1].key || got[1].key == got[2].key {
		t.Error("two presses have one key")
	}
	view := must(r.Orders.View(ctx, id))(t)
	var story []string
	for _, e := range view.Timeline {
		story = append(story, e.Message.ID)
	}
	for _, want := range []string{"event.call-proposed", "event.agreed", "event.document"} {
		if !slices.Contains(story, want) {
			t.Errorf("the story lacks %s: %v", want, story)
		}
	}
}

// The answer to an upload is lost: the very same call is made once more, under the same key.
func TestACutAnswerIsAskedForAgainUnderTheSameKey(t *testing.T) {
	w, r := fresh(t)
	id := r.asking(order.Task{Kind: order.Agreement})
	w.seller.failing(func(name string) error {
		w.seller.fail = nil
		return fault.New(fault.ServiceCut, nil, "host", "shop.example.ch")
	})
	ok(t, r.Tasks.Accept(t.Context(), id, "task_1"))
	if got := w.seller.received; len(got) != 2 || got[0].key != got[1].key {
		t.Errorf("%+v", got)
	}
}

func TestAChangedOrderIsLookedAtBeforeTheTaskIsTriedAgain(t *testing.T) {
	w, r := fresh(t)
	id := r.asking(order.Task{Kind: order.Agreement})
	w.seller.changed = true
	ok(t, r.Tasks.Accept(t.Context(), id, "task_1"))
	if got := w.seller.received; len(got) != 2 || got[0].key == got[1].key {
		t.Errorf("still open: %+v", got)
	}
	w.seller.each(func(o *sold) { o.tasks[0].State = order.TaskDone })
	w.seller.changed = true
	ok(t, r.Tasks.Accept(t.Context(), id, "task_1"))
	if got := w.seller.received; len(got) != 3 {
		t.Errorf("done elsewhere, and asked for once more: %+v", got)
	}
}

func TestWhatDoesNotLeaveThisComputer(t *testing.T) {
	w, r := fresh(t)
	id := r.asking(order.Task{Kind: order.Document, Instruction: order.Instruction{Send: "upload"}})
	dir := t.TempDir()
	write := func(name, data string) string {
		path := filepath.Join(dir, name)
		ok(t, os.WriteFile(path, []byte(data), 0o600))
		return path
	}
	for name, c := range map[string]struct {
		path string
		want fault.Code
	}{
		"gone":   {filepath.Join(dir, "none.pdf"), fault.FileGone},
		"folder": {dir, fault.FileIsFolder},
		"empty":  {write("empty.pdf", ""), fault.FileEmpty},
		"word":   {write("letter.pdf", "PK\x03\x04"), fault.DocumentType},
		"large":  {write("large.pdf", "%PDF-1.7"+strings.Repeat(" ", order.MaxDocument)), fault.FileTooLarge},
	} {
		err := r.Tasks.Upload(t.Context(), id, "task_1", c.path, "")
		if !fault.Is(err, c.want) || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, times := range map[string][]time.Time{"none": nil, "over": {w.clock.now(), w.clock.now().Add(time.Hour)}} {
		if err := r.Tasks.Schedule(t.Context(), id, "task_1", order.Proposal{Times: times}); !fault.Is(err, fault.CallTimes) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(w.seller.received) != 0 {
		t.Errorf("%+v", w.seller.received)
	}
}

func TestCancellingAnOrder(t *testing.T) {
	_, r := fresh(t)
	id := r.sent()
	if !r.Tasks.CanCancel(r.order(id)) {
		t.Error("it can't be cancelled")
	}
	ok(t, r.Tasks.Cancel(t.Context(), id))
	o := r.order(id)
	if o.Phase != order.PhaseEnded || o.Snapshot.State != order.ServiceCancelled || r.Tasks.CanCancel(o) {
		t.Errorf("%s, %s", o.Phase, o.Snapshot.State)
	}
	if err := r.Tasks.Cancel(t.Context(), id); !fault.Is(err, fault.TaskState) {
		t.Errorf("twice: %v", err)
	}
}

func TestAnIssuedOrderIsNotCancelled(t *testing.T) {
	_, r := fresh(t)
	if o := r.order(r.ready()); r.Tasks.CanCancel(o) {
		t.Error("it can be cancelled")
	}
}

func TestWhatIsTypedForATaskIsKept(t *testing.T) {
	_, r := fresh(t)
	id := r.asking(order.Task{Kind: order.PhoneCall})
	ctx := t.Context()
	ok(t, r.Tasks.Keep(ctx, id, "task_1", `{"phone":"044"}`))
	r = r.again()
	if got := r.order(id).Typed["task_1"]; got != `{"phone":"044"}` {
		t.Errorf("after a start: %q", got)
	}
	ok(t, r.Tasks.Keep(ctx, id, "task_1", ""))
	if got := r.order(id).Typed; len(got) != 0 {
		t.Errorf("after it was sent: %v", got)
	}
}
