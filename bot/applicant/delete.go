package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) deleteCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "delete",
			Words:   []string{"删除备案", "删除", "删除申请", "确定删除"},
			English: []string{"delete", "delete filing"},
		}, Safe: true, Who: turn.Begun, When: at(
			workflow.StepConfirm, workflow.StepPaper, workflow.StepMaterial, workflow.StepHandIn,
		), Do: r.do(visit.askDelete)},
		{Spec: command.Spec{
			Name:  "delete_yes",
			Forms: []string{"确定删除 {own:filing}"},
		}, Who: turn.Begun, When: never, Do: r.do(visit.delete)},
		{Spec: command.Spec{
			Name:    "restore",
			Words:   []string{"恢复备案", "恢复", "撤销删除"},
			English: []string{"Restore filing"},
		}, Who: turn.Agreed, When: func(t *turn.Turn) bool {
			return t.Filing != nil && t.Filing.State == workflow.Cancelled
		}, Do: r.do(visit.restore)},
	}
}

func (t visit) askDelete() error {
	return t.Say("ask_delete", text.Data{"Where": t.Where(), "ID": t.Filing.ID})
}

func (t visit) delete() error {
	if t.args.Text("own") != t.Filing.ID { // the button of a filing that is gone
		return t.askDelete()
	}
	if done, err := t.ApplyAll(workflow.Delete); err != nil || !done {
		return err
	}
	return sayDeleted(t.Turn)
}

func sayDeleted(t *turn.Turn) error {
	return t.Say("deleted", text.Data{"Until": view.Stamp(t.Filing.EndedAt.Add(workflow.UndoDelete))})
}

// restore takes a deletion back within a day (T20).
func (t visit) restore() error {
	switch {
	case begun(t.Turn):
		return t.SayWithNext("not_deleted", text.Data{})
	case t.Filing == nil || t.Filing.State != workflow.Cancelled:
		return t.NoFiling(t.Turn)
	}
	if done, err := t.ApplyAll(workflow.Restore); err != nil || !done {
		return err
	}
	return t.Next()
}
