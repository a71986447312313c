package workflow

import (
	"slices"
	"time"
)

// ReminderPolicy is the ladder of domain §3.4.
type ReminderPolicy struct {
	Awake      [2]string   `json:"awake"`       // from and until when messages may go out, local time
	DigestDays int         `json:"digest_days"` // how far HR's digest looks ahead
	Ladder     []Milestone `json:"ladder"`
}

// Quiet reports whether nothing should be sent at this moment: people are written to
// during working hours only (domain §3.4).
func (r ReminderPolicy) Quiet(at time.Time) bool {
	clock := at.In(Zone()).Format("15:04")
	return clock < r.Awake[0] || clock >= r.Awake[1]
}

// Milestone is one rung: so many days from the day the window opens or the
// certificate ends. IDs are stored and never change.
type Milestone struct {
	ID     string `json:"id"`
	Anchor string `json:"anchor"` // "opens" or "ends"
	Days   int    `json:"days"`
}

// Window returns how far the ladder reaches: the first day on which anything can
// be due counts from the end of validity, and the last. The daily pass reads only
// certificates whose end lies in it.
func (r ReminderPolicy) Window(p Policy) (daysBefore, daysAfter int) {
	for _, m := range r.Ladder {
		d := m.Days
		if m.Anchor == "opens" {
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
	Reason    string // named reason, e.g. "opens", "ends", "overdue"
}

// DueOn returns the reminder that is due on today for a certificate, beyond the
// milestones already in its ledger: the latest rung reached, so that after an
// outage one message goes out instead of a series. Earlier rungs are returned as
// missed; they are recorded and never sent.
//
// Opening notices that fall on a day off move to the next working day, deadlines
// to the previous one (domain §3.4).
func DueOn(k Candidate, p Policy, today Date) (due *Due, missed []string) {
	cal := p.Calendar()
	if work, _ := cal.IsWorkday(today); !work {
		return nil, nil
	}
	if k.Certificate.Mismatch != EligibleNow || k.State == Prereview {
		return nil, nil // cannot file a renewal, or has done all they can
	}
	started := slices.Contains([]State{Draft, Saved, Ready, Prereview, Returned}, k.State)
	if slices.Contains([]State{Submitted, Reviewing, Approved, Done}, k.State) {
		return nil, nil // handed over: nothing left that a reminder could bring about
	}
	var reached []Due
	for _, m := range p.Reminders.Ladder {
		anchor, reason := k.Certificate.OpensOn(p), "opens"
		if m.Anchor == "ends" {
			anchor, reason = k.Certificate.ValidUntil(p), "ends"
		} else if started {
			continue // who has begun needs no notice of the window, only of the end
		}
		day := anchor.AddDays(m.Days)
		switch {
		case m.Anchor == "ends" && m.Days > 0:
			reason, day = "overdue", cal.OnOrAfter(day)
		case m.Anchor == "ends":
			day = cal.OnOrBefore(day)
		default:
			day = cal.OnOrAfter(day)
		}
		if !today.Before(day) && !slices.Contains(k.Ledger, m.ID) {
			reached = append(reached, Due{m.ID, day, reason})
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
}
