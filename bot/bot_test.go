package bot

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"example.org/beian/bot/command"
	"example.org/beian/bot/command/commandtest"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/reminder"
)

// school is a world with all rooms, and people who write to them.
type school struct {
	*turntest.World
	b        *Bot
	t        *testing.T
	messages int
}

func newSchool(t *testing.T) *school {
	t.Helper()
	w := turntest.New(t)
	b, err := New(Deps{Deps: w.Kernel.Deps, Records: w.Store, Files: noFiles{}, Papers: noPapers{}, DingTalk: w.Chat})
	if err != nil {
		t.Fatal(err)
	}
	return &school{World: w, b: b, t: t}
}

type noFiles struct{ Files }

type noPapers struct{ Papers }

func (noPapers) Missing(string) []rune { return nil }

func (noPapers) Pages(workflow.Sheet) int { return 2 }

// says is what somebody types to the bot; it returns everything that can be read in the answer.
func (s *school) says(person, words string) string {
	s.t.Helper()
	return s.sends(dingtalk.Incoming{Sender: person, Text: words, Single: true})
}

func (s *school) sends(in dingtalk.Incoming) string {
	s.t.Helper()
	s.messages++
	in.ID, in.Robot, in.At = fmt.Sprint("b", s.messages), "robot", s.Now()
	in.Webhook = "webhook " + in.ID
	if err := s.b.Message(s.t.Context(), in); err != nil {
		s.t.Fatalf("%s: %v", in.Text, err)
	}
	s.b.Wait()
	return s.Answer(in.Webhook)
}

// at are the steps of a filing, each with the commands of the machine that lead there.
func (s *school) at(step workflow.StepKind) {
	s.t.Helper()
	posted := workflow.Command{
		Action: workflow.PostNotice, Actor: workflow.Actor{ID: turntest.Handler, Role: workflow.CollegeHandler},
		From: s.b.Today(),
	}
	switch step {
	case workflow.StepConsent:
	case workflow.StepConfirm:
		s.Begin(turntest.Applicant)
	case workflow.StepPaper:
		s.Begin(turntest.Applicant, s.Printed()...)
	default:
		s.Begin(turntest.Applicant, append(s.Printed(), posted)...)
	}
}

var everyStep = []workflow.StepKind{
	workflow.StepConsent,
	workflow.StepConfirm,
	workflow.StepPaper,
	workflow.StepMaterial,
}

// TestJoinedList: whatever a command of any room is written as is read back as that command, and no
// other claims it.
func TestJoinedList(t *testing.T) {
	t.Parallel()
	b := newSchool(t).b
	var specs []command.Spec
	for _, c := range b.commands {
		specs = append(specs, c.Spec)
		if (c.Do == nil) == (c.Read == nil) {
			t.Errorf("%s does nothing, or two things", c.Name)
		}
	}
	commandtest.RoundTrip(t, specs)
}

// TestButtons: every button of the catalogue that is written out is a command, and the English one at
// its place is the same.
func TestButtons(t *testing.T) {
	b := newSchool(t).b
	said := map[string]map[string][]text.Button{}
	for _, lang := range text.Languages {
		entries, err := text.Entries(lang)
		if err != nil {
			t.Fatal(err)
		}
		said[lang] = map[string][]text.Button{}
		for _, e := range entries {
			said[lang][e.Name] = e.Buttons()
		}
	}
	n := 0
	for name, buttons := range said["zh"] {
		for i, own := range buttons {
			other := said["en"][name][i]
			if strings.Contains(own.Say+other.Say, "{{") {
				continue
			}
			n++
			a, _, ok := b.list.Recognise(command.Hear(own.Say, b.Today()))
			c, _, also := b.list.Recognise(command.Hear(other.Say, b.Today()))
			if !ok || !also || a != c {
				t.Errorf("%s: %q is %q, %q is %q", name, own.Say, a, other.Say, c)
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d buttons", n)
	}
}

// TestAnythingIsAnswered: whatever is sent at whatever step by whomever, the answer says where the
// person is or what is needed; it is never silence and never only "not understood".
func TestAnythingIsAnswered(t *testing.T) {
	t.Parallel()
	words := []string{
		"上一步", "跳过", "改手机", "取消", "重来", "进度", "为什么", "帮助", "人工", "改一下手机号", "弄错了", "到哪了", "那个东西怎么弄",
		"😀", "？？？", "1", strings.Repeat("很长的话", 4000), "公示要几天", "确定", "确定删除 AAAAAAAA",
		"放入 2 0123456789abcdef0123456789abcdef",
		"同意并开始", "全部无误", "送审", "期满自动送审", "不适用", "已下载新证书", "系统显示 审核中", "12月20日", "手机 12345", "性别 女", "330199198503121016",
		"我离职了", "我升D类了", "护照换了", "恢复备案", "签好了", "职称有变化", "手册", "手册 材料", "重发申请表", "删除备案", "English",
		"待我处理", "查 陈一帆", "通过", "退回 ZZZZZZZZ", "统计", "请假", "销假", "谁看过我的信息", "录入单", "打包材料", "名册模板", "公示 zzzzzzzz 今天",
	}
	for _, step := range everyStep {
		for _, person := range []string{turntest.Applicant, turntest.Handler, turntest.School, turntest.Unlisted} {
			s := newSchool(t)
			s.at(step)
			for _, w := range words { // what came before may have changed the step: anything follows anything
				got := s.says(person, w)
				if len([]rune(got)) < 8 || strings.Contains(got, "<no value>") || strings.Contains(got, "{{") {
					t.Errorf("at %s, %.20q of %s is answered %q", step, w, person, got)
				}
				if strings.Contains(got, "330199198503121016") {
					t.Errorf("at %s, %.20q is answered with the number", step, w)
				}
			}
			for _, kind := range []string{"video", "audio", "unknownMsgType", "interactiveCard"} {
				if got := s.sends(dingtalk.Incoming{Sender: person, Kind: kind, Single: true}); len([]rune(got)) < 8 {
					t.Errorf("at %s, %s of %s is answered %q", step, kind, person, got)
				}
			}
		}
	}
}

// TestWhoIsAnswered: nobody learns in a group, without a place on the roster or without a role what is
// not theirs.
func TestWhoIsAnswered(t *testing.T) {
	s := newSchool(t)
	s.at(workflow.StepPaper)
	for _, c := range []struct{ person, say, want, not string }{
		{turntest.Unlisted, "进度", "名册里还没有", "陈一帆"},
		{turntest.Unlisted, "公示要几天", "5 个工作日", ""},
		{turntest.Unlisted, "手册 登录", "手册 · 登录", ""},
		{turntest.Handler, "查 陈一帆", "人事处", "公示"},
		{turntest.School, "查 陈一帆", "陈一帆", ""},
		{turntest.School, "查一下进度", "", "没有找到"},
		{turntest.Handler, "公示", "编号", ""},
		{turntest.Handler, "今天已张贴", "编号", ""},
		{turntest.Handler, "随便说点什么", "看懂", "陈一帆"},
		{turntest.Colleague, "陈一帆", "(", "没有看懂"}, // somebody new is greeted
		{turntest.Applicant, "陈一帆办到哪了", "老师的备案", ""},
	} {
		got := s.says(c.person, c.say)
		if !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%s of %s is answered %q", c.say, c.person, got)
		}
	}
	if got := s.sends(dingtalk.Incoming{Sender: turntest.Applicant, Text: "进度"}); !strings.Contains(got, "单独聊") {
		t.Errorf("in a group: %s", got)
	}
	if got := s.sends(dingtalk.Incoming{Sender: turntest.Applicant, Text: "公示要几天"}); !strings.Contains(got, "5 个工作日") {
		t.Errorf("in a group: %s", got)
	}
	if got := s.sends(dingtalk.Incoming{
		Sender: turntest.Applicant, Text: "进度", Single: true,
		QuotaUsed: true,
	}); !strings.Contains(
		got,
		"额度",
	) {
		t.Errorf("without quota: %s", got)
	}
	if got := s.sends(dingtalk.Incoming{Text: "进度", Single: true}); got != "" {
		t.Errorf("from outside: %s", got)
	}
}

// TestVoice: what DingTalk heard is said first, then it is what they typed.
func TestVoice(t *testing.T) {
	s := newSchool(t)
	s.at(workflow.StepConfirm)
	got := s.sends(dingtalk.Incoming{Sender: turntest.Applicant, Kind: "audio", Text: "我手机号换了", Single: true})
	if !strings.Contains(got, "听到的是「我手机号换了」") || !strings.Contains(got, "新的是什么") {
		t.Error(got)
	}
}

// TestHelp: help fits on a phone, is about who asks, and offers only what is then understood.
func TestHelp(t *testing.T) {
	t.Parallel()
	line := regexp.MustCompile(`· ([^　]+)　(\S.*)`)
	for _, step := range everyStep {
		for _, c := range []struct{ person, not string }{
			{turntest.Applicant, "待我处理"}, {turntest.Handler, "全部无误"}, {turntest.School, "我签好字了"},
		} {
			for _, lang := range []string{"中文", "English"} {
				s := newSchool(t)
				s.at(step)
				s.says(c.person, lang)
				got := s.says(c.person, "help")
				offers := line.FindAllStringSubmatch(got, -1)
				if len(offers) < 3 || len(offers) > mostHelp || strings.Contains(got, "· "+c.not) {
					t.Errorf("at %s, %s is offered %d commands: %s", step, c.person, len(offers), got)
				}
				for _, o := range offers {
					say := strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(o[1], " …", " 陈一帆"), "…", "陈一帆"))
					if _, _, ok := s.b.list.Recognise(command.Hear(say, s.b.Today())); !ok {
						t.Errorf("%s is offered %q, which is no command", c.person, o[1])
					}
				}
			}
		}
	}
}

// TestEnglishIsEnglish: a conversation in English has no Chinese sentence in it, apart
// from quoted buttons, values and the manual.
func TestEnglishIsEnglish(t *testing.T) {
	t.Parallel()
	quoted := regexp.MustCompile(`「[^」]*」|\([^)]*\)|（[^）]*）|《[^》]*》`)
	for _, step := range everyStep {
		s := newSchool(t)
		s.at(step)
		s.says(turntest.Applicant, "English")
		for _, w := range []string{"hello", "progress", "help", "skip", "ask HR", "who has seen my data", "something odd"} {
			plain := quoted.ReplaceAllString(s.says(turntest.Applicant, w), "")
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
					t.Errorf("at %s, %q is answered with %q", step, w, line)
				}
			}
		}
	}
}

// TestAnswersFitDingTalk: whatever is answered, in both languages, with usual values and with values as
// long as the form takes, fits into one message of DingTalk with at most five buttons.
func TestAnswersFitDingTalk(t *testing.T) {
	t.Parallel()
	said := []string{
		"你好", "全部字段", "录入单", "进度", "为什么", "帮助", "手册 登录", "手册 单位", strings.Repeat("很长", 8000), "谁看过我的信息", "完整告知",
		"职务 " + strings.Repeat(
			"院",
			50,
		) + "，手机 13900001111，来杭 2015-07-01", strings.Repeat("不认识的，", 300), "人工 " + strings.Repeat("问", 3000),
	}
	for _, lang := range []string{"中文", "English"} {
		for _, long := range []bool{false, true} {
			for _, step := range everyStep {
				s := newSchool(t)
				if long {
					c := s.Certificate(turntest.Applicant)
					for _, fd := range workflow.Fields() {
						if fd.MaxRunes > 0 && fd.Kind == workflow.KindText && !fd.Identity {
							c.Values[fd.Key] = strings.Repeat("𬭎", fd.MaxRunes)
						}
					}
					s.AddCertificate(c)
				}
				s.at(step)
				s.says(turntest.Applicant, lang)
				for _, w := range said {
					s.fits(string(step), w)
				}
			}
		}
	}
}

// fits checks an answer against DingTalk's limits.
func (s *school) fits(where, words string) {
	s.t.Helper()
	s.messages++
	in := dingtalk.Incoming{
		ID: fmt.Sprint(
			"b",
			s.messages,
		), Robot: "robot", Sender: turntest.Applicant, Text: words, Single: true, At: s.Now(), Webhook: "w",
	}
	if err := s.b.Message(s.t.Context(), in); err != nil {
		s.t.Fatal(err)
	}
	s.b.Wait()
	for _, sent := range s.Chat.Sent() {
		m := sent.Message
		size := len(m.Text) + len(m.Title)
		for _, b := range m.Buttons {
			size += len(b.Title) + len(b.Link())
			if len([]rune(b.Title)) > 30 || len(b.Link()) > 1500 {
				s.t.Errorf("at %s, %.20q has the button %q", where, words, b.Title)
			}
		}
		if size > dingtalk.MaxParam*9/10 { // the rest is for the names of the parameters and escapes
			s.t.Errorf("at %s, %.20q is answered with %d bytes", where, words, size)
		}
		if len(m.Buttons) > 5 {
			s.t.Errorf("at %s, %.20q offers %d buttons", where, words, len(m.Buttons))
		}
	}
}

// TestEveryTextIsUsedAndEveryUseHasAText reads the source of the rooms: a key that is only in one of
// both places is a mistake.
func TestEveryTextIsUsedAndEveryUseHasAText(t *testing.T) {
	words := sourceWords(t)
	built := builtKeys()
	c, err := text.Load("zh")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := text.Entries("zh")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, e := range entries {
		there[e.Name] = true
		if !words[e.Name] && !built[e.Name] && !strings.HasPrefix(e.Name, "p/") {
			t.Errorf("text %s is not used", e.Name)
		}
	}
	for key := range built {
		if !there[key] {
			t.Errorf("text %s is missing", key)
		}
	}
	for _, h := range paper.Hints() {
		if !c.Has("hint_" + string(h)) {
			t.Errorf("phrase hint_%s is missing", h)
		}
	}
	commands := newSchool(t).b.commands
	for _, e := range entries {
		if name, ok := strings.CutPrefix(e.Name, "p/help_"); ok &&
			!slices.ContainsFunc(commands, func(c turn.Command) bool { return c.Name == name }) {
			t.Errorf("phrase %s helps with no command", e.Name)
		}
	}
}

// sourceWords are all strings in the source of this package and the rooms.
func sourceWords(t *testing.T) map[string]bool {
	t.Helper()
	words := map[string]bool{}
	for _, pattern := range []string{"*.go", "*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if s, err := strconv.Unquote(lit.Value); err == nil {
						words[s] = true
					}
				}
				return true
			})
		}
	}
	if len(words) < 1000 {
		t.Fatal("the source is not where this test looks for it")
	}
	return words
}

// builtKeys are those that are put together from a prefix and a closed set.
func builtKeys() map[string]bool {
	built := map[string]bool{}
	family := func(prefix string, names ...string) {
		for _, n := range names {
			built[prefix+n] = true
		}
	}
	for _, r := range workflow.Reasons() {
		family("blocked_", string(r))
		family("why_", string(r))
	}
	for _, topic := range workflow.Topics() {
		family("manual_", string(topic))
	}
	for _, k := range []workflow.StepKind{
		workflow.StepConsent, workflow.StepStart, workflow.StepConfirm, workflow.StepPaper, workflow.StepMaterial,
		workflow.StepHandIn,
		workflow.StepWaitNotice, workflow.StepFix, workflow.StepReview, workflow.StepOfficial, workflow.StepDownload,
		workflow.StepFinished,
	} {
		family("why_", string(k))
	}
	family(
		"doubt_",
		workflow.DoubtNumber,
		workflow.DoubtBirth,
		workflow.DoubtSex,
		workflow.DoubtBirthplace,
		workflow.DoubtGraduation,
		workflow.DoubtDegreeDate,
		workflow.DoubtService,
		workflow.DoubtUnitType,
	)
	family(
		"fault_",
		workflow.FaultPhone,
		workflow.FaultDate,
		workflow.FaultMonth,
		workflow.FaultFuture,
		workflow.FaultOption,
		workflow.FaultLong,
		workflow.FaultEmpty,
		workflow.FaultPhoto,
	)
	family("remind_", string(reminder.ReasonOpens), string(reminder.ReasonEnds), string(reminder.ReasonOverdue))
	family("next_", "welcome", "confirm")
	family("kind_", "audio", "other")
	return built
}
