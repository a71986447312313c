package applicant

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// reminderCommands are what people say to a reminder. Reminders come to everybody on the roster.
func (r *Room) reminderCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "later",
			Words:   []string{"以后提醒我", "以后再说", "先不办"},
			English: []string{"Remind me later"},
		}, Who: turn.Listed, When: at(workflow.StepConsent, workflow.StepStart), Read: r.reminded(visit.later)},
		{Spec: command.Spec{
			Name: "snooze", Read: readSnooze,
			Examples: []string{"一周后提醒", "7 天后提醒", "请两个月之后再提醒我", "明天提醒我", "remind me in a week"},
		}, Who: turn.Listed, When: at(workflow.StepConsent, workflow.StepStart), Read: r.reminded(visit.snooze)},
		{Spec: command.Spec{
			Name:    "acknowledge",
			Words:   []string{"知道了", "我知道了"},
			English: []string{"got it", "noted"},
		}, Who: turn.Listed, When: never, Read: r.reminded(visit.acknowledge)},
		{Spec: command.Spec{
			Name:    "decline",
			Words:   []string{"我不备案", "不备案", "不备案了", "我不备案了", "不想备案"},
			English: []string{"i will not renew", "i won't renew"},
		}, Who: turn.Listed, When: at(workflow.StepConsent, workflow.StepStart), Read: r.reminded(visit.decline)},
		{Spec: command.Spec{
			Name:    "resume_reminders",
			Words:   []string{"恢复提醒", "继续提醒", "还是提醒我"},
			English: []string{"remind me again"},
		}, Who: turn.Listed, When: never, Read: r.reminded(visit.resume)},
		{Spec: command.Spec{
			Name:    "why_told",
			Words:   []string{"为什么收到这条", "为什么提醒我", "为什么给我发这个"},
			English: []string{"why this message", "why did i get this"},
		}, Safe: true, Who: turn.Listed, Read: r.readTold},
	}
}

// reminded gives a command the sender's certificate as the daily pass looks at it. Without one there is
// nothing to say about reminders.
func (r *Room) reminded(
	f func(visit, reminder.Candidate) error,
) func(context.Context, string, command.Args) (turn.Action, error) {
	return func(ctx context.Context, sender string, _ command.Args) (turn.Action, error) {
		k, known, err := r.Reminders.Reminded(ctx, sender)
		if err != nil {
			return nil, err
		}
		return func(t *turn.Turn, a command.Args) error {
			if !known {
				return t.Say("remind_none", view.Base(t, t.Case, t.Filing))
			}
			return f(visit{t, r, a}, k)
		}, nil
	}
}

// attend keeps what is said about the reminders of a certificate.
func (t visit) attend(a workflow.Attention, key string, d text.Data) error {
	t.Out.Attention = &a
	return t.Say(key, d)
}

func (t visit) base() text.Data { return view.Base(t.Turn, t.Case, t.Filing) }

// later puts reminders off for as long as the policy allows; in a filing that is begun it is only polite.
func (t visit) later(k reminder.Candidate) error {
	if k.State.Begun() && k.Stopped() != reminder.ReasonFiled {
		return t.SayWithNext("later_begun", text.Data{})
	}
	return t.putOff(k, slices.Max(append([]int{1}, t.Book.Current.Reminders.Snooze...)))
}

// snooze puts reminders off for as many days as were said.
func (t visit) snooze(k reminder.Candidate) error { return t.putOff(k, t.args.Int("days")) }

func (t visit) putOff(k reminder.Candidate, days int) error {
	d := t.base()
	if k.Stopped() == reminder.ReasonFiled {
		return t.Say("later_filed", d)
	}
	a := k.Attention
	on, capped := reminder.Snooze(k.Certificate, t.Book.Current, t.Today(), days)
	a.Asked, a.Later, a.Declined = t.Today(), on, calendar.Date{}
	d["On"], d["Capped"] = on, capped
	return t.attend(a, "later", d)
}

func (t visit) acknowledge(k reminder.Candidate) error {
	d := t.base()
	k.Attention.Acknowledged = t.Today()
	d["On"] = ""
	if next, ok := reminder.Next(k, t.Book.Current, t.Today()); ok {
		d["On"] = next.On.String()
	}
	return t.attend(k.Attention, "acknowledged", d)
}

func (t visit) decline(k reminder.Candidate) error {
	switch {
	case k.Stopped() == reminder.ReasonFiled:
		return t.Say("later_filed", t.base())
	case k.State.Begun():
		return t.Say("declined_begun", t.base())
	}
	k.Attention.Declined = t.Today()
	return t.attend(k.Attention, "declined", t.base())
}

func (t visit) resume(k reminder.Candidate) error {
	k.Attention.Declined, k.Attention.Later = calendar.Date{}, calendar.Date{}
	return t.attend(k.Attention, "resumed", t.base())
}

var (
	snoozeChinese = regexp.MustCompile(
		`^(?:请|那)?\s*(?:(\d{1,3}|一|两|二|三|四|五|六|七|十)\s*(天|日|个?星期|周|个?月)(?:以?后|之后)?` +
			`|(明天|后天|下周|下星期))(?:再)?(?:提醒|叫)(?:我|一下|我一下)?$`)
	snoozeEnglish = regexp.MustCompile(`^remind me (?:in (\d{1,3}|a) (day|week)s?|(tomorrow|next week))$`)
)

// readSnooze reads in how many days somebody wants to be reminded.
func readSnooze(s command.Sentence) (command.Args, bool) {
	m := snoozeChinese.FindStringSubmatch(s.Bare)
	if m == nil {
		m = snoozeEnglish.FindStringSubmatch(s.Bare)
	}
	if m == nil {
		return command.Args{}, false
	}
	count, unit := m[1], m[2]+m[3]
	n, err := strconv.Atoi(count)
	if err != nil {
		n = map[string]int{"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "十": 10}[count]
	}
	n = max(n, 1)
	switch {
	case unit == "后天":
		n = 2
	case strings.HasSuffix(unit, "星期"), strings.HasSuffix(unit, "周"), strings.HasSuffix(unit, "week"):
		n *= 7
	case strings.HasSuffix(unit, "月"):
		n *= 30
	}
	return command.With("days", strconv.Itoa(n)), true
}
