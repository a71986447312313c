package notify

import (
	"context"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// atOnce is how many certificates one job decides about; the rest is left to the next, so that
// a killed process loses little and no job outlives its time.
const atOnce = 500

// check decides about the certificates for which something may be due.
func (p *Pass) check(ctx context.Context, job reminder.CheckPass) error {
	policy := p.Rules().Current
	if job.Round == 0 {
		if err := p.Ledger.Rebase(ctx, policy.ReminderBasis()); err != nil {
			return err
		}
	}
	found, err := p.Ledger.ToCheck(ctx, job.Day, atOnce)
	if err != nil {
		return err
	}
	decided := make([]reminder.Decided, len(found))
	for i, k := range found {
		decided[i] = reminder.Decided{Candidate: k, Agenda: reminder.DueOn(k, policy, job.Day)}
		a := &decided[i].Agenda
		if decided[i].Climbs, err = p.climbs(ctx, k, a.Climbs, job.Day); err != nil {
			return err
		}
		tomorrow := job.Day.AddDays(1)
		if len(a.Climbs) > 0 && len(decided[i].Climbs) == 0 && (a.NextCheck.IsZero() || tomorrow.Before(a.NextCheck)) {
			a.NextCheck = tomorrow // there may be somebody to tell then
		}
	}
	if len(decided) > 0 {
		if err := p.Ledger.Decide(ctx, job.Day, decided, p.Now()); err != nil {
			return err
		}
	}
	if len(found) == atOnce {
		return p.Office.Enqueue(ctx, reminder.CheckPass{Day: job.Day, Round: job.Round + 1})
	}
	if work, _ := policy.Calendar().IsWorkday(job.Day); !work {
		return nil // what waits is taken over on the next working day
	}
	return p.Office.Enqueue(ctx, reminder.PostPass{Day: job.Day}, reminder.Digest{Day: job.Day})
}

// climbs finds out whom a rung without an answer goes to: who handles the applicant's
// college today, the school handlers, or HR. Where one has nobody, the next is told.
func (p *Pass) climbs(ctx context.Context, k reminder.Candidate, due []workflow.Climb,
	today calendar.Date,
) ([]reminder.Climbing, error) {
	var out []reminder.Climbing
	for _, c := range due {
		to, digest, err := p.recipients(ctx, k, c.To, today)
		if err != nil {
			return nil, err
		}
		if len(to) == 0 {
			p.Log.Warn("nobody to tell that a certificate runs out unanswered", "role", c.To)
		}
		for _, id := range to {
			out = append(out, reminder.Climbing{Milestone: c.ID, To: id, Until: today.AddDays(7), Digest: digest})
		}
	}
	return out, nil
}

func (p *Pass) recipients(ctx context.Context, k reminder.Candidate, r workflow.Role,
	today calendar.Date,
) (to []string, digest bool, err error) {
	var people []workflow.Person
	if r != workflow.HR {
		c, err := p.Filings.PersonCase(ctx, k.Person.ID)
		if err != nil {
			return nil, false, err
		}
		people = c.Assignees(r, today)
	}
	if len(people) == 0 {
		digest = true
		if people, err = p.Office.Holders(ctx, workflow.HR); err != nil {
			return nil, false, err
		}
	}
	for _, h := range people {
		if h.ID != k.Person.ID { // nobody is asked to look after themselves
			to = append(to, h.ID)
		}
	}
	return to, digest, nil
}

// post hands the messages of the day to jobs.
func (p *Pass) post(ctx context.Context, job reminder.PostPass) error {
	const most = 5000
	n, err := p.Ledger.Post(ctx, job.Day, most)
	if err != nil || n < most {
		return err
	}
	job.Round++
	return p.Office.Enqueue(ctx, job)
}

// Preview is what one person would be told on a day, and why.
type Preview struct {
	To        string // DingTalk userId
	Candidate reminder.Candidate
	Milestone string
	Why       reminder.Reason
	On        calendar.Date // the day it belongs to
}

// Preview finds out what the daily pass would send on a day if it ran on every day until then
// and nobody did anything. It changes nothing.
func (p *Pass) Preview(ctx context.Context, today, on calendar.Date, fn func(Preview) error) error {
	policy := p.Rules().Current
	return p.Ledger.EachCurrent(ctx, func(k reminder.Candidate) error {
		for d := today; !d.After(on); {
			a := reminder.DueOn(k, policy, d)
			if d == on {
				return p.preview(ctx, k, a, on, fn)
			}
			for _, c := range a.Closed {
				k.Ledger = append(k.Ledger, reminder.LedgerEntry{Milestone: c.Milestone, Reason: c.Reason, On: d})
			}
			if a.Due != nil {
				k.Ledger = append(k.Ledger, reminder.LedgerEntry{Milestone: a.Due.Milestone, Reason: a.Due.Reason, On: d})
			}
			for _, c := range a.Climbs {
				k.Ledger = append(k.Ledger, reminder.LedgerEntry{Milestone: c.ID, Reason: reminder.ReasonClimb, On: d})
			}
			if a.NextCheck.IsZero() || a.NextCheck.After(on) {
				return nil
			}
			d = a.NextCheck
		}
		return nil
	})
}

func (p *Pass) preview(ctx context.Context, k reminder.Candidate, a reminder.Agenda, on calendar.Date,
	fn func(Preview) error,
) error {
	if a.Due != nil {
		if err := fn(Preview{k.Person.ID, k, a.Due.Milestone, a.Due.Reason, a.Due.On}); err != nil {
			return err
		}
	}
	climbs, err := p.climbs(ctx, k, a.Climbs, on)
	if err != nil {
		return err
	}
	for _, c := range climbs {
		if err := fn(Preview{c.To, k, c.Milestone, reminder.ReasonClimb, on}); err != nil {
			return err
		}
	}
	return nil
}
