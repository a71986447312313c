package review

import (
	"crypto/hmac"
	"errors"
	"fmt"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// toPass asks what would be decided; the answer has the button that decides.
var toPass = command.Spec{Name: "approve", Forms: []string{"(通过|上报) {filing} {code?} {text?}"}}

func (r *Room) decideCommands() []turn.Command {
	return []turn.Command{
		{Spec: toPass, Who: turn.Handlers, When: onButtons, Do: r.deciding(func(t visit, s seat) error {
			return t.coded(verbPass, true, func(string) error { return t.askToPass(s) })
		})},
		{
			Spec: command.Spec{Name: "approve_yes", Forms: []string{"(确认通过|确认上报) {filing} {code?} {text?}"}},
			Who:  turn.Handlers, When: onButtons, Do: r.deciding(func(t visit, s seat) error {
				return t.coded(verbPassYes, false, func(string) error { return t.decide(s, s.decision()) })
			}),
		},
	}
}

// What the codes of buttons are good for. They are part of the codes: another word makes every button void
// that people have.
const (
	verbPass      = "通过"
	verbPassYes   = "通过!"
	verbReturn    = "退回"
	verbReturnYes = "退回!"
	verbHandOn    = "转交"
)

// code is what a button of a message carries: good for one person, one decision, and the
// state of the filing that they saw. It changes with every step of the review, so each is
// good once.
func (r *Room) code(f *workflow.Filing, person, verb string) (string, error) {
	return r.ShortCode(fmt.Sprintf("decision:%s:%d:%s:%s", f.ID, f.Review.Ticket, person, verb))
}

// coded does what a sentence with a code asks for, with the code. What is only asked back decides
// nothing and needs none; a code that is not good for it shows the card as it is now.
func (t visit) coded(verb string, question bool, f func(code string) error) error {
	want, err := t.code(t.Filing, t.Case.Person.ID, verb)
	if err != nil {
		return err
	}
	given := t.args.Text("code")
	if (given != "" || !question) && !hmac.Equal([]byte(want), []byte(given)) {
		return t.showCard("card_stale")
	}
	return f(want)
}

// askToPass asks back once what a tap on a link would do.
func (t visit) askToPass(s seat) error {
	code, err := t.code(t.Filing, t.Case.Person.ID, verbPassYes)
	if err != nil {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Verb"], d["Code"], d["Eyes"], d["Attest"] = s.step.Verb, code, eyes(t.Filing), s.step.Submits
	return t.Say("decide_ask", d)
}

// decide carries a decision out and confirms it.
func (t visit) decide(s seat, cmd workflow.Command) error {
	cmd.Actor, cmd.Ticket = s.actor, t.Filing.Review.Ticket
	if done, err := t.tried(cmd); err != nil || !done {
		return err
	}
	line, err := t.doneText(t.Out.Events[len(t.Out.Events)-1])
	if err != nil {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Text"] = line
	return t.Say("decide_done", d)
}

// tried applies a decision. Refused, it says why, as a card would.
func (t visit) tried(cmd workflow.Command) (done bool, err error) {
	err = t.Try(cmd)
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return false, t.Say(refusedKey(refused.Code), t.takenBy())
	}
	return err == nil, err
}

// choices are buttons that are made up as needed; making one may fail.
type choices struct {
	list []text.Choice
	err  error
}

func (c *choices) add(label string, s command.Spec, pairs ...string) {
	say, err := s.Say(command.With(pairs...))
	c.list, c.err = append(c.list, text.Choice{Label: label, Say: say}), errors.Join(c.err, err)
}
