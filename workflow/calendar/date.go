// Package calendar is time as the filing counts it: civil dates and months in one time zone, dates
// as people type them ([ReadDate]), the arrangement of a [Year] as it is announced, and the working
// days of mainland China ([Calendar]).
package calendar

import (
	"fmt"
	"time"
)

// Zone is the civil time zone of every date in the filing: China Standard Time,
// which has had no daylight saving since 1991.
func Zone() *time.Location { return time.FixedZone("CST", 8*60*60) }

// Date is a civil date in [Zone]. The zero value means "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate returns the civil date y-m-d, normalised as [time.Date] does.
func NewDate(y int, m time.Month, d int) Date {
	return DateOf(time.Date(y, m, d, 0, 0, 0, 0, Zone()))
}

// DateOf returns the civil date of the instant t in [Zone].
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone()).Date()
	return Date{y, m, d}
}

// ParseDate reads the form 2026-11-23.
func ParseDate(s string) (Date, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, Zone())
	if err != nil {
		return Date{}, fmt.Errorf("parse date %q: %w", s, err)
	}
	return DateOf(t), nil
}

// IsZero reports whether d is "no date".
func (d Date) IsZero() bool { return d == Date{} }

// Time returns the first instant of d.
func (d Date) Time() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, Zone())
}

// At returns the instant h:m on d.
func (d Date) At(h, m int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, h, m, 0, 0, Zone())
}

// Clock returns the instant of a time of day, as 09:00, on d; the start of d when clock is none.
func (d Date) Clock(clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return d.At(0, 0)
	}
	return d.At(t.Hour(), t.Minute())
}

// AddDays returns the date n days after d; n may be negative.
func (d Date) AddDays(n int) Date { return NewDate(d.Year, d.Month, d.Day+n) }

// AddMonths returns the corresponding day n months after d, clamped to the last
// day of that month when it has no such day (民法典 §202). Unlike
// [time.Time.AddDate] it never runs over into the following month.
func (d Date) AddMonths(n int) Date {
	first := NewDate(d.Year, d.Month+time.Month(n), 1)
	last := NewDate(first.Year, first.Month+1, 0)
	return Date{first.Year, first.Month, min(d.Day, last.Day)}
}

// DaysUntil returns the number of days from d to e, negative when e is earlier.
func (d Date) DaysUntil(e Date) int {
	return int(e.Time().Sub(d.Time()).Hours() / 24)
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.DaysUntil(e) > 0 }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return e.Before(d) }

// Weekday returns the day of the week of d.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// String returns 2026-11-23, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes the form of [Date.String].
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of [Date.String]; an empty text is no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	p, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = p
	return nil
}
