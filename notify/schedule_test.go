package notify

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func (k *ticks) ClaimTick(_ context.Context, _ string, at time.Time, job workflow.Effect) (bool, error) {
	k.at = append(k.at, at)
	if job != (workflow.DailyPass{Day: calendar.DateOf(at)}) {
		panic("wrong job")
	}
	return true, nil
}

// TestScheduleFollowsTheClock: a pass at nine, once a day, whatever the clock does;
// of several missed ones only the latest.
func TestScheduleFollowsTheClock(t *testing.T) {
	t.Parallel()
	now := calendar.NewDate(2026, time.November, 23).At(8, 59)
	k := &ticks{}
	p, err := workflow.DefaultPolicy()
	must(t, err)
	plan := func(spec string) []Plan {
		return []Plan{{"daily", spec, p.Reminders.OffHours, func(at time.Time) workflow.Effect {
			return workflow.DailyPass{Day: calendar.DateOf(at)}
		}}}
	}
	s, err := NewSchedule(plan("0 9 * * *"), k, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	must(t, err)
	day := func(d int) time.Time { return calendar.NewDate(2026, time.November, d).At(9, 0) }
	for _, step := range []struct {
		to   time.Time
		want []time.Time
	}{
		{now, nil},                      // one was missed, but it is too early in the day
		{day(23), []time.Time{day(23)}}, // on time
		{day(23).Add(time.Hour), []time.Time{day(23)}},              // not again
		{day(26).Add(13 * time.Hour), []time.Time{day(23)}},         // back late in the evening: wait
		{day(27).Add(5 * time.Hour), []time.Time{day(23), day(27)}}, // in the day: the latest only
		{day(26), []time.Time{day(23), day(27), day(26)}},           // set back: the table decides
	} {
		now = step.to
		must(t, s.Look(t.Context()))
		if d := cmp.Diff(step.want, k.at, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
			t.Errorf("at %s: %s", now, d)
		}
	}
	if _, err := NewSchedule(plan("often"), k, nil, nil); err == nil {
		t.Error("a wrong specification was accepted")
	}
}
