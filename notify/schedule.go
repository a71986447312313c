package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Ticks remembers which tick of a schedule has been claimed.
type Ticks interface {
	ClaimTick(ctx context.Context, name string, at time.Time, job workflow.Effect) (bool, error)
}

// Plan is one thing that happens again and again.
type Plan struct {
	Name string // of its ticks; stored, never changes
	Spec string // a cron specification of five fields, in the zone of the filing
	// Quiet holds a tick back while it reports true.
	Quiet func(time.Time) bool
	// Job is what a tick starts.
	Job func(tick time.Time) workflow.Effect
}

// Schedule starts what is planned. It compares the clock with the cron specifications
// at every pulse instead of sleeping until the next tick, so that a clock that jumps,
// a machine that slept or a process that was down only delays a tick. Of all
// replicas the one that inserts the tick's row leads.
type Schedule struct {
	plans []*planned
	ticks Ticks
	now   func() time.Time
	log   *slog.Logger
}

type planned struct {
	Plan
	spec cron.Schedule
	done time.Time // newest tick this process knows to be claimed
}

// NewSchedule reads the specifications.
func NewSchedule(plans []Plan, ticks Ticks, now func() time.Time, log *slog.Logger) (*Schedule, error) {
	s := &Schedule{ticks: ticks, now: now, log: log}
	for _, p := range plans {
		spec, err := cron.ParseStandard(p.Spec)
		if err != nil {
			return nil, fmt.Errorf("read cron specification %q of %s: %w", p.Spec, p.Name, err)
		}
		s.plans = append(s.plans, &planned{Plan: p, spec: spec})
	}
	return s, nil
}

// Run looks at the clock at every pulse until ctx ends, and whenever moved says that the clock was
// set; nil where nobody sets it. Who sends twice knows after the second time that the look after
// the first is done.
func (s *Schedule) Run(ctx context.Context, pulse time.Duration, moved <-chan struct{}) {
	t := time.NewTicker(pulse)
	defer t.Stop()
	for {
		if err := s.Look(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("schedule not checked", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-moved:
		}
	}
}

// Look claims for each plan the newest tick that has passed, if nobody has. Older ones that
// were missed are not run one by one: every job looks over its whole window anyway.
func (s *Schedule) Look(ctx context.Context) error {
	var errs []error
	for _, p := range s.plans {
		errs = append(errs, s.look(ctx, p))
	}
	return errors.Join(errs...)
}

func (s *Schedule) look(ctx context.Context, p *planned) error {
	at := p.latest(s.now())
	if at.IsZero() || at.Equal(p.done) || p.Quiet(s.now()) {
		return nil
	}
	won, err := s.ticks.ClaimTick(ctx, p.Name, at, p.Job(at))
	if err != nil {
		return err
	}
	p.done = at
	if won {
		s.log.Info("planned job started", "plan", p.Name, "tick", at)
	}
	return nil
}

// latest returns the newest tick not after now, looking back two days; a
// specification that rarely fires may have none.
func (p *planned) latest(now time.Time) time.Time {
	const lookBack = 48 * time.Hour
	now = now.In(calendar.Zone())
	var last time.Time
	for t := p.spec.Next(now.Add(-lookBack)); !t.IsZero() && !t.After(now); t = p.spec.Next(t) {
		last = t
	}
	return last
}
