package review_test

import (
	"errors"
	"fmt"
	"testing"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// TestAway: who is away says when and who acts; wrong dates and names are answered with an example.
func TestAway(t *testing.T) {
	h := newHall(t)
	for _, c := range []struct{ who, say, want string }{
		{turntest.Applicant, "请假 12-01", "请假和代理只对经办人有用"},
		{turntest.Handler, "请假", "例如：请假 11-24 至 11-24"},
		{turntest.Handler, "请假 明年", "请写上日期"},
		{turntest.Handler, "请假 2026-11-20", "日期不对"},
		{turntest.Handler, "请假 12-05 至 12-01", "日期不对"},
		{turntest.Handler, "请假 2026-12-01 至 2027-12-01", "最长半年"},
		{turntest.Handler, "请假 12-10 由无此人代理", "名册里没有「无此人」"},
		{turntest.Handler, "请假 12-10 由何清越代理", "名册里没有「何清越」"}, // themselves
		{turntest.Handler, "销假", "没有登记过请假"},
		{turntest.Handler, "请假 12-01 至 12-02", "2026-12-01 至 2026-12-02 您不在，由副手处理"},
		{turntest.Handler, "销假", "2026-12-01 至 2026-12-02 的请假已取消"},
		{turntest.Handler, "请假 12-01 至 12-05，由沈拾玉代理", "由沈拾玉老师代您处理备案"},
	} {
		has(t, h.says(c.who, c.say), c.want)
	}
	h.work()
	if got := h.gets(turntest.Deputy); got != "" {
		t.Errorf("the deputy is told before it begins: %s", got)
	}
	h.On(calendar.NewDate(2026, 12, 5))
	c, err := h.PersonCase(t.Context(), turntest.Handler)
	h.must(err)
	away, ok := c.Person.AwayOn(h.World.Kernel.Today())
	if !ok || away.Deputy == nil || away.Deputy.ID != turntest.Deputy {
		t.Errorf("away: %+v", away)
	}
	h.says(turntest.Handler, "请假 今天，请骆一苇代我")
	h.work()
	has(t, h.gets(turntest.Stranger), "2026-12-05 至 2026-12-05 由您代何清越老师处理备案", "[待我处理]")
}

// TestNamesakeDeputies: of two with one name it is the one of the same college, or nobody.
func TestNamesakeDeputies(t *testing.T) {
	h := newHall(t)
	h.AddPerson(workflow.Person{ID: "x1", Name: "沈拾玉", College: turntest.OtherUnit})
	has(t, h.says(turntest.Handler, "请假 12-01，由沈拾玉代理"), "由沈拾玉老师代您处理备案")
	h.AddPerson(workflow.Person{ID: "x2", Name: "沈拾玉", College: turntest.College})
	has(t, h.says(turntest.Handler, "请假 12-02，由沈拾玉代理"), "名册里有 2 位「沈拾玉」")
}

// TestDeputise: an absence that was taken back, or that has no deputy, tells nobody.
func TestDeputise(t *testing.T) {
	h := newHall(t)
	h.printed(turntest.Applicant)
	h.says(turntest.Handler, "请假 今天，由沈拾玉代理")
	job := h.Jobs()[0].(workflow.Deputise)
	h.must(h.Deputise(t.Context(), job))
	has(t, h.gets(turntest.Deputy), "由您代何清越老师处理备案。现在有 1 件等着")
	h.says(turntest.Handler, "销假")
	h.must(h.Deputise(t.Context(), job))
	h.says(turntest.Handler, "请假 今天")
	c, err := h.PersonCase(t.Context(), turntest.Handler)
	h.must(err)
	h.must(h.Deputise(t.Context(), workflow.Deputise{Absence: c.Person.Absences[0].ID}))
	if got := h.gets(turntest.Deputy); got != "" {
		t.Errorf("told %s", got)
	}
}

// TestNudge: who should act, then the deputies, then HR; what has moved, or has nobody, says nothing.
func TestNudge(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.work()
	h.gets(turntest.Handler)
	h.On(calendar.NewDate(2026, 12, 3))
	job := workflow.Nudge{Filing: f.ID, Wait: fmt.Sprint("review:", f.Review.Ticket), Level: workflow.Nudged}
	h.must(h.Nudge(t.Context(), job))
	has(t, h.gets(turntest.Handler), "陈一帆(晨星信息学院)的备案等您学院预审，已经 14 个工作小时；证书还剩 7 天", "[打开][待我处理][请假]")
	job.Level = workflow.DeputyAsked
	h.must(h.Nudge(t.Context(), job))
	has(t, h.gets(turntest.Deputy), "等何清越老师学院预审已经 14 个工作小时，没有回音")
	job.Level = workflow.HRTold
	h.must(h.Nudge(t.Context(), job))
	has(t, h.gets(turntest.School), "停在学院预审已经 14 个工作小时，何清越老师和副手都没有处理")
	job.Level = workflow.DeputyAsked
	h.Chat.Gone(turntest.Deputy)
	h.must(h.Nudge(t.Context(), job))
	has(t, h.gets(turntest.School), "等何清越老师学院预审")
	h.Chat.Fail("User", &dingtalk.Error{Kind: dingtalk.Busy})
	if err := h.Nudge(t.Context(), job); !errors.Is(err, &dingtalk.Error{Kind: dingtalk.Busy}) {
		t.Errorf("a fault of DingTalk is taken for nobody: %v", err)
	}
	h.Chat.Fail("User", nil)
	job.Wait = "review:1"
	h.must(h.Nudge(t.Context(), job))
	h.must(h.Nudge(t.Context(), workflow.Nudge{Filing: "TEST0P99"}))
	for _, who := range []string{turntest.Handler, turntest.Deputy, turntest.School} {
		if got := h.gets(who); got != "" {
			t.Errorf("%s is told %s", who, got)
		}
	}
}

// TestNudgeToPost: a notice that is not posted is nudged too; a college without deputies asks the school.
func TestNudgeToPost(t *testing.T) {
	h := newHall(t)
	h.AddPerson(workflow.Person{ID: turntest.Deputy, Name: "沈拾玉", College: turntest.College})
	h.joins(turntest.School, "傅明舟", workflow.SchoolHandler)
	h.joins("hr1", "林知夏", workflow.HR)
	f := h.printed(turntest.Applicant)
	job := workflow.Nudge{Filing: f.ID, Wait: fmt.Sprint("notice:", f.Notice.Ticket), Level: workflow.Nudged}
	h.must(h.Nudge(t.Context(), job))
	has(t, h.gets(turntest.Handler), "的备案等您张贴公示")
	job.Level = workflow.DeputyAsked
	h.must(h.Nudge(t.Context(), job))
	has(t, h.gets(turntest.School), "的备案等何清越老师张贴公示")
	if got := h.gets("hr1"); got != "" {
		t.Errorf("HR is told before the school: %s", got)
	}
}
