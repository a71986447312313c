package outbox_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// tell sends tellings and returns what became of each call.
func (s *school) tell(tellings ...reminder.Telling) ([]reminder.Delivery, error) {
	s.t.Helper()
	var out []reminder.Delivery
	err := s.Tell(s.t.Context(), s.World.Kernel.Today(), tellings, func(d reminder.Delivery) error {
		out = append(out, d)
		return nil
	})
	return out, err
}

// due is a telling about somebody's own certificate.
func (s *school) due(person string, why reminder.Reason) reminder.Telling {
	k := s.candidate(person)
	return reminder.Telling{
		Person:    k.Person,
		Reminders: []reminder.Reminding{{Candidate: k, Milestone: "open", Reason: why}},
	}
}

// TestTellTogether: people who read the same are told in one call.
func TestTellTogether(t *testing.T) {
	s := newSchool(t)
	got, err := s.tell(s.due(turntest.Applicant, reminder.ReasonOpens), s.due(turntest.Colleague, reminder.ReasonOpens))
	s.must(err)
	want := []reminder.Delivery{{QueryKey: "key1", Sent: []string{turntest.Applicant, turntest.Colleague}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	has(t, s.told()[turntest.Colleague], "2026-12-10 到期", "[现在办]", "[知道了]")
}

// TestTellAsTheCertificateStands: the same certificate is spoken of otherwise before, in and after its window.
func TestTellAsTheCertificateStands(t *testing.T) {
	for _, c := range []struct {
		day  calendar.Date
		why  reminder.Reason
		want []string
	}{
		{calendar.NewDate(2026, 10, 12), reminder.ReasonOpens, []string{"还有 29 天", "[7 天后提醒]"}},
		{calendar.NewDate(2026, 11, 10), reminder.ReasonOpens, []string{"起可以备案。", "[现在办]", "天后提醒]"}},
		{calendar.NewDate(2026, 11, 24), reminder.ReasonSnoozed, []string{"您让我今天再提醒您", "起可以备案"}},
		{calendar.NewDate(2026, 12, 7), reminder.ReasonEnds, []string{"2026-12-10 到期，还剩 3 天", "[我不备案]"}},
		{calendar.NewDate(2026, 12, 14), reminder.ReasonOverdue, []string{"已到期，已过期 4 天"}},
	} {
		s := newSchool(t)
		s.On(c.day)
		_, err := s.tell(s.due(turntest.Applicant, c.why))
		s.must(err)
		has(t, s.told()[turntest.Applicant], c.want...)
	}
	s := newSchool(t)
	s.Begin(turntest.Applicant, s.Printed()...)
	_, err := s.tell(s.due(turntest.Applicant, reminder.ReasonEnds))
	s.must(err)
	has(t, s.told()[turntest.Applicant], "您的备案还没有送完：", "[继续]")
}

// TestTellHandlers: a handler gets their own reminder, what waits, who does not answer, and on the first
// working day of the week how the college stands, in one message; whom it names is noted.
func TestTellHandlers(t *testing.T) {
	s := newSchool(t)
	s.Begin(turntest.Applicant, s.Printed()...)
	own := s.Certificate(turntest.Handler)
	s.AddCertificate(own)
	handler, err := s.Named(t.Context(), turntest.Handler)
	s.must(err)
	climb := reminder.Reminding{
		Candidate: s.candidate(turntest.Colleague),
		Milestone: "climb",
		Reason:    reminder.ReasonClimb,
	}
	mine := s.due(turntest.Handler, reminder.ReasonOpens).Reminders
	got, err := s.tell(reminder.Telling{Person: handler[0], Acts: true, Reminders: append(mine, climb)})
	s.must(err)
	text := s.told()[turntest.Handler]
	has(t, text, "2026-12-10 到期", "1 件等您，何清越老师", "赵望舒", "本周 晨星信息学院", "30 天内到期 3 人：已在办 1 · 未开始 2", "[待我处理]")
	if n := strings.Count(text, "["); n > 5 {
		t.Errorf("%d buttons: %s", n, text)
	}
	want := []reminder.Sight{{
		Reader: turntest.Handler, What: workflow.ShownTask,
		About: []string{turntest.Colleague, turntest.Handler, turntest.Colleague},
	}}
	if d := cmp.Diff(want, got[0].Shown); d != "" {
		t.Error(d)
	}
	s.On(calendar.NewDate(2026, 11, 24))
	_, err = s.tell(reminder.Telling{Person: handler[0], Acts: true})
	s.must(err)
	if text := s.told()[turntest.Handler]; strings.Contains(text, "本周") || !strings.Contains(text, "1 件等您") {
		t.Errorf("on Tuesday: %s", text)
	}
}

// TestTellNothing: who has nothing to hear is dropped, and the others are told.
func TestTellNothing(t *testing.T) {
	s := newSchool(t)
	s.On(calendar.NewDate(2026, 11, 24))
	stranger, err := s.Named(t.Context(), turntest.Stranger)
	s.must(err)
	got, err := s.tell(
		reminder.Telling{Person: stranger[0], Acts: true}, reminder.Telling{Person: workflow.Person{ID: "x"}},
		s.due(turntest.Applicant, reminder.ReasonOpens),
	)
	s.must(err)
	if len(got) != 2 || !cmp.Equal(got[0].Dropped, []string{turntest.Stranger, "x"}) || len(got[1].Sent) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestTellManySilent: a list stays readable on a phone.
func TestTellManySilent(t *testing.T) {
	s := newSchool(t)
	handler, err := s.Named(t.Context(), turntest.Handler)
	s.must(err)
	var unanswered []reminder.Reminding
	for range 12 {
		unanswered = append(
			unanswered,
			reminder.Reminding{Candidate: s.candidate(turntest.Colleague), Reason: reminder.ReasonClimb},
		)
	}
	_, err = s.tell(reminder.Telling{Person: handler[0], Reminders: unanswered})
	s.must(err)
	has(t, s.told()[turntest.Handler], "还有 2 人")
}

// TestTellWhenTheQuotaIsShort: what can wait does, a deadline does not.
func TestTellWhenTheQuotaIsShort(t *testing.T) {
	s := newSchool(t)
	s.World.Kernel.Quota = workflow.Usage{Calls: 100, Pushes: 100}
	for range workflow.QuotaHold {
		s.World.Kernel.CountPush(t.Context())
	}
	got, err := s.tell(s.due(turntest.Applicant, reminder.ReasonOpens), s.due(turntest.Colleague, reminder.ReasonEnds))
	if !errors.As(err, &turn.Held{}) || len(got) != 1 || !cmp.Equal(got[0].Sent, []string{turntest.Colleague}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestDeliver: when DingTalk refuses a call because of one person, the others are told alone.
func TestDeliver(t *testing.T) {
	absent := &dingtalk.Error{Kind: dingtalk.Absent, Code: "60121"}
	both := []string{turntest.Applicant, turntest.Colleague}
	for name, c := range map[string]struct {
		refuse func([]string) (dingtalk.Receipt, error)
		want   []reminder.Delivery
		fails  bool
	}{
		"one has left": {func(users []string) (dingtalk.Receipt, error) {
			if users[0] == turntest.Applicant {
				return dingtalk.Receipt{}, absent
			}
			return dingtalk.Receipt{}, nil
		}, []reminder.Delivery{
			{Unreachable: both[:1], Reason: "absent 60121"}, {QueryKey: "key1", Sent: both[1:]},
		}, false},
		"never taken": {func([]string) (dingtalk.Receipt, error) {
			return dingtalk.Receipt{}, &dingtalk.Error{Kind: dingtalk.Invalid, Code: "x"}
		}, []reminder.Delivery{{Dead: both[:1], Reason: "invalid x"}, {Dead: both[1:], Reason: "invalid x"}}, false},
		"one is not delivered to": {func([]string) (dingtalk.Receipt, error) {
			return dingtalk.Receipt{Invalid: both[:1]}, nil
		}, []reminder.Delivery{{QueryKey: "key1", Unreachable: both[:1], Sent: both[1:], Reason: "invalidStaffId"}}, false},
		"one must wait": {func([]string) (dingtalk.Receipt, error) {
			return dingtalk.Receipt{Throttled: both[1:]}, nil
		}, []reminder.Delivery{{QueryKey: "key1", Later: both[1:], Sent: both[:1], Reason: "flowControlled"}}, false},
		"a fault": {func([]string) (dingtalk.Receipt, error) {
			return dingtalk.Receipt{}, errors.New("boom")
		}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSchool(t)
			s.refuse = c.refuse
			got, err := s.tell(s.due(both[0], reminder.ReasonOpens), s.due(both[1], reminder.ReasonOpens))
			if (err != nil) != c.fails {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestTellStops: what became of a call that cannot be noted ends the sending.
func TestTellStops(t *testing.T) {
	s := newSchool(t)
	boom := errors.New("boom")
	calls := 0
	err := s.Tell(t.Context(), s.World.Kernel.Today(), []reminder.Telling{
		s.due(turntest.Applicant, reminder.ReasonOpens), {Person: workflow.Person{ID: "x"}},
	}, func(reminder.Delivery) error { calls++; return boom })
	if !errors.Is(err, boom) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

// TestMostTold: more people than DingTalk takes are told in several calls.
func TestMostTold(t *testing.T) {
	s := newSchool(t)
	var all []reminder.Telling
	for i := range reminder.MostTold + 1 {
		one := s.due(turntest.Applicant, reminder.ReasonOpens)
		one.Person.ID = fmt.Sprintf("q%02d", i)
		one.Reminders[0].Candidate.Person.ID = one.Person.ID
		all = append(all, one)
	}
	got, err := s.tell(all...)
	s.must(err)
	if len(got) != 2 || len(got[0].Sent) != reminder.MostTold || len(got[1].Sent) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestWhoRead(t *testing.T) {
	s := newSchool(t)
	s.Chat.Read["key"] = []string{turntest.Applicant}
	if got, err := s.WhoRead(t.Context(), "key"); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	s.Chat.Fail("WhoRead", &dingtalk.Error{Kind: dingtalk.Invalid})
	if got, err := s.WhoRead(t.Context(), "key"); err != nil || got != nil {
		t.Errorf("of a message that DingTalk does not know: %v, %v", got, err)
	}
	s.Chat.Fail("WhoRead", errors.New("boom"))
	if _, err := s.WhoRead(t.Context(), "key"); err == nil {
		t.Error("a fault is no error")
	}
}
