package bot

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// mostOnDesk is how many filings are looked through for one handler.
const mostOnDesk = 200

// Desk is what waits for handlers.
type Desk interface {
	Desk(ctx context.Context, person string, today calendar.Date, limit int) ([]workflow.Case, error)
	Week(ctx context.Context, college string, today calendar.Date, days, limit int) (reminder.Week, error)
	Statistics(ctx context.Context, today calendar.Date) (workflow.Statistics, error)
}

// What somebody may have to do on a filing, as 待我处理 counts it.
const (
	taskReview = "review" // decide
	taskPost   = "post"   // post the public notice
	taskSettle = "settle" // an objection
	taskSeal   = "seal"   // sign and seal the form
)

// task is what the person has to do on the filing now, "" when it is somebody else's turn.
func (b *Bot) task(c workflow.Case, person string) string {
	f, today := c.Filing, b.Today()
	is := func(people []workflow.Person) bool {
		return slices.ContainsFunc(people, func(p workflow.Person) bool { return p.ID == person })
	}
	step, reviewing := b.Rules().For(f).ReviewStep(f.Review.Step)
	switch {
	case reviewing && f.State == workflow.Prereview:
		if is(c.Reviewers(step.Role, today)) {
			return taskReview
		}
		return ""
	case f.Notice.State == workflow.NoticeObjection && is(c.Assignees(workflow.SchoolHandler, today)):
		return taskSettle
	case !is(c.Assignees(workflow.CollegeHandler, today)):
		return ""
	case f.Notice.State == workflow.NoticeHanded:
		return taskPost
	case unsealed(f):
		return taskSeal
	}
	return ""
}

// unsealed reports whether the printed form is still to be signed and sealed.
func unsealed(f *workflow.Filing) bool {
	return f.State.Editable() && f.Printed > 0 && f.Printed == f.Revision &&
		(f.Form == workflow.FormPrinted || f.Form == workflow.FormSigned || f.Form == workflow.FormCollegeSigned)
}

// entry is one filing on a desk.
type entry struct {
	c    workflow.Case
	task string
}

// line says what it is, whose, and how long there is.
func (t *visit) line(e entry) string {
	f := e.c.Filing
	parts := []string{text.Typed(e.c.Applicant.Name).String(), text.Typed(e.c.College.Name).String(), t.Text.Phrase("task_" + e.task)}
	if a := workflow.Assess(e.c.Certificate, t.Today(), t.Book.For(f)); a.DaysLeft < 30 {
		parts = append(parts, left(t.Text, a.DaysLeft))
	}
	if e.task == taskReview {
		parts = append(parts, eyesShort(f, t.Book.For(f)))
	}
	return strings.Join(parts, " · ")
}

// eyesShort is [eyes] for a list.
func eyesShort(f *workflow.Filing, p workflow.Policy) string {
	if plain(f) {
		return unchanged
	}
	if fields, slots, again := f.Since(p); again {
		return fmt.Sprintf("退回后改了 %d 项", len(fields)+len(slots))
	}
	return eyes(f)
}

// plain reports whether there is nothing to compare: no change, no new material, every page
// verified, no remark.
func plain(f *workflow.Filing) bool {
	if len(f.Changes()) > 0 || f.Note != "" || f.Partial {
		return false
	}
	for slot, m := range f.Materials {
		if m.File == nil {
			continue
		}
		if slot == workflow.SlotForm && !m.File.Checked || slot > workflow.SlotInsurance || len(m.File.Hints) > 0 {
			return false
		}
	}
	return true
}

// bareCommand is what a button does, without the number of a filing.
var bareCommand = regexp.MustCompile(`^(?:转交|退回|通过|上报|查看|打开|收回|盖章|公示|异议)$`)

// which asks a handler which filing they mean.
func (t *visit) which() error {
	t.InChinese()
	return t.Say("which_filing", text.Data{"Word": text.Typed(strings.TrimSpace(t.Incoming.Text)), "Sample": sampleID})
}

// desk lists what waits for the sender; a word behind it filters.
func (t *visit) desk() error {
	t.InChinese()
	if len(t.Case.Person.Grants) == 0 && len(t.onDesk) == 0 {
		return t.Say("desk_not_you", nil)
	}
	list := t.filter(t.in.word)
	d := text.Data{"Name": text.Typed(t.Case.Person.Name), "Filter": text.Typed(t.in.word), "Count": len(list), "All": len(t.tasks()), "Counts": countTasks(t.Text, t.tasks())}
	if len(list) == 0 {
		return t.Say("desk_empty", d)
	}
	const shown = 12
	var lines []string
	var choices []choice
	same, seals := 0, 0
	for _, e := range t.plainOnes() {
		if slices.ContainsFunc(list, func(x entry) bool { return x.c.Filing.ID == e.c.Filing.ID }) {
			same++
		}
	}
	for i, e := range list {
		if i < shown {
			lines = append(lines, fmt.Sprintf("%d. %s", i+1, t.line(e)))
		}
		if e.task == taskReview && len(choices) < 3 {
			choices = append(choices, choice{t.Text.Phrase("open_of", e.c.Applicant.Name), "打开 " + e.c.Filing.ID})
		}
		if e.task == taskSeal || unsealed(e.c.Filing) && t.mayStamp(e.c, t.Case.Person.ID) { // posting and sealing go on side by side
			seals++
		}
	}
	if same > 1 {
		choices = append(choices[:min(len(choices), 2)], choice{t.Text.Phrase("batch_look", same), "逐份看"})
	}
	if seals > 0 {
		choices = append(choices, choice{t.Text.Phrase("seal_pack", seals), "待盖章包"})
	}
	d["Lines"], d["More"], d["Choices"] = lines, max(len(list)-shown, 0), choices
	return t.Say("desk", d)
}

// tasks is what waits for the sender, the most urgent certificate first.
func (t *visit) tasks() []entry { return t.tasksOf(t.onDesk, t.Case.Person.ID) }

// tasksOf are the filings on which it is the person's turn, the most urgent certificate first.
func (b *Bot) tasksOf(cases []workflow.Case, person string) []entry {
	var out []entry
	for _, c := range cases {
		if task := b.task(c, person); task != "" {
			out = append(out, entry{c, task})
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int { return -a.c.Filing.Ends.DaysUntil(b.c.Filing.Ends) })
	return out
}

// waitingFor is what somebody has to do now.
func (b *Bot) waitingFor(ctx context.Context, person string) ([]entry, error) {
	cases, err := b.Cases.Desk(ctx, person, b.Today(), mostOnDesk)
	return b.tasksOf(cases, person), err
}

// plainOnes are the filings in which nothing has changed and that wait at one step of the
// review: what is decided together gets the same decision.
func (t *visit) plainOnes() []entry {
	list := t.filter("未变更")
	i := slices.IndexFunc(list, func(e entry) bool { return slices.Contains(t.in.batch, e.c.Filing.ID) })
	return slices.DeleteFunc(slices.Clone(list), func(e entry) bool {
		return e.c.Filing.Review.Step != list[max(i, 0)].c.Filing.Review.Step
	})
}

// filter keeps what a word is about: a task, 急, 未变更, a college or a name.
func (t *visit) filter(word string) []entry {
	all := t.tasks()
	if word == "" {
		return all
	}
	return slices.DeleteFunc(all, func(e entry) bool {
		switch word {
		case "未变更", "没变更", "没有变更":
			return e.task != taskReview || !plain(e.c.Filing)
		case "急", "紧急", "快到期":
			return t.Today().DaysUntil(e.c.Filing.Ends) > 14
		}
		return !strings.Contains(t.Text.Phrase("task_"+e.task)+e.c.College.Name+e.c.Applicant.Name, word)
	})
}

// counts says how many there are of each task.
func countTasks(t *text.Catalogue, list []entry) string {
	n := map[string]int{}
	for _, e := range list {
		n[e.task]++
	}
	var parts []string
	for _, task := range []string{taskReview, taskPost, taskSeal, taskSettle} {
		if n[task] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", t.Phrase("task_"+task), n[task]))
		}
	}
	return strings.Join(parts, " · ")
}

// batch walks through the filings in which nothing has changed, one look each; at the end
// they can be passed together. What was looked at travels in the buttons.
func (t *visit) batch() error {
	t.InChinese()
	const most = 12 // more do not fit into a button
	var looked, rest []entry
	for _, e := range t.plainOnes() {
		switch {
		case slices.Contains(t.in.batch, e.c.Filing.ID):
			looked = append(looked, e)
		case len(looked)+len(rest) < most && !slices.Contains(t.in.skip, e.c.Filing.ID):
			rest = append(rest, e)
		}
	}
	d := text.Data{"Count": len(looked), "Left": len(rest)}
	if len(rest) > 0 {
		return t.batchLook(looked, rest[0], d)
	}
	if len(looked) == 0 {
		return t.Say("batch_none", d)
	}
	var lines []string
	for _, e := range looked {
		lines = append(lines, t.line(e))
	}
	code, err := t.batchCode(looked)
	if err != nil {
		return err
	}
	step, _ := t.Book.For(looked[0].c.Filing).ReviewStep(looked[0].c.Filing.Review.Step)
	d["Attest"] = step.Submits // what the button attests (R-B06)
	d["Lines"], d["Verb"], d["Yes"] = lines, step.Verb, "一并通过 "+code+" "+strings.Join(filingIDs(looked), " ")
	return t.Say("batch_ask", d)
}

func filingIDs(list []entry) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = e.c.Filing.ID
	}
	return out
}

// batchLook shows one filing of a batch.
func (t *visit) batchLook(looked []entry, e entry, d text.Data) error {
	v, err := t.view(e.c)
	if err != nil {
		return err
	}
	d["Title"], d["Summary"], d["Changes"], d["Materials"], d["No"] = v.title, v.summary, v.changes, v.materials, len(looked)+1
	d["Total"] = len(looked) + d["Left"].(int)
	ids := append(filingIDs(looked), e.c.Filing.ID)
	skip := append(slices.Clone(t.in.skip), e.c.Filing.ID)
	d["Next"] = "逐份看 " + strings.Join(ids, " ") + skipped(t.in.skip)
	d["Skip"] = "逐份看 " + strings.Join(filingIDs(looked), " ") + skipped(skip)
	d["ID"] = e.c.Filing.ID
	t.Disclose(e.c.Applicant.ID, accessCard)
	return t.Say("batch_look", d)
}

func skipped(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return " 不含 " + strings.Join(ids, " ")
}

// batchCode is good for this person and these filings as they are now.
func (t *visit) batchCode(list []entry) (string, error) {
	text := "batch:" + t.Case.Person.ID
	for _, e := range list {
		text += fmt.Sprintf(":%s-%d", e.c.Filing.ID, e.c.Filing.Review.Ticket)
	}
	return t.ShortCode(text)
}

// passBatch leaves the decisions to a job: each filing is decided by itself.
func (t *visit) passBatch() error {
	t.InChinese()
	var list []entry
	for _, id := range t.in.batch {
		for _, e := range t.plainOnes() {
			if e.c.Filing.ID == id {
				list = append(list, e)
			}
		}
	}
	code, err := t.batchCode(list)
	if err != nil {
		return err
	}
	if len(list) == 0 || !hmac.Equal([]byte(code), []byte(strings.ToUpper(t.in.code))) {
		return t.Say("batch_changed", nil)
	}
	job := workflow.DecideBatch{Person: t.Case.Person.ID}
	for _, e := range list {
		job.Items = append(job.Items, workflow.BatchItem{Filing: e.c.Filing.ID, Ticket: e.c.Filing.Review.Ticket})
	}
	t.Later(job)
	return t.Say("batch_begun", text.Data{"Count": len(list)})
}

// DecideBatch decides filing by filing; one that cannot be decided any more does not stop
// the others. Worked twice, it decides once: the second time the tickets are old.
func (b *Bot) DecideBatch(ctx context.Context, job workflow.DecideBatch) error {
	zh := b.Chinese()
	passed := 0
	var failed []string
	var errs []error
	for _, it := range job.Items {
		in := workflow.Inbound{Person: job.Person, Filing: it.Filing}
		result := ""
		err := b.Act(ctx, in, func(t *turn.Turn) error {
			var err error
			result, err = b.visit(t).decideOne(it.Ticket)
			return err
		})
		switch {
		case err != nil:
			errs = append(errs, err)
		case result == "":
			passed++
		default:
			failed = append(failed, result)
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	m, err := zh.Message("batch_done", text.Data{"Count": passed, "Failed": failed})
	if err != nil {
		return err
	}
	return b.DingTalk.Send(ctx, []string{job.Person}, turn.Wire(m))
}

// decideOne passes one filing of a batch; otherwise it says why not.
func (t *visit) decideOne(ticket int) (string, error) {
	why := func(key string) (string, error) {
		line, err := t.Text.Line(key, t.takenBy())
		return text.Typed(t.Case.Applicant.Name).String() + "：" + line, err
	}
	if t.Filing == nil {
		return why("card_gone")
	}
	for _, d := range t.Filing.Review.Decisions { // decided by this job before it was interrupted
		if d.By == t.Case.Person.ID && d.Ticket == ticket && t.Filing.Review.Ticket != ticket {
			return "", nil
		}
	}
	actor, step, refusal := t.reviewer(ticket)
	if refusal != "" {
		return why(refusal)
	}
	cmd := decision(step)
	cmd.Actor, cmd.Ticket = actor, ticket
	err := t.Try(cmd)
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return why(refusedKey(refused.Code))
	}
	return "", err
}
