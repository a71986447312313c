package applicant

import (
	"errors"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

func (r *Room) noteCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:  "note",
			Words: []string{"留言", "给老师留言", "备注"},
			Forms: []string{"(留言|给老师留言|备注) {text}"},
		}, Who: turn.Begun, When: at(
			workflow.StepPaper, workflow.StepMaterial, workflow.StepHandIn, workflow.StepWaitNotice,
			workflow.StepFix, workflow.StepReview,
		), Do: r.do(visit.leaveNote)},
	}
}

// leaveNote is a word to the handler, shown on the card.
func (t visit) leaveNote() error {
	words := text.MaskNumbers(t.args.Text("text"))
	if strings.Trim(words, ":：") == "" {
		return t.SayWithNext("note_how", text.Data{})
	}
	err := t.Try(workflow.Command{Action: workflow.LeaveNote, Actor: t.Self(), Text: words})
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == workflow.RefusedReason:
		return t.SayWithNext("note_long", text.Data{})
	case errors.As(err, &refusal):
		return t.Refuse(refusal)
	case err != nil:
		return err
	}
	return t.SayWithNext("note_kept", text.Data{"Text": text.Typed(text.Short(t.Filing.Note))})
}
