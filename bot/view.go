package bot

import (
	"fmt"
	"strings"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
)

// base is what most texts may use about a case.
func (t *turn) base(c workflow.Case, f *workflow.Filing) data {
	p := t.rules.For(f)
	d := data{
		"Name": said(c.Applicant.Name), "College": said(c.College.Name), "Unit": t.School,
		"Months": p.ValidMonths - p.AdvanceMonths, "Days": p.Notice.WorkingDays, "First": t.texts.either(p.Review[0].Label, p.Review[0].English),
		"Version": t.rules.Current.Consent, "Official": p.OfficialURL,
	}
	d["Declared"] = f != nil && f.Declared
	if cert := c.Certificate; cert != nil {
		a := workflow.Assess(cert, t.today(), p)
		d["Category"], d["Ends"], d["Opens"], d["ToOpen"] = cert.Category, a.ValidUntil, a.OpensOn, a.DaysToOpen
		d["Left"], d["Window"], d["Plan"], d["Safe"] = t.texts.left(a.DaysLeft), t.texts.window(a), t.plan(a, p), t.safeStart(a)
		d["Expired"] = a.Phase == workflow.Overdue
		d["Late"] = a.SafeNotice.Before(t.today().AddDays(3))
	}
	until, _ := p.NoticeEnd(t.today())
	d["PostFrom"], d["PostUntil"] = day(t.today()), day(until)
	if f != nil {
		d["ID"], d["Revision"], d["Same"] = f.ID, f.Revision, f.Unchanged()
		d["From"], d["Until"], d["Provisional"] = f.Notice.From, f.Notice.Until, t.texts.provisional(f.Notice)
	}
	return d
}

func (t *texts) left(days int) string {
	switch {
	case days < 0:
		return t.p("overdue", -days)
	case days == 0:
		return t.p("last_day")
	}
	return t.p("left", days)
}

func (t *texts) window(a workflow.Assessment) string {
	switch a.Phase {
	case workflow.TooEarly:
		return t.p("window_early", a.OpensOn)
	case workflow.Overdue:
		return t.p("window_overdue")
	}
	return t.p("window_open")
}

// plan is the back-planner's sentence: the latest safe start of the notice, and
// when one would be done.
func (t *turn) plan(a workflow.Assessment, p workflow.Policy) string {
	parts := []string{t.texts.p("plan_days", p.Notice.WorkingDays)}
	if a.SafeNotice.Before(t.today()) {
		parts = append(parts, t.texts.p("plan_tight"))
	} else {
		parts = append(parts, t.texts.p("plan_latest", day(a.SafeNotice)))
	}
	if a.Late && a.Phase == workflow.Open {
		parts = append(parts, t.texts.p("plan_late", day(a.DoneBy)))
	} else {
		parts = append(parts, t.texts.p("plan_done", day(a.DoneBy)))
	}
	s := t.texts.sentences(parts...)
	if !a.Official {
		s += t.texts.p("provisional")
	}
	return s
}

// safeStart says until when the public notice should start.
func (t *turn) safeStart(a workflow.Assessment) string {
	if a.SafeNotice.Before(t.today()) {
		return t.texts.p("safe_now")
	}
	s := t.texts.p("safe_until", day(a.SafeNotice))
	if !a.Official {
		s += t.texts.p("provisional")
	}
	return s
}

// day is a date without its year, for sentences about the near future.
func day(d calendar.Date) string { return fmt.Sprintf("%02d-%02d", d.Month, d.Day) }

// provisional follows every date that rests on a calendar that is not official yet
// (domain §3.2).
func (t *texts) provisional(n workflow.Notice) string {
	if n.Until.IsZero() || n.Official {
		return ""
	}
	return t.p("provisional")
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
	return t.texts.where(t.step().Stage)
}

// where names one of the six visible steps.
func (t *texts) where(stage int) string {
	return fmt.Sprintf("%s (%d/6)", t.p(fmt.Sprint("stage", stage)), stage)
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
	m, err := t.texts.message(key, d)
	if err != nil {
		return "", err
	}
	text := strings.ReplaceAll(m.Text, lineBreak, " ")
	_, text = headline(text) // the caller has said where the person is
	return strings.TrimPrefix(text, "· "), nil
}

// stepText chooses the text for the next step and fills it.
func (t *turn) stepText() (string, data, error) {
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

func (t *turn) fillRenewed(d data) {
	d["From"], d["Until"] = t.f.Renewed.From, t.f.Renewed.Until
	d["NextOpens"] = workflow.Certificate{RecognisedOn: t.f.Renewed.From}.OpensOn(t.policy())
}

// officialText asks for the new dates once somebody has reported that it passed.
func (t *turn) officialText(d data) (string, data, error) {
	d["On"], d["Status"] = t.f.SubmittedAt, said(t.f.State.Official())
	if n := len(t.f.Official); n > 0 {
		last := t.f.Official[n-1]
		d["Status"] = said(last.Text)
		if passed(last.Text) {
			d["Example"] = t.today().String()
			return "ask_dates", d, nil
		}
	}
	return "step_official", d, nil
}

func (t *turn) fillConfirm(d data, s workflow.Step) (err error) {
	d["Groups"] = t.groups()
	d["Partial"] = t.f.Partial // R-C07
	d["Ask"] = t.questions()
	d["Doubts"], err = t.doubtLines()
	d["Blank"] = t.fieldNames(s.Fields)
	d["Example"] = t.example(s.Fields)
	return err
}

func (t *turn) fillFix(d data, s workflow.Step) {
	var items []string
	for _, it := range s.Items {
		items = append(items, t.itemLine(it))
	}
	d["Items"], d["By"] = items, t.teacher(t.f.Review.By)
	d["Ready"] = len(s.Slots) == 0
	d["Hint"] = t.texts.p("fix_ready")
	if len(s.Slots) > 0 {
		d["Hint"] = t.texts.p("fix_send", strings.Join(t.slots(s.Slots), t.texts.p("comma")))
	}
}

func (t *turn) fillReview(d data) {
	step, _ := t.policy().ReviewStep(t.f.Review.Step)
	d["StepLabel"], d["Handlers"] = t.texts.either(step.Label, step.English), t.handlers(step.Role)
}

// handlers names those who are asked for a role, as "何清越老师、沈拾玉老师".
func (t *turn) handlers(r workflow.Role) string {
	people := t.c.Reviewers(r, t.today())
	if len(people) == 0 {
		return t.texts.p("handler")
	}
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = t.texts.p("teacher", said(p.Name).String())
	}
	return strings.Join(names, t.texts.p("comma"))
}

// teacher is a person of the case with their form of address.
func (t *turn) teacher(id string) string { return t.texts.p("teacher", t.nameOf(id)) }

// nameOf finds a person of the case; people outside it stay without a name.
func (t *turn) nameOf(id string) string {
	for _, p := range append(append([]workflow.Person{t.c.Applicant, t.c.Person}, t.c.College.Handlers...), t.c.School...) {
		if p.ID == id {
			return said(p.Name).String()
		}
		for _, a := range p.Absences {
			if a.Deputy != nil && a.Deputy.ID == id {
				return said(a.Deputy.Name).String()
			}
		}
	}
	return t.texts.p("somebody")
}

func (t *turn) itemLine(it workflow.ReturnItem) string {
	what := t.texts.p("whole")
	if fd, ok := workflow.FieldOf(it.Field); ok {
		what = t.texts.field(fd)
	} else if it.Slot != 0 {
		what = t.texts.p("slot", int(it.Slot), t.texts.slot(it.Slot))
	}
	r, _ := t.policy().Reason(it.Reason)
	line := t.texts.p("item", what, t.texts.either(r.Label, r.English))
	if it.Text != "" {
		line += t.texts.p("item_text", said(it.Text))
	}
	return line
}

// noticeLine says where the public notice stands, in one sentence.
func (t *turn) noticeLine() string {
	n := t.f.Notice
	switch {
	case n.Over(t.today()):
		return t.texts.p("notice_over", n.From, n.Until)
	case n.State == workflow.NoticePosted:
		return t.texts.p("notice_posted", n.From, n.Until, t.texts.provisional(n))
	case n.State == workflow.NoticeObjection:
		return t.texts.p("notice_objection")
	case n.State == workflow.NoticeWithdrawn || n.State == workflow.NoticePrinted:
		return t.texts.p("notice_again")
	}
	return t.texts.p("notice_handed", t.handlers(workflow.CollegeHandler))
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
		out = append(out, group{t.texts.p("section_" + string(s)), strings.Join(parts, " · ")})
	}
	return out
}

// shown is a value as it may appear in the chat: numbers are masked, everything is
// made inert.
func shown(fd workflow.Field, v string) string {
	if fd.Masked() {
		v = identity.Mask(v)
	}
	return said(v).String()
}

// slots names materials.
func (t *turn) slots(slots []workflow.Slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = t.texts.slot(s)
	}
	return out
}

// questions names what is still asked about, as people call it.
func (t *turn) questions() []string {
	var out []string
	for _, s := range t.f.Questions() {
		out = append(out, t.texts.p(fmt.Sprint("question", int(s))))
	}
	return out
}

// fieldNames names fields.
func (t *turn) fieldNames(fields []workflow.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = t.texts.field(f)
	}
	return out
}

// example is an answer for the blank fields that can be typed as it stands.
func (t *turn) example(fields []workflow.Field) string {
	var parts []string
	for _, f := range fields[:min(len(fields), 2)] {
		name := t.texts.field(f)
		if len(f.Synonyms) > 0 && t.texts.lang == "zh" {
			name = f.Synonyms[0]
		}
		v := f.Example
		if v == "" {
			v = workflow.None
		}
		parts = append(parts, name+" "+v)
	}
	return strings.Join(parts, t.texts.p("and"))
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
