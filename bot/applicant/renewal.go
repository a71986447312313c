package applicant

import (
	"regexp"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// renewalCommands come last: "date" takes every date.
func (r *Room) renewalCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name: "date", Read: readDate, Examples: []string{
				"2026-12-20", "12月20", "发证日期 2026年12月20日", "新证书 2026-12-20", "发证日期是12月20号", "今天",
			},
		}, Who: turn.Begun, When: never, Do: r.do(visit.date)},
	}
}

// day is a date as somebody wrote it.
type day struct {
	on    calendar.Date
	vague bool // it has no day of its own
}

// ofCertificate are the words around the date of the new certificate.
var ofCertificate = regexp.MustCompile(
	`^(?:我的|新的?|人才|证书|上面|上|写的|写着|显示|发证|认定|签发|颁发|批准|生效|起始|日期` +
		`|时间|日子|日|的|是|为|从|[:： ]|the |new |certificate |date |issued |is |on )+` +
		`|(?:发的证?|发证|开始|起|认定的?|批的|的|了|吧)+$`)

func readDate(s command.Sentence) (command.Args, bool) {
	words := strings.TrimSpace(ofCertificate.ReplaceAllString(s.Bare, ""))
	on, assumed, ok := calendar.ReadDate(words, s.Today)
	return command.Args{Value: day{on, assumed}}, ok
}

// date takes a bare date as the start of the new certificate, when that is what is being asked; it closes
// the cycle (T18). Else it is no command: it may be what was asked about the form, see [Room.Bare].
func (t visit) date() error {
	if t.Filing.State == workflow.Approved {
		d := view.Base(t.Turn, t.Case, t.Filing)
		view.FillRenewed(t.Turn, d)
		return t.Say("date_known", d)
	}
	n := len(t.Filing.Official)
	if n == 0 || !view.Passed(t.Filing.Official[n-1].Text) || t.Filing.State != workflow.Reviewing {
		return turn.ErrNotMeant
	}
	said, _ := t.args.Value.(day)
	if said.vague {
		return t.Say("date_which_day", text.Data{"Example": t.Today().String()})
	}
	cmd := workflow.Command{Action: workflow.ReportApproved, From: said.on, Text: t.Filing.Official[n-1].Text}
	if done, err := t.Apply(cmd); err != nil || !done {
		return err
	}
	if err := t.Renew(t.Turn); err != nil {
		return err
	}
	return t.Next()
}

// Renew makes what was approved the current certificate.
func (r *Room) Renew(t *turn.Turn) error {
	id, err := r.NewID()
	if err != nil {
		return err
	}
	f := t.Filing
	t.Out.Renewed = &workflow.Certificate{
		ID: id, Person: f.Person, Category: f.Values[workflow.Category], RecognisedOn: f.Renewed.From,
		PrintedEnd: f.Renewed.Until, Unit: f.Values[workflow.Unit], Values: f.Values,
	}
	return nil
}
