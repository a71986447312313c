package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// confirmCommands are yes, no and thank you. They settle what waited for an answer.
func (r *Room) confirmCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "yes",
			Words:   []string{"确定，出新版", "确定", "确定要改", "是的", "好的，改"},
			English: []string{"Yes, new version", "yes", "confirm"},
		}, Who: turn.Begun, When: never, Read: r.answering(visit.confirm)},
		{Spec: command.Spec{
			Name:    "no",
			Words:   []string{"不改了", "不是", "算了", "取消", "不用了"},
			English: []string{"No change", "no", "cancel", "never mind"},
		}, Who: turn.Begun, When: never, Do: r.do(visit.takeBackFill)},
		{Spec: command.Spec{
			Name:    "ok",
			Words:   []string{"好的", "好", "嗯", "嗯嗯", "行", "可以", "谢谢", "收到"},
			English: []string{"ok", "okay", "thanks", "thank you"},
		}, Who: turn.Agreed, When: never, Read: r.answering(visit.ok)},
	}
}

// askChange tries the change without keeping it: a refusal is told at once, and what is allowed must be
// confirmed.
func (t visit) askChange(v workflow.Values, lines []string) error {
	trial := t
	trial.Turn = t.Trial()
	cmd := workflow.Command{Action: workflow.SaveInfo, Values: v, Unlock: true} // it is asked back
	done, err := trial.Apply(cmd)
	if err != nil {
		return err
	}
	if !done {
		t.Reply = trial.Reply
		return nil
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Set"], d["Demands"], d["Review"] = lines, trial.demands(), t.Filing.State == workflow.Prereview
	d["Republish"] = trial.Out.Events[len(trial.Out.Events)-1].Republish
	d["Locked"] = t.locked(v)
	t.Ask = v
	return t.Say("ask_change", d)
}

// locked names the values that a handler has accepted and would have to look at again.
func (t visit) locked(v workflow.Values) []string {
	var out []string
	for _, fd := range workflow.Fields() {
		if n, given := v[fd.Key]; given && n != t.Filing.Values[fd.Key] && t.Filing.FieldLocked(fd.Key) {
			out = append(out, t.Text.Field(fd))
		}
	}
	return out
}

// confirm carries out the change that was asked back.
func (t visit) confirm(waiting workflow.Values) error {
	t.Heard = true
	if len(waiting) == 0 || waiting[asked] != "" || t.Filing.State == workflow.Draft {
		return t.Say("nothing_pending", text.Data{"Where": t.Where()})
	}
	var lines []string
	for _, fd := range workflow.Fields() {
		if v, ok := waiting[fd.Key]; ok {
			lines = append(lines, t.changeLine(fd, v))
		}
	}
	old := t.Filing.Revision
	cmd := workflow.Command{Action: workflow.SaveInfo, Values: waiting, Unlock: true}
	if done, err := t.Apply(cmd); err != nil || !done {
		return err
	}
	actions := []workflow.Action{workflow.Print}
	republish := t.Filing.Notice.State == workflow.NoticeWithdrawn
	if republish { // T07: the sheet at the college says something else now
		actions = append(actions, workflow.PrintNotice, workflow.HandNotice)
	}
	if done, err := t.ApplyAll(actions...); err != nil || !done {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Set"], d["Old"], d["Demands"], d["Republish"] = lines, old, t.demands(), republish
	d["Handlers"] = view.Handlers(t.Turn, workflow.CollegeHandler)
	if err := t.Say("reprinted", d); err != nil {
		return err
	}
	t.Hand(view.Sheet(t.Turn, workflow.PaperForm))
	return nil
}

// takeBackFill undoes what a draft recorded last; elsewhere nothing was changed without a yes, so nothing
// has to be undone.
func (t visit) takeBackFill() error {
	t.Heard = true
	if t.Filing.State != workflow.Draft || len(t.Filing.Before) == 0 {
		return t.Say("kept", text.Data{"Where": t.Where()})
	}
	was := t.Filing.Before
	if done, err := t.Apply(workflow.Command{Action: workflow.Fill, Values: was}); err != nil || !done {
		return err
	}
	var lines []string
	for _, fd := range workflow.Fields() {
		if v, ok := was[fd.Key]; ok {
			if v == "" {
				v = t.Text.Phrase("empty")
			}
			lines = append(lines, t.Text.Field(fd)+" "+text.Typed(v).String())
		}
	}
	return t.SayWithNext("taken_back", text.Data{"Set": lines})
}

// ok is what people say to be polite; it is a yes where one is waited for.
func (t visit) ok(waiting workflow.Values) error {
	if len(waiting) > 0 && t.Filing != nil {
		return t.confirm(waiting)
	}
	return t.SayWithNext("ok", text.Data{})
}
