package outbox

import (
	"context"
	"errors"
	"fmt"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// Announce tells one person about one event. What is said follows from the event
// and from where the filing stands now.
func (r *Room) Announce(ctx context.Context, job workflow.Announce) error {
	c, err := r.records.Case(ctx, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) { // erased with its person's consent
		return nil
	}
	if err != nil {
		return err
	}
	e, err := r.records.Event(ctx, job.Filing, job.Seq)
	if err != nil {
		return err
	}
	t := r.Desk(c)
	if job.To == c.Applicant.ID {
		t.Text = r.Speak(c.Applicant)
		err = toApplicant(t, e)
	} else {
		err = toStaff(t, e)
	}
	if err != nil || t.Reply == nil {
		return err
	}
	if job.To != c.Applicant.ID {
		what := workflow.ShownTask
		if e.Action == workflow.HandNotice {
			what = workflow.ShownNotice
		}
		if err := r.records.Shown(ctx, c.Applicant.ID, []string{job.To}, what, r.Now()); err != nil {
			return err
		}
	}
	to := []string{job.To}
	if err := r.Chat.Send(ctx, to, turn.Wire(t.Reply.Message)); err != nil {
		return err
	}
	asked := c.Assignees(workflow.CollegeHandler, r.Today())
	if e.Action == workflow.HandNotice && len(asked) > 0 && asked[0].ID == job.To {
		to = append(to, c.Applicant.ID) // one file for both: uploads and sends count against the quota
	}
	return r.SendSheets(ctx, to, t.Reply.Sheets)
}

// staffTexts are what handlers are told about events that need no more than a text. They never change.
var staffTexts = map[workflow.Action]string{
	workflow.ObjectNotice:   "objection_task",
	workflow.ReportIdentity: "identity_task",
	workflow.LeaveUnit:      "left_task",
	workflow.PassNotice:     "notice_down",
}

// toStaff tells whoever handles the filing about an event.
func toStaff(t *turn.Turn, e workflow.Event) error {
	d := view.Base(t, t.Case, t.Filing)
	d["Text"] = text.Typed(text.Short(e.Text))
	if key, ok := staffTexts[e.Action]; ok {
		return t.Say(key, d)
	}
	if e.Action != workflow.HandNotice || t.Filing.Notice.State != workflow.NoticeHanded {
		return nil
	}
	key := "notice_task"
	if !t.Filing.Notice.From.IsZero() { // posted before; something on it has changed (T07)
		key = "notice_changed"
		d["Changes"] = publishedChanges(t)
	}
	if err := t.Say(key, d); err != nil {
		return err
	}
	t.Hand(view.Sheet(t, workflow.PaperNotice))
	return nil
}

// publishedChanges says what a notice that was posted has to say otherwise now.
func publishedChanges(t *turn.Turn) []string {
	var out []string
	for _, k := range t.Filing.Notice.Changed {
		fd, _ := workflow.FieldOf(k)
		out = append(out, fmt.Sprintf("%s → **%s**", t.Text.Field(fd), view.Shown(fd, t.Filing.Values[k])))
	}
	return out
}

// toApplicant tells the person of the filing about an event.
func toApplicant(t *turn.Turn, e workflow.Event) error {
	d := view.Base(t, t.Case, t.Filing)
	switch e.Action {
	case workflow.PostNotice, workflow.KeepNotice:
		return sayNoticeStarted(t, d)
	case workflow.ObjectNotice:
		return t.Say("objection_told", d)
	case workflow.SettleNotice:
		return sayThenNext(t, "objection_settled", e, d)
	case workflow.Correct:
		return sayThenNext(t, "corrected", e, d)
	case workflow.DeclareCategory, workflow.LeaveUnit:
		return t.Next()
	case workflow.Upload:
		return sayThenNext(t, "form_by_college", e, d)
	case workflow.HandIn:
		step, _ := t.Policy().ReviewStep(e.Step)
		d["Handlers"] = view.Handlers(t, step.Role)
		return t.Say("auto_handed_in", d)
	case workflow.Approve:
		return sayPassed(t, e, d)
	case workflow.Return:
		return sayReturned(t, e, d)
	case workflow.Submit:
		return t.Say("submitted", d)
	case workflow.Report, workflow.ReportReturned, workflow.ReportApproved:
		d["Status"] = text.Typed(e.Text)
		return sayThenNext(t, "status_told", e, d)
	}
	return nil
}

// sayThenNext fills a text that quotes the event and ends with the next step in one sentence.
func sayThenNext(t *turn.Turn, key string, e workflow.Event, d text.Data) error {
	next, err := t.Brief()
	if err != nil {
		return err
	}
	d["Next"], d["Text"], d["Where"] = next, text.Typed(text.Short(e.Text)), t.Where()
	return t.Say(key, d)
}

func sayNoticeStarted(t *turn.Turn, d text.Data) error {
	d["From"], d["Until"], d["Where"] = t.Filing.Notice.From, t.Filing.Notice.Until, t.Where()
	key, next, err := view.StepText(t)
	if err != nil {
		return err
	}
	next["Notice"] = "" // said already
	m, err := t.Text.Message(key, next)
	if err != nil {
		return err
	}
	d["Next"] = m.OneLine()
	return t.Say("notice_started", d)
}

func sayPassed(t *turn.Turn, e workflow.Event, d text.Data) error {
	p := t.Policy()
	next, _ := p.ReviewStep(e.Step)
	d["By"], d["Handlers"] = view.Who(t, e.Actor), view.Handlers(t, next.Role)
	d["StepLabel"], d["NextLabel"] = "", t.Text.Either(next.Label, next.English)
	for _, s := range p.Review {
		if after, ok := p.After(s.ID); ok && after.ID == e.Step {
			d["StepLabel"] = t.Text.Either(s.Label, s.English)
		}
	}
	return t.Say("step_passed", d)
}

// sayReturned quotes the event, not the filing: some items may be mended by now.
func sayReturned(t *turn.Turn, e workflow.Event, d text.Data) error {
	view.FillFix(t, d, workflow.Step{Items: e.Items, Slots: t.Filing.Outstanding()})
	d["By"] = view.Who(t, e.Actor)
	return t.Say("step_fix", d)
}
