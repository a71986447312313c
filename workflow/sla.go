package workflow

import (
	"fmt"
	"time"

	"example.org/beian/workflow/calendar"
)

// SLAPolicy says after how many working hours of standing still a handler is nudged, the
// deputy is asked, and HR hears of it.
type SLAPolicy struct {
	Nudge  int `json:"nudge_hours"`
	Deputy int `json:"deputy_hours"`
	HR     int `json:"hr_hours"`
}

func (s SLAPolicy) faults(path string) []PolicyFault {
	if s.Nudge >= 1 && s.Nudge <= s.Deputy && s.Deputy <= s.HR {
		return nil
	}
	return []PolicyFault{{Path: path, Problem: "nudge_hours ≥ 1,且依次不能变小 / hours must be positive and not decrease"}}
}

// Level is how far a wait has climbed.
type Level int

// The levels, each told once.
const (
	OnTime Level = iota
	Nudged
	DeputyAsked
	HRTold
)

// Wait is a filing that stands still until somebody acts.
type Wait struct {
	// Key names the wait in the ledger. Handing a review to somebody else begins a new one.
	Key   string
	Step  string // of the review; "" for the public notice
	Role  Role
	Since time.Time
	SLA   SLAPolicy
}

// Waits returns what a filing waits for, ok is false when it is the applicant's turn.
func (f *Filing) Waits(p Policy) (w Wait, ok bool) {
	if step, open := p.ReviewStep(f.Review.Step); open && f.State == Prereview {
		return Wait{fmt.Sprintf("review:%d", f.Review.Ticket), step.ID, step.Role, f.Review.Since, step.SLA}, true
	}
	if f.Notice.State == NoticeHanded && f.State.Editable() {
		return Wait{fmt.Sprintf("notice:%d", f.Notice.Ticket), "", CollegeHandler, f.Notice.HandedAt, p.Notice.SLA}, true
	}
	return Wait{}, false
}

// Level returns how far the wait has climbed by now.
func (w Wait) Level(p Policy, now time.Time) Level {
	worked := p.WorkTime(w.Since, now)
	hours := func(n int) time.Duration { return time.Duration(n) * time.Hour }
	switch {
	case w.SLA.Nudge <= 0 || worked < hours(w.SLA.Nudge): // policies of old filings may have none
		return OnTime
	case worked < hours(w.SLA.Deputy):
		return Nudged
	case worked < hours(w.SLA.HR):
		return DeputyAsked
	}
	return HRTold
}

// WorkTime is how much of the time between two moments lies in working hours: on working
// days outside breaks, in the hours of [ReminderPolicy], without lunch.
func (p Policy) WorkTime(from, to time.Time) time.Duration {
	var sum time.Duration
	last := calendar.DateOf(to)
	for d := calendar.DateOf(from); !d.After(last); d = d.AddDays(1) {
		work, _ := p.Calendar().IsWorkday(d)
		if _, resting := p.Reminders.Resting(d); !work || resting {
			continue
		}
		open, shut := d.Clock(p.Reminders.Awake[0]), d.Clock(p.Reminders.Awake[1])
		sum += overlap(open, shut, from, to)
		noon, after := d.Clock(p.Reminders.Lunch[0]), d.Clock(p.Reminders.Lunch[1])
		sum -= overlap(noon, after, from, to)
	}
	return sum
}

// overlap is how long two spans of time have in common.
func overlap(a, b, from, to time.Time) time.Duration {
	if from.After(a) {
		a = from
	}
	if to.Before(b) {
		b = to
	}
	return max(b.Sub(a), 0)
}
