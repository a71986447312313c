package bot

import (
	"errors"
	"regexp"
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// applicant answers somebody who has agreed to the notice.
func (t *turn) applicant() error {
	switch t.in.wish {
	case wishNotice:
		return t.say("notice_full", t.base(t.c, t.f))
	case wishOK:
		if len(t.pending) > 0 && t.f != nil {
			return t.confirmed()
		}
		return t.withNext("ok", text.Data{})
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
		if t.c.Consent == "" && t.faq().find(t.in.text) == nil {
			return t.welcome() // somebody new is greeted, whatever they begin with
		}
		if t.f != nil && t.f.State.Begun() {
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
		return t.say("not_yet_there", text.Data{"Where": t.where()})
	case wishHow:
		return t.say("how_download", nil)
	case wishHelp:
		return t.withNext("help", text.Data{})
	case wishStart, wishConsent:
		return t.start()
	case wishHello:
		if t.c.Certificate == nil && len(t.c.Person.Grants) > 0 {
			return t.helloHandler()
		}
		return t.sayNext()
	}
	if t.f == nil || !t.f.State.Begun() {
		return t.noFiling()
	}
	return t.filing()
}

// filing answers what needs a filing.
func (t *turn) filing() error {
	switch t.in.wish {
	case wishSet:
		return t.set()
	case wishSave:
		return t.save()
	case wishFields, wishBack:
		return t.fields()
	case wishSkip:
		return t.withNext("cannot_skip", text.Data{})
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
		return t.report(workflow.Actor{ID: t.c.Person.ID, Role: workflow.Applicant})
	case wishDate:
		return t.date(workflow.Actor{ID: t.c.Person.ID, Role: workflow.Applicant})
	case wishGenerated:
		return t.generated()
	case wishFetched:
		return t.fetched()
	}
	return t.unknown()
}

func (t *turn) noFiling() error {
	if t.f != nil && t.f.State == workflow.Cancelled && t.Now().Sub(t.f.EndedAt) <= workflow.UndoDelete {
		return t.say("deleted", text.Data{"Until": stamp(t.f.EndedAt.Add(workflow.UndoDelete))})
	}
	if k := t.step().Kind; k == workflow.StepBlocked || k == workflow.StepStart {
		return t.sayNext()
	}
	return t.say("no_filing", nil)
}

// withNext fills a text that ends with the next step.
func (t *turn) withNext(key string, d text.Data) error {
	next, err := t.nextLine()
	if err != nil {
		return err
	}
	d["Where"], d["Next"] = t.where(), next
	if err := t.say(key, d); err != nil {
		return err
	}
	return t.offerNext()
}

// offerNext puts the first button of the next step before those of the message.
func (t *turn) offerNext() error {
	key, d, err := t.stepText()
	if err != nil {
		return err
	}
	m, err := t.texts.Message(key, d)
	if err != nil || len(m.Buttons) == 0 {
		return err
	}
	own := slices.DeleteFunc(t.reply.Message.Buttons, func(b text.Button) bool { return b.Title == m.Buttons[0].Title })
	t.reply.Message.Buttons = append([]text.Button{m.Buttons[0]}, own...)
	return nil
}

// why answers with the manual's own words about where the person is.
func (t *turn) why() error {
	step := t.step()
	d := t.base(t.c, t.f)
	d["Where"], d["Quotes"] = stageName(t.texts, step.Stage), quotes(step.Because())
	key := "why_" + string(step.Kind)
	if step.Kind == workflow.StepBlocked {
		key = "why_" + string(step.Reason)
	}
	return t.say(key, d)
}

// manual shows the manual's rules on a topic, or the topics.
func (t *turn) manual() error {
	for _, topic := range workflow.Topics() {
		if t.in.topic == topic {
			return t.say("manual_"+string(topic), text.Data{"Quotes": quotes(workflow.RequirementsOn(topic)), "Code": t.rules.Current.CreditCode})
		}
	}
	return t.say("manual", nil)
}

func quotes(rules []workflow.Requirement) []string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = r.Text + "(" + r.ID + ")"
	}
	return out
}

// applyAll applies plain actions one after the other until one is refused.
func (t *turn) applyAll(actions ...workflow.Action) (done bool, err error) {
	for _, a := range actions {
		if done, err = t.apply(workflow.Command{Action: a}); err != nil || !done {
			return done, err
		}
	}
	return true, nil
}

func (t *turn) sheet(kind workflow.PaperKind) workflow.Sheet {
	s := t.f.Sheet(kind, t.c.College.Name, t.School)
	if kind == workflow.PaperNotice {
		s.Days, s.Contact = t.policy().Notice.WorkingDays, t.policy().Notice.Contact
	}
	return s
}

// save is 保存信息: a new revision, both papers, and the college is asked to publish.
// That everything is right also answers the questions that the form cannot (the text
// with the button says so): no change of contract, title and qualification.
func (t *turn) save() error {
	if t.f.State != workflow.Draft {
		return t.sayNext()
	}
	if len(t.f.Missing()) == 0 {
		for _, s := range t.f.Questions() {
			if done, err := t.apply(workflow.Command{Action: workflow.Answer, Slot: s}); err != nil || !done {
				return err
			}
		}
	}
	for _, c := range t.sheet(workflow.PaperForm).Cells { // before anything is promised
		if missing := t.Papers.Missing(c.Value); len(missing) > 0 {
			fd, _ := workflow.FieldOf(c.Key)
			return t.say("undrawable", text.Data{"Label": t.texts.Field(fd), "Chars": string(missing)})
		}
	}
	if done, err := t.applyAll(workflow.SaveInfo, workflow.PrintNotice, workflow.Print, workflow.HandNotice); err != nil || !done {
		return err
	}
	t.separate = append(t.separate, workflow.ConsentPublish) // the button's text says so (PIPL §25)
	d := t.base(t.c, t.f)
	d["Handlers"] = t.handlers(workflow.CollegeHandler)
	if err := t.say("saved", d); err != nil {
		return err
	}
	t.reply.Sheets = []workflow.Sheet{t.sheet(workflow.PaperForm)} // the notice comes with the handler's copy
	return nil
}

// leaveNote is a word to the handler, shown on the card.
func (t *turn) leaveNote() error {
	if t.in.text == "" {
		return t.withNext("note_how", text.Data{})
	}
	err := t.try(workflow.Command{Action: workflow.LeaveNote, Actor: t.self(), Text: t.in.text})
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == workflow.RefusedReason:
		return t.withNext("note_long", text.Data{})
	case errors.As(err, &refusal):
		return t.refused(refusal)
	case err != nil:
		return err
	}
	return t.withNext("note_kept", text.Data{"Text": text.Typed(short(t.f.Note))})
}

func (t *turn) waive() error {
	if t.f.Slot(workflow.SlotInsurance) == workflow.SlotUploaded {
		return t.say("slot_filled", text.Data{"Where": t.where(), "Label": t.texts.Slot(workflow.SlotInsurance)})
	}
	done, err := t.apply(workflow.Command{Action: workflow.Waive, Slot: workflow.SlotInsurance, Text: workflow.WaiveNoInsurance})
	if err != nil || !done {
		return err
	}
	if err := t.say("waived", text.Data{"Reason": workflow.WaiveNoInsurance}); err != nil {
		return err
	}
	return t.sayNext()
}

// handIn saves the materials and hands in, now or when the notice is over.
func (t *turn) handIn(auto bool) error {
	if t.f.State == workflow.Saved || t.f.State == workflow.Returned {
		if done, err := t.apply(workflow.Command{Action: workflow.SaveMaterials}); err != nil || !done {
			return err
		}
	}
	if auto && !t.f.Notice.Over(t.today()) {
		if done, err := t.apply(workflow.Command{Action: workflow.SetAuto, Yes: true}); err != nil || !done {
			return err
		}
		return t.sayNext()
	}
	if done, err := t.apply(workflow.Command{Action: workflow.HandIn}); err != nil || !done {
		return err
	}
	step, _ := t.policy().ReviewStep(t.f.Review.Step)
	return t.say("handed_in", text.Data{"Handlers": t.handlers(step.Role)})
}

// saveMaterials is 保存材料 alone (T08): the status changes, nothing is handed in.
func (t *turn) saveMaterials() error {
	if t.f.State != workflow.Saved && t.f.State != workflow.Returned {
		return t.sayNext()
	}
	if done, err := t.apply(workflow.Command{Action: workflow.SaveMaterials}); err != nil || !done {
		return err
	}
	return t.say("ready", text.Data{"Notice": t.noticeLine()})
}

func (t *turn) reprint() error {
	if t.f.Revision == 0 {
		return t.sayNext()
	}
	if done, err := t.apply(workflow.Command{Action: workflow.Print}); err != nil || !done {
		return err
	}
	if err := t.sayNext(); err != nil {
		return err
	}
	t.reply.Sheets = []workflow.Sheet{t.sheet(workflow.PaperForm)}
	return nil
}

func (t *turn) askDelete() error {
	return t.say("ask_delete", text.Data{"Where": t.where(), "ID": t.f.ID})
}

func (t *turn) delete() error {
	if t.in.text != t.f.ID { // the button of a filing that is gone
		return t.askDelete()
	}
	if done, err := t.apply(workflow.Command{Action: workflow.Delete}); err != nil || !done {
		return err
	}
	return t.say("deleted", text.Data{"Until": stamp(t.f.EndedAt.Add(workflow.UndoDelete))})
}

// generated is 生成新证书; from now on the old QR code is dead (R-H02).
func (t *turn) generated() error {
	if done, err := t.applyAll(workflow.GenerateCertificate); err != nil || !done {
		return err
	}
	return t.sayNext()
}

// fetched is 下载证书, which nobody can without generating it first.
func (t *turn) fetched() error {
	actions := []workflow.Action{workflow.ConfirmDownload}
	if t.f.State == workflow.Approved && !t.f.Generated {
		actions = []workflow.Action{workflow.GenerateCertificate, workflow.ConfirmDownload}
	}
	if done, err := t.applyAll(actions...); err != nil || !done {
		return err
	}
	return t.sayNext()
}

// signed notes that the applicant has signed the paper.
func (t *turn) signed() error {
	if done, err := t.applyAll(workflow.SignForm); err != nil || !done {
		return err
	}
	return t.withNext("signed", t.base(t.c, t.f))
}

// autofetch notes what 自动获取 in the official system gave (R-F01).
func (t *turn) autofetch(a workflow.Action) error {
	if a == workflow.AutofetchOK && t.f.Slot(workflow.SlotInsurance) == workflow.SlotUploaded {
		return t.say("slot_filled", text.Data{"Where": t.where(), "Label": t.texts.Slot(workflow.SlotInsurance)})
	}
	if done, err := t.applyAll(a); err != nil || !done {
		return err
	}
	if a == workflow.AutofetchFail {
		return t.say("how_download", nil)
	}
	if err := t.say("autofetched", nil); err != nil {
		return err
	}
	return t.sayNext()
}

// idNumber finds what looks like an identity number: it is never said back.
var idNumber = regexp.MustCompile(`[0-9]{14,17}[0-9Xx]`)

// short keeps a quotation of the person's own words to one line.
func short(s string) string {
	const most = 30
	s = idNumber.ReplaceAllString(s, "(证件号码)")
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
