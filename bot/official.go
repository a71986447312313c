package bot

import (
	"fmt"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// report stores an official status word for word (T15, T16). That it passed is
// taken as a question for the dates, never as the end.
func (t *visit) report(by workflow.Actor) error {
	action := workflow.Report
	if view.SentBack(t.in.text) {
		action = workflow.ReportReturned
	}
	done, err := t.Apply(workflow.Command{Action: action, Actor: by, Text: t.in.text})
	if err != nil || !done {
		return err
	}
	if view.Passed(t.in.text) {
		return t.Next()
	}
	return t.Say("status_noted", text.Data{"Status": text.Typed(t.in.text), "At": view.Stamp(t.Now()), "Returned": action == workflow.ReportReturned, "Refused": view.RefusedByCity(t.in.text)})
}

// date takes a bare date as the start of the new certificate, when that is what is
// being asked; it closes the cycle (T18).
func (t *visit) date(by workflow.Actor) error {
	if t.Filing.State == workflow.Approved {
		d := view.Base(t.Turn, t.Case, t.Filing)
		view.FillRenewed(t.Turn, d)
		return t.Say("date_known", d)
	}
	n := len(t.Filing.Official)
	if n == 0 || !view.Passed(t.Filing.Official[n-1].Text) || t.Filing.State != workflow.Reviewing {
		return t.unknown()
	}
	if t.in.vague {
		return t.Say("date_which_day", text.Data{"Example": t.Today().String()})
	}
	cmd := workflow.Command{Action: workflow.ReportApproved, Actor: by, From: t.in.from, Until: t.in.until, Text: t.Filing.Official[n-1].Text}
	if done, err := t.Apply(cmd); err != nil || !done {
		return err
	}
	if err := t.renew(); err != nil {
		return err
	}
	return t.Next()
}

// renew makes what was approved the current certificate.
func (t *visit) renew() error {
	id, err := t.NewID()
	if err != nil {
		return err
	}
	t.Out.Renewed = &workflow.Certificate{
		ID: id, Person: t.Filing.Person, Category: t.Filing.Values[workflow.Category], RecognisedOn: t.Filing.Renewed.From,
		PrintedEnd: t.Filing.Renewed.Until, Unit: t.Filing.Values[workflow.Unit], Values: t.Filing.Values,
	}
	return nil
}

// progress is the timeline of the filing.
func (t *visit) progress() error {
	var lines []string
	for _, m := range t.Filing.Timeline {
		if s := view.MomentLine(t.Turn, m); s != "" {
			lines = append(lines, fmt.Sprintf("%s %s", view.Stamp(m.At), s))
		}
	}
	if t.Filing.Notice.State == workflow.NoticePosted || t.Filing.Notice.State == workflow.NoticePassed {
		lines = append(lines, view.NoticeLine(t.Turn))
	}
	if s := t.Filing.State.Official(); s != "" {
		lines = append(lines, t.Text.Phrase("official_state", s))
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Lines"] = append(lines, t.newerRules()...)
	return t.SayWithNext("progress", d)
}

// newerRules says what a newer policy than the filing's would decide otherwise.
func (t *visit) newerRules() []string {
	kept, current := t.Policy(), t.Book.Current
	var out []string
	for _, x := range t.Filing.Differences(kept, current) {
		out = append(out, t.Text.Phrase("rules_"+x.What, kept.Version, x.Old, x.New, current.Version))
	}
	return out
}
