package bot

import (
	"example.org/beian/bot/text"
	"example.org/beian/workflow"
	"example.org/beian/workflow/identity"
)

// settle brings the sender's own filing up to date before the message is looked at:
// what time has brought about, and what HR has put right on the roster since.
func (t *turn) settle() error {
	if t.f == nil || t.f.Person != t.c.Person.ID {
		return nil
	}
	for _, a := range workflow.Timers(t.f, t.policy(), t.today()) {
		if a != workflow.OpenWindow && a != workflow.Expire {
			continue // the daily pass tells people about the others
		}
		if err := t.try(workflow.Command{Action: a, Actor: workflow.TimerActor()}); err != nil {
			return err
		}
	}
	a := workflow.Assess(t.c.Certificate, t.today(), t.policy())
	if t.f.State == workflow.NotEligible && !t.f.Declared && a.Reason != t.f.Reason && t.consented() {
		return t.try(t.enrolment(workflow.Enrol))
	}
	return nil
}

// enrolment is the command that takes the certificate into a filing (T01, T25).
func (t *turn) enrolment(a workflow.Action) workflow.Command {
	return workflow.Command{
		Action: a, Actor: workflow.Actor{ID: t.c.Person.ID, Role: workflow.Applicant}, Certificate: t.c.Certificate,
		College: t.c.Applicant.College, Unit: t.School, Policy: t.rules.Current.Version, Consent: t.rules.Current.Consent,
	}
}

// welcome greets somebody who has not agreed yet, or takes their agreement.
func (t *turn) welcome() error {
	if t.in.wish == wishConsent {
		return t.agree()
	}
	if t.c.Certificate == nil && len(t.c.Person.Grants) > 0 {
		return t.helloHandler()
	}
	if t.foreign() && t.c.Person.Lang == "" && t.lang == "" {
		return t.say("lang_ask", nil)
	}
	d := t.base(t.c, t.f)
	if t.c.Consent != "" { // agreed to an older notice (PIPL §14)
		return t.say("welcome_again", d)
	}
	if a := workflow.Assess(t.c.Certificate, t.today(), t.policy()); a.Reason != workflow.EligibleNow {
		return t.say("blocked_"+string(a.Reason), d)
	}
	return t.say("welcome", d)
}

// foreign reports whether the certificate was issued on a document that foreigners
// hold: such people are asked once which language they prefer.
func (t *turn) foreign() bool {
	if t.c.Certificate == nil {
		return false
	}
	switch t.c.Certificate.Values[workflow.IDType] {
	case identity.Passport, identity.PermanentResidence, identity.WorkPermit:
		return true
	}
	return false
}

// chooseLanguage keeps the language for everything that is written to this person.
func (t *turn) chooseLanguage() error {
	t.lang = "zh"
	if t.in.wish == wishEnglish {
		t.lang = "en"
	}
	t.texts = t.Bot.texts[t.lang]
	t.in = intent{wish: wishHello}
	if !t.consented() {
		return t.welcome()
	}
	return t.applicant()
}

// agree records the consent and starts the filing: one tap does both.
func (t *turn) agree() error {
	t.consent = t.rules.Current.Consent
	if t.f != nil && t.f.State.Begun() && t.step().Kind != workflow.StepStart {
		return t.sayNext()
	}
	return t.start()
}

// start enrols where that has not been done and creates the application.
func (t *turn) start() error {
	if t.step().Kind != workflow.StepStart && t.f != nil && t.f.State != workflow.Closed {
		return t.sayNext()
	}
	if err := t.enrol(); err != nil {
		return err
	}
	if t.f.State == workflow.Eligible {
		cmd := workflow.Command{Action: workflow.Create, Policy: t.rules.Current.Version, Attested: true}
		if done, err := t.apply(cmd); err != nil || !done {
			return err
		}
	}
	return t.sayNext()
}

// enrol opens a filing, or takes an ended one up again.
func (t *turn) enrol() error {
	switch {
	case t.f != nil && t.f.State == workflow.Eligible:
		return nil
	case t.f != nil && t.f.State == workflow.Closed && t.f.Declared: // they had left; after a withdrawal nothing is left to reopen
		return t.try(t.enrolment(workflow.Reopen))
	}
	id, err := t.NewID()
	if err != nil {
		return err
	}
	t.f = nil // a cancelled or finished filing stays as it is; this is a new one
	cmd := t.enrolment(workflow.Enrol)
	cmd.ID = id
	return t.try(cmd)
}

// declareCategory: a change of category is a new recognition, not a renewal (T04).
func (t *turn) declareCategory() error {
	return t.declare(workflow.DeclareCategory, workflow.CategoryChanged)
}

// reportIdentity: a new document means that HR must find out how the original record
// can be updated (T05); they are told at once.
func (t *turn) reportIdentity() error {
	return t.declare(workflow.ReportIdentity, workflow.IdentityMismatch)
}

// declare records what the person says is different. Without a filing there is
// nothing to record, only an answer.
func (t *turn) declare(a workflow.Action, reason workflow.Ineligible) error {
	d := t.base(t.c, t.f)
	if !t.consented() {
		return t.say("blocked_"+string(reason), d)
	}
	if t.f == nil || t.f.State.Terminal() {
		if err := t.enrol(); err != nil {
			return err
		}
	}
	if t.f.State == workflow.NotEligible && t.f.Reason == reason {
		return t.sayNext()
	}
	if done, err := t.apply(workflow.Command{Action: a}); err != nil || !done {
		return err
	}
	return t.sayNext()
}

// leave closes the filing of somebody who is not in service any more (T22), after a
// question: it is one word away from a filing that goes on.
func (t *turn) leave() error {
	if t.f == nil || t.f.State.Terminal() {
		return t.say("blocked_not_in_service", t.base(t.c, t.f))
	}
	if t.in.text != t.f.ID {
		return t.say("ask_leave", text.Data{"Where": t.where(), "ID": t.f.ID})
	}
	if done, err := t.apply(workflow.Command{Action: workflow.LeaveUnit}); err != nil || !done {
		return err
	}
	return t.sayNext()
}

// takeBack undoes what the person declared: they said it by mistake, or it is settled.
func (t *turn) takeBack() error {
	if t.f == nil || !t.f.Declared || t.f.State != workflow.NotEligible && t.f.State != workflow.Closed {
		return t.sayNext()
	}
	if t.f.State == workflow.NotEligible {
		if err := t.try(t.enrolment(workflow.Enrol)); err != nil {
			return err
		}
	}
	return t.start()
}

// restore takes a deletion back within a day (T20).
func (t *turn) restore() error {
	if t.f != nil && t.f.State.Begun() {
		return t.withNext("not_deleted", text.Data{})
	}
	if t.f == nil || t.f.State != workflow.Cancelled {
		return t.noFiling()
	}
	if done, err := t.apply(workflow.Command{Action: workflow.Restore}); err != nil || !done {
		return err
	}
	return t.sayNext()
}
