package bot

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// TestStepHours: medians in working hours, by step of the review; a step that nobody has decided
// on is no zero.
func TestStepHours(t *testing.T) {
	p, err := workflow.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	b := newTalk(t).b
	day := calendar.NewDate(2026, 11, 23)
	took := func(hours int) workflow.StepTime { // from nine, without lunch
		return workflow.StepTime{Role: workflow.CollegeHandler, From: day.At(9, 0), To: day.At(9+hours, 0)}
	}
	panel := b.stepHours([]workflow.StepTime{took(1), took(3), took(2), {Role: workflow.CollegeHandler, From: day.At(17, 0), To: day.AddDays(1).At(9, 30)}})
	if panel.Labels[0] != p.Review[0].Label {
		t.Errorf("the first bar is %s", panel.Labels[0])
	}
	v := panel.Series[0].Values
	if v[0] != 1.5 || len(v) != 2 || !math.IsNaN(v[1]) {
		t.Errorf("medians %v", v)
	}
	for _, c := range []struct {
		in   []float64
		want float64
	}{{[]float64{3}, 3}, {[]float64{4, 1}, 2.5}, {[]float64{9, 1, 2}, 2}} {
		if got := median(c.in); got != c.want {
			t.Errorf("median of %v: %v", c.in, got)
		}
	}
	reasons := b.returnReasons(map[string]int{"not_scan": 2, "gone": 5, "no_seal": 2})
	if d := cmp.Diff([]float64{5, 2, 2}, reasons.Series[0].Values); d != "" || reasons.Labels[0] != "gone" || reasons.Labels[1] == "no_seal" {
		t.Errorf("%v %s", reasons.Labels, d)
	}
}
