package turntest

import (
	"context"
	"maps"
	"slices"
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// kept is a workbook that was checked.
type kept struct {
	by, kind string
	n        int // the newest has the highest
	state    roster.ImportState
	at       time.Time
	applied  time.Time
	parts    map[int][]roster.Row
	statuses []roster.StatusRow
	counts   roster.Imported
	images   []image
}

// image is what an import made of one person.
type image struct {
	before *roster.Entry
	after  roster.Entry
}

// Entries returns what the roster knows about the people with the ids, by id.
func (s *Store) Entries(_ context.Context, ids []string) (map[string]roster.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]roster.Entry{}
	for _, id := range ids {
		if e, ok := s.entry(id); ok {
			out[id] = e
		}
	}
	return out, nil
}

func (s *Store) entry(id string) (roster.Entry, bool) {
	p, ok := s.person(id)
	return roster.Entry{Person: p, Certificate: s.current(id)}, ok
}

// Owners says whose certificates have the numbers.
func (s *Store) Owners(_ context.Context, numbers []string) (map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]string{}
	for _, n := range numbers {
		if owner := s.owner(n); owner != "" {
			out[n] = owner
		}
	}
	return out, nil
}

func (s *Store) owner(number string) string {
	i := slices.IndexFunc(s.certificates, func(c workflow.Certificate) bool { return c.ID == number })
	if i < 0 {
		return ""
	}
	return s.certificates[i].Person
}

// KeepImport keeps the rows of a checked workbook until somebody confirms them.
func (s *Store) KeepImport(_ context.Context, m roster.Import) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.imports {
		if x.state == roster.ImportChecked && m.At.Sub(x.at) > roster.ImportTTL {
			x.state = roster.ImportGone
		}
	}
	x := s.imports[m.ID]
	if x == nil {
		x = &kept{by: m.By, kind: m.Kind, n: len(s.imports), state: roster.ImportChecked, parts: map[int][]roster.Row{}}
		s.imports[m.ID] = x
	}
	if x.state != roster.ImportChecked || x.by != m.By {
		return nil // confirmed already: this is a late repetition of the check
	}
	x.at = m.At
	maps.DeleteFunc(x.parts, func(n int, _ []roster.Row) bool { return n >= m.Part })
	if len(m.Rows) > 0 {
		x.parts[m.Part] = slices.Clone(m.Rows)
	}
	x.statuses = slices.Clone(m.Statuses)
	return nil
}

// DropImport forgets a checked workbook that its sender does not want imported.
func (s *Store) DropImport(_ context.Context, id, by string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.imports[id]; x != nil && x.by == by && x.state == roster.ImportChecked {
		x.state, x.parts, x.statuses = roster.ImportGone, nil, nil
	}
	return nil
}

// ImportOf says what an import is and where it stands, for its sender.
func (s *Store) ImportOf(_ context.Context, id string) (roster.Import, roster.ImportState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.imports[id]
	if x == nil {
		return roster.Import{}, roster.ImportGone, nil
	}
	m := roster.Import{ID: id, By: x.by, Kind: x.kind, At: x.at, Changed: x.counts.Changed, Same: x.counts.Same}
	return m, x.state, nil
}

// LastImport returns the number of the newest workbook that somebody sent, "" when there is none.
func (s *Store) LastImport(_ context.Context, person string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := ""
	for id, x := range s.imports {
		if x.by == person && (last == "" || x.n > s.imports[last].n) {
			last = id
		}
	}
	return last, nil
}

// ImportStatuses returns the statuses of a checked workbook.
func (s *Store) ImportStatuses(_ context.Context, id string) ([]roster.StatusRow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.imports[id]; x != nil {
		return slices.Clone(x.statuses), nil
	}
	return nil, nil
}

// FinishImport records that the statuses of an import have been applied.
func (s *Store) FinishImport(_ context.Context, id string, r roster.Imported, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.imports[id]; x != nil {
		x.finish(r, now)
	}
	return nil
}

func (x *kept) finish(r roster.Imported, now time.Time) {
	r.State, r.Kind = roster.ImportApplied, x.kind
	x.state, x.applied, x.counts = roster.ImportApplied, now, r
}

// ApplyImport writes a checked roster. Applied twice, it changes nothing the second time.
func (s *Store) ApplyImport(_ context.Context, id, by string, now time.Time) (roster.Imported, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.imports[id]
	switch {
	case x != nil && x.state == roster.ImportApplied && x.by == by:
		return x.counts, nil
	case x == nil || x.state != roster.ImportChecked || x.by != by || now.Sub(x.at) > roster.ImportTTL:
		return roster.Imported{State: roster.ImportGone}, nil
	}
	var out roster.Imported
	for _, n := range slices.Sorted(maps.Keys(x.parts)) {
		for _, r := range x.parts[n] {
			x.images = append(x.images, s.applyRow(r, &out)...)
		}
	}
	x.finish(out, now)
	return x.counts, nil
}

func (s *Store) applyRow(r roster.Row, out *roster.Imported) []image {
	var was *roster.Entry
	if e, ok := s.entry(r.Person); ok {
		was = &e
	}
	after, fault := r.Merge(was)
	switch o := s.owner(r.Number); {
	case fault != "" || o != "" && o != r.Person:
		out.Left = append(out.Left, r.Person)
		return nil
	case was == nil:
		out.New++
	case after.Same(*was):
		out.Same++
		return nil
	default:
		out.Changed++
	}
	s.set(after)
	return []image{{was, after}}
}

// set makes an entry what the roster knows about a person.
func (s *Store) set(e roster.Entry) {
	p := e.Person
	p.Absences = nil // kept apart
	s.people[p.ID] = p
	if e.Certificate != nil {
		s.forget(e.Certificate.ID)
		s.certificates = append(s.certificates, *e.Certificate)
	}
}

func (s *Store) forget(certificate string) {
	s.certificates = slices.DeleteFunc(s.certificates, func(c workflow.Certificate) bool { return c.ID == certificate })
}

// UndoImport brings back what an import has changed. Who was changed since, or has done
// something that rests on it, is left alone and named.
func (s *Store) UndoImport(_ context.Context, id, _ string, now time.Time) (roster.Imported, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.imports[id]
	switch {
	case x != nil && x.state == roster.ImportUndone:
		return roster.Imported{State: roster.ImportUndone}, nil
	case x == nil, x.state != roster.ImportApplied, x.kind != roster.ImportPeople, now.Sub(x.applied) > roster.UndoImport:
		return roster.Imported{State: roster.ImportGone}, nil
	}
	out := roster.Imported{State: roster.ImportUndone, Kind: x.kind}
	for _, m := range x.images {
		p := m.after.Person
		newHR := p.Holds(workflow.HR, "") && (m.before == nil || !m.before.Person.Holds(workflow.HR, ""))
		e, there := s.entry(p.ID)
		if !there || !e.Same(m.after) || s.busy(m, x.applied) || newHR && s.others(workflow.HR, p.ID) == 0 {
			out.Left = append(out.Left, p.ID)
			continue
		}
		if m.after.Certificate != nil {
			s.forget(m.after.Certificate.ID)
		}
		if m.before == nil {
			out.New++
			delete(s.people, p.ID)
			continue
		}
		out.Changed++
		s.set(*m.before)
	}
	x.state, x.images = roster.ImportUndone, nil
	return out, nil
}

// busy reports whether somebody has begun a filing since an import, or came with it and has done
// anything at all.
func (s *Store) busy(m image, applied time.Time) bool {
	id := m.after.Person.ID
	began := slices.ContainsFunc(s.filings, func(r record) bool {
		return r.filing.Person == id && !r.events[0].At.Before(applied)
	})
	if m.before != nil {
		return began
	}
	asked := slices.ContainsFunc(
		slices.Collect(maps.Values(s.questions)),
		func(q workflow.Question) bool { return q.Person == id },
	)
	away := slices.ContainsFunc(slices.Collect(maps.Values(s.absences)), func(a workflow.Absence) bool {
		return a.Person == id || a.Deputy != nil && a.Deputy.ID == id
	})
	file := slices.ContainsFunc(s.files, func(f workflow.StoredFile) bool { return f.Person == id })
	told := slices.ContainsFunc(s.told, func(x telling) bool { return x.to == id })
	sent := slices.ContainsFunc(slices.Collect(maps.Values(s.imports)), func(x *kept) bool { return x.by == id })
	return began || asked || away || file || told || sent || len(s.consents[id]) > 0
}

// others counts who else has a role.
func (s *Store) others(r workflow.Role, but string) int {
	n := 0
	for id, p := range s.people {
		if id != but && slices.ContainsFunc(p.Grants, func(g workflow.Grant) bool { return g.Role == r }) {
			n++
		}
	}
	return n
}
