package bot

import (
	"fmt"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
)

// base is what most texts may use about a case.
func (t *turn) base(c workflow.Case, f *workflow.Filing) text.Data {
	p := t.rules.For(f)
	d := text.Data{
		"Name": text.Typed(c.Applicant.Name), "College": text.Typed(c.College.Name), "Unit": t.School,
		"Months": p.ValidMonths - p.AdvanceMonths, "Days": p.Notice.WorkingDays, "First": t.texts.Either(p.Review[0].Label, p.Review[0].English),
		"Version": t.rules.Current.Consent, "Official": p.OfficialURL,
	}
	d["Declared"] = f != nil && f.Declared
	if cert := c.Certificate; cert != nil {
		a := workflow.Assess(cert, t.today(), p)
		d["Category"], d["Ends"], d["Opens"], d["ToOpen"] = cert.Category, a.ValidUntil, a.OpensOn, a.DaysToOpen
		d["Left"], d["Window"], d["Plan"], d["Safe"] = left(t.texts, a.DaysLeft), window(t.texts, a), t.plan(a, p), t.safeStart(a)
		d["Expired"] = a.Phase == workflow.Overdue
		d["Late"] = a.SafeNotice.Before(t.today().AddDays(3))
	}
	until, _ := p.NoticeEnd(t.today())
	d["PostFrom"], d["PostUntil"] = day(t.today()), day(until)
	if f != nil {
		d["ID"], d["Revision"], d["Same"] = f.ID, f.Revision, f.Unchanged()
		d["From"], d["Until"], d["Provisional"] = f.Notice.From, f.Notice.Until, provisional(t.texts, f.Notice)
	}
	return d
}

func left(t *text.Catalogue, days int) string {
	switch {
	case days < 0:
		return t.Phrase("overdue", -days)
	case days == 0:
		return t.Phrase("last_day")
	}
	return t.Phrase("left", days)
}

func window(t *text.Catalogue, a workflow.Assessment) string {
	switch a.Phase {
	case workflow.TooEarly:
		return t.Phrase("window_early", a.OpensOn)
	case workflow.Overdue:
		return t.Phrase("window_overdue")
	}
	return t.Phrase("window_open")
}

// plan is the back-planner's sentence: the latest safe start of the notice, and
// when one would be done.
func (t *turn) plan(a workflow.Assessment, p workflow.Policy) string {
	parts := []string{t.texts.Phrase("plan_days", p.Notice.WorkingDays)}
	if a.SafeNotice.Before(t.today()) {
		parts = append(parts, t.texts.Phrase("plan_tight"))
	} else {
		parts = append(parts, t.texts.Phrase("plan_latest", day(a.SafeNotice)))
	}
	if a.Late && a.Phase == workflow.Open {
		parts = append(parts, t.texts.Phrase("plan_late", day(a.DoneBy)))
	} else {
		parts = append(parts, t.texts.Phrase("plan_done", day(a.DoneBy)))
	}
	s := t.texts.Sentences(parts...)
	if !a.Official {
		s += t.texts.Phrase("provisional")
	}
	return s
}

// safeStart says until when the public notice should start.
func (t *turn) safeStart(a workflow.Assessment) string {
	if a.SafeNotice.Before(t.today()) {
		return t.texts.Phrase("safe_now")
	}
	s := t.texts.Phrase("safe_until", day(a.SafeNotice))
	if !a.Official {
		s += t.texts.Phrase("provisional")
	}
	return s
}

// day is a date without its year, for sentences about the near future.
func day(d calendar.Date) string { return fmt.Sprintf("%02d-%02d", d.Month, d.Day) }

// provisional follows every date that rests on a calendar that is not official yet
// (domain §3.2).
func provisional(t *text.Catalogue, n workflow.Notice) string {
	if n.Until.IsZero() || n.Official {
		return ""
	}
	return t.Phrase("provisional")
}

// step is the next thing to do in this turn.
func (t *turn) step() workflow.Step {
	s := workflow.Next(t.c.Certificate, t.f, t.consented(), t.policy(), t.today())
	if a := workflow.Assess(t.c.Certificate, t.today(), t.policy()); s.Kind == workflow.StepConsent && t.c.Consent == "" && a.Reason != workflow.EligibleNow {
		return workflow.Step{Stage: 2, Kind: workflow.StepBlocked, Reason: a.Reason} // nothing to agree to yet
	}
	return s
}

// where is the headline that says where the person is.
func (t *turn) where() string {
	return stageName(t.texts, t.step().Stage)
}

// where names one of the six visible steps.
func stageName(t *text.Catalogue, stage int) string {
	return fmt.Sprintf("%s (%d/6)", t.Phrase(fmt.Sprint("stage", stage)), stage)
}

// nextLine is the next step in one sentence, without headline and buttons.
func (t *turn) nextLine() (string, error) {
	key, d, err := t.stepText()
	if err != nil {
		return "", err
	}
	if key == "confirm" || key == "welcome" {
		key = "next_" + key // the whole text has been shown before
	}
	m, err := t.texts.Message(key, d)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(m.OneLine(), "· "), nil // the caller has said where the person is
}

// stepText chooses the text for the next step and fills it.
func (t *turn) stepText() (string, text.Data, error) {
	s := t.step()
	d := t.base(t.c, t.f)
	switch s.Kind {
	case workflow.StepConsent:
		return "welcome", d, nil
	case workflow.StepBlocked:
		return "blocked_" + string(s.Reason), d, nil
	case workflow.StepStart:
		return "start", d, nil
	case workflow.StepConfirm:
		return "confirm", d, t.fillConfirm(d, s)
	case workflow.StepPaper:
		d["Notice"] = t.noticeLine()
		return "step_paper", d, nil
	case workflow.StepMaterial:
		d["Slots"], d["Insurance"] = t.slots(s.Slots), s.Slots[0] == workflow.SlotInsurance
		return "step_material", d, nil
	case workflow.StepHandIn:
		d["Notice"], d["Over"] = t.noticeLine(), t.f.Notice.Over(t.today())
		return "step_hand_in", d, nil
	case workflow.StepWaitNotice:
		d["Notice"] = t.noticeLine()
		return "step_wait", d, nil
	case workflow.StepFix:
		t.fillFix(d, s)
		return "step_fix", d, nil
	case workflow.StepReview:
		t.fillReview(d)
		return "step_review", d, nil
	case workflow.StepOfficial:
		return t.officialText(d)
	case workflow.StepDownload:
		t.fillRenewed(d)
		d["Generated"] = t.f.Generated
		return "approved", d, nil
	}
	t.fillRenewed(d)
	return "finished", d, nil
}

func (t *turn) fillRenewed(d text.Data) {
	d["From"], d["Until"] = t.f.Renewed.From, t.f.Renewed.Until
	d["NextOpens"] = workflow.Certificate{RecognisedOn: t.f.Renewed.From}.OpensOn(t.policy())
}

// officialText asks for the new dates once somebody has reported that it passed.
func (t *turn) officialText(d text.Data) (string, text.Data, error) {
	d["On"], d["Status"] = t.f.SubmittedAt, text.Typed(t.f.State.Official())
	if n := len(t.f.Official); n > 0 {
		last := t.f.Official[n-1]
		d["Status"] = text.Typed(last.Text)
		if passed(last.Text) {
			d["Example"] = t.today().String()
			return "ask_dates", d, nil
		}
	}
	return "step_official", d, nil
}

func (t *turn) fillConfirm(d text.Data, s workflow.Step) (err error) {
	d["Groups"] = t.groups()
	d["Partial"] = t.f.Partial // R-C07
	d["Ask"] = t.questions()
	d["Doubts"], err = t.doubtLines()
	d["Blank"] = t.fieldNames(s.Fields)
	d["Example"] = t.example(s.Fields)
	return err
}

func (t *turn) fillFix(d text.Data, s workflow.Step) {
	var items []string
	for _, it := range s.Items {
		items = append(items, t.itemLine(it))
	}
	d["Items"], d["By"] = items, t.teacher(t.f.Review.By)
	d["Ready"] = len(s.Slots) == 0
	d["Hint"] = t.texts.Phrase("fix_ready")
	if len(s.Slots) > 0 {
		d["Hint"] = t.texts.Phrase("fix_send", strings.Join(t.slots(s.Slots), t.texts.Phrase("comma")))
	}
}

func (t *turn) fillReview(d text.Data) {
	step, _ := t.policy().ReviewStep(t.f.Review.Step)
	d["StepLabel"], d["Handlers"] = t.texts.Either(step.Label, step.English), t.handlers(step.Role)
}

// handlers names those who are asked for a role, as "何清越老师、沈拾玉老师".
func (t *turn) handlers(r workflow.Role) string {
	people := t.c.Reviewers(r, t.today())
	if len(people) == 0 {
		return t.texts.Phrase("handler")
	}
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = t.texts.Phrase("teacher", text.Typed(p.Name).String())
	}
	return strings.Join(names, t.texts.Phrase("comma"))
}

// teacher is a person of the case with their form of address.
func (t *turn) teacher(id string) string { return t.texts.Phrase("teacher", t.nameOf(id)) }

// nameOf finds a person of the case; people outside it stay without a name.
func (t *turn) nameOf(id string) string {
	for _, p := range append(append([]workflow.Person{t.c.Applicant, t.c.Person}, t.c.College.Handlers...), t.c.School...) {
		if p.ID == id {
			return text.Typed(p.Name).String()
		}
		for _, a := range p.Absences {
			if a.Deputy != nil && a.Deputy.ID == id {
				return text.Typed(a.Deputy.Name).String()
			}
		}
	}
	return t.texts.Phrase("somebody")
}

func (t *turn) itemLine(it workflow.ReturnItem) string {
	what := t.texts.Phrase("whole")
	if fd, ok := workflow.FieldOf(it.Field); ok {
		what = t.texts.Field(fd)
	} else if it.Slot != 0 {
		what = t.texts.Phrase("slot", int(it.Slot), t.texts.Slot(it.Slot))
	}
	r, _ := t.policy().Reason(it.Reason)
	line := t.texts.Phrase("item", what, t.texts.Either(r.Label, r.English))
	if it.Text != "" {
		line += t.texts.Phrase("item_text", text.Typed(it.Text))
	}
	return line
}

// noticeLine says where the public notice stands, in one sentence.
func (t *turn) noticeLine() string {
	n := t.f.Notice
	switch {
	case n.Over(t.today()):
		return t.texts.Phrase("notice_over", n.From, n.Until)
	case n.State == workflow.NoticePosted:
		return t.texts.Phrase("notice_posted", n.From, n.Until, provisional(t.texts, n))
	case n.State == workflow.NoticeObjection:
		return t.texts.Phrase("notice_objection")
	case n.State == workflow.NoticeWithdrawn || n.State == workflow.NoticePrinted:
		return t.texts.Phrase("notice_again")
	}
	return t.texts.Phrase("notice_handed", t.handlers(workflow.CollegeHandler))
}

// group is one line of the summary.
type group struct{ Title, Line string }

// groups is the summary of all fields, one line a section.
func (t *turn) groups() []group {
	var out []group
	for _, s := range []workflow.Section{
		workflow.SectionPerson, workflow.SectionWork, workflow.SectionEducation, workflow.SectionDegree, workflow.SectionTalent,
	} {
		var parts []string
		for _, fd := range workflow.Fields() {
			if fd.Section == s && t.f.Values[fd.Key] != "" {
				parts = append(parts, shown(fd, t.f.Values[fd.Key]))
			}
		}
		out = append(out, group{t.texts.Phrase("section_" + string(s)), strings.Join(parts, " · ")})
	}
	return out
}

// shown is a value as it may appear in the chat: numbers are masked, everything is
// made inert.
func shown(fd workflow.Field, v string) string {
	if fd.Masked() {
		v = identity.Mask(v)
	}
	return text.Typed(v).String()
}

// slots names materials.
func (t *turn) slots(slots []workflow.Slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = t.texts.Slot(s)
	}
	return out
}

// questions names what is still asked about, as people call it.
func (t *turn) questions() []string {
	var out []string
	for _, s := range t.f.Questions() {
		out = append(out, t.texts.Phrase(fmt.Sprint("question", int(s))))
	}
	return out
}

// fieldNames names fields.
func (t *turn) fieldNames(fields []workflow.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = t.texts.Field(f)
	}
	return out
}

// example is an answer for the blank fields that can be typed as it stands.
func (t *turn) example(fields []workflow.Field) string {
	var parts []string
	for _, f := range fields[:min(len(fields), 2)] {
		name := t.texts.Field(f)
		if len(f.Synonyms) > 0 && t.texts.Lang == "zh" {
			name = f.Synonyms[0]
		}
		v := f.Example
		if v == "" {
			v = workflow.None
		}
		parts = append(parts, name+" "+v)
	}
	return strings.Join(parts, t.texts.Phrase("and"))
}

// passed reads an official status: approval, but not its refusal.
func passed(status string) bool {
	return strings.Contains(status, "通过") && !strings.ContainsAny(status, "不未没否驳退") &&
		!strings.Contains(status, "预审通过") && !strings.Contains(status, "受理通过")
}

// refusedByCity reads an official status: it did not pass.
func refusedByCity(status string) bool {
	return strings.Contains(status, "不通过") || strings.Contains(status, "未通过") || strings.Contains(status, "不予")
}

// sentBack reads an official status: the filing came back (T16).
func sentBack(status string) bool {
	return strings.Contains(status, "退回") || strings.Contains(status, "驳回") || strings.Contains(status, "补正")
}
