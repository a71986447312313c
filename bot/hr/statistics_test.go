package hr_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// TestStatistics: HR and the school's handlers get a picture, others hear why not.
func TestStatistics(t *testing.T) {
	o := newOffice(t)
	o.inReview(turntest.Applicant)
	has(t, o.says(secondHR, "统计"), "统计图马上发到这里")
	sent := o.Chat.Sent()
	if len(sent) != 1 || sent[0].File != "统计.png" || sent[0].To[0] != secondHR ||
		string(sent[0].Data) != o.drawn[0].Title {
		t.Fatalf("%+v", sent)
	}
	panels := o.drawn[0].Panels
	if len(panels) != 4 || panels[0].Series[0].Name != "晨星信息学院" || panels[0].Series[0].Values[0] != 2 {
		t.Errorf("what ends: %+v", panels)
	}
	if d := cmp.Diff([]string{"学院预审"}, panels[1].Labels); d != "" {
		t.Errorf("where filings are: %s", d)
	}
	has(t, o.says(turntest.Handler, "看统计"), "统计是给人事处看的", "[待我处理]")
	has(t, o.says(turntest.Applicant, "statistics"), "您自己的备案，说「进度」就能看到")
	if sent := o.Chat.Sent(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
}

// TestStepHours: medians in working hours, by step of the review; a step that nobody has decided
// on is no zero.
func TestStepHours(t *testing.T) {
	o := newOffice(t)
	day := calendar.NewDate(2026, 11, 23)
	took := func(hours int) workflow.StepTime { // from nine, without lunch
		return workflow.StepTime{Role: workflow.CollegeHandler, From: day.At(9, 0), To: day.At(9+hours, 0)}
	}
	for _, c := range []struct {
		took []workflow.StepTime
		want float64
	}{
		{[]workflow.StepTime{
			took(1), took(3), took(2), {Role: workflow.CollegeHandler, From: day.At(17, 0), To: day.AddDays(1).At(9, 30)},
		}, 1.5},
		{[]workflow.StepTime{took(3)}, 3},
		{[]workflow.StepTime{took(2), took(1)}, 1.5},
	} {
		o.counts = &workflow.Statistics{Took: c.took, Returned: map[string]int{"not_scan": 2, "gone": 5, "no_seal": 2}}
		o.says(turntest.School, "统计")
		panels := o.drawn[len(o.drawn)-1].Panels
		p := panels[2]
		if v := p.Series[0].Values; p.Labels[0] != o.World.Kernel.Rules().Current.Review[0].Label || v[0] != c.want ||
			len(v) != 2 || !math.IsNaN(v[1]) {
			t.Errorf("medians of %v: %v", p.Labels, v)
		}
		reasons := panels[3]
		if d := cmp.Diff([]float64{5, 2, 2}, reasons.Series[0].Values); d != "" || reasons.Labels[0] != "gone" ||
			reasons.Labels[1] == "no_seal" {
			t.Errorf("%v %s", reasons.Labels, d)
		}
	}
}

// TestOverview: the picture of the daily overview looks six months ahead.
func TestOverview(t *testing.T) {
	o := newOffice(t)
	if _, err := o.Overview(reminder.Overview{Day: calendar.NewDate(2026, 11, 23), Ahead: []workflow.MonthCount{
		{Month: "2026-12", College: "甲", Count: 2},
		{Month: "2027-01", College: "甲", Count: 3},
		{Month: "2027-01", College: "乙", Count: 1},
		{Month: "2027-09", College: "丙", Count: 9},
	}}); err != nil {
		t.Fatal(err)
	}
	p := o.drawn[0].Panels[0]
	if len(p.Labels) != 6 || p.Labels[0] != "11月" || p.Groups[2] != "2027年" || len(p.Series) != 2 {
		t.Fatalf("%+v", p)
	}
	if d := cmp.Diff([]float64{0, 2, 3, 0, 0, 0}, p.Series[0].Values); d != "" {
		t.Error(d)
	}
}
