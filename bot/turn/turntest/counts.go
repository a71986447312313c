package turntest

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// Week is how a college stands, for its handlers.
func (s *Store) Week(
	_ context.Context, college string, today calendar.Date, days, limit int,
) (reminder.Week, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.colleges[college]
	if !ok {
		return reminder.Week{}, fmt.Errorf("count for a college: %w", workflow.ErrNotFound)
	}
	w := reminder.Week{College: c.Name}
	for _, cert := range s.allCurrent() {
		if s.people[cert.Person].College != college || ends(cert).Before(today) ||
			ends(cert).After(today.AddDays(days)) {
			continue
		}
		w.Ending++
		begun := s.newest(func(f workflow.Filing) bool { return f.Certificate == cert.ID && f.State.Begun() })
		if begun != nil {
			w.Busy++
		} else if len(w.Idle) < limit {
			w.Idle = append(w.Idle, s.candidate(cert))
		}
	}
	for _, r := range s.filings {
		for _, e := range r.events {
			if r.filing.College == college && e.Action == workflow.ReportApproved &&
				!e.At.Before(today.AddDays(-7).Time()) {
				w.Done++
			}
		}
	}
	return w, nil
}

// Statistics counts what HR sees as a picture.
func (s *Store) Statistics(_ context.Context, today calendar.Date) (workflow.Statistics, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := workflow.Statistics{Day: today, Ahead: s.ahead(today), Returned: map[string]int{}}
	since := today.AddMonths(-12).Time()
	counts := map[workflow.StateCount]int{}
	for _, r := range s.filings {
		if open(&r.filing) {
			counts[workflow.StateCount{State: r.filing.State, Step: r.filing.Review.Step}]++
		}
		var began *workflow.Event
		for _, e := range r.events {
			decided := e.Action == workflow.Approve || e.Action == workflow.Submit || e.Action == workflow.Return
			if decided && began != nil && !e.At.Before(since) {
				out.Took = append(out.Took, workflow.StepTime{Role: e.Actor.Role, From: began.At, To: e.At})
			}
			if decided || e.Action == workflow.HandIn {
				began = &e
			}
			for _, it := range e.Items {
				if e.Action == workflow.Return && !e.At.Before(since) {
					out.Returned[it.Reason]++
				}
			}
		}
	}
	slices.SortFunc(out.Took, func(a, b workflow.StepTime) int { return b.To.Compare(a.To) })
	for c, n := range counts {
		c.Count = n
		out.Open = append(out.Open, c)
	}
	slices.SortFunc(out.Open, func(a, b workflow.StateCount) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Step, b.Step))
	})
	return out, nil
}

// ahead counts the certificates that end in each of the next twelve months, by college.
func (s *Store) ahead(today calendar.Date) []workflow.MonthCount {
	month := calendar.NewDate(today.Year, today.Month, 1)
	counts := map[workflow.MonthCount]int{}
	for _, c := range s.allCurrent() {
		if on := ends(c); !on.Before(month) && on.Before(month.AddMonths(12)) {
			college := s.colleges[s.people[c.Person].College].Name
			counts[workflow.MonthCount{Month: on.String()[:len("2026-12")], College: college}]++
		}
	}
	var out []workflow.MonthCount
	for c, n := range counts {
		c.Count = n
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b workflow.MonthCount) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.College, b.College))
	})
	return out
}
