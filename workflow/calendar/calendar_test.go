package calendar_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// official2027 is an invented announcement: the certain days of 2027 with the weekends
// that a notice would arrange.
func official2027(t testing.TB) calendar.Year {
	t.Helper()
	y, err := calendar.ParseYear([]byte(`{"year": 2027, "source": "https://www.gov.cn/example", "issued": "2026-11-25",
		"off": ["01-01/01-03", "02-05/02-11", "04-03/04-05", "05-01/05-05", "06-09", "09-15", "10-01/10-07"],
		"work": ["01-30", "02-20", "04-25", "09-26", "10-09"]}`))
	if err != nil {
		t.Fatal(err)
	}
	return y
}

func withYear(t testing.TB, y calendar.Year) calendar.Calendar {
	t.Helper()
	book, err := workflow.NewRulebook(policy(t), nil, []calendar.Year{y})
	if err != nil {
		t.Fatal(err)
	}
	return book.Current.Calendar()
}

func TestImportedYear(t *testing.T) {
	cal := withYear(t, official2027(t))
	for day, want := range map[string][2]bool{ // working day, official
		"2027-01-04": {true, true}, "2027-02-11": {false, true}, "2027-02-20": {true, true}, "2027-03-06": {false, true},
		"2026-12-31": {true, true},  // the next year is announced
		"2027-12-31": {true, false}, // 2028 is not
	} {
		if work, official := cal.IsWorkday(date(t, day)); work != want[0] || official != want[1] {
			t.Errorf("%s: work %v, official %v", day, work, official)
		}
	}
}

// TestHolidayCN reads the schema of NateScarlet/holiday-cn, in which a notice may
// also arrange a day of the December before.
func TestHolidayCN(t *testing.T) {
	type day struct {
		Name     string `json:"name"`
		Date     string `json:"date"`
		IsOffDay bool   `json:"isOffDay"`
	}
	doc := map[string]any{"$schema": "x", "$id": "y", "year": 2027, "papers": []string{"https://www.gov.cn/example"}}
	days := []day{
		{"元旦", "2026-12-31", true},
		{"元旦", "2027-01-01", true},
		{"元旦", "2027-01-03", true},
		{"元旦", "2027-01-02", true},
		{"春节", "2027-02-20", false},
	}
	for d := date(t, "2027-02-05"); d.Before(date(t, "2027-02-12")); d = d.AddDays(1) {
		days = append(days, day{"春节", d.String(), true})
	}
	doc["days"] = days
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	y, err := calendar.ParseYear(raw)
	if err != nil || !y.Official || y.Source != "https://www.gov.cn/example" {
		t.Fatalf("%+v, %v", y, err)
	}
	cal := withYear(t, y)
	for day, want := range map[string]bool{
		"2026-12-31": false, "2027-01-01": false, "2027-02-20": true,
		"2027-02-08": false, "2027-03-01": true,
	} {
		if work, official := cal.IsWorkday(date(t, day)); work != want || !official {
			t.Errorf("%s: work %v, official %v", day, work, official)
		}
	}
}

func TestImplausibleYears(t *testing.T) {
	var certain *calendar.Year
	for _, y := range policy(t).Years {
		if y.Year == 2027 {
			certain = &y
		}
	}
	if err := official2027(t).Check(certain); err != nil {
		t.Error(err)
	}
	if err := official2027(t).Check(&calendar.Year{Year: 2027, Off: []string{"2-1"}}); err == nil {
		t.Error("a broken list of certain days was taken")
	}
	for text, want := range map[string]string{
		`{"year": 2027, "papers": [], "days": []}`:                  "may not be out yet",
		`{"year": 27, "off": ["01-01"], "work": []}`:                "not a year",
		`{"year": 2027, "off": ["01-01"], "work": ["01-05"]}`:       "make-up working day",
		`{"year": 2027, "off": ["01-01/05-30"], "work": []}`:        "working days",
		`{"year": 2027, "off": ["01-01/03-30"], "work": ["03-05"]}`: "twice",
		`{"year": 2027, "off": ["2025-12-31"], "work": []}`:         "does not belong",
		`{"year": 2027, "off": ["05-03/05-01"], "work": []}`:        "does not belong",
		`{"year": 2027, "off": ["05-33"], "work": []}`:              "2027-05-33",
		`{"year": 2027, "offs": []}`:                                "unknown field",
		`{"year": 2027, "days": [], "more": 1}`:                     "unknown field",
		`{"year": 2027, "days": [{"date": "2027-13-01"}]}`:          "parse date",
		`x`: "read calendar",
		`{"year": 2027, "off": ["01-01", "02-05/02-07"], "work": []}`: "",
	} {
		_, err := calendar.ParseYear([]byte(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	missing, err := calendar.ParseYear([]byte(`{"year": 2027, "off": ["01-01", "02-05/02-07", "04-05", ` +
		`"05-01/05-02", "06-09", "09-15", "10-01/10-03"], "work": []}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := missing.Check(certain); err == nil || !strings.Contains(err.Error(), "2027-02-08") {
		t.Errorf("the third day of the new year works: %v", err)
	}
}

func TestCalendarGap(t *testing.T) { // from November on, loudly from 15 December
	cal := policy(t).Calendar()
	for day, want := range map[string]string{
		"2026-10-31": "0 false", "2026-11-01": "2027 false", "2026-12-14": "2027 false", "2026-12-15": "2027 true",
		"2027-01-01": "2027 true", "2025-12-31": "0 false",
	} {
		year, loud := cal.Gap(date(t, day))
		if got := fmt.Sprint(year, " ", loud); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}
