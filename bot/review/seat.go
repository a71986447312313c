package review

import (
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// seat is as what somebody decides, and on which step.
type seat struct {
	actor workflow.Actor
	step  workflow.ReviewStep
}

// anyTicket is that of no step: whoever handles the filing at any step may look at it.
const anyTicket = 0

// notTheirs is why somebody has no seat; for others there is a text of its own.
const notTheirs = "card_not_yours"

// seat finds as what the sender may act on the step of the review that a card with the ticket is
// about; otherwise refusal is the key of the text that says why not. Who had a card that is void now
// may still learn what became of it.
func (t visit) seat(ticket int) (s seat, refusal string) {
	if t.Filing == nil {
		return s, notTheirs
	}
	p := t.Case.Person
	if p.ID == t.Filing.Person {
		return s, "card_own"
	}
	step, open := t.Policy().ReviewStep(t.Filing.Review.Step)
	roles := []workflow.Role{workflow.CollegeHandler, workflow.SchoolHandler}
	if open && t.Filing.Review.Ticket == ticket {
		roles[0] = step.Role // the school stands in for a college (Q21)
	}
	for _, r := range roles {
		if a, ok := t.Case.Acting(p, r, t.Today()); ok {
			return seat{a, step}, ""
		}
	}
	return seat{step: step}, notTheirs
}

// decision is what the deciding button of the step does.
func (s seat) decision() workflow.Command {
	if s.step.Submits {
		return workflow.Command{Action: workflow.Submit, Attested: true}
	}
	return workflow.Command{Action: workflow.Approve}
}

// deciding is something about a filing that waits for the sender's decision. Everybody else hears why
// they cannot do it.
func (r *Room) deciding(f func(visit, seat) error) turn.Action {
	return r.do(func(t visit) error {
		t.InChinese()
		ticket := anyTicket
		if t.Filing != nil {
			ticket = t.Filing.Review.Ticket
		}
		s, refusal := t.seat(ticket)
		if refusal == notTheirs {
			if _, no := t.seat(anyTicket); no == "" { // of another step than the open one
				return t.sayGone()
			}
		}
		switch {
		case refusal != "":
			return t.turnAway(refusal)
		case t.Filing.State != workflow.Prereview:
			return t.sayGone()
		}
		return f(t, s)
	})
}

// turnAway says why the sender has no seat. "Not yours" and "not there" get the same answer.
func (t visit) turnAway(refusal string) error {
	if refusal == "card_own" {
		return t.Say("own_filing", nil)
	}
	return t.Say("not_yours", nil)
}

// refusedKey is the text that says why a decision was refused.
func refusedKey(c workflow.Code) string {
	switch c {
	case workflow.RefusedReason:
		return "card_reason"
	case workflow.RefusedOwn:
		return "card_own"
	case workflow.RefusedRole:
		return notTheirs
	case workflow.RefusedTaken:
		return "card_taken"
	}
	return "card_gone"
}

// takenBy names who has the review, for the texts that say it.
func (t visit) takenBy() text.Data {
	d := text.Data{"By": ""}
	if t.Filing != nil && t.Filing.Review.Assignee != "" {
		d["By"] = view.Teacher(t.Turn, t.Filing.Review.Assignee)
	}
	return d
}
