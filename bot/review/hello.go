package review

import (
	"slices"
	"strings"

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

// bare are the buttons of handlers that somebody may type without the number of a filing.
var bare = []string{"转交", "退回", "通过", "上报", "查看", "打开", "收回", "盖章", "公示", "异议"}

// Which asks a handler which filing they mean, when what they typed names none. done is false when it
// was something else, or from somebody else.
func (r *Room) Which(t *turn.Turn) (done bool, err error) {
	word := strings.TrimSpace(t.Incoming.Text)
	if !turn.Handles(t.Case.Person) || !slices.Contains(bare, word) {
		return false, nil
	}
	t.InChinese()
	return true, t.Say("which_filing", text.Data{"Word": text.Typed(word), "Sample": sample})
}
