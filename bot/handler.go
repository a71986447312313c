package bot

import (
	"errors"

	"example.org/beian/workflow"
)

// handler answers messages that name a filing: the public notice and official
// statuses. Who may do it is decided by the roles on the roster, never by knowing
// the number; "not yours" and "not there" get the same answer.
func (t *turn) handler() error {
	actor, ok := t.actor()
	if t.f == nil || !ok {
		return t.say("not_yours", nil)
	}
	if t.c.Person.ID == t.f.Person && t.in.wish != wishStatus {
		return t.say("own_filing", nil)
	}
	switch t.in.wish {
	case wishPost:
		return t.post(actor)
	case wishObject:
		return t.object(actor)
	default:
		return t.report(actor)
	}
}

// actor is the role in which the sender may act on this filing.
func (t *turn) actor() (workflow.Actor, bool) {
	if t.f == nil {
		return workflow.Actor{}, false
	}
	p := t.c.Person
	for _, r := range []workflow.Role{workflow.CollegeHandler, workflow.SchoolHandler, workflow.HR} {
		if p.Holds(r, t.f.College) {
			return workflow.Actor{ID: p.ID, Role: r}, true
		}
	}
	if p.ID == t.f.Person {
		return workflow.Actor{ID: p.ID, Role: workflow.Applicant}, true
	}
	return workflow.Actor{}, false
}

func (t *turn) post(actor workflow.Actor) error {
	d := t.base(t.c, t.f)
	if t.in.from.IsZero() {
		d["Said"] = said(short(t.in.text))
		return t.say("notice_which_day", d)
	}
	err := t.try(workflow.Command{Action: workflow.PostNotice, Actor: actor, From: t.in.from, Until: t.in.until})
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == workflow.RefusedDates:
		return t.say("notice_wrong_day", d)
	case errors.As(err, &refusal) && refusal.Code == workflow.RefusedSame && t.f.Notice.State == workflow.NoticePosted:
		return t.say("notice_again", d)
	case errors.As(err, &refusal):
		return t.say("notice_not_now", d)
	case err != nil:
		return err
	}
	return t.say("notice_posted", t.base(t.c, t.f))
}

func (t *turn) object(actor workflow.Actor) error {
	done, err := t.apply(workflow.Command{Action: workflow.ObjectNotice, Actor: actor, Text: t.in.text})
	if err != nil || !done {
		return err
	}
	d := t.base(t.c, t.f)
	d["Text"] = said(short(t.in.text))
	return t.say("objection_noted", d)
}

func (t *turn) helloHandler() error {
	return t.say("handler_hello", data{"Name": said(t.c.Person.Name), "Sample": "K7M2Q9XD"})
}
