package review

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// The filings in which nothing has changed are looked through one by one and then passed together. What
// was looked at, and what is to be decided alone, travels in the buttons.
var (
	toLookThrough = command.Spec{
		Name: "batch", Words: []string{"逐份看"},
		Forms: []string{"逐份看 {filings} 不含 {skip:filings}", "逐份看 {filings}", "逐份看 不含 {skip:filings}"},
	}
	toPassBatch = command.Spec{Name: "pass_batch", Forms: []string{"一并通过 {code} {filings}"}}
)

func (r *Room) batchCommands() []turn.Command {
	return []turn.Command{
		{Spec: toLookThrough, Safe: true, Who: turn.Handlers, When: handling, Read: r.atDesk(desk.lookThrough)},
		{Spec: toPassBatch, Who: turn.Handlers, When: onButtons, Read: r.atDesk(desk.passBatch)},
	}
}

// plainOnes are the filings in which nothing has changed and that wait at one step of the
// review: what is decided together gets the same decision. The step is that of one of the given
// filings, else of the most urgent.
func (t desk) plainOnes(of []string) []view.Entry {
	list := t.filtered("未变更")
	i := slices.IndexFunc(list, func(e view.Entry) bool { return slices.Contains(of, e.Case.Filing.ID) })
	return slices.DeleteFunc(slices.Clone(list), func(e view.Entry) bool {
		return e.Case.Filing.Review.Step != list[max(i, 0)].Case.Filing.Review.Step
	})
}

// lookThrough shows the next filing of a batch, and at the end asks whether all are passed.
func (t desk) lookThrough() error {
	t.InChinese()
	const most = 12 // more do not fit into a button
	ids, skip := t.args.List("filings"), t.args.List("skip")
	var looked, rest []view.Entry
	for _, e := range t.plainOnes(ids) {
		switch {
		case slices.Contains(ids, e.Case.Filing.ID):
			looked = append(looked, e)
		case len(looked)+len(rest) < most && !slices.Contains(skip, e.Case.Filing.ID):
			rest = append(rest, e)
		}
	}
	switch {
	case len(rest) > 0:
		return t.lookAt(rest[0], looked, skip, len(rest))
	case len(looked) == 0:
		return t.Say("batch_none", nil)
	}
	return t.askToPassBatch(looked)
}

// lookAt shows one filing of a batch.
func (t desk) lookAt(e view.Entry, looked []view.Entry, skip []string, left int) error {
	v, err := t.cardOf(e.Case)
	if err != nil {
		return err
	}
	ids, id := filingIDs(looked), e.Case.Filing.ID
	say := func(filings, skip []string) string {
		args := command.With("filings", strings.Join(filings, " "), "skip", strings.Join(skip, " "))
		s, failed := toLookThrough.Say(args)
		err = errors.Join(err, failed)
		return s
	}
	d := text.Data{
		"Title": v.title, "Summary": v.summary, "Changes": v.changes, "Materials": v.materials,
		"No": len(looked) + 1, "Total": len(looked) + left, "ID": id,
		"Next": say(append(slices.Clone(ids), id), skip), "Skip": say(ids, append(slices.Clone(skip), id)),
	}
	if err != nil {
		return err
	}
	t.Disclose(e.Case.Applicant.ID, workflow.ShownCard)
	return t.Say("batch_look", d)
}

// askToPassBatch asks whether all that were looked at are passed.
func (t desk) askToPassBatch(looked []view.Entry) error {
	var lines []string
	for _, e := range looked {
		lines = append(lines, t.line(e))
	}
	code, err := t.batchCode(looked)
	if err != nil {
		return err
	}
	yes, err := toPassBatch.Say(command.With("code", code, "filings", strings.Join(filingIDs(looked), " ")))
	if err != nil {
		return err
	}
	f := looked[0].Case.Filing
	step, _ := t.Book.For(f).ReviewStep(f.Review.Step)
	return t.Say("batch_ask", text.Data{
		"Count": len(looked), "Lines": lines, "Verb": step.Verb, "Yes": yes,
		"Attest": step.Submits, // what the button attests (R-B06)
	})
}

func filingIDs(list []view.Entry) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = e.Case.Filing.ID
	}
	return out
}

// batchCode is good for this person and these filings as they are now.
func (t desk) batchCode(list []view.Entry) (string, error) {
	of := "batch:" + t.Case.Person.ID
	for _, e := range list {
		of += fmt.Sprintf(":%s-%d", e.Case.Filing.ID, e.Case.Filing.Review.Ticket)
	}
	return t.ShortCode(of)
}

// passBatch leaves the decisions to a job: each filing is decided by itself.
func (t desk) passBatch() error {
	t.InChinese()
	ids := t.args.List("filings")
	plain := t.plainOnes(ids)
	var list []view.Entry
	for _, id := range ids {
		if i := slices.IndexFunc(plain, func(e view.Entry) bool { return e.Case.Filing.ID == id }); i >= 0 {
			list = append(list, plain[i])
		}
	}
	code, err := t.batchCode(list)
	if err != nil {
		return err
	}
	if len(list) == 0 || !hmac.Equal([]byte(code), []byte(t.args.Text("code"))) {
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
func (r *Room) DecideBatch(ctx context.Context, job workflow.DecideBatch) error {
	passed := 0
	var failed []string
	var errs []error
	for _, it := range job.Items {
		why := ""
		err := r.Act(ctx, workflow.Inbound{Person: job.Person, Filing: it.Filing}, func(t *turn.Turn) error {
			var err error
			why, err = visit{Turn: t, Room: r}.decideOne(it.Ticket)
			return err
		})
		switch {
		case err != nil:
			errs = append(errs, err)
		case why == "":
			passed++
		default:
			failed = append(failed, why)
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return r.Write(ctx, []string{job.Person}, "batch_done", text.Data{"Count": passed, "Failed": failed})
}

// decideOne passes one filing of a batch; otherwise it says why not.
func (t visit) decideOne(ticket int) (why string, err error) {
	not := func(key string) (string, error) {
		line, err := t.Text.Line(key, t.takenBy())
		return text.Typed(t.Case.Applicant.Name).String() + "：" + line, err
	}
	if t.Filing == nil {
		return not("card_gone")
	}
	for _, d := range t.Filing.Review.Decisions { // decided by this job before it was interrupted
		if d.By == t.Case.Person.ID && d.Ticket == ticket && t.Filing.Review.Ticket != ticket {
			return "", nil
		}
	}
	s, refusal := t.seat(ticket)
	if refusal != "" {
		return not(refusal)
	}
	cmd := s.decision()
	cmd.Actor, cmd.Ticket = s.actor, ticket
	err = t.Try(cmd)
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return not(refusedKey(refused.Code))
	}
	return "", err
}
