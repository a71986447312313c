package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
)

// ownCommands are about the commands themselves.
func (b *Bot) ownCommands() []turn.Command {
	return []turn.Command{
		{
			Spec: command.Spec{
				Name: "help", Words: []string{"帮助", "怎么用", "你能做什么", "?"}, English: []string{"help"},
			},
			Safe: true, Who: turn.Listed,
			Do: func(t *turn.Turn, _ command.Args) error { return b.help(t, mostHelp) },
		},
		{
			Spec: command.Spec{Name: "help_all", Words: []string{"全部帮助", "帮助全部", "帮助 全部"}, English: []string{"full help"}},
			Who:  turn.Listed, When: func(*turn.Turn) bool { return false }, // help itself names it
			Do: func(t *turn.Turn, _ command.Args) error { return b.help(t, len(b.commands)) },
		},
	}
}

// mostHelp is how many commands fit on a phone.
const mostHelp = 12

// help lists what this person can say at this moment, from the commands themselves: the phrase help_NAME
// says what one is for, with the way to say it in front of "|" where that is no single word.
func (b *Bot) help(t *turn.Turn, most int) error {
	var lines []string
	more := false
	offered := slices.Clone(b.commands)
	if t.IsHR() { // what only they can do comes first
		slices.SortStableFunc(offered, func(a, c turn.Command) int { return cmp.Compare(foreign(a), foreign(c)) })
	}
	for _, c := range offered {
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
		if more = len(lines) == most; more {
			break
		}
		lines = append(lines, fmt.Sprintf("· %s　%s", say, what))
	}
	d := text.Data{"Lines": lines, "More": more, "Next": ""}
	if t.Holds() { // they ask about their work, not about a filing of their own
		return t.Say("help", d)
	}
	return t.SayWithNext("help", d)
}

// foreign is 0 for what only HR does, 1 for the rest.
func foreign(c turn.Command) int {
	if c.Who == turn.HR {
		return 0
	}
	return 1
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
