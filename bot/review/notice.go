package review

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/typed"
)

// What is said in answer to words without contents is an example of how these are said.
var (
	toObject = command.Spec{Name: "object", Forms: []string{"异议 {filing} {text?}"}}
	toSettle = command.Spec{Name: "settle", Forms: []string{"异议处理 {filing} {text?}"}}
)

func (r *Room) noticeCommands() []turn.Command {
	return []turn.Command{
		{
			Spec: command.Spec{Name: "post", Forms: []string{"公示 {filing} {text?}"}},
			Who:  turn.Handlers, When: inCollege, Do: r.onFiling(visit.notice),
		},
		{Spec: toObject, Who: turn.Handlers, When: handling, Do: r.onFiling(visit.object)},
		{Spec: toSettle, Who: turn.Handlers, When: atSchool, Do: r.onFiling(visit.settleObjection)},
	}
}

// notice is what a college says about a public notice: when it hangs, or that it still holds.
func (t visit) notice(actor workflow.Actor) error {
	words := typed.Clean(t.args.Text("text"))
	if slices.Contains([]string{"有效", "原公示有效"}, words) {
		return t.keepNotice(actor)
	}
	return t.post(actor, words)
}

var untilWords = regexp.MustCompile(`\s*(?:至|到|~|—|--)\s*`)

// period reads "11-24 至 12-01" or one date; what is no date is zero.
func period(words string, today calendar.Date) (from, until calendar.Date) {
	first, last, _ := strings.Cut(untilWords.ReplaceAllString(words, "~"), "~")
	from, _, _ = calendar.ReadDate(strings.TrimSuffix(strings.TrimSpace(first), "开始"), today)
	until, _, _ = calendar.ReadDate(strings.TrimSpace(last), today)
	return from, until
}

// post notes when the notice hangs (P3).
func (t visit) post(actor workflow.Actor, words string) error {
	d := view.Base(t.Turn, t.Case, t.Filing)
	from, until := period(words, t.Today())
	if from.IsZero() {
		d["Said"] = text.Typed(text.Short(words))
		return t.Say("notice_which_day", d)
	}
	err := t.Try(workflow.Command{Action: workflow.PostNotice, Actor: actor, From: from, Until: until})
	var refusal *workflow.Refusal
	refused, hangs := errors.As(err, &refusal), t.Filing.Notice.State == workflow.NoticePosted
	switch {
	case refused && refusal.Code == workflow.RefusedDates:
		return t.Say("notice_wrong_day", d)
	case refused && refusal.Code == workflow.RefusedSame && hangs:
		return t.Say("notice_again", d)
	case refused:
		return t.Say("notice_not_now", d)
	case err != nil:
		return err
	}
	d = view.Base(t.Turn, t.Case, t.Filing)
	n := countedDays(t.Filing, t.Policy())
	d["Short"], d["Counted"] = n < t.Policy().Notice.WorkingDays, n // the handler's dates win
	return t.Say("notice_posted", d)
}

// countedDays is how many working days a public notice has, as the policy counts them.
func countedDays(f *workflow.Filing, p workflow.Policy) int {
	cal := p.Calendar()
	n := cal.Workdays(f.Notice.From, f.Notice.Until)
	if work, _ := cal.IsWorkday(f.Notice.From); work && !p.Notice.CountStartDay {
		n--
	}
	return n
}

// keepNotice is the college's word that the posted notice still holds (T07).
func (t visit) keepNotice(actor workflow.Actor) error {
	err := t.Try(workflow.Command{Action: workflow.KeepNotice, Actor: actor})
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && t.Filing.Notice.State == workflow.NoticePosted:
		return t.Say("notice_again", view.Base(t.Turn, t.Case, t.Filing))
	case errors.As(err, &refusal):
		return t.Say("notice_not_now", view.Base(t.Turn, t.Case, t.Filing))
	case err != nil:
		return err
	}
	return t.Say("notice_kept", view.Base(t.Turn, t.Case, t.Filing))
}

// object stops a filing for an objection to its notice (P5).
func (t visit) object(actor workflow.Actor) error {
	cmd := workflow.Command{Action: workflow.ObjectNotice, Actor: actor}
	return t.noteWords(cmd, "objection_noted", toObject, "单位不符")
}

// settleObjection is the school's word on an objection that did not hold (P5).
func (t visit) settleObjection(actor workflow.Actor) error {
	cmd := workflow.Command{Action: workflow.SettleNotice, Actor: actor}
	return t.noteWords(cmd, "objection_settled_noted", toSettle, "经核实不成立")
}

// noteWords applies a command with the sender's words and confirms it. Without words it shows how the
// command is said.
func (t visit) noteWords(cmd workflow.Command, key string, say command.Spec, example string) error {
	example, err := say.Say(command.With("filing", t.Filing.ID, "text", example))
	if err != nil {
		return err
	}
	cmd.Text = text.MaskNumbers(t.args.Text("text"))
	if done, err := t.note(cmd, example); err != nil || !done {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Text"] = text.Typed(text.Short(cmd.Text))
	return t.Say(key, d)
}

// note applies what a handler reports. Refused, it says why in the handler's terms:
// the applicant's next step is not theirs.
func (t visit) note(cmd workflow.Command, example string) (done bool, err error) {
	err = t.Try(cmd)
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) {
		return err == nil, err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Example"] = example
	switch refusal.Code {
	case workflow.RefusedReason:
		return false, t.Say("handler_text", d)
	case workflow.RefusedSame:
		return false, t.Say("handler_same", d)
	case workflow.RefusedRole, workflow.RefusedOwn:
		return false, t.Say("handler_role", d)
	case workflow.RefusedOrder:
		return false, t.Say("handler_order", d)
	}
	return false, t.Say("handler_state", d)
}
