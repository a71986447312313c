package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) saveCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:  "save",
			Words: []string{"全部无误", "保存并出表", "保存", "保存信息", "没有变化", "没变化", "都对", "无误"},
			English: []string{
				"All correct", "Save and print", "everything is correct", "no changes", "nothing changed", "save",
			},
		}, Who: turn.Begun, When: at(workflow.StepConfirm), Do: r.do(visit.save)},
		{Spec: command.Spec{
			Name:    "reprint",
			Words:   []string{"重发申请表", "打印申请表", "重发", "再发一次"},
			English: []string{"Send form again"},
		}, Safe: true, Who: turn.Begun, When: at(workflow.StepPaper), Do: r.do(visit.reprint)},
		{Spec: command.Spec{
			Name:  "signed",
			Words: []string{"我签好字了", "签好了", "我签好了", "已签字", "签好字了"},
		}, Who: turn.Begun, When: at(workflow.StepPaper), Do: r.do(visit.signed)},
	}
}

// save is 保存信息: a new revision, both papers, and the college is asked to publish. That everything is
// right also answers the questions that the form cannot (the text with the button says so): no change of
// contract, title and qualification.
func (t visit) save() error {
	if t.Filing.State != workflow.Draft {
		return t.Next()
	}
	if len(t.Filing.Missing()) == 0 {
		for _, s := range t.Filing.Questions() {
			if done, err := t.Apply(workflow.Command{Action: workflow.Answer, Slot: s}); err != nil || !done {
				return err
			}
		}
	}
	for _, c := range view.Sheet(t.Turn, workflow.PaperForm).Cells { // before anything is promised
		if missing := t.Unprintable(c.Value); len(missing) > 0 {
			fd, _ := workflow.FieldOf(c.Key)
			return t.Say("undrawable", text.Data{"Label": t.Text.Field(fd), "Chars": string(missing)})
		}
	}
	done, err := t.ApplyAll(workflow.SaveInfo, workflow.PrintNotice, workflow.Print, workflow.HandNotice)
	if err != nil || !done {
		return err
	}
	t.Agree(workflow.ConsentPublish) // the button's text says so (PIPL)
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Handlers"] = view.Handlers(t.Turn, workflow.CollegeHandler)
	if err := t.Say("saved", d); err != nil {
		return err
	}
	t.Hand(view.Sheet(t.Turn, workflow.PaperForm)) // the notice comes with the handler's copy
	return nil
}

func (t visit) reprint() error {
	if t.Filing.Revision == 0 {
		return t.Next()
	}
	if done, err := t.ApplyAll(workflow.Print); err != nil || !done {
		return err
	}
	if err := t.Next(); err != nil {
		return err
	}
	t.Hand(view.Sheet(t.Turn, workflow.PaperForm))
	return nil
}

// signed notes that the applicant has signed the paper.
func (t visit) signed() error {
	if done, err := t.ApplyAll(workflow.SignForm); err != nil || !done {
		return err
	}
	return t.SayWithNext("signed", view.Base(t.Turn, t.Case, t.Filing))
}
