package notify

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// Ledger is the table of reminders.
type Ledger interface {
	Rebase(ctx context.Context, basis string) error
	EachCurrent(ctx context.Context, fn func(reminder.Candidate) error) error
	ToCheck(ctx context.Context, today calendar.Date, limit int) ([]reminder.Candidate, error)
	Decide(ctx context.Context, today calendar.Date, decided []reminder.Decided, now time.Time) error
	QueueMessages(ctx context.Context, day calendar.Date, topic reminder.Topic, people []string) error
	Post(ctx context.Context, day calendar.Date, limit int) (int, error)
	ClaimMessages(ctx context.Context, job reminder.Tell, claim int64, now time.Time) ([]reminder.Telling, error)
	Delivered(ctx context.Context, job reminder.Tell, d reminder.Delivery, now time.Time) error
	Unread(ctx context.Context, since time.Time, limit int) ([]string, error)
	MessageRead(ctx context.Context, key string, people []string, now time.Time) error

	Ending(ctx context.Context, from, to calendar.Date, limit int) ([]reminder.Candidate, error)
	Silent(ctx context.Context, today calendar.Date, limit int) ([]reminder.Candidate, error)
	Unreachable(ctx context.Context, today calendar.Date, limit int) ([]reminder.Candidate, error)
	Overview(ctx context.Context, today calendar.Date, days int) (reminder.Overview, error)
}

// Filings is what the pass moves along and counts.
type Filings interface {
	Due(ctx context.Context, today calendar.Date) ([]string, error)
	Resume(ctx context.Context, in workflow.Inbound, now time.Time,
		decide func(workflow.Case) (workflow.Outcome, error)) (workflow.Receipt, error)
	DeadJobs(ctx context.Context) (map[string]int, error)
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
	Standing(ctx context.Context) ([]string, error)
	Case(ctx context.Context, filing string) (workflow.Case, error)
	Escalate(ctx context.Context, n workflow.Nudge, now time.Time) error
}

// Office knows who belongs to HR, and queues what they are sent.
type Office interface {
	Holders(ctx context.Context, r workflow.Role) ([]workflow.Person, error)
	Enqueue(ctx context.Context, effects ...workflow.Effect) error
	Beginning(ctx context.Context, today calendar.Date) ([]workflow.Absence, error)
	Deputise(ctx context.Context, absence string, now time.Time) error
	// Waiters are the handlers for whom something has waited since before the time.
	Waiters(ctx context.Context, today calendar.Date, before time.Time) ([]string, error)
	Handlers(ctx context.Context, today calendar.Date) ([]string, error)
}

// Scans is the record of uploaded documents.
type Scans interface {
	StaleFiles(ctx context.Context, ended, replaced time.Time, limit int) ([]workflow.Shredded, error)
	Unrecorded(ctx context.Context, ids []string) ([]string, error)
	Shred(ctx context.Context, d workflow.Shredded) error
	// PruneImports forgets workbooks that nobody confirmed, and what can no longer be undone.
	PruneImports(ctx context.Context, now time.Time) error
}

// Bytes is where uploaded documents lie. Deleting one that is gone is no error.
type Bytes interface {
	Delete(ctx context.Context, id string) error
	Before(ctx context.Context, t time.Time, fn func(id string) error) error
}

// Pass is the daily look at everything that is due. It looks over the whole window
// each time, so that days on which it did not run are caught up without repeats.
type Pass struct {
	Ledger   Ledger
	Filings  Filings
	Office   Office
	Reminder Reminder
	Scans    Scans
	Bytes    Bytes
	Rules    func() workflow.Rulebook
	Now      func() time.Time
	Wall     func() time.Time // the clock of the file store, which no demo moves
	Log      *slog.Logger
}

// Handlers works what the clock starts and what follows from it.
func (p *Pass) Handlers() []Handler {
	return []Handler{
		Handle(p.daily), Handle(p.watch), Handle(p.purge), Handle(p.check), Handle(p.post), handle(p.tell), handle(p.digest),
	}
}

// daily runs the pass for a day. One filing that fails does not stop the others;
// the job is then tried again and skips what is done.
func (p *Pass) daily(ctx context.Context, job workflow.DailyPass) error {
	return errors.Join(p.timers(ctx, job.Day), p.absences(ctx, job.Day), p.waiting(ctx, job.Day),
		p.Office.Enqueue(ctx, workflow.Purge{Day: job.Day}, reminder.CheckPass{Day: job.Day}))
}

// waiting lets every handler hear once a working day of what has waited for them since the
// day before.
func (p *Pass) waiting(ctx context.Context, today calendar.Date) error {
	policy := p.Rules().Current
	work, _ := policy.Calendar().IsWorkday(today)
	if _, resting := policy.Reminders.Resting(today); !work || resting {
		return nil
	}
	people, err := p.Office.Waiters(ctx, today, today.Time())
	if err != nil {
		return err
	}
	if policy.Weekly(today) { // everybody hears how their college stands
		handlers, err := p.Office.Handlers(ctx, today)
		if err != nil {
			return err
		}
		people = append(people, handlers...)
	}
	if len(people) == 0 {
		return nil
	}
	slices.Sort(people)
	people = slices.Compact(people)
	return p.Ledger.QueueMessages(ctx, today, reminder.TopicPerson, people)
}

// absences tells deputies whose turn begins today.
func (p *Pass) absences(ctx context.Context, today calendar.Date) error {
	beginning, err := p.Office.Beginning(ctx, today)
	if err != nil {
		return err
	}
	var errs []error
	for _, a := range beginning {
		errs = append(errs, p.Office.Deputise(ctx, a.ID, p.Now()))
	}
	return errors.Join(errs...)
}

// watch looks at everything that stands still and tells, once for each level, whoever it
// has come to. The failure of one filing does not keep the others.
func (p *Pass) watch(ctx context.Context, _ workflow.WatchPass) error {
	ids, err := p.Filings.Standing(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		c, err := p.Filings.Case(ctx, id)
		if errors.Is(err, workflow.ErrNotFound) {
			continue // erased meanwhile
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		policy := p.Rules().For(c.Filing)
		w, ok := c.Filing.Waits(policy)
		if !ok {
			continue
		}
		if l := w.Level(policy, p.Now()); l > workflow.OnTime { // after an outage only the newest level is told
			errs = append(errs, p.Filings.Escalate(ctx, workflow.Nudge{Filing: id, Wait: w.Key, Level: l}, p.Now()))
		}
	}
	return errors.Join(errs...)
}

// timers brings about what time alone does to filings: windows open, certificates run
// out, public notices end, and what was asked to go by itself is handed in.
func (p *Pass) timers(ctx context.Context, today calendar.Date) error {
	ids, err := p.Filings.Due(ctx, today)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		_, err := p.Filings.Resume(ctx, workflow.Inbound{Filing: id}, p.Now(),
			func(c workflow.Case) (workflow.Outcome, error) {
				return p.advance(c, today)
			})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// advance applies what is due on one filing.
func (p *Pass) advance(c workflow.Case, today calendar.Date) (workflow.Outcome, error) {
	out := workflow.Outcome{}
	if c.Filing == nil {
		return out, nil
	}
	policy, f := p.Rules().For(c.Filing), *c.Filing
	for _, a := range workflow.Timers(&f, policy, today) {
		next, ev, err := workflow.Apply(f, workflow.Command{Action: a, Actor: workflow.TimerActor()}, policy, p.Now())
		var refusal *workflow.Refusal
		if errors.As(err, &refusal) {
			break // somebody was quicker
		}
		if err != nil {
			return out, err
		}
		f = next
		out.Events = append(out.Events, ev)
		out.Effects = append(out.Effects, workflow.Effects(c, &next, ev)...)
	}
	out.Filing = &f
	return out, nil
}

// purge deletes documents that are no longer needed: first the bytes, then the record,
// so that a stop in between is made good by the next pass. What stays is the proof that
// they are gone. Each run takes as many as fit into a job and leaves the rest to the next.
func (p *Pass) purge(ctx context.Context, job workflow.Purge) error {
	const most = 200
	policy := p.Rules().Current
	stale, err := p.Scans.StaleFiles(ctx, job.Day.AddDays(-policy.KeepScans).Time(),
		job.Day.AddDays(-policy.Uploads.KeepReplacedDays).Time(), most)
	if err != nil {
		return err
	}
	var orphans []workflow.Shredded
	if job.Round == 0 {
		if err := p.Scans.PruneImports(ctx, p.Now()); err != nil {
			return err
		}
		if orphans, err = p.orphans(ctx); err != nil {
			return err
		}
	}
	var errs []error
	for _, d := range append(stale, orphans...) {
		if err := p.Bytes.Delete(ctx, d.File); err != nil {
			errs = append(errs, err)
			continue
		}
		d.At = p.Now()
		errs = append(errs, p.Scans.Shred(ctx, d))
	}
	if n := len(stale) + len(orphans); n > 0 {
		p.Log.Info("documents deleted", "files", n, "orphans", len(orphans))
	}
	if err := errors.Join(errs...); err != nil || len(stale) < most {
		return err
	}
	job.Round++
	return p.Office.Enqueue(ctx, job)
}

// settled is how long after it was written a file surely has its record: the job that
// stores one is given up much earlier.
const settled = 2 * time.Hour

// orphans finds files without a record, left by a process that was killed between storing
// the bytes and committing the turn.
func (p *Pass) orphans(ctx context.Context) ([]workflow.Shredded, error) {
	var ids []string
	err := p.Bytes.Before(ctx, p.Wall().Add(-settled), func(id string) error {
		ids = append(ids, id)
		return nil
	})
	if err != nil {
		return nil, err
	}
	ids, err = p.Scans.Unrecorded(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]workflow.Shredded, len(ids))
	for i, id := range ids {
		out[i] = workflow.Shredded{File: id, Reason: workflow.ShredOrphan}
	}
	return out, nil
}
