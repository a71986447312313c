package bot

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// TestButtonsMeanTheSame: what an English button sends is understood as what the
// Chinese one at its place sends.
func TestButtonsMeanTheSame(t *testing.T) {
	k := newTalk(t)
	n := 0
	for say, own := range k.b.aliases {
		n++
		if a, b := k.b.understand(say), understand(own, k.b.Today()); a.wish != b.wish || a.wish == wishUnknown {
			t.Errorf("%q is %s, %q is %s", say, a.wish, own, b.wish)
		}
	}
	if n < 30 {
		t.Errorf("only %d buttons", n)
	}
}

// TestEnglishIsEnglish: a conversation in English has no Chinese sentence in it, apart
// from quoted buttons, values and the manual.
func TestEnglishIsEnglish(t *testing.T) {
	quoted := regexp.MustCompile(`「[^」]*」|\([^)]*\)|（[^）]*）|《[^》]*》`)
	k := newTalk(t)
	k.says("English")
	if k.c.Person.Lang != "en" {
		t.Fatal("the language was not kept")
	}
	for _, s := range everyStep {
		k := newTalk(t)
		k.says("English")
		k.at(s)
		for _, w := range []string{"hello", "progress", "help", "skip", "ask HR", "who has seen my data", "something odd"} {
			plain := quoted.ReplaceAllString(k.says(w), "")
			for _, line := range strings.Split(plain, text.LineBreak) {
				if strings.Contains(line, " · ") {
					continue // the values of the form are Chinese
				}
				han := 0
				for _, r := range line {
					if unicode.Is(unicode.Han, r) {
						han++
					}
				}
				if han > 0 && len([]rune(line)) < 3*han {
					t.Errorf("at %s, %q is answered with %q", s, w, line)
				}
			}
		}
	}
}

// TestEnglishFilling: names of fields, dates and buttons work in English.
func TestEnglishFilling(t *testing.T) {
	k := newTalk(t)
	k.says("English")
	k.says("Agree and start")
	if got := k.says("Mobile 13900002222, Position 副教授"); !strings.Contains(got, "Mobile 139") || !strings.Contains(got, "[Save and print]") {
		t.Error(got)
	}
	if got := k.says("title changed"); !strings.Contains(got, "title changed, please send the title certificate") {
		t.Error(got)
	}
	if got := k.says("No change"); !strings.Contains(got, "Put back") && !strings.Contains(got, "nothing was changed") {
		t.Error(got)
	}
	if got := k.says("All correct"); !strings.Contains(got, "④ Print, notice, seal") {
		t.Error(got)
	}
	if got := k.says("中文"); !strings.Contains(got, "④ 打印·公示·签章") {
		t.Error(got)
	}
	if k.c.Filing.State != workflow.Saved {
		t.Errorf("in %s", k.c.Filing.State)
	}
}

// TestAnswersFitDingTalk: whatever is answered, in both languages, with usual values and with
// values as long as the form takes, fits into one message of DingTalk with at most five
// buttons.
func TestAnswersFitDingTalk(t *testing.T) {
	said := []string{
		"你好", "全部字段", "录入单", "进度", "为什么", "帮助", "手册 登录", "手册 单位", strings.Repeat("很长", 8000), "谁看过我的信息", "完整告知",
		"职务 " + strings.Repeat("院", 50) + "，手机 13900001111，来杭 2015-07-01", strings.Repeat("不认识的，", 300), "人工 " + strings.Repeat("问", 3000),
	}
	for _, lang := range []string{"中文", "English"} {
		for _, long := range []bool{false, true} {
			for _, s := range everyStep {
				k := newTalk(t)
				if long {
					k.longest()
				}
				k.says(lang)
				k.at(s)
				for _, w := range said {
					again := *k
					again.says(w)
					again.fits(string(s), w)
				}
			}
		}
	}
}

// longest gives every value of the certificate the length that the form allows.
func (k *talk) longest() {
	for _, fd := range workflow.Fields() {
		if fd.MaxRunes > 0 && fd.Kind == workflow.KindText && !fd.Identity {
			k.c.Certificate.Values[fd.Key] = strings.Repeat("𬭎", fd.MaxRunes)
		}
	}
}

// fits checks the last answer against DingTalk's limits.
func (k *talk) fits(where, what string) {
	k.t.Helper()
	m := k.last
	size := len(m.Text) + len(m.Title)
	for _, b := range m.Buttons {
		size += len(b.Title) + len(b.Link())
		if len([]rune(b.Title)) > 30 || len(b.Link()) > 1500 {
			k.t.Errorf("at %s, %.20q has the button %q", where, what, b.Title)
		}
	}
	if size > dingtalk.MaxParam*9/10 { // the rest is for the names of the parameters and escapes
		k.t.Errorf("at %s, %.20q is answered with %d bytes", where, what, size)
	}
	if len(m.Buttons) > 5 {
		k.t.Errorf("at %s, %.20q offers %d buttons", where, what, len(m.Buttons))
	}
}
