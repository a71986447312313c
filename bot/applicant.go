package bot

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/workflow"
)

// welcome greets somebody who has not agreed yet, or takes their agreement.
func (t *turn) welcome() error {
	if t.in.wish == wishConsent {
		return t.agree()
	}
	if t.c.Certificate == nil && len(t.c.Person.Grants) > 0 {
		return t.helloHandler()
	}
	step := t.step()
	d := t.base(t.c, t.f)
	if a := workflow.Assess(t.c.Certificate, t.today(), t.Policy); a.Reason != workflow.EligibleNow {
		return t.say("blocked_"+string(a.Reason), d)
	}
	if step.Kind != workflow.StepConsent {
		return t.sayNext()
	}
	return t.say("welcome", d)
}

// agree records the consent and starts the filing: one tap does both.
func (t *turn) agree() error {
	t.consent = t.Policy.Consent
	if t.step().Kind != workflow.StepStart {
		return t.sayNext()
	}
	return t.start()
}

func (t *turn) start() error {
	if t.step().Kind != workflow.StepStart {
		return t.sayNext()
	}
	id, err := t.NewID()
	if err != nil {
		return err
	}
	t.f = nil // a cancelled filing stays as it is; this is a new one
	done, err := t.apply(workflow.Command{
		Action: workflow.Create, ID: id, Certificate: t.c.Certificate,
		College: t.c.Applicant.College, Policy: t.Policy.Version,
	})
	if err != nil || !done {
		return err
	}
	return t.sayNext()
}

// applicant answers somebody who has agreed to the notice.
func (t *turn) applicant() error {
	switch t.in.wish {
	case wishNotice:
		return t.say("notice_full", t.base(t.c, t.f))
	case wishLater:
		return t.say("later", nil)
	case wishWhy:
		return t.why()
	case wishHow:
		return t.say("how_download", nil)
	case wishHelp:
		return t.withNext("help", data{})
	case wishStart, wishConsent:
		return t.start()
	case wishHello:
		if t.c.Certificate == nil && len(t.c.Person.Grants) > 0 {
			return t.helloHandler()
		}
		return t.sayNext()
	}
	if t.f == nil || t.f.State == workflow.Cancelled {
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
	case wishFields:
		return t.fields()
	case wishYes:
		return t.confirmed()
	case wishNo:
		return t.say("kept", data{"Where": t.where()})
	case wishProgress:
		return t.progress()
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
	case wishPlace:
		return t.place()
	case wishDelete:
		return t.askDelete()
	case wishDeleteYes:
		return t.delete()
	case wishStatus:
		return t.report(workflow.Actor{ID: t.c.Person.ID, Role: workflow.Applicant})
	case wishDate:
		return t.date(workflow.Actor{ID: t.c.Person.ID, Role: workflow.Applicant})
	case wishFetched:
		return t.fetched()
	}
	return t.withNext("not_understood", data{"Said": said(short(t.in.text))})
}

func (t *turn) noFiling() error {
	if k := t.step().Kind; k == workflow.StepBlocked || k == workflow.StepStart {
		return t.sayNext()
	}
	return t.say("no_filing", nil)
}

// withNext fills a text that ends with the next step.
func (t *turn) withNext(key string, d data) error {
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
	m, err := t.texts.message(key, d)
	if err != nil || len(m.Buttons) == 0 {
		return err
	}
	own := slices.DeleteFunc(t.reply.Message.Buttons, func(b dingtalk.Button) bool { return b.Title == m.Buttons[0].Title })
	t.reply.Message.Buttons = append([]dingtalk.Button{m.Buttons[0]}, own...)
	return nil
}

func (t *turn) why() error {
	if a := workflow.Assess(t.c.Certificate, t.today(), t.Policy); t.f == nil && a.Reason != workflow.EligibleNow {
		key := map[workflow.Ineligible]string{workflow.CategoryChanged: "why_category", workflow.IdentityMismatch: "why_identity"}[a.Reason]
		return t.say(cmp.Or(key, "why_window"), t.base(t.c, t.f))
	}
	key := map[workflow.StepKind]string{
		workflow.StepConsent: "why_notice", workflow.StepStart: "why_window", workflow.StepConfirm: "why_fields",
		workflow.StepPaper: "why_paper", workflow.StepMaterial: "why_materials",
	}[t.step().Kind]
	if key == "" {
		key = "why_review"
	}
	return t.say(key, t.base(t.c, t.f))
}

// read turns what was typed into values, and the rest into sentences.
func (t *turn) read() (v workflow.Values, set, assumed, faults []string, err error) {
	v = workflow.Values{}
	for _, a := range t.in.set {
		r, fault := workflow.Read(a.field, a.value, t.today())
		if fault != nil {
			line, err := t.faultLine(fault)
			if err != nil {
				return nil, nil, nil, nil, err
			}
			faults = append(faults, line)
			continue
		}
		v[a.field.Key] = r.Value
		set = append(set, t.changeLine(a.field, r.Value))
		if r.AssumedDay {
			line, err := t.texts.line("assumed_day", data{"Label": a.field.Label})
			if err != nil {
				return nil, nil, nil, nil, err
			}
			assumed = append(assumed, line)
		}
	}
	return v, set, assumed, faults, nil
}

func (t *turn) changeLine(fd workflow.Field, v string) string {
	if old := t.f.Values[fd.Key]; old != "" && old != v {
		return fmt.Sprintf("%s %s → **%s**", fd.Label, shown(fd, old), shown(fd, v))
	}
	return fmt.Sprintf("%s **%s**", fd.Label, shown(fd, v))
}

func (t *turn) faultLine(f *workflow.Fault) (string, error) {
	ex := f.Field.Example
	if ex == "" {
		ex = workflow.None
	}
	options := f.Field.Options
	if len(options) > 14 {
		options = append(slices.Clone(options[:8]), "…")
	}
	return t.texts.line("fault_"+f.Code, data{"Label": f.Field.Label, "Got": said(short(f.Got)), "Count": f.Count, "Example": ex, "Options": options})
}

// set records what was typed: at once in a draft, after a question when a paper
// that was printed would become void.
func (t *turn) set() error {
	v, set, assumed, faults, err := t.read()
	if err != nil {
		return err
	}
	if len(v) == 0 {
		return t.say("faults", data{"Where": t.where(), "Faults": faults})
	}
	if t.f.State != workflow.Draft {
		return t.askChange(v, set)
	}
	if done, err := t.apply(workflow.Command{Action: workflow.Fill, Values: v}); err != nil || !done {
		return err
	}
	d := t.base(t.c, t.f)
	missing := t.f.Missing()
	d["Set"], d["Assumed"], d["Faults"] = set, assumed, faults
	d["Blank"], d["Example"], d["Demands"] = fieldLabels(missing), example(missing), t.demands()
	return t.say("noted", d)
}

// demands names the materials that the changes ask for.
func (t *turn) demands() []string {
	var out []string
	for _, s := range t.f.Outstanding() {
		if s != workflow.SlotForm && s != workflow.SlotInsurance {
			out = append(out, s.Label())
		}
	}
	return out
}

// askChange tries the change without keeping it: a refusal is told at once, and
// what is allowed must be confirmed.
func (t *turn) askChange(v workflow.Values, set []string) error {
	trial := *t
	done, err := trial.apply(workflow.Command{Action: workflow.SaveInfo, Values: v})
	if err != nil {
		return err
	}
	if !done {
		t.reply = trial.reply
		return nil
	}
	d := t.base(t.c, t.f)
	d["Set"], d["Demands"], d["Review"] = set, trial.demands(), t.f.State == workflow.Prereview
	t.ask = v
	return t.say("ask_change", d)
}

// confirmed carries out the change that was asked back.
func (t *turn) confirmed() error {
	if len(t.pending) == 0 || t.f.State == workflow.Draft {
		return t.say("nothing_pending", data{"Where": t.where()})
	}
	var set []string
	for _, fd := range workflow.Fields() {
		if v, ok := t.pending[fd.Key]; ok {
			set = append(set, t.changeLine(fd, v))
		}
	}
	old := t.f.Revision
	if done, err := t.apply(workflow.Command{Action: workflow.SaveInfo, Values: t.pending}); err != nil || !done {
		return err
	}
	if done, err := t.apply(workflow.Command{Action: workflow.Print}); err != nil || !done {
		return err
	}
	d := t.base(t.c, t.f)
	d["Set"], d["Old"], d["Demands"] = set, old, t.demands()
	if err := t.say("reprinted", d); err != nil {
		return err
	}
	t.reply.Sheets = []workflow.Sheet{t.sheet(workflow.PaperForm)}
	return nil
}

func (t *turn) sheet(kind workflow.PaperKind) workflow.Sheet {
	return t.f.Sheet(kind, t.c.College.Name, t.School)
}

// save is 保存信息: revision 1, both papers, and the college is asked to publish.
func (t *turn) save() error {
	if t.f.State != workflow.Draft {
		return t.sayNext()
	}
	for _, a := range []workflow.Action{workflow.SaveInfo, workflow.Print, workflow.HandNotice} {
		if done, err := t.apply(workflow.Command{Action: a}); err != nil || !done {
			return err
		}
	}
	d := t.base(t.c, t.f)
	d["Handlers"] = t.handlers(workflow.CollegeHandler)
	if err := t.say("saved", d); err != nil {
		return err
	}
	t.reply.Sheets = []workflow.Sheet{t.sheet(workflow.PaperNotice), t.sheet(workflow.PaperForm)}
	return nil
}

// fields is the map of the form: ✓ as before, ✎ changed, ! missing.
func (t *turn) fields() error {
	var lines []string
	missing := t.f.Missing()
	for _, fd := range workflow.Fields() {
		v, mark := t.f.Values[fd.Key], "✓"
		switch {
		case slices.ContainsFunc(missing, func(m workflow.Field) bool { return m.Key == fd.Key }):
			mark = "!"
		case v == "":
			mark, v = "·", "(空)"
		case v != t.f.Prior[fd.Key]:
			mark = "✎"
		}
		lines = append(lines, fmt.Sprintf("%s %d %s：%s", mark, fd.No, fd.Label, shown(fd, v)))
	}
	d := t.base(t.c, t.f)
	d["Lines"], d["Draft"], d["Blank"] = lines, t.f.State == workflow.Draft, fieldLabels(missing)
	return t.say("fields", d)
}

func (t *turn) waive() error {
	if t.f.Slot(workflow.SlotInsurance) == workflow.SlotUploaded {
		return t.say("slot_filled", data{"Where": t.where(), "Label": workflow.SlotInsurance.Label()})
	}
	done, err := t.apply(workflow.Command{Action: workflow.Waive, Slot: workflow.SlotInsurance, Text: workflow.WaiveNoInsurance})
	if err != nil || !done {
		return err
	}
	if err := t.say("waived", data{"Reason": workflow.WaiveNoInsurance}); err != nil {
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
	step, _ := t.Policy.ReviewStep(t.f.Review.Step)
	return t.say("handed_in", data{"Handlers": t.handlers(step.Role)})
}

// saveMaterials is 保存材料 alone (T08): the status changes, nothing is handed in.
func (t *turn) saveMaterials() error {
	if t.f.State != workflow.Saved && t.f.State != workflow.Returned {
		return t.sayNext()
	}
	if done, err := t.apply(workflow.Command{Action: workflow.SaveMaterials}); err != nil || !done {
		return err
	}
	return t.say("ready", data{"Notice": t.noticeLine()})
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

func (t *turn) askDelete() error { return t.say("ask_delete", data{"Where": t.where(), "ID": t.f.ID}) }

func (t *turn) delete() error {
	if t.in.text != t.f.ID { // the button of a filing that is gone
		return t.askDelete()
	}
	if done, err := t.apply(workflow.Command{Action: workflow.Delete}); err != nil || !done {
		return err
	}
	return t.say("deleted", nil)
}

func (t *turn) fetched() error {
	if done, err := t.apply(workflow.Command{Action: workflow.ConfirmDownload}); err != nil || !done {
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
