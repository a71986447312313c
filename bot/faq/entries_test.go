package faq

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

// TestEntries: both languages have the same entries for the same people, which rest on the same rules;
// answers are short.
func TestEntries(t *testing.T) {
	t.Parallel()
	zh, en := catalogueOf(t, "zh"), catalogueOf(t, "en")
	if len(zh.entries) != len(en.entries) {
		t.Fatalf("%d entries in Chinese, %d in English", len(zh.entries), len(en.entries))
	}
	for i, a := range zh.entries {
		b := en.entries[i]
		if a.name != b.name || a.who != b.who || !slices.Equal(a.rules, b.rules) {
			t.Errorf("entry %d is %s %v in Chinese, %s %v in English", i+1, a.name, a.rules, b.name, b.rules)
		}
		for _, e := range []entry{a, b} {
			if lines := strings.Split(written(e), "\n"); len(lines) > 4 {
				t.Errorf("%s has %d lines", e.name, len(lines))
			}
		}
		for _, s := range regexp.MustCompile(`[。？\n]`).Split(written(a), -1) {
			if n := utf8.RuneCountInString(strings.ReplaceAll(s, " ", "")); n > 45 { // a value to fill in counts as written
				t.Errorf("%s: %d characters in %q", a.name, n, s)
			}
		}
	}
}

// written is the answer as it stands in the file.
func written(e entry) string { return e.answer.Root.String() }

// TestEveryRule: every rule of the manual is answered by an entry, in both languages, and no entry names a
// rule that is none.
func TestEveryRule(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, r := range workflow.Requirements() {
		known[r.ID] = true
	}
	named := map[string]bool{}
	for _, e := range catalogueOf(t, "zh").entries {
		for _, r := range e.rules {
			if named[r] = true; strings.HasPrefix(r, "R-") && !known[r] {
				t.Errorf("%s names %s, which is no rule", e.name, r)
			}
		}
	}
	for id := range known {
		if !named[id] {
			t.Errorf("no entry answers %s", id)
		}
	}
}

// official are the words of the official system that people ask about: its menus and lists, its buttons,
// its states.
var official = strings.Fields(`人才认定备案申请 人才认定申请 我的证书 帮助中心 相关政策 认定结果查询 信息维护 法人用户登录
	登录 增加备案申请 保存信息 保存资料 保存材料 自动获取 上传 重新上传 删除 编辑 查看 进度查询 打印公示信息 打印申请表
	生成新证书 下载证书 暂无信息 上传佐证材料 请联系所属企业进行提交 待预审 已上传 暂未上传 操作成功
	高层次人才分类认定证书 企业确定享受四项待遇人才认定书`)

// TestEveryWord: every slot and paper, and every button and state of the official system, is spoken of; the
// system's own words are the same in both languages.
func TestEveryWord(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for _, lang := range text.Languages {
		for _, e := range catalogueOf(t, lang).entries {
			said[lang] += e.title + "\n" + written(e) + "\n"
		}
		for _, word := range official {
			if !strings.Contains(said[lang], word) {
				t.Errorf("%s: nothing about %s", lang, word)
			}
		}
	}
	for _, s := range workflow.Slots() {
		if !strings.Contains(said["zh"], s.Label) {
			t.Errorf("nothing about slot %s", s.Label)
		}
	}
	for _, word := range []string{"公示信息", "备案申请表", "录入单", "回执", "进度单"} {
		if !strings.Contains(said["zh"], word) {
			t.Errorf("nothing about the paper %s", word)
		}
	}
}

// TestTitles: the title of an entry, which is offered as a guess and may be tapped, asks for it, whoever
// of those it is for asks.
func TestTitles(t *testing.T) {
	t.Parallel()
	for _, lang := range text.Languages {
		f := catalogueOf(t, lang)
		for _, e := range f.entries {
			for _, who := range [][]audience{{applicants}, {handlers, applicants}, {hr, applicants}, {
				handlers | hr,
				applicants,
			}} {
				if got := mustFind(t, f.find, e.title, who); e.who&who[0] != 0 && (got == nil || got.name != e.name) {
					t.Errorf("%s, %v: %q finds %+v", lang, who, e.title, got)
				}
			}
		}
	}
}

// TestWhoAsks: the same words mean something else to who files, who handles filings and who keeps the
// roster; handlers and HR get applicants' answers where they have none of their own.
func TestWhoAsks(t *testing.T) {
	t.Parallel()
	grants := func(roles ...workflow.Role) workflow.Person {
		var p workflow.Person
		for _, r := range roles {
			p.Grants = append(p.Grants, workflow.Grant{Role: r})
		}
		return p
	}
	applicant, handler, office := grants(), grants(workflow.CollegeHandler), grants(workflow.HR)
	school := grants(workflow.SchoolHandler)
	f := catalogueOf(t, "zh")
	for _, c := range []struct {
		who            workflow.Person
		question, want string
	}{
		{applicant, "签字先还是盖章先", "sign_order"},
		{handler, "签字先还是盖章先", "handler_sign_order"},
		{applicant, "申请表是不是要从认定系统打印", "print_form"},
		{applicant, "政务网登不上去", "cannot_log_in"},
		{applicant, "实名认证", "real_name"},
		{office, "法人账号怎么登录", "hr_legal_login"},
		{school, "法人账号怎么登录", "hr_legal_login"},
		{handler, "怎么批量盖章", "handler_seal_batch"},
		{school, "怎么批量盖章", "handler_seal_batch"},
		{applicant, "怎么批量盖章", ""},
		{office, "怎么批量盖章", ""},
		{handler, "退回之后他要重新填一遍吗", "handler_after_return"},
		{applicant, "被退回了要重新填一遍吗", "returned"},
		{handler, "我要审什么", "handler_check"},
		{office, "怎么把新来的老师加到名单里", "hr_add_person"},
		{applicant, "怎么把新来的老师加到名单里", ""},
		{office, "怎么上报", "hr_submit"},
		{handler, "参保证明自动获取失败怎么办", "autofetch"},
		{office, "参保证明自动获取失败怎么办", "autofetch"},
		{handler, "E类升D类怎么办", "category_changed"}, // what_good is for handlers too, but not meant
		{office, "续这个对我有什么好处", "why_renew"},
		{handler, "公示要几天", "notice_days"},
		{handler, "我自己的表谁来签", "own_form"},
		{applicant, "这个收费吗", "cost"},
	} {
		got := ""
		if e := mustFind(t, f.find, c.question, asking(c.who)); e != nil {
			got = e.name
		}
		if got != c.want {
			t.Errorf("%+v: %q finds %q instead of %q", c.who.Grants, c.question, got, c.want)
		}
	}
}

// TestGuess: what is not for the person is not offered as a guess either.
func TestGuess(t *testing.T) {
	t.Parallel()
	f := catalogueOf(t, "zh")
	if e := mustFind(t, f.guess, "怎么批量盖章", []audience{applicants}); e != nil && e.who&applicants == 0 {
		t.Errorf("an applicant is offered %s", e.name)
	}
	if e := mustFind(t, f.guess, "asdfgh", []audience{handlers | hr, applicants}); e != nil {
		t.Errorf("%s is offered for no question", e.name)
	}
}

// TestAnswers: every answer can be given to everybody, also to who has neither certificate nor filing; what
// the rules of the school say is filled in.
func TestAnswers(t *testing.T) {
	t.Parallel()
	w := turntest.New(t)
	w.Begin(turntest.Applicant)
	for _, person := range []string{turntest.Applicant, turntest.Handler, turntest.School, turntest.Unlisted} {
		w.Talk(person, nil).Acts(dingtalk.Incoming{Text: "?"}, command.Args{}, func(tt *turn.Turn, _ command.Args) error {
			for _, lang := range text.Languages {
				said := map[string]string{}
				for _, e := range catalogueOf(t, lang).entries {
					var b strings.Builder
					if err := e.answer.Execute(&b, values(tt)); err != nil {
						t.Errorf("%s to %s in %s: %v", e.name, person, lang, err)
					}
					said[e.name] = b.String()
				}
				for name, want := range map[string]string{
					"when_can_i": "**2026-11-30**", "notice_days": " 5 ", "file_format": "20 MB", "privacy": " 30 ",
					"handler_nudged": " 14 ", "hr_import": "30", "website": "https://rc.hzrs.hangzhou.gov.cn",
				} {
					if !strings.Contains(said[name], want) {
						t.Errorf("%s in %s has no %q: %s", name, lang, want, said[name])
					}
				}
			}
			return nil
		})
	}
}

// TestOneAnswer: a way to ask has one answer for one audience; entries for different ones may share it.
func TestOneAnswer(t *testing.T) {
	t.Parallel()
	for _, lang := range text.Languages {
		f := catalogueOf(t, lang)
		raw, err := os.ReadFile("ask." + lang + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		asked := map[string][]string{}
		for line := range strings.Lines(string(raw)) {
			name, question, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok || name == "#" {
				continue
			}
			for _, other := range asked[question] {
				a, b := f.named(name), f.named(other)
				if a == nil || b == nil || a.who&b.who != 0 {
					t.Errorf("%s: %q asks %s and %s", lang, question, other, name)
				}
			}
			asked[question] = append(asked[question], name)
		}
	}
}
