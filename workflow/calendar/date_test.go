package calendar_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"example.org/beian/workflow/calendar"
)

func TestDateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.NewDate(rapid.IntRange(1900, 2100).Draw(t, "year"), 1, 1).AddDays(rapid.IntRange(0, 365).Draw(t, "day"))
		got, err := calendar.ParseDate(d.String())
		if err != nil || got != d {
			t.Fatalf("%s became %s, %v", d, got, err)
		}
		if n := rapid.IntRange(-5000, 5000).Draw(t, "n"); d.DaysUntil(d.AddDays(n)) != n {
			t.Fatalf("%s plus %d days", d, n)
		}
	})
}

func TestWorkdaysIn2026(t *testing.T) {
	cal, n := policy(t).Calendar(), 0
	for d := date(t, "2026-01-01"); d.Year == 2026; d = d.AddDays(1) {
		if work, _ := cal.IsWorkday(d); work {
			n++
		}
	}
	if n != 248 { // as the State Council announced them
		t.Errorf("2026 has %d working days, want 248", n)
	}
}

func TestUnknownYearIsProvisional(t *testing.T) {
	work, official := policy(t).Calendar().IsWorkday(date(t, "2031-03-03"))
	if !work || official {
		t.Errorf("a Monday of an unknown year: work %v, official %v", work, official)
	}
}

func TestDaysOfTheWeek(t *testing.T) {
	for s, want := range map[string]string{ // from Wednesday
		"周三": "2026-11-25", "周五": "2026-11-27", "周一": "2026-11-30", "下周五": "2026-12-04", "下个星期一": "2026-11-30",
		"这周一": "2026-11-23", "星期天": "2026-11-29", "上周日": "2026-11-22",
	} {
		if got, _, ok := calendar.ReadDate(s, date(t, "2026-11-25")); !ok || got != date(t, want) {
			t.Errorf("%s: %s, %v, want %s", s, got, ok, want)
		}
	}
}

func TestDateText(t *testing.T) {
	var d struct{ On, Off calendar.Date }
	if err := json.Unmarshal([]byte(`{"On": "2026-11-23", "Off": ""}`), &d); err != nil ||
		d.On.String() != "2026-11-23" || !d.Off.IsZero() {
		t.Errorf("%+v, %v", d, err)
	}
	if err := json.Unmarshal([]byte(`{"On": "23.11.2026"}`), &d); err == nil {
		t.Error("another form of date was read")
	}
}

func TestShortDatesAreNear(t *testing.T) {
	for _, c := range [][3]string{
		{"2026-11-23", "11-24", "2026-11-24"},
		{"2026-12-28", "1月4日", "2027-01-04"},
		{"2027-01-03", "12月20", "2026-12-20"},
		{"2026-11-23", "十二月二十日", "2026-12-20"},
		{"2026-11-23", "今天", "2026-11-23"},
		{"2026-11-23", "明天", "2026-11-24"},
		{"2026-11-23", "后天", "2026-11-25"},
		{"2026-11-23", "下个月", "2026-12-01"},
		{"2026-11-23", "明年1月5日", "2027-01-05"},
	} {
		d, _, ok := calendar.ReadDate(c[1], date(t, c[0]))
		if !ok || d.String() != c[2] {
			t.Errorf("%s on %s: %s, %v", c[1], c[0], d, ok)
		}
	}
	for _, s := range []string{"2-30", "十十月", "二十十日", "13月1日", "", "1899-01-01", "31 February 2020"} {
		if d, _, ok := calendar.ReadDate(s, date(t, "2026-11-23")); ok {
			t.Errorf("%q is read as %s", s, d)
		}
	}
}
