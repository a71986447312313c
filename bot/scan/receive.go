package scan

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// Receive answers a message with files: they are left to a job, because fetching and reading them
// takes longer than a turn may.
func (r *Room) Receive(t *turn.Turn) error { return visit{t, r, command.Args{}}.receive() }

func (t visit) receive() error {
	if !t.ready() && !turn.Handles(t.Case.Person) {
		next, err := t.Brief()
		if err != nil {
			return err
		}
		return t.Say("upload_not_now", text.Data{"Where": t.Where(), "Hint": next})
	}
	job := workflow.Intake{}
	for _, f := range t.Incoming.Files {
		job.Files = append(job.Files, workflow.IntakeFile{Code: f.Code, Name: f.Name})
	}
	return t.leave(job)
}

// leave leaves files to a job, which answers the message.
func (t visit) leave(job workflow.Intake) error {
	webhook, err := t.SealWebhook()
	if err != nil {
		return err
	}
	job.Robot, job.Message, job.Person, job.Webhook = t.Incoming.Robot, t.Incoming.ID, t.Case.Person.ID, webhook
	t.Later(job)
	return nil
}
