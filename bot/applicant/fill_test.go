package applicant

import (
	"context"
	"strings"
	"testing"

	"example.org/beian/workflow"
)

// without takes values out of the certificate, so that they are asked for.
func (k *talk) without(keys ...workflow.Key) *talk {
	return k.certificate(func(c *workflow.Certificate) {
		for _, key := range keys {
			delete(c.Values, key)
		}
	})
}

// waiting is what waits for an answer.
func (k *talk) waiting() workflow.Values {
	v, err := k.Pending(context.Background(), k.person)
	if err != nil {
		k.t.Fatal(err)
	}
	return v
}

func TestFill(t *testing.T) {
	k := newTalk(t).without(workflow.ArrivedOn, workflow.Industry).at(workflow.StepConfirm)
	k.hears("你好", "还缺 2 项", "来杭工作时间、从事产业类别")
	k.hears("全部无误", "还差：来杭工作时间、从事产业类别")
	k.hears("来杭 2015年7月，产业教育", "来杭工作时间 2015-07-01", "按 1 日记", "从事产业类别 教育", "[保存并出表]")
	k.hears("手机 13900002222，今天天气不错", "手机 139∗∗∗∗1111 → 139∗∗∗∗2222", "「今天天气不错」这一段没有看懂")
	if v := k.filing().Values; v[workflow.Phone] != "13900002222" || v[workflow.ArrivedOn] != "2015-07-01" {
		t.Errorf("%v", v)
	}
	k.hears("类别 D", "类别有变更的，不走备案", "[我的类别变了]")
	k.hears("照片：新的", "照片在认定系统里点")
}

// TestIdentityIsCompared: the same, written differently, is no change (R-C10).
func TestIdentityIsCompared(t *testing.T) {
	k := newTalk(t).at(workflow.StepConfirm)
	k.hears("姓名 陈一帆，证件号 330199 19850312 1016", "姓名 与原认定相同", "证件号码 与原认定相同", "不用改")
	if got := k.Says("证件号 330199199006051023"); strings.Contains(got, "19900605") {
		t.Error("the number is said back:", got)
	}
}

// TestFaultsAskAgain: a value that cannot be taken is asked for, and the next words are its answer.
func TestFaultsAskAgain(t *testing.T) {
	k := newTalk(t).at(workflow.StepConfirm)
	k.hears("最高学历 研究生", "最高学历的「研究生」是哪一个：博士研究生、硕士研究生")
	k.hears("硕士研究生", "博士研究生 → 硕士研究生")
	if len(k.waiting()) != 0 {
		t.Errorf("%v still waits", k.waiting())
	}
	k.hears("系主任", "我没有看懂") // nothing is asked any more
	k.hears("手机 139，民族 火星", "您发的是 3 位", "民族没有「火星」这一项", "壮族、…")
	k.hears("学历 博", "最高学历没有「博」")
	if v := k.filing().Values[workflow.Education]; v != "硕士研究生" {
		t.Errorf("the education is %s", v)
	}
}

// TestBare: words without a label answer what was asked, or the one missing field that they fit.
func TestBare(t *testing.T) {
	k := newTalk(t).without(workflow.ArrivedOn, workflow.Industry).at(workflow.StepConfirm)
	k.hears("教育", "从事产业类别 教育")
	k.hears("2015-07-01", "来杭工作时间 2015-07-01") // a date is one too, where no other is asked for
	k.hears("改职务", "行政职务现在是「讲师」", "例如：行政职务 讲师", "[不改了]")
	k.hears("副教授", "讲师 → 副教授")
	k.hears("院长", "我没有看懂") // it was answered
	k.hears("改毕业时间", "毕业时间现在是")
	k.hears("2012年6月30日", "毕业时间 2013-06-30 → 2012-06-30")
	k.hears("改姓名", "姓名现在是")
	k.hears("陈二帆", "我没有看懂") // identity is never filled in
	k.hears("12月20日", "我没有看懂")
	k.at(workflow.StepPaper)
	k.hears("教育", "我没有看懂")
}

// TestNewTitle: where the form has a title as the position, a new title changes it, and asks
// for the certificate; elsewhere it only asks.
func TestNewTitle(t *testing.T) {
	for _, c := range []struct{ post, say, want, not string }{
		{"讲师", "职称改成副教授", "行政职务 讲师 → 副教授；职称有变化", ""},
		{"讲师", "我评上教授了", "行政职务 讲师 → 教授；职称有变化", ""},
		{"讲师", "手机 13900002222，职称：副教授", "行政职务 讲师 → 副教授", ""},
		{"讲师", "手机 13900002222，职称：副教授，职务 教授", "行政职务 讲师 → 教授", "副教授"},
		{"讲师", "合同有变化，手机 13900002222", "合同有变化", "行政职务"},
		{"讲师", "工作单位 示例大学，合同没变化", "工作单位 示例师范大学 → 示例大学；合同没有变化", "，合同"},
		{"副院长", "职称改成副教授", "职称有变化，要交职称证书", "行政职务"},
		{"讲师", "我评上正高了", "职称有变化，要交职称证书", "行政职务"},
		{"讲师", "职称没变化", "职称没有变化", "行政职务"},
		{"讲师", "我创业了", "创业有变化，要交", "行政职务"},
		{"讲师", "职业资格换了", "职业资格有变化，要交", "行政职务"},
	} {
		k := newTalk(t).values(string(workflow.Post), c.post).at(workflow.StepConfirm)
		got := k.hears(c.say, c.want)
		if c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%s, %s: %s", c.post, c.say, got)
		}
	}
	k := newTalk(t).at(workflow.StepPaper)
	k.hears("职称改成副教授", "讲师 → 副教授", "作废", "另外需要 职称证书")
	k.hears("确定，出新版", "第 1 版申请表作废，新的第 2 版", "还需要 职称证书")
}

// TestUndrawable: a character that cannot be printed is told before anything is promised, when it is typed
// and when the roster has it.
func TestUndrawable(t *testing.T) {
	odd := "示例" + string(unprintable) + "大学"
	k := newTalk(t).at(workflow.StepConfirm)
	k.hears("毕业院校 "+odd, string(unprintable), "印不出来")
	k = newTalk(t).values(string(workflow.School), odd).at(workflow.StepConfirm)
	k.hears("全部无误", "印不出来", "[转人工]")
	if k.filing().State != workflow.Draft {
		t.Errorf("in %s", k.filing().State)
	}
}
