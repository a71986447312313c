package applicant

import (
	"slices"
	"strings"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/command/commandtest"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func specs() []command.Spec {
	var out []command.Spec
	for _, c := range New(nil, Deps{}).Commands() {
		out = append(out, c.Spec)
	}
	return out
}

// TestRoundTrip: whatever can be said here is read as the command that it is listed under.
func TestRoundTrip(t *testing.T) { commandtest.RoundTrip(t, specs()) }

func list(t testing.TB) *command.List {
	t.Helper()
	l, err := command.NewList(specs())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestUnderstand: what people write in their own words, and what is left to other rooms.
func TestUnderstand(t *testing.T) {
	l := list(t)
	for words, want := range map[string]string{
		"您好。": "hello", "Hi": "hello", "我同意": "consent", "agree and continue": "consent", "到哪了?": "progress",
		"状态": "progress", "状态：审核中": "status", "状态: 审核中": "status", "状态变成审核中": "status", "系统状态：待预审": "status",
		"系统显示：审核通过": "status", "The system shows 审核中": "status", "状态：学历审核中，手机 13900001111": "status",
		"状态 K7M2Q9XD 审核中": "", "状态K7M2Q9XD 审核中": "", "系统显示": "",
		"12月20": "date", "2026-12-20。": "date", "发证日期 2026年12月20日": "date", "发证日期：2026-12-20": "date", "下周三": "date",
		"手机 13900001111": "set", "+86 13900001111": "set", "Mobile 13900001111": "set", "手机 139，职称有变化": "set",
		"改手机": "ask_field", "改一下手机号": "ask_field", "我手机号换了": "ask_field", "电话填错了": "ask_field",
		"change mobile": "ask_field", "我要改政治面貌吧": "ask_field", "改天气": "",
		"职称变了": "answer", "合同没变化": "answer", "职称：副教授": "answer", "我的职称现在是研究员": "answer", "我评上副教授了": "answer",
		"my contract has not been renewed": "answer", "职称变了吗": "",
		"我升D类了": "category", "评上B类": "category", "护照换了": "identity", "确认离职 k7m2q9xd": "left", "弄错了": "mistake",
		"确定删除": "delete", "确定删除 Ｋ７Ｍ２Ｑ９ＸＤ": "delete_yes", "取消": "no", "好的，改": "yes", "好的": "ok", "谢谢": "ok",
		"手册 登录": "manual", "手册登录": "manual", "手册目录": "manual", "手册 在哪里 看": "",
		"租房补贴申请。": "menu", "退出": "menu_exit", "一周后提醒": "snooze", "请 2 个月之后再提醒我": "snooze", "后天叫我": "snooze",
		"remind me in a week": "snooze", "提醒我": "", "知道了": "acknowledge", "我不备案": "decline",
		"备注：下周补": "note", "留言": "note", "那个东西怎么弄": "", "": "", "我在职": "", "人工": "", "查 陈一帆": "",
	} {
		if got, _, _ := l.Recognise(command.Hear(words, calendar.NewDate(2026, 11, 23))); got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
}

// FuzzUnderstand: nothing that is typed breaks the readers, and what they read of a field is a part of it.
func FuzzUnderstand(f *testing.F) {
	for _, s := range []string{
		"你好", "手机改成 139", "状态：", "系统显示「", "\u202e手机", "职称：副教授，合同没变", "三天后提醒", "改，手机", "学历ﬁ博士", "İ姓名：a",
	} {
		f.Add(s)
	}
	l := list(f)
	f.Fuzz(func(_ *testing.T, s string) {
		l.Recognise(command.Hear(s, calendar.NewDate(2026, 11, 23)))
	})
}

// TestHelpOffers: help offers what makes sense at a step, and is answered there with more than a no.
func TestHelpOffers(t *testing.T) {
	const always = "certificate withdraw seen export manual why why_told"
	steps := map[workflow.StepKind]string{
		workflow.StepConsent: "hello consent notice_full english certificate seen export manual why why_told" +
			" later snooze decline",
		workflow.StepConfirm: "hello english not_yet category identity left save delete progress answer fields ask_field" +
			" redo set " + always,
		workflow.StepPaper: "hello english not_yet reprint signed note delete progress timeline portal bundle" +
			" fields ask_field set " + always,
		workflow.StepMaterial: "hello english fetch how_download waive note delete progress timeline portal bundle" +
			" answer fields ask_field set " + always,
		workflow.StepHandIn: "hello english auto hand_in save_materials note delete progress timeline portal bundle" +
			" fields ask_field set " + always,
		workflow.StepOfficial: "hello english progress timeline receipt portal bundle status fields " + always,
		workflow.StepDownload: "hello english progress timeline portal bundle generated fetched fields " + always,
	}
	everything := "yes no ok redo_yes delete_yes withdraw_yes back skip mistake resume_reminders acknowledge" +
		" auto_fetch restore"
	for _, offered := range steps {
		everything += " " + offered
	}
	for step, want := range steps {
		k := newTalk(t).at(step)
		var got []string
		k.acts(func(t *turn.Turn) error {
			for _, c := range k.room.Commands() {
				if c.When == nil || c.When(t) {
					got = append(got, c.Name)
				}
			}
			return nil
		})
		for _, name := range strings.Fields(want) {
			if !slices.Contains(got, name) {
				t.Errorf("at %s, %s is not offered", step, name)
			}
		}
		for _, name := range got {
			if !strings.Contains(" "+everything+" ", " "+name+" ") {
				continue // one that this test does not know
			}
			if !slices.Contains(strings.Fields(want), name) {
				t.Errorf("at %s, %s is offered", step, name)
			}
		}
	}
}
