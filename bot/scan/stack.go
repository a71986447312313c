package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// stackPart is what one scan has of one filing.
type stackPart struct {
	filing string
	pages  []paper.ScanPage
}

// numbers are the pages of the scan that a part has.
func (p stackPart) numbers() []int {
	out := make([]int, len(p.pages))
	for i, page := range p.pages {
		out[i] = page.Number
	}
	return out
}

// parts groups the pages of a scan by the filing whose code they carry. A page without a code belongs
// to nobody; blank ones are passed over.
func parts(s paper.Scan) (list []stackPart, unread []int) {
	for _, p := range s.Pages {
		if len(p.Marks) == 0 {
			if !p.Blank() {
				unread = append(unread, p.Number)
			}
			continue
		}
		id := p.Marks[0].Filing
		i := slices.IndexFunc(list, func(x stackPart) bool { return x.filing == id })
		if i < 0 {
			list = append(list, stackPart{filing: id})
			i = len(list) - 1
		}
		list[i].pages = append(list[i].pages, p)
	}
	return list, unread
}

// stackResult is what was done with a scan of forms of other people.
type stackResult struct {
	done, problems []string
	unread         []int
	left           []string // whose forms wait for the seal and were not in it
}

// stack gives each applicant the pages of a scan that are theirs, when they are all there and right.
// What is said to the handler is one line for each that is not, and who is left.
func (r *Room) stack(ctx context.Context, job workflow.Intake, a arrival) (*stackResult, error) {
	list, unread := parts(a.scan())
	s := &stackResult{unread: unread}
	for _, p := range list {
		line, ok, err := r.stackOne(ctx, job, a, p)
		if err != nil {
			return nil, err
		}
		if ok {
			s.done = append(s.done, line)
		} else {
			s.problems = append(s.problems, line)
		}
	}
	cases, err := r.Filings.Desk(ctx, job.Person, r.Today(), view.MostOnDesk)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		in := slices.ContainsFunc(list, func(p stackPart) bool { return p.filing == c.Filing.ID })
		if !in && view.Unsealed(c.Filing) && view.MayStamp(c, job.Person, r.Today()) {
			s.left = append(s.left, text.Typed(c.Applicant.Name).String())
		}
	}
	return s, nil
}

// caseOfOthers loads the case of a filing on which somebody acts for the college or the school; ok is
// false when there is none, or when it is their own: "not there" and "not yours" get the same answer.
func (r *Room) caseOfOthers(ctx context.Context, person, filing string) (c workflow.Case, ok bool, err error) {
	c, err = r.Filings.CaseFor(ctx, person, filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	_, college := c.Acting(c.Person, workflow.CollegeHandler, r.Today())
	_, school := c.Acting(c.Person, workflow.SchoolHandler, r.Today())
	return c, c.Person.ID != c.Applicant.ID && (college || school), nil
}

// stackOne decides what becomes of the pages of one filing.
func (r *Room) stackOne(
	ctx context.Context, job workflow.Intake, a arrival, p stackPart,
) (line string, ok bool, err error) {
	zh := r.Chinese()
	c, ok, err := r.caseOfOthers(ctx, job.Person, p.filing)
	if err != nil {
		return "", false, err
	}
	if !ok {
		return zh.Phrase("stack_unknown", view.PageList(p.numbers())), false, nil
	}
	t := visit{r.Desk(c), r, command.Args{}}
	name := text.Typed(c.Applicant.Name).String()
	var events []workflow.Event
	if p.pages[0].Marks[0].Revision != c.Filing.Revision {
		if events, err = r.Filings.Events(ctx, c.Filing.ID); err != nil {
			return "", false, err
		}
	}
	scan := paper.Scan{Type: a.kind, Pages: p.pages}
	v := r.Papers.Judge(scan, c.Filing.ID, c.Filing.Revision, t.printed(events))
	switch v.Finding {
	case paper.Whole:
	case paper.Incomplete, paper.Partly:
		return zh.Phrase("stack_missing", name, view.PageList(missing(v.Pages, v.Got))), false, nil
	case paper.Outdated:
		return zh.Phrase("stack_old", name, v.Revision, c.Filing.Revision), false, nil
	default:
		return zh.Phrase("stack_wrong", name, view.PageList(p.numbers())), false, nil
	}
	if t.verified() && c.Filing.Materials[workflow.SlotForm].File.Revision == v.Revision {
		return zh.Phrase("stack_again", name), true, nil // sent before, or by this job before it was interrupted
	}
	return r.stackStore(ctx, job, a, p, v, name)
}

// stackStore keeps the pages in order and puts them into the applicant's first slot.
func (r *Room) stackStore(
	ctx context.Context, job workflow.Intake, a arrival, p stackPart, v paper.Verdict, name string,
) (line string, ok bool, err error) {
	slices.SortStableFunc(p.pages, func(x, y paper.ScanPage) int { return x.Marks[0].Page - y.Marks[0].Page })
	form := arrival{media: "pdf", hash: a.hash}
	for _, page := range p.pages {
		from := a.leaves[page.Number-1]
		form.leaves = append(form.leaves, leaf{data: from.data, page: from.page, scan: page})
	}
	file := workflow.File{
		Name: a.name, Pages: len(form.leaves), Revision: v.Revision, Checked: true, Hints: pageHints(form.scan().Pages),
	}
	if form.data, err = r.Papers.Assemble(ctx, pieces(form.leaves)); err != nil {
		return "", false, fmt.Errorf("take a stack apart: %w", err)
	}
	if file.ID, err = r.Files.Put(ctx, form.data); err != nil {
		return "", false, err
	}
	line = r.Chinese().Phrase("stack_done", name, v.Revision, file.Pages)
	in := workflow.Inbound{Person: job.Person, Filing: p.filing}
	err = r.Act(ctx, in, func(t *turn.Turn) error {
		var err error
		if ok, err = (visit{t, r, command.Args{}}).stackHandIn(form, file); !ok {
			line = r.Chinese().Phrase("stack_wrong", name, view.PageList(p.numbers()[:1]))
		}
		return err
	})
	if !ok {
		err = errors.Join(err, r.Files.Delete(ctx, file.ID))
	}
	return line, ok, err
}

// stackHandIn puts a form into the applicant's first slot for those who have sealed it (F6); ok is
// false when it is not taken now.
func (t visit) stackHandIn(form arrival, file workflow.File) (ok bool, err error) {
	actor, acts := t.Actor()
	if !acts {
		return false, nil
	}
	err = t.Try(workflow.Command{Action: workflow.Upload, Actor: actor, Slot: workflow.SlotForm, File: &file})
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	t.Out.File = form.record(file.ID)
	t.Out.File.Person, t.Out.File.Filing = t.Case.Applicant.ID, t.Filing.ID
	return true, nil
}

// stackArrived says what became of a stack.
func (t visit) stackArrived(s stackResult) error {
	return t.Say("stack", text.Data{
		"Done": s.done, "Problems": s.problems, "Unread": view.PageList(s.unread), "Left": s.left, "Count": len(s.done),
	})
}
