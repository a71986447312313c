package workflow_test

import (
	"testing"
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// TestNoticeEnd: five working days, the day of posting not counted (Q06).
func TestNoticeEnd(t *testing.T) {
	for _, c := range [][2]string{
		{"2026-11-23", "2026-11-30"},
		{"2026-11-27", "2026-12-04"},
		{"2026-09-30", "2026-10-13"},
		{"2026-09-18", "2026-09-24"},
		{"2026-02-13", "2026-02-27"},
		{"2026-04-30", "2026-05-11"},
		{"2026-12-24", "2026-12-31"},
		{"2026-12-28", "2027-01-05"},
	} {
		p := policy(t)
		end, official := p.NoticeEnd(date(t, c[0]))
		if end.String() != c[1] {
			t.Errorf("notice of %s ends %s, want %s", c[0], end, c[1])
		}
		if want := end.Before(date(t, "2026-12-27")); official != want { // December's last days may still be moved
			t.Errorf("notice of %s: official = %v", c[0], official)
		}
	}
}

func TestNoticeCountsStartDay(t *testing.T) { // as a policy may say (Q06)
	p := policy(t)
	p.Notice.WorkingDays, p.Notice.CountStartDay = 5, true
	end, _ := p.NoticeEnd(date(t, "2026-11-23"))
	if end.String() != "2026-11-27" {
		t.Errorf("ends %s", end)
	}
	end, _ = p.NoticeEnd(date(t, "2026-11-22")) // a Sunday does not count
	if end.String() != "2026-11-27" {
		t.Errorf("ends %s", end)
	}
}

// TestQuiet: nobody is written to on days off, outside the hours and, but for a deadline, in a break.
func TestQuiet(t *testing.T) {
	p := policy(t)
	p.Reminders.Breaks = []workflow.Break{{From: date(t, "2027-01-20"), Until: date(t, "2027-02-20")}}
	for _, c := range []struct {
		day             string
		h, m            int
		quiet, deadline bool
	}{
		{"2026-11-23", 8, 59, true, true},
		{"2026-11-23", 9, 0, false, false},
		{"2026-11-23", 11, 59, false, false},
		{"2026-11-23", 12, 0, true, true},
		{"2026-11-23", 13, 29, true, true},
		{"2026-11-23", 13, 30, false, false},
		{"2026-11-23", 17, 29, false, false},
		{"2026-11-23", 17, 30, true, true},
		{"2026-11-22", 10, 0, true, true},
		{"2026-09-20", 10, 0, false, false},
		{"2027-01-25", 10, 0, true, false},
	} {
		at := date(t, c.day).At(c.h, c.m)
		if p.Quiet(at, false) != c.quiet || p.Quiet(at, true) != c.deadline {
			t.Errorf("%s: quiet %v, for a deadline %v", at, p.Quiet(at, false), p.Quiet(at, true))
		}
	}
	for _, c := range []struct {
		day      string
		deadline bool
		want     string
	}{
		{"2026-12-05", false, "2026-12-07"},
		{"2026-12-20", true, "2026-12-18"},
		{"2026-12-12", true, "2026-12-11"},
		{"2026-12-07", false, "2026-12-07"},
		{"2027-01-23", false, "2027-02-22"},
		{"2027-01-23", true, "2027-01-22"},
	} {
		if got := p.Shift(date(t, c.day), c.deadline); got.String() != c.want {
			t.Errorf("%s, deadline %v: %s, want %s", c.day, c.deadline, got, c.want)
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
		now, err := time.ParseInLocation("2006-01-02 15:04", at, calendar.Zone())
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
	for day, want := range map[string]bool{
		"2026-11-23": true, "2026-11-24": false, "2026-11-22": false,
		"2026-10-08": true, "2026-10-09": false, "2026-10-10": false,
	} {
		if policy(t).Weekly(date(t, day)) != want {
			t.Errorf("%s: %v", day, !want)
		}
	}
}
