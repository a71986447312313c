package bot

import (
	"fmt"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
)

// ownCommands are about the commands themselves.
func (b *Bot) ownCommands() []turn.Command {
	return []turn.Command{{
		Spec: command.Spec{
			Name: "help", Words: []string{"帮助", "怎么用", "你能做什么", "?"}, English: []string{"help"},
		},
		Who: turn.Listed,
		Do:  func(t *turn.Turn, _ command.Args) error { return b.help(t) },
	}}
}

// mostHelp is how many commands fit on a phone.
const mostHelp = 12

// help lists what this person can say at this moment, from the commands themselves: the phrase help_NAME
// says what one is for, with the way to say it in front of "|" where that is no single word.
func (b *Bot) help(t *turn.Turn) error {
	var lines []string
	for _, c := range b.commands {
		key := "help_" + c.Name
		if !t.Text.Has(key) || !may(t, c) || c.When != nil && !c.When(t) {
			continue
		}
		say, what, ok := strings.Cut(t.Text.Phrase(key), "|")
		if !ok {
			say, what = c.Words[0], say
			if t.Text.Lang == "en" && len(c.English) > 0 {
				say = c.English[0]
			}
		}
		if len(lines) < mostHelp {
			lines = append(lines, fmt.Sprintf("· %s　%s", say, what))
		}
	}
	if t.Case.Certificate == nil && t.Holds() { // whose own filing this is not about
		return t.Say("help", text.Data{"Lines": lines, "Next": ""})
	}
	return t.SayWithNext("help", text.Data{"Lines": lines})
}

// may reports whether somebody may ask for a command now.
func may(t *turn.Turn, c turn.Command) bool {
	switch c.Who {
	case turn.Handlers:
		return t.Holds()
	case turn.HR:
		return t.IsHR()
	case turn.Agreed:
		return t.Consented()
	case turn.Begun:
		return t.Filing != nil && t.Filing.State.Begun()
	}
	return true
}
