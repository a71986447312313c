package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) startCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "start",
			Words:   []string{"开始备案", "增加备案申请"},
			English: []string{"Start filing"},
		}, Who: turn.Agreed, When: at(workflow.StepStart), Do: r.do(visit.start)},
		{Spec: command.Spec{
			Name: "not_yet",
			Words: []string{
				"系统提示未到时间", "提示未到时间", "未到时间", "系统说未到时间", "系统提示没到时间", "系统不让备案",
			},
		}, Who: turn.Agreed, When: at(workflow.StepConfirm, workflow.StepPaper), Do: r.do(visit.notYet)},
	}
}

// Settle brings the sender's own filing up to date before a message is looked at: what time has brought
// about, and what HR has put right on the roster since.
func (r *Room) Settle(t *turn.Turn) error {
	if t.Filing == nil || t.Filing.Person != t.Case.Person.ID {
		return nil
	}
	for _, a := range workflow.Timers(t.Filing, t.Policy(), t.Today()) {
		if a != workflow.OpenWindow && a != workflow.Expire {
			continue // the daily pass tells people about the others
		}
		if err := t.Try(workflow.Command{Action: a, Actor: workflow.TimerActor()}); err != nil {
			return err
		}
	}
	a := workflow.Assess(t.Case.Certificate, t.Today(), t.Policy())
	if t.Filing.State == workflow.NotEligible && !t.Filing.Declared && a.Reason != t.Filing.Reason && t.Consented() {
		return t.Try(enrolment(t, workflow.Enrol))
	}
	return nil
}

// enrolment is the command that takes the certificate into a filing (T01, T25).
func enrolment(t *turn.Turn, a workflow.Action) workflow.Command {
	return workflow.Command{
		Action: a, Actor: t.Self(), Certificate: t.Case.Certificate, College: t.Case.Applicant.College,
		Unit: t.Unit(), Policy: t.Book.Current.Version, Consent: t.Book.Current.Consent,
	}
}

// start enrols where that has not been done and creates the application.
func (t visit) start() error {
	if view.StepOf(t.Turn).Kind != workflow.StepStart && t.Filing != nil && t.Filing.State != workflow.Closed {
		return t.Next()
	}
	if err := t.enrol(); err != nil {
		return err
	}
	if t.Filing.State == workflow.Eligible {
		cmd := workflow.Command{Action: workflow.Create, Policy: t.Book.Current.Version, Attested: true}
		if done, err := t.Apply(cmd); err != nil || !done {
			return err
		}
	}
	return t.Next()
}

// enrol opens a filing, or takes an ended one up again.
func (t visit) enrol() error {
	switch {
	case t.Filing != nil && t.Filing.State == workflow.Eligible:
		return nil
	case t.Filing != nil && t.Filing.State == workflow.Closed && t.Filing.Declared:
		return t.Try(enrolment(t.Turn, workflow.Reopen)) // they had left; after a withdrawal nothing is left to reopen
	}
	id, err := t.NewID()
	if err != nil {
		return err
	}
	t.Filing = nil // a cancelled or finished filing stays as it is; this is a new one
	cmd := enrolment(t.Turn, workflow.Enrol)
	cmd.ID = id
	return t.Try(cmd)
}

// notYet is the official system's own count of days (Q02).
func (t visit) notYet() error {
	return t.Say("not_yet_there", text.Data{"Where": t.Where()})
}

// NoFiling answers what needs a filing when there is none.
func (r *Room) NoFiling(t *turn.Turn) error {
	if f := t.Filing; f != nil && f.State == workflow.Cancelled && r.Now().Sub(f.EndedAt) <= workflow.UndoDelete {
		return sayDeleted(t)
	}
	if k := view.StepOf(t).Kind; k == workflow.StepBlocked || k == workflow.StepStart {
		return t.Next()
	}
	return t.Say("no_filing", nil)
}
