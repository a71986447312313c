package bot

import (
	"errors"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// handler answers messages that name a filing: the public notice and official
// statuses. Who may do it is decided by the roles on the roster, never by knowing
// the number; "not yours" and "not there" get the same answer.
func (t *turn) handler() error {
	switch t.in.wish {
	case wishApprove, wishApproveYes, wishReturn, wishReturnYes, wishReassign, wishRelease, wishView, wishOpen:
		return t.review()
	}
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
	case wishKeep:
		return t.keepNotice(actor)
	case wishObject:
		return t.object(actor)
	case wishSettle:
		return t.settleObjection(actor)
	case wishSeal:
		return t.seal(actor)
	case wishCorrect:
		return t.correct(actor)
	case wishPhoto:
		return t.attachPhoto(actor)
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
	for _, r := range []workflow.Role{workflow.SchoolHandler, workflow.CollegeHandler} {
		if a, ok := t.c.Acting(p, r, t.today()); ok {
			return a, true
		}
	}
	if p.Holds(workflow.HR, t.f.College) {
		return workflow.Actor{ID: p.ID, Role: workflow.HR}, true
	}
	if p.ID == t.f.Person {
		return workflow.Actor{ID: p.ID, Role: workflow.Applicant}, true
	}
	return workflow.Actor{}, false
}

func (t *turn) post(actor workflow.Actor) error {
	d := t.base(t.c, t.f)
	if t.in.from.IsZero() {
		d["Said"] = text.Typed(short(t.in.text))
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
	d = t.base(t.c, t.f)
	n := countedDays(t.f, t.policy())
	d["Short"], d["Counted"] = n < t.policy().Notice.WorkingDays, n // the handler's dates win (§3.3)
	return t.say("notice_posted", d)
}

func (t *turn) object(actor workflow.Actor) error {
	return t.handle(actor, workflow.ObjectNotice, "objection_noted", "异议 "+t.f.ID+" 单位不符")
}

// keepNotice is the college's word that the posted notice still holds (T07).
func (t *turn) keepNotice(actor workflow.Actor) error {
	err := t.try(workflow.Command{Action: workflow.KeepNotice, Actor: actor})
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && t.f.Notice.State == workflow.NoticePosted:
		return t.say("notice_again", t.base(t.c, t.f))
	case errors.As(err, &refusal):
		return t.say("notice_not_now", t.base(t.c, t.f))
	case err != nil:
		return err
	}
	return t.say("notice_kept", t.base(t.c, t.f))
}

// settleObjection is the school's word on an objection that did not hold (P5).
func (t *turn) settleObjection(actor workflow.Actor) error {
	return t.handle(actor, workflow.SettleNotice, "objection_settled_noted", "异议处理 "+t.f.ID+" 经核实不成立")
}

// seal is the college's word that the form has been signed and sealed (F3, F4).
func (t *turn) seal(actor workflow.Actor) error {
	switch t.f.Form {
	case workflow.FormSealed, workflow.FormScanned, workflow.FormUploaded:
		return t.say("handler_same", t.base(t.c, t.f))
	case workflow.FormPrinted, workflow.FormSigned:
		if done, err := t.applyAs(workflow.Command{Action: workflow.CollegeSign, Actor: actor}, ""); err != nil || !done {
			return err
		}
	}
	return t.handle(actor, workflow.SealForm, "sealed_noted", "")
}

// correct voids the newest event of a filing when it was a slip (T26).
func (t *turn) correct(actor workflow.Actor) error {
	voided, ok := workflow.Voidable(t.log)
	if !ok {
		return t.say("correct_nothing", text.Data{"Name": text.Typed(t.c.Applicant.Name)})
	}
	d := t.base(t.c, t.f)
	for _, m := range t.f.Timeline {
		if m.Seq == voided.Seq {
			d["Voided"], d["At"] = t.momentLine(m), stamp(m.At)
		}
	}
	example := "更正 " + t.f.ID + " 点错了"
	switch {
	case t.in.seq == 0: // one slip more would undo a step that nobody meant
		trial := *t
		if done, err := trial.applyAs(workflow.Command{Action: workflow.Correct, Actor: actor, Text: t.in.text, Log: t.log}, example); err != nil || !done {
			t.reply = trial.reply
			return err
		}
		d["Text"], d["Seq"] = text.Typed(oneLine(t.in.text)), voided.Seq
		return t.say("correct_ask", d)
	case t.in.seq != voided.Seq:
		return t.say("correct_by_now", nil)
	}
	done, err := t.applyAs(workflow.Command{Action: workflow.Correct, Actor: actor, Text: t.in.text, Log: t.log}, example)
	if err != nil || !done {
		return err
	}
	if voided.Action == workflow.ReportApproved {
		t.revived = t.f.Certificate
	}
	return t.say("corrected_noted", d)
}

// applyAs applies what a handler asks for. Refused, it says why in the handler's terms:
// the applicant's next step is not theirs.
func (t *turn) applyAs(cmd workflow.Command, example string) (bool, error) {
	err := t.try(cmd)
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) {
		return err == nil, err
	}
	d := t.base(t.c, t.f)
	d["Example"] = example
	switch refusal.Code {
	case workflow.RefusedReason:
		return false, t.say("handler_text", d)
	case workflow.RefusedSame:
		return false, t.say("handler_same", d)
	case workflow.RefusedRole, workflow.RefusedOwn:
		return false, t.say("handler_role", d)
	case workflow.RefusedOrder:
		return false, t.say("handler_order", d)
	}
	return false, t.say("handler_state", d)
}

// handle applies a plain event of a handler and confirms it.
func (t *turn) handle(actor workflow.Actor, a workflow.Action, key, example string) error {
	done, err := t.applyAs(workflow.Command{Action: a, Actor: actor, Text: t.in.text}, example)
	if err != nil || !done {
		return err
	}
	d := t.base(t.c, t.f)
	d["Text"] = text.Typed(short(t.in.text))
	return t.say(key, d)
}

func (t *turn) helloHandler() error {
	return t.say("handler_hello", text.Data{"Name": text.Typed(t.c.Person.Name), "Sample": sampleID, "HR": t.c.Person.Holds(workflow.HR, "")})
}
