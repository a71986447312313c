package notify

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"example.org/beian/workflow"
)

// Ticks remembers which tick of a schedule has been claimed.
type Ticks interface {
	ClaimTick(ctx context.Context, name string, at time.Time, job workflow.Effect) (bool, error)
}

// Schedule wakes the daily pass. It compares the clock with the cron specification
// every second instead of sleeping until the next tick, so that a clock that jumps,
// a machine that slept or a process that was down only delays a pass. Of all
// replicas the one that inserts the tick's row leads.
type Schedule struct {
	spec  cron.Schedule
	ticks Ticks
	quiet func(time.Time) bool
	now   func() time.Time
	log   *slog.Logger
	done  time.Time // newest tick this process knows to be claimed
}

// NewSchedule reads a cron specification of five fields, in the zone of the filing.
// A tick that was missed waits while quiet reports true.
func NewSchedule(spec string, ticks Ticks, quiet func(time.Time) bool, now func() time.Time, log *slog.Logger) (*Schedule, error) {
	s, err := cron.ParseStandard(spec)
	if err != nil {
		return nil, fmt.Errorf("read cron specification %q: %w", spec, err)
	}
	return &Schedule{spec: s, ticks: ticks, quiet: quiet, now: now, log: log}, nil
}

// Run looks at the clock until ctx ends.
func (s *Schedule) Run(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		if err := s.Look(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("schedule not checked", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Look claims the newest tick that has passed, if nobody has. Older ones that were
// missed are not run one by one: the pass looks over the whole window anyway.
func (s *Schedule) Look(ctx context.Context) error {
	at := s.latest()
	if at.IsZero() || at.Equal(s.done) || s.quiet(s.now()) {
		return nil
	}
	won, err := s.ticks.ClaimTick(ctx, "daily", at, workflow.DailyPass{Day: workflow.DateOf(at)})
	if err != nil {
		return err
	}
	s.done = at
	if won {
		s.log.Info("daily pass started", "tick", at)
	}
	return nil
}

// latest returns the newest tick not after now, looking back two days; a
// specification that rarely fires may have none.
func (s *Schedule) latest() time.Time {
	const lookBack = 48 * time.Hour
	now := s.now().In(workflow.Zone())
	var last time.Time
	for t := s.spec.Next(now.Add(-lookBack)); !t.IsZero() && !t.After(now); t = s.spec.Next(t) {
		last = t
	}
	return last
}
