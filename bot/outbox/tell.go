package outbox

import (
	"context"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// Tell sends each person one message with everything for them on a day, and people who read
// the same in one call. done hears of each call as it returns, so that a process that dies
// leaves at most one call of which nobody knows.
func (r *Room) Tell(
	ctx context.Context, day calendar.Date, tellings []reminder.Telling, done func(reminder.Delivery) error,
) error {
	var calls []call
	var dropped []string
	about := map[string][]string{} // whom each reader is told about
	hold := r.Used(ctx) >= workflow.QuotaHold
	waits := false
	for _, t := range tellings {
		c, err := r.compose(ctx, day, t)
		switch {
		case err != nil:
			return err
		case c.message == nil:
			dropped = append(dropped, t.Person.ID)
			continue
		case hold && c.patient: // a window stays open for a month; deadlines do not wait
			waits = true
			continue
		}
		calls = add(calls, *c.message, t.Person.ID)
		about[t.Person.ID] = c.about
	}
	if len(dropped) > 0 {
		if err := done(reminder.Delivery{Dropped: dropped}); err != nil {
			return err
		}
	}
	for _, c := range calls {
		send := func(people []string) (dingtalk.Receipt, error) {
			return r.post.SendEach(ctx, people, turn.Wire(c.message))
		}
		err := deliverEach(c.people, send, func(d reminder.Delivery) error {
			for _, reader := range d.Sent {
				if named := about[reader]; len(named) > 0 {
					d.Shown = append(d.Shown, reminder.Sight{Reader: reader, About: named, What: workflow.ShownTask})
				}
			}
			return done(d)
		})
		if err != nil {
			return err
		}
	}
	if waits {
		return turn.Held{}
	}
	return nil
}

// composed is what one person is told on a day.
type composed struct {
	message *text.Message // nil: there is nothing to say
	about   []string      // whom else it names
	patient bool          // it can wait for a better month
}

// compose puts together what somebody is told about their own certificate, and what waits for
// them as a handler.
func (r *Room) compose(ctx context.Context, day calendar.Date, t reminder.Telling) (composed, error) {
	c := composed{patient: true}
	var others []reminder.Reminding
	for _, x := range t.Reminders {
		if x.Candidate.Person.ID != t.Person.ID {
			others = append(others, x)
			continue
		}
		c.patient = c.patient && x.Reason == reminder.ReasonOpens
		own, err := r.own(ctx, x)
		if err != nil {
			return c, err
		}
		c.message = join(c.message, own)
	}
	if !t.Acts && len(others) == 0 {
		return c, nil
	}
	desk, about, err := r.deskDigest(ctx, day, t.Person, others)
	if desk != nil {
		c.message, c.about, c.patient = join(c.message, desk), about, false
	}
	return c, err
}

// join puts two messages into one, with as many buttons as there may be.
func join(a, b *text.Message) *text.Message {
	const most = 5
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	n := min(len(a.Buttons), most-min(len(b.Buttons), 2))
	a.Body += text.LineBreak + text.LineBreak + b.Markdown()
	a.Buttons = append(a.Buttons[:n:n], b.Buttons[:min(len(b.Buttons), most-n)]...)
	return a
}
