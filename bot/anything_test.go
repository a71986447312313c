package bot

import (
	"strings"
	"testing"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/workflow"
)

// everySteps are the steps of a filing, each reached by talking.
var everyStep = []workflow.StepKind{
	workflow.StepConsent, workflow.StepConfirm, workflow.StepPaper, workflow.StepMaterial, workflow.StepHandIn, workflow.StepReview,
	workflow.StepOfficial, workflow.StepDownload, workflow.StepFinished,
}

// TestAnythingIsAnswered: whatever is sent at whatever step, the answer says where the
// person is or what is needed; it is never silence and never only "not understood".
func TestAnythingIsAnswered(t *testing.T) {
	words := []string{
		"上一步", "跳过", "改手机", "取消", "重来", "进度", "为什么", "帮助", "人工", "改一下手机号", "弄错了", "到哪了", "那个东西怎么弄",
		"😀", "？？？", "", "1", strings.Repeat("很长的话", 4000), "公示要几天", "确定", "确定删除 AAAAAAAA", "放入 2 0123456789abcdef0123456789abcdef",
		"同意并开始", "全部无误", "送审", "期满自动送审", "不适用", "已下载新证书", "系统显示 审核中", "12月20日", "手机 12345", "性别 女", "330199198503121016",
		"我离职了", "我升D类了", "护照换了", "恢复备案", "签好了", "职称有变化", "手册", "手册 材料", "重发申请表", "删除备案", "English",
	}
	for _, s := range everyStep {
		k := newTalk(t).at(s)
		for _, w := range words {
			again := *k
			got := again.says(w)
			if len([]rune(got)) < 8 || strings.Contains(got, "<no value>") || strings.Contains(got, "{{") {
				t.Errorf("at %s, %.20q is answered %q", s, w, got)
			}
			if strings.Contains(got, "330199198503121016") {
				t.Errorf("at %s, %.20q is answered with the number", s, w)
			}
		}
		for _, kind := range []string{"video", "audio", "unknownMsgType", "interactiveCard"} {
			again := *k
			got := again.sends(dingtalk.Incoming{Kind: kind})
			if len([]rune(got)) < 8 {
				t.Errorf("at %s, %s is answered %q", s, kind, got)
			}
		}
	}
}

// TestVoice: what DingTalk heard is said first, then it is what they typed.
func TestVoice(t *testing.T) {
	got := newTalk(t).at(workflow.StepConfirm).sends(dingtalk.Incoming{Kind: "audio", Text: "我手机号换了"})
	if !strings.Contains(got, "听到的是「我手机号换了」") || !strings.Contains(got, "新的是什么") {
		t.Error(got)
	}
}

// TestFieldsByName: 改 X asks, 重来 puts back.
func TestChangeAndRedo(t *testing.T) {
	k := newTalk(t).at(workflow.StepConfirm)
	if got := k.says("改一下手机号"); !strings.Contains(got, "手机现在是「139∗∗∗∗1111」") || !strings.Contains(got, "例如：手机 13900001111") {
		t.Error(got)
	}
	k.says("职务 副教授")
	if got := k.says("重来"); !strings.Contains(got, "改回上次认定时的内容") {
		t.Error(got)
	}
	k.says("确定重来")
	if v := k.c.Filing.Values[workflow.Post]; v != "讲师" {
		t.Errorf("the post is %s", v)
	}
	if got := k.says("跳过"); !strings.Contains(got, "不能跳过") {
		t.Error(got)
	}
}

// TestNewTitle: where the form has a title as the position, a new title changes it, and asks
// for the certificate (storyboard B); elsewhere it only asks.
func TestNewTitle(t *testing.T) {
	for _, c := range []struct{ post, say, want, not string }{
		{"讲师", "职称改成副教授", "行政职务 讲师 → 副教授；职称有变化", ""},
		{"讲师", "我评上教授了", "行政职务 讲师 → 教授；职称有变化", ""},
		{"讲师", "手机 13900001111，职称：副教授", "行政职务 讲师 → 副教授", ""},
		{"讲师", "合同有变化，手机 13900001111", "合同有变化", "行政职务"},
		{"讲师", "工作单位 示例大学，合同没变化", "工作单位 示例师范大学 → 示例大学；合同没有变化", "，合同"},
		{"副院长", "职称改成副教授", "职称有变化，要交职称证书", "行政职务"},
		{"讲师", "我评上正高了", "职称有变化，要交职称证书", "行政职务"},
		{"讲师", "职称没变化", "职称没有变化", "行政职务"},
	} {
		k := newTalk(t)
		k.c.Certificate.Values[workflow.Post] = c.post
		k.at(workflow.StepConfirm)
		got := k.says(c.say)
		if !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%s, %s: %s", c.post, c.say, got)
		}
	}
	k := newTalk(t)
	k.c.Certificate.Values[workflow.Post] = "讲师"
	k.at(workflow.StepPaper)
	if got := k.says("职称改成副教授"); !strings.Contains(got, "讲师 → 副教授") || !strings.Contains(got, "作废") || !strings.Contains(got, "另外需要 职称证书") {
		t.Error(got)
	}
}

// TestUndrawable: a character that cannot be printed is told before anything is promised,
// when it is typed and when the roster has it.
func TestUndrawable(t *testing.T) {
	k := newTalk(t).at(workflow.StepConfirm)
	got := k.says("毕业院校 示例" + string(unprintable) + "大学")
	if !strings.Contains(got, string(unprintable)) || !strings.Contains(got, "印不出来") {
		t.Error(got)
	}
	k = newTalk(t)
	k.c.Certificate.Values[workflow.School] = "示例" + string(unprintable) + "大学"
	k.at(workflow.StepConfirm)
	if got := k.says("全部无误"); !strings.Contains(got, "印不出来") || k.c.Filing.State != workflow.Draft {
		t.Errorf("%s, %s", got, k.c.Filing.State)
	}
}
