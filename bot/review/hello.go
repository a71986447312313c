package review

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
)

// sample stands in examples for the number of a filing.
const sample = "K7M2Q9XD"

// Hello greets somebody who acts for others and has no certificate of their own.
func (r *Room) Hello(t *turn.Turn) error {
	return t.Say("handler_hello", text.Data{"Name": text.Typed(t.Case.Person.Name), "Sample": sample, "HR": t.IsHR()})
}

// Unknown answers a handler who files nothing and whose words mean nothing.
func (r *Room) Unknown(t *turn.Turn) error {
	t.InChinese()
	return t.Say("handler_unknown", text.Data{"Said": text.Typed(text.Short(t.Incoming.Text))})
}

func (r *Room) helloCommands() []turn.Command {
	return []turn.Command{{
		Spec: command.Spec{
			Name: "which", Words: []string{"转交", "退回", "通过", "上报", "查看", "打开", "收回", "盖章", "公示", "异议"},
		},
		Who: turn.Handlers, When: onButtons, Do: r.do(visit.which),
	}}
}

// which asks a handler which filing they mean, when they typed a button without its number. From others
// these are words like any.
func (t visit) which() error {
	if !handling(t.Turn) {
		return turn.ErrNotMeant
	}
	t.InChinese()
	word := command.Hear(t.Incoming.Text, t.Today()).Bare
	return t.Say("which_filing", text.Data{"Word": text.Typed(word), "Sample": sample})
}
