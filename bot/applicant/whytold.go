package applicant

import (
	"context"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// readTold answers 为什么收到这条: what the person was last reminded of, by which rule, and when the next one
// comes.
func (r *Room) readTold(ctx context.Context, sender string, _ command.Args) (turn.Action, error) {
	k, known, err := r.Reminders.Reminded(ctx, sender)
	if err != nil {
		return nil, err
	}
	told, err := r.Reminders.Told(ctx, sender)
	if err != nil {
		return nil, err
	}
	return func(t *turn.Turn, _ command.Args) error {
		if len(told.Reminders) == 0 {
			return t.Say("why_told_none", nil)
		}
		var lines []string
		for _, one := range told.Reminders {
			lines = append(lines, reasonLine(t, one, told.On))
		}
		d := text.Data{"On": told.On, "Lines": lines, "Next": ""}
		if next, ok := reminder.Next(k, t.Book.Current, t.Today()); ok && known {
			d["Next"] = next.On.String()
		}
		return t.Say("why_told", d)
	}, nil
}

// reasonLine says why somebody was reminded on a day. Whose certificate a handler was told of hears of it.
func reasonLine(t *turn.Turn, r reminder.Reminding, on calendar.Date) string {
	p := t.Book.Current
	ends := r.Candidate.Certificate.ValidUntil(p)
	switch r.Reason {
	case reminder.ReasonClimb:
		t.Disclose(r.Candidate.Person.ID, workflow.ShownTask)
		return t.Text.Phrase("why_climb", text.Typed(r.Candidate.Person.Name), ends)
	case reminder.ReasonSnoozed:
		return t.Text.Phrase("why_snoozed", ends)
	}
	return rungLine(t, r, p, on)
}

// rungLine names the rung of the ladder by which a reminder went out.
func rungLine(t *turn.Turn, r reminder.Reminding, p workflow.Policy, on calendar.Date) string {
	opens, ends := r.Candidate.Certificate.OpensOn(p), r.Candidate.Certificate.ValidUntil(p)
	for _, m := range p.Reminders.Ladder {
		switch {
		case m.ID != r.Milestone:
		case m.Anchor == workflow.AnchorOpens && m.Days < 0:
			return t.Text.Phrase("why_before_open", opens, -m.Days)
		case m.Anchor == workflow.AnchorOpens && m.Days == 0:
			return t.Text.Phrase("why_open", opens)
		case m.Anchor == workflow.AnchorOpens:
			return t.Text.Phrase("why_after_open", opens, opens.DaysUntil(on))
		case m.Days <= 0:
			return t.Text.Phrase("why_before_end", ends, -m.Days)
		default:
			return t.Text.Phrase("why_after_end", ends, ends.DaysUntil(on))
		}
	}
	return t.Text.Phrase("why_rung", ends) // of an older policy
}
