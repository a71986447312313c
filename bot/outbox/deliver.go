package outbox

import (
	"context"
	"errors"
	"slices"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow/reminder"
)

// call is one message and who reads it.
type call struct {
	message text.Message
	people  []string
}

// add puts a person to those who read the same.
func add(calls []call, m text.Message, person string) []call {
	for i, c := range calls {
		if c.message.Markdown() == m.Markdown() && slices.Equal(c.message.Buttons, m.Buttons) &&
			len(c.people) < reminder.MostTold {
			calls[i].people = append(calls[i].people, person)
			return calls
		}
	}
	return append(calls, call{m, []string{person}})
}

// sendAll makes one call for several people.
type sendAll func(people []string) (dingtalk.Receipt, error)

// deliverEach makes one call for several people and sorts out what became of each. When
// DingTalk refuses the call because of somebody, each is tried alone: one who has left must
// not keep a reminder from nineteen others.
func deliverEach(people []string, send sendAll, done func(reminder.Delivery) error) error {
	r, err := send(people)
	var api *dingtalk.Error
	refused := errors.As(err, &api) && (api.Kind == dingtalk.Absent || api.Kind == dingtalk.Invalid)
	switch {
	case refused && len(people) > 1:
		for _, p := range people {
			if err := deliverEach([]string{p}, send, done); err != nil {
				return err
			}
		}
		return nil
	case refused && api.Kind == dingtalk.Absent:
		return done(reminder.Delivery{Unreachable: people, Reason: turn.Reason(err)})
	case refused:
		return done(reminder.Delivery{Dead: people, Reason: turn.Reason(err)})
	case err != nil:
		return err
	}
	d := reminder.Delivery{QueryKey: r.QueryKey, Unreachable: r.Unreached(), Later: r.Throttled}
	for _, p := range people {
		if !slices.Contains(d.Unreachable, p) && !slices.Contains(d.Later, p) {
			d.Sent = append(d.Sent, p)
		}
	}
	switch {
	case len(d.Unreachable) > 0:
		d.Reason = "invalidStaffId"
	case len(d.Later) > 0:
		d.Reason = "flowControlled"
	}
	return done(d)
}

// WhoRead returns who has read a message.
func (r *Room) WhoRead(ctx context.Context, key string) ([]string, error) {
	read, err := r.post.WhoRead(ctx, key)
	if errors.Is(err, &dingtalk.Error{Kind: dingtalk.Invalid}) {
		return nil, nil // DingTalk does not know yet, or no longer
	}
	return read, err
}
