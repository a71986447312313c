package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// materialCommands are about the social insurance proof, the one material that may come without a file.
func (r *Room) materialCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name: "fetch",
			Words: []string{
				"已自动获取", "参保证明已自动获取", "参保证明自动获取成功", "社保已自动获取", "自动获取了", "已经自动获取",
				"自动获取成功", "自动获取好了",
			},
			English: []string{"Fetched there"},
		}, Who: turn.Begun, When: at(workflow.StepMaterial), Do: r.do(visit.autofetched)},
		{Spec: command.Spec{
			Name:  "fetch_failed",
			Words: []string{"自动获取失败", "获取失败", "自动获取不了"},
		}, Who: turn.Begun, When: never, Do: r.do(visit.notFetched)},
		{Spec: command.Spec{
			Name:    "how_download",
			Words:   []string{"怎么下载", "自动获取", "怎么自动获取", "参保证明怎么下载", "参保证明哪里下载"},
			English: []string{"How to get it"},
		}, Safe: true, Who: turn.Agreed, When: at(workflow.StepMaterial), Do: r.do(visit.howDownload)},
		{Spec: command.Spec{
			Name:    "waive",
			Words:   []string{"不适用", "不缴纳社保", "不缴社保"},
			English: []string{"Not applicable"},
		}, Who: turn.Begun, When: at(workflow.StepMaterial), Do: r.do(visit.waive)},
	}
}

// hasInsurance answers when the proof has been uploaded already.
func (t visit) hasInsurance() (bool, error) {
	if t.Filing.Slot(workflow.SlotInsurance) != workflow.SlotUploaded {
		return false, nil
	}
	return true, t.Say("slot_filled", text.Data{"Where": t.Where(), "Label": t.Text.Slot(workflow.SlotInsurance)})
}

// autofetched notes that 自动获取 in the official system has given the proof (R-F01).
func (t visit) autofetched() error {
	if has, err := t.hasInsurance(); err != nil || has {
		return err
	}
	if done, err := t.ApplyAll(workflow.AutofetchOK); err != nil || !done {
		return err
	}
	if err := t.Say("autofetched", nil); err != nil {
		return err
	}
	return t.Next()
}

func (t visit) notFetched() error {
	if done, err := t.ApplyAll(workflow.AutofetchFail); err != nil || !done {
		return err
	}
	return t.howDownload()
}

func (t visit) howDownload() error { return t.Say("how_download", nil) }

func (t visit) waive() error {
	if has, err := t.hasInsurance(); err != nil || has {
		return err
	}
	cmd := workflow.Command{Action: workflow.Waive, Slot: workflow.SlotInsurance, Text: workflow.WaiveNoInsurance}
	if done, err := t.Apply(cmd); err != nil || !done {
		return err
	}
	if err := t.Say("waived", text.Data{"Reason": workflow.WaiveNoInsurance}); err != nil {
		return err
	}
	return t.Next()
}
