package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// How many times can be proposed, and for how many working days ahead.
const (
	callSlots = 3
	callDays  = 15
)

// callTyped is what the customer proposes for a call, as it is kept until it is sent.
type callTyped struct {
	Days    [callSlots]string `json:"days"`  // YYYY-MM-DD, empty for none
	Times   [callSlots]string `json:"times"` // HH:MM
	Phone   string            `json:"phone,omitempty"`
	Comment string            `json:"comment,omitempty"`
}

// callForm is that on the screen.
type callForm struct {
	callTyped
	stop     func() // of the timer that writes; nil: all is written
	busy     bool
	wrong    *fault.Error
	badPhone *order.Problem
	missing  int // the slot that is half filled in; -1: none
}

// call asks when the customer can be called. Days and times are picked, in the time of this computer.
func (w *waiting) call(t order.Task) []fyne.CanvasObject {
	j := w.j
	f := w.calls[t.ID]
	if f == nil {
		f = &callForm{callTyped: w.kept(t.ID), missing: -1}
		w.calls[t.ID] = f
		j.scene.OnClose(func() { w.keepNow(t.ID, f) })
	}
	rows := []fyne.CanvasObject{kit.NewText(j.Say.T("waiting.call.when"))}
	for i := range callSlots {
		day := kit.NewPicker(j.Env, w.callDays(), j.Say.T("waiting.call.day-none"), func(id string) { f.Days[i], f.missing = id, -1; w.keep(t.ID, f) })
		day.SetPicked(f.Days[i])
		at := kit.NewPicker(j.Env, w.callTimes(), j.Say.T("waiting.call.time-none"), func(id string) { f.Times[i], f.missing = id, -1; w.keep(t.ID, f) })
		at.SetPicked(f.Times[i])
		w.mark(fmt.Sprintf("day %d of %s", i, t.ID), day)
		w.mark(fmt.Sprintf("time %d of %s", i, t.ID), at)
		n := i + 1
		rows = append(rows, kit.NewGridCards(2, day.Labelled(j.Say.T("waiting.call.day", "n", n)), at.Labelled(j.Say.T("waiting.call.time", "n", n))))
		if f.missing == i {
			day.SetError(j.Say.T("waiting.call.half.saw"), j.Say.T("waiting.call.half.do"))
		}
	}
	rows = append(rows, kit.NewCaption(j.Say.T("waiting.call.zone", "zone", zoneOf(j.Env.Now()))))
	rows = append(rows, w.otherNumber(t, f))
	var comment *kit.Entry
	comment = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("waiting.call.comment"), Hint: j.Say.T("waiting.call.comment-hint"), Value: f.Comment, MaxRunes: 500,
		OnChanged: func(text string) {
			if j.aKey(comment, f.Comment, text) {
				return
			}
			comment.ClearError()
			f.Comment = text
			w.keep(t.ID, f)
		},
	})
	w.markEntry("comment of "+t.ID, comment)
	rows = append(rows, comment)
	if f.wrong != nil {
		rows = append(rows, show.Finding(j.Say, f.wrong))
	}
	button := kit.NewButton(j.Say.T("waiting.call.propose"), kit.Secondary, func() { w.propose(t, f) })
	button.SetBusy(f.busy)
	w.mark("propose for "+t.ID, button)
	return append(rows, kit.NewFlow(12, button))
}

func (w *waiting) propose(t order.Task, f *callForm) {
	j := w.j
	times, half := f.proposed()
	phone, unreadable := f.number(w.country())
	f.missing, f.wrong, f.badPhone = half, nil, unreadable
	switch {
	case half >= 0:
		w.draw(fmt.Sprintf("day %d of %s", half, t.ID))
		return
	case unreadable != nil:
		w.draw("phone of " + t.ID)
		return
	}
	f.busy = true
	w.draw("propose for " + t.ID)
	p := order.Proposal{Times: times, Phone: phone, Comment: f.Comment}
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, j.Desk.Tasks.Schedule(ctx, j.order.ID, t.ID, p)
	}, func(_ struct{}, err error) {
		f.busy, f.wrong = false, fault.Of(err)
		if err == nil {
			f.callTyped = callTyped{}
			w.keep(t.ID, f)
		}
		w.did()
		w.draw("propose for " + t.ID)
	})
}

// kept is what was typed for a call and not sent, without days that are over.
func (w *waiting) kept(task string) callTyped {
	var typed callTyped
	if json.Unmarshal([]byte(w.j.order.Typed[task]), &typed) != nil {
		return callTyped{}
	}
	today := w.j.Env.Now().Local().Format(time.DateOnly)
	for i, day := range typed.Days {
		if day <= today {
			typed.Days[i], typed.Times[i] = "", ""
		}
	}
	return typed
}

// keep has what was typed written a moment after the last key.
func (w *waiting) keep(task string, f *callForm) {
	if f.stop != nil {
		f.stop()
	}
	f.stop = w.j.Env.Run.After(typeDelay, func() { w.keepNow(task, f) })
}

// keepNow writes what was typed and is not written yet. It goes on when the page closes.
func (w *waiting) keepNow(task string, f *callForm) {
	j := w.j
	if f.stop == nil {
		return
	}
	f.stop()
	f.stop = nil
	text := ""
	if f.callTyped != (callTyped{}) {
		encoded, err := json.Marshal(f.callTyped)
		if err != nil {
			return
		}
		text = string(encoded)
	}
	id, scene := j.order.ID, j.scene
	write := j.turn.take(func() error { return j.Desk.Tasks.Keep(context.Background(), id, task, text) })
	j.saves.Add(1)
	j.Env.Run.Go(context.Background(), func(context.Context) {
		defer j.saves.Done()
		err := write()
		j.Env.Run.OnUI(func() {
			if err != nil && !scene.Closed() {
				w.watch.show(fault.Of(err)) // the fields keep what could not be written
			}
		})
	})
}

// otherNumber is the field for another number than the one that the service has.
func (w *waiting) otherNumber(t order.Task, f *callForm) fyne.CanvasObject {
	j := w.j
	var field *kit.Entry
	field = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("waiting.call.phone"), Hint: j.Say.T("waiting.call.phone-hint"), Value: f.Phone, MaxRunes: 60,
		OnChanged: func(text string) { f.Phone, f.badPhone = text, nil; field.ClearError(); w.keep(t.ID, f) },
	})
	w.markEntry("phone of "+t.ID, field)
	if f.badPhone != nil {
		field.SetError(j.Say.Say(f.badPhone.Saw), j.Say.Say(f.badPhone.Do))
	}
	return field
}

// country is the one that a number without a country's code belongs to.
func (w *waiting) country() string {
	a := w.j.order.Application
	if o := a.Organization; o != nil && o.Address.Country != "" {
		return o.Address.Country
	}
	return a.Administrative.PhoneCountry
}

// number is the other number as it is sent, empty for none.
func (f *callForm) number(country string) (string, *order.Problem) {
	if strings.TrimSpace(f.Phone) == "" {
		return "", nil
	}
	p, wrong := order.ParsePhone("phone", f.Phone, country)
	if wrong != nil && wrong.Kind == order.Error {
		return "", wrong
	}
	return p.E164, nil
}

// proposed are the times that were picked, and the slot of which only half was, or -1.
func (f *callForm) proposed() (times []time.Time, half int) {
	for i := range callSlots {
		if f.Days[i] == "" && f.Times[i] == "" {
			continue
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", f.Days[i]+" "+f.Times[i], time.Local)
		if err != nil {
			return nil, i
		}
		times = append(times, at)
	}
	return times, -1
}

// callDays are the working days from tomorrow on.
func (w *waiting) callDays() []kit.PickItem {
	say := w.j.Say
	items := []kit.PickItem{{ID: "", Title: say.T("waiting.call.day-none")}}
	day := w.j.Env.Now().Local()
	for len(items) <= callDays {
		day = day.AddDate(0, 0, 1)
		if d := day.Weekday(); d == time.Saturday || d == time.Sunday {
			continue
		}
		title := say.T("waiting.call.weekday", "weekday", i18n.M("waiting.weekday."+strconv.Itoa(int(day.Weekday()))), "date", i18n.Date(day))
		items = append(items, kit.PickItem{ID: day.Format(time.DateOnly), Title: title, Search: day.Format("2.1. 02.01.2006 2006-01-02")})
	}
	return items
}

// callTimes are the half hours of a working day.
func (w *waiting) callTimes() []kit.PickItem {
	items := []kit.PickItem{{ID: "", Title: w.j.Say.T("waiting.call.time-none")}}
	for minutes := 8 * 60; minutes <= 18*60; minutes += 30 {
		at := time.Date(2000, 1, 3, minutes/60, minutes%60, 0, 0, time.Local)
		items = append(items, kit.PickItem{ID: at.Format("15:04"), Title: w.j.Say.Time(at), Search: at.Format("1504 15.04 3:04")})
	}
	return items
}

// zoneOf names the time zone of this computer: "CET, UTC+1".
func zoneOf(now time.Time) string {
	name, offset := now.Local().Zone()
	utc := "UTC"
	if offset != 0 {
		utc = fmt.Sprintf("UTC%+d", offset/3600)
		if rest := offset % 3600 / 60; rest != 0 {
			utc += fmt.Sprintf(":%02d", max(rest, -rest))
		}
	}
	if name == "" || strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") || name == utc {
		return utc
	}
	return name + ", " + utc
}
