package applicant

import (
	"fmt"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func (r *Room) progressCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "progress",
			Words:   []string{"进度", "进度查询", "到哪了", "到哪里了", "查进度", "状态"},
			English: []string{"Progress", "status", "where is it", "how far is it"},
		}, Safe: true, Who: turn.Begun, When: begun, Do: r.do(visit.progress)},
		{Spec: command.Spec{
			Name:    "timeline",
			Words:   []string{"进度单", "打印进度"},
			English: []string{"progress sheet"},
		}, Safe: true, Who: turn.Begun, When: printed, Do: r.do(visit.progressSheet)},
		{Spec: command.Spec{
			Name:    "receipt",
			Words:   []string{"回执", "提交回执"},
			English: []string{"receipt"},
		}, Safe: true, Who: turn.Begun, When: at(workflow.StepReview, workflow.StepOfficial), Do: r.do(visit.receipt)},
		{Spec: command.Spec{
			Name:    "contacts",
			Words:   []string{"经办人", "谁负责", "谁经办", "找谁", "找谁办", "谁审"},
			English: []string{"who handles it", "contacts"},
		}, Safe: true, Who: turn.Agreed, Do: r.do(visit.contacts)},
	}
}

// contacts names who acts today at the college and at the school, deputies where somebody is away.
func (t visit) contacts() error {
	return t.SayWithNext("contacts", text.Data{
		"College": text.Typed(t.Case.College.Name), "Handlers": view.Handlers(t.Turn, workflow.CollegeHandler),
		"School": view.Handlers(t.Turn, workflow.SchoolHandler), "Unit": t.Unit(),
	})
}

// progress is the timeline of the filing.
func (t visit) progress() error {
	var lines []string
	for _, m := range t.Filing.Timeline {
		if s := view.MomentLine(t.Turn, m); s != "" {
			lines = append(lines, fmt.Sprintf("%s %s", view.Stamp(m.At), s))
		}
	}
	if t.Filing.Notice.State == workflow.NoticePosted || t.Filing.Notice.State == workflow.NoticePassed {
		lines = append(lines, view.NoticeLine(t.Turn))
	}
	if s := t.Filing.State.Official(); s != "" {
		lines = append(lines, t.Text.Phrase("official_state", s))
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Lines"] = append(lines, t.newerRules()...)
	return t.SayWithNext("progress", d)
}

// newerRules says what a newer policy than the filing's would decide otherwise.
func (t visit) newerRules() []string {
	kept, current := t.Policy(), t.Book.Current
	var out []string
	for _, x := range t.Filing.Differences(kept, current) {
		out = append(out, t.Text.Phrase("rules_"+x.What, kept.Version, x.Old, x.New, current.Version))
	}
	return out
}

// progressSheet is the timeline as a paper.
func (t visit) progressSheet() error {
	if t.Filing.Revision == 0 {
		return t.progress()
	}
	s := view.Sheet(t.Turn, workflow.PaperProgress)
	zh := t.Chinese() // a paper of a Chinese office
	for _, m := range t.Filing.Timeline {
		if line := view.MomentIn(t.Turn, zh, m); line != "" {
			s.Lines = append(s.Lines, workflow.SheetLine{Left: minute(m), Right: line})
		}
	}
	return t.sendPaper("progress_sheet", s)
}

// receipt is the paper that says what was handed in.
func (t visit) receipt() error {
	if t.Filing.SubmittedAt.IsZero() && t.Filing.State != workflow.Prereview {
		return t.SayWithNext("receipt_not_yet", text.Data{})
	}
	s := view.Sheet(t.Turn, workflow.PaperReceipt)
	zh := t.Chinese()
	add := func(left, right string) { s.Lines = append(s.Lines, workflow.SheetLine{Left: left, Right: right}) }
	add("备案编号", t.Filing.ID)
	add("学院（部门）", t.Case.College.Name)
	for _, m := range t.Filing.Timeline {
		if m.Action == workflow.HandIn || m.Action == workflow.Approve || m.Action == workflow.Submit {
			add(minute(m), view.MomentIn(t.Turn, zh, m))
		}
	}
	for _, slot := range workflow.Slots() {
		if m, held := t.Filing.Materials[slot.Slot]; held {
			add(fmt.Sprintf("第 %d 项", slot.Slot), slot.Label+"："+heldAs(m))
		}
	}
	add("公示", zh.Phrase("notice_over", t.Filing.Notice.From, t.Filing.Notice.Until))
	state := t.Filing.State.Official()
	if step, open := t.Policy().ReviewStep(t.Filing.Review.Step); open {
		state = step.Label + "中"
	}
	add("现在", state)
	return t.sendPaper("receipt", s)
}

func minute(m workflow.Moment) string { return m.At.In(calendar.Zone()).Format("2006-01-02 15:04") }

// heldAs says in what form a material is there.
func heldAs(m workflow.Material) string {
	switch {
	case m.Waived != "":
		return "不提供（" + m.Waived + "）"
	case m.Fetched:
		return "系统已自动获取"
	}
	return fmt.Sprintf("%d 页，%s 收到", m.File.Pages, m.On)
}

func (t visit) sendPaper(key string, s workflow.Sheet) error {
	s.Printed = t.Today()
	if err := t.SayWithNext(key, text.Data{}); err != nil {
		return err
	}
	t.Hand(s)
	return nil
}
