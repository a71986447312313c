package workflow_test

import (
	"testing"

	"example.org/beian/workflow"
)

func TestNext(t *testing.T) {
	p, today := policy(t), date(t, "2026-11-23")
	if s := workflow.Next(certificate(), nil, false, p, today); s.Kind != workflow.StepConsent || s.Stage != 1 {
		t.Errorf("%+v", s)
	}
	if s := workflow.Next(certificate(), nil, true, p, today); s.Kind != workflow.StepStart {
		t.Errorf("%+v", s)
	}
	for _, c := range []struct {
		h     *history
		kind  workflow.StepKind
		stage int
	}{
		{drafted(t), workflow.StepConfirm, 3},
		{saved(t), workflow.StepPaper, 4},
		{saved(t).do(upload(workflow.SlotForm, 1)), workflow.StepMaterial, 5},
		{ready(t), workflow.StepHandIn, 5},
		{ready(t).do(workflow.Command{Action: workflow.SetAuto, Actor: applicant, Yes: true}), workflow.StepWaitNotice, 5},
		{atFix(t), workflow.StepFix, 6},
		{at(t, workflow.Approved), workflow.StepDownload, 6},
		{at(t, workflow.Done), workflow.StepFinished, 6},
		{at(t, workflow.Cancelled), workflow.StepStart, 2},
		{at(t, workflow.Closed), workflow.StepBlocked, 2},
		{tooEarly(t), workflow.StepStart, 2}, // computed from the certificate given, whatever the timers have done
		{drafted(t).do(act(workflow.DeclareCategory, applicant)), workflow.StepBlocked, 2},
		{handedIn(t), workflow.StepReview, 6},
		{submitted(t), workflow.StepOfficial, 6},
	} {
		if s := workflow.Next(certificate(), &c.h.f, true, p, today); s.Kind != c.kind || s.Stage != c.stage {
			t.Errorf("%s: %s in stage %d, want %s in %d", c.h.f.State, s.Kind, s.Stage, c.kind, c.stage)
		}
	}
}

// atFix has been returned by the college.
func atFix(t *testing.T) *history {
	t.Helper()
	h := handedIn(t)
	return h.do(h.decide(workflow.Return, college, item(workflow.Post, 0, "field_blank", "")))
}

// TestBecause: every step is explained by the manual's rules, and every rule can be
// read somewhere.
func TestBecause(t *testing.T) {
	for _, k := range []workflow.StepKind{
		workflow.StepStart, workflow.StepConfirm, workflow.StepPaper, workflow.StepMaterial, workflow.StepHandIn,
		workflow.StepWaitNotice,
		workflow.StepFix, workflow.StepReview, workflow.StepOfficial, workflow.StepDownload, workflow.StepFinished,
	} {
		if len(workflow.Step{Kind: k}.Because()) == 0 {
			t.Errorf("%s is not explained", k)
		}
	}
	for _, r := range workflow.Reasons() {
		if len(workflow.Step{Kind: workflow.StepBlocked, Reason: r}.Because()) == 0 {
			t.Errorf("%s is not explained", r)
		}
	}
	n := 0
	for _, topic := range workflow.Topics() {
		n += len(workflow.RequirementsOn(topic))
	}
	if n != len(workflow.Requirements()) {
		t.Errorf("%d of %d rules can be read by topic", n, len(workflow.Requirements()))
	}
}

// TestNextCycle: a renewed person can renew again when the new window opens.
func TestNextCycle(t *testing.T) {
	h := submitted(t).on("2026-12-20").do(
		workflow.Command{Action: workflow.Report, Actor: applicant, Text: "审核通过"},
		workflow.Command{Action: workflow.ReportApproved, Actor: applicant, From: date(t, "2026-12-20"), Text: "审核通过"})
	renewed := &workflow.Certificate{ID: "c2", Person: "p1", RecognisedOn: date(t, "2026-12-20")}
	if s := workflow.Next(renewed, &h.f, true, policy(t), date(t, "2027-06-01")); s.Kind != workflow.StepDownload {
		t.Errorf("in between: %+v", s)
	}
	if s := workflow.Next(renewed, &h.f, true, policy(t), date(t, "2028-11-20")); s.Kind != workflow.StepStart {
		t.Errorf("when the next window opens: %+v", s)
	}
}
