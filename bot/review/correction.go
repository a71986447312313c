package review

import (
	"context"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// toCorrect voids the newest event of a filing when it was a slip (T26). The number of the event is on
// the button that confirms.
var toCorrect = command.Spec{
	Name: "correct", Forms: []string{"更正 {filing} # {seq:number} {text?}", "更正 {filing} {text?}"},
}

func (r *Room) correctionCommands() []turn.Command {
	return []turn.Command{{Spec: toCorrect, Who: turn.Handlers, When: atSchool, Read: r.readLog}}
}

// readLog reads all events of the filing; they are looked at only once the sender's role is known.
func (r *Room) readLog(ctx context.Context, _ string, a command.Args) (turn.Action, error) {
	log, err := r.Cases.Events(ctx, a.Filing())
	if err != nil {
		return nil, err
	}
	return r.onFiling(func(t visit, actor workflow.Actor) error { return t.correct(actor, log) }), nil
}

func (t visit) correct(actor workflow.Actor, log []workflow.Event) error {
	voided, ok := workflow.Voidable(log)
	if !ok {
		return t.Say("correct_nothing", text.Data{"Name": text.Typed(t.Case.Applicant.Name)})
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	for _, m := range t.Filing.Timeline {
		if m.Seq == voided.Seq {
			d["Voided"], d["At"] = view.MomentLine(t.Turn, m), view.Stamp(m.At)
		}
	}
	example, err := toCorrect.Say(command.With("filing", t.Filing.ID, "text", "点错了"))
	if err != nil {
		return err
	}
	why := text.MaskNumbers(t.args.Text("text"))
	cmd := workflow.Command{Action: workflow.Correct, Actor: actor, Text: why, Log: log}
	switch t.args.Int("seq") {
	case 0: // one slip more would undo a step that nobody meant
		trial := visit{t.Trial(), t.Room, t.args}
		if done, err := trial.note(cmd, example); err != nil || !done {
			t.Reply = trial.Reply
			return err
		}
		d["Text"], d["Seq"] = text.Typed(text.OneLine(why)), voided.Seq
		return t.Say("correct_ask", d)
	case voided.Seq:
	default:
		return t.Say("correct_by_now", nil)
	}
	if done, err := t.note(cmd, example); err != nil || !done {
		return err
	}
	if voided.Action == workflow.ReportApproved {
		t.Out.Reinstated = t.Filing.Certificate
	}
	return t.Say("corrected_noted", d)
}
