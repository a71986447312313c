package scan

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// nextPageWithin is how long after a photo another one may be its next page.
const nextPageWithin = 10 * time.Minute

// consider brings what came together with what is there: the pages of a form that came before, the
// document that a photo continues, the filings of others.
func (r *Room) consider(ctx context.Context, job workflow.Intake, a *arrival) error {
	c, err := r.Filings.PersonCase(ctx, job.Person)
	if err != nil {
		return err
	}
	if c.Filing != nil {
		a.seq = c.Filing.Seq
	}
	switch {
	case job.Stored != "":
		err = r.asSaid(ctx, c, job, a)
	case turn.Handles(c.Person):
		var done bool
		if done, err = r.ofOthers(ctx, job, c, a); !done && err == nil {
			err = r.ofOwn(ctx, c, a)
		}
	default:
		err = r.ofOwn(ctx, c, a)
	}
	if err != nil || a.refusal != "" || a.stacked != nil {
		return err
	}
	return r.document(ctx, c.Person, a)
}

// asSaid puts a kept photo where the person said: behind what a slot holds, in the place of one of its
// pages, or among the pages of the form.
func (r *Room) asSaid(ctx context.Context, c workflow.Case, job workflow.Intake, a *arrival) error {
	if c.Filing == nil {
		a.refusal = "upload_lost"
		return nil
	}
	if job.Onto == workflow.SlotForm {
		a.leaves[0].as = job.Swap
		return r.gather(ctx, c.Filing, a)
	}
	m := c.Filing.Materials[job.Onto]
	if m.File == nil || job.Swap > m.File.Pages {
		a.refusal = "upload_lost"
		return nil
	}
	a.swap = job.Swap
	return r.join(ctx, m, a)
}

// ofOthers takes in what a handler sends about other people's filings: a stack of sealed forms, or a
// photo of a notice. done is false when it is for their own filing.
func (r *Room) ofOthers(ctx context.Context, job workflow.Intake, c workflow.Case, a *arrival) (done bool, err error) {
	others := slices.ContainsFunc(a.leaves, func(l leaf) bool {
		return len(l.scan.Marks) > 0 && (c.Filing == nil || l.scan.Marks[0].Filing != c.Filing.ID)
	})
	if others {
		a.stacked, err = r.stack(ctx, job, *a)
		return true, err
	}
	if c.Filing != nil && c.Filing.State.Editable() && c.Filing.State != workflow.Draft {
		return false, nil
	}
	a.desk, err = r.Filings.Desk(ctx, job.Person, r.Today(), view.MostOnDesk)
	return true, err
}

// ofOwn finds the same file sent before, the history that an old paper needs, and the pages that came
// before this one.
func (r *Room) ofOwn(ctx context.Context, c workflow.Case, a *arrival) error {
	var err error
	if a.same, err = r.Uploads.SameFile(ctx, c.Person.ID, a.hash[:]); err != nil || c.Filing == nil {
		return err
	}
	old := slices.ContainsFunc(a.leaves, func(l leaf) bool {
		return slices.ContainsFunc(l.scan.Marks, func(m paper.Mark) bool {
			return m.Filing == c.Filing.ID && m.Revision != c.Filing.Revision
		})
	})
	switch {
	case old:
		a.events, err = r.Filings.Events(ctx, c.Filing.ID)
		return err
	case a.marked():
		return r.gather(ctx, c.Filing, a)
	}
	if a.absent, err = r.wanted(ctx, c); err != nil || len(a.absent) > 0 {
		return err
	}
	return r.continued(ctx, c.Filing, a)
}

// wanted are the pages of the form that are missing beside those that came alone.
func (r *Room) wanted(ctx context.Context, c workflow.Case) ([]int, error) {
	parts, err := r.Uploads.Parts(ctx, c.Filing.ID, c.Filing.Revision)
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	var there []int
	for _, p := range parts {
		there = append(there, p.Parts...)
	}
	return missing(r.Papers.Pages(c.Filing.Sheet(workflow.PaperForm, c.College.Name, r.School)), there), nil
}

// gather brings pages of a form that were sent one by one together, in the order of their numbers.
// Whether they really are pages of this form is judged in the turn, from their codes.
func (r *Room) gather(ctx context.Context, f *workflow.Filing, a *arrival) error {
	before, err := r.Uploads.Parts(ctx, f.ID, f.Revision)
	if err != nil {
		return err
	}
	have := map[int]bool{}
	for _, l := range a.leaves {
		have[l.number()] = true
	}
	for _, p := range before {
		a.parts = append(a.parts, p)
		if !slices.ContainsFunc(p.Parts, func(n int) bool { return !have[n] }) {
			continue // what came shows these pages again
		}
		data, err := r.Files.Get(ctx, p.ID)
		if err != nil {
			return err
		}
		var part arrival
		if err := r.leavesOf(ctx, &part, data, paper.Limits{}); err != nil {
			return fmt.Errorf("read page that came before: %w", err)
		}
		for _, l := range part.leaves {
			if n := l.number(); n > 0 && !have[n] {
				have[n] = true
				a.leaves = append(a.leaves, l)
			}
		}
	}
	a.order()
	return nil
}

// continued adds a photo to a document of photos that the person has just begun: people send the pages
// of a contract one after the other.
func (r *Room) continued(ctx context.Context, f *workflow.Filing, a *arrival) error {
	if a.kind == "pdf" || a.same != "" || slotNamed(a.name) != 0 {
		return nil
	}
	slot, m := f.LastPhotos(r.Now().Add(-nextPageWithin))
	if slot == 0 || len(f.Outstanding()) > 0 { // with something else still wanted the person is asked
		return nil
	}
	return r.join(ctx, m, a)
}

// join puts what has come behind the pages that a slot holds, or in the place of one.
func (r *Room) join(ctx context.Context, m workflow.Material, a *arrival) error {
	data, err := r.Files.Get(ctx, m.File.ID)
	if err != nil {
		return err
	}
	var before, after []leaf
	for n := 1; n <= m.File.Pages; n++ {
		l := leaf{data: data, page: n, scan: paper.ScanPage{Number: n, Hints: hintsOn(m.File, n)}}
		switch {
		case n == a.swap:
		case a.swap > 0 && n > a.swap:
			after = append(after, l)
		default:
			before = append(before, l)
		}
	}
	a.leaves = append(append(before, a.leaves...), after...)
	a.onto = m.File.ID
	return nil
}

// hintsOn are what was noted about a page of a file.
func hintsOn(f *workflow.File, page int) []paper.Hint {
	var out []paper.Hint
	for _, h := range f.Hints {
		if h.Page == page {
			out = append(out, paper.Hint(h.Hint))
		}
	}
	return out
}
