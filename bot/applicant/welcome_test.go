package applicant

import (
	"strings"
	"testing"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
)

func TestWelcome(t *testing.T) {
	k := newTalk(t)
	k.hears("在吗", "陈一帆老师", "2026-12-10 到期，还剩 17 天", "[同意并开始]")
	k.hears("那个怎么弄", "[同意并开始]") // somebody new is greeted, whatever they begin with
	k.hears("完整告知", "27 项备案信息", "[同意并开始]")
	k.hears("同意并开始", "③ 核对信息 (3/6)", "[全部无误]")
	if f := k.filing(); f.State != workflow.Draft || f.Person != turntest.Applicant {
		t.Errorf("%+v", f)
	}
	k.hears("同意并开始", "③ 核对信息 (3/6)") // again: nothing new
	k.hears("你好", "③ 核对信息 (3/6)")
	if f := k.filing(); f.Seq != 2 {
		t.Errorf("%d events", f.Seq)
	}
	early(newTalk(t)).hears("你好", "2027-02-28 起可以")
}

// TestNewNotice: who agreed to an older notice is asked again, and goes on where they were (T01).
func TestNewNotice(t *testing.T) {
	k := newTalk(t).at(workflow.StepPaper)
	k.agrees("older")
	k.hears("进度", "告知有更新", "[同意并继续]")
	k.hears("同意并继续", "④ 打印·公示·签章 (4/6)")
	k.hears("进度", "陈一帆老师的备案")
}

// TestHandlersAreGreetedAsHandlers: who handles filings and has no certificate has nothing to agree to.
func TestHandlersAreGreetedAsHandlers(t *testing.T) {
	k := talkOf(t, turntest.Handler)
	k.hears("你好", "handler")
	k.hears("什么", "handler")
	k.agrees(k.Kernel.Rules().Current.Consent)
	k.hears("你好", "handler")
}

// TestLanguage: who has a foreign document is asked once; what is chosen stays.
func TestLanguage(t *testing.T) {
	k := newTalk(t).values(string(workflow.IDType), identity.Passport)
	k.hears("hello", "Which language do you prefer", "[English]", "[中文]")
	k.hears("English", "① Notice and consent (1/6)", "[Agree and start]")
	k.hears("hello", "[Agree and start]")
	k.hears("Agree and start", "③ Check the form (3/6)")
	k.hears("Mobile 13900002222, Position 副教授", "Mobile 139", "[Save and print]")
	k.hears("title changed", "title changed, please send the title certificate")
	k.hears("change my mobile", "An 11-digit mainland mobile number", "[No change]")
	if got := k.Says("No change"); !strings.Contains(got, "Put back") {
		t.Error(got)
	}
	k.hears("All correct", "④ Print, notice, seal")
	k.hears("中文", "④ 打印·公示·签章")
}

// TestSettle: what time and the roster have brought about is seen before the message is looked at.
func TestSettle(t *testing.T) {
	k := early(newTalk(t))
	k.hears("同意并开始", "2027-02-28 起可以")
	k.hears("进度", "2027-02-28 起可以")
	k.On(calendar.NewDate(2027, 2, 28))
	k.hears("进度", "现在可以备案", "[开始备案]")
	if f := k.filing(); f.State != workflow.Eligible {
		t.Errorf("in %s", f.State)
	}
	k.hears("开始备案", "③ 核对信息 (3/6)")

	k = blocked(workflow.UnitUnregistered)(newTalk(t))
	k.hears("同意并开始", "还没有在认定系统登记")
	k.certificate(func(*workflow.Certificate) {}) // HR puts it right
	k.hears("进度", "可以开始", "[开始备案]")
}

// TestOverdue: who is late may still file, and the day is on record.
func TestOverdue(t *testing.T) {
	k := newTalk(t).at(workflow.StepPaper)
	k.On(calendar.NewDate(2026, 12, 11))
	k.hears("进度", "证书到期")
}

func TestNotYet(t *testing.T) {
	newTalk(t).at(workflow.StepConfirm).hears("系统提示未到时间", "以认定系统的识别为准")
}

// TestNoFiling: what needs a filing says so when there is none.
func TestNoFiling(t *testing.T) {
	k := newTalk(t).at(workflow.StepFinished)
	k.hears("进度", "全部完成", "陈一帆老师的备案")

	k = newTalk(t).at(workflow.StepConfirm)
	k.hears("删除备案", "要删除这份备案吗", "[确定删除]")
	k.hears("确定删除 AAAAAAAA", "要删除这份备案吗") // another one's button
	k.hears("确定删除 "+strings.ToLower(k.filing().ID), "11-24 10:00 前可以恢复", "[恢复备案]")
	k.hears("进度", "11-24 10:00 前可以恢复")
	k.hears("恢复备案", "③ 核对信息 (3/6)")
	k.hears("恢复备案", "没有删除过")
	k.Says("确定删除 " + k.filing().ID)
	k.On(calendar.NewDate(2026, 11, 25))
	if got := k.hears("进度", "可以开始"); strings.Contains(got, "前可以恢复") {
		t.Error(got)
	}
	old := k.filing().ID
	k.hears("开始备案", "③ 核对信息 (3/6)")
	if f := k.filing(); f.State != workflow.Draft || f.ID == old {
		t.Errorf("%s in %s", f.ID, f.State)
	}

	k = newcomer(t)
	k.hears("恢复备案", "没有您的人才证书")
}
