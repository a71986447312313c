package bot

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
func (b *Bot) Announce(ctx context.Context, job workflow.Announce) error {
	c, err := b.Records.Case(ctx, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) { // erased with its person's consent
		return nil
	}
	if err != nil {
		return err
	}
	e, err := b.Records.Event(ctx, job.Filing, job.Seq)
	if err != nil {
		return err
	}
	t := b.desk(c)
	if job.To == c.Applicant.ID {
		t.Text = b.Speak(c.Applicant)
	}
	if err := t.announce(e, job.To); err != nil || t.Reply == nil {
		return err
	}
	if job.To != c.Applicant.ID {
		what := workflow.ShownTask
		if e.Action == workflow.HandNotice {
			what = workflow.ShownNotice
		}
		if err := b.Ledger.Shown(ctx, c.Applicant.ID, []string{job.To}, what, b.Now()); err != nil {
			return err
		}
	}
	to := []string{job.To}
	if err := b.DingTalk.Send(ctx, to, turn.Wire(t.Reply.Message)); err != nil {
		return err
	}
	if asked := c.Assignees(workflow.CollegeHandler, b.Today()); e.Action == workflow.HandNotice && len(asked) > 0 && asked[0].ID == job.To {
		to = append(to, c.Applicant.ID) // one file for both: uploads and sends count against the quota
	}
	return b.SendSheets(ctx, to, t.Reply.Sheets)
}

// announce chooses the text for an event and its receiver.
func (t *visit) announce(e workflow.Event, to string) error {
	d := view.Base(t.Turn, t.Case, t.Filing)
	if to != t.Filing.Person && e.Action == workflow.ObjectNotice {
		d["Text"] = text.Typed(text.Short(e.Text))
		return t.Say("objection_task", d)
	}
	if key := staffText(e.Action); to != t.Filing.Person && key != "" {
		return t.Say(key, d)
	}
	if to != t.Filing.Person {
		if e.Action != workflow.HandNotice || t.Filing.Notice.State != workflow.NoticeHanded {
			return nil
		}
		key := "notice_task"
		if !t.Filing.Notice.From.IsZero() { // posted before; something on it has changed (T07)
			key = "notice_changed"
			d["Changes"] = t.publishedChanges()
		}
		if err := t.Say(key, d); err != nil {
			return err
		}
		t.Hand(view.Sheet(t.Turn, workflow.PaperNotice))
		return nil
	}
	switch e.Action {
	case workflow.PostNotice, workflow.KeepNotice:
		d["From"], d["Until"], d["Where"] = t.Filing.Notice.From, t.Filing.Notice.Until, t.Where()
		key, nd, err := view.StepText(t.Turn)
		if err != nil {
			return err
		}
		nd["Notice"] = "" // said already
		m, err := t.Text.Message(key, nd)
		if err != nil {
			return err
		}
		d["Next"] = m.OneLine()
		return t.Say("notice_started", d)
	case workflow.ObjectNotice:
		return t.Say("objection_told", d)
	case workflow.SettleNotice, workflow.Correct:
		next, err := t.Brief()
		if err != nil {
			return err
		}
		d["Next"], d["Text"], d["Where"] = next, text.Typed(text.Short(e.Text)), t.Where()
		return t.Say(map[workflow.Action]string{workflow.SettleNotice: "objection_settled", workflow.Correct: "corrected"}[e.Action], d)
	case workflow.DeclareCategory, workflow.LeaveUnit:
		return t.Next()
	case workflow.Upload:
		next, err := t.Brief()
		if err != nil {
			return err
		}
		d["Next"] = next
		return t.Say("form_by_college", d)
	case workflow.HandIn:
		step, _ := t.Policy().ReviewStep(e.Step)
		d["Handlers"] = view.Handlers(t.Turn, step.Role)
		return t.Say("auto_handed_in", d)
	case workflow.Approve:
		return t.sayPassed(e, d)
	case workflow.Return:
		return t.sayReturned(e, d)
	case workflow.Submit:
		return t.Say("submitted", d)
	case workflow.Report, workflow.ReportReturned, workflow.ReportApproved:
		next, err := t.Brief()
		if err != nil {
			return err
		}
		d["Status"], d["Next"] = text.Typed(e.Text), next
		return t.Say("status_told", d)
	}
	return nil
}

// publishedChanges says what a notice that was posted has to say otherwise now.
func (t *visit) publishedChanges() []string {
	var out []string
	for _, k := range t.Filing.Notice.Changed {
		fd, _ := workflow.FieldOf(k)
		out = append(out, fmt.Sprintf("%s → **%s**", t.Text.Field(fd), view.Shown(fd, t.Filing.Values[k])))
	}
	return out
}

// staffText is what handlers are told about an event that needs no answer.
func staffText(a workflow.Action) string {
	switch a {
	case workflow.ReportIdentity:
		return "identity_task"
	case workflow.LeaveUnit:
		return "left_task"
	case workflow.PassNotice:
		return "notice_down"
	}
	return ""
}

func (t *visit) sayPassed(e workflow.Event, d text.Data) error {
	next, _ := t.Policy().ReviewStep(e.Step)
	d["By"], d["Handlers"], d["NextLabel"] = view.Who(t.Turn, e.Actor), view.Handlers(t.Turn, next.Role), t.Text.Either(next.Label, next.English)
	d["StepLabel"] = ""
	for _, s := range t.Policy().Review {
		if after, ok := t.Policy().After(s.ID); ok && after.ID == e.Step {
			d["StepLabel"] = t.Text.Either(s.Label, s.English)
		}
	}
	return t.Say("step_passed", d)
}

// sayReturned quotes the event, not the filing: some items may be mended by now.
func (t *visit) sayReturned(e workflow.Event, d text.Data) error {
	view.FillFix(t.Turn, d, workflow.Step{Items: e.Items, Slots: t.Filing.Outstanding()})
	d["By"] = view.Who(t.Turn, e.Actor)
	return t.Say("step_fix", d)
}
