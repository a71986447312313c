package workflow_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
)

// ledger turns the milestones that were decided, all sent on the day, into entries.
func ledger(t *testing.T, day string, why workflow.Why, milestones ...string) []workflow.LedgerEntry {
	t.Helper()
	var out []workflow.LedgerEntry
	for _, m := range milestones {
		out = append(out, workflow.LedgerEntry{Milestone: m, Why: why, On: date(t, day)})
	}
	return out
}

// show writes an agenda in one line.
func show(a workflow.Agenda) string {
	s := "-"
	if a.Due != nil {
		s = a.Due.Milestone + ":" + string(a.Due.Why)
	}
	for _, c := range a.Closed {
		s += " " + c.Milestone + "=" + string(c.Why)
	}
	for _, c := range a.Climbs {
		s += " ^" + c.ID
	}
	if a.Look.IsZero() {
		return s + " never"
	}
	return s + " " + a.Look.String()
}

// TestDueOn: domain §3.4. The certificate opens on 2026-11-10 and ends on 2026-12-10.
func TestDueOn(t *testing.T) {
	on, opens, ends := "2024-12-10", workflow.WhyOpens, workflow.WhyEnds
	upTo := func(n int) []workflow.LedgerEntry {
		all := []string{"open-30", "open-7", "open", "open+7", "open+14", "end-14", "end-7", "end-3", "end-1"}
		return append(ledger(t, "2026-11-01", opens, all[:n]...), ledger(t, "2026-11-01", workflow.WhyClimb, "climb-college", "climb-hr")...)
	}
	attention := func(a workflow.Attention) func(*workflow.Candidate) {
		return func(k *workflow.Candidate) { k.Attention = a }
	}
	state := func(s workflow.State) func(*workflow.Candidate) { return func(k *workflow.Candidate) { k.State = s } }
	for _, c := range []struct {
		name, day, recognised string
		ledger                []workflow.LedgerEntry
		but                   func(*workflow.Candidate)
		want                  string
	}{
		{"long before", "2026-06-01", on, nil, nil, "- 2026-10-12"},
		{"late, but before the next", "2026-10-30", on, nil, nil, "open-30:opens 2026-11-03"},
		{"a weekend moves an opening notice on", "2026-10-11", on, nil, nil, "- 2026-10-12"},
		{"first rung", "2026-10-12", on, nil, nil, "open-30:opens 2026-11-03"},
		{"nothing twice", "2026-10-12", on, upTo(1), nil, "- 2026-11-03"},
		{"after an outage only the latest", "2026-11-23", on, nil, nil, "open+7:opens open-30=superseded open-7=superseded open=superseded 2026-11-24"},
		{"on a day off nothing is sent", "2026-11-21", on, upTo(3), nil, "- 2026-11-22"},
		{"opening on Saturday moves on", "2026-12-07", "2025-01-05", ledger(t, "2026-11-30", opens, "open-30", "open-7"), nil, "open:opens 2026-12-14"},
		{"a deadline on Sunday moves back", "2026-12-18", "2024-12-20", upTo(8), nil, "end-1:ends 2026-12-21"},
		{"the rung that climbs is looked after", "2026-11-26", on, ledger(t, "2026-11-24", opens, "open-30", "open-7", "open", "open+7", "open+14"), nil, "end-14:ends 2026-11-30"},
		{"begun: no word of the window", "2026-11-24", on, upTo(3), state(workflow.Draft), "- open+7=superseded open+14=begun 2026-11-26"},
		{"begun: the end is", "2026-11-26", on, upTo(5), state(workflow.Draft), "end-14:ends 2026-12-03"},
		{"handed over: nothing", "2026-12-03", on, upTo(6), state(workflow.Submitted), "- end-7=filed 2026-12-07"},
		{"returned: the next is sent", "2026-12-07", on, upTo(7), state(workflow.Returned), "end-3:ends 2026-12-09"},
		{"no renewal", "2026-12-03", on, upTo(6), func(k *workflow.Candidate) { k.Certificate.Mismatch = workflow.CategoryChanged }, "- end-7=not_renewable 2026-12-07"},
		{"gone", "2026-12-03", on, upTo(6), func(k *workflow.Candidate) { k.Gone = true }, "- end-7=gone 2026-12-07"},
		{"declined", "2026-12-03", on, upTo(6), attention(workflow.Attention{Declined: date(t, "2026-12-01")}), "- end-7=declined 2026-12-07"},
		{"declined, but begun", "2026-12-03", on, upTo(6), func(k *workflow.Candidate) {
			k.Attention.Declined, k.State = date(t, "2026-12-01"), workflow.Saved
		}, "end-7:ends 2026-12-07"},
		{"acknowledged: no further word of the window", "2026-11-17", on, upTo(3), attention(workflow.Attention{Acknowledged: date(t, "2026-11-11")}), "- open+7=acknowledged 2026-11-24"},
		{"acknowledged: the end is", "2026-11-26", on, upTo(5), attention(workflow.Attention{Acknowledged: date(t, "2026-11-11")}), "end-14:ends 2026-12-03"},
		{"put off", "2026-11-17", on, upTo(3), attention(workflow.Attention{Asked: date(t, "2026-11-12"), Later: date(t, "2026-11-19")}), "- open+7=covered 2026-11-19"},
		{"as asked", "2026-11-19", on, upTo(4), attention(workflow.Attention{Asked: date(t, "2026-11-12"), Later: date(t, "2026-11-19")}), "later-2026-11-19:snoozed 2026-11-24"},
		{"asked for a day with a rung: one message", "2026-11-24", on, upTo(4), attention(workflow.Attention{Asked: date(t, "2026-11-12"), Later: date(t, "2026-11-24")}), "open+14:opens later-2026-11-24=superseded 2026-11-26"},
		{"overdue", "2026-12-11", on, upTo(9), nil, "end+1:overdue 2026-12-18"},
		{"overdue for long", "2027-03-01", on, upTo(9), nil, "- end+1=superseded end+8=superseded end+15=superseded end+22=superseded end+29=late never"},
		{"no answer to the end: the college", "2026-11-30", on, ledger(t, "2026-11-26", ends, "open-30", "open-7", "open", "open+7", "open+14", "end-14"), nil, "- ^climb-college 2026-12-03"},
		{"an answer: nobody", "2026-11-30", on, ledger(t, "2026-11-26", ends, "open-30", "open-7", "open", "open+7", "open+14", "end-14"), attention(workflow.Attention{Acknowledged: date(t, "2026-11-27")}), "- 2026-12-03"},
		{"begun: nobody", "2026-11-30", on, ledger(t, "2026-11-26", ends, "open-30", "open-7", "open", "open+7", "open+14", "end-14"), state(workflow.Draft), "- 2026-12-03"},
		{"told the college: HR next", "2026-12-07", on, ledger(t, "2026-12-03", ends, "open-30", "open-7", "open", "open+7", "open+14", "end-14", "end-7", "climb-college", "end-3"), nil, "- ^climb-hr 2026-12-09"},
		{"who cannot be reached climbs at once", "2026-11-27", on, func() []workflow.LedgerEntry {
			l := ledger(t, "2026-11-26", ends, "open-30", "open-7", "open", "open+7", "open+14", "end-14")
			l[5].Unreached = true
			return l
		}(), nil, "- ^climb-college 2026-12-03"},
	} {
		k := workflow.Candidate{Certificate: workflow.Certificate{ID: "c", RecognisedOn: date(t, c.recognised)}, Ledger: c.ledger}
		if c.but != nil {
			c.but(&k)
		}
		if got := show(workflow.DueOn(k, policy(t), date(t, c.day))); got != c.want {
			t.Errorf("%s on %s:\n got %s\nwant %s", c.name, c.day, got, c.want)
		}
	}
}

// keep writes an agenda into the ledger of the candidate.
func keep(k *workflow.Candidate, a workflow.Agenda, today workflow.Date) {
	for _, c := range a.Closed {
		k.Ledger = append(k.Ledger, workflow.LedgerEntry{Milestone: c.Milestone, Why: c.Why, On: today})
	}
	if a.Due != nil {
		k.Ledger = append(k.Ledger, workflow.LedgerEntry{Milestone: a.Due.Milestone, Why: a.Due.Why, On: today})
	}
	for _, c := range a.Climbs {
		k.Ledger = append(k.Ledger, workflow.LedgerEntry{Milestone: c.ID, Why: workflow.WhyClimb, On: today})
	}
}

// TestRemindersOverTwoYears: looking only on the days that were asked for finds the same as
// looking every day, and no rung is sent twice, out of order or outside its time.
func TestRemindersOverTwoYears(t *testing.T) {
	p := policy(t)
	for i := range 34 { // eleven days apart, so that every rung falls on every day of a week and into every holiday
		recognised := date(t, "2024-01-01").AddDays(11 * i)
		var sent [2][]string
		for way := range sent {
			k := workflow.Candidate{Certificate: workflow.Certificate{RecognisedOn: recognised}}
			look := recognised.AddDays(640)
			for d := recognised.AddDays(640); d.Before(recognised.AddDays(800)); d = d.AddDays(1) {
				if way == 1 && (look.IsZero() || d.Before(look)) {
					continue
				}
				a := workflow.DueOn(k, p, d)
				if again := workflow.DueOn(kept(k, a, d), p, d); again.Due != nil || len(again.Closed)+len(again.Climbs) > 0 {
					t.Fatalf("%s on %s: decided twice: %s", recognised, d, show(again))
				}
				if !a.Look.IsZero() && !a.Look.After(d) {
					t.Fatalf("%s on %s: looks back at %s", recognised, d, a.Look)
				}
				keep(&k, a, d)
				look = a.Look
				if a.Due == nil {
					continue
				}
				if d.Before(a.Due.On) || d.After(a.Due.Until) {
					t.Errorf("%s: %s on %s, right from %s to %s", recognised, a.Due.Milestone, d, a.Due.On, a.Due.Until)
				}
				sent[way] = append(sent[way], d.String()+" "+a.Due.Milestone)
			}
		}
		if d := cmp.Diff(sent[0], sent[1]); d != "" {
			t.Errorf("%s: daily and by the days asked for differ: %s", recognised, d)
		}
		if n := len(sent[0]); n < len(p.Reminders.Ladder)-3 { // deadlines before a long holiday fall on one day
			t.Errorf("%s: only %d reminders: %v", recognised, n, sent[0])
		}
	}
}

func kept(k workflow.Candidate, a workflow.Agenda, today workflow.Date) workflow.Candidate {
	k.Ledger = slices.Clone(k.Ledger)
	keep(&k, a, today)
	return k
}

// TestSnooze: a reminder can be put off to a working day, never past a deadline.
func TestSnooze(t *testing.T) {
	c := workflow.Certificate{RecognisedOn: date(t, "2024-12-10")} // ends 2026-12-10; the notice should start by 11-26
	for _, x := range []struct {
		today, want string
		days        int
		capped      bool
	}{
		{"2026-11-10", "2026-11-17", 7, false},
		{"2026-11-13", "2026-11-16", 1, false}, // Saturday
		{"2026-11-23", "2026-11-26", 7, true},
		{"2026-11-26", "2026-12-03", 14, true}, // the next deadline rung
		{"2026-12-09", "2026-12-11", 3, true},
		{"2027-01-20", "2027-01-27", 7, false},
	} {
		got, capped := policy(t).Snooze(c, date(t, x.today), x.days)
		if got != date(t, x.want) || capped != x.capped {
			t.Errorf("%d days from %s: %s, %v, want %s", x.days, x.today, got, capped, x.want)
		}
	}
}

// TestAwake: until when a message waits that may not go out now.
func TestAwake(t *testing.T) {
	p := policy(t)
	for at, want := range map[string]string{
		"2026-11-23 09:00": "2026-11-23 09:00",
		"2026-11-23 08:59": "2026-11-23 09:00",
		"2026-11-23 12:00": "2026-11-23 13:30",
		"2026-11-23 17:30": "2026-11-24 09:00",
		"2026-11-27 18:00": "2026-11-30 09:00",
		"2026-09-30 18:00": "2026-10-08 09:00", // the National Day holiday
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", at, workflow.Zone())
		if err != nil {
			t.Fatal(err)
		}
		if got := now.Add(p.Awake(now)).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

// TestWeekly: the first working day of a week.
func TestWeekly(t *testing.T) {
	for day, want := range map[string]bool{"2026-11-23": true, "2026-11-24": false, "2026-11-22": false, "2026-10-08": true, "2026-10-09": false, "2026-10-10": false} {
		if policy(t).Weekly(date(t, day)) != want {
			t.Errorf("%s: %v", day, !want)
		}
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
	if a := workflow.DueOn(k, p, date(t, "2026-11-23")); a.Due != nil {
		t.Errorf("in the break: %s", show(a))
	}
	if a := workflow.DueOn(k, p, date(t, "2026-11-26")); a.Due == nil || a.Due.Milestone != "end-14" {
		t.Errorf("a deadline: %s", show(a))
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
