package view

import (
	"fmt"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
)

// Base is what most texts may use about a case.
func Base(t *turn.Turn, c workflow.Case, f *workflow.Filing) text.Data {
	p := t.Book.For(f)
	d := text.Data{
		"Name": text.Typed(c.Applicant.Name), "College": text.Typed(c.College.Name), "Unit": t.Unit(),
		"Months": p.ValidMonths - p.AdvanceMonths, "Days": p.Notice.WorkingDays, "First": t.Text.Either(p.Review[0].Label,
			p.Review[0].English),
		"Version": t.Book.Current.Consent, "Official": p.OfficialURL,
	}
	d["Declared"] = f != nil && f.Declared
	if cert := c.Certificate; cert != nil {
		a := workflow.Assess(cert, t.Today(), p)
		d["Category"], d["Ends"], d["Opens"], d["ToOpen"] = cert.Category, a.ValidUntil, a.OpensOn, a.DaysToOpen
		d["Left"], d["Window"], d["Plan"], d["Safe"] = Left(
			t.Text,
			a.DaysLeft,
		), window(
			t.Text,
			a,
		), plan(
			t,
			a,
			p,
		), safeStart(
			t,
			a,
		)
		d["Expired"] = a.Phase == workflow.Overdue
		d["Late"] = a.SafeNotice.Before(t.Today().AddDays(3))
	}
	until, _ := p.NoticeEnd(t.Today())
	d["PostFrom"], d["PostUntil"] = Day(t.Today()), Day(until)
	if f != nil {
		d["ID"], d["Revision"], d["Same"] = f.ID, f.Revision, f.Unchanged()
		d["From"], d["Until"], d["Provisional"] = f.Notice.From, f.Notice.Until, t.Text.Provisional(f.Notice)
	}
	return d
}

func Left(t *text.Catalogue, days int) string {
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
func plan(t *turn.Turn, a workflow.Assessment, p workflow.Policy) string {
	parts := []string{t.Text.Phrase("plan_days", p.Notice.WorkingDays)}
	if a.SafeNotice.Before(t.Today()) {
		parts = append(parts, t.Text.Phrase("plan_tight"))
	} else {
		parts = append(parts, t.Text.Phrase("plan_latest", Day(a.SafeNotice)))
	}
	if a.Late && a.Phase == workflow.Open {
		parts = append(parts, t.Text.Phrase("plan_late", Day(a.DoneBy)))
	} else {
		parts = append(parts, t.Text.Phrase("plan_done", Day(a.DoneBy)))
	}
	s := t.Text.Sentences(parts...)
	if !a.Official {
		s += t.Text.Phrase("provisional")
	}
	return s
}

// safeStart says until when the public notice should start.
func safeStart(t *turn.Turn, a workflow.Assessment) string {
	if a.SafeNotice.Before(t.Today()) {
		return t.Text.Phrase("safe_now")
	}
	s := t.Text.Phrase("safe_until", Day(a.SafeNotice))
	if !a.Official {
		s += t.Text.Phrase("provisional")
	}
	return s
}

// Day is a date without its year, for sentences about the near future.
func Day(d calendar.Date) string { return fmt.Sprintf("%02d-%02d", d.Month, d.Day) }

// step is the next thing to do in this turn.
func StepOf(t *turn.Turn) workflow.Step {
	s := workflow.Next(t.Case.Certificate, t.Filing, t.Consented(), t.Policy(), t.Today())
	if a := workflow.Assess(t.Case.Certificate, t.Today(), t.Policy()); s.Kind == workflow.StepConsent &&
		t.Case.Consent == "" &&
		a.Reason != workflow.EligibleNow {
		return workflow.Step{Stage: 2, Kind: workflow.StepBlocked, Reason: a.Reason} // nothing to agree to yet
	}
	return s
}

// where is the headline that says where the person is.
func where(t *turn.Turn) string {
	return StageName(t.Text, StepOf(t).Stage)
}

// where names one of the six visible steps.
func StageName(t *text.Catalogue, stage int) string {
	return fmt.Sprintf("%s (%d/6)", t.Phrase(fmt.Sprint("stage", stage)), stage)
}

// Guide tells the kernel where a filing is.
type Guide struct{}

// Where implements [turn.Guide].
func (Guide) Where(t *turn.Turn) string { return where(t) }

// Step implements [turn.Guide].
func (Guide) Step(t *turn.Turn) (string, text.Data, error) { return StepText(t) }

// Brief implements [turn.Guide].
func (Guide) Brief(t *turn.Turn) (string, error) { return brief(t) }

// nextLine is the next step in one sentence, without headline and buttons.
func brief(t *turn.Turn) (string, error) {
	key, d, err := StepText(t)
	if err != nil {
		return "", err
	}
	if key == "confirm" || key == "welcome" {
		key = "next_" + key // the whole text has been shown before
	}
	m, err := t.Text.Message(key, d)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(m.OneLine(), "· "), nil // the caller has said where the person is
}

// StepText chooses the text for the next step and fills it.
func StepText(t *turn.Turn) (string, text.Data, error) {
	s := StepOf(t)
	d := Base(t, t.Case, t.Filing)
	switch s.Kind {
	case workflow.StepConsent:
		return "welcome", d, nil
	case workflow.StepBlocked:
		return "blocked_" + string(s.Reason), d, nil
	case workflow.StepStart:
		return "start", d, nil
	case workflow.StepConfirm:
		return "confirm", d, fillConfirm(t, d, s)
	case workflow.StepPaper:
		d["Notice"] = NoticeLine(t)
		return "step_paper", d, nil
	case workflow.StepMaterial:
		d["Slots"], d["Insurance"] = slots(t, s.Slots), s.Slots[0] == workflow.SlotInsurance
		return "step_material", d, nil
	case workflow.StepHandIn:
		d["Notice"], d["Over"] = NoticeLine(t), t.Filing.Notice.Over(t.Today())
		return "step_hand_in", d, nil
	case workflow.StepWaitNotice:
		d["Notice"] = NoticeLine(t)
		return "step_wait", d, nil
	case workflow.StepFix:
		FillFix(t, d, s)
		return "step_fix", d, nil
	case workflow.StepReview:
		fillReview(t, d)
		return "step_review", d, nil
	case workflow.StepOfficial:
		return officialText(t, d)
	case workflow.StepDownload:
		FillRenewed(t, d)
		d["Generated"] = t.Filing.Generated
		return "approved", d, nil
	}
	FillRenewed(t, d)
	return "finished", d, nil
}

func FillRenewed(t *turn.Turn, d text.Data) {
	d["From"], d["Until"] = t.Filing.Renewed.From, t.Filing.Renewed.Until
	d["NextOpens"] = workflow.Certificate{RecognisedOn: t.Filing.Renewed.From}.OpensOn(t.Policy())
}

// officialText asks for the new dates once somebody has reported that it passed.
func officialText(t *turn.Turn, d text.Data) (string, text.Data, error) {
	d["On"], d["Status"] = t.Filing.SubmittedAt, text.Typed(t.Filing.State.Official())
	if n := len(t.Filing.Official); n > 0 {
		last := t.Filing.Official[n-1]
		d["Status"] = text.Typed(last.Text)
		if Passed(last.Text) {
			d["Example"] = t.Today().String()
			return "ask_dates", d, nil
		}
	}
	return "step_official", d, nil
}

func fillConfirm(t *turn.Turn, d text.Data, s workflow.Step) (err error) {
	d["Groups"] = groups(t)
	d["Partial"] = t.Filing.Partial // R-C07
	d["Ask"] = OpenQuestions(t)
	d["Doubts"], err = DoubtLines(t)
	d["Blank"] = FieldNames(t, s.Fields)
	d["Example"] = Example(t, s.Fields)
	return err
}

func FillFix(t *turn.Turn, d text.Data, s workflow.Step) {
	var items []string
	for _, it := range s.Items {
		items = append(items, ItemLine(t, it))
	}
	d["Items"], d["By"] = items, Teacher(t, t.Filing.Review.By)
	d["Ready"] = len(s.Slots) == 0
	d["Hint"] = t.Text.Phrase("fix_ready")
	if len(s.Slots) > 0 {
		d["Hint"] = t.Text.Phrase("fix_send", strings.Join(slots(t, s.Slots), t.Text.Phrase("comma")))
	}
}

func fillReview(t *turn.Turn, d text.Data) {
	step, _ := t.Policy().ReviewStep(t.Filing.Review.Step)
	d["StepLabel"], d["Handlers"] = t.Text.Either(step.Label, step.English), Handlers(t, step.Role)
}

// Handlers names those who are asked for a role, as "何清越老师、沈拾玉老师".
func Handlers(t *turn.Turn, r workflow.Role) string {
	people := t.Case.Reviewers(r, t.Today())
	if len(people) == 0 {
		return t.Text.Phrase("handler")
	}
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = t.Text.Phrase("teacher", text.Typed(p.Name).String())
	}
	return strings.Join(names, t.Text.Phrase("comma"))
}

// Teacher is a person of the case with their form of address.
func Teacher(t *turn.Turn, id string) string { return t.Text.Phrase("teacher", nameOf(t, id)) }

// nameOf finds a person of the case; people outside it stay without a name.
func nameOf(t *turn.Turn, id string) string {
	for _, p := range append(append([]workflow.Person{t.Case.Applicant, t.Case.Person}, t.Case.College.Handlers...),
		t.Case.School...) {
		if p.ID == id {
			return text.Typed(p.Name).String()
		}
		for _, a := range p.Absences {
			if a.Deputy != nil && a.Deputy.ID == id {
				return text.Typed(a.Deputy.Name).String()
			}
		}
	}
	return t.Text.Phrase("somebody")
}

func ItemLine(t *turn.Turn, it workflow.ReturnItem) string {
	what := t.Text.Phrase("whole")
	if fd, ok := workflow.FieldOf(it.Field); ok {
		what = t.Text.Field(fd)
	} else if it.Slot != 0 {
		what = t.Text.Phrase("slot", int(it.Slot), t.Text.Slot(it.Slot))
	}
	r, _ := t.Policy().Reason(it.Reason)
	line := t.Text.Phrase("item", what, t.Text.Either(r.Label, r.English))
	if it.Text != "" {
		line += t.Text.Phrase("item_text", text.Typed(it.Text))
	}
	return line
}

// NoticeLine says where the public notice stands, in one sentence.
func NoticeLine(t *turn.Turn) string {
	n := t.Filing.Notice
	switch {
	case n.Over(t.Today()):
		return t.Text.Phrase("notice_over", n.From, n.Until)
	case n.State == workflow.NoticePosted:
		return t.Text.Phrase("notice_posted", n.From, n.Until, t.Text.Provisional(n))
	case n.State == workflow.NoticeObjection:
		return t.Text.Phrase("notice_objection")
	case n.State == workflow.NoticeWithdrawn || n.State == workflow.NoticePrinted:
		return t.Text.Phrase("notice_again")
	}
	return t.Text.Phrase("notice_handed", Handlers(t, workflow.CollegeHandler))
}

// group is one line of the summary.
type group struct{ Title, Line string }

// groups is the summary of all fields, one line a section.
func groups(t *turn.Turn) []group {
	var out []group
	for _, s := range []workflow.Section{
		workflow.SectionPerson, workflow.SectionWork, workflow.SectionEducation, workflow.SectionDegree,
		workflow.SectionTalent,
	} {
		var parts []string
		for _, fd := range workflow.Fields() {
			if fd.Section == s && t.Filing.Values[fd.Key] != "" {
				parts = append(parts, Shown(fd, t.Filing.Values[fd.Key]))
			}
		}
		out = append(out, group{t.Text.Phrase("section_" + string(s)), strings.Join(parts, " · ")})
	}
	return out
}

// Shown is a value as it may appear in the chat: numbers are masked, everything is
// made inert.
func Shown(fd workflow.Field, v string) string {
	if fd.Masked() {
		v = identity.Mask(v)
	}
	return text.Typed(v).String()
}

// slots names materials.
func slots(t *turn.Turn, slots []workflow.Slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = t.Text.Slot(s)
	}
	return out
}

// OpenQuestions names what is still asked about, as people call it.
func OpenQuestions(t *turn.Turn) []string {
	var out []string
	for _, s := range t.Filing.Questions() {
		out = append(out, t.Text.Phrase(fmt.Sprint("question", int(s))))
	}
	return out
}

// FieldNames names fields.
func FieldNames(t *turn.Turn, fields []workflow.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = t.Text.Field(f)
	}
	return out
}

// Example is an answer for the blank fields that can be typed as it stands.
func Example(t *turn.Turn, fields []workflow.Field) string {
	var parts []string
	for _, f := range fields[:min(len(fields), 2)] {
		name := t.Text.Field(f)
		if len(f.Synonyms) > 0 && t.Text.Lang == "zh" {
			name = f.Synonyms[0]
		}
		v := f.Example
		if v == "" {
			v = workflow.None
		}
		parts = append(parts, name+" "+v)
	}
	return strings.Join(parts, t.Text.Phrase("and"))
}

// Passed reads an official status: approval, but not its refusal.
func Passed(status string) bool {
	return strings.Contains(status, "通过") && !strings.ContainsAny(status, "不未没否驳退") &&
		!strings.Contains(status, "预审通过") && !strings.Contains(status, "受理通过")
}

// RefusedByCity reads an official status: it did not pass.
func RefusedByCity(status string) bool {
	return strings.Contains(status, "不通过") || strings.Contains(status, "未通过") || strings.Contains(status, "不予")
}

// SentBack reads an official status: the filing came back (T16).
func SentBack(status string) bool {
	return strings.Contains(status, "退回") || strings.Contains(status, "驳回") || strings.Contains(status, "补正")
}
