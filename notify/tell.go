package notify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// asleep puts a message off to a time at which people may be written to.
type asleep struct{ until time.Duration }

func (asleep) Error() string { return "people are not written to now" }

// Later says when to look again.
func (a asleep) Later() time.Duration { return a.until }

// errLater says that DingTalk has put receivers off.
var errLater = errors.New("DingTalk asked to send some messages later")

// tell sends the messages of a job. What a job could not send because DingTalk did not answer
// is tried again; the message says then what is right by then.
func (p *Pass) tell(ctx context.Context, job reminder.Tell, t try) error {
	if d := p.Rules().Current.Awake(p.Now()); d > 0 {
		return asleep{d}
	}
	s, err := p.claim(ctx, job, t)
	if err != nil || len(s.tellings) == 0 {
		return err
	}
	if len(s.moot.Closed) > 0 {
		if err := p.Ledger.Delivered(ctx, job, s.moot, p.Now()); err != nil {
			return err
		}
	}
	return s.end(ctx, p.Reminder.Tell(ctx, job.Day, s.tellings, s.done(ctx)))
}

// digest tells HR how things stand: in words, as a picture and as a list. Each part goes out
// once, whatever has to be tried again; on the next day there is another.
func (p *Pass) digest(ctx context.Context, job reminder.Digest, t try) error {
	if calendar.DateOf(p.Now()).After(job.Day) {
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
	for _, topic := range []reminder.Topic{reminder.TopicDigest, reminder.TopicPicture, reminder.TopicList} {
		if err := p.Ledger.QueueMessages(ctx, job.Day, topic, ids); err != nil {
			return err
		}
		errs = append(errs, p.part(ctx, reminder.Tell{Day: job.Day, Topic: topic, People: ids}, o, t))
	}
	return errors.Join(errs...)
}

// part sends one part of the overview to everybody who has not got it.
func (p *Pass) part(ctx context.Context, job reminder.Tell, o reminder.Overview, t try) error {
	s, err := p.claim(ctx, job, t)
	if err != nil || len(s.tellings) == 0 {
		return err
	}
	if err := s.end(ctx, p.Reminder.Digest(ctx, job.Topic, slices.Sorted(maps.Keys(s.open)), o, s.done(ctx))); err != nil {
		return fmt.Errorf("send %s: %w", job.Topic, err)
	}
	return nil
}

// sending is one attempt at the messages of a job.
type sending struct {
	p        *Pass
	job      reminder.Tell
	last     bool
	tellings []reminder.Telling
	moot     reminder.Delivery               // reminders that need not be sent any more
	carried  map[string][]reminder.LedgerKey // by reader
	open     map[string]bool                 // who has not been dealt with
	later    bool                            // DingTalk has put somebody off
}

// claim takes the messages of a job. While an earlier attempt may still note what became of
// them, it waits.
func (p *Pass) claim(ctx context.Context, job reminder.Tell, t try) (*sending, error) {
	tellings, err := p.Ledger.ClaimMessages(ctx, job, t.id, p.Now())
	if errors.Is(err, workflow.ErrConflict) {
		const soon = 5 * time.Second
		return nil, asleep{soon}
	}
	if err != nil {
		return nil, err
	}
	s := &sending{
		p: p, job: job, last: t.last, tellings: tellings, carried: map[string][]reminder.LedgerKey{},
		open: map[string]bool{},
	}
	for i, t := range tellings {
		s.open[t.Person.ID] = true
		s.tellings[i].Reminders = slices.DeleteFunc(t.Reminders, func(r reminder.Reminding) bool {
			key := reminder.LedgerKey{Certificate: r.Candidate.Certificate.ID, Milestone: r.Milestone, Person: t.Person.ID}
			if why := r.Moot(); why != "" {
				s.moot.Closed = append(s.moot.Closed, reminder.Moot{LedgerKey: key, Reason: why})
				return true
			}
			s.carried[t.Person.ID] = append(s.carried[t.Person.ID], key)
			return false
		})
	}
	return s, nil
}

// done notes what became of one call.
func (s *sending) done(ctx context.Context) func(reminder.Delivery) error {
	return func(d reminder.Delivery) error {
		if s.last {
			d.Dead, d.Later = append(d.Dead, d.Later...), nil
		}
		s.later = s.later || len(d.Later) > 0
		for _, id := range slices.Concat(d.Sent, d.Unreachable) {
			d.Carried = append(d.Carried, s.carried[id]...)
		}
		for _, id := range slices.Concat(d.Sent, d.Unreachable, d.Later, d.Dropped, d.Dead) {
			delete(s.open, id)
		}
		return s.note(ctx, d)
	}
}

// end frees what an error kept from being tried, for the next attempt.
func (s *sending) end(ctx context.Context, err error) error {
	switch {
	case err != nil && len(s.open) > 0:
		return errors.Join(err, s.note(ctx, reminder.Delivery{Later: slices.Sorted(maps.Keys(s.open))}))
	case err == nil && s.later:
		return errLater
	}
	return err
}

// note writes what became of messages. DingTalk has them, so the note is tried until the database
// is back from a restart, not only once.
func (s *sending) note(ctx context.Context, d reminder.Delivery) error {
	const patience, pause = 10 * time.Second, 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	t := time.NewTicker(pause)
	defer t.Stop()
	for {
		err := s.p.Ledger.Delivered(ctx, s.job, d, s.p.Now())
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

func (p *Pass) overview(ctx context.Context, today calendar.Date) (reminder.Overview, error) {
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
