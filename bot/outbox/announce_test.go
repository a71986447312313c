package outbox_test

import (
	"errors"
	"testing"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

// TestAnnounce: each event is told to those whom it concerns, as the filing stands when it is told;
// what a handler is shown of somebody is noted.
func TestAnnounce(t *testing.T) {
	s := newSchool(t)
	f := s.Begin(turntest.Applicant, s.Printed()...)
	form := &workflow.File{ID: "f", Revision: f.Revision, Checked: true}
	got := s.announce()
	has(t, got[turntest.Handler], "公示信息", "陈一帆", "[今天已张贴]", "公示信息.pdf")
	has(t, got[turntest.Applicant], "公示信息.pdf") // one file for both
	if got[turntest.Deputy] != "" {
		t.Error("the deputy was told of what the handler does")
	}
	seen, err := s.Accesses(t.Context(), turntest.Applicant, 9)
	s.must(err)
	if len(seen) != 1 || seen[0].Viewer != turntest.Handler || seen[0].What != workflow.ShownNotice {
		t.Errorf("%+v", seen)
	}
	today, timer := s.World.Kernel.Today(), workflow.TimerActor()
	items := []workflow.ReturnItem{{Slot: workflow.SlotForm, Reason: "not_scan"}}
	told := func(who, what string) map[string]string { return map[string]string{who: what} }
	both := map[string]string{turntest.Applicant: "异议", turntest.School: "单位不符"}
	upload := workflow.Command{Action: workflow.Upload, Actor: college, Slot: workflow.SlotForm, File: form}
	for _, c := range []struct {
		cmd  workflow.Command
		want map[string]string
	}{
		{workflow.Command{Action: workflow.PostNotice, Actor: college, From: today}, told(turntest.Applicant, "2026-11-30")},
		{workflow.Command{Action: workflow.ObjectNotice, Actor: college, Text: "单位不符"}, both},
		{workflow.Command{Action: workflow.SettleNotice, Actor: office, Text: "不成立"}, told(turntest.Applicant, "不成立")},
		{upload, told(turntest.Applicant, "学院已把您签字盖章的申请表")},
		{workflow.Command{Action: workflow.AutofetchOK}, nil},
		{workflow.Command{Action: workflow.SaveMaterials}, nil},
		{workflow.Command{Action: workflow.PassNotice, Actor: timer}, told(turntest.Handler, "无异议，请撤下")},
		{workflow.Command{Action: workflow.HandIn, Actor: timer}, told(turntest.Applicant, "何清越老师")},
		{workflow.Command{Action: workflow.Approve, Actor: college}, told(turntest.Applicant, "何清越老师")},
		{workflow.Command{Action: workflow.Return, Actor: office, Items: items}, told(turntest.Applicant, "傅明舟老师")},
	} {
		if c.cmd.Action == workflow.PassNotice {
			s.On(s.Filing(turntest.Applicant).Notice.Until.AddDays(1))
		}
		s.Does(turntest.Applicant, c.cmd)
		got := s.announce()
		for who, want := range c.want {
			has(t, got[who], want)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", c.cmd.Action, got)
		}
	}
}

// TestAnnounceOfficial: what the city says is told, and what comes next.
func TestAnnounceOfficial(t *testing.T) {
	s := newSchool(t)
	f := s.Begin(turntest.Applicant, s.Printed()...)
	s.Does(
		turntest.Applicant,
		workflow.Command{Action: workflow.PostNotice, Actor: college, From: s.World.Kernel.Today()},
		workflow.Command{
			Action: workflow.Upload,
			Slot:   workflow.SlotForm,
			File:   &workflow.File{ID: "f", Revision: f.Revision},
		},
		workflow.Command{Action: workflow.AutofetchOK},
		workflow.Command{Action: workflow.SaveMaterials},
	)
	s.On(s.Filing(turntest.Applicant).Notice.Until.AddDays(1))
	s.Does(turntest.Applicant, workflow.Command{Action: workflow.PassNotice, Actor: workflow.TimerActor()},
		workflow.Command{Action: workflow.HandIn}, workflow.Command{Action: workflow.Approve, Actor: college})
	s.Jobs()
	for _, c := range []struct {
		cmd  workflow.Command
		want []string
	}{
		{workflow.Command{Action: workflow.Submit, Actor: office, Attested: true}, []string{"已上报"}},
		{workflow.Command{Action: workflow.Report, Actor: office, Text: "审核中"}, []string{"审核中"}},
		{workflow.Command{Action: workflow.ReportReturned, Actor: office, Text: "退回补正"}, []string{"退回补正"}},
	} {
		s.Does(turntest.Applicant, c.cmd)
		got := s.announce()
		has(t, got[turntest.Applicant], c.want...)
		if len(got) != 1 {
			t.Errorf("%s: %v", c.cmd.Action, got)
		}
	}
	log, err := s.Events(t.Context(), f.ID)
	s.must(err)
	s.Does(turntest.Applicant, workflow.Command{Action: workflow.Correct, Actor: office, Text: "登错了", Log: log})
	has(t, s.announce()[turntest.Applicant], "登错了")
}

// TestAnnounceChanges: a notice that was posted goes to the college again with what has changed on it,
// and one who left or whose documents changed is told of by the school.
func TestAnnounceChanges(t *testing.T) {
	s := newSchool(t)
	s.Begin(turntest.Applicant, s.Printed()...)
	s.Does(
		turntest.Applicant,
		workflow.Command{Action: workflow.PostNotice, Actor: college, From: s.World.Kernel.Today()},
	)
	s.Jobs()
	s.Does(turntest.Applicant,
		workflow.Command{Action: workflow.SaveInfo, Values: workflow.Values{workflow.Post: "院长"}},
		workflow.Command{Action: workflow.PrintNotice}, workflow.Command{Action: workflow.Print},
		workflow.Command{Action: workflow.HandNotice},
	)
	has(t, s.announce()[turntest.Handler], "→ 院长", "公示信息.pdf")
	s.Does(turntest.Applicant, workflow.Command{Action: workflow.KeepNotice, Actor: college})
	has(t, s.announce()[turntest.Applicant], "2026-11-30")
	s.Does(turntest.Applicant, workflow.Command{Action: workflow.LeaveUnit})
	has(t, s.announce()[turntest.School], "不在职", "陈一帆")

	s.Begin(turntest.Colleague)
	s.Does(turntest.Colleague, workflow.Command{Action: workflow.ReportIdentity})
	has(t, s.announce()[turntest.School], "证件")
	s.Does(turntest.Colleague, workflow.Command{Action: workflow.DeclareCategory, Actor: office})
	has(t, s.announce()[turntest.Colleague], "类别")
}

// TestAnnounceNothing: what has no text is not told, what was erased neither, and a fault is an error.
func TestAnnounceNothing(t *testing.T) {
	s := newSchool(t)
	f := s.Begin(turntest.Applicant)
	s.Jobs()
	for _, to := range []string{turntest.Applicant, turntest.Handler} {
		s.must(s.Announce(t.Context(), workflow.Announce{Filing: f.ID, Seq: 1, To: to}))
	}
	s.must(s.Announce(t.Context(), workflow.Announce{Filing: "gone", Seq: 1, To: turntest.Handler}))
	if got := s.told(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if err := s.Announce(t.Context(), workflow.Announce{Filing: f.ID, Seq: 99, To: turntest.Handler}); err == nil {
		t.Error("an event that is not there was told")
	}
	s.Does(turntest.Applicant, s.Printed()...)
	s.Chat.Fail("Send", errors.New("boom"))
	if err := s.Announce(t.Context(), s.Jobs()[0].(workflow.Announce)); err == nil {
		t.Error("a message that did not leave is no error")
	}
}
