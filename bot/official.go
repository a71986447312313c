package bot

import (
	"fmt"
	"time"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// report stores an official status word for word (T15, T16). That it passed is
// taken as a question for the dates, never as the end.
func (t *turn) report(by workflow.Actor) error {
	action := workflow.Report
	if sentBack(t.in.text) {
		action = workflow.ReportReturned
	}
	done, err := t.apply(workflow.Command{Action: action, Actor: by, Text: t.in.text})
	if err != nil || !done {
		return err
	}
	if passed(t.in.text) {
		return t.sayNext()
	}
	return t.say("status_noted", text.Data{"Status": text.Typed(t.in.text), "At": stamp(t.Now()), "Returned": action == workflow.ReportReturned, "Refused": refusedByCity(t.in.text)})
}

// date takes a bare date as the start of the new certificate, when that is what is
// being asked; it closes the cycle (T18).
func (t *turn) date(by workflow.Actor) error {
	if t.f.State == workflow.Approved {
		d := t.base(t.c, t.f)
		t.fillRenewed(d)
		return t.say("date_known", d)
	}
	n := len(t.f.Official)
	if n == 0 || !passed(t.f.Official[n-1].Text) || t.f.State != workflow.Reviewing {
		return t.unknown()
	}
	if t.in.vague {
		return t.say("date_which_day", text.Data{"Example": t.today().String()})
	}
	cmd := workflow.Command{Action: workflow.ReportApproved, Actor: by, From: t.in.from, Until: t.in.until, Text: t.f.Official[n-1].Text}
	if done, err := t.apply(cmd); err != nil || !done {
		return err
	}
	if err := t.renew(); err != nil {
		return err
	}
	return t.sayNext()
}

// renew makes what was approved the current certificate.
func (t *turn) renew() error {
	id, err := t.NewID()
	if err != nil {
		return err
	}
	t.renewed = &workflow.Certificate{
		ID: id, Person: t.f.Person, Category: t.f.Values[workflow.Category], RecognisedOn: t.f.Renewed.From,
		PrintedEnd: t.f.Renewed.Until, Unit: t.f.Values[workflow.Unit], Values: t.f.Values,
	}
	return nil
}

// progress is the timeline of the filing.
func (t *turn) progress() error {
	var lines []string
	for _, m := range t.f.Timeline {
		if s := t.momentLine(m); s != "" {
			lines = append(lines, fmt.Sprintf("%s %s", stamp(m.At), s))
		}
	}
	if t.f.Notice.State == workflow.NoticePosted || t.f.Notice.State == workflow.NoticePassed {
		lines = append(lines, t.noticeLine())
	}
	if s := t.f.State.Official(); s != "" {
		lines = append(lines, t.texts.Phrase("official_state", s))
	}
	d := t.base(t.c, t.f)
	d["Lines"] = append(lines, t.newerRules()...)
	return t.withNext("progress", d)
}

// newerRules says what a newer policy than the filing's would decide otherwise.
func (t *turn) newerRules() []string {
	kept, current := t.policy(), t.rules.Current
	var out []string
	for _, x := range t.f.Differences(kept, current) {
		out = append(out, t.texts.Phrase("rules_"+x.What, kept.Version, x.Old, x.New, current.Version))
	}
	return out
}

// stamp is a moment as people write it.
func stamp(at time.Time) string { return at.In(calendar.Zone()).Format("01-02 15:04") }

// momentLine says one milestone; an empty line is left out.
func (t *turn) momentLine(m workflow.Moment) string {
	switch m.Action {
	case workflow.Approve, workflow.Return, workflow.Submit:
		step, _ := t.policy().ReviewStep(m.Step)
		return t.texts.Phrase("moment_"+string(m.Action), t.texts.Either(step.Label, step.English), t.who(m.By))
	case workflow.SettleNotice, workflow.Correct, workflow.Report, workflow.ReportReturned:
		return t.texts.Phrase("moment_"+string(m.Action), text.Typed(m.Text))
	}
	return t.texts.Phrase("moment_" + string(m.Action))
}
