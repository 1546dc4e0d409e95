package show

import (
	"time"

	"certdesk/internal/i18n"
)

// How long before its deadline the screens begin to remind of something: a licence that is not used yet may need
// papers and other people; what an order waits for is known already.
const (
	nearLicence = 14 * 24 * time.Hour
	nearTask    = 3 * 24 * time.Hour
)

// Near reports whether the end of an unused licence is close enough to be reminded of, or over.
func Near(now, deadline time.Time) bool { return within(now, deadline, nearLicence) }

// NearTask reports the same of what a sent order waits for.
func NearTask(now, deadline time.Time) bool { return within(now, deadline, nearTask) }

func within(now, deadline time.Time, d time.Duration) bool {
	return !deadline.IsZero() && deadline.Sub(now) <= d
}

// Left is how long there is until a deadline, in days of this computer: "today", "in 3 days".
func Left(say *i18n.Printer, now, deadline time.Time) string {
	if now.After(deadline) {
		return say.T("time.left.over")
	}
	n := days(deadline) - days(now)
	if n == 0 {
		return say.T("time.left.today")
	}
	return say.T("time.left.days", "n", n)
}

// days counts the days of this computer's calendar.
func days(t time.Time) int {
	y, m, d := t.Local().Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}
