package workflow

import (
	"fmt"
	"slices"
	"time"

	"example.org/beian/workflow/calendar"
)

// ReminderPolicy says when people are reminded: the ladder, and the hours and days on which they are
// written to.
type ReminderPolicy struct {
	Awake      [2]string   `json:"awake"`       // from and until when messages may go out, local time
	Lunch      [2]string   `json:"lunch"`       // not in between; two equal times switch it off
	Breaks     []Break     `json:"breaks"`      // when the school rests
	DigestDays int         `json:"digest_days"` // how far HR's digest looks ahead
	Snooze     []int       `json:"snooze_days"` // what is offered
	Ladder     []Milestone `json:"ladder"`
	Climb      []Climb     `json:"climb"`
}

// Climb tells somebody else when a rung brought no answer.
type Climb struct {
	ID       string `json:"id"`       // stored; no rung has the same
	After    string `json:"after"`    // the rung
	Workdays int    `json:"workdays"` // to wait for an answer
	To       Role   `json:"to"`
}

// Break is a time in which the school rests; only deadlines are written about then.
type Break struct {
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until"` // inclusive
	Duty  string        `json:"duty"`  // who is there, as people are told
}

func (r ReminderPolicy) faults() []PolicyFault {
	var out []PolicyFault
	need := func(path string, ok bool, problem string) {
		if !ok {
			out = append(out, PolicyFault{Path: "reminders" + path, Problem: problem})
		}
	}
	const pair = `应是两个时间,例如 ["09:00", "17:30"] / must be two times such as ["09:00", "17:30"]`
	need(".awake", clock(r.Awake[0]) && clock(r.Awake[1]) && r.Awake[0] < r.Awake[1], pair)
	need(".lunch", clock(r.Lunch[0]) && clock(r.Lunch[1]) && r.Lunch[0] <= r.Lunch[1], pair)
	need(".digest_days", r.DigestDays > 0, "必须大于 0 / must be positive")
	for i, b := range r.Breaks {
		need(fmt.Sprintf(".breaks[%d]", i), !b.From.IsZero() &&
			!b.Until.Before(b.From), "until 不能早于 from / must not end before it begins")
	}
	need(".ladder", len(r.Ladder) > 0, "没有内容 / is empty")
	seen := map[string]bool{}
	for i, m := range r.Ladder {
		ok := m.ID != "" && !seen[m.ID] && (m.Anchor == AnchorOpens || m.Anchor == AnchorEnds)
		ordered := i == 0 || r.Ladder[i-1].Anchor != m.Anchor || r.Ladder[i-1].Days < m.Days
		need(fmt.Sprintf(".ladder[%d]", i), ordered, "要按时间先后排 / must come in the order of time")
		need(fmt.Sprintf(".ladder[%d]", i), ok, `id 不能重复,anchor 是 opens 或 ends / needs its own id, `+
			`and opens or ends as anchor`)
		seen[m.ID] = true
	}
	need(".snooze_days", !slices.ContainsFunc(r.Snooze, func(n int) bool { return n < 1 }), "必须大于 0 / must be positive")
	for i, c := range r.Climb {
		rung := slices.ContainsFunc(r.Ladder, func(m Milestone) bool { return m.ID == c.After })
		known := c.To == CollegeHandler || c.To == SchoolHandler || c.To == HR
		need(fmt.Sprintf(".climb[%d]", i), c.ID != "" && !seen[c.ID] && rung && known && c.Workdays >= 0,
			`id 不能重复,after 是 ladder 里的一级,to 是 college_handler、school_handler 或 hr / needs its own id, `+
				`a rung of the ladder, and a role`)
		seen[c.ID] = true
	}
	return out
}

// OffHours reports whether people are not written to at this time of day.
func (r ReminderPolicy) OffHours(at time.Time) bool {
	now := at.In(calendar.Zone()).Format("15:04")
	return now < r.Awake[0] || now >= r.Awake[1] || now >= r.Lunch[0] && now < r.Lunch[1]
}

// Resting returns the break that a day lies in.
func (r ReminderPolicy) Resting(d calendar.Date) (Break, bool) {
	for _, b := range r.Breaks {
		if !d.Before(b.From) && !d.After(b.Until) {
			return b, true
		}
	}
	return Break{}, false
}

// ReminderBasis changes whenever the day on which something can be due may have changed.
func (p Policy) ReminderBasis() string {
	return fmt.Sprint(p.Reminders.Ladder, p.Reminders.Climb, p.Reminders.Breaks, p.AdvanceMonths, p.ValidMonths, p.Years)
}

// Awake is how long it is until people may be written to; 0 means now.
func (p Policy) Awake(at time.Time) time.Duration {
	if !p.Quiet(at, true) {
		return 0
	}
	for d := calendar.DateOf(at); ; d = p.Calendar().OnOrAfter(d.AddDays(1)) {
		for _, clock := range []string{p.Reminders.Awake[0], p.Reminders.Lunch[1]} {
			if t := d.Clock(clock); t.After(at) && !p.Quiet(t, true) {
				return t.Sub(at)
			}
		}
	}
}

// Quiet reports whether nothing should be sent at this moment: on days
// off, outside the hours, and in a break unless it is about a deadline.
func (p Policy) Quiet(at time.Time, deadline bool) bool {
	work, _ := p.Calendar().IsWorkday(calendar.DateOf(at))
	_, resting := p.Reminders.Resting(calendar.DateOf(at))
	return !work || p.Reminders.OffHours(at) || resting && !deadline
}

// Shift moves a message from the day it belongs to onto one on which it may be sent:
// a deadline to the working day before, anything else to the next working day that is
// not in a break.
func (p Policy) Shift(d calendar.Date, deadline bool) calendar.Date {
	cal := p.Calendar()
	if deadline {
		return cal.OnOrBefore(d)
	}
	for d = cal.OnOrAfter(d); ; d = cal.OnOrAfter(d.AddDays(1)) {
		if _, resting := p.Reminders.Resting(d); !resting {
			return d
		}
	}
}

// What a milestone is counted from.
const (
	AnchorOpens = "opens" // the first day a renewal may be filed
	AnchorEnds  = "ends"  // the last day of validity
)

// Milestone is one rung: so many days from the day the window opens or the
// certificate ends. IDs are stored and never change.
type Milestone struct {
	ID     string `json:"id"`
	Anchor string `json:"anchor"` // [AnchorOpens] or [AnchorEnds]
	Days   int    `json:"days"`
}

// Weekly reports whether the colleges are told on this day: the first working day of a week.
func (p Policy) Weekly(d calendar.Date) bool {
	work, _ := p.Calendar().IsWorkday(d)
	monday := d.AddDays(-(int(d.Weekday()) + 6) % 7)
	return work && p.Calendar().OnOrAfter(monday) == d
}
