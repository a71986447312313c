package notify

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// standing is a school in which every filing waits, and some cannot be read or told.
type standing struct {
	Filings
	cases   map[string]workflow.Case
	broken  string
	unheard string
	told    []workflow.Nudge
}

func (s *standing) Standing(context.Context) ([]string, error) {
	return []string{"A", "B", "C", "D"}, nil
}

func (s *standing) Case(_ context.Context, filing string) (workflow.Case, error) {
	if filing == s.broken {
		return workflow.Case{}, errors.New("cannot be read")
	}
	c, ok := s.cases[filing]
	if !ok {
		return c, workflow.ErrNotFound
	}
	return c, nil
}

func (s *standing) Escalate(_ context.Context, n workflow.Nudge, _ time.Time) error {
	if n.Filing == s.unheard {
		return errors.New("cannot be told")
	}
	s.told = append(s.told, n)
	return nil
}

// TestWatchGoesOn: a filing that fails, of whatever unit, keeps no other from being told, and
// the pass is tried again.
func TestWatchGoesOn(t *testing.T) {
	policy, err := workflow.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	now := calendar.NewDate(2026, time.December, 4).At(10, 10)
	waiting := workflow.Filing{
		State: workflow.Prereview, Policy: policy.Version,
		Review: workflow.Review{Step: "college", Ticket: 7, Since: calendar.NewDate(2026, time.December, 3).At(10, 0)},
	}
	s := &standing{broken: "A", unheard: "B", cases: map[string]workflow.Case{}}
	for _, id := range []string{"A", "B", "D"} {
		f := waiting
		f.ID = id
		s.cases[id] = workflow.Case{Filing: &f}
	}
	p := &Pass{Filings: s, Now: func() time.Time {
		return now
	}, Log: slog.New(slog.DiscardHandler), Rules: func() workflow.Rulebook { return workflow.Rulebook{Current: policy} }}
	if err := p.watch(t.Context(), workflow.WatchPass{At: now}); err == nil {
		t.Error("the failures are not reported")
	}
	if want := []workflow.Nudge{{Filing: "D", Wait: "review:7", Level: workflow.Nudged}}; !slices.Equal(s.told, want) {
		t.Errorf("told: %v, want %v", s.told, want)
	}
}
