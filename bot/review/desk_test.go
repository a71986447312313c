package review_test

import (
	"strings"
	"testing"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// TestDesk: what waits for the sender, by task, and what a word leaves of it.
func TestDesk(t *testing.T) {
	h := newHall(t)
	has(t, h.says(turntest.Handler, "待我处理"), "何清越老师，现在没有等您的")
	has(t, h.says(turntest.Applicant, "待我处理"), "是给经办人和人事处的", "[进度]")
	h.printed(turntest.Colleague)
	h.handedIn(turntest.Applicant)
	got := h.says(turntest.Handler, "待办")
	has(t, got, "待我处理 2 件 预审 1 · 张贴公示 1", "陈一帆 · 晨星信息学院 · 预审 · 还剩 9 天 · 没有变更", "赵望舒 · 晨星信息学院 · 张贴公示",
		"[看陈一帆][待盖章包(1 份)]")
	hasNot(t, got, "逐份看")
	has(t, h.taps(turntest.Handler, "看陈一帆"), "备案预审 · 陈一帆")
	for word, want := range map[string]string{
		"预审": "待我处理 1 件(预审)", "未变更": "1. 陈一帆", "急": "待我处理 2 件(急)", "赵望舒": "1. 赵望舒", "晨星": "待我处理 2 件(晨星)",
		"图书馆": "没有符合「图书馆」的；一共 2 件",
	} {
		has(t, h.says(turntest.Handler, "待我处理 "+word), want)
	}
	h.taps(turntest.Handler, "全部")
	if got := h.says(turntest.Stranger, "待我处理"); !strings.Contains(got, "没有等您的") {
		t.Errorf("another college sees %s", got)
	}
}

// together is two filings in which nothing has changed, waiting for the college.
func together(t *testing.T) (h *hall, one, two *workflow.Filing) {
	h = newHall(t)
	one = h.handedIn(turntest.Applicant)
	h.On(calendar.NewDate(2026, 11, 23))
	two = h.handedIn(turntest.Colleague)
	h.Jobs()
	return h, one, two
}

// TestBatch: each is looked at, then all are passed together, each by itself.
func TestBatch(t *testing.T) {
	h, one, two := together(t)
	has(t, h.says(turntest.Handler, "待我处理"), "[2 份没变更的逐份看]")
	has(t, h.taps(turntest.Handler, "2 份没变更的逐份看"), "1/2 备案预审 · 陈一帆", "[没问题，下一份][查看材料][这份单独处理]")
	has(t, h.taps(turntest.Handler, "没问题，下一份"), "2/2 备案预审 · 赵望舒")
	has(t, h.taps(turntest.Handler, "没问题，下一份"), "这 2 份都看过了", "陈一帆", "[一并通过 2 份]")
	pass := h.button(turntest.Handler, "一并通过 2 份")
	has(t, h.says(turntest.Deputy, pass), "刚才的几份里有变化")
	has(t, h.says(turntest.Handler, pass), "这 2 份逐份处理")
	jobs := h.Jobs()
	h.must(h.DecideBatch(t.Context(), jobs[0].(workflow.DecideBatch)))
	has(t, h.gets(turntest.Handler), "2 份已处理")
	h.must(h.DecideBatch(t.Context(), jobs[0].(workflow.DecideBatch))) // interrupted and worked again
	has(t, h.gets(turntest.Handler), "2 份已处理")
	for _, f := range []*workflow.Filing{one, two} {
		if d := h.decisions(f.ID); len(d) != 1 || d[0].Actor != college {
			t.Errorf("decided: %v", d)
		}
	}
	has(t, h.says(turntest.Handler, pass), "刚才的几份里有变化", "[逐份看]")
	has(t, h.says(turntest.Handler, "逐份看"), "没有可以一起处理的备案")
	has(t, h.says(turntest.School, "逐份看 "+one.ID+" "+two.ID), "上报即确认：这些申请人都是本单位员工", "[一并上报 2 份]")
}

// TestBatchAlone: one that is to be decided alone stays out, and so does one that has changed meanwhile.
func TestBatchAlone(t *testing.T) {
	h, one, two := together(t)
	h.says(turntest.Handler, "逐份看")
	has(t, h.taps(turntest.Handler, "这份单独处理"), "1/1 备案预审 · 赵望舒")
	seen, err := h.Accesses(t.Context(), turntest.Colleague, 10)
	h.must(err)
	if len(seen) != 1 || seen[0].What != workflow.ShownCard {
		t.Errorf("seen by %+v", seen)
	}
	has(t, h.taps(turntest.Handler, "没问题，下一份"), "这 1 份都看过了", "[一并通过 1 份]")
	h.Does(turntest.Colleague, workflow.Command{Action: workflow.Reassign, Actor: college, Assignee: turntest.Handler})
	has(t, h.taps(turntest.Handler, "一并通过 1 份"), "刚才的几份里有变化")
	if d := append(h.decisions(one.ID), h.decisions(two.ID)...); len(d) != 0 {
		t.Errorf("decided: %v", d)
	}
}

// TestBatchFails: what cannot be decided any more is named with why, and does not stop the others.
func TestBatchFails(t *testing.T) {
	h, one, two := together(t)
	g := h.Does(
		turntest.Applicant,
		workflow.Command{Action: workflow.Reassign, Actor: college, Assignee: turntest.Deputy},
	)
	job := workflow.DecideBatch{Person: turntest.Handler, Items: []workflow.BatchItem{
		{Filing: one.ID, Ticket: one.Review.Ticket},
		{Filing: g.ID, Ticket: g.Review.Ticket},
		{Filing: two.ID, Ticket: two.Review.Ticket},
		{Filing: "TEST0P99", Ticket: 1},
	}}
	h.must(h.DecideBatch(t.Context(), job))
	has(t, h.gets(turntest.Handler), "1 份已处理。没有处理的：", "陈一帆：这份备案已不在等您处理", "陈一帆：这份备案已转交沈拾玉老师处理")
	job.Person = turntest.Stranger
	h.must(h.DecideBatch(t.Context(), job))
	has(t, h.gets(turntest.Stranger), "0 份已处理", "陈一帆：这份备案不归您处理")
	if a, b := h.decisions(one.ID), h.decisions(two.ID); len(a) != 0 || len(b) != 1 {
		t.Errorf("decided: %v, %v", a, b)
	}
}
