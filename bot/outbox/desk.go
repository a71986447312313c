package outbox

import (
	"context"
	"fmt"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// deskDigest is what a handler is told once a day: what waits for them, whose certificates
// run out without an answer, and on the first working day of a week how the college stands.
func (r *Room) deskDigest(
	ctx context.Context, today calendar.Date, p workflow.Person, unanswered []reminder.Reminding,
) (m *text.Message, about []string, err error) {
	zh := r.Chinese()
	cases, err := r.desk.Desk(ctx, p.ID, r.Today(), view.MostOnDesk)
	if err != nil {
		return nil, nil, err
	}
	waiting := view.TasksOf(r.Rules(), cases, p.ID, r.Today())
	var silent []string
	for _, x := range unanswered {
		silent = append(silent, r.personEnds(x.Candidate, today))
		about = append(about, x.Candidate.Person.ID)
	}
	weeks, named, err := r.weeks(ctx, today, p)
	if err != nil {
		return nil, nil, err
	}
	if len(waiting) == 0 && len(silent) == 0 && len(weeks) == 0 {
		return nil, nil, nil
	}
	d := text.Data{
		"Name": zh.Phrase("teacher", text.Typed(p.Name).String()), "Weeks": weeks,
		"Count": len(waiting), "Counts": view.CountTasks(zh, waiting),
	}
	d["Silent"], d["More"] = capped(silent)
	said, err := zh.Message("desk_digest", d)
	if err != nil {
		return nil, nil, err
	}
	return &said, append(about, named...), nil
}

// weeks is how the colleges that somebody handles stand, once a week.
func (r *Room) weeks(ctx context.Context, today calendar.Date, p workflow.Person) (out, about []string, err error) {
	policy := r.Rules().Current
	if !policy.Weekly(today) {
		return nil, nil, nil
	}
	const named = 5
	for _, g := range p.Grants {
		if g.Role != workflow.CollegeHandler || g.College == "" {
			continue
		}
		w, err := r.desk.Week(ctx, g.College, today, policy.Reminders.DigestDays, named)
		if err != nil {
			return nil, nil, err
		}
		if w.Ending == 0 && w.Done == 0 {
			continue
		}
		var idle []string
		for _, k := range w.Idle {
			ends := view.Day(k.Certificate.ValidUntil(policy))
			idle = append(idle, fmt.Sprintf("%s %s", text.Typed(k.Person.Name), ends))
			about = append(about, k.Person.ID)
		}
		line, err := r.Chinese().Line("college_week", text.Data{
			"College": text.Typed(w.College), "Days": policy.Reminders.DigestDays, "Ending": w.Ending, "Busy": w.Busy,
			"Idle": w.Ending - w.Busy, "Done": w.Done, "Names": idle, "More": w.Ending - w.Busy - len(idle),
		})
		if err != nil {
			return nil, nil, err
		}
		out = append(out, line)
	}
	return out, about, nil
}

// personEnds is one line about somebody and when their certificate ends.
func (r *Room) personEnds(k reminder.Candidate, today calendar.Date) string {
	ends, zh := k.Certificate.ValidUntil(r.Rules().Current), r.Chinese()
	left := view.Left(zh, today.DaysUntil(ends))
	return zh.Phrase("person_ends", text.Typed(k.Person.Name), text.Typed(k.College), ends, left)
}

// capped keeps a list readable on a phone; more is how many were left out.
func capped(lines []string) (kept []string, more int) {
	const most = 10
	if len(lines) <= most {
		return lines, 0
	}
	return lines[:most], len(lines) - most
}
