package workflow

import (
	"fmt"
	"slices"
	"time"
)

// ReminderPolicy is the ladder of domain §3.4.
type ReminderPolicy struct {
	Awake      [2]string   `json:"awake"`       // from and until when messages may go out, local time
	Lunch      [2]string   `json:"lunch"`       // not in between; two equal times switch it off
	Breaks     []Break     `json:"breaks"`      // when the school rests
	DigestDays int         `json:"digest_days"` // how far HR's digest looks ahead
	Ladder     []Milestone `json:"ladder"`
}

// Break is a time in which the school rests; only deadlines are written about then.
type Break struct {
	From  Date   `json:"from"`
	Until Date   `json:"until"` // inclusive
	Duty  string `json:"duty"`  // who is there, as people are told
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
		need(fmt.Sprintf(".breaks[%d]", i), !b.From.IsZero() && !b.Until.Before(b.From), "until 不能早于 from / must not end before it begins")
	}
	need(".ladder", len(r.Ladder) > 0, "没有内容 / is empty")
	seen := map[string]bool{}
	for i, m := range r.Ladder {
		ok := m.ID != "" && !seen[m.ID] && (m.Anchor == AnchorOpens || m.Anchor == AnchorEnds)
		need(fmt.Sprintf(".ladder[%d]", i), ok, `id 不能重复,anchor 是 opens 或 ends / needs its own id, and opens or ends as anchor`)
		seen[m.ID] = true
	}
	return out
}

// OffHours reports whether people are not written to at this time of day.
func (r ReminderPolicy) OffHours(at time.Time) bool {
	now := at.In(Zone()).Format("15:04")
	return now < r.Awake[0] || now >= r.Awake[1] || now >= r.Lunch[0] && now < r.Lunch[1]
}

// Resting returns the break that a day lies in.
func (r ReminderPolicy) Resting(d Date) (Break, bool) {
	for _, b := range r.Breaks {
		if !d.Before(b.From) && !d.After(b.Until) {
			return b, true
		}
	}
	return Break{}, false
}

// Quiet reports whether nothing should be sent at this moment (domain §3.4): on days
// off, outside the hours, and in a break unless it is about a deadline.
func (p Policy) Quiet(at time.Time, deadline bool) bool {
	work, _ := p.Calendar().IsWorkday(DateOf(at))
	_, resting := p.Reminders.Resting(DateOf(at))
	return !work || p.Reminders.OffHours(at) || resting && !deadline
}

// Shift moves a message from the day it belongs to onto one on which it may be sent:
// a deadline to the working day before, anything else to the next working day that is
// not in a break (domain §3.4).
func (p Policy) Shift(d Date, deadline bool) Date {
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

// Window returns how far the ladder reaches: the first day on which anything can
// be due counts from the end of validity, and the last. The daily pass reads only
// certificates whose end lies in it.
func (r ReminderPolicy) Window(p Policy) (daysBefore, daysAfter int) {
	for _, m := range r.Ladder {
		d := m.Days
		if m.Anchor == AnchorOpens {
			d -= p.AdvanceMonths * 31
		}
		daysBefore, daysAfter = max(daysBefore, -d), max(daysAfter, d)
	}
	return daysBefore, daysAfter
}

// Due is one reminder that should go out, with the reason that is stored and shown.
type Due struct {
	Milestone string
	On        Date   // the day it belongs to
	Reason    string // [AnchorOpens], [AnchorEnds] or [ReasonOverdue]
}

// DueOn returns the reminder that is due on today for a certificate, beyond the
// milestones already in its ledger: the latest rung reached, so that after an
// outage one message goes out instead of a series. Earlier rungs are returned as
// missed; they are recorded and never sent.
//
// Opening notices that fall on a day off move to the next working day, deadlines
// to the previous one (domain §3.4).
func DueOn(k Candidate, p Policy, today Date) (due *Due, missed []string) {
	work, _ := p.Calendar().IsWorkday(today)
	if !work || k.Certificate.Mismatch != EligibleNow {
		return nil, nil // a day off, or somebody who cannot file a renewal
	}
	switch k.State {
	case Prereview, Submitted, Reviewing, Approved, Done, Closed:
		return nil, nil // nothing left that a reminder to this person could bring about
	}
	_, resting := p.Reminders.Resting(today)
	var reached []Due
	for _, m := range p.Reminders.Ladder {
		d := m.due(k.Certificate, p)
		skip := d.Reason == AnchorOpens && (k.State.Begun() || resting) // who has begun needs no notice of the window
		if !skip && !today.Before(d.On) && !slices.Contains(k.Ledger, m.ID) {
			reached = append(reached, d)
		}
	}
	if len(reached) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(reached, func(a, b Due) int { return -a.On.DaysUntil(b.On) })
	last := reached[len(reached)-1]
	for _, d := range reached[:len(reached)-1] {
		missed = append(missed, d.Milestone)
	}
	return &last, missed
}

// due computes the day of a rung and why it is there.
func (m Milestone) due(c Certificate, p Policy) Due {
	switch {
	case m.Anchor == AnchorOpens:
		return Due{m.ID, p.Shift(c.OpensOn(p).AddDays(m.Days), false), AnchorOpens}
	case m.Days > 0:
		return Due{m.ID, p.Shift(c.ValidUntil(p).AddDays(m.Days), false), ReasonOverdue}
	}
	return Due{m.ID, p.Shift(c.ValidUntil(p).AddDays(m.Days), true), AnchorEnds}
}

// ReasonOverdue is why somebody is reminded after the last day.
const ReasonOverdue = "overdue"

// Candidate is a certificate that the daily pass looks at.
type Candidate struct {
	Certificate Certificate
	Person      Person
	College     string   // name
	State       State    // of the newest filing for this certificate; "" when there is none
	Ledger      []string // milestones decided before
}

// Overview is what HR is told on a working day.
type Overview struct {
	Day     Date
	Waiting map[string]int // open filings by review step
	Ending  []Candidate    // certificates that end soon, the first to end first
	Busy    int            // of Ending: filing under way or handed over
	Overdue int
	Dead    int // messages and jobs that were given up
	// MissingYear is the year whose official calendar should be imported by now, or 0.
	MissingYear int
	// Used is the share of DingTalk's monthly quota that is used, in percent.
	Used int
}
