// Package reminder decides who is reminded of a certificate, when, and why not: [DueOn] climbs the
// ladder of the policy for one certificate and one day, [Next] and [Snooze] look ahead. What was
// decided becomes a [Telling], one message a day to one person, and its [Delivery]; HR reads the
// [Overview]. The ladder itself is part of the policy ([workflow.ReminderPolicy]).
package reminder

import (
	"slices"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Reason is the named reason for a decision about a reminder; it is stored and can be asked for.
type Reason string

// The reasons why a reminder goes out.
const (
	ReasonOpens   Reason = "opens"   // the window opens, or has
	ReasonEnds    Reason = "ends"    // the certificate runs out
	ReasonOverdue Reason = "overdue" // it has
	ReasonSnoozed Reason = "snoozed" // the person asked to be reminded now
	ReasonClimb   Reason = "climb"   // somebody else did not answer
)

// The reasons why a rung is closed without a message.
const (
	ReasonSuperseded   Reason = "superseded"    // a later rung was reached: one message instead of a series
	ReasonCovered      Reason = "covered"       // the person asked to be reminded later
	ReasonFiled        Reason = "filed"         // nothing left that a reminder to them could bring about
	ReasonBegun        Reason = "begun"         // who has begun needs no word that the window is open
	ReasonAcknowledged Reason = "acknowledged"  // who knows of the window needs no further word of it
	ReasonDeclined     Reason = "declined"      // they do not want to renew
	ReasonNotRenewable Reason = "not_renewable" // their case is no renewal: see [workflow.Ineligible]
	ReasonGone         Reason = "gone"          // no longer on the roster
	ReasonReplaced     Reason = "replaced"      // the certificate is no longer the current one
	ReasonLate         Reason = "late"          // its time had passed before anything could be sent
)

// Due is one reminder that should go out.
type Due struct {
	Milestone string
	On        calendar.Date // the day it belongs to
	Until     calendar.Date // the last day on which it is still right
	Reason    Reason
}

// Closing is a rung that is not sent, with the reason.
type Closing struct {
	Milestone string
	On        calendar.Date
	Reason    Reason
}

// Agenda is what the daily pass finds due for a certificate.
type Agenda struct {
	Due    *Due // to be sent to the person; nil for nothing
	Closed []Closing
	Climbs []workflow.Climb // whom else to tell
	// Look is the first day on which something new can be due, if nothing happens before;
	// zero means never.
	NextCheck calendar.Date
}

// LedgerEntry is a rung that was decided before.
type LedgerEntry struct {
	Milestone string        `json:"milestone"`
	Reason    Reason        `json:"why"`
	On        calendar.Date `json:"on"`        // when it was sent, or decided
	Unreached bool          `json:"unreached"` // the person cannot be reached
}

// answered reports whether the person has said anything since a day.
func answered(a workflow.Attention, since calendar.Date) bool {
	for _, d := range []calendar.Date{a.Acknowledged, a.Asked, a.Declined, a.Wrote} {
		if !d.IsZero() && !d.Before(since) {
			return true
		}
	}
	return false
}

// snooze is the milestone of a reminder that was asked for.
func snooze(a workflow.Attention) Due {
	return Due{
		Milestone: "later-" + a.Later.String(), On: a.Later, Until: a.Later.AddDays(overtime),
		Reason: ReasonSnoozed,
	}
}

// overtime is how many days a reminder without a successor stays right.
const overtime = 7

// Candidate is a certificate that the daily pass looks at.
type Candidate struct {
	Certificate workflow.Certificate
	Person      workflow.Person
	Gone        bool           // no longer on the roster
	Replaced    bool           // another certificate is the current one
	Seq         int            // of the day of the next check, when this was read
	College     string         // name
	State       workflow.State // of the newest filing for this certificate; "" when there is none
	Ledger      []LedgerEntry
	Attention   workflow.Attention
}

func (k Candidate) decided(milestone string) (LedgerEntry, bool) {
	i := slices.IndexFunc(k.Ledger, func(e LedgerEntry) bool { return e.Milestone == milestone })
	if i < 0 {
		return LedgerEntry{}, false
	}
	return k.Ledger[i], true
}

// sentSince is the first reminder that went out for a rung, or in its place for a later one.
func (k Candidate) sentSince(rung string, p workflow.Policy) (LedgerEntry, bool) {
	passed := false
	for _, m := range p.Reminders.Ladder {
		passed = passed || m.ID == rung
		if e, ok := k.decided(m.ID); ok && passed &&
			slices.Contains([]Reason{ReasonOpens, ReasonEnds, ReasonOverdue}, e.Reason) {
			return e, true
		}
	}
	return LedgerEntry{}, false
}

// Stopped says why nothing is sent to the person at all; "" when something may be.
func (k Candidate) Stopped() Reason {
	switch k.State {
	case workflow.Prereview, workflow.Submitted, workflow.Reviewing, workflow.Approved, workflow.Done, workflow.Closed:
		return ReasonFiled
	}
	switch {
	case k.Gone:
		return ReasonGone
	case k.Replaced:
		return ReasonReplaced
	case k.Certificate.Mismatch != workflow.EligibleNow:
		return ReasonNotRenewable
	case !k.Attention.Declined.IsZero() && !k.State.Begun(): // beginning after all says otherwise
		return ReasonDeclined
	}
	return ""
}

// DueOn decides about a certificate: the latest rung reached, so that after
// an outage one message goes out instead of a series, what is closed without a message,
// and whom else to tell. Repeating it with what was decided in the ledger finds nothing new.
func DueOn(k Candidate, p workflow.Policy, today calendar.Date) Agenda {
	var d Agenda
	ladder, stop := rungs(k.Certificate, p), k.Stopped()
	work, _ := p.Calendar().IsWorkday(today)
	_, resting := p.Reminders.Resting(today)
	if a := k.Attention; !a.Later.IsZero() {
		ladder = append([]Due{snooze(a)}, ladder...) // on one day the rung goes first, so that it can climb
	}
	var reached []Due
	for i, r := range ladder {
		if _, done := k.decided(r.Milestone); done {
			continue
		}
		why := stop
		switch {
		case r.On.After(today):
			d.checkOn(r.On)
			continue
		case why != "":
		case today.After(r.Until):
			why = ReasonLate
			if slices.ContainsFunc(ladder[i+1:], func(later Due) bool { return !later.On.After(today) }) {
				why = ReasonSuperseded
			}
		case r.Reason == ReasonOpens && k.State.Begun():
			why = ReasonBegun
		case r.Reason == ReasonOpens && !k.Attention.Acknowledged.IsZero():
			why = ReasonAcknowledged
		case r.Reason != ReasonSnoozed && today.Before(k.Attention.Later):
			why = ReasonCovered
		case !work, resting && r.Reason != ReasonEnds:
			d.checkOn(today.AddDays(1))
			continue
		default:
			reached = append(reached, r)
			continue
		}
		d.Closed = append(d.Closed, Closing{r.Milestone, r.On, why})
	}
	if len(reached) > 0 {
		slices.SortStableFunc(reached, func(a, b Due) int { return -a.On.DaysUntil(b.On) })
		n := len(reached) - 1
		for _, r := range reached[:n] {
			d.Closed = append(d.Closed, Closing{r.Milestone, r.On, ReasonSuperseded})
		}
		d.Due = &reached[n]
	}
	d.climb(k, p, today, work && !resting && stop == "" && !k.State.Begun())
	return d
}

// climb finds the rungs that brought no answer.
func (d *Agenda) climb(k Candidate, p workflow.Policy, today calendar.Date, may bool) {
	for _, c := range p.Reminders.Climb {
		_, done := k.decided(c.ID)
		e, sent := k.sentSince(c.After, p)
		if done || !sent || answered(k.Attention, e.On) {
			continue
		}
		on := e.On
		if !e.Unreached {
			on, _ = p.Calendar().AddWorkdays(e.On, c.Workdays)
		}
		switch {
		case on.After(today):
			d.checkOn(on)
		case may:
			d.Climbs = append(d.Climbs, c)
		case k.Stopped() == "" && !k.State.Begun():
			d.checkOn(today.AddDays(1))
		}
	}
	if d.Due == nil {
		return
	}
	for _, c := range p.Reminders.Climb { // what goes out now may bring no answer either
		if _, done := k.decided(c.ID); !done && c.After == d.Due.Milestone {
			on, _ := p.Calendar().AddWorkdays(today, c.Workdays)
			d.checkOn(on)
		}
	}
}

func (d *Agenda) checkOn(on calendar.Date) {
	if d.NextCheck.IsZero() || on.Before(d.NextCheck) {
		d.NextCheck = on
	}
}

// rungs are the reminders of a certificate in the order of the ladder. Opening notices that fall
// on a day off move to the next working day, deadlines to the previous one. Each is right until
// the next one; around a holiday one may move past the next, and then is not needed at all.
func rungs(c workflow.Certificate, p workflow.Policy) []Due {
	out := make([]Due, 0, len(p.Reminders.Ladder)+1)
	for _, m := range p.Reminders.Ladder {
		switch {
		case m.Anchor == workflow.AnchorOpens:
			out = append(out, Due{Milestone: m.ID, On: p.Shift(c.OpensOn(p).AddDays(m.Days), false), Reason: ReasonOpens})
		case m.Days > 0:
			out = append(out, Due{Milestone: m.ID, On: p.Shift(c.ValidUntil(p).AddDays(m.Days), false), Reason: ReasonOverdue})
		default:
			out = append(out, Due{Milestone: m.ID, On: p.Shift(c.ValidUntil(p).AddDays(m.Days), true), Reason: ReasonEnds})
		}
	}
	for i := range out {
		out[i].Until = out[i].On.AddDays(overtime)
		for j, later := range out[i+1:] {
			if last := later.On.AddDays(-1); j == 0 || last.Before(out[i].Until) {
				out[i].Until = last
			}
		}
	}
	return out
}

// Next is the next reminder that will go to the person if nothing happens before.
func Next(k Candidate, p workflow.Policy, today calendar.Date) (Due, bool) {
	if k.Stopped() != "" {
		return Due{}, false
	}
	if k.Attention.Later.After(today) {
		return snooze(k.Attention), true
	}
	for _, r := range rungs(k.Certificate, p) {
		if _, done := k.decided(r.Milestone); done || !r.On.After(today) || r.Reason == ReasonOpens &&
			(k.State.Begun() || !k.Attention.Acknowledged.IsZero()) {
			continue
		}
		return r, true
	}
	return Due{}, false
}

// Snooze is the day on which somebody who asks to be reminded in so many days hears of it
// again: a working day, never later than the next deadline of the ladder or the last day on
// which the public notice can safely start; capped tells that it is earlier than asked.
func Snooze(c workflow.Certificate, p workflow.Policy, today calendar.Date, days int) (on calendar.Date, capped bool) {
	want := p.Shift(today.AddDays(days), false)
	latest := calendar.Date{}
	for _, r := range rungs(c, p) {
		if r.Reason != ReasonOpens && r.On.After(today) {
			latest = r.On
			break
		}
	}
	if safe := workflow.Assess(&c, today, p).SafeNotice; safe.After(today) && (latest.IsZero() || safe.Before(latest)) {
		latest = safe
	}
	if latest.IsZero() || !want.After(latest) {
		return want, false
	}
	return latest, true
}
