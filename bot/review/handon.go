package review

import (
	"context"
	"errors"
	"slices"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// toHandOn hands a review to somebody else (T11), or asks to whom.
var toHandOn = command.Spec{Name: "reassign", Forms: []string{"转交 {filing} {code?} {text?}"}}

func (r *Room) handOnCommands() []turn.Command {
	return []turn.Command{
		{Spec: toHandOn, Who: turn.Handlers, When: onButtons, Do: r.deciding(func(t visit, s seat) error {
			whom := t.args.Text("text")
			return t.coded(verbHandOn, whom == "", func(code string) error { return t.handOn(s, code, whom) })
		})},
		{
			Spec: command.Spec{Name: "release", Forms: []string{"收回 {filing} {text?}"}},
			Who:  turn.Handlers, When: onButtons, Do: r.deciding(visit.release),
		},
	}
}

// handOn hands the review to who is named.
func (t visit) handOn(s seat, code, whom string) error {
	people := t.colleagues()
	if whom == "" || len(people) == 0 {
		return t.askWhom("reassign_whom", code, people)
	}
	named := slices.DeleteFunc(slices.Clone(people), func(p workflow.Person) bool {
		return p.Name != whom && p.ID != whom
	})
	switch len(named) {
	case 0:
		return t.askWhom("reassign_unknown", code, people)
	case 1:
	default: // namesakes are told apart by their userId
		return t.askWhom("reassign_whom", code, named)
	}
	done, err := t.tried(workflow.Command{
		Action: workflow.Reassign, Actor: s.actor, Assignee: named[0].ID, Ticket: t.Filing.Review.Ticket,
	})
	if err != nil || !done {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["To"] = t.Text.Phrase("teacher", text.Typed(named[0].Name).String())
	return t.Say("reassigned", d)
}

func (t visit) askWhom(key, code string, people []workflow.Person) error {
	d := view.Base(t.Turn, t.Case, t.Filing)
	list, err := colleagueChoices(t.Filing.ID, code, people)
	if err != nil {
		return err
	}
	d["Choices"] = list
	return t.Say(key, d)
}

// colleagues are those to whom the review may be handed.
func (t visit) colleagues() []workflow.Person {
	var out []workflow.Person
	for _, p := range append(slices.Clone(t.Case.College.Handlers), t.Case.School...) {
		_, away := p.AwayOn(t.Today())
		if p.ID != t.Filing.Person && p.ID != t.Case.Person.ID && p.ID != t.Filing.Review.Assignee && !away &&
			!slices.ContainsFunc(out, func(x workflow.Person) bool { return x.ID == p.ID }) {
			out = append(out, p)
		}
	}
	return out
}

func colleagueChoices(filing, code string, people []workflow.Person) ([]text.Choice, error) {
	c := choices{list: []text.Choice{}}
	for _, p := range people[:min(len(people), 5)] {
		label, name := p.Name, p.Name
		if slices.ContainsFunc(people, func(x workflow.Person) bool { return x.ID != p.ID && x.Name == p.Name }) {
			label, name = p.Name+" "+p.ID, p.ID
		}
		c.add(label, toHandOn, "filing", filing, "code", code, "text", name)
	}
	return c.list, c.err
}

// release gives a review back to all who may decide (收回).
func (t visit) release(s seat) error {
	err := t.Try(workflow.Command{Action: workflow.Release, Actor: s.actor})
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return t.Say("release_not", view.Base(t.Turn, t.Case, t.Filing))
	}
	if err != nil {
		return err
	}
	return t.Say("released", view.Base(t.Turn, t.Case, t.Filing))
}

// OfferColleagues sends a handler who tapped 转交 the people to choose from.
func (r *Room) OfferColleagues(ctx context.Context, job workflow.OfferColleagues) error {
	c, err := r.Cases.CaseFor(ctx, job.To, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if err != nil || c.Filing.Review.Ticket != job.Ticket {
		return err
	}
	code, err := r.code(c.Filing, job.To, verbHandOn)
	if err != nil {
		return err
	}
	t := r.about(c)
	d := view.Base(t.Turn, c, c.Filing)
	if d["Choices"], err = colleagueChoices(c.Filing.ID, code, t.colleagues()); err != nil {
		return err
	}
	return r.Write(ctx, []string{job.To}, "reassign_whom", d)
}
