package workflow

import (
	"time"

	"example.org/beian/workflow/calendar"
)

// Apply decides whether cmd is allowed on f now and returns the filing after it
// and the event to append. A command that the rules do not allow gives a
// [*Refusal] and changes nothing. f itself is never altered. p is the policy that the
// filing is decided under, see [Rulebook.For].
func Apply(f Filing, cmd Command, p Policy, now time.Time) (Filing, Event, error) {
	r, refusal := pick(f, cmd)
	if refusal != nil {
		return f, Event{}, refusal
	}
	ev := Event{Seq: f.Seq + 1, Rule: r.id, At: now, To: f.State, Revision: f.Revision, Step: f.Review.Step, Command: cmd}
	ev.Log = nil
	if r.to != "" {
		ev.To = r.to
	}
	if r.guard != nil {
		c := &check{f: &f, cmd: cmd, ev: &ev, policy: p, now: now, today: calendar.DateOf(now)}
		if refusal := r.guard(c); refusal != nil {
			return f, Event{}, refusal
		}
	}
	return Fold(f, ev), ev, nil
}

// Timers returns the events that time alone brings about on a filing today, in
// order: the window opens (T02), the certificate runs out (T24), the public notice
// is over (P4) and, on a working day, what was asked to go by itself goes (T10).
func Timers(f *Filing, p Policy, today calendar.Date) []Action {
	var out []Action
	if f.State == NotEligible && f.Reason == ReasonTooEarly && !today.Before(f.Opens) {
		out = append(out, OpenWindow)
	}
	if !f.Ends.IsZero() && today.After(f.Ends) && !f.Overdue && f.State != Approved && !f.State.Terminal() {
		out = append(out, Expire)
	}
	work, _ := p.Calendar().IsWorkday(today)
	goes := f.AutoHandIn && f.State == Ready
	if f.Notice.State == NoticePosted && f.Notice.Over(today) && (work || !goes) && f.State != Submitted &&
		f.State != Reviewing {
		out = append(out, PassNotice) // one that is to go waits for the next working day, so that this finds it
		if goes {
			out = append(out, HandIn)
		}
	}
	return out
}

// TimerActor is who acts when time does.
func TimerActor() Actor { return Actor{ID: "system", Role: System} }
