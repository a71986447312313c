package reminder_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// ledger turns the milestones that were decided, all sent on the day, into entries.
func ledger(t *testing.T, day string, why reminder.Reason, milestones ...string) []reminder.LedgerEntry {
	t.Helper()
	var out []reminder.LedgerEntry
	for _, m := range milestones {
		out = append(out, reminder.LedgerEntry{Milestone: m, Reason: why, On: date(t, day)})
	}
	return out
}

// show writes an agenda in one line.
func show(a reminder.Agenda) string {
	s := "-"
	if a.Due != nil {
		s = a.Due.Milestone + ":" + string(a.Due.Reason)
	}
	for _, c := range a.Closed {
		s += " " + c.Milestone + "=" + string(c.Reason)
	}
	for _, c := range a.Climbs {
		s += " ^" + c.ID
	}
	if a.NextCheck.IsZero() {
		return s + " never"
	}
	return s + " " + a.NextCheck.String()
}

// TestDueOn: the latest rung reached, and why the others are closed. The certificate opens on
// 2026-11-10 and ends on 2026-12-10.
func TestDueOn(t *testing.T) {
	on, opens, ends := "2024-12-10", reminder.ReasonOpens, reminder.ReasonEnds
	upTo := func(n int) []reminder.LedgerEntry {
		all := []string{"open-30", "open-7", "open", "open+7", "open+14", "end-14", "end-7", "end-3", "end-1"}
		return append(ledger(t, "2026-11-01", opens, all[:n]...),
			ledger(t, "2026-11-01", reminder.ReasonClimb, "climb-college", "climb-hr")...)
	}
	attention := func(a workflow.Attention) func(*reminder.Candidate) {
		return func(k *reminder.Candidate) { k.Attention = a }
	}
	state := func(s workflow.State) func(*reminder.Candidate) { return func(k *reminder.Candidate) { k.State = s } }
	for _, c := range []struct {
		name, day, recognised string
		ledger                []reminder.LedgerEntry
		but                   func(*reminder.Candidate)
		want                  string
	}{
		{"long before", "2026-06-01", on, nil, nil, "- 2026-10-12"},
		{"late, but before the next", "2026-10-30", on, nil, nil, "open-30:opens 2026-11-03"},
		{"a weekend moves an opening notice on", "2026-10-11", on, nil, nil, "- 2026-10-12"},
		{"first rung", "2026-10-12", on, nil, nil, "open-30:opens 2026-11-03"},
		{"nothing twice", "2026-10-12", on, upTo(1), nil, "- 2026-11-03"},
		{
			"after an outage only the latest", "2026-11-23", on, nil, nil,
			"open+7:opens open-30=superseded open-7=superseded open=superseded 2026-11-24",
		},
		{"on a day off nothing is sent", "2026-11-21", on, upTo(3), nil, "- 2026-11-22"},
		{
			"opening on Saturday moves on", "2026-12-07", "2025-01-05", ledger(t, "2026-11-30", opens, "open-30", "open-7"),
			nil, "open:opens 2026-12-14",
		},
		{"a deadline on Sunday moves back", "2026-12-18", "2024-12-20", upTo(8), nil, "end-1:ends 2026-12-21"},
		{
			"the rung that climbs is looked after", "2026-11-26", on,
			ledger(t, "2026-11-24", opens, "open-30", "open-7", "open", "open+7", "open+14"), nil, "end-14:ends 2026-11-30",
		},
		{
			"begun: no word of the window", "2026-11-24", on, upTo(3), state(workflow.Draft),
			"- open+7=superseded open+14=begun 2026-11-26",
		},
		{"begun: the end is", "2026-11-26", on, upTo(5), state(workflow.Draft), "end-14:ends 2026-12-03"},
		{"handed over: nothing", "2026-12-03", on, upTo(6), state(workflow.Submitted), "- end-7=filed 2026-12-07"},
		{"returned: the next is sent", "2026-12-07", on, upTo(7), state(workflow.Returned), "end-3:ends 2026-12-09"},
		{"no renewal", "2026-12-03", on, upTo(6), func(k *reminder.Candidate) {
			k.Certificate.Mismatch = workflow.CategoryChanged
		}, "- end-7=not_renewable 2026-12-07"},
		{"gone", "2026-12-03", on, upTo(6), func(k *reminder.Candidate) { k.Gone = true }, "- end-7=gone 2026-12-07"},
		{
			"declined", "2026-12-03", on, upTo(6), attention(workflow.Attention{Declined: date(t, "2026-12-01")}),
			"- end-7=declined 2026-12-07",
		},
		{"declined, but begun", "2026-12-03", on, upTo(6), func(k *reminder.Candidate) {
			k.Attention.Declined, k.State = date(t, "2026-12-01"), workflow.Saved
		}, "end-7:ends 2026-12-07"},
		{
			"acknowledged: no further word of the window", "2026-11-17", on, upTo(3),
			attention(workflow.Attention{Acknowledged: date(t, "2026-11-11")}), "- open+7=acknowledged 2026-11-24",
		},
		{
			"acknowledged: the end is", "2026-11-26", on, upTo(5),
			attention(workflow.Attention{Acknowledged: date(t, "2026-11-11")}), "end-14:ends 2026-12-03",
		},
		{"put off", "2026-11-17", on, upTo(3), attention(workflow.Attention{
			Asked: date(t, "2026-11-12"),
			Later: date(t, "2026-11-19"),
		}), "- open+7=covered 2026-11-19"},
		{"as asked", "2026-11-19", on, upTo(4), attention(workflow.Attention{
			Asked: date(t, "2026-11-12"),
			Later: date(t, "2026-11-19"),
		}), "later-2026-11-19:snoozed 2026-11-24"},
		{
			"asked for a day with a rung: one message", "2026-11-24", on, upTo(4),
			attention(workflow.Attention{Asked: date(t, "2026-11-12"), Later: date(t, "2026-11-24")}),
			"open+14:opens later-2026-11-24=superseded 2026-11-26",
		},
		{"overdue", "2026-12-11", on, upTo(9), nil, "end+1:overdue 2026-12-18"},
		{
			"overdue for long", "2027-03-01", on, upTo(9), nil,
			"- end+1=superseded end+8=superseded end+15=superseded end+22=superseded end+29=late never",
		},
		{
			"no answer to the end: the college", "2026-11-30", on,
			ledger(t, "2026-11-26", ends, "open-30", "open-7", "open", "open+7", "open+14", "end-14"), nil,
			"- ^climb-college 2026-12-03",
		},
		{"an answer: nobody", "2026-11-30", on, ledger(t, "2026-11-26", ends, "open-30", "open-7", "open", "open+7",
			"open+14", "end-14"), attention(workflow.Attention{Acknowledged: date(t, "2026-11-27")}), "- 2026-12-03"},
		{"begun: nobody", "2026-11-30", on, ledger(t, "2026-11-26", ends, "open-30", "open-7", "open", "open+7", "open+14",
			"end-14"), state(workflow.Draft), "- 2026-12-03"},
		{
			"told the college: HR next", "2026-12-07", on,
			ledger(t, "2026-12-03", ends, "open-30", "open-7", "open", "open+7", "open+14", "end-14", "end-7", "climb-college",
				"end-3"), nil, "- ^climb-hr 2026-12-09",
		},
		{"who cannot be reached climbs at once", "2026-11-27", on, func() []reminder.LedgerEntry {
			l := ledger(t, "2026-11-26", ends, "open-30", "open-7", "open", "open+7", "open+14", "end-14")
			l[5].Unreached = true
			return l
		}(), nil, "- ^climb-college 2026-12-03"},
	} {
		k := reminder.Candidate{
			Certificate: workflow.Certificate{ID: "c", RecognisedOn: date(t, c.recognised)},
			Ledger:      c.ledger,
		}
		if c.but != nil {
			c.but(&k)
		}
		if got := show(reminder.DueOn(k, policy(t), date(t, c.day))); got != c.want {
			t.Errorf("%s on %s:\n got %s\nwant %s", c.name, c.day, got, c.want)
		}
	}
}

// keep writes an agenda into the ledger of the candidate.
func keep(k *reminder.Candidate, a reminder.Agenda, today calendar.Date) {
	for _, c := range a.Closed {
		k.Ledger = append(k.Ledger, reminder.LedgerEntry{Milestone: c.Milestone, Reason: c.Reason, On: today})
	}
	if a.Due != nil {
		k.Ledger = append(k.Ledger, reminder.LedgerEntry{Milestone: a.Due.Milestone, Reason: a.Due.Reason, On: today})
	}
	for _, c := range a.Climbs {
		k.Ledger = append(k.Ledger, reminder.LedgerEntry{Milestone: c.ID, Reason: reminder.ReasonClimb, On: today})
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
			k := reminder.Candidate{Certificate: workflow.Certificate{RecognisedOn: recognised}}
			check := recognised.AddDays(640)
			for d := recognised.AddDays(640); d.Before(recognised.AddDays(800)); d = d.AddDays(1) {
				if way == 1 && (check.IsZero() || d.Before(check)) {
					continue
				}
				a := reminder.DueOn(k, p, d)
				if again := reminder.DueOn(kept(k, a, d), p, d); again.Due != nil || len(again.Closed)+len(again.Climbs) > 0 {
					t.Fatalf("%s on %s: decided twice: %s", recognised, d, show(again))
				}
				if !a.NextCheck.IsZero() && !a.NextCheck.After(d) {
					t.Fatalf("%s on %s: checks back at %s", recognised, d, a.NextCheck)
				}
				keep(&k, a, d)
				check = a.NextCheck
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

func kept(k reminder.Candidate, a reminder.Agenda, today calendar.Date) reminder.Candidate {
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
		got, capped := reminder.Snooze(c, policy(t), date(t, x.today), x.days)
		if got != date(t, x.want) || capped != x.capped {
			t.Errorf("%d days from %s: %s, %v, want %s", x.days, x.today, got, capped, x.want)
		}
	}
}

// TestRemindersInABreak: while the school rests, only deadlines are written about.
func TestRemindersInABreak(t *testing.T) {
	p := policy(t)
	p.Reminders.Breaks = []workflow.Break{{From: date(t, "2026-11-20"), Until: date(t, "2026-12-06")}}
	k := reminder.Candidate{Certificate: workflow.Certificate{ID: "c", RecognisedOn: date(t, "2024-12-10")}}
	if a := reminder.DueOn(k, p, date(t, "2026-11-23")); a.Due != nil {
		t.Errorf("in the break: %s", show(a))
	}
	if a := reminder.DueOn(k, p, date(t, "2026-11-26")); a.Due == nil || a.Due.Milestone != "end-14" {
		t.Errorf("a deadline: %s", show(a))
	}
}
