package notify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"example.org/beian/workflow"
)

// atOnce is how many certificates one job decides about; the rest is left to the next, so that a killed process loses little and no job outlives its time.
const atOnce = 500

// look decides about the certificates for which something may be due.
func (p *Pass) look(ctx context.Context, job workflow.LookPass) error {
	policy := p.Rules().Current
	if job.Round == 0 {
		if err := p.Ledger.Rebase(ctx, policy.ReminderBasis()); err != nil {
			return err
		}
	}
	found, err := p.Ledger.LookAt(ctx, job.Day, atOnce)
	if err != nil {
		return err
	}
	decided := make([]workflow.Decided, len(found))
	for i, k := range found {
		decided[i] = workflow.Decided{Candidate: k, Agenda: workflow.DueOn(k, policy, job.Day)}
		a := &decided[i].Agenda
		if decided[i].Climbs, err = p.climbs(ctx, k, a.Climbs, job.Day); err != nil {
			return err
		}
		tomorrow := job.Day.AddDays(1)
		if len(a.Climbs) > 0 && len(decided[i].Climbs) == 0 && (a.Look.IsZero() || tomorrow.Before(a.Look)) {
			a.Look = tomorrow // there may be somebody to tell then
		}
	}
	if len(decided) > 0 {
		if err := p.Ledger.Decide(ctx, job.Day, decided, p.Now()); err != nil {
			return err
		}
	}
	if len(found) == atOnce {
		return p.Office.Enqueue(ctx, workflow.LookPass{Day: job.Day, Round: job.Round + 1})
	}
	if work, _ := policy.Calendar().IsWorkday(job.Day); !work {
		return nil // what waits is taken over on the next working day
	}
	return p.Office.Enqueue(ctx, workflow.PostPass{Day: job.Day}, workflow.Digest{Day: job.Day})
}

// climbs finds out whom a rung without an answer goes to: who handles the applicant's
// college today, the school handlers, or HR. Where one has nobody, the next is told.
func (p *Pass) climbs(ctx context.Context, k workflow.Candidate, due []workflow.Climb, today workflow.Date) ([]workflow.Climbing, error) {
	var out []workflow.Climbing
	for _, c := range due {
		to, digest, err := p.recipients(ctx, k, c.To, today)
		if err != nil {
			return nil, err
		}
		if len(to) == 0 {
			p.Log.Warn("nobody to tell that a certificate runs out unanswered", "role", c.To)
		}
		for _, id := range to {
			out = append(out, workflow.Climbing{Milestone: c.ID, To: id, Until: today.AddDays(7), Digest: digest})
		}
	}
	return out, nil
}

func (p *Pass) recipients(ctx context.Context, k workflow.Candidate, r workflow.Role, today workflow.Date) (to []string, digest bool, err error) {
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
func (p *Pass) post(ctx context.Context, job workflow.PostPass) error {
	const most = 5000
	n, err := p.Ledger.Post(ctx, job.Day, most)
	if err != nil || n < most {
		return err
	}
	job.Round++
	return p.Office.Enqueue(ctx, job)
}

// asleep puts a message off to a time at which people may be written to.
type asleep struct{ until time.Duration }

func (asleep) Error() string { return "people are not written to now" }

// Later says when to look again.
func (a asleep) Later() time.Duration { return a.until }

// tell sends the messages of a job. What a job could not send because DingTalk did not answer
// is tried again; the message says then what is right by then.
func (p *Pass) tell(ctx context.Context, job workflow.Tell, id int64, last bool) error {
	if d := p.Rules().Current.Awake(p.Now()); d > 0 {
		return asleep{d}
	}
	tellings, err := p.claim(ctx, job, id)
	if err != nil || len(tellings) == 0 {
		return err
	}
	var gone workflow.Delivery
	carried := map[string][]workflow.LedgerKey{}
	kept := tellings[:0]
	for _, t := range tellings {
		var live []workflow.Reminding
		for _, r := range t.Reminders {
			if why := r.Moot(); why != "" {
				gone.Closed = append(gone.Closed, workflow.Moot{LedgerKey: workflow.LedgerKey{Certificate: r.Candidate.Certificate.ID, Milestone: r.Milestone, Person: t.Person.ID}, Why: why})
				continue
			}
			carried[t.Person.ID] = append(carried[t.Person.ID], workflow.LedgerKey{Certificate: r.Candidate.Certificate.ID, Milestone: r.Milestone, Person: t.Person.ID})
			live = append(live, r)
		}
		t.Reminders = live
		kept = append(kept, t)
	}
	if len(gone.Closed) > 0 {
		if err := p.Ledger.Delivered(ctx, job, gone, p.Now()); err != nil {
			return err
		}
	}
	later := false
	open := map[string]bool{} // who has not been dealt with
	for _, t := range kept {
		open[t.Person.ID] = true
	}
	err = p.Reminder.Tell(ctx, job.Day, kept, func(d workflow.Delivery) error {
		if last && len(d.Later) > 0 {
			d.Dead, d.Later = d.Later, nil
		}
		later = later || len(d.Later) > 0
		for _, id := range slices.Concat(d.Sent, d.Unreachable) {
			d.Carried = append(d.Carried, carried[id]...)
		}
		for _, id := range slices.Concat(d.Sent, d.Unreachable, d.Later, d.Dropped, d.Dead) {
			delete(open, id)
		}
		return p.note(ctx, job, d)
	})
	if err != nil && len(open) > 0 { // not tried: free for the next attempt
		err = errors.Join(err, p.note(ctx, job, workflow.Delivery{Later: slices.Sorted(maps.Keys(open))}))
	}
	if err == nil && later {
		err = errLater
	}
	return err
}

// claim takes the messages of a job. While an earlier attempt may still note what became of
// them, it waits.
func (p *Pass) claim(ctx context.Context, job workflow.Tell, id int64) ([]workflow.Telling, error) {
	tellings, err := p.Ledger.ClaimMessages(ctx, job, id, p.Now())
	if errors.Is(err, workflow.ErrConflict) {
		const soon = 5 * time.Second
		return nil, asleep{soon}
	}
	return tellings, err
}

// note writes what became of messages. DingTalk has them, so the note is tried until the database
// is back from a restart, not only once.
func (p *Pass) note(ctx context.Context, job workflow.Tell, d workflow.Delivery) error {
	const patience, pause = 10 * time.Second, 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	t := time.NewTicker(pause)
	defer t.Stop()
	for {
		err := p.Ledger.Delivered(ctx, job, d, p.Now())
		if err == nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return err
		}
	}
}

// digest tells HR how things stand: in words, as a picture and as a list. Each part goes out
// once, whatever has to be tried again; on the next day there is another.
func (p *Pass) digest(ctx context.Context, job workflow.Digest, id int64, last bool) error {
	if workflow.DateOf(p.Now()).After(job.Day) {
		return nil
	}
	if d := p.Rules().Current.Awake(p.Now()); d > 0 {
		return asleep{d}
	}
	people, err := p.Office.Holders(ctx, workflow.HR)
	if err != nil || len(people) == 0 {
		return err
	}
	p.readStatus(ctx)
	o, err := p.overview(ctx, job.Day)
	if err != nil {
		return err
	}
	ids := make([]string, len(people))
	for i, h := range people {
		ids[i] = h.ID
	}
	var errs []error
	for _, topic := range []workflow.MessageTopic{workflow.TellDigest, workflow.TellPicture, workflow.TellList} {
		if err := p.Ledger.QueueMessages(ctx, job.Day, topic, ids); err != nil {
			return err
		}
		errs = append(errs, p.part(ctx, workflow.Tell{Day: job.Day, Topic: topic, People: ids}, id, o, last))
	}
	return errors.Join(errs...)
}

// part sends one part of the overview to everybody who has not got it.
func (p *Pass) part(ctx context.Context, job workflow.Tell, id int64, o workflow.Overview, last bool) error {
	tellings, err := p.claim(ctx, job, id)
	if err != nil || len(tellings) == 0 {
		return err
	}
	var people []string
	for _, t := range tellings {
		people = append(people, t.Person.ID)
	}
	later := false
	for len(people) > 0 {
		n := min(len(people), workflow.MostTold)
		d, err := p.Reminder.Digest(ctx, job.Topic, people[:n], o)
		if last {
			d.Dead, d.Later = append(d.Dead, d.Later...), nil
		}
		later = later || len(d.Later) > 0
		if err != nil { // it does not undo what some have got
			d.Later = append(d.Later, without(people, slices.Concat(d.Sent, d.Unreachable, d.Later, d.Dropped, d.Dead))...)
		}
		if derr := p.note(ctx, job, d); derr != nil || err != nil {
			return errors.Join(derr, err)
		}
		people = people[n:]
	}
	if later {
		return fmt.Errorf("send %s: %w", job.Topic, errLater)
	}
	return nil
}

// without returns the people who are not among the others.
func without(people, others []string) []string {
	return slices.DeleteFunc(slices.Clone(people), func(id string) bool { return slices.Contains(others, id) })
}

// errLater says that DingTalk has put receivers off.
var errLater = errors.New("DingTalk asked to send some messages later")

// readStatus asks DingTalk who has read what was sent in the last day; it answers for a day.
// A failure costs HR one piece of information, no message.
func (p *Pass) readStatus(ctx context.Context) {
	const most = 100
	keys, err := p.Ledger.Unread(ctx, p.Now().Add(-24*time.Hour), most)
	for _, k := range keys {
		var read []string
		if read, err = p.Reminder.WhoRead(ctx, k); err != nil {
			break
		}
		if len(read) > 0 {
			if err = p.Ledger.MessageRead(ctx, k, read, p.Now()); err != nil {
				break
			}
		}
	}
	if err != nil {
		p.Log.Warn("read status not known", "err", err)
	}
}

func (p *Pass) overview(ctx context.Context, today workflow.Date) (workflow.Overview, error) {
	const most = 1000
	policy := p.Rules().Current
	o, err := p.Ledger.Overview(ctx, today, policy.Reminders.DigestDays)
	if err != nil {
		return o, err
	}
	o.MissingYear, _ = policy.Calendar().Gap(today)
	if o.Ending, err = p.Ledger.Ending(ctx, today, today.AddDays(policy.Reminders.DigestDays), most); err != nil {
		return o, err
	}
	expired, err := p.Ledger.Ending(ctx, today.AddDays(-365), today.AddDays(-1), most)
	if err != nil {
		return o, err
	}
	for _, k := range expired {
		if !k.State.Begun() && k.Certificate.Mismatch == workflow.EligibleNow {
			o.Expired = append(o.Expired, k)
		}
	}
	if o.Silent, err = p.Ledger.Silent(ctx, today, most); err != nil {
		return o, err
	}
	if o.Unreachable, err = p.Ledger.Unreachable(ctx, today, most); err != nil {
		return o, err
	}
	dead, err := p.Filings.DeadJobs(ctx)
	for _, n := range dead {
		o.Dead += n
	}
	return o, err
}

// telling adapts tell to River, which knows the number of the job.
func (p *Pass) telling() river.Worker[workflow.Tell] {
	return &worker[workflow.Tell]{do: func(ctx context.Context, job *river.Job[workflow.Tell]) error {
		return p.tell(ctx, job.Args, job.ID, job.Attempt >= job.MaxAttempts)
	}}
}

func (p *Pass) digesting() river.Worker[workflow.Digest] {
	return &worker[workflow.Digest]{do: func(ctx context.Context, job *river.Job[workflow.Digest]) error {
		return p.digest(ctx, job.Args, job.ID, job.Attempt >= job.MaxAttempts)
	}}
}

// Preview is what one person would be told on a day, and why.
type Preview struct {
	To        string // DingTalk userId
	Candidate workflow.Candidate
	Milestone string
	Why       workflow.Why
	On        workflow.Date // the day it belongs to
}

// Preview finds out what the daily pass would send on a day if it ran on every day until then
// and nobody did anything. It changes nothing.
func (p *Pass) Preview(ctx context.Context, today, on workflow.Date, fn func(Preview) error) error {
	policy := p.Rules().Current
	return p.Ledger.EachCurrent(ctx, func(k workflow.Candidate) error {
		for d := today; !d.After(on); {
			a := workflow.DueOn(k, policy, d)
			if d == on {
				return p.preview(ctx, k, a, on, fn)
			}
			for _, c := range a.Closed {
				k.Ledger = append(k.Ledger, workflow.LedgerEntry{Milestone: c.Milestone, Why: c.Why, On: d})
			}
			if a.Due != nil {
				k.Ledger = append(k.Ledger, workflow.LedgerEntry{Milestone: a.Due.Milestone, Why: a.Due.Why, On: d})
			}
			for _, c := range a.Climbs {
				k.Ledger = append(k.Ledger, workflow.LedgerEntry{Milestone: c.ID, Why: workflow.WhyClimb, On: d})
			}
			if a.Look.IsZero() || a.Look.After(on) {
				return nil
			}
			d = a.Look
		}
		return nil
	})
}

func (p *Pass) preview(ctx context.Context, k workflow.Candidate, a workflow.Agenda, on workflow.Date, fn func(Preview) error) error {
	if a.Due != nil {
		if err := fn(Preview{k.Person.ID, k, a.Due.Milestone, a.Due.Why, a.Due.On}); err != nil {
			return err
		}
	}
	climbs, err := p.climbs(ctx, k, a.Climbs, on)
	if err != nil {
		return err
	}
	for _, c := range climbs {
		if err := fn(Preview{c.To, k, c.Milestone, workflow.WhyClimb, on}); err != nil {
			return err
		}
	}
	return nil
}
