package show_test

import (
	"testing"
	"time"

	"certdesk/assets"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/show"
)

func TestDeadlines(t *testing.T) {
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	say := c.Printer("en")
	now := time.Date(2026, 11, 23, 22, 0, 0, 0, time.Local)
	for _, x := range []struct {
		in            time.Duration
		licence, task bool
		left          string
	}{
		{15 * 24 * time.Hour, false, false, "in 15 days"},
		{14 * 24 * time.Hour, true, false, "in 14 days"},
		{3 * 24 * time.Hour, true, true, "in 3 days"},
		{3 * time.Hour, true, true, "tomorrow"}, // past midnight
		{time.Hour, true, true, "today"},
		{-time.Minute, true, true, "already over"},
	} {
		at := now.Add(x.in)
		if show.Near(now, at) != x.licence || show.NearTask(now, at) != x.task || show.Left(say, now, at) != x.left {
			t.Errorf("%s: %v, %v, %q", x.in, show.Near(now, at), show.NearTask(now, at), show.Left(say, now, at))
		}
	}
	if show.Near(now, time.Time{}) || show.NearTask(now, time.Time{}) {
		t.Error("no deadline is near")
	}
}
