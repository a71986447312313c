package applicant

import (
	"slices"
	"strings"
	"testing"

	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// TestChange: what makes a printed paper void is asked back, and done on a yes only (R-E05).
func TestChange(t *testing.T) {
	k := newTalk(t).at(workflow.StepPaper)
	k.hears("手机 13900002222", "第 1 版申请表已经打印过，改了就作废", "[确定，出新版]", "[不改了]")
	k.hears("不改了", "没有改动")
	k.hears("确定", "没有等您确认的修改")
	k.hears("手机 13900002222", "确定要改吗")
	k.hears("好的", "第 1 版申请表作废，新的第 2 版")
	if f := k.filing(); f.Values[workflow.Phone] != "13900002222" || f.Revision != 2 {
		t.Errorf("revision %d, %s", f.Revision, f.Values[workflow.Phone])
	}
	k.hears("确定", "没有等您确认的修改") // it was done
	k.hears("谢谢", "④ 打印·公示·签章")
	k.hears("手机 13900002222", "和现在的一样，不用改")
	k.hears("改手机", "手机现在是")
	k.hears("确定", "没有等您确认的修改") // a question, no change
}

// TestRepublish: a change of what is published goes to the college again (T07).
func TestRepublish(t *testing.T) {
	k := newTalk(t).at(workflow.StepPaper)
	k.Does(k.person, workflow.Command{Action: workflow.PostNotice, Actor: college, From: k.Kernel.Today()})
	k.hears("职务 副教授", "公示信息上也有这一项")
	k.Jobs()
	k.hears("确定，出新版", "已请何清越老师确认原公示是否有效")
	if len(k.Jobs()) == 0 {
		t.Error("the college does not hear of it")
	}
	k.hears("确定", "没有等您确认的修改") // it was done
	k.hears("职务 教授，手机 13900002222，合同没变化", "合同没有变化", "确定要改吗")
}

// TestReviewed: in review a change takes the filing back; what a return left accepted is named.
func TestReviewed(t *testing.T) {
	k := newTalk(t).at(workflow.StepReview)
	k.hears("手机 13900002222", "备案也会从预审退出")
	k.Does(k.person, workflow.Command{
		Action: workflow.Return, Actor: college,
		Items: []workflow.ReturnItem{{Field: workflow.Post, Reason: "field_blank"}},
	})
	k.hears("手机 13900002222", "老师没有退回手机，改了要重新看")
	if got := k.hears("职务 副教授", "确定要改吗"); strings.Contains(got, "老师没有退回") {
		t.Error(got)
	}
	k.hears("确定，出新版", "第 2 版")
	k = newTalk(t).at(workflow.StepOfficial)
	k.hears("手机 13900002222", "学校已经上报，现在不能修改或删除")
	if len(k.waiting()) != 0 {
		t.Errorf("%v waits", k.waiting())
	}
}

// TestTakeBackFill: in a draft, no is an undo of what was filled in last.
func TestTakeBackFill(t *testing.T) {
	k := newTalk(t).without(workflow.Industry).at(workflow.StepConfirm)
	k.hears("不改了", "没有改动")
	k.hears("产业 教育，职务 副教授", "从事产业类别 教育")
	k.hears("不改了", "已改回", "从事产业类别 (空)", "行政职务 讲师")
	if v := k.filing().Values; v[workflow.Industry] != "" || v[workflow.Post] != "讲师" {
		t.Errorf("%v", v)
	}
}

func TestForm(t *testing.T) {
	k := newTalk(t).without(workflow.Industry).at(workflow.StepConfirm)
	k.hears("职务 副教授", "讲师 → 副教授")
	k.hears("全部字段", "! 12 从事产业类别", "✎ 16 行政职务：副教授", "✓ 1 姓名：陈一帆", "· 5 照片：(空)", "330∗", "[我来填]")
	k.hears("上一步", "✎ 16 行政职务：副教授")
	k.hears("跳过", "不能跳过", "还缺：从事产业类别")
	k.hears("重来", "改回上次认定时的内容", "[确定重来]")
	k.hears("确定重来", "③ 核对信息 (3/6)")
	k.hears("确定重来", "③ 核对信息 (3/6)")
	if v := k.filing().Values[workflow.Post]; v != "讲师" {
		t.Errorf("the post is %s", v)
	}
	k = newTalk(t).at(workflow.StepPaper)
	k.hears("重来", "要删除这份备案吗")
	k.hears("确定重来", "要删除这份备案吗")
	if k.filing().State != workflow.Saved {
		t.Errorf("in %s", k.filing().State)
	}
}

// TestSave: the papers are made once, the form goes to the applicant and the notice to the college.
func TestSave(t *testing.T) {
	k := newTalk(t).at(workflow.StepConfirm)
	k.hears("全部无误", "公示信息已转给何清越老师张贴", "备案申请表(第 1 版)")
	if s := k.Chat.Sent(); len(s) != 1 || s[0].File != "备案申请表(第1版).pdf" {
		t.Errorf("%+v", s)
	}
	k.hears("保存", "④ 打印·公示·签章")
	if f := k.filing(); f.Revision != 1 || f.Notice.State != workflow.NoticeHanded || f.Questions() != nil {
		t.Errorf("revision %d, %s, %v", f.Revision, f.Notice.State, f.Questions())
	}
	k.Chat.Sent()
	k.hears("重发申请表", "④ 打印·公示·签章")
	if s := k.Chat.Sent(); len(s) != 1 || s[0].File != "备案申请表(第1版).pdf" {
		t.Errorf("%+v", s)
	}
	k.hears("签好了", "您已签字")
	k.hears("签好了", "和现在的一样")
	newTalk(t).at(workflow.StepConfirm).hears("重发", "③ 核对信息")
}

// TestSaveIsAConsent: that the college publishes the notice is agreed to by the button that says so.
func TestSaveIsAConsent(t *testing.T) {
	k := newTalk(t).at(workflow.StepConfirm)
	k.acts(func(t *turn.Turn) error {
		err := k.room.enter(t).save()
		if !slices.Equal(t.Out.Separate, []string{workflow.ConsentPublish}) {
			k.t.Errorf("%v", t.Out.Separate)
		}
		return err
	})
}

func TestInsurance(t *testing.T) {
	k := newTalk(t).at(workflow.StepMaterial)
	k.hears("自动获取失败", "参保证明怎么下载")
	k.hears("怎么下载", "浙江政务服务网")
	k.hears("已自动获取", "参保证明由系统自动获取", "材料齐了")
	k = newTalk(t).at(workflow.StepMaterial)
	k.hears("不适用", "不缴纳社保的财政补助单位人员", "材料齐了")
	k = newTalk(t).at(workflow.StepMaterial)
	k.Does(k.person, workflow.Command{
		Action: workflow.Upload, Slot: workflow.SlotInsurance, File: &workflow.File{ID: "g", Pages: 1, Checked: true},
	})
	k.hears("不适用", "参保证明已经收到，没有改动")
	k.hears("已自动获取", "参保证明已经收到，没有改动")
}

// TestHandIn: now, or by itself when the notice is over (T09).
func TestHandIn(t *testing.T) {
	k := newTalk(t).at(workflow.StepHandIn)
	k.hears("保存材料", "材料已保存", "[期满自动送审]")
	k.hears("保存材料", "材料齐了")
	k.hears("送审", "公示还没有期满", "[期满自动送审]")
	k.hears("期满自动送审", "我自动送")
	if !k.filing().AutoHandIn || k.filing().State != workflow.Ready {
		t.Errorf("auto %v in %s", k.filing().AutoHandIn, k.filing().State)
	}
	k.On(calendar.NewDate(2026, 12, 1))
	k.hears("期满自动送审", "已送何清越老师预审")
	if k.filing().State != workflow.Prereview {
		t.Errorf("in %s", k.filing().State)
	}
	newTalk(t).at(workflow.StepPaper).hears("送审", "还差：备案申请表")
}

func TestNote(t *testing.T) {
	k := newTalk(t).at(workflow.StepPaper)
	k.hears("留言", "想对经办人说的话写在后面")
	k.hears("备注：", "想对经办人说的话写在后面")
	k.hears("留言：合同原件在外地，号码 330199198503121016", "留言已记下", "合同原件在外地，号码 (证件号码)")
	k.hears("备注 "+strings.Repeat("长", 201), "最多 200 字")
	if n := k.filing().Note; n != "合同原件在外地，号码 (证件号码)" {
		t.Errorf("the note is %s", n)
	}
	k = newTalk(t).at(workflow.StepFinished)
	k.hears("留言 你好", "现在做不了这一步")
}

// TestDeleteFrozen: what the school has handed over cannot be deleted (R-G05).
func TestDeleteFrozen(t *testing.T) {
	k := newTalk(t).at(workflow.StepOfficial)
	k.hears("确定删除 "+k.filing().ID, "现在不能修改或删除")
	if !k.filing().State.HandedOver() {
		t.Errorf("in %s", k.filing().State)
	}
}
