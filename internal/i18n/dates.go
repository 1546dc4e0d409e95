package i18n

import (
	"strconv"
	"time"
)

const day = 24 * time.Hour

// Date renders the day of t: "14 May 2027".
func (p *Printer) Date(t time.Time) string {
	t = p.local(t)
	return p.fill("date.day", map[string]string{
		"day":   strconv.Itoa(t.Day()),
		"month": p.fill("date.month."+strconv.Itoa(int(t.Month())), nil),
		"year":  strconv.Itoa(t.Year()),
	})
}

// Time renders the time of day of t: "10:12".
func (p *Printer) Time(t time.Time) string {
	t = p.local(t)
	return p.fill("date.time", map[string]string{"hour": twoDigits(t.Hour()), "minute": twoDigits(t.Minute())})
}

// DateTime renders the day and the time of t: "14 May 2027, 10:12".
func (p *Printer) DateTime(t time.Time) string {
	return p.fill("date.day_and_time", map[string]string{"date": p.Date(t), "time": p.Time(t)})
}

// Duration renders d in its one fitting unit, rounded: "45 seconds", "3 minutes", "2 hours", "200 days". A
// negative d is rendered as its opposite.
func (p *Printer) Duration(d time.Duration) string {
	unit, n := inUnit(d)
	return p.say(M("duration."+unit, "n", n), 0)
}

// Ago renders how long before now t was: "just now", "12 minutes ago", "3 days ago"; what is more than 30
// days away, or more than a minute in the future, is a date: "on 14 May 2027".
func (p *Printer) Ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case d < -time.Minute || d >= 30*day:
		return p.say(M("ago.on", "date", Date(t)), 0)
	case d < 45*time.Second:
		return p.say(M("ago.now"), 0)
	case d < time.Minute:
		d = time.Minute
	}
	if d < 90*time.Minute {
		d = d.Round(time.Minute)
	}
	unit, n := inUnit(d)
	return p.say(M("ago."+unit, "n", n), 0)
}

// inUnit chooses the unit in which d is a number that means something to people: below one and a half of
// a unit the smaller one says more.
func inUnit(d time.Duration) (string, int) {
	if d < 0 {
		d = -d
	}
	if d < 0 { // the smallest Duration has no opposite
		d = 1<<63 - 1
	}
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"days", day}, {"hours", time.Hour}, {"minutes", time.Minute}} {
		if rounded := d.Round(u.size); d >= u.size*3/2 || d == u.size {
			return u.name, int(rounded / u.size)
		}
	}
	return "seconds", int(d.Round(time.Second) / time.Second)
}

func (p *Printer) local(t time.Time) time.Time {
	if p.zone == nil {
		return t.Local()
	}
	return t.In(p.zone)
}

// fill renders id with values that are rendered already.
func (p *Printer) fill(id string, values map[string]string) string {
	e := p.texts[id]
	if e == nil {
		e = p.all.texts(fallback)[id]
	}
	if e == nil {
		return "[" + id + "]"
	}
	return e.other.render(func(gap string) string {
		if v, ok := values[gap]; ok {
			return v
		}
		return "[" + gap + "]"
	})
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
