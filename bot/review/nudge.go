package review

import (
	"context"
	"errors"
	"slices"

	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// Nudge tells whoever it has come to that a filing stands still: who should act, then the
// deputies, then HR.
func (r *Room) Nudge(ctx context.Context, job workflow.Nudge) error {
	c, err := r.Cases.Case(ctx, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	policy := r.Rules().For(c.Filing)
	w, ok := c.Filing.Waits(policy)
	if !ok || w.Key != job.Wait {
		return nil // it has moved since
	}
	to, err := r.nudged(ctx, c, w, job.Level)
	if err != nil || len(to) == 0 {
		return err
	}
	t := r.about(c)
	d := view.Base(t.Turn, c, c.Filing)
	step, _ := policy.ReviewStep(w.Step)
	d["Step"], d["Hours"] = step.Label, int(policy.WorkTime(w.Since, r.Now()).Hours())
	d["Handlers"] = view.Handlers(t.Turn, w.Role)
	if w.Step == "" {
		d["Step"] = t.Text.Phrase("posting")
	}
	if err := r.Cards.Shown(ctx, c.Applicant.ID, to, workflow.ShownTask, r.Now()); err != nil {
		return err
	}
	return r.Write(ctx, to, nudgeKey(job.Level), d)
}

func nudgeKey(l workflow.Level) string {
	switch l {
	case workflow.Nudged:
		return "nudge_handler"
	case workflow.DeputyAsked:
		return "nudge_deputy"
	}
	return "nudge_hr"
}

// nudged are those who hear of a wait at a level. A level that has nobody goes to the next.
func (r *Room) nudged(ctx context.Context, c workflow.Case, w workflow.Wait, l workflow.Level) ([]string, error) {
	today := r.Today()
	asked := c.Reviewers(w.Role, today)
	if l == workflow.Nudged {
		return r.Present(ctx, asked)
	}
	if l == workflow.DeputyAsked {
		others := c.Deputies(w.Role, today)
		if len(others) == 0 && w.Role == workflow.CollegeHandler {
			others = c.Assignees(workflow.SchoolHandler, today)
		}
		others = slices.DeleteFunc(others, func(p workflow.Person) bool {
			return slices.ContainsFunc(asked, func(x workflow.Person) bool { return x.ID == p.ID })
		})
		if there, err := r.Present(ctx, others); err != nil || len(there) > 0 {
			return there, err
		}
	}
	hr, err := r.People.Holders(ctx, workflow.HR)
	if err != nil {
		return nil, err
	}
	return r.Present(ctx, hr)
}
