package bot

import (
	"errors"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// handler answers messages that name a filing: the public notice and official
// statuses. Who may do it is decided by the roles on the roster, never by knowing
// the number; "not yours" and "not there" get the same answer.
func (t *visit) handler() error {
	switch t.in.wish {
	case wishApprove, wishApproveYes, wishReturn, wishReturnYes, wishReassign, wishRelease, wishView, wishOpen:
		return t.review()
	}
	actor, ok := t.actor()
	if t.Filing == nil || !ok {
		return t.Say("not_yours", nil)
	}
	if t.Case.Person.ID == t.Filing.Person && t.in.wish != wishStatus {
		return t.Say("own_filing", nil)
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
func (t *visit) actor() (workflow.Actor, bool) {
	if t.Filing == nil {
		return workflow.Actor{}, false
	}
	p := t.Case.Person
	for _, r := range []workflow.Role{workflow.SchoolHandler, workflow.CollegeHandler} {
		if a, ok := t.Case.Acting(p, r, t.Today()); ok {
			return a, true
		}
	}
	if p.Holds(workflow.HR, t.Filing.College) {
		return workflow.Actor{ID: p.ID, Role: workflow.HR}, true
	}
	if p.ID == t.Filing.Person {
		return workflow.Actor{ID: p.ID, Role: workflow.Applicant}, true
	}
	return workflow.Actor{}, false
}

func (t *visit) post(actor workflow.Actor) error {
	d := view.Base(t.Turn, t.Case, t.Filing)
	if t.in.from.IsZero() {
		d["Said"] = text.Typed(text.Short(t.in.text))
		return t.Say("notice_which_day", d)
	}
	err := t.Try(workflow.Command{Action: workflow.PostNotice, Actor: actor, From: t.in.from, Until: t.in.until})
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == workflow.RefusedDates:
		return t.Say("notice_wrong_day", d)
	case errors.As(err, &refusal) && refusal.Code == workflow.RefusedSame && t.Filing.Notice.State == workflow.NoticePosted:
		return t.Say("notice_again", d)
	case errors.As(err, &refusal):
		return t.Say("notice_not_now", d)
	case err != nil:
		return err
	}
	d = view.Base(t.Turn, t.Case, t.Filing)
	n := countedDays(t.Filing, t.Policy())
	d["Short"], d["Counted"] = n < t.Policy().Notice.WorkingDays, n // the handler's dates win (§3.3)
	return t.Say("notice_posted", d)
}

func (t *visit) object(actor workflow.Actor) error {
	return t.handle(actor, workflow.ObjectNotice, "objection_noted", "异议 "+t.Filing.ID+" 单位不符")
}

// keepNotice is the college's word that the posted notice still holds (T07).
func (t *visit) keepNotice(actor workflow.Actor) error {
	err := t.Try(workflow.Command{Action: workflow.KeepNotice, Actor: actor})
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && t.Filing.Notice.State == workflow.NoticePosted:
		return t.Say("notice_again", view.Base(t.Turn, t.Case, t.Filing))
	case errors.As(err, &refusal):
		return t.Say("notice_not_now", view.Base(t.Turn, t.Case, t.Filing))
	case err != nil:
		return err
	}
	return t.Say("notice_kept", view.Base(t.Turn, t.Case, t.Filing))
}

// settleObjection is the school's word on an objection that did not hold (P5).
func (t *visit) settleObjection(actor workflow.Actor) error {
	return t.handle(actor, workflow.SettleNotice, "objection_settled_noted", "异议处理 "+t.Filing.ID+" 经核实不成立")
}

// seal is the college's word that the form has been signed and sealed (F3, F4).
func (t *visit) seal(actor workflow.Actor) error {
	switch t.Filing.Form {
	case workflow.FormSealed, workflow.FormScanned, workflow.FormUploaded:
		return t.Say("handler_same", view.Base(t.Turn, t.Case, t.Filing))
	case workflow.FormPrinted, workflow.FormSigned:
		if done, err := t.applyAs(workflow.Command{Action: workflow.CollegeSign, Actor: actor}, ""); err != nil || !done {
			return err
		}
	}
	return t.handle(actor, workflow.SealForm, "sealed_noted", "")
}

// correct voids the newest event of a filing when it was a slip (T26).
func (t *visit) correct(actor workflow.Actor) error {
	voided, ok := workflow.Voidable(t.log)
	if !ok {
		return t.Say("correct_nothing", text.Data{"Name": text.Typed(t.Case.Applicant.Name)})
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	for _, m := range t.Filing.Timeline {
		if m.Seq == voided.Seq {
			d["Voided"], d["At"] = view.MomentLine(t.Turn, m), view.Stamp(m.At)
		}
	}
	example := "更正 " + t.Filing.ID + " 点错了"
	switch {
	case t.in.seq == 0: // one slip more would undo a step that nobody meant
		trial := &visit{Turn: t.Trial(), Bot: t.Bot}
		if done, err := trial.applyAs(workflow.Command{Action: workflow.Correct, Actor: actor, Text: t.in.text, Log: t.log}, example); err != nil || !done {
			t.Reply = trial.Reply
			return err
		}
		d["Text"], d["Seq"] = text.Typed(text.OneLine(t.in.text)), voided.Seq
		return t.Say("correct_ask", d)
	case t.in.seq != voided.Seq:
		return t.Say("correct_by_now", nil)
	}
	done, err := t.applyAs(workflow.Command{Action: workflow.Correct, Actor: actor, Text: t.in.text, Log: t.log}, example)
	if err != nil || !done {
		return err
	}
	if voided.Action == workflow.ReportApproved {
		t.Out.Reinstated = t.Filing.Certificate
	}
	return t.Say("corrected_noted", d)
}

// applyAs applies what a handler asks for. Refused, it says why in the handler's terms:
// the applicant's next step is not theirs.
func (t *visit) applyAs(cmd workflow.Command, example string) (bool, error) {
	err := t.Try(cmd)
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) {
		return err == nil, err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Example"] = example
	switch refusal.Code {
	case workflow.RefusedReason:
		return false, t.Say("handler_text", d)
	case workflow.RefusedSame:
		return false, t.Say("handler_same", d)
	case workflow.RefusedRole, workflow.RefusedOwn:
		return false, t.Say("handler_role", d)
	case workflow.RefusedOrder:
		return false, t.Say("handler_order", d)
	}
	return false, t.Say("handler_state", d)
}

// handle applies a plain event of a handler and confirms it.
func (t *visit) handle(actor workflow.Actor, a workflow.Action, key, example string) error {
	done, err := t.applyAs(workflow.Command{Action: a, Actor: actor, Text: t.in.text}, example)
	if err != nil || !done {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Text"] = text.Typed(text.Short(t.in.text))
	return t.Say(key, d)
}

func (t *visit) helloHandler() error {
	return t.Say("handler_hello", text.Data{"Name": text.Typed(t.Case.Person.Name), "Sample": sampleID, "HR": t.Case.Person.Holds(workflow.HR, "")})
}
