package bot

import (
	"context"
	"fmt"
	"slices"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/workflow"
)

// Remind sends one reminder; reason is the one that the daily pass decided on.
func (b *Bot) Remind(ctx context.Context, person, reason string) error {
	if reason == workflow.AnchorOpens && b.used(ctx) >= workflow.QuotaHold {
		return held{} // a window stays open for a month; deadlines do not wait
	}
	c, err := b.Records.PersonCase(ctx, person)
	if err != nil {
		return err
	}
	t := b.newTurn(c, intent{}, dingtalk.Incoming{})
	d := t.base(c, c.Filing)
	next, err := t.nextLine()
	if err != nil {
		return err
	}
	started := c.Filing != nil && c.Filing.State.Begun()
	if started && reason == "opens" {
		return nil // begun between the decision and now
	}
	d["Next"], d["Started"] = next, started
	d["Soon"] = d["ToOpen"] != 0
	if err := t.say("remind_"+reason, d); err != nil {
		return err
	}
	return b.DingTalk.Send(ctx, []string{person}, t.reply.Message)
}

// Digest sends the daily overview, the same to everybody, in as few calls as
// DingTalk allows.
func (b *Bot) Digest(ctx context.Context, people []string, o workflow.Overview) error {
	const perCall = 20
	o.Used = b.used(ctx)
	m, err := b.texts["zh"].message("digest", b.digestData(o))
	if err != nil {
		return err
	}
	for len(people) > 0 {
		n := min(len(people), perCall)
		if err := b.DingTalk.Send(ctx, people[:n], m); err != nil {
			return err
		}
		people = people[n:]
	}
	return nil
}

func (b *Bot) digestData(o workflow.Overview) data {
	p := b.Rules().Current
	var waiting, lines []string
	for _, s := range p.Review {
		if n := o.Waiting[s.ID]; n > 0 {
			waiting = append(waiting, fmt.Sprintf("%s %d", s.Label, n))
		}
	}
	for step, n := range o.Waiting { // of filings that keep an older chain
		if _, known := p.ReviewStep(step); !known {
			waiting = append(waiting, fmt.Sprintf("%s %d", step, n))
		}
	}
	slices.Sort(waiting)
	const most = 10
	for i, k := range o.Ending {
		if i == most {
			lines = append(lines, fmt.Sprintf("……另有 %d 人", len(o.Ending)-most))
			break
		}
		ends := k.Certificate.ValidUntil(p)
		lines = append(lines, fmt.Sprintf("%s · %s · %s(%s)· %s", said(k.Person.Name), said(k.College), ends, b.texts["zh"].left(o.Day.DaysUntil(ends)), stateWord(k.State)))
	}
	idle := len(o.Ending) - o.Busy
	return data{
		"Day": o.Day, "Waiting": waiting, "Days": p.Reminders.DigestDays, "Ending": len(o.Ending), "Busy": o.Busy,
		"Idle": idle, "Overdue": o.Overdue, "Lines": lines, "Dead": o.Dead, "Year": o.MissingYear, "Used": o.Used, "Warn": o.Used >= workflow.QuotaWarn, "Held": o.Used >= workflow.QuotaHold,
	}
}

// stateWord says where a filing stands, for the people of HR.
func stateWord(s workflow.State) string {
	switch s {
	case workflow.Draft:
		return "核对信息"
	case workflow.Saved:
		return "签章与材料"
	case workflow.Ready:
		return "待送审"
	case workflow.Prereview:
		return "预审中"
	case workflow.Submitted, workflow.Reviewing:
		return "已上报"
	case workflow.Returned:
		return "已退回"
	case workflow.Approved, workflow.Done:
		return "已通过"
	}
	return "未开始"
}
