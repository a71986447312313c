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
		ordered := i == 0 || r.Ladder[i-1].Anchor != m.Anchor || r.Ladder[i-1].Days < m.Days
		need(fmt.Sprintf(".ladder[%d]", i), ordered, "要按时间先后排 / must come in the order of time")
		need(fmt.Sprintf(".ladder[%d]", i), ok, `id 不能重复,anchor 是 opens 或 ends / needs its own id, and opens or ends as anchor`)
		seen[m.ID] = true
	}
	need(".snooze_days", !slices.ContainsFunc(r.Snooze, func(n int) bool { return n < 1 }), "必须大于 0 / must be positive")
	for i, c := range r.Climb {
		rung := slices.ContainsFunc(r.Ladder, func(m Milestone) bool { return m.ID == c.After })
		known := c.To == CollegeHandler || c.To == SchoolHandler || c.To == HR
		need(fmt.Sprintf(".climb[%d]", i), c.ID != "" && !seen[c.ID] && rung && known && c.Workdays >= 0,
			`id 不能重复,after 是 ladder 里的一级,to 是 college_handler、school_handler 或 hr / needs its own id, a rung of the ladder, and a role`)
		seen[c.ID] = true
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

// ReminderBasis changes whenever the day on which something can be due may have changed.
func (p Policy) ReminderBasis() string {
	return fmt.Sprint(p.Reminders.Ladder, p.Reminders.Climb, p.Reminders.Breaks, p.AdvanceMonths, p.ValidMonths, p.Years)
}

// Awake is how long it is until people may be written to; 0 means now.
func (p Policy) Awake(at time.Time) time.Duration {
	if !p.Quiet(at, true) {
		return 0
	}
	for d := DateOf(at); ; d = p.Calendar().OnOrAfter(d.AddDays(1)) {
		for _, clock := range []string{p.Reminders.Awake[0], p.Reminders.Lunch[1]} {
			if t := d.on(clock); t.After(at) && !p.Quiet(t, true) {
				return t.Sub(at)
			}
		}
	}
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
// be due counts from the end of validity, and the last.
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

// Attention is what a person has said about their reminders. Zero dates mean never.
type Attention struct {
	Acknowledged Date // 知道了
	Asked        Date // when they asked to be reminded later
	Later        Date // the day they asked for
	Declined     Date // 不备案
	Wrote        Date // anything at all, last
}

// answered reports whether the person has said anything since a day.
func (a Attention) answered(since Date) bool {
	for _, d := range []Date{a.Acknowledged, a.Asked, a.Declined, a.Wrote} {
		if !d.IsZero() && !d.Before(since) {
			return true
		}
	}
	return false
}

// snooze is the milestone of a reminder that was asked for.
func (a Attention) snooze() Due {
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
	rungs, stop := p.rungs(k.Certificate), k.Stopped()
	work, _ := p.Calendar().IsWorkday(today)
	_, resting := p.Reminders.Resting(today)
	if a := k.Attention; !a.Later.IsZero() {
		rungs = append([]Due{a.snooze()}, rungs...) // on one day the rung goes first, so that it can climb
	}
	var reached []Due
	for i, r := range rungs {
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
			if slices.ContainsFunc(rungs[i+1:], func(later Due) bool { return !later.On.After(today) }) {
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
		if done || !sent || k.Attention.answered(e.On) {
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
func (p Policy) rungs(c Certificate) []Due {
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
		return k.Attention.snooze(), true
	}
	for _, r := range p.rungs(k.Certificate) {
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
func (p Policy) Snooze(c Certificate, today Date, days int) (on Date, capped bool) {
	want := p.Shift(today.AddDays(days), false)
	latest := Date{}
	for _, r := range p.rungs(c) {
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
