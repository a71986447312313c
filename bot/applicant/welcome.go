package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/identity"
)

func (r *Room) welcomeCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "hello",
			Words:   []string{"你好", "您好", "开始", "继续", "在吗", "备案", "我要备案", "现在办", "可以备案了吗"},
			English: []string{"Hello", "hi", "hi there", "good morning", "good afternoon", "start", "continue"},
		}, Safe: true, Who: turn.Agreed, Do: r.do(visit.hello)},
		{Spec: command.Spec{
			Name:    "consent",
			Words:   []string{"同意并开始", "同意并继续", "同意", "我同意"},
			English: []string{"Agree and start", "Agree and continue"},
		}, Who: turn.Listed, When: at(workflow.StepConsent), Do: r.do(visit.consent)},
		{Spec: command.Spec{
			Name:    "notice_full",
			Words:   []string{"完整告知"},
			English: []string{"Full notice"},
		}, Safe: true, Who: turn.Listed, When: at(workflow.StepConsent), Do: r.do(visit.notice)},
	}
}

// hello says where somebody is who has agreed.
func (t visit) hello() error {
	if t.Case.Certificate == nil && t.Holds() {
		return t.HelloHandler(t.Turn)
	}
	return t.Next()
}

// Welcome greets somebody who has not agreed to the notice in force.
func (r *Room) Welcome(t *turn.Turn) error {
	if t.Case.Certificate == nil && t.Holds() {
		return r.HelloHandler(t)
	}
	if foreign(t.Case.Certificate) && t.Case.Person.Lang == "" && t.Out.Lang == "" {
		return t.Say("lang_ask", nil)
	}
	d := view.Base(t, t.Case, t.Filing)
	if t.Case.Consent != "" { // agreed to an older notice
		return t.Say("welcome_again", d)
	}
	if a := workflow.Assess(t.Case.Certificate, t.Today(), t.Policy()); a.Reason != workflow.EligibleNow {
		return t.Say("blocked_"+string(a.Reason), d)
	}
	return t.Say("welcome", d)
}

// foreign reports whether a certificate was issued on a document that foreigners hold: such people are
// asked once which language they prefer.
func foreign(c *workflow.Certificate) bool {
	if c == nil {
		return false
	}
	switch c.Values[workflow.IDType] {
	case identity.Passport, identity.PermanentResidence, identity.WorkPermit:
		return true
	}
	return false
}

// consent records the agreement and starts the filing: one tap does both.
func (t visit) consent() error {
	if t.Consented() {
		return t.start()
	}
	t.Out.Consent = t.Book.Current.Consent
	if begun(t.Turn) && view.StepOf(t.Turn).Kind != workflow.StepStart {
		return t.Next()
	}
	return t.start()
}

func (t visit) notice() error {
	return t.Say("notice_full", view.Base(t.Turn, t.Case, t.Filing))
}
