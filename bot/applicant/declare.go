package applicant

import (
	"regexp"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) declareCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name: "category",
			Words: []string{
				"我的类别变了", "类别变了", "类别有变更", "类别有变化", "升类了", "我升类了", "升类",
			},
			English:  []string{"My category changed"},
			Read:     readUpgrade,
			Examples: []string{"我升D类了", "评上B类"},
		}, Who: turn.Agreed, When: at(workflow.StepConfirm), Do: r.do(visit.declareCategory)},
		{Spec: command.Spec{
			Name: "identity",
			Words: []string{
				"我的证件换过了", "证件换了", "换证件了", "身份证换了", "护照换了", "换护照了", "我换了护照", "换了护照",
				"证件号变了", "证件号码变了", "改名了", "我改名了", "名字改了",
			},
			English: []string{"My document changed"},
		}, Who: turn.Agreed, When: at(workflow.StepConfirm), Do: r.do(visit.reportIdentity)},
		{Spec: command.Spec{
			Name: "left",
			Words: []string{
				"我离职了", "离职了", "已离职", "我退休了", "退休了", "已退休", "不在学校了", "我不在职了",
			},
			Forms: []string{"确认离职 {own:filing}"},
		}, Safe: true, Who: turn.Agreed, When: at(workflow.StepConfirm), Do: r.do(visit.leave)},
		{Spec: command.Spec{
			Name:    "mistake",
			Words:   []string{"我说错了，继续备案", "我说错了", "说错了", "弄错了", "我弄错了"},
			English: []string{"By mistake, go on"},
		}, Who: turn.Agreed, When: at(workflow.StepBlocked), Do: r.do(visit.takeBack)},
	}
}

var upgraded = regexp.MustCompile(
	`^我?(?:已经|现在)?(?:已)?(?:升|评上|符合|达到|变成)(?:到|为)?了?\s*[A-Ea-e]\s*类了?$`)

func readUpgrade(s command.Sentence) (command.Args, bool) {
	return command.Args{}, upgraded.MatchString(s.Bare)
}

// declareCategory: a change of category is a new recognition, not a renewal (T04).
func (t visit) declareCategory() error {
	return t.declare(workflow.DeclareCategory, workflow.CategoryChanged)
}

// reportIdentity: a new document means that HR must find out how the original record can be updated (T05);
// they are told at once.
func (t visit) reportIdentity() error {
	return t.declare(workflow.ReportIdentity, workflow.IdentityMismatch)
}

// declare records what the person says is different, in a filing that is opened for it if need be.
func (t visit) declare(a workflow.Action, reason workflow.Ineligible) error {
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

// leave closes the filing of somebody who is not in service any more (T22), after a question: it is one
// word away from a filing that goes on.
func (t visit) leave() error {
	if t.Filing == nil || t.Filing.State.Terminal() {
		return t.Say("blocked_not_in_service", view.Base(t.Turn, t.Case, t.Filing))
	}
	if t.args.Text("own") != t.Filing.ID {
		return t.Say("ask_leave", text.Data{"Where": t.Where(), "ID": t.Filing.ID})
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.LeaveUnit}); err != nil || !done {
		return err
	}
	return t.Next()
}

// takeBack undoes what the person declared: they said it by mistake, or it is settled.
func (t visit) takeBack() error {
	f := t.Filing
	if f == nil || !f.Declared || f.State != workflow.NotEligible && f.State != workflow.Closed {
		return t.Next()
	}
	if f.State == workflow.NotEligible {
		if err := t.Try(enrolment(t.Turn, workflow.Enrol)); err != nil {
			return err
		}
	}
	return t.start()
}
