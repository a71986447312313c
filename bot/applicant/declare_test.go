package applicant

import (
	"testing"

	"example.org/beian/workflow"
)

// TestCategory: a changed category ends the renewal here; said by mistake, what was filled in is there (T04).
func TestCategory(t *testing.T) {
	k := newTalk(t).at(workflow.StepConfirm)
	k.hears("职务 副教授", "讲师 → 副教授")
	k.hears("我升D类了", "不走备案", "[我说错了，继续备案]")
	k.hears("类别变了", "不走备案")
	k.hears("进度", "不走备案")
	if f := k.filing(); f.State != workflow.NotEligible || f.Reason != workflow.CategoryChanged || !f.Declared {
		t.Errorf("in %s, %s", f.State, f.Reason)
	}
	k.hears("我说错了，继续备案", "③ 核对信息 (3/6)", "副教授")
	k.hears("弄错了", "③ 核对信息 (3/6)") // nothing was declared
}

// TestDeclareAfterwards: what somebody declares when a filing has ended opens another that stops there.
func TestDeclareAfterwards(t *testing.T) {
	k := newTalk(t).at(workflow.StepFinished)
	done := k.filing().ID
	k.hears("类别变了", "不走备案")
	if f := k.filing(); f.ID == done || f.Reason != workflow.CategoryChanged {
		t.Errorf("%s, %s", f.ID, f.Reason)
	}
	k = early(newTalk(t))
	k.Says("同意并开始")
	k.hears("护照换了", "现在做不了这一步", "2027-02-28 起可以")
}

// TestIdentity: HR hears of a new document at once (T05); on the roster it is settled.
func TestIdentity(t *testing.T) {
	k := newTalk(t).at(workflow.StepConfirm)
	k.hears("证件号 330199199006051023", "不能在这里改", "[我的证件换过了]")
	k.Jobs()
	k.hears("我的证件换过了", "我已请人事处确认如何更新原记录")
	if len(k.Jobs()) == 0 {
		t.Error("HR does not hear of it")
	}
	k.values(string(workflow.IDType), "护照", string(workflow.IDNumber), "E12345678")
	k.hears("我说错了，继续备案", "③ 核对信息 (3/6)", "护照")
}

// TestLeave: leaving is asked back, and can be taken back (T22, T25).
func TestLeave(t *testing.T) {
	k := newTalk(t).at(workflow.StepPaper)
	id := k.filing().ID
	k.hears("我离职了", "不能再由我们学校上报", "[确认已离职]")
	k.hears("确认离职 AAAAAAAA", "不能再由我们学校上报")
	if k.filing().State != workflow.Saved {
		t.Errorf("in %s", k.filing().State)
	}
	k.hears("确认离职 "+id, "离职、退休后", "[我说错了，继续备案]")
	k.hears("我离职了", "离职、退休后")
	if k.filing().State != workflow.Closed {
		t.Errorf("in %s", k.filing().State)
	}
	k.hears("我说错了，继续备案", "③ 核对信息 (3/6)")
	if f := k.filing(); f.ID != id || f.State != workflow.Draft {
		t.Errorf("%s in %s", f.ID, f.State)
	}
	k = newcomer(t)
	k.agrees(k.Kernel.Rules().Current.Consent)
	k.hears("我退休了", "离职、退休后")
}
