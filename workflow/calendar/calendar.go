package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Calendar knows the working days of mainland China, year by year. A year that
// the State Council has not announced yet is provisional: weekends plus the
// statutory days that are certain. What is said about a provisional day says so.
type Calendar struct {
	official map[int]bool
	days     map[Date]calendarDay // days that differ from the rule of weekends
}

type calendarDay struct {
	work     bool
	official bool
}

// New builds a calendar; it fails on a day that does not exist and on a
// day that one notice lists twice. A notice may arrange days at the end of the year
// before; the later notice counts.
func New(years []Year) (Calendar, error) {
	c := Calendar{official: map[int]bool{}, days: map[Date]calendarDay{}}
	years = slices.SortedFunc(slices.Values(years), func(a, b Year) int { return cmp.Compare(a.Year, b.Year) })
	for _, y := range years {
		days, err := y.Days()
		if err != nil {
			return Calendar{}, err
		}
		for d, work := range days {
			c.days[d] = calendarDay{work, y.Official}
		}
		c.official[y.Year] = y.Official
	}
	return c, nil
}

// IsWorkday reports whether d is a working day and whether that is official.
// Without an announcement the answer rests on weekends and is not official; nor is it
// in the last days of December before the next year is announced, because that
// notice may still move them.
func (c Calendar) IsWorkday(d Date) (work, official bool) {
	if day, listed := c.days[d]; listed {
		return day.work, day.official
	}
	official = c.official[d.Year]
	if d.Month == time.December && d.Day > 26 {
		official = official && c.official[d.Year+1]
	}
	wd := d.Weekday()
	return wd != time.Sunday && wd != time.Saturday, official
}

// AddWorkdays returns the n-th working day after d (n > 0) or before d (n < 0),
// d itself not counted, and whether every day looked at is official.
func (c Calendar) AddWorkdays(d Date, n int) (Date, bool) {
	step, left := 1, n
	if n < 0 {
		step, left = -1, -n
	}
	official := true
	for left > 0 {
		d = d.AddDays(step)
		work, ok := c.IsWorkday(d)
		official = official && ok
		if work {
			left--
		}
	}
	return d, official
}

// Workdays counts the working days from one day to another, both included.
func (c Calendar) Workdays(from, to Date) int {
	n := 0
	for d := from; !d.After(to); d = d.AddDays(1) {
		if work, _ := c.IsWorkday(d); work {
			n++
		}
	}
	return n
}

// OnOrAfter returns the first working day that is not before d.
func (c Calendar) OnOrAfter(d Date) Date {
	for {
		if work, _ := c.IsWorkday(d); work {
			return d
		}
		d = d.AddDays(1)
	}
}

// OnOrBefore returns the last working day that is not after d.
func (c Calendar) OnOrBefore(d Date) Date {
	for {
		if work, _ := c.IsWorkday(d); work {
			return d
		}
		d = d.AddDays(-1)
	}
}

// Gap returns the year whose official arrangement is wanted and not there: the
// present one, or from November on the next. Loud says that it is getting late; the year is 0 when
// nothing is missing.
func (c Calendar) Gap(today Date) (year int, loud bool) {
	switch {
	case !c.official[today.Year]:
		return today.Year, true
	case today.Month >= time.November && !c.official[today.Year+1]:
		return today.Year + 1, today.Month == time.December && today.Day >= 15
	}
	return 0, false
}

// Days returns the days that differ from the rule of weekends, and whether they are worked; it
// fails on a day that does not exist or is listed twice.
func (y Year) Days() (map[Date]bool, error) {
	out := map[Date]bool{}
	for _, set := range []struct {
		ranges []string
		work   bool
	}{{y.Off, false}, {y.Work, true}} {
		for _, r := range set.ranges {
			first, last, err := y.span(r)
			if err != nil {
				return nil, err
			}
			for d := first; !d.After(last); d = d.AddDays(1) {
				if _, dup := out[d]; dup {
					return nil, fmt.Errorf("calendar %d: %s is listed twice", y.Year, d)
				}
				out[d] = set.work
			}
		}
	}
	return out, nil
}

// span reads MM-DD or MM-DD/MM-DD; a day of the December before is written in full.
func (y Year) span(r string) (first, last Date, err error) {
	from, to := splitRange(r)
	for _, end := range []struct {
		text string
		date *Date
	}{{from, &first}, {to, &last}} {
		s := end.text
		if len(s) == len("01-02") {
			s = fmt.Sprintf("%04d-%s", y.Year, s)
		}
		if *end.date, err = ParseDate(s); err != nil {
			return first, last, fmt.Errorf("calendar %d: %w", y.Year, err)
		}
	}
	if last.Before(first) || first.Before(NewDate(y.Year-1, time.December, 1)) || last.Year > y.Year {
		return first, last, fmt.Errorf("calendar %d: %s does not belong to this year", y.Year, r)
	}
	return first, last, nil
}

// splitRange splits MM-DD/MM-DD into its ends; a single day is both.
func splitRange(s string) (from, to string) {
	if a, b, ok := strings.Cut(s, "/"); ok {
		return a, b
	}
	return s, s
}
