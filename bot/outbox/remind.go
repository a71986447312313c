package outbox

import (
	"context"
	"slices"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// own reminds somebody of their certificate. The text holds nothing but dates, so that many
// people can read the same.
func (r *Room) own(ctx context.Context, due reminder.Reminding) (*text.Message, error) {
	k := due.Candidate
	c := workflow.Case{Person: k.Person, Applicant: k.Person, Known: true, Certificate: &k.Certificate}
	started := k.State.Begun()
	if started { // the next step is their own
		var err error
		if c, err = r.records.PersonCase(ctx, k.Person.ID); err != nil {
			return nil, err
		}
	}
	t := r.Open(c, dingtalk.Incoming{})
	d := view.Base(t, c, c.Filing)
	d["Next"], d["Started"], d["Soon"] = "", started, d["ToOpen"] != 0
	d["Asked"] = due.Reason == reminder.ReasonSnoozed || k.Attention.Later == t.Today()
	if started {
		next, err := t.Brief()
		if err != nil {
			return nil, err
		}
		d["Next"] = next
	}
	d["Later"] = r.laterChoices(k)
	m, err := t.Text.Message("remind_"+string(tone(k, t.Policy(), t.Today())), d)
	if err != nil {
		return nil, err
	}
	return &m, nil
}

// tone is how a certificate is spoken of on a day.
func tone(k reminder.Candidate, p workflow.Policy, today calendar.Date) reminder.Reason {
	ends, opens := k.Certificate.ValidUntil(p), k.Certificate.OpensOn(p)
	const near = 14 // days, from which on it is the end that is spoken of
	switch {
	case today.After(ends):
		return reminder.ReasonOverdue
	case today.Before(opens), today.DaysUntil(ends) > near && !k.State.Begun():
		return reminder.ReasonOpens
	}
	return reminder.ReasonEnds
}

// laterChoices are the days for which somebody may put a reminder off; the longest first that
// is still worth offering.
func (r *Room) laterChoices(k reminder.Candidate) []int {
	p := r.Rules().Current
	var out []int
	for _, n := range p.Reminders.Snooze {
		if _, capped := reminder.Snooze(k.Certificate, p, r.Today(), n); !capped {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	switch {
	case len(out) < 2:
		return out
	case workflow.Assess(&k.Certificate, r.Today(), p).SafeNotice.Before(r.Today()): // it is late already
		return out[:1]
	}
	return out[len(out)-1:]
}
