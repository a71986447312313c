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
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// Desk is what waits for handlers.
type Desk interface {
	Desk(ctx context.Context, person string, today calendar.Date, limit int) ([]workflow.Case, error)
	Week(ctx context.Context, college string, today calendar.Date, days, limit int) (reminder.Week, error)
	Statistics(ctx context.Context, today calendar.Date) (workflow.Statistics, error)
}

// line says what it is, whose, and how long there is.
func (t *visit) line(e view.Entry) string {
	f := e.Case.Filing
	parts := []string{text.Typed(e.Case.Applicant.Name).String(), text.Typed(e.Case.College.Name).String(), t.Text.Phrase("task_" + e.Task)}
	if a := workflow.Assess(e.Case.Certificate, t.Today(), t.Book.For(f)); a.DaysLeft < 30 {
		parts = append(parts, view.Left(t.Text, a.DaysLeft))
	}
	if e.Task == view.TaskReview {
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
	d := text.Data{"Name": text.Typed(t.Case.Person.Name), "Filter": text.Typed(t.in.word), "Count": len(list), "All": len(t.tasks()), "Counts": view.CountTasks(t.Text, t.tasks())}
	if len(list) == 0 {
		return t.Say("desk_empty", d)
	}
	const shown = 12
	var lines []string
	var choices []text.Choice
	same, seals := 0, 0
	for _, e := range t.plainOnes() {
		if slices.ContainsFunc(list, func(x view.Entry) bool { return x.Case.Filing.ID == e.Case.Filing.ID }) {
			same++
		}
	}
	for i, e := range list {
		if i < shown {
			lines = append(lines, fmt.Sprintf("%d. %s", i+1, t.line(e)))
		}
		if e.Task == view.TaskReview && len(choices) < 3 {
			choices = append(choices, text.Choice{t.Text.Phrase("open_of", e.Case.Applicant.Name), "打开 " + e.Case.Filing.ID})
		}
		if e.Task == view.TaskSeal || view.Unsealed(e.Case.Filing) && view.MayStamp(e.Case, t.Case.Person.ID, t.Today()) { // posting and sealing go on side by side
			seals++
		}
	}
	if same > 1 {
		choices = append(choices[:min(len(choices), 2)], text.Choice{t.Text.Phrase("batch_look", same), "逐份看"})
	}
	if seals > 0 {
		choices = append(choices, text.Choice{t.Text.Phrase("seal_pack", seals), "待盖章包"})
	}
	d["Lines"], d["More"], d["Choices"] = lines, max(len(list)-shown, 0), choices
	return t.Say("desk", d)
}

// tasks is what waits for the sender, the most urgent certificate first.
func (t *visit) tasks() []view.Entry {
	return view.TasksOf(t.Book, t.onDesk, t.Case.Person.ID, t.Today())
}

// waitingFor is what somebody has to do now.
func (b *Bot) waitingFor(ctx context.Context, person string) ([]view.Entry, error) {
	cases, err := b.Cases.Desk(ctx, person, b.Today(), view.MostOnDesk)
	return view.TasksOf(b.Rules(), cases, person, b.Today()), err
}

// plainOnes are the filings in which nothing has changed and that wait at one step of the
// review: what is decided together gets the same decision.
func (t *visit) plainOnes() []view.Entry {
	list := t.filter("未变更")
	i := slices.IndexFunc(list, func(e view.Entry) bool { return slices.Contains(t.in.batch, e.Case.Filing.ID) })
	return slices.DeleteFunc(slices.Clone(list), func(e view.Entry) bool {
		return e.Case.Filing.Review.Step != list[max(i, 0)].Case.Filing.Review.Step
	})
}

// filter keeps what a word is about: a task, 急, 未变更, a college or a name.
func (t *visit) filter(word string) []view.Entry {
	all := t.tasks()
	if word == "" {
		return all
	}
	return slices.DeleteFunc(all, func(e view.Entry) bool {
		switch word {
		case "未变更", "没变更", "没有变更":
			return e.Task != view.TaskReview || !plain(e.Case.Filing)
		case "急", "紧急", "快到期":
			return t.Today().DaysUntil(e.Case.Filing.Ends) > 14
		}
		return !strings.Contains(t.Text.Phrase("task_"+e.Task)+e.Case.College.Name+e.Case.Applicant.Name, word)
	})
}

// batch walks through the filings in which nothing has changed, one look each; at the end
// they can be passed together. What was looked at travels in the buttons.
func (t *visit) batch() error {
	t.InChinese()
	const most = 12 // more do not fit into a button
	var looked, rest []view.Entry
	for _, e := range t.plainOnes() {
		switch {
		case slices.Contains(t.in.batch, e.Case.Filing.ID):
			looked = append(looked, e)
		case len(looked)+len(rest) < most && !slices.Contains(t.in.skip, e.Case.Filing.ID):
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
	step, _ := t.Book.For(looked[0].Case.Filing).ReviewStep(looked[0].Case.Filing.Review.Step)
	d["Attest"] = step.Submits // what the button attests (R-B06)
	d["Lines"], d["Verb"], d["Yes"] = lines, step.Verb, "一并通过 "+code+" "+strings.Join(filingIDs(looked), " ")
	return t.Say("batch_ask", d)
}

func filingIDs(list []view.Entry) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = e.Case.Filing.ID
	}
	return out
}

// batchLook shows one filing of a batch.
func (t *visit) batchLook(looked []view.Entry, e view.Entry, d text.Data) error {
	v, err := t.view(e.Case)
	if err != nil {
		return err
	}
	d["Title"], d["Summary"], d["Changes"], d["Materials"], d["No"] = v.title, v.summary, v.changes, v.materials, len(looked)+1
	d["Total"] = len(looked) + d["Left"].(int)
	ids := append(filingIDs(looked), e.Case.Filing.ID)
	skip := append(slices.Clone(t.in.skip), e.Case.Filing.ID)
	d["Next"] = "逐份看 " + strings.Join(ids, " ") + skipped(t.in.skip)
	d["Skip"] = "逐份看 " + strings.Join(filingIDs(looked), " ") + skipped(skip)
	d["ID"] = e.Case.Filing.ID
	t.Disclose(e.Case.Applicant.ID, workflow.ShownCard)
	return t.Say("batch_look", d)
}

func skipped(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return " 不含 " + strings.Join(ids, " ")
}

// batchCode is good for this person and these filings as they are now.
func (t *visit) batchCode(list []view.Entry) (string, error) {
	text := "batch:" + t.Case.Person.ID
	for _, e := range list {
		text += fmt.Sprintf(":%s-%d", e.Case.Filing.ID, e.Case.Filing.Review.Ticket)
	}
	return t.ShortCode(text)
}

// passBatch leaves the decisions to a job: each filing is decided by itself.
func (t *visit) passBatch() error {
	t.InChinese()
	var list []view.Entry
	for _, id := range t.in.batch {
		for _, e := range t.plainOnes() {
			if e.Case.Filing.ID == id {
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
		job.Items = append(job.Items, workflow.BatchItem{Filing: e.Case.Filing.ID, Ticket: e.Case.Filing.Review.Ticket})
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
