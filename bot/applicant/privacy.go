package applicant

import (
	"context"
	"fmt"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// privacyCommands are the rights of everybody on the roster over their data.
func (r *Room) privacyCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "withdraw",
			Words:   []string{"撤回同意", "我要撤回同意", "撤销同意", "删除我的数据", "删除我的信息"},
			English: []string{"withdraw consent", "withdraw my consent", "delete my data"},
		}, Safe: true, Who: turn.Listed, When: (*turn.Turn).Consented, Do: r.do(visit.askWithdraw)},
		{Spec: command.Spec{
			Name:    "withdraw_yes",
			Words:   []string{"确认撤回同意"},
			English: []string{"Withdraw consent now"},
		}, Who: turn.Listed, When: never, Do: r.do(visit.withdraw)},
		{Spec: command.Spec{
			Name:    "seen",
			Words:   []string{"谁看过我的信息", "谁看过", "谁看过我的数据"},
			English: []string{"who has seen my data", "who saw my data"},
		}, Safe: true, Who: turn.Listed, Read: r.readSeen},
		{Spec: command.Spec{
			Name:    "export",
			Words:   []string{"导出我的数据", "导出数据", "导出我的信息", "我的数据"},
			English: []string{"Export my data", "export"},
		}, Safe: true, Who: turn.Listed, Do: r.do(visit.export)},
	}
}

// askWithdraw says what withdrawing means and asks once.
func (t visit) askWithdraw() error {
	if !t.Consented() {
		return t.Say("withdraw_nothing", nil)
	}
	return t.Say("withdraw_ask", text.Data{
		"Where": t.Where(), "Submitted": t.Filing != nil && t.Filing.State.HandedOver(),
	})
}

// withdraw ends the filing and has everything erased (T23).
func (t visit) withdraw() error {
	if !t.Consented() {
		return t.Say("withdraw_nothing", nil)
	}
	if t.Filing != nil && t.Filing.State != workflow.Closed {
		if done, err := t.ApplyAll(workflow.WithdrawConsent); err != nil || !done {
			return err
		}
	}
	t.Out.Withdrawn = true
	t.Later(workflow.Erase{Person: t.Case.Person.ID})
	return t.Say("withdrawn", nil)
}

// Erase deletes the uploads and then the records of a person who has withdrawn.
func (r *Room) Erase(ctx context.Context, job workflow.Erase) error {
	files, err := r.Uploads.DoomedFiles(ctx, job.Person)
	if err != nil {
		return err
	}
	for _, d := range files {
		if err := r.Files.Delete(ctx, d.File); err != nil {
			return err
		}
		d.At = r.Now()
		if err := r.Uploads.Shred(ctx, d); err != nil {
			return err
		}
	}
	return r.Ledger.Erase(ctx, job.Person)
}

// mostAccesses is how many lines the chat shows.
const mostAccesses = 20

// readSeen looks up who was shown something about the sender.
func (r *Room) readSeen(ctx context.Context, sender string, _ command.Args) (turn.Action, error) {
	accesses, err := r.Ledger.Accesses(ctx, sender, mostAccesses)
	if err != nil {
		return nil, err
	}
	return func(t *turn.Turn, _ command.Args) error {
		var lines []string
		for _, a := range accesses {
			line := fmt.Sprintf("%s %s %s", view.Stamp(a.At), text.Typed(a.Name), t.Text.Phrase("access_"+a.What))
			lines = append(lines, line)
		}
		return t.SayWithNext("seen", text.Data{"Lines": lines})
	}, nil
}
