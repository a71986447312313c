package bot

import (
	"fmt"
	"strings"

	"example.org/beian/workflow"
)

// base is what most texts may use about a case.
func (b *Bot) base(c workflow.Case, f *workflow.Filing) data {
	rules := b.Rules()
	p := rules.For(f)
	d := data{
		"Name": said(c.Applicant.Name), "College": said(c.College.Name), "Unit": b.School,
		"Months": p.ValidMonths - p.AdvanceMonths, "Days": p.Notice.WorkingDays, "First": p.Review[0].Label,
		"Version": rules.Current.Consent, "Official": p.OfficialURL,
	}
	d["Declared"] = f != nil && f.Declared
	if cert := c.Certificate; cert != nil {
		a := workflow.Assess(cert, b.today(), p)
		d["Category"], d["Ends"], d["Opens"], d["ToOpen"] = cert.Category, a.ValidUntil, a.OpensOn, a.DaysToOpen
		d["Left"], d["Window"], d["Plan"], d["Safe"] = left(a.DaysLeft), window(a), b.plan(a, p), b.safeStart(a)
		d["Late"] = a.SafeNotice.Before(b.today().AddDays(3))
	}
	if f != nil {
		d["ID"], d["Revision"], d["Same"] = f.ID, f.Revision, f.Unchanged()
		d["From"], d["Until"], d["Provisional"] = f.Notice.From, f.Notice.Until, provisional(f.Notice)
	}
	return d
}

func left(days int) string {
	if days < 0 {
		return fmt.Sprintf("已过期 %d 天", -days)
	}
	return fmt.Sprintf("还剩 %d 天", days)
}

func window(a workflow.Assessment) string {
	switch a.Phase {
	case workflow.TooEarly:
		return fmt.Sprintf("%s 起可以备案。", a.OpensOn)
	case workflow.Overdue:
		return "仍可提交备案，待遇可能暂停。"
	}
	return "现在可以备案。"
}

// plan is the back-planner's sentence: the latest safe start of the notice, and
// when one would be done.
func (b *Bot) plan(a workflow.Assessment, p workflow.Policy) string {
	s := fmt.Sprintf("公示要 %d 个工作日，", p.Notice.WorkingDays)
	if a.SafeNotice.Before(b.today()) {
		s += "时间已经很紧，今天就开始；"
	} else {
		s += fmt.Sprintf("**最晚 %s 开始公示**才来得及；", day(a.SafeNotice))
	}
	if a.Late && a.Phase == workflow.Open {
		s += fmt.Sprintf("今天开始办也要到 %s 才能上报，已过到期日：过期后仍可备案，待遇可能暂停。", day(a.DoneBy))
	} else {
		s += fmt.Sprintf("今天开始办，预计 %s 前可以上报。", day(a.DoneBy))
	}
	if !a.Official {
		s += provisionalNote
	}
	return s
}

// safeStart says until when the public notice should start.
func (b *Bot) safeStart(a workflow.Assessment) string {
	if a.SafeNotice.Before(b.today()) {
		return "公示要**马上开始**"
	}
	s := fmt.Sprintf("最晚 **%s** 要开始公示", day(a.SafeNotice))
	if !a.Official {
		s += provisionalNote
	}
	return s
}

// day is a date without its year, for sentences about the near future.
func day(d workflow.Date) string { return fmt.Sprintf("%02d-%02d", d.Month, d.Day) }

// provisionalNote follows every date that rests on a calendar that is not official yet
// (domain §3.2).
const provisionalNote = "(暂按周末推算，待国务院放假通知)"

func provisional(n workflow.Notice) string {
	if n.Until.IsZero() || n.Official {
		return ""
	}
	return provisionalNote
}

// stages are the six visible steps.
var stages = [...]string{"① 身份与告知", "② 资格", "③ 核对信息", "④ 打印·公示·签章", "⑤ 佐证材料", "⑥ 预审与进度"}

// step is the next thing to do in this turn.
func (t *turn) step() workflow.Step {
	return workflow.Next(t.c.Certificate, t.f, t.consented(), t.policy(), t.today())
}

// where is the headline that says where the person is.
func (t *turn) where() string {
	n := t.step().Stage
	return fmt.Sprintf("%s (%d/6)", stages[n-1], n)
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
		d["Slots"], d["Insurance"] = labels(s.Slots), s.Slots[0] == workflow.SlotInsurance
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
	d["Groups"] = groups(t.f)
	d["Partial"] = t.f.Partial // R-C07
	d["Ask"] = questions(t.f.Questions())
	d["Doubts"], err = t.doubtLines()
	d["Blank"] = fieldLabels(s.Fields)
	d["Example"] = example(s.Fields)
	return err
}

func (t *turn) fillFix(d data, s workflow.Step) {
	var items []string
	for _, it := range s.Items {
		items = append(items, t.itemLine(it))
	}
	d["Items"], d["By"] = items, t.nameOf(t.f.Review.By)+"老师"
	d["Ready"] = len(s.Slots) == 0
	d["Hint"] = "改好后点「送审」，我替您再送一次。"
	if len(s.Slots) > 0 {
		d["Hint"] = "请重新发：" + strings.Join(labels(s.Slots), "、") + "。"
	}
}

func (t *turn) fillReview(d data) {
	step, _ := t.policy().ReviewStep(t.f.Review.Step)
	d["StepLabel"], d["Handlers"] = step.Label, t.handlers(step.Role)
}

// handlers names those who are asked for a role, as "何清越老师、沈拾玉老师".
func (t *turn) handlers(r workflow.Role) string { return handlerNames(t.c.Assignees(r)) }

func handlerNames(people []workflow.Person) string {
	if len(people) == 0 {
		return "经办人"
	}
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = said(p.Name).String() + "老师"
	}
	return strings.Join(names, "、")
}

// nameOf finds a person of the case; people outside it stay without a name.
func (t *turn) nameOf(id string) string {
	for _, p := range append(append([]workflow.Person{t.c.Applicant, t.c.Person}, t.c.College.Handlers...), t.c.School...) {
		if p.ID == id {
			return said(p.Name).String()
		}
	}
	return "经办"
}

func (t *turn) itemLine(it workflow.ReturnItem) string {
	what := "整份备案"
	if fd, ok := workflow.FieldOf(it.Field); ok {
		what = fd.Label
	} else if it.Slot != 0 {
		what = fmt.Sprintf("第 %d 项 %s", it.Slot, it.Slot.Label())
	}
	r, _ := t.policy().Reason(it.Reason)
	line := fmt.Sprintf("**%s**:%s", what, r.Label)
	if it.Text != "" {
		line += "。" + said(it.Text).String()
	}
	return line
}

// noticeLine says where the public notice stands, in one sentence.
func (t *turn) noticeLine() string {
	n := t.f.Notice
	switch {
	case n.Over(t.today()):
		return fmt.Sprintf("公示 %s 至 %s，期满无异议。", n.From, n.Until)
	case n.State == workflow.NoticePosted:
		return fmt.Sprintf("公示 %s 至 %s%s，目前无异议。", n.From, n.Until, provisional(n))
	case n.State == workflow.NoticeObjection:
		return "公示期间有人提出异议，人事处会联系您。"
	case n.State == workflow.NoticeWithdrawn || n.State == workflow.NoticePrinted:
		return "公示信息要重新张贴。"
	}
	return "公示信息已转给" + t.handlers(workflow.CollegeHandler) + "，等学院报告张贴日期。"
}

// group is one line of the summary.
type group struct{ Title, Line string }

var sectionTitles = [...]struct {
	section workflow.Section
	title   string
}{
	{workflow.SectionPerson, "个人"},
	{workflow.SectionWork, "工作"},
	{workflow.SectionEducation, "学历"},
	{workflow.SectionDegree, "学位"},
	{workflow.SectionTalent, "认定"},
}

// groups is the summary of all fields, one line a section.
func groups(f *workflow.Filing) []group {
	var out []group
	for _, s := range sectionTitles {
		var parts []string
		for _, fd := range workflow.Fields() {
			if fd.Section == s.section && f.Values[fd.Key] != "" {
				parts = append(parts, shown(fd, f.Values[fd.Key]))
			}
		}
		out = append(out, group{s.title, strings.Join(parts, " · ")})
	}
	return out
}

// shown is a value as it may appear in the chat: numbers are masked, everything is
// made inert.
func shown(fd workflow.Field, v string) string {
	if fd.Masked() {
		v = workflow.Mask(v)
	}
	return said(v).String()
}

func labels(slots []workflow.Slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = s.Label()
	}
	return out
}

// questions names what is asked about, as people call it.
func questions(slots []workflow.Slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = s.Info().Question
	}
	return out
}

func fieldLabels(fields []workflow.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Label
	}
	return out
}

// example is an answer for the blank fields that can be typed as it stands.
func example(fields []workflow.Field) string {
	var parts []string
	for _, f := range fields[:min(len(fields), 2)] {
		name := f.Label
		if len(f.Synonyms) > 0 {
			name = f.Synonyms[0]
		}
		v := f.Example
		if v == "" {
			v = workflow.None
		}
		parts = append(parts, name+" "+v)
	}
	return strings.Join(parts, ",")
}

// passed reads an official status: approval, but not its refusal.
func passed(status string) bool {
	return strings.Contains(status, "通过") && !strings.ContainsAny(status, "不未没否驳退") &&
		!strings.Contains(status, "预审通过") && !strings.Contains(status, "受理通过")
}

// sentBack reads an official status: the filing came back (T16).
func sentBack(status string) bool {
	return strings.Contains(status, "退回") || strings.Contains(status, "驳回") || strings.Contains(status, "补正")
}
