package bot

import (
	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/identity"
)

// settle brings the sender's own filing up to date before the message is looked at:
// what time has brought about, and what HR has put right on the roster since.
func (t *visit) settle() error {
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
		return t.Try(t.enrolment(workflow.Enrol))
	}
	return nil
}

// enrolment is the command that takes the certificate into a filing (T01, T25).
func (t *visit) enrolment(a workflow.Action) workflow.Command {
	return workflow.Command{
		Action: a, Actor: workflow.Actor{ID: t.Case.Person.ID, Role: workflow.Applicant}, Certificate: t.Case.Certificate,
		College: t.Case.Applicant.College, Unit: t.Unit(), Policy: t.Book.Current.Version, Consent: t.Book.Current.Consent,
	}
}

// welcome greets somebody who has not agreed yet, or takes their agreement.
func (t *visit) welcome() error {
	if t.in.wish == wishConsent {
		return t.agree()
	}
	if t.Case.Certificate == nil && len(t.Case.Person.Grants) > 0 {
		return t.helloHandler()
	}
	if t.foreign() && t.Case.Person.Lang == "" && t.Out.Lang == "" {
		return t.Say("lang_ask", nil)
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	if t.Case.Consent != "" { // agreed to an older notice (PIPL §14)
		return t.Say("welcome_again", d)
	}
	if a := workflow.Assess(t.Case.Certificate, t.Today(), t.Policy()); a.Reason != workflow.EligibleNow {
		return t.Say("blocked_"+string(a.Reason), d)
	}
	return t.Say("welcome", d)
}

// foreign reports whether the certificate was issued on a document that foreigners
// hold: such people are asked once which language they prefer.
func (t *visit) foreign() bool {
	if t.Case.Certificate == nil {
		return false
	}
	switch t.Case.Certificate.Values[workflow.IDType] {
	case identity.Passport, identity.PermanentResidence, identity.WorkPermit:
		return true
	}
	return false
}

// chooseLanguage keeps the language for everything that is written to this person.
func (t *visit) chooseLanguage() error {
	lang := "zh"
	if t.in.wish == wishEnglish {
		lang = "en"
	}
	t.Choose(lang)
	t.in = intent{wish: wishHello}
	if !t.Consented() {
		return t.welcome()
	}
	return t.applicant()
}

// agree records the consent and starts the filing: one tap does both.
func (t *visit) agree() error {
	t.Out.Consent = t.Book.Current.Consent
	if t.Filing != nil && t.Filing.State.Begun() && view.StepOf(t.Turn).Kind != workflow.StepStart {
		return t.Next()
	}
	return t.start()
}

// start enrols where that has not been done and creates the application.
func (t *visit) start() error {
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
func (t *visit) enrol() error {
	switch {
	case t.Filing != nil && t.Filing.State == workflow.Eligible:
		return nil
	case t.Filing != nil && t.Filing.State == workflow.Closed && t.Filing.Declared: // they had left; after a withdrawal nothing is left to reopen
		return t.Try(t.enrolment(workflow.Reopen))
	}
	id, err := t.NewID()
	if err != nil {
		return err
	}
	t.Filing = nil // a cancelled or finished filing stays as it is; this is a new one
	cmd := t.enrolment(workflow.Enrol)
	cmd.ID = id
	return t.Try(cmd)
}

// declareCategory: a change of category is a new recognition, not a renewal (T04).
func (t *visit) declareCategory() error {
	return t.declare(workflow.DeclareCategory, workflow.CategoryChanged)
}

// reportIdentity: a new document means that HR must find out how the original record
// can be updated (T05); they are told at once.
func (t *visit) reportIdentity() error {
	return t.declare(workflow.ReportIdentity, workflow.IdentityMismatch)
}

// declare records what the person says is different. Without a filing there is
// nothing to record, only an answer.
func (t *visit) declare(a workflow.Action, reason workflow.Ineligible) error {
	d := view.Base(t.Turn, t.Case, t.Filing)
	if !t.Consented() {
		return t.Say("blocked_"+string(reason), d)
	}
	if t.Filing == nil || t.Filing.State.Terminal() {
		if err := t.enrol(); err != nil {
			return err
		}
	}
	if t.Filing.State == workflow.NotEligible && t.Filing.Reason == reason {
		return t.Next()
	}
	if done, err := t.Apply(workflow.Command{Action: a}); err != nil || !done {
		return err
	}
	return t.Next()
}

// leave closes the filing of somebody who is not in service any more (T22), after a
// question: it is one word away from a filing that goes on.
func (t *visit) leave() error {
	if t.Filing == nil || t.Filing.State.Terminal() {
		return t.Say("blocked_not_in_service", view.Base(t.Turn, t.Case, t.Filing))
	}
	if t.in.text != t.Filing.ID {
		return t.Say("ask_leave", text.Data{"Where": t.Where(), "ID": t.Filing.ID})
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.LeaveUnit}); err != nil || !done {
		return err
	}
	return t.Next()
}

// takeBack undoes what the person declared: they said it by mistake, or it is settled.
func (t *visit) takeBack() error {
	if t.Filing == nil || !t.Filing.Declared || t.Filing.State != workflow.NotEligible && t.Filing.State != workflow.Closed {
		return t.Next()
	}
	if t.Filing.State == workflow.NotEligible {
		if err := t.Try(t.enrolment(workflow.Enrol)); err != nil {
			return err
		}
	}
	return t.start()
}

// restore takes a deletion back within a day (T20).
func (t *visit) restore() error {
	if t.Filing != nil && t.Filing.State.Begun() {
		return t.SayWithNext("not_deleted", text.Data{})
	}
	if t.Filing == nil || t.Filing.State != workflow.Cancelled {
		return t.noFiling()
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.Restore}); err != nil || !done {
		return err
	}
	return t.Next()
}
