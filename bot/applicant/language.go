package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/turn"
)

func (r *Room) languageCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "english",
			Words:   []string{"English", "英文", "英语"},
			English: []string{"in english"},
		}, Safe: true, Who: turn.Listed, When: speaks("zh"), Do: r.choose("en")},
		{Spec: command.Spec{
			Name:    "chinese",
			Words:   []string{"中文", "汉语", "说中文"},
			English: []string{"Chinese"},
		}, Safe: true, Who: turn.Listed, When: speaks("en"), Do: r.choose("zh")},
	}
}

func speaks(lang string) func(*turn.Turn) bool {
	return func(t *turn.Turn) bool { return t.Text.Lang == lang }
}

// choose keeps a language for everything that is written to the sender.
func (r *Room) choose(lang string) turn.Action {
	return r.do(func(t visit) error {
		t.Choose(lang)
		if !t.Consented() {
			return t.Welcome(t.Turn)
		}
		return t.hello()
	})
}
