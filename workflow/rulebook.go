package workflow

import (
	"encoding/json"
	"fmt"
	"slices"

	"example.org/beian/workflow/calendar"
)

// Rulebook is the policy in force together with the older ones that filings were
// begun under, all with the newest calendar: a holiday is a fact, not a rule.
type Rulebook struct {
	Current Policy
	older   map[string]Policy
}

// NewRulebook joins the policy in force, older versions and imported years. An
// imported year replaces the one a policy came with.
func NewRulebook(current Policy, older []Policy, years []calendar.Year) (Rulebook, error) {
	b := Rulebook{older: map[string]Policy{}}
	calendar := func(p Policy) (Policy, error) {
		p.Years = slices.Clone(current.Years)
		for _, y := range years {
			p.Years = slices.DeleteFunc(p.Years, func(have calendar.Year) bool { return have.Year == y.Year })
			p.Years = append(p.Years, y)
		}
		var err error
		p.calendar, err = calendar.New(p.Years)
		return p, err
	}
	var err error
	if b.Current, err = calendar(current); err != nil {
		return b, err
	}
	for _, p := range older {
		if b.older[p.Version], err = calendar(p); err != nil {
			return b, err
		}
	}
	return b, nil
}

// For returns the policy that a filing is decided under: the version it was begun
// with. Before that, and for a version nobody knows any more, it is the one in force.
func (b Rulebook) For(f *Filing) Policy {
	if f == nil || f.Policy == b.Current.Version || !f.State.Begun() {
		return b.Current
	}
	if p, ok := b.older[f.Policy]; ok {
		return p
	}
	return b.Current
}

// Difference is something that a newer policy would decide otherwise.
type Difference struct {
	What     string // "notice_days", "review", "valid_months"
	Old, New string
}

// Differences compares the policy that a filing keeps with a newer one, as far as
// it still matters for this filing.
func (f *Filing) Differences(kept, newer Policy) []Difference {
	var out []Difference
	differ := func(what, o, n string, matters bool) {
		if o != n && matters {
			out = append(out, Difference{what, o, n})
		}
	}
	posted := f.Notice.State == NoticePosted || f.Notice.State == NoticePassed
	renewed := f.State == Approved || f.State == Done
	inside := !f.State.HandedOver() && !renewed // the school still decides
	differ("notice_days", fmt.Sprint(kept.Notice.WorkingDays), fmt.Sprint(newer.Notice.WorkingDays), inside && !posted)
	differ("review", chain(kept), chain(newer), inside)
	differ("valid_months", fmt.Sprint(kept.ValidMonths), fmt.Sprint(newer.ValidMonths), !renewed)
	return out
}

func chain(p Policy) string {
	s := ""
	for i, step := range p.Review {
		if i > 0 {
			s += " → "
		}
		s += step.Label
	}
	return s
}

// SameRules reports whether two policies decide alike: everything but the calendar
// is equal. A policy that is changed must get a new version.
func SameRules(a, b Policy) bool {
	a.Years, b.Years = nil, nil
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
