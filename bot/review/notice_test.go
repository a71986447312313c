package review_test

import (
	"strings"
	"testing"

	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// TestNotice: the handler's dates win; what is no date, or no possible one, is said with an example.
func TestNotice(t *testing.T) {
	h := newHall(t)
	f := h.printed(turntest.Applicant)
	post := "公示 " + f.ID + " "
	for _, c := range []struct{ who, say, want string }{
		{turntest.Handler, post + "贴在一楼", "「贴在一楼」读不成日期"},
		{turntest.Handler, "公示 " + f.ID, "读不成日期"},
		{turntest.Handler, post + "2026-10-01", "这个日期不对"},
		{turntest.Handler, post + "有效", "现在不在等公示"},
		{turntest.Stranger, post + "今天", "没有找到这份备案"},
		{turntest.Applicant, post + "今天", "四眼原则"},
		{turntest.Handler, "公示 TEST0P99 今天", "没有找到这份备案"},
		{turntest.Handler, post + "11-23 至 11-26", "2026-11-23 至 2026-11-26。按这个日期只有 3 个工作日，一般要 5 个"},
		{turntest.Handler, post + "11-23至11-30", "陈一帆的公示 2026-11-23 至 2026-11-30"},
		{turntest.Handler, post + "11-23 开始", "已经登记过：陈一帆的公示 2026-11-23 至 2026-11-30"},
		{turntest.Handler, post + "原公示有效", "已经登记过"},
	} {
		has(t, h.says(c.who, c.say), c.want)
	}
	if n := h.Filing(turntest.Applicant).Notice; n.Until != calendar.NewDate(2026, 11, 30) {
		t.Errorf("until %s", n.Until)
	}
	h.handedIn(turntest.Colleague)
	g := h.Does(turntest.Colleague, workflow.Command{Action: workflow.Approve, Actor: college},
		workflow.Command{Action: workflow.Submit, Actor: school, Attested: true})
	has(t, h.says(turntest.Handler, "公示 "+g.ID+" 今天"), "赵望舒的备案现在不在等公示")
	has(t, h.says(turntest.Handler, "异议 "+g.ID+" 单位不符"), "赵望舒的备案现在做不了这一步")
}

// TestKeepNotice: what changed on the form does not touch the notice that hangs.
func TestKeepNotice(t *testing.T) {
	h := newHall(t)
	f := h.printed(turntest.Applicant)
	h.says(turntest.Handler, "公示 "+f.ID+" 今天")
	h.saves(turntest.Applicant, workflow.Unit, "示例师范大学附属中学")
	h.Does(turntest.Applicant,
		workflow.Command{Action: workflow.PrintNotice}, workflow.Command{Action: workflow.HandNotice})
	has(t, h.says(turntest.Handler, "公示 "+f.ID+" 有效"), "陈一帆的原公示 2026-11-23 至 2026-11-30", "有效，不用换张贴")
	if n := h.Filing(turntest.Applicant).Notice; n.State != workflow.NoticePosted {
		t.Errorf("the notice is %s", n.State)
	}
}

// TestObjection: the college notes it, the school settles it.
func TestObjection(t *testing.T) {
	h := newHall(t)
	f := h.printed(turntest.Applicant)
	has(t, h.says(turntest.Handler, "异议 "+f.ID+" 单位不符"), "或者现在不需要，没有改动")
	h.says(turntest.Handler, "公示 "+f.ID+" 今天")
	has(t, h.says(turntest.Handler, "异议 "+f.ID), "请写上内容，例如：异议 "+f.ID+" 单位不符")
	has(t, h.says(turntest.Handler, "异议 "+f.ID+"：号码 330199198503121016 不对"), "记下异议：号码 (证件号码) 不对")
	events, err := h.Events(t.Context(), f.ID)
	h.must(err)
	if got := events[len(events)-1].Text; got != "号码 (证件号码) 不对" {
		t.Errorf("kept as %q", got)
	}
	has(t, h.says(turntest.School, "待我处理"), "处理异议")
	has(t, h.says(turntest.Handler, "异议处理 "+f.ID+" 不成立"), "这一步不归您处理")
	has(t, h.says(turntest.School, "异议处理 "+f.ID), "请写上内容，例如：异议处理 "+f.ID)
	has(t, h.says(turntest.School, "异议处理 "+f.ID+" 经核实不成立"), "公示异议已处理：经核实不成立")
	if n := h.Filing(turntest.Applicant).Notice; n.State != workflow.NoticePosted {
		t.Errorf("the notice is %s", n.State)
	}
}

// TestPhoto: a photo that was kept is put to the notice it shows; one that is gone or used is not.
func TestPhoto(t *testing.T) {
	h := newHall(t)
	f := h.printed(turntest.Applicant)
	const id = "0123456789abcdef0123456789abcdef"
	has(t, h.says(turntest.Handler, "公示照片 "+f.ID+" "+id), "张贴公示")
	keep := func(file workflow.StoredFile) {
		h.must(h.Act(t.Context(), workflow.Inbound{Person: file.Person}, func(t *turn.Turn) error {
			t.Out.File = &file
			return nil
		}))
	}
	keep(workflow.StoredFile{ID: id, Person: turntest.Handler, Pages: 1})
	has(t, h.says(turntest.Deputy, "公示照片 "+f.ID+" "+id), "张贴公示") // not theirs
	has(t, h.says(turntest.Handler, "公示照片 "+f.ID+" "+id), "或者现在不需要，没有改动")
	h.says(turntest.Handler, "公示 "+f.ID+" 今天")
	has(t, h.says(turntest.Handler, "公示照片 "+f.ID+" "+id), "陈一帆的公示照片已存好")
	if n := h.Filing(turntest.Applicant).Notice; n.Photo != id {
		t.Errorf("the photo is %s", n.Photo)
	}
	g := h.printed(turntest.Colleague)
	h.says(turntest.Handler, "公示 "+g.ID+" 今天")
	has(t, h.says(turntest.Handler, "公示照片 "+g.ID+" "+id), "张贴公示")
	if n := h.Filing(turntest.Colleague).Notice; n.Photo != "" {
		t.Error("one photo hangs twice")
	}
}

// TestSeal: the college says that the form is signed and sealed; the forms that are not come as one file.
func TestSeal(t *testing.T) {
	h := newHall(t)
	f, g := h.printed(turntest.Applicant), h.printed(turntest.Colleague)
	has(t, h.says(turntest.Handler, "待盖章包"), "合成一份 PDF")
	has(t, h.says(turntest.Applicant, "待盖章包"), "是给经办人和人事处的")
	h.work()
	has(t, h.gets(turntest.Handler), "待盖章-晨星信息学院-2份.pdf", f.ID+"/1", g.ID+"/1")
	has(t, h.says(turntest.Handler, "盖章 "+f.ID), "陈一帆的申请表(第 1 版)已审核签字、盖章")
	has(t, h.says(turntest.Handler, "已盖章 "+f.ID), "已经登记过")
	has(t, h.says(turntest.Stranger, "盖章 "+g.ID), "没有找到这份备案")
	h.saves(turntest.Colleague, workflow.Phone, "13900002222")
	has(t, h.says(turntest.Handler, "盖章 "+g.ID), "现在不在等签字盖章")
	h.must(h.SealPack(t.Context(), workflow.SealPack{Person: turntest.Handler}))
	has(t, h.gets(turntest.Handler), "现在没有待盖章的申请表")
	seen, err := h.Accesses(t.Context(), turntest.Applicant, 100)
	h.must(err)
	if len(seen) != 1 || seen[0].Viewer != turntest.Handler || seen[0].What != workflow.ShownForm {
		t.Errorf("seen by %+v", seen)
	}
}

// TestCorrection: the school voids the newest step, after it has been asked back; the number on the button
// is good for that step only.
func TestCorrection(t *testing.T) {
	h := newHall(t)
	f := h.printed(turntest.Applicant)
	has(t, h.says(turntest.School, "更正 "+f.ID+" 点错了"), "没有什么可以更正")
	h.says(turntest.Handler, "公示 "+f.ID+" 今天")
	has(t, h.says(turntest.Handler, "更正 "+f.ID+" 点错了"), "这一步不归您处理")
	has(t, h.says(turntest.School, "更正 "+f.ID), "请写上内容，例如：更正 "+f.ID+" 点错了")
	has(t, h.says(turntest.School, "更正 "+f.ID+" #1 点错了"), "又有了新的一步，没有再撤销")
	has(t, h.says(turntest.School, "更正 "+f.ID+" 贴错了"), "要撤销陈一帆备案的", "原因：贴错了", "[确认撤销]")
	if n := h.Filing(turntest.Applicant).Notice; n.State != workflow.NoticePosted {
		t.Fatalf("asking voids: the notice is %s", n.State)
	}
	button := h.button(turntest.School, "确认撤销")
	has(t, h.says(turntest.School, button), "已更正：陈一帆的备案", "两条记录都留着")
	has(t, h.says(turntest.School, button), "没有什么可以更正")
	if n := h.Filing(turntest.Applicant).Notice; n.State != workflow.NoticeHanded {
		t.Errorf("the notice is %s", n.State)
	}
}

// TestCorrectedCertificate: a new certificate that was a slip is taken back with the step that brought it.
func TestCorrectedCertificate(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.Does(turntest.Applicant, workflow.Command{Action: workflow.Approve, Actor: college})
	h.Does(turntest.Applicant, workflow.Command{Action: workflow.Submit, Actor: school, Attested: true})
	h.must(h.Act(t.Context(), workflow.Inbound{Person: turntest.Applicant}, func(t *turn.Turn) error {
		today := t.Today()
		renewed := *t.Case.Certificate
		renewed.ID, renewed.RecognisedOn = "new", today
		t.Out.Renewed = &renewed
		_, err := t.ApplyAll(workflow.Report)
		if err != nil {
			return err
		}
		return t.Try(workflow.Command{Action: workflow.ReportApproved, Actor: t.Self(), From: today, Text: "审核通过"})
	}))
	h.says(turntest.School, "更正 "+f.ID+" 看错了人")
	has(t, h.taps(turntest.School, "确认撤销"), "已更正")
	c, err := h.PersonCase(t.Context(), turntest.Applicant)
	h.must(err)
	if c.Certificate.ID != "cert-p1" {
		t.Errorf("the certificate is %s", c.Certificate.ID)
	}
}

// TestStatus: handlers and the applicant report what the system shows, word for word.
func TestStatus(t *testing.T) {
	h := newHall(t)
	f := h.printed(turntest.Applicant)
	h.says(turntest.School, "状态 "+f.ID+" 审核中；请等待")
	h.says(turntest.Applicant, "状态 "+f.ID+" ＡＢＣ 330199198503121016")
	has(t, h.says(turntest.Stranger, "状态 "+f.ID+" 审核中"), "没有找到这份备案")
	want := "s1 as SCHOOL_HANDLER: 审核中；请等待|p1 as APPLICANT: ＡＢＣ (证件号码)"
	if got := strings.Join(h.told, "|"); !strings.EqualFold(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
