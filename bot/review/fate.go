package review

import (
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// fate says why a card is void: decided, handed to somebody else, or changed under it. decided is the
// key of the text for a decision, who names people.
func fate(
	zh *text.Catalogue, f *workflow.Filing, ticket int, decided string, who func(workflow.Actor) string,
) (string, error) {
	m, over := ended(f, ticket)
	if !over {
		return zh.Line("card_gone", nil)
	}
	d := text.Data{"At": view.Stamp(m.At), "By": who(m.By), "Verb": verbOf(m.Action), "To": ""}
	switch m.Action {
	case workflow.Reassign:
		if f.Review.Assignee != "" {
			d["To"] = who(workflow.Actor{ID: f.Review.Assignee})
		}
		return zh.Line("card_handed_on", d)
	case workflow.SaveInfo:
		return zh.Line("card_changed", d)
	}
	return zh.Line(decided, d)
}

// ended is the event that made the card with the ticket void; ok is false when it is none
// that a person would know.
func ended(f *workflow.Filing, ticket int) (m workflow.Moment, ok bool) {
	i := slices.IndexFunc(f.Timeline, func(m workflow.Moment) bool {
		ends := view.Decides(m.Action) || m.Action == workflow.Reassign || m.Action == workflow.SaveInfo
		return ends && m.Seq > ticket
	})
	if i < 0 {
		return m, false
	}
	return f.Timeline[i], true
}

func verbOf(a workflow.Action) string {
	switch a {
	case workflow.Return:
		return "退回"
	case workflow.Submit:
		return "上报"
	}
	return "通过"
}

// fateOf says what became of the card with the ticket as it was when the turn began.
func (t visit) fateOf(ticket int, decided string) (string, error) {
	who := func(a workflow.Actor) string { return view.Who(t.Turn, a) }
	return fate(t.Chinese(), t.Case.Filing, ticket, decided, who)
}

// sayGone says what became of a filing that no longer waits: the last decision since it was
// handed in, or what took it back.
func (t visit) sayGone() error {
	ticket := 0
	for _, m := range t.Filing.Timeline {
		if m.Action == workflow.HandIn {
			ticket = m.Seq
		} else if view.Decides(m.Action) {
			ticket = m.Seq - 1
		}
	}
	if ticket == 0 {
		return t.Say("review_not_yet", view.Base(t.Turn, t.Case, t.Filing))
	}
	line, err := t.fateOf(ticket, "card_by_now")
	if err != nil {
		return err
	}
	return t.Say("card_told", text.Data{"Name": text.Typed(t.Case.Applicant.Name), "Text": line})
}

// doneText says who has decided what, just now.
func (t visit) doneText(e workflow.Event) (string, error) {
	d := text.Data{"At": view.Stamp(e.At), "By": view.Who(t.Turn, e.Actor), "Verb": verbOf(e.Action)}
	return t.Chinese().Line("card_done", d)
}
