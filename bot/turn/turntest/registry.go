package turntest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mozillazg/go-pinyin"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
	"example.org/beian/workflow/reminder"
	"example.org/beian/workflow/roster"
)

// registry is what the personnel office keeps, and what people were reminded of.
type registry struct {
	wrote   map[string]time.Time // when a person's last message came
	told    []telling
	imports map[string]*kept
	notes   []Note
}

// telling is a reminder that was sent.
type telling struct {
	to, certificate string
	reminder.LedgerEntry
	due calendar.Date
}

// Note is what somebody of HR did to the roster as a whole.
type Note struct{ By, What, Detail string }

// Remind notes that somebody was reminded on a day of a certificate, their own or another's.
func (s *Store) Remind(person, certificate, milestone string, why reminder.Reason, on calendar.Date) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := reminder.LedgerEntry{Milestone: milestone, Reason: why, On: on}
	s.told = append(s.told, telling{person, certificate, e, on})
}

// Notes are what HR has done to the roster as a whole, in order.
func (s *Store) Notes() []Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notes)
}

// ends is when a certificate runs out by the policy that is built in.
func ends(c workflow.Certificate) calendar.Date {
	p, err := workflow.DefaultPolicy()
	if err != nil {
		panic(err) // it is built in
	}
	return c.ValidUntil(p)
}

// allCurrent are the current certificates, the first to end first.
func (s *Store) allCurrent() []workflow.Certificate {
	var out []workflow.Certificate
	for _, id := range slices.Sorted(maps.Keys(s.people)) {
		if c := s.current(id); c != nil {
			out = append(out, *c)
		}
	}
	slices.SortStableFunc(out, func(a, b workflow.Certificate) int { return ends(b).DaysUntil(ends(a)) })
	return out
}

// newest is the newest filing that fits, nil when there is none.
func (s *Store) newest(fit func(workflow.Filing) bool) *workflow.Filing {
	for _, r := range slices.Backward(s.filings) {
		if fit(r.filing) {
			return &r.filing
		}
	}
	return nil
}

func (s *Store) newestOf(person string) *workflow.Filing {
	return s.newest(func(f workflow.Filing) bool { return f.Person == person })
}

func open(f *workflow.Filing) bool {
	return f != nil && !f.State.Terminal() && f.State != workflow.Approved
}

// Find returns up to limit people that HR looks for, and how many there are.
func (s *Store) Find(_ context.Context, q roster.Lookup, limit int) ([]workflow.Case, int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	switch {
	case q.Tail != "":
		ids = s.withTail(q.Tail)
	case q.State != "":
		ids = s.inState(q)
	default:
		ids = s.called(q.Word)
	}
	var out []workflow.Case
	for _, id := range ids[:min(limit, len(ids))] {
		out = append(out, s.caseOf(id, ""))
	}
	return out, len(ids), nil
}

// byName sorts people by name, then by id.
func (s *Store) byName(a, b string) int {
	return cmp.Or(cmp.Compare(s.people[a].Name, s.people[b].Name), cmp.Compare(a, b))
}

func (s *Store) withTail(tail string) []string {
	var out []string
	for _, c := range s.allCurrent() {
		n := []rune(identity.NormalNumber(c.Values[workflow.IDNumber]))
		if len(n) >= 4 && strings.EqualFold(string(n[len(n)-4:]), tail) {
			out = append(out, c.Person)
		}
	}
	slices.SortFunc(out, s.byName)
	return out
}

func (s *Store) inState(q roster.Lookup) []string {
	fits := func(c *workflow.Certificate, f *workflow.Filing) bool {
		in := func(states ...workflow.State) bool { return f != nil && slices.Contains(states, f.State) }
		switch q.State {
		case roster.LookupIdle:
			return c != nil && (!open(f) || in(workflow.Eligible, workflow.NotEligible, workflow.New))
		case roster.LookupEditing:
			return in(workflow.Draft, workflow.Saved, workflow.Ready)
		case roster.LookupNotice:
			return in(workflow.Saved, workflow.Ready, workflow.Returned) && f.Notice.State == workflow.NoticePosted
		case roster.LookupReviewing:
			return open(f) && f.Review.Step != ""
		case roster.LookupOfficial:
			return in(workflow.Submitted, workflow.Reviewing)
		case roster.LookupReturned:
			return in(workflow.Returned)
		case roster.LookupDone:
			return in(workflow.Approved, workflow.Done)
		case roster.LookupOverdue:
			return c != nil && ends(*c).Before(q.Until)
		}
		return false
	}
	var out, bare []string
	for _, c := range s.allCurrent() {
		if fits(&c, s.newestOf(c.Person)) {
			out = append(out, c.Person)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.people)) {
		if s.current(id) == nil && fits(nil, s.newestOf(id)) {
			bare = append(bare, id)
		}
	}
	return append(out, bare...)
}

// called finds people by what they are called, the nearest first.
func (s *Store) called(word string) []string {
	word = strings.TrimSpace(word)
	latin := strings.ToLower(strings.NewReplacer(" ", "", "'", "", "-", "").Replace(word))
	far := map[string]int{}
	for id, p := range s.people {
		filed := s.newest(
			func(f workflow.Filing) bool { return f.Person == id && f.ID == strings.ToUpper(word) },
		) != nil
		sounds := spellings(p.Name)
		sounding := func(w string) bool { return len(latin) > 1 && strings.HasPrefix(w, latin) }
		switch {
		case id == word, filed:
			far[id] = 0
		case p.Name == word:
			far[id] = 1
		case strings.HasPrefix(p.Name, word):
			far[id] = 2
		case slices.Contains(sounds, latin):
			far[id] = 3
		case slices.ContainsFunc(sounds, sounding):
			far[id] = 4
		case len([]rune(word)) > 1 && strings.Contains(s.colleges[p.College].Name, word):
			far[id] = 5
		}
	}
	return slices.SortedFunc(maps.Keys(far), func(a, b string) int { return cmp.Or(far[a]-far[b], s.byName(a, b)) })
}

// spellings are pinyin and initials of a name; package storage knows more readings.
func spellings(name string) []string {
	var full, initials string
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == ' ' || r == '·' }) {
		parts := pinyin.LazyConvert(w, nil)
		if len(parts) == 0 {
			parts = []string{w} // Latin letters
			out = append(out, w)
		}
		for _, x := range parts {
			full, initials = full+x, initials+x[:1]
		}
	}
	return append(out, full, initials)
}

// Listed calls fn for everybody on the list of certificates that the filter lets through.
func (s *Store) Listed(_ context.Context, q roster.Lookup, fn func(workflow.Case) error) error {
	s.mu.Lock()
	var all []workflow.Case
	for _, c := range s.allCurrent() {
		p := s.people[c.Person]
		if q.College != "" && p.College != q.College || !q.Until.IsZero() && ends(c).After(q.Until) {
			continue
		}
		c.Values, c.Unit = nil, ""
		all = append(all, workflow.Case{
			Applicant: workflow.Person{ID: p.ID, Name: p.Name, College: p.College}, College: s.colleges[p.College],
			Certificate: &c, Filing: s.newestOf(p.ID),
		})
	}
	s.mu.Unlock()
	for _, c := range all {
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

// Colleges returns all colleges with the number of people and those who act for them.
func (s *Store) Colleges(context.Context) ([]roster.Duty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []roster.Duty
	for _, id := range slices.Sorted(maps.Keys(s.colleges)) {
		d := roster.Duty{College: s.colleges[id]}
		for _, person := range slices.Sorted(maps.Keys(s.people)) {
			p, _ := s.person(person)
			if p.College == id {
				d.People++
			}
			if p.Holds(workflow.CollegeHandler, id) {
				d.Handlers = append(d.Handlers, p)
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// NamedTail returns the people with this name whose identity number ends so.
func (s *Store) NamedTail(_ context.Context, name, tail string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(s.withTail(tail), func(id string) bool { return s.people[id].Name != name }), nil
}

// ShownAll notes that one viewer was shown something about many people.
func (s *Store) ShownAll(ctx context.Context, people []string, viewer, what string, now time.Time) error {
	for _, p := range people {
		if err := s.Shown(ctx, p, []string{viewer}, what, now); err != nil {
			return err
		}
	}
	return nil
}

// Noted records what HR did to the roster as a whole.
func (s *Store) Noted(_ context.Context, by, what, detail string, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, Note{by, what, detail})
	return nil
}

// candidate is a certificate as reminders look at it.
func (s *Store) candidate(c workflow.Certificate) reminder.Candidate {
	p := s.people[c.Person]
	current := s.current(c.Person)
	k := reminder.Candidate{
		Certificate: workflow.Certificate{
			ID: c.ID, Person: c.Person, RecognisedOn: c.RecognisedOn, PrintedEnd: c.PrintedEnd, Mismatch: c.Mismatch,
		},
		Person:  workflow.Person{ID: p.ID, Name: p.Name, College: p.College, Lang: p.Lang},
		College: s.colleges[p.College].Name, Replaced: current == nil || current.ID != c.ID,
		Attention: s.attention[c.ID],
	}
	if f := s.newest(func(f workflow.Filing) bool { return f.Certificate == c.ID }); f != nil {
		k.State = f.State
	}
	for _, x := range s.told {
		if x.certificate == c.ID {
			k.Ledger = append(k.Ledger, x.LedgerEntry)
		}
	}
	if at, ok := s.wrote[c.Person]; ok {
		k.Attention.Wrote = calendar.DateOf(at)
	}
	return k
}

// Reminded returns a person's current certificate with what was decided and said about reminders.
func (s *Store) Reminded(_ context.Context, person string) (reminder.Candidate, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.current(person)
	if c == nil {
		return reminder.Candidate{}, false, nil
	}
	return s.candidate(*c), true, nil
}

// Told returns what a person was last reminded of.
func (s *Store) Told(_ context.Context, person string) (reminder.Told, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out reminder.Told
	for _, x := range s.told {
		i := slices.IndexFunc(s.certificates, func(c workflow.Certificate) bool { return c.ID == x.certificate })
		if x.to != person || x.On.Before(out.On) || i < 0 {
			continue
		}
		if x.On.After(out.On) {
			out = reminder.Told{On: x.On}
		}
		out.Reminders = append(out.Reminders, reminder.Reminding{
			Candidate: s.candidate(s.certificates[i]), Milestone: x.Milestone, On: x.due, Reason: x.Reason,
		})
	}
	return out, nil
}
