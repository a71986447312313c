package bot

import (
	"errors"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// applicant answers somebody who has agreed to the notice.
func (t *visit) applicant() error {
	switch t.in.wish {
	case wishNotice:
		return t.Say("notice_full", view.Base(t.Turn, t.Case, t.Filing))
	case wishOK:
		if len(t.pending) > 0 && t.Filing != nil {
			return t.confirmed()
		}
		return t.SayWithNext("ok", text.Data{})
	case wishWhy:
		return t.why()
	case wishManual:
		return t.manual()
	case wishHuman:
		return t.askHuman()
	case wishWithdraw:
		return t.askWithdraw()
	case wishWithdrawYes:
		return t.withdraw()
	case wishExport:
		return t.export()
	case wishSeen:
		return t.seen()
	case wishUnknown:
		if t.Case.Consent == "" && t.faq().find(t.in.text) == nil {
			return t.welcome() // somebody new is greeted, whatever they begin with
		}
		if t.Filing != nil && t.Filing.State.Begun() {
			if done, err := t.bareAnswer(); done || err != nil {
				return err
			}
		}
		return t.unknown()
	case wishCertificate:
		return t.certificate()
	case wishMenu:
		return t.menu()
	case wishCategory:
		return t.declareCategory()
	case wishIdentity:
		return t.reportIdentity()
	case wishLeft:
		return t.leave()
	case wishMistake:
		return t.takeBack()
	case wishRestore:
		return t.restore()
	case wishNotYet: // Q02
		return t.Say("not_yet_there", text.Data{"Where": t.Where()})
	case wishHow:
		return t.Say("how_download", nil)
	case wishHelp:
		return t.SayWithNext("help", text.Data{})
	case wishStart, wishConsent:
		return t.start()
	case wishHello:
		if t.Case.Certificate == nil && len(t.Case.Person.Grants) > 0 {
			return t.helloHandler()
		}
		return t.Next()
	}
	if t.Filing == nil || !t.Filing.State.Begun() {
		return t.noFiling()
	}
	return t.filing()
}

// filing answers what needs a filing.
func (t *visit) filing() error {
	switch t.in.wish {
	case wishSet:
		return t.set()
	case wishSave:
		return t.save()
	case wishFields, wishBack:
		return t.fields()
	case wishSkip:
		return t.SayWithNext("cannot_skip", text.Data{})
	case wishRedo:
		return t.askRedo()
	case wishRedoYes:
		return t.redo()
	case wishAskField:
		return t.askField()
	case wishYes:
		return t.confirmed()
	case wishNo:
		return t.takeBackFill()
	case wishProgress:
		return t.progress()
	case wishAnswer:
		return t.answer()
	case wishSigned:
		return t.signed()
	case wishFetch:
		return t.autofetch(workflow.AutofetchOK)
	case wishFetchFail:
		return t.autofetch(workflow.AutofetchFail)
	case wishWaive:
		return t.waive()
	case wishAuto:
		return t.handIn(true)
	case wishHandIn:
		return t.handIn(false)
	case wishMaterials:
		return t.saveMaterials()
	case wishReprint:
		return t.reprint()
	case wishPlace, wishReplace:
		return t.place()
	case wishNextPage, wishSwap:
		return t.appendPage()
	case wishNote:
		return t.leaveNote()
	case wishPortal:
		return t.portal()
	case wishBundle:
		return t.bundle()
	case wishReceipt:
		return t.receipt()
	case wishTimeline:
		return t.progressSheet()
	case wishDelete:
		return t.askDelete()
	case wishDeleteYes:
		return t.delete()
	case wishStatus:
		return t.report(workflow.Actor{ID: t.Case.Person.ID, Role: workflow.Applicant})
	case wishDate:
		return t.date(workflow.Actor{ID: t.Case.Person.ID, Role: workflow.Applicant})
	case wishGenerated:
		return t.generated()
	case wishFetched:
		return t.fetched()
	}
	return t.unknown()
}

func (t *visit) noFiling() error {
	if t.Filing != nil && t.Filing.State == workflow.Cancelled && t.Now().Sub(t.Filing.EndedAt) <= workflow.UndoDelete {
		return t.Say("deleted", text.Data{"Until": view.Stamp(t.Filing.EndedAt.Add(workflow.UndoDelete))})
	}
	if k := view.StepOf(t.Turn).Kind; k == workflow.StepBlocked || k == workflow.StepStart {
		return t.Next()
	}
	return t.Say("no_filing", nil)
}

// why answers with the manual's own words about where the person is.
func (t *visit) why() error {
	step := view.StepOf(t.Turn)
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Where"], d["Quotes"] = view.StageName(t.Text, step.Stage), quotes(step.Because())
	key := "why_" + string(step.Kind)
	if step.Kind == workflow.StepBlocked {
		key = "why_" + string(step.Reason)
	}
	return t.Say(key, d)
}

// manual shows the manual's rules on a topic, or the topics.
func (t *visit) manual() error {
	for _, topic := range workflow.Topics() {
		if t.in.topic == topic {
			return t.Say("manual_"+string(topic), text.Data{"Quotes": quotes(workflow.RequirementsOn(topic)), "Code": t.Book.Current.CreditCode})
		}
	}
	return t.Say("manual", nil)
}

func quotes(rules []workflow.Requirement) []string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = r.Text + "(" + r.ID + ")"
	}
	return out
}

// save is 保存信息: a new revision, both papers, and the college is asked to publish.
// That everything is right also answers the questions that the form cannot (the text
// with the button says so): no change of contract, title and qualification.
func (t *visit) save() error {
	if t.Filing.State != workflow.Draft {
		return t.Next()
	}
	if len(t.Filing.Missing()) == 0 {
		for _, s := range t.Filing.Questions() {
			if done, err := t.Apply(workflow.Command{Action: workflow.Answer, Slot: s}); err != nil || !done {
				return err
			}
		}
	}
	for _, c := range view.Sheet(t.Turn, workflow.PaperForm).Cells { // before anything is promised
		if missing := t.Papers.Missing(c.Value); len(missing) > 0 {
			fd, _ := workflow.FieldOf(c.Key)
			return t.Say("undrawable", text.Data{"Label": t.Text.Field(fd), "Chars": string(missing)})
		}
	}
	if done, err := t.ApplyAll(workflow.SaveInfo, workflow.PrintNotice, workflow.Print, workflow.HandNotice); err != nil || !done {
		return err
	}
	t.Agree(workflow.ConsentPublish) // the button's text says so (PIPL §25)
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Handlers"] = view.Handlers(t.Turn, workflow.CollegeHandler)
	if err := t.Say("saved", d); err != nil {
		return err
	}
	t.Reply.Sheets = []workflow.Sheet{view.Sheet(t.Turn, workflow.PaperForm)} // the notice comes with the handler's copy
	return nil
}

// leaveNote is a word to the handler, shown on the card.
func (t *visit) leaveNote() error {
	if t.in.text == "" {
		return t.SayWithNext("note_how", text.Data{})
	}
	err := t.Try(workflow.Command{Action: workflow.LeaveNote, Actor: t.Self(), Text: t.in.text})
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == workflow.RefusedReason:
		return t.SayWithNext("note_long", text.Data{})
	case errors.As(err, &refusal):
		return t.Refuse(refusal)
	case err != nil:
		return err
	}
	return t.SayWithNext("note_kept", text.Data{"Text": text.Typed(text.Short(t.Filing.Note))})
}

func (t *visit) waive() error {
	if t.Filing.Slot(workflow.SlotInsurance) == workflow.SlotUploaded {
		return t.Say("slot_filled", text.Data{"Where": t.Where(), "Label": t.Text.Slot(workflow.SlotInsurance)})
	}
	done, err := t.Apply(workflow.Command{Action: workflow.Waive, Slot: workflow.SlotInsurance, Text: workflow.WaiveNoInsurance})
	if err != nil || !done {
		return err
	}
	if err := t.Say("waived", text.Data{"Reason": workflow.WaiveNoInsurance}); err != nil {
		return err
	}
	return t.Next()
}

// handIn saves the materials and hands in, now or when the notice is over.
func (t *visit) handIn(auto bool) error {
	if t.Filing.State == workflow.Saved || t.Filing.State == workflow.Returned {
		if done, err := t.Apply(workflow.Command{Action: workflow.SaveMaterials}); err != nil || !done {
			return err
		}
	}
	if auto && !t.Filing.Notice.Over(t.Today()) {
		if done, err := t.Apply(workflow.Command{Action: workflow.SetAuto, Yes: true}); err != nil || !done {
			return err
		}
		return t.Next()
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.HandIn}); err != nil || !done {
		return err
	}
	step, _ := t.Policy().ReviewStep(t.Filing.Review.Step)
	return t.Say("handed_in", text.Data{"Handlers": view.Handlers(t.Turn, step.Role)})
}

// saveMaterials is 保存材料 alone (T08): the status changes, nothing is handed in.
func (t *visit) saveMaterials() error {
	if t.Filing.State != workflow.Saved && t.Filing.State != workflow.Returned {
		return t.Next()
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.SaveMaterials}); err != nil || !done {
		return err
	}
	return t.Say("ready", text.Data{"Notice": view.NoticeLine(t.Turn)})
}

func (t *visit) reprint() error {
	if t.Filing.Revision == 0 {
		return t.Next()
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.Print}); err != nil || !done {
		return err
	}
	if err := t.Next(); err != nil {
		return err
	}
	t.Hand(view.Sheet(t.Turn, workflow.PaperForm))
	return nil
}

func (t *visit) askDelete() error {
	return t.Say("ask_delete", text.Data{"Where": t.Where(), "ID": t.Filing.ID})
}

func (t *visit) delete() error {
	if t.in.text != t.Filing.ID { // the button of a filing that is gone
		return t.askDelete()
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.Delete}); err != nil || !done {
		return err
	}
	return t.Say("deleted", text.Data{"Until": view.Stamp(t.Filing.EndedAt.Add(workflow.UndoDelete))})
}

// generated is 生成新证书; from now on the old QR code is dead (R-H02).
func (t *visit) generated() error {
	if done, err := t.ApplyAll(workflow.GenerateCertificate); err != nil || !done {
		return err
	}
	return t.Next()
}

// fetched is 下载证书, which nobody can without generating it first.
func (t *visit) fetched() error {
	actions := []workflow.Action{workflow.ConfirmDownload}
	if t.Filing.State == workflow.Approved && !t.Filing.Generated {
		actions = []workflow.Action{workflow.GenerateCertificate, workflow.ConfirmDownload}
	}
	if done, err := t.ApplyAll(actions...); err != nil || !done {
		return err
	}
	return t.Next()
}

// signed notes that the applicant has signed the paper.
func (t *visit) signed() error {
	if done, err := t.ApplyAll(workflow.SignForm); err != nil || !done {
		return err
	}
	return t.SayWithNext("signed", view.Base(t.Turn, t.Case, t.Filing))
}

// autofetch notes what 自动获取 in the official system gave (R-F01).
func (t *visit) autofetch(a workflow.Action) error {
	if a == workflow.AutofetchOK && t.Filing.Slot(workflow.SlotInsurance) == workflow.SlotUploaded {
		return t.Say("slot_filled", text.Data{"Where": t.Where(), "Label": t.Text.Slot(workflow.SlotInsurance)})
	}
	if done, err := t.ApplyAll(a); err != nil || !done {
		return err
	}
	if a == workflow.AutofetchFail {
		return t.Say("how_download", nil)
	}
	if err := t.Say("autofetched", nil); err != nil {
		return err
	}
	return t.Next()
}
