package workflow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
)

func TestDueOn(t *testing.T) {
	cert := func(on string) workflow.Candidate {
		return workflow.Candidate{Certificate: workflow.Certificate{ID: "c", RecognisedOn: date(t, on)}}
	}
	for _, c := range []struct {
		name, day string
		k         workflow.Candidate
		state     workflow.State
		ledger    []string
		want      string
		missed    int
	}{
		{"not near", "2026-06-01", cert("2024-12-10"), "", nil, "", 0},
		{"first rung", "2026-10-12", cert("2024-12-10"), "", nil, "open-30", 0}, // 10-11 is a Sunday
		{"weekend", "2026-10-11", cert("2024-12-10"), "", nil, "", 0},
		{"after an outage only the latest", "2026-11-23", cert("2024-12-10"), "", nil, "open+7", 3},
		{"nothing twice", "2026-11-23", cert("2024-12-10"), "", []string{"open-30", "open-7", "open", "open+7"}, "", 0},
		{"opening on Saturday moves on", "2026-12-07", cert("2025-01-05"), "", []string{"open-30", "open-7"}, "open", 0},
		{"deadline on Sunday moves back", "2026-12-18", cert("2024-12-20"), "", []string{"open-30", "open-7", "open", "open+7", "open+14", "end-14", "end-7", "end-3"}, "end-1", 0},
		{"begun: only the end matters", "2026-11-23", cert("2024-12-10"), workflow.Draft, nil, "", 0},
		{"handed over: nothing", "2026-12-03", cert("2024-12-10"), workflow.Submitted, nil, "", 0},
		{"overdue", "2026-12-11", cert("2024-12-10"), "", []string{"open-30", "open-7", "open", "open+7", "open+14", "end-14", "end-7", "end-3", "end-1"}, "end+1", 0},
	} {
		c.k.State, c.k.Ledger = c.state, c.ledger
		due, missed := workflow.DueOn(c.k, policy(t), date(t, c.day))
		got := ""
		if due != nil {
			got = due.Milestone
		}
		if got != c.want || len(missed) != c.missed {
			t.Errorf("%s: due %q with %d missed, want %q with %d", c.name, got, len(missed), c.want, c.missed)
		}
	}
}

// TestRemindersOverTwoYears: whatever days the pass runs on, no rung is sent twice
// and none out of order.
func TestRemindersOverTwoYears(t *testing.T) {
	k := workflow.Candidate{Certificate: workflow.Certificate{RecognisedOn: date(t, "2024-12-31")}}
	var sent []string
	for d := date(t, "2026-01-01"); d.Before(date(t, "2027-06-01")); d = d.AddDays(1) {
		due, missed := workflow.DueOn(k, policy(t), d)
		if due == nil {
			continue
		}
		sent = append(sent, due.Milestone)
		k.Ledger = append(append(k.Ledger, due.Milestone), missed...)
	}
	var want []string
	for _, m := range policy(t).Reminders.Ladder {
		want = append(want, m.ID)
	}
	if d := cmp.Diff(want, sent); d != "" {
		t.Errorf("run daily: %s", d)
	}
}

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
		workflow.StepStart, workflow.StepConfirm, workflow.StepPaper, workflow.StepMaterial, workflow.StepHandIn, workflow.StepWaitNotice,
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

// TestWindow of the ladder: the daily pass must read everything that may be due.
func TestReminderWindow(t *testing.T) {
	p := policy(t)
	before, after := p.Reminders.Window(p)
	for _, m := range p.Reminders.Ladder {
		cert := workflow.Certificate{RecognisedOn: date(t, "2025-03-31")}
		day := cert.ValidUntil(p).AddDays(m.Days)
		if m.Anchor == workflow.AnchorOpens {
			day = cert.OpensOn(p).AddDays(m.Days)
		}
		if n := day.DaysUntil(cert.ValidUntil(p)); n > before || -n > after {
			t.Errorf("%s lies outside %d days before and %d after", m.ID, before, after)
		}
	}
}

// TestRemindersInABreak: while the school rests, only deadlines are written about.
func TestRemindersInABreak(t *testing.T) {
	p := policy(t)
	p.Reminders.Breaks = []workflow.Break{{From: date(t, "2026-11-20"), Until: date(t, "2026-12-06")}}
	k := workflow.Candidate{Certificate: workflow.Certificate{ID: "c", RecognisedOn: date(t, "2024-12-10")}}
	if due, _ := workflow.DueOn(k, p, date(t, "2026-11-23")); due != nil {
		t.Errorf("in the break: %+v", due)
	}
	if due, _ := workflow.DueOn(k, p, date(t, "2026-11-26")); due == nil || due.Milestone != "end-14" {
		t.Errorf("a deadline: %+v", due)
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
