package workflow

import "fmt"

// Calendar knows the working days of mainland China, year by year. A year that
// the State Council has not announced yet is provisional: weekends plus the
// statutory days that are certain.
type Calendar struct {
	years map[int]calendarYear
}

type calendarYear struct {
	official bool
	days     map[Date]bool // true = working day, false = day off
}

// NewCalendar builds a calendar; it fails on a day that does not exist and on a
// day that is listed both as off and as work.
func NewCalendar(years []Year) (Calendar, error) {
	c := Calendar{years: make(map[int]calendarYear, len(years))}
	for _, y := range years {
		cy := calendarYear{official: y.Official, days: map[Date]bool{}}
		for _, set := range []struct {
			ranges []string
			work   bool
		}{{y.Off, false}, {y.Work, true}} {
			for _, r := range set.ranges {
				if err := cy.add(y.Year, r, set.work); err != nil {
					return Calendar{}, err
				}
			}
		}
		c.years[y.Year] = cy
	}
	return c, nil
}

func (cy calendarYear) add(year int, r string, work bool) error {
	from, to := splitRange(r)
	first, err := ParseDate(fmt.Sprintf("%04d-%s", year, from))
	if err != nil {
		return fmt.Errorf("calendar %d: %w", year, err)
	}
	last, err := ParseDate(fmt.Sprintf("%04d-%s", year, to))
	if err != nil {
		return fmt.Errorf("calendar %d: %w", year, err)
	}
	for d := first; !d.After(last); d = d.AddDays(1) {
		if _, dup := cy.days[d]; dup {
			return fmt.Errorf("calendar %d: %s is listed twice", year, d)
		}
		cy.days[d] = work
	}
	return nil
}

// IsWorkday reports whether d is a working day and whether that is official.
// Without an announcement the answer rests on weekends and is not official.
func (c Calendar) IsWorkday(d Date) (work, official bool) {
	cy, known := c.years[d.Year]
	if w, listed := cy.days[d]; listed {
		return w, cy.official
	}
	wd := d.Weekday()
	return wd != 0 && wd != 6, known && cy.official
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

// NoticeEnd returns the last day of a public notice of n working days posted on
// start. The day of posting counts only when the policy says so (民法典 §201).
func (c Calendar) NoticeEnd(start Date, p NoticePolicy) (Date, bool) {
	n := p.WorkingDays
	if work, _ := c.IsWorkday(start); p.CountStartDay && work {
		n--
	}
	return c.AddWorkdays(start, n)
}
