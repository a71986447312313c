package view

import (
	"time"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Stamp is a moment as people write it.
func Stamp(at time.Time) string { return at.In(calendar.Zone()).Format("01-02 15:04") }

// MomentLine says one milestone; an empty line is left out.
func MomentLine(t *turn.Turn, m workflow.Moment) string {
	switch m.Action {
	case workflow.Approve, workflow.Return, workflow.Submit:
		step, _ := t.Policy().ReviewStep(m.Step)
		return t.Text.Phrase("moment_"+string(m.Action), t.Text.Either(step.Label, step.English), Who(t, m.By))
	case workflow.SettleNotice, workflow.Correct, workflow.Report, workflow.ReportReturned:
		return t.Text.Phrase("moment_"+string(m.Action), text.Typed(m.Text))
	}
	return t.Text.Phrase("moment_" + string(m.Action))
}

// MomentIn says a milestone in a language.
func MomentIn(t *turn.Turn, texts *text.Catalogue, m workflow.Moment) string {
	other := *t
	other.Text = texts
	return MomentLine(&other, m)
}

// Decides reports whether an action is a decision of a review.
func Decides(a workflow.Action) bool {
	return a == workflow.Approve || a == workflow.Return || a == workflow.Submit
}
