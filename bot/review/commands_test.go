package review_test

import (
	"errors"
	"slices"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/command/commandtest"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

func specs(t *testing.T) []command.Spec {
	t.Helper()
	var out []command.Spec
	for _, c := range newHall(t).Commands() {
		out = append(out, c.Spec)
	}
	return out
}

func TestRoundTrip(t *testing.T) { commandtest.RoundTrip(t, specs(t)) }

// TestRecognise: what people type, and what the catalogue's buttons send.
func TestRecognise(t *testing.T) {
	list, err := command.NewList(specs(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ say, name, key, value string }{
		{"待办", "desk", "", ""},
		{"to do", "desk", "", ""},
		{"待我处理 未变更", "desk", "word", "未变更"},
		{"待盖章包", "seal_pack", "", ""},
		{"逐份看", "batch", "", ""},
		{"逐份看 K7M2Q9XD AAAAAAAA 不含 BBBBBBBB", "batch", "skip", "BBBBBBBB"},
		{"一并通过 ABC234 K7M2Q9XD AAAAAAAA", "pass_batch", "filings", "K7M2Q9XD AAAAAAAA"},
		{"打开 k7m2q9xd", "open", "filing", "K7M2Q9XD"},
		{"看 Ｋ７Ｍ２Ｑ９ＸＤ", "open", "filing", "K7M2Q9XD"},
		{"查看 K7M2Q9XD 谢谢", "view", "filing", "K7M2Q9XD"},
		{"上报 K7M2Q9XD ABC234", "approve", "code", "ABC234"},
		{"通过 K7M2Q9XD", "approve", "code", ""},
		{"通过 K7M2Q9XD 材料齐了", "approve", "filing", "K7M2Q9XD"},
		{"确认上报 K7M2Q9XD ABC234", "approve_yes", "code", "ABC234"},
		{"退回 K7M2Q9XD ABC234 聘用合同 合同已过期；", "return", "text", "聘用合同 合同已过期；"},
		{"退回 K7M2Q9XD 聘用合同", "return", "text", "聘用合同"},
		{"确认退回 K7M2Q9XD ABC234 聘用合同 合同已过期", "return_yes", "code", "ABC234"},
		{"转交 K7M2Q9XD ABC234 沈拾玉", "reassign", "text", "沈拾玉"},
		{"收回 K7M2Q9XD", "release", "filing", "K7M2Q9XD"},
		{"公示 K7M2Q9XD 今天", "post", "text", "今天"},
		{"公示K7M2Q9XD今天", "post", "text", "今天"},
		{"公示 K7M2Q9XD 有效", "post", "text", "有效"},
		{"公示照片 K7M2Q9XD 0123456789abcdef0123456789ABCDEF", "notice_photo", "file", "0123456789abcdef0123456789abcdef"},
		{"异议 K7M2Q9XD：单位不符", "object", "text", "单位不符"},
		{"异议处理 K7M2Q9XD 不成立", "settle", "text", "不成立"},
		{"已盖章 K7M2Q9XD", "seal", "filing", "K7M2Q9XD"},
		{"更正 K7M2Q9XD #12 点错了", "correct", "seq", "12"},
		{"更正 K7M2Q9XD 点错了", "correct", "text", "点错了"},
		{"状态 K7M2Q9XD 审核中；请等待", "status_of", "text", "审核中；请等待"},
		{"状态 K7M2Q9XD", "", "", ""},
		{"请假", "away", "", ""},
		{"请假 12-01 至 12-05，由沈拾玉代理", "away", "text", "12-01 至 12-05，由沈拾玉代理"},
		{"出差12-01", "away", "text", "12-01"},
		{"取消代理", "back_at_work", "", ""},
		{"退回", "which", "", ""},
		{"状态", "", "", ""},
	} {
		name, args, _ := list.Recognise(command.Hear(c.say, newHall(t).World.Kernel.Today()))
		if name != c.name || args.Text(c.key) != c.value {
			t.Errorf("%q is %s with %s %q", c.say, name, c.key, args.Text(c.key))
		}
	}
}

// TestOffered: help offers each what they can do, and nothing that a card offers with all it needs.
func TestOffered(t *testing.T) {
	h := newHall(t)
	offered := func(person string) map[string]bool {
		c, err := h.PersonCase(t.Context(), person)
		h.must(err)
		out := map[string]bool{}
		for _, x := range h.Commands() {
			if x.Who != turn.Handlers {
				t.Errorf("%s is for %d", x.Name, x.Who)
			}
			out[x.Name] = x.When == nil || x.When(h.World.Kernel.Open(c, dingtalk.Incoming{}))
		}
		return out
	}
	if got := offered(turntest.Applicant); len(got) != 22 {
		t.Errorf("%d commands", len(got))
	} else {
		for name, is := range got {
			if is {
				t.Errorf("%s is offered to an applicant", name)
			}
		}
	}
	check := func(person string, want, not []string) {
		got := offered(person)
		if slices.ContainsFunc(want, func(name string) bool { return !got[name] }) ||
			slices.ContainsFunc(not, func(name string) bool { return got[name] }) {
			t.Errorf("%s is offered %v", person, got)
		}
	}
	check(turntest.Handler, []string{"desk", "post", "open"}, []string{"correct", "approve", "back_at_work"})
	check(turntest.School, []string{"desk", "correct", "settle"}, []string{"seal_pack", "post"})
	h.says(turntest.Handler, "请假 12-01")
	check(turntest.Handler, []string{"back_at_work"}, nil)
}

// TestWhich: a verb alone is asked back to handlers, and is no command of others.
func TestWhich(t *testing.T) {
	h := newHall(t)
	has(t, h.says(turntest.Handler, "退回。"), "退回哪一份？写「退回 编号」，例如 退回 K7M2Q9XD", "[待我处理]")
	which := h.Commands()[slices.IndexFunc(h.Commands(), func(c turn.Command) bool { return c.Name == "which" })]
	err := h.Act(t.Context(), workflow.Inbound{Person: turntest.Applicant}, func(t *turn.Turn) error {
		return which.Do(t, command.Args{})
	})
	if !errors.Is(err, turn.ErrNotMeant) {
		t.Errorf("an applicant is asked which filing: %v", err)
	}
}

// TestHello: handlers are greeted with what they can do, and never left with "not understood" alone.
func TestHello(t *testing.T) {
	h := newHall(t)
	hello := func(t *turn.Turn, _ command.Args) error { return h.Hello(t) }
	unknown := func(t *turn.Turn, _ command.Args) error { return h.Unknown(t) }
	has(t, h.answers(turntest.Handler, "你好", command.Args{}, hello), "何清越老师，您好", "公示 K7M2Q9XD 今天", "[待盖章包]")
	has(t, h.answers(turntest.School, "你好", command.Args{}, hello), "傅明舟老师，您好", "[名册模板]")
	has(t, h.answers(turntest.Handler, "天气不错", command.Args{}, unknown), "「天气不错」我没有看懂", "[办自己的备案]")
}
