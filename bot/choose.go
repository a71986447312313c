package bot

import (
	"context"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/ways"
)

// How likely something must be. What only answers is done when it is likely and well ahead of the rest;
// what changes or sends something must be much likelier. Below that the best are offered as buttons.
const (
	sure       = 0.5
	sureToAct  = 0.8
	lead       = 1.8
	worthOffer = 0.08
	firstOffer = 0.15 // the best of those that are offered
	offerAll   = 0.3  // what they come to together
	mostOffers = 3
	fitsNow    = 1.4 // how much likelier what help would offer now is
	ownFiling  = 0.4 // and a question about one's own filing from somebody who handles those of others
)

// guess is something that a sentence may mean, with what is needed to do it.
type guess struct {
	name    string
	likely  float64
	command turn.Command // without a name when it is a question
	act     turn.Action
}

// guesses are what words may mean that fit no command, the likeliest first. What they need is read now;
// who asks is known only in the turn.
func (b *Bot) guesses(ctx context.Context, in dingtalk.Incoming) ([]guess, error) {
	const most = 12
	if strings.TrimSpace(in.Text) == "" {
		return nil, nil
	}
	likely, err := ways.Likely(in.Text)
	if err != nil {
		return nil, err
	}
	var out []guess
	for _, c := range likely[:min(most, len(likely))] {
		g := guess{name: c.Name, likely: c.Likelihood}
		if cmd, ok := b.named[c.Name]; ok && len(cmd.Words) > 0 {
			g.command = cmd
			if c.Likelihood >= worthOffer { // only those that may be done are worth reading for
				if g.act, err = cmd.Prepare(ctx, in.Sender, command.Args{}); err != nil {
					return nil, err
				}
			}
		} else if ok {
			g.command = cmd // it needs a filing or a name that the sentence does not give in its form
		}
		out = append(out, g)
	}
	return out, nil
}

// choose does what words most likely mean, or offers the best; done is false when nothing is near.
func (b *Bot) choose(t *turn.Turn, all []guess) (done bool, err error) {
	fit, total := b.fitting(t, all)
	if done, err := b.surely(t, fit, total); done || err != nil {
		return done, err
	}
	if t.Holds() && withoutNumber.MatchString(t.Incoming.Text) {
		return true, t.Say("handler_number", text.Data{"Sample": sample})
	}
	return b.offer(t, fit, total)
}

// fitting are the guesses that the sender may mean now, and what all of them come to together with that
// it is none.
func (b *Bot) fitting(t *turn.Turn, all []guess) (fit []guess, total float64) {
	for _, g := range all {
		switch title, isQuestion := strings.CutPrefix(g.name, ways.Question); {
		case g.name == "":
			total += g.likely
			continue
		case isQuestion:
			if b.Questions.Title(t, title) == "" {
				continue
			}
			if t.Holds() && !b.Questions.AboutWork(t, title) {
				g.likely *= ownFiling
			}
		case g.command.Name == "" || g.act == nil || !may(t, g.command):
			continue
		case g.command.When != nil && g.command.When(t):
			g.likely *= fitsNow
		}
		total += g.likely
		fit = append(fit, g)
	}
	return fit, total
}

// surely does what is likely enough and far ahead of the rest.
func (b *Bot) surely(t *turn.Turn, fit []guess, total float64) (done bool, err error) {
	if len(fit) == 0 {
		return false, nil
	}
	best, second := fit[0], 0.0
	for _, g := range fit[1:] {
		if g.likely > best.likely {
			best = g
		}
	}
	for _, g := range fit {
		if g.name != best.name {
			second = max(second, g.likely)
		}
	}
	need := sureToAct
	if best.command.Safe || best.command.Name == "" {
		need = sure
	}
	if best.likely/total >= need && best.likely >= second*lead {
		return true, b.mean(t, best)
	}
	return false, nil
}

// mean does what a sentence is taken to mean.
func (b *Bot) mean(t *turn.Turn, g guess) error {
	if question, ok := strings.CutPrefix(g.name, ways.Question); ok {
		return b.Questions.AnswerAs(t, question, t.Incoming.Text)
	}
	return g.act(t, command.Args{})
}

// offer shows the best guesses as buttons, the last one a person.
func (b *Bot) offer(t *turn.Turn, fit []guess, total float64) (done bool, err error) {
	var choices []text.Choice
	together := 0.0
	fit = slices.DeleteFunc(slices.Clone(fit), func(g guess) bool { // a button for what only answers a question
		return g.command.Name != "" && g.command.When != nil && !g.command.When(t)
	})
	for len(choices) < mostOffers && len(fit) > 0 {
		best := 0
		for i, g := range fit {
			if g.likely > fit[best].likely {
				best = i
			}
		}
		g := fit[best]
		fit = append(fit[:best:best], fit[best+1:]...)
		if share := g.likely / total; share < worthOffer || len(choices) == 0 && share < firstOffer {
			break
		}
		together += g.likely / total
		choices = append(choices, b.choice(t, g))
	}
	if together < offerAll || len(choices) == 0 {
		return false, nil
	}
	where := t.Where()
	if t.Holds() && !t.Consented() {
		where = "" // they are not at a step of a filing of their own
	}
	return true, t.Say("unsure", text.Data{
		"Where": where, "Choices": choices, "Question": text.Typed(text.OneLine(t.Incoming.Text)),
	})
}

// choice is a guess as a button, which sends the words that mean it for certain.
func (b *Bot) choice(t *turn.Turn, g guess) text.Choice {
	if question, ok := strings.CutPrefix(g.name, ways.Question); ok {
		title := b.Questions.Title(t, question)
		const longest = 20 // on a phone
		label := []rune(title)
		if len(label) > longest && t.Text.Lang == "zh" {
			label = append(label[:longest:longest], '…')
		}
		return text.Choice{Label: string(label[:min(len(label), 30)]), Say: title}
	}
	say := g.command.Words[0]
	if t.Text.Lang == "en" && len(g.command.English) > 0 {
		say = g.command.English[0]
	}
	return text.Choice{Label: say, Say: say}
}
