package bot

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func TestUnderstand(t *testing.T) {
	today := calendar.NewDate(2026, 11, 23)
	for text, want := range map[string]wish{
		"你好": wishHello, "您好。": wishHello, "Hi": wishHello, "同意并开始": wishConsent, "全部无误": wishSave, "保存并出表": wishSave,
		"全部字段": wishFields, "到哪了?": wishProgress, "进度": wishProgress, "为什么": wishWhy, "不适用": wishWaive,
		"期满自动送审": wishAuto, "我自己送审": wishHandIn, "申请预审": wishHandIn, "保存材料": wishMaterials, "确定，出新版": wishYes,
		"不改了": wishNo, "系统显示 审核通过": wishStatus, "状态变成审核中": wishStatus, "系统状态：待预审": wishStatus, "12月20": wishDate,
		"2026-12-20": wishDate, "发证日期 2026年12月20日": wishDate, "公示 K7M2Q9XD 今天": wishPost, "异议 K7M2Q9XD 单位不符": wishObject,
		"状态 K7M2Q9XD 审核中": wishStatus, "手机 13900001111": wishSet, "13900001111": wishSet, "那个东西怎么弄": wishUnknown, "": wishUnknown,
		"改手机": wishAskField, "改一下手机号": wishAskField, "我手机号换了": wishAskField, "电话填错了": wishAskField, "change mobile": wishAskField,
		"上一步": wishBack, "跳过": wishSkip, "重来": wishRedo, "取消": wishNo, "人工": wishHuman, "English": wishEnglish, "中文": wishChinese,
		"弄错了": wishMistake, "Mobile 13900001111": wishSet, "我升D类了": wishCategory, "护照换了": wishIdentity, "职称变了": wishAnswer,
		"合同没变化": wishAnswer, "职称：副教授": wishAnswer, "我的职称现在是研究员": wishAnswer, "我评上副教授了": wishAnswer, "手册 登录": wishManual, "盖章 K7M2Q9XD": wishSeal, "更正 K7M2Q9XD 点错了": wishCorrect,
		"公示 K7M2Q9XD 有效": wishKeep, "异议处理 K7M2Q9XD 不成立": wishSettle, "回复 K7M2Q9XD 一楼": wishReply, "系统提示未到时间": wishNotYet, "查看 K7M2Q9XD": wishView, "查 陈一帆": wishFind, "一周后提醒": wishSnooze, "3 天后提醒": wishSnooze, "知道了": wishAck,
		"放入 2 0123456789abcdef0123456789abcdef": wishPlace, "放入 9 0123456789abcdef0123456789abcdef": wishUnknown, "我在职": wishUnknown,
	} {
		if got := understand(text, today); got.wish != want {
			t.Errorf("%q: %s, want %s", text, got.wish, want)
		}
	}
}

func TestAssignments(t *testing.T) {
	type pair struct {
		Key   workflow.Key
		Value string
	}
	for text, want := range map[string][]pair{
		"手机 13900001111":            {{workflow.Phone, "13900001111"}},
		"手机：139 0000 1111":          {{workflow.Phone, "139 0000 1111"}},
		"手机改成 13900001111":          {{workflow.Phone, "13900001111"}},
		"我的手机号换成13900001111":        {{workflow.Phone, "13900001111"}},
		"把手机改为 13900001111":         {{workflow.Phone, "13900001111"}},
		"来杭 2015年7月，产业教育":           {{workflow.ArrivedOn, "2015年7月"}, {workflow.Industry, "教育"}},
		"来杭工作时间: 2015-07-01\n职务: 无": {{workflow.ArrivedOn, "2015-07-01"}, {workflow.Post, "无"}},
		"职务 副院长，兼系主任":               {{workflow.Post, "副院长，兼系主任"}},
		"申报条件：省自然科学奖（一等），前3名":       {{workflow.Condition, "省自然科学奖（一等），前3名"}},
		"最高学历=博士研究生; 学位=博士":         {{workflow.Education, "博士研究生"}, {workflow.Degree, "博士"}},
		"我在职":          nil,
		"手机":           nil,
		"所学专业(学位) 统计学": {{workflow.DegreeMajor, "统计学"}},
		"政治面貌填党员":      {{workflow.Politics, "党员"}},
		"手机 13900001111 谢谢，今天天气不错":   {{workflow.Phone, "13900001111 谢谢"}},
		"我的手机号换成13900002222了，职务升副教授": {{workflow.Phone, "13900002222了"}, {workflow.Post, "副教授"}},
	} {
		var got []pair
		set, _ := assignments(text)
		for _, a := range set {
			got = append(got, pair{a.field.Key, a.value})
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
}

// TestStatusIsVerbatim: T15.
func TestStatusIsVerbatim(t *testing.T) {
	for text, want := range map[string]string{
		"异议 K7M2Q9XD 号码 330199198503121016 不对": "号码 (证件号码) 不对",
		"系统显示：受理中，预计三个工作日（待补）":                 "受理中，预计三个工作日（待补）", "状态 K7M2Q9XD 审核中；请等待": "审核中；请等待", "系统显示「ＡＢＣ」": "ＡＢＣ",
	} {
		if got := understand(text, calendar.NewDate(2026, 11, 23)).text; got != want {
			t.Errorf("%q: stored as %q, want %q", text, got, want)
		}
	}
}

func TestOfficialWords(t *testing.T) {
	for text, want := range map[string][2]bool{
		"审核通过": {true, false}, "通过": {true, false}, "审核不通过": {false, false}, "未通过": {false, false},
		"预审通过": {false, false}, "退回修改": {false, true}, "审核中": {false, false}, "不予通过": {false, false}, "审核没有通过": {false, false},
	} {
		if got := [2]bool{view.Passed(text), view.SentBack(text)}; got != want {
			t.Errorf("%q: passed, sent back = %v, want %v", text, got, want)
		}
	}
}

func FuzzUnderstand(f *testing.F) {
	for _, s := range []string{"你好", "手机改成 139", "公示 K7M2Q9XD 11-24 至 12-01", "放入 1 ", "系统显示", "\u202e手机"} {
		f.Add(s)
	}
	today := calendar.NewDate(2026, 11, 23)
	f.Fuzz(func(t *testing.T, s string) {
		if understand(s, today).wish == "" {
			t.Errorf("%q has no wish", s)
		}
	})
}

// TestReadAway: dates and the deputy, whose name may hold any of the words around it.
func TestReadAway(t *testing.T) {
	today := calendar.NewDate(2026, 11, 25) // a Wednesday
	for text, want := range map[string]spokenAway{
		"12-01 至 12-05，由沈拾玉代理": {calendar.NewDate(2026, 12, 1), calendar.NewDate(2026, 12, 5), "沈拾玉"},
		"明天 至 下周五，由代晓明代理":      {calendar.NewDate(2026, 11, 26), calendar.NewDate(2026, 12, 4), "代晓明"},
		"周五，请由之老师代为处理":         {calendar.NewDate(2026, 11, 27), calendar.NewDate(2026, 11, 27), "由之"},
		"12-01 到 12-02 沈拾玉代理":  {calendar.NewDate(2026, 12, 1), calendar.NewDate(2026, 12, 2), "沈拾玉"},
		"12-01":                {calendar.NewDate(2026, 12, 1), calendar.NewDate(2026, 12, 1), ""},
	} {
		if got := readAway(text, today); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
