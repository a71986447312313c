package workflow_test

import (
	"testing"
	"time"

	"example.org/beian/workflow"
)

// TestWorkTime counts 09:00 to 12:00 and 13:30 to 17:30 on working days only.
func TestWorkTime(t *testing.T) {
	p := policy(t)
	at := func(day string, hour, minute int) time.Time { return date(t, day).At(hour, minute) }
	for _, c := range []struct {
		from, to time.Time
		want     time.Duration
	}{
		{at("2026-11-23", 10, 0), at("2026-11-23", 11, 0), time.Hour},
		{at("2026-11-23", 11, 30), at("2026-11-23", 14, 0), time.Hour},      // lunch
		{at("2026-11-23", 8, 0), at("2026-11-23", 9, 30), 30 * time.Minute}, // before work
		{at("2026-11-23", 12, 10), at("2026-11-23", 13, 0), 0},              // inside lunch
		{at("2026-11-27", 17, 0), at("2026-11-30", 9, 30), time.Hour},       // Friday to Monday
		{at("2026-09-18", 9, 0), at("2026-09-21", 9, 0), 14 * time.Hour},    // Sunday 09-20 is worked
		{at("2026-09-30", 16, 30), at("2026-10-08", 10, 0), 2 * time.Hour},  // the national holiday
		{at("2026-11-23", 11, 0), at("2026-11-23", 10, 0), 0},               // a clock that went back
		{at("2026-11-23", 9, 0), at("2026-11-24", 9, 0), 7 * time.Hour},     // a whole day
	} {
		if got := p.WorkTime(c.from, c.to); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from.Format("01-02 15:04"), c.to.Format("01-02 15:04"), got, c.want)
		}
	}
	p.Reminders.Breaks = []workflow.Break{{From: date(t, "2026-11-24"), Until: date(t, "2026-11-24")}}
	if got := p.WorkTime(at("2026-11-23", 17, 0), at("2026-11-25", 9, 30)); got != time.Hour {
		t.Errorf("over a break: %s", got)
	}
}

// TestWaitsClimb: nudge, deputy, HR, each after its hours; a new card begins anew.
func TestWaitsClimb(t *testing.T) {
	p := policy(t)
	h := handedIn(t) // 2026-12-01 09:00
	w, ok := h.f.Waits(p)
	if !ok || w.Step != "college" || w.Role != workflow.CollegeHandler {
		t.Fatalf("%+v %v", w, ok)
	}
	for _, c := range []struct {
		at   string
		hour int
		want workflow.Level
	}{
		{"2026-12-01", 16, workflow.OnTime},
		{"2026-12-02", 9, workflow.Nudged},
		{"2026-12-03", 10, workflow.DeputyAsked},
		{"2026-12-04", 10, workflow.HRTold},
	} {
		if got := w.Level(p, date(t, c.at).At(c.hour, 0)); got != c.want {
			t.Errorf("%s %d:00: %d, want %d", c.at, c.hour, got, c.want)
		}
	}
	h.on("2026-12-03").do(workflow.Command{
		Action: workflow.Reassign, Actor: college, Assignee: "h2",
		Ticket: h.f.Review.Ticket,
	})
	next, _ := h.f.Waits(p)
	if next.Key == w.Key || next.Level(p, date(t, "2026-12-03").At(15, 0)) != workflow.OnTime {
		t.Errorf("handed on: %+v", next)
	}
	n, ok := saved(t).f.Waits(p) // handed to the college on 11-23, 10:00
	if !ok || n.Step != "" || n.Level(p, date(t, "2026-11-23").At(16, 0)) != workflow.Nudged {
		t.Errorf("notice: %+v %v", n, ok)
	}
	if _, ok := drafted(t).f.Waits(p); ok {
		t.Error("a draft waits for nobody but its person")
	}
	n.SLA = workflow.SLAPolicy{}
	if n.Level(p, date(t, "2027-11-23").At(16, 0)) != workflow.OnTime {
		t.Error("without hours nothing climbs")
	}
}
