package review

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
)

func (r *Room) statusCommands() []turn.Command {
	return []turn.Command{{
		Spec: command.Spec{Name: "status_of", Forms: []string{"状态 {filing} {text}"}},
		Who:  turn.Handlers, When: (*turn.Turn).Holds, Do: r.do(visit.status),
	}}
}

// status notes what the official system shows, word for word (T15, T16). The applicant may write it too.
func (t visit) status() error {
	actor, ok := t.Actor()
	if !ok {
		return t.Say("not_yours", nil)
	}
	return t.Report(t.Turn, actor, text.MaskNumbers(t.args.Text("text")))
}
