package faq_test

import (
	"strings"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/command/commandtest"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/faq"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

func room(t *testing.T) (*turntest.World, *faq.Room) {
	t.Helper()
	w := turntest.New(t)
	r, err := faq.New(w.Kernel, w.Store)
	if err != nil {
		t.Fatal(err)
	}
	return w, r
}

func TestCommands(t *testing.T) {
	_, r := room(t)
	var specs []command.Spec
	for _, c := range r.Commands() {
		specs = append(specs, c.Spec)
	}
	commandtest.RoundTrip(t, specs)
}

// TestSchool: a question goes to the school and its answer back, once.
func TestSchool(t *testing.T) {
	w, r := room(t)
	w.Begin(turntest.Applicant)
	asks := w.Talk(turntest.Applicant, r.Commands())
	if got := asks.Says("人工"); !strings.Contains(got, "人工 ") {
		t.Error(got)
	}
	w.Jobs()
	if got := asks.Says("问人事处：我的号码 330199198503121016 对吗"); !strings.Contains(got, "傅明舟") {
		t.Error(got)
	}
	jobs := w.Jobs()
	if len(jobs) != 1 {
		t.Fatalf("%+v", jobs)
	}
	job := jobs[0].(workflow.AskSchool)
	if err := r.AskSchool(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	sent := w.Chat.Sent()
	if len(sent) != 1 || sent[0].To[0] != turntest.School || !strings.Contains(sent[0].Text(), "我的号码 (证件号码) 对吗") {
		t.Fatalf("%+v", sent)
	}
	seen, err := w.Accesses(t.Context(), turntest.Applicant, 5)
	if err != nil || len(seen) != 1 || seen[0].Viewer != turntest.School || seen[0].What != workflow.ShownQuestion {
		t.Errorf("%+v, %v", seen, err)
	}
	if got := w.Talk(turntest.Handler, r.Commands()).Says("回复 " + job.Question + " 对"); !strings.Contains(got, "没有") {
		t.Errorf("a college handler hears %q", got)
	}
	answers := w.Talk(turntest.School, r.Commands())
	for _, c := range []struct{ say, want string }{
		{"回复 ZZZZZZZZ 对", "没有"},
		{"回复 " + job.Question, "回复 " + job.Question},
		{"回复 " + strings.ToLower(job.Question) + "：对的", "已把您的回答发给提问的老师"},
		{"回复 " + job.Question + " 不对", "已经有人答过了"},
	} {
		if got := answers.Says(c.say); !strings.Contains(got, c.want) {
			t.Errorf("%q is answered %q", c.say, got)
		}
	}
	if jobs := w.Jobs(); len(jobs) != 1 || jobs[0] != workflow.AnswerPerson(job) {
		t.Fatalf("%+v", jobs)
	}
	if err := r.AnswerPerson(t.Context(), workflow.AnswerPerson(job)); err != nil {
		t.Fatal(err)
	}
	sent = w.Chat.Sent()
	if len(sent) != 1 || sent[0].To[0] != turntest.Applicant || !strings.Contains(sent[0].Text(), "对的") {
		t.Errorf("%+v", sent)
	}
	if err := r.AskSchool(t.Context(), workflow.AskSchool{Question: "none"}); err == nil {
		t.Error("a question that is not there was asked")
	}
	if err := r.AnswerPerson(t.Context(), workflow.AnswerPerson{Question: "none"}); err == nil {
		t.Error("a question that is not there was answered")
	}
}

// TestNobodyAtTheSchool: who has left is not written to.
func TestNobodyAtTheSchool(t *testing.T) {
	w, r := room(t)
	w.Chat.Gone(turntest.School)
	w.Talk(turntest.Applicant, r.Commands()).Says("人工 在吗")
	if err := r.AskSchool(t.Context(), w.Jobs()[0].(workflow.AskSchool)); err != nil {
		t.Fatal(err)
	}
	if sent := w.Chat.Sent(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
}

// TestQuestions: what is clearly one of the frequent questions is answered, with the next step for
// somebody who has one; the rest is offered a person. Handlers and HR are answered about their own work.
func TestQuestions(t *testing.T) {
	w, r := room(t)
	w.Begin(turntest.Applicant)
	w.AddCertificate(w.Certificate(turntest.Handler))
	unknown := func(tt *turn.Turn, _ command.Args) error { return r.Unknown(tt, tt.Incoming.Text) }
	for _, c := range []struct{ person, say, want, not string }{
		{turntest.Applicant, "公示要几天", "5 个工作日", "没有看懂"},
		{turntest.Applicant, "公示要几天", "全部无误", ""},
		{turntest.School, "公示要几天", "5 个工作日", "全部无误"},
		{turntest.Applicant, "食堂几点开门", "人工", "工作日"},
		{turntest.School, "法人账号怎么登录", "法人用户登录", "个人账号"},
		{turntest.Applicant, "怎么批量盖章", "没有看懂", "待盖章包"},
		{turntest.Handler, "怎么批量盖章", "待盖章包", "同意并开始"}, // no word of a renewal of their own
		{turntest.Handler, "参保证明自动获取失败怎么办", "同意并开始", "没有看懂"},
	} {
		k := w.Talk(c.person, nil)
		k.Else = unknown
		if got := k.Says(c.say); !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%s, %s: %s", c.person, c.say, got)
		}
	}
	k := w.Talk(turntest.Applicant, nil)
	got := k.Acts(dingtalk.Incoming{Text: "公示要几天"}, command.Args{}, func(tt *turn.Turn, _ command.Args) error {
		for words, want := range map[string]bool{"公示要几天": true, "食堂几点开门": false} {
			if clear, err := r.Clear(tt, words); err != nil || clear != want {
				t.Errorf("%s: %t, %v", words, clear, err)
			}
		}
		return nil
	})
	if got != "" {
		t.Error(got)
	}
}
