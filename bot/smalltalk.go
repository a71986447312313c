package bot

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// smallTalk is what people say that asks for nothing: one short line, and what is next.
func (b *Bot) smallTalk() []turn.Command {
	never := func(*turn.Turn) bool { return false }
	line := func(name, key string, words, english []string) turn.Command {
		return turn.Command{
			Spec: command.Spec{Name: name, Words: words, English: english}, Who: turn.Agreed, When: never, Safe: true,
			Do: func(t *turn.Turn, _ command.Args) error {
				if t.Case.Certificate == nil { // there is nothing of their own that could be next
					return t.Say(key, text.Data{"Where": "", "Next": ""})
				}
				return t.SayWithNext(key, text.Data{})
			},
		}
	}
	return []turn.Command{
		line("thanks", "small_thanks", []string{"辛苦了", "多谢"}, []string{"many thanks"}),
		line("anger", "small_anger", []string{"气死我了", "烦死了"}, []string{"this is annoying"}),
		line("smalltalk", "small_talk", []string{"哈哈", "在干嘛"}, []string{"haha"}),
		line("slot_delete", "replace_how", []string{"换一份", "发错了"}, []string{"wrong file"}),
		{
			Spec: command.Spec{Name: "nudge_handler", Words: []string{"催一下", "催审"}, English: []string{"please hurry"}},
			Who:  turn.Agreed, Safe: true,
			When: func(t *turn.Turn) bool { return t.Filing != nil && t.Filing.State == workflow.Prereview },
			Do:   func(t *turn.Turn, _ command.Args) error { return hurry(t) },
		},
	}
}

// hurry says with whom a filing is and what moves it on; nobody is written to, the watch does that.
func hurry(t *turn.Turn) error {
	if t.Filing == nil || t.Filing.State != workflow.Prereview {
		return t.SayWithNext("hurry_nobody", text.Data{})
	}
	step, _ := t.Policy().ReviewStep(t.Filing.Review.Step)
	return t.SayWithNext("hurry", text.Data{"Handlers": view.Handlers(t, step.Role), "Hours": step.SLA.Nudge})
}
