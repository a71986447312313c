package applicant

import (
	"context"
	"errors"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// reminded makes the certificate of the person one that the daily pass looks at.
func (k *talk) reminded() *talk {
	k.t.Helper()
	c, err := k.PersonCase(context.Background(), k.person)
	if err != nil {
		k.t.Fatal(err)
	}
	k.told.known = true
	k.told.candidate = reminder.Candidate{Certificate: *c.Certificate, Person: c.Person}
	if c.Filing != nil {
		k.told.candidate.State = c.Filing.State
	}
	return k
}

// attention is what the last turn noted.
func (k *talk) attention(words string) (a *workflow.Attention) {
	k.t.Helper()
	name, args, _ := list(k.t).Recognise(command.Hear(words, k.Kernel.Today()))
	for _, c := range k.room.Commands() {
		if c.Name != name {
			continue
		}
		act, err := c.Prepare(context.Background(), k.person, args)
		if err != nil {
			k.t.Fatal(err)
		}
		k.acts(func(t *turn.Turn) error {
			err := act(t, args)
			a = t.Out.Attention
			return err
		})
	}
	return a
}

// TestLater: a reminder can be put off, never so far that the notice comes too late.
func TestLater(t *testing.T) {
	k := newTalk(t).reminded()
	k.hears("以后提醒我", "2026-11-26 再提醒您(再晚就可能来不及了)", "[现在办]")
	k.hears("明天提醒我", "2026-11-24 再提醒您。")
	k.hears("5 天后提醒", "2026-11-26 再提醒您(再晚就可能来不及了)")
	a := k.attention("后天提醒我")
	if a == nil || a.Later != calendar.NewDate(2026, 11, 25) || a.Asked != k.Kernel.Today() {
		t.Errorf("%+v", a)
	}
	k.told.candidate.Certificate.RecognisedOn = calendar.NewDate(2026, 6, 10)
	for words, want := range map[string]string{
		"一周后提醒": "2026-11-30", "请两个星期之后再提醒我": "2026-12-07", "十天后叫我": "2026-12-03", "一个月后提醒": "2026-12-23",
		"remind me in a week": "2026-11-30", "remind me in 2 days": "2026-11-25", "remind me tomorrow": "2026-11-24",
		"下周提醒我": "2026-11-30", "0 天后提醒": "2026-11-24", "remind me next week": "2026-11-30",
	} {
		if a := k.attention(words); a == nil || a.Later.String() != want {
			t.Errorf("%s: %+v", words, a)
		}
	}
}

// TestAnswersToReminders: what is noted depends on how far the filing is.
func TestAnswersToReminders(t *testing.T) {
	k := newTalk(t).reminded()
	k.hears("知道了", "2026-11-26 再提醒您；", "随时发「你好」就能办")
	if a := k.attention("知道了"); a == nil || a.Acknowledged != k.Kernel.Today() {
		t.Errorf("%+v", a)
	}
	k.hears("我不备案", "这次不再提醒您", "[恢复提醒]")
	a := k.attention("不想备案")
	if a == nil || a.Declined != k.Kernel.Today() {
		t.Errorf("%+v", a)
	}
	k.told.candidate.Attention = *a
	k.hears("知道了", "好，记下了。证书 2026-12-10 到期")
	k.hears("恢复提醒", "继续按时提醒您")
	if a := k.attention("恢复提醒"); a == nil || !a.Declined.IsZero() {
		t.Errorf("%+v", a)
	}
	if a := k.attention("明天提醒我"); a == nil || !a.Declined.IsZero() { // who asks to be reminded has changed their mind
		t.Errorf("%+v", a)
	}

	k = newTalk(t).at(workflow.StepConfirm).reminded()
	k.hears("以后再说", "先放着，填过的都在")
	k.hears("一周后提醒", "再提醒您")
	k.hears("我不备案", "您的备案已经开始了", "[删除备案]")
	k = newTalk(t).at(workflow.StepReview).reminded()
	for _, words := range []string{"以后再说", "明天提醒我", "我不备案"} {
		k.hears(words, "您的备案已经送出")
	}
	k = newcomer(t)
	for _, words := range []string{"以后再说", "明天提醒我", "知道了", "我不备案", "恢复提醒"} {
		k.hears(words, "没有什么要提醒的")
	}
	k.told.err = errors.New("down")
	for _, c := range k.room.reminderCommands() {
		if _, err := c.Prepare(t.Context(), k.person, command.Args{}); !errors.Is(err, k.told.err) {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

// TestWhyTold: every rung of the ladder says by which rule it went out.
func TestWhyTold(t *testing.T) {
	k := newTalk(t)
	k.hears("为什么收到这条", "我还没有给您发过到期提醒")
	k.reminded()
	for _, c := range []struct {
		milestone string
		reason    reminder.Reason
		want      string
	}{
		{"open-30", reminder.ReasonOpens, "您的证书 2026-11-10 起可以备案，提前 30 天告诉您一次"},
		{"open", reminder.ReasonOpens, "您的证书 2026-11-10 起可以备案，当天告诉您一次"},
		{"open+7", reminder.ReasonOpens, "到那天 13 天还没有开始"},
		{"end-14", reminder.ReasonEnds, "您的证书 2026-12-10 到期，到期前 14 天(逢休息日提前)提醒一次"},
		{"gone", reminder.ReasonEnds, "按学校的提醒安排"},
		{"later-2026-11-23", reminder.ReasonSnoozed, "您让我那天再提醒(证书 2026-12-10 到期)"},
	} {
		one := reminder.Reminding{Candidate: k.told.candidate, Milestone: c.milestone, Reason: c.reason}
		k.told.last = reminder.Told{On: k.Kernel.Today(), Reminders: []reminder.Reminding{one}}
		k.hears("为什么收到这条", "2026-11-23 那条消息，是因为", c.want, "下一次提醒：2026-11-24")
	}
	k.On(calendar.NewDate(2026, 12, 11))
	late := reminder.Reminding{Candidate: k.told.candidate, Milestone: "end+1", Reason: reminder.ReasonOverdue}
	k.told.last = reminder.Told{On: k.Kernel.Today(), Reminders: []reminder.Reminding{late}}
	k.hears("为什么收到这条", "您的证书 2026-12-10 已到期，到那天过了 1 天还没有备案", "下一次提醒：2026-12-18")
}

// TestWhyToldOfOthers: a handler who asks is shown whose certificate it was, and that is noted.
func TestWhyToldOfOthers(t *testing.T) {
	k := talkOf(t, turntest.Handler)
	k.told.last = reminder.Told{On: k.Kernel.Today(), Reminders: []reminder.Reminding{{
		Candidate: reminder.Candidate{
			Certificate: k.Certificate(turntest.Applicant), Person: workflow.Person{ID: turntest.Applicant, Name: "陈一帆"},
		},
		Reason: reminder.ReasonClimb,
	}}}
	k.hears("为什么收到这条", "提醒过陈一帆(证书 2026-12-10 到期)")
	seen, err := k.Accesses(t.Context(), turntest.Applicant, 10)
	if err != nil || len(seen) != 1 || seen[0].Viewer != turntest.Handler || seen[0].What != workflow.ShownTask {
		t.Errorf("%+v, %v", seen, err)
	}
}
