package turntest_test

import (
	"strings"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

// TestTalk: a conversation goes through recogniser, kernel and store.
func TestTalk(t *testing.T) {
	w := turntest.New(t)
	k := w.Talk(turntest.Applicant, []turn.Command{
		{Spec: command.Spec{Name: "later", Words: []string{"以后"}}, Do: func(t *turn.Turn, _ command.Args) error {
			t.Later(workflow.Export{Person: t.Case.Person.ID})
			return t.Say("quota", text.Data{"Unit": t.Unit()})
		}},
	})
	if got := k.Says("以后。"); !strings.Contains(got, "本月学校的钉钉消息额度用完了") {
		t.Error(got)
	}
	if jobs := w.Jobs(); len(jobs) != 1 || jobs[0] != (workflow.Export{Person: turntest.Applicant}) {
		t.Errorf("%+v", jobs)
	}
	if jobs := w.Jobs(); len(jobs) != 0 {
		t.Errorf("%+v", jobs)
	}
}

// TestPrinted: the machine can be taken to a step without a conversation.
func TestPrinted(t *testing.T) {
	w := turntest.New(t)
	f := w.Begin(turntest.Applicant, w.Printed()...)
	if f.State != workflow.Saved || f.Notice.State != workflow.NoticeHanded || w.Filing(turntest.Applicant).ID != f.ID {
		t.Errorf("%+v", f)
	}
	cases, err := w.Desk(t.Context(), turntest.Handler, w.Kernel.Today(), 10)
	if err != nil || len(cases) != 1 || cases[0].Applicant.Name != "陈一帆" {
		t.Errorf("%v, %v", cases, err)
	}
}
