package workflow

import "example.org/beian/workflow/calendar"

// Absence is a time in which somebody does not act here, first and last day inclusive.
// It ends by itself.
type Absence struct {
	ID     string
	Person string
	From   calendar.Date
	Until  calendar.Date
	Deputy *Person // who acts instead; nil leaves it to those who may anyway
}

// On reports whether the day is in the absence.
func (a Absence) On(d calendar.Date) bool { return !d.Before(a.From) && !d.After(a.Until) }

// AwayOn returns the absence of the person on a day, the one with a deputy first.
func (p Person) AwayOn(d calendar.Date) (Absence, bool) {
	var found Absence
	ok := false
	for _, a := range p.Absences {
		if a.On(d) && (!ok || found.Deputy == nil) {
			found, ok = a, true
		}
	}
	return found, ok
}

// Assignees returns who is asked to act for the role on this filing today: those who hold
// it for the college, or their deputies while they are away, without the applicant (four
// eyes); if nobody is left the standing deputies, and then the school handlers (Q21). A
// review that was handed to one person is only theirs.
func (c Case) Assignees(r Role, today calendar.Date) []Person {
	for _, standing := range []bool{false, true} {
		var out []Person
		for _, p := range c.candidates(r) {
			if standing != p.deputyFor(r, c.College.ID) {
				continue
			}
			if away, ok := p.AwayOn(today); ok {
				if away.Deputy == nil {
					continue
				}
				p = *away.Deputy
			}
			if p.ID != c.Applicant.ID && !contains(out, p.ID) {
				out = append(out, p)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	if r == CollegeHandler {
		return c.Assignees(SchoolHandler, today)
	}
	return nil
}

// Reviewers returns who decides on the open step of the review. Who was handed it and is away
// by now is stood in for by their deputy, or by the school.
func (c Case) Reviewers(r Role, today calendar.Date) []Person {
	if c.Filing == nil || c.Filing.Review.Assignee == "" {
		return c.Assignees(r, today)
	}
	for _, p := range append(c.candidates(r), c.candidates(SchoolHandler)...) {
		if p.ID == c.Filing.Review.Assignee {
			away, gone := p.AwayOn(today)
			switch {
			case !gone:
				return []Person{p}
			case away.Deputy != nil && away.Deputy.ID != c.Applicant.ID:
				return []Person{*away.Deputy}
			}
			return c.Assignees(SchoolHandler, today)
		}
		for _, a := range p.Absences {
			if a.Deputy != nil && a.Deputy.ID == c.Filing.Review.Assignee {
				return []Person{*a.Deputy}
			}
		}
	}
	return c.Assignees(r, today)
}

// Deputies are those who stand in for the role on this filing: standing deputies who are
// there, and whom an absent holder has named.
func (c Case) Deputies(r Role, today calendar.Date) []Person {
	var out []Person
	for _, p := range c.candidates(r) {
		away, gone := p.AwayOn(today)
		if gone && away.Deputy != nil {
			p, gone = *away.Deputy, false
		} else if !p.deputyFor(r, c.College.ID) {
			continue
		}
		if !gone && p.ID != c.Applicant.ID && !contains(out, p.ID) {
			out = append(out, p)
		}
	}
	return out
}

// Acting returns as what a person acts in a role on this filing today; a deputy acts for
// somebody, and both are named in the trail.
func (c Case) Acting(p Person, r Role, today calendar.Date) (Actor, bool) {
	college := c.College.ID
	if p.Holds(r, college) {
		a := Actor{ID: p.ID, Role: r}
		if p.deputyFor(r, college) {
			a.For = c.holder(r, p.ID)
		}
		return a, true
	}
	for _, h := range c.candidates(r) {
		if away, ok := h.AwayOn(today); ok && away.Deputy != nil && away.Deputy.ID == p.ID {
			return Actor{ID: p.ID, Role: r, For: h.ID}, true
		}
	}
	return Actor{}, false
}

// candidates are those who hold the role on this filing, deputies last.
func (c Case) candidates(r Role) []Person {
	if r == SchoolHandler {
		return c.School
	}
	return c.College.Handlers
}

// holder is the first who holds the role themselves, not as a deputy.
func (c Case) holder(r Role, but string) string {
	for _, p := range c.candidates(r) {
		if p.ID != but && !p.deputyFor(r, c.College.ID) {
			return p.ID
		}
	}
	return ""
}

// deputyFor reports whether the person holds the role for the college as a standing deputy.
func (p Person) deputyFor(r Role, college string) bool {
	for _, g := range p.Grants {
		if g.Role == r && (g.College == "" || g.College == college) {
			return g.Deputy
		}
	}
	return false
}

func contains(people []Person, id string) bool {
	for _, p := range people {
		if p.ID == id {
			return true
		}
	}
	return false
}

func ids(people []Person) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.ID
	}
	return out
}
