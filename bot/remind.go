package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// Tell sends each person one message with everything for them on a day, and people who read
// the same in one call. done hears of each call as it returns, so that a process that dies
// leaves at most one call of which nobody knows.
func (b *Bot) Tell(ctx context.Context, day calendar.Date, tellings []reminder.Telling, done func(reminder.Delivery) error) error {
	var calls []call
	var dropped []string
	about := map[string][]string{} // whom each reader is told about
	hold := b.Used(ctx) >= workflow.QuotaHold
	waits := false
	for _, t := range tellings {
		c, err := b.compose(ctx, day, t)
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
		err := b.deliverEach(c.people, func(people []string) (dingtalk.Receipt, error) {
			return b.DingTalk.SendEach(ctx, people, turn.Wire(c.message))
		}, func(d reminder.Delivery) error {
			for _, reader := range d.Sent {
				if len(about[reader]) > 0 {
					d.Shown = append(d.Shown, reminder.Sight{Reader: reader, About: about[reader], What: workflow.ShownTask})
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

// call is one message and who reads it.
type call struct {
	message text.Message
	people  []string
}

// add puts a person to those who read the same.
func add(calls []call, m text.Message, person string) []call {
	for i, c := range calls {
		if c.message.Markdown() == m.Markdown() && slices.Equal(c.message.Buttons, m.Buttons) && len(c.people) < reminder.MostTold {
			calls[i].people = append(calls[i].people, person)
			return calls
		}
	}
	return append(calls, call{m, []string{person}})
}

// deliverEach makes one call for several people and sorts out what became of each. When
// DingTalk refuses the call because of somebody, each is tried alone: one who has left must
// not keep a reminder from nineteen others.
func (b *Bot) deliverEach(people []string, send sendAll, done func(reminder.Delivery) error) error {
	r, err := send(people)
	var api *dingtalk.Error
	refused := errors.As(err, &api) && (api.Kind == dingtalk.Absent || api.Kind == dingtalk.Invalid)
	switch {
	case refused && len(people) > 1:
		for _, p := range people {
			if err := b.deliverEach([]string{p}, send, done); err != nil {
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

// composed is what one person is told on a day.
type composed struct {
	message *text.Message // nil: there is nothing to say
	about   []string      // whom else it names
	patient bool          // it can wait for a better month
}

// compose puts together what somebody is told about their own certificate, and what waits for
// them as a handler.
func (b *Bot) compose(ctx context.Context, day calendar.Date, t reminder.Telling) (composed, error) {
	c := composed{patient: true}
	var others []reminder.Reminding
	for _, r := range t.Reminders {
		if r.Candidate.Person.ID != t.Person.ID {
			others = append(others, r)
			continue
		}
		c.patient = c.patient && r.Reason == reminder.ReasonOpens
		own, err := b.own(ctx, r)
		if err != nil {
			return c, err
		}
		c.message = join(c.message, own)
	}
	if !t.Acts && len(others) == 0 {
		return c, nil
	}
	desk, about, err := b.deskDigest(ctx, day, t.Person, others)
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

// own reminds somebody of their certificate. The text holds nothing but dates, so that many
// people can read the same.
func (b *Bot) own(ctx context.Context, r reminder.Reminding) (*text.Message, error) {
	k := r.Candidate
	c := workflow.Case{Person: k.Person, Applicant: k.Person, Known: true, Certificate: &k.Certificate}
	started := k.State.Begun()
	if started { // the next step is their own
		var err error
		if c, err = b.Records.PersonCase(ctx, k.Person.ID); err != nil {
			return nil, err
		}
	}
	t := b.newVisit(c)
	d := view.Base(t.Turn, c, c.Filing)
	d["Next"], d["Started"], d["Soon"], d["Asked"] = "", started, d["ToOpen"] != 0, r.Reason == reminder.ReasonSnoozed || k.Attention.Later == t.Today()
	if started {
		next, err := t.Brief()
		if err != nil {
			return nil, err
		}
		d["Next"] = next
	}
	d["Later"] = b.laterChoices(k)
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
func (b *Bot) laterChoices(k reminder.Candidate) []int {
	p := b.Rules().Current
	var out []int
	for _, n := range p.Reminders.Snooze {
		if _, capped := reminder.Snooze(k.Certificate, p, b.Today(), n); !capped {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	switch {
	case len(out) < 2:
		return out
	case workflow.Assess(&k.Certificate, b.Today(), p).SafeNotice.Before(b.Today()): // it is late already
		return out[:1]
	}
	return out[len(out)-1:]
}

// deskDigest is what a handler is told once a day: what waits for them, whose certificates
// run out without an answer, and on the first working day of a week how the college stands.
func (b *Bot) deskDigest(ctx context.Context, today calendar.Date, p workflow.Person, unanswered []reminder.Reminding) (m *text.Message, about []string, err error) {
	d := text.Data{"Name": b.Chinese().Phrase("teacher", text.Typed(p.Name).String())}
	waiting, err := b.waitingFor(ctx, p.ID)
	if err != nil {
		return nil, nil, err
	}
	d["Count"], d["Counts"] = len(waiting), view.CountTasks(b.Chinese(), waiting)
	var silent []string
	for _, r := range unanswered {
		silent = append(silent, b.personEnds(r.Candidate, today))
		about = append(about, r.Candidate.Person.ID)
	}
	d["Silent"], d["More"] = capped(silent)
	weeks, named, err := b.weeks(ctx, today, p)
	if err != nil {
		return nil, nil, err
	}
	d["Weeks"] = weeks
	if len(waiting) == 0 && len(silent) == 0 && len(weeks) == 0 {
		return nil, nil, nil
	}
	said, err := b.Chinese().Message("desk_digest", d)
	if err != nil {
		return nil, nil, err
	}
	return &said, append(about, named...), nil
}

// capped keeps a list readable on a phone; more is how many were left out.
func capped(lines []string) (kept []string, more int) {
	const most = 10
	if len(lines) <= most {
		return lines, 0
	}
	return lines[:most], len(lines) - most
}

// weeks is how the colleges that somebody handles stand, once a week.
func (b *Bot) weeks(ctx context.Context, today calendar.Date, p workflow.Person) (out, about []string, err error) {
	policy := b.Rules().Current
	if !policy.Weekly(today) {
		return nil, nil, nil
	}
	const named = 5
	for _, g := range p.Grants {
		if g.Role != workflow.CollegeHandler || g.College == "" {
			continue
		}
		w, err := b.Cases.Week(ctx, g.College, today, policy.Reminders.DigestDays, named)
		if err != nil {
			return nil, nil, err
		}
		if w.Ending == 0 && w.Done == 0 {
			continue
		}
		var idle []string
		for _, k := range w.Idle {
			idle = append(idle, fmt.Sprintf("%s %s", text.Typed(k.Person.Name), view.Day(k.Certificate.ValidUntil(policy))))
			about = append(about, k.Person.ID)
		}
		line, err := b.Chinese().Line("college_week", text.Data{"College": text.Typed(w.College), "Days": policy.Reminders.DigestDays, "Ending": w.Ending, "Busy": w.Busy, "Idle": w.Ending - w.Busy, "Done": w.Done, "Names": idle, "More": w.Ending - w.Busy - len(idle)})
		if err != nil {
			return nil, nil, err
		}
		out = append(out, line)
	}
	return out, about, nil
}

// WhoRead returns who has read a message.
func (b *Bot) WhoRead(ctx context.Context, key string) ([]string, error) {
	read, err := b.DingTalk.WhoRead(ctx, key)
	if errors.Is(err, &dingtalk.Error{Kind: dingtalk.Invalid}) {
		return nil, nil // DingTalk does not know yet, or no longer
	}
	return read, err
}

// reminded is what a turn needs to know about the sender's reminders.
type reminded struct {
	candidate reminder.Candidate
	known     bool
	told      reminder.Told
}

func (b *Bot) reminded(ctx context.Context, person string) (reminded, error) {
	var r reminded
	var err error
	if r.candidate, r.known, err = b.Records.Reminded(ctx, person); err != nil {
		return r, err
	}
	r.told, err = b.Records.Told(ctx, person)
	return r, err
}

// aboutReminders answers what people say about their reminders.
func (t *visit) aboutReminders() error {
	k, p, today := t.reminders.candidate, t.Book.Current, t.Today()
	a := k.Attention
	d := view.Base(t.Turn, t.Case, t.Filing)
	if t.in.wish == wishWhyTold {
		return t.whyTold()
	}
	if !t.reminders.known {
		return t.Say("remind_none", d)
	}
	switch t.in.wish {
	case wishLater, wishSnooze:
		if k.Stopped() == reminder.ReasonFiled {
			return t.Say("later_filed", d)
		}
		if k.State.Begun() && t.in.wish == wishLater {
			return t.SayWithNext("later_begun", text.Data{})
		}
		days := t.in.days
		if days == 0 {
			days = slices.Max(append([]int{1}, p.Reminders.Snooze...))
		}
		on, capped := reminder.Snooze(k.Certificate, p, today, days)
		a.Asked, a.Later, a.Declined = today, on, calendar.Date{}
		d["On"], d["Capped"] = on, capped
		t.Out.Attention = &a
		return t.Say("later", d)
	case wishAck:
		a.Acknowledged = today
		t.Out.Attention = &a
		if next, ok := reminder.Next(k, p, today); ok {
			d["On"] = next.On.String()
		} else {
			d["On"] = ""
		}
		return t.Say("acknowledged", d)
	case wishDecline:
		switch {
		case k.Stopped() == reminder.ReasonFiled:
			return t.Say("later_filed", d)
		case k.State.Begun():
			return t.Say("declined_begun", d)
		}
		a.Declined = today
		t.Out.Attention = &a
		return t.Say("declined", d)
	default: // wishResume
		a.Declined, a.Later = calendar.Date{}, calendar.Date{}
		t.Out.Attention = &a
		return t.Say("resumed", d)
	}
}

// whyTold answers 为什么收到这条: what the person was last reminded of, by which rule, and
// when the next one comes.
func (t *visit) whyTold() error {
	told, p := t.reminders.told, t.Book.Current
	if len(told.Reminders) == 0 {
		return t.Say("why_told_none", nil)
	}
	var lines []string
	for _, r := range told.Reminders {
		ends := r.Candidate.Certificate.ValidUntil(p)
		switch r.Reason {
		case reminder.ReasonClimb:
			lines = append(lines, t.Text.Phrase("why_climb", text.Typed(r.Candidate.Person.Name), ends))
			t.Disclose(r.Candidate.Person.ID, workflow.ShownTask)
		case reminder.ReasonSnoozed:
			lines = append(lines, t.Text.Phrase("why_snoozed", ends))
		default:
			lines = append(lines, t.rung(r, p, told.On))
		}
	}
	d := text.Data{"On": told.On, "Lines": lines, "Next": ""}
	if next, ok := reminder.Next(t.reminders.candidate, p, t.Today()); ok && t.reminders.known {
		d["Next"] = next.On.String()
	}
	return t.Say("why_told", d)
}

// rung names the rule by which a reminder went out.
func (t *visit) rung(r reminder.Reminding, p workflow.Policy, told calendar.Date) string {
	c := r.Candidate.Certificate
	for _, m := range p.Reminders.Ladder {
		switch {
		case m.ID != r.Milestone:
		case m.Anchor == workflow.AnchorOpens && m.Days < 0:
			return t.Text.Phrase("why_before_open", c.OpensOn(p), -m.Days)
		case m.Anchor == workflow.AnchorOpens && m.Days == 0:
			return t.Text.Phrase("why_open", c.OpensOn(p))
		case m.Anchor == workflow.AnchorOpens:
			return t.Text.Phrase("why_after_open", c.OpensOn(p), c.OpensOn(p).DaysUntil(told))
		case m.Days <= 0:
			return t.Text.Phrase("why_before_end", c.ValidUntil(p), -m.Days)
		default:
			return t.Text.Phrase("why_after_end", c.ValidUntil(p), c.ValidUntil(p).DaysUntil(told))
		}
	}
	return t.Text.Phrase("why_rung", c.ValidUntil(p)) // of an older policy
}
