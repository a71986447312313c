package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.org/beian/workflow"
)

// The goals of a renewal: what a person has to do, and what it takes of DingTalk's free
// quota of 5,000 calls and 3,000 pushes a month.
const (
	mostInteractions = 8
	mostMore         = 3 // for three changed fields
	mostCalls        = 24
	mostPushes       = 16
)

// TestInteractions: from 你好 to 送审, an unchanged renewal takes at most eight messages,
// files and taps of the applicant; for who cannot file, one is enough to know.
func TestInteractions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cfg.DailyCron = "0 9 1 1 *" // no reminders in between
	w.start()
	for _, c := range []struct {
		name    string
		handler string
		says    []string // after agreeing
		most    int
	}{
		{"陈一帆", "何清越", []string{"来杭 2015年7月，产业教育", "保存并出表"}, mostInteractions},
		{"周砚", "顾南枝", []string{"全部无误"}, mostInteractions},
		{"王㛃", "白予安", []string{"全部无误"}, mostInteractions},
		{"赵𬭎", "顾南枝", []string{"职称有变化，职务 教授", "保存并出表"}, mostInteractions + mostMore},
		{"吴承泽", "何清越", []string{"单位 示例师范大学，单位类别 高校，职务 讲师", "保存并出表"}, mostInteractions + mostMore},
		{"何清越", "沈拾玉", []string{"全部无误"}, mostInteractions},
	} {
		who := person(t, c.name)
		w.say(who, "你好")
		w.awaitAnswer(who)
		w.tap(who, "同意并开始")
		w.awaitAnswer(who)
		for _, s := range c.says {
			w.say(who, s)
			w.awaitAnswer(who)
		}
		w.awaitFile(who, "备案申请表")
		w.awaitButton(person(t, c.handler), "今天已张贴")
		w.tap(person(t, c.handler), "今天已张贴")
		w.sendFile(who, "扫描件.pdf", scanOf(t, w.newestForm(who, 0)))
		w.expect(who, "版 ✓")
		w.sendFile(who, "参保证明.pdf", plainPDF(t, "参保证明"+c.name))
		w.expect(who, "已放进第 2 项")
		for _, extra := range w.outstanding(who) {
			w.sendFile(who, extra.Label()+".pdf", plainPDF(t, extra.Label()+c.name))
			w.expect(who, "已放进第", extra.Label())
		}
		w.tap(who, "期满自动送审")
		w.expect(who, "自动送")
		n := 0
		for _, m := range w.messages(who, 0, "0s") {
			if m.From == "user" && !isHandling(m.text()) {
				n++
			}
		}
		if n > c.most {
			t.Errorf("%s needed %d interactions, want at most %d:\n%s", c.name, n, c.most, w.transcript(who))
		}
		t.Logf("%s: %d interactions", c.name, n)
	}
	for name, want := range map[string]string{
		"林知夏": "2027-02-28", "阿依古丽·买买提": "2026-12-05", "孙望舒": "人才认定申请", "区颖诗": "2026-11-30",
	} {
		w.say(person(t, name), "你好")
		w.expect(person(t, name), want)
	}
	for name, want := range map[string]string{
		"Anna Beispiel": "do not try again with the new number",
		"Vivian Muster": "differ now",
	} {
		w.say(person(t, name), "hello") // and the language, once
		w.awaitButton(person(t, name), "English")
		w.tap(person(t, name), "English")
		w.expect(person(t, name), want)
	}
}

// isHandling is what 何清越 does as a handler, not as an applicant.
func isHandling(s string) bool { return len(s) > 6 && s[:6] == "公示" }

// outstanding are the materials still wanted.
func (w *world) outstanding(who string) []workflow.Slot {
	w.t.Helper()
	store, done := w.store()
	defer done()
	c, err := store.PersonCase(w.t.Context(), who)
	must(w.t, err)
	return slices.Clone(c.Filing.Outstanding())
}

// TestEconomy: everything and everybody counted, an unchanged filing stays within its
// share of the quota.
func TestEconomy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cfg.DailyCron = "0 9 1 1 *" // reminders are counted elsewhere: one a week and person
	w.start()
	who, handler, hr := person(t, "陈一帆"), person(t, "何清越"), person(t, "傅明舟")
	w.say(who, "你好")
	w.awaitAnswer(who)
	w.tap(who, "同意并开始")
	w.awaitAnswer(who)
	w.say(who, "来杭 2015年7月，产业教育")
	w.awaitAnswer(who)
	w.tap(who, "保存并出表")
	w.awaitFile(who, "备案申请表")
	w.awaitButton(handler, "今天已张贴")
	w.tap(handler, "今天已张贴")
	w.expect(who, "公示已张贴")
	w.sendFile(who, "扫描件.pdf", scanOf(t, w.newestForm(who, 0)))
	w.expect(who, "版 ✓")
	w.sendFile(who, "参保证明.pdf", plainPDF(t, "参保证明"))
	w.expect(who, "材料齐了")
	w.setTime("2026-12-01 09:30")
	w.say(who, "送审")
	w.expect(who, "已送")
	w.awaitButton(handler, "通过")
	w.tap(handler, "通过")
	w.awaitButton(hr, "上报")
	w.tap(hr, "上报")
	w.expect(who, "人事处已上报")
	w.setTime("2026-12-20 10:00")
	w.say(who, "系统显示 审核通过")
	w.expect(who, "发证日期")
	w.say(who, "12月20")
	w.expect(who, "新证书")
	w.tap(who, "已下载新证书")
	w.expect(who, "全部完成")

	var calls struct {
		Calls []struct {
			Method, Path, Code string
			Status             int
			Counted            bool
		} `json:"calls"`
	}
	w.get("/sim/calls?after=0", &calls)
	counted, byPath := 0, map[string]int{}
	again := 0 // what a slow machine repeats may cost a call more
	for _, c := range calls.Calls {
		if c.Counted {
			counted++
			if c.Status != http.StatusOK {
				again++ // refused, and tried once more
			}
			byPath[strings.TrimSpace(fmt.Sprint(c.Method, " ", c.Path, " ", c.Status, " ", c.Code))]++
		}
	}
	var pushes struct {
		Pushes []struct {
			Type    string `json:"type"`
			Attempt int    `json:"attempt"`
		} `json:"pushes"`
	}
	w.get("/sim/pushes?after=0", &pushes)
	pushed := 0
	for _, p := range pushes.Pushes {
		switch {
		case p.Attempt > 1:
			again++ // acknowledged late
		case p.Type == "CALLBACK": // messages and clicks
			pushed++
		}
	}
	t.Logf("%d calls, %d pushes: %v", counted, pushed, byPath)
	if counted == 0 || counted > mostCalls+again || pushed == 0 || pushed > mostPushes {
		t.Errorf("%d calls (at most %d), %d pushes (at most %d): %v", counted, mostCalls, pushed, mostPushes, byPath)
	}
}

// TestQuota: at 70 % the operator is warned, at 90 % what can wait is held back, and a
// deadline is not.
func TestQuota(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cfg.QuotaCalls = 24
	w.cfg.QuotaPushes = 1000
	w.start()
	hr, early, late := person(t, "傅明舟"), person(t, "阿依古丽·买买提"), person(t, "王㛃")
	w.expect(hr, "今日人才备案 2026-11-23") // the first pass takes 17 calls, the questions after it the rest
	w.expect(early, "2026-12-05 起可以备案(还有 12 天)")
	for range 10 {
		w.say(early, "公示要几天")
		w.expect(early, "公示要几天")
	}
	w.setTime("2026-11-30 09:01")
	w.expect(hr, "今日人才备案 2026-11-30", "本月钉钉额度已用", "不急的提醒先不发")
	w.expect(late, "2026-11-30 到期") // a deadline goes out
	w.nothing(early)                // the opening can wait
}
