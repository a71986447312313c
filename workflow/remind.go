package workflow

import "slices"

// Why is the named reason for a decision about a reminder; it is stored and can be asked for.
type Why string

// Why a reminder goes out.
const (
	WhyOpens   Why = "opens"   // the window opens, or has
	WhyEnds    Why = "ends"    // the certificate runs out
	WhyOverdue Why = "overdue" // it has
	WhySnoozed Why = "snoozed" // the person asked to be reminded now
	WhyClimb   Why = "climb"   // somebody else did not answer
)

// Why a rung is closed without a message.
const (
	WhySuperseded   Why = "superseded"    // a later rung was reached: one message instead of a series
	WhyCovered      Why = "covered"       // the person asked to be reminded later
	WhyFiled        Why = "filed"         // nothing left that a reminder to them could bring about
	WhyBegun        Why = "begun"         // who has begun needs no word that the window is open
	WhyAcknowledged Why = "acknowledged"  // who knows of the window needs no further word of it
	WhyDeclined     Why = "declined"      // they do not want to renew
	WhyNotRenewable Why = "not_renewable" // their case is no renewal (domain §1.2)
	WhyGone         Why = "gone"          // no longer on the roster
	WhyReplaced     Why = "replaced"      // the certificate is no longer the current one
	WhyLate         Why = "late"          // its time had passed before anything could be sent
)

// Due is one reminder that should go out.
type Due struct {
	Milestone string
	On        Date // the day it belongs to
	Until     Date // the last day on which it is still right
	Why       Why
}

// Closing is a rung that is not sent, with the reason.
type Closing struct {
	Milestone string
	On        Date
	Why       Why
}

// Agenda is what the daily pass finds due for a certificate.
type Agenda struct {
	Due    *Due // to be sent to the person; nil for nothing
	Closed []Closing
	Climbs []Climb // whom else to tell
	// Look is the first day on which something new can be due, if nothing happens before;
	// zero means never.
	Look Date
}

// LedgerEntry is a rung that was decided before.
type LedgerEntry struct {
	Milestone string `json:"milestone"`
	Why       Why    `json:"why"`
	On        Date   `json:"on"`        // when it was sent, or decided
	Unreached bool   `json:"unreached"` // the person cannot be reached
}

// answered reports whether the person has said anything since a day.
func answered(a Attention, since Date) bool {
	for _, d := range []Date{a.Acknowledged, a.Asked, a.Declined, a.Wrote} {
		if !d.IsZero() && !d.Before(since) {
			return true
		}
	}
	return false
}

// snooze is the milestone of a reminder that was asked for.
func snooze(a Attention) Due {
	return Due{Milestone: "later-" + a.Later.String(), On: a.Later, Until: a.Later.AddDays(overtime), Why: WhySnoozed}
}

// overtime is how many days a reminder without a successor stays right.
const overtime = 7

// Candidate is a certificate that the daily pass looks at.
type Candidate struct {
	Certificate Certificate
	Person      Person
	Gone        bool   // no longer on the roster
	Replaced    bool   // another certificate is the current one
	Seq         int    // of the day of the next look, when this was read
	College     string // name
	State       State  // of the newest filing for this certificate; "" when there is none
	Ledger      []LedgerEntry
	Attention   Attention
}

func (k Candidate) decided(milestone string) (LedgerEntry, bool) {
	i := slices.IndexFunc(k.Ledger, func(e LedgerEntry) bool { return e.Milestone == milestone })
	if i < 0 {
		return LedgerEntry{}, false
	}
	return k.Ledger[i], true
}

// sentSince is the first reminder that went out for a rung, or in its place for a later one.
func (k Candidate) sentSince(rung string, p Policy) (LedgerEntry, bool) {
	passed := false
	for _, m := range p.Reminders.Ladder {
		passed = passed || m.ID == rung
		if e, ok := k.decided(m.ID); ok && passed && slices.Contains([]Why{WhyOpens, WhyEnds, WhyOverdue}, e.Why) {
			return e, true
		}
	}
	return LedgerEntry{}, false
}

// Stopped says why nothing is sent to the person at all; "" when something may be.
func (k Candidate) Stopped() Why {
	switch k.State {
	case Prereview, Submitted, Reviewing, Approved, Done, Closed:
		return WhyFiled
	}
	switch {
	case k.Gone:
		return WhyGone
	case k.Replaced:
		return WhyReplaced
	case k.Certificate.Mismatch != EligibleNow:
		return WhyNotRenewable
	case !k.Attention.Declined.IsZero() && !k.State.Begun(): // beginning after all says otherwise
		return WhyDeclined
	}
	return ""
}

// DueOn decides about a certificate (domain §3.4): the latest rung reached, so that after
// an outage one message goes out instead of a series, what is closed without a message,
// and whom else to tell. Repeating it with what was decided in the ledger finds nothing new.
func DueOn(k Candidate, p Policy, today Date) Agenda {
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
			d.look(r.On)
			continue
		case why != "":
		case today.After(r.Until):
			why = WhyLate
			if slices.ContainsFunc(ladder[i+1:], func(later Due) bool { return !later.On.After(today) }) {
				why = WhySuperseded
			}
		case r.Why == WhyOpens && k.State.Begun():
			why = WhyBegun
		case r.Why == WhyOpens && !k.Attention.Acknowledged.IsZero():
			why = WhyAcknowledged
		case r.Why != WhySnoozed && today.Before(k.Attention.Later):
			why = WhyCovered
		case !work, resting && r.Why != WhyEnds:
			d.look(today.AddDays(1))
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
			d.Closed = append(d.Closed, Closing{r.Milestone, r.On, WhySuperseded})
		}
		d.Due = &reached[n]
	}
	d.climb(k, p, today, work && !resting && stop == "" && !k.State.Begun())
	return d
}

// climb finds the rungs that brought no answer.
func (d *Agenda) climb(k Candidate, p Policy, today Date, may bool) {
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
			d.look(on)
		case may:
			d.Climbs = append(d.Climbs, c)
		case k.Stopped() == "" && !k.State.Begun():
			d.look(today.AddDays(1))
		}
	}
	if d.Due == nil {
		return
	}
	for _, c := range p.Reminders.Climb { // what goes out now may bring no answer either
		if _, done := k.decided(c.ID); !done && c.After == d.Due.Milestone {
			on, _ := p.Calendar().AddWorkdays(today, c.Workdays)
			d.look(on)
		}
	}
}

func (d *Agenda) look(on Date) {
	if d.Look.IsZero() || on.Before(d.Look) {
		d.Look = on
	}
}

// rungs are the reminders of a certificate in the order of the ladder. Opening notices that fall
// on a day off move to the next working day, deadlines to the previous one. Each is right until
// the next one; around a holiday one may move past the next, and then is not needed at all.
func rungs(c Certificate, p Policy) []Due {
	out := make([]Due, 0, len(p.Reminders.Ladder)+1)
	for _, m := range p.Reminders.Ladder {
		switch {
		case m.Anchor == AnchorOpens:
			out = append(out, Due{Milestone: m.ID, On: p.Shift(c.OpensOn(p).AddDays(m.Days), false), Why: WhyOpens})
		case m.Days > 0:
			out = append(out, Due{Milestone: m.ID, On: p.Shift(c.ValidUntil(p).AddDays(m.Days), false), Why: WhyOverdue})
		default:
			out = append(out, Due{Milestone: m.ID, On: p.Shift(c.ValidUntil(p).AddDays(m.Days), true), Why: WhyEnds})
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

// NextReminder is the next reminder that will go to the person if nothing happens before.
func NextReminder(k Candidate, p Policy, today Date) (Due, bool) {
	if k.Stopped() != "" {
		return Due{}, false
	}
	if k.Attention.Later.After(today) {
		return snooze(k.Attention), true
	}
	for _, r := range rungs(k.Certificate, p) {
		if _, done := k.decided(r.Milestone); done || !r.On.After(today) || r.Why == WhyOpens && (k.State.Begun() || !k.Attention.Acknowledged.IsZero()) {
			continue
		}
		return r, true
	}
	return Due{}, false
}

// Snooze is the day on which somebody who asks to be reminded in so many days hears of it
// again: a working day, never later than the next deadline of the ladder or the last day on
// which the public notice can safely start; capped tells that it is earlier than asked.
func Snooze(c Certificate, p Policy, today Date, days int) (on Date, capped bool) {
	want := p.Shift(today.AddDays(days), false)
	latest := Date{}
	for _, r := range rungs(c, p) {
		if r.Why != WhyOpens && r.On.After(today) {
			latest = r.On
			break
		}
	}
	if safe := Assess(&c, today, p).SafeNotice; safe.After(today) && (latest.IsZero() || safe.Before(latest)) {
		latest = safe
	}
	if latest.IsZero() || !want.After(latest) {
		return want, false
	}
	return latest, true
}
