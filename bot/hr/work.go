package hr

import (
	"context"
	"errors"
	"fmt"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// Office does the work of HR that takes longer than a turn. When it fails for the last time,
// the person hears of it.
func (r *Room) Office(ctx context.Context, job workflow.Office, last bool) error {
	err := r.work(ctx, job)
	if err == nil || !turn.Final(err, last) {
		return err
	}
	r.Log.Error("work for HR given up", "task", job.Task, "err", err)
	return errors.Join(err, r.answer(context.WithoutCancel(ctx), job, "office_failed", nil))
}

func (r *Room) work(ctx context.Context, job workflow.Office) error {
	c, err := r.People.PersonCase(ctx, job.Person)
	if err != nil {
		return err
	}
	if !c.Person.Holds(workflow.HR, "") { // taken away meanwhile
		return nil
	}
	switch job.Task {
	case workflow.OfficeTemplate:
		return r.sendTemplate(ctx, job)
	case workflow.OfficeCheck:
		return r.takeWorkbook(ctx, job, c.Person)
	case workflow.OfficeApply:
		return r.applyImport(ctx, job)
	case workflow.OfficeUndo:
		return r.revertImport(ctx, job)
	case workflow.OfficeExport:
		return r.sendList(ctx, job)
	case workflow.OfficeDrop:
		return r.Checked.DropImport(ctx, job.Import, job.Person)
	}
	return fmt.Errorf("work for HR: unknown task %q", job.Task)
}

// leave leaves work to the job: key says that it comes; without one the job answers the message
// when it is done.
func (t visit) leave(key string, job workflow.Office) error {
	job.Robot, job.Message, job.Person = t.Incoming.Robot, t.Incoming.ID, t.Case.Person.ID
	if key == "" {
		webhook, err := t.SealWebhook()
		if err != nil {
			return err
		}
		job.Webhook = webhook
	}
	t.Later(job)
	if key == "" {
		return nil
	}
	return t.Say(key, nil)
}

// answer answers the message that asked for the work, or tells the person when that one has its
// answer.
func (r *Room) answer(ctx context.Context, job workflow.Office, key string, d text.Data) error {
	if job.Webhook == nil {
		return r.Write(ctx, []string{job.Person}, key, d)
	}
	in := workflow.Inbound{Robot: job.Robot, Message: job.Message, Person: job.Person}
	return r.AnswerLater(ctx, in, job.Webhook, func(t *turn.Turn) error {
		t.InChinese()
		return t.Say(key, d)
	})
}

// sendWorkbook sends an Excel file to somebody.
func (r *Room) sendWorkbook(ctx context.Context, person, name string, file []byte) error {
	return r.SendDocument(ctx, []string{person}, name, "xlsx", file)
}
