package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) handInCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "auto",
			Words:   []string{"期满自动送审", "自动送审"},
			English: []string{"Hand in when over"},
		}, Who: turn.Begun, When: at(workflow.StepHandIn), Do: r.do(visit.handInWhenOver)},
		{Spec: command.Spec{
			Name:    "hand_in",
			Words:   []string{"送审", "我自己送审", "申请预审", "提交预审", "提交"},
			English: []string{"Hand in", "I will hand it in", "Ask for review", "submit"},
		}, Who: turn.Begun, When: at(workflow.StepHandIn, workflow.StepFix), Do: r.do(visit.handIn)},
		{Spec: command.Spec{
			Name:  "save_materials",
			Words: []string{"保存材料", "保存资料"},
		}, Who: turn.Begun, When: at(workflow.StepHandIn), Do: r.do(visit.saveMaterials)},
	}
}

// handInWhenOver saves the materials, and has them handed in when the public notice is over.
func (t visit) handInWhenOver() error {
	if t.Filing.Notice.Over(t.Today()) {
		return t.handIn()
	}
	if done, err := t.keepMaterials(); err != nil || !done {
		return err
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.SetAuto, Yes: true}); err != nil || !done {
		return err
	}
	return t.Next()
}

// handIn saves the materials and hands in.
func (t visit) handIn() error {
	if done, err := t.keepMaterials(); err != nil || !done {
		return err
	}
	if done, err := t.ApplyAll(workflow.HandIn); err != nil || !done {
		return err
	}
	step, _ := t.Policy().ReviewStep(t.Filing.Review.Step)
	return t.Say("handed_in", text.Data{"Handlers": view.Handlers(t.Turn, step.Role)})
}

// keepMaterials saves the materials where that is still to be done.
func (t visit) keepMaterials() (done bool, err error) {
	if t.Filing.State != workflow.Saved && t.Filing.State != workflow.Returned {
		return true, nil
	}
	return t.ApplyAll(workflow.SaveMaterials)
}

// saveMaterials is 保存材料 alone (T08): the status changes, nothing is handed in.
func (t visit) saveMaterials() error {
	if t.Filing.State != workflow.Saved && t.Filing.State != workflow.Returned {
		return t.Next()
	}
	if done, err := t.ApplyAll(workflow.SaveMaterials); err != nil || !done {
		return err
	}
	return t.Say("ready", text.Data{"Notice": view.NoticeLine(t.Turn)})
}
