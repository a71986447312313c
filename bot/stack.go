package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// mostStacked is how many pages a stack of forms may have.
const mostStacked = 120

// SealPack sends a college handler all forms that are to be signed and sealed as one file.
func (b *Bot) SealPack(ctx context.Context, job workflow.SealPack) error {
	cases, err := b.Cases.Desk(ctx, job.Person, b.Today(), view.MostOnDesk)
	if err != nil {
		return err
	}
	byCollege := map[string][]workflow.Case{}
	for _, c := range cases {
		if view.Task(b.Rules(), c, job.Person, b.Today()) == view.TaskSeal || view.Unsealed(c.Filing) && view.MayStamp(c, job.Person, b.Today()) {
			byCollege[c.College.ID] = append(byCollege[c.College.ID], c)
		}
	}
	if len(byCollege) == 0 {
		return b.Write(ctx, []string{job.Person}, "seal_none", nil)
	}
	for _, list := range byCollege {
		sheets := make([]workflow.Sheet, len(list))
		for i, c := range list {
			sheets[i] = c.Filing.Sheet(workflow.PaperForm, c.College.Name, b.School)
		}
		pdf, err := b.Papers.Pack(list[0].College.Name, b.Today(), sheets)
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := b.Ledger.Shown(ctx, c.Applicant.ID, []string{job.Person}, workflow.ShownForm, b.Now()); err != nil {
				return err
			}
		}
		name := fmt.Sprintf("待盖章-%s-%d份.pdf", list[0].College.Name, len(list))
		media, err := b.DingTalk.Upload(ctx, name, pdf)
		if err != nil {
			return err
		}
		if err := b.DingTalk.SendFile(ctx, []string{job.Person}, media, name, "pdf"); err != nil {
			return err
		}
	}
	return nil
}

// sealPack has the forms sent that wait for the seal.
func (t *visit) sealPack() error {
	t.InChinese()
	if !handles(t.Case.Person) {
		return t.Say("desk_not_you", nil)
	}
	t.Later(workflow.SealPack{Person: t.Case.Person.ID})
	return t.Say("seal_comes", nil)
}

// stackPart is what one scan has of one filing.
type stackPart struct {
	filing string
	pages  []paper.ScanPage
}

// parts groups the pages of a scan by the filing whose code they carry. A page without a
// code belongs to nobody; blank ones are passed over.
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

// stack gives each applicant the pages of a scan that are theirs, when they are all there
// and right. What is said to the handler is one line for each that is not, and who is left.
func (b *Bot) stack(ctx context.Context, job workflow.Intake, a arrival) (*stackResult, error) {
	list, unread := parts(a.scan())
	s := &stackResult{unread: unread}
	for _, p := range list {
		line, ok, err := b.stackOne(ctx, job, a, p)
		if err != nil {
			return nil, err
		}
		if ok {
			s.done = append(s.done, line)
		} else {
			s.problems = append(s.problems, line)
		}
	}
	cases, err := b.Cases.Desk(ctx, job.Person, b.Today(), view.MostOnDesk)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		if view.Unsealed(c.Filing) && view.MayStamp(c, job.Person, b.Today()) && !slices.ContainsFunc(list, func(p stackPart) bool { return p.filing == c.Filing.ID }) {
			s.left = append(s.left, text.Typed(c.Applicant.Name).String())
		}
	}
	return s, nil
}

// stackOne decides what becomes of the pages of one filing.
func (b *Bot) stackOne(ctx context.Context, job workflow.Intake, a arrival, p stackPart) (line string, ok bool, err error) {
	zh := b.Chinese()
	numbers := make([]int, len(p.pages))
	for i, page := range p.pages {
		numbers[i] = page.Number
	}
	c, err := b.Records.CaseFor(ctx, job.Person, p.filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return zh.Phrase("stack_unknown", view.PageList(numbers)), false, nil
	}
	if err != nil {
		return "", false, err
	}
	t := b.desk(c)
	name := text.Typed(c.Applicant.Name).String()
	_, college := c.Acting(c.Person, workflow.CollegeHandler, b.Today())
	_, school := c.Acting(c.Person, workflow.SchoolHandler, b.Today())
	if c.Person.ID == c.Applicant.ID || !college && !school {
		return zh.Phrase("stack_unknown", view.PageList(numbers)), false, nil
	}
	var events []workflow.Event
	if p.pages[0].Marks[0].Revision != c.Filing.Revision {
		if events, err = b.Records.Events(ctx, c.Filing.ID); err != nil {
			return "", false, err
		}
	}
	v := b.Papers.Judge(paper.Scan{Type: a.kind, Pages: p.pages}, c.Filing.ID, c.Filing.Revision, t.printed(events))
	switch v.Finding {
	case paper.Whole:
	case paper.Incomplete, paper.Partly:
		var missing []int
		for n := 1; n <= v.Pages; n++ {
			if !contains(v.Got, n) {
				missing = append(missing, n)
			}
		}
		return zh.Phrase("stack_missing", name, view.PageList(missing)), false, nil
	case paper.Outdated:
		return zh.Phrase("stack_old", name, v.Revision, c.Filing.Revision), false, nil
	default:
		return zh.Phrase("stack_wrong", name, view.PageList(numbers)), false, nil
	}
	if held := c.Filing.Materials[workflow.SlotForm]; c.Filing.Slot(workflow.SlotForm) == workflow.SlotUploaded && held.File.Checked && held.File.Revision == v.Revision {
		return zh.Phrase("stack_again", name), true, nil // sent before, or by this job before it was interrupted
	}
	return b.stackStore(ctx, job, a, p, v, name)
}

// stackStore keeps the pages in order and puts them into the applicant's first slot.
func (b *Bot) stackStore(ctx context.Context, job workflow.Intake, a arrival, p stackPart, v paper.Verdict, name string) (line string, ok bool, err error) {
	zh := b.Chinese()
	slices.SortStableFunc(p.pages, func(x, y paper.ScanPage) int { return x.Marks[0].Page - y.Marks[0].Page })
	var pieces []paper.Piece
	file := workflow.File{Name: a.name, Revision: v.Revision, Checked: true}
	for i, page := range p.pages {
		from := a.leaves[page.Number-1]
		pieces = append(pieces, paper.Piece{Data: from.data, Pages: []int{from.page}})
		for _, h := range slices.Compact(slices.Clone(page.Hints)) {
			file.Hints = append(file.Hints, workflow.PageHint{Page: i + 1, Hint: string(h)})
		}
	}
	file.Pages = len(pieces)
	data, err := b.Papers.Assemble(ctx, pieces)
	if err != nil {
		return "", false, fmt.Errorf("take a stack apart: %w", err)
	}
	if file.ID, err = b.Files.Put(ctx, data); err != nil {
		return "", false, err
	}
	line = zh.Phrase("stack_done", name, v.Revision, file.Pages)
	err = b.Act(ctx, workflow.Inbound{Person: job.Person, Filing: p.filing}, func(x *turn.Turn) error {
		t := b.visit(x)
		ok = false
		actor, acts := t.actor()
		if t.Filing == nil || !acts {
			return nil
		}
		err := t.Try(workflow.Command{Action: workflow.Upload, Actor: actor, Slot: workflow.SlotForm, File: &file})
		var refused *workflow.Refusal
		if errors.As(err, &refused) {
			line = zh.Phrase("stack_wrong", name, view.PageList([]int{p.pages[0].Number}))
			return nil
		}
		if err != nil {
			return err
		}
		ok = true
		t.Out.File = &workflow.StoredFile{ID: file.ID, Person: t.Case.Applicant.ID, Filing: t.Filing.ID, MediaType: "pdf", Pages: file.Pages, Size: int64(len(data)), SHA256: a.hash[:]}
		return nil
	})
	if !ok {
		err = errors.Join(err, b.Files.Delete(ctx, file.ID))
	}
	return line, ok, err
}

// stackArrived says what became of a stack.
func (t *visit) stackArrived(s stackResult) error {
	return t.Say("stack", text.Data{"Done": s.done, "Problems": s.problems, "Unread": view.PageList(s.unread), "Left": s.left, "Count": len(s.done)})
}

// stackResult is what was done with a scan of forms of other people.
type stackResult struct {
	done, problems []string
	unread         []int
	left           []string // whose forms wait for the seal and were not in it
}

// photoArrived keeps a photo of the notice where it hangs.
func (t *visit) photoArrived(a arrival, id string) error {
	posted := slices.DeleteFunc(slices.Clone(t.onDesk), func(c workflow.Case) bool {
		n := c.Filing.Notice
		return n.State != workflow.NoticePosted && n.State != workflow.NoticePassed || n.Photo != "" || !view.MayStamp(c, t.Case.Person.ID, t.Today())
	})
	if len(posted) == 0 {
		return t.Say("photo_not_now", nil)
	}
	var choices []text.Choice
	for _, c := range posted[:min(len(posted), 5)] {
		choices = append(choices, text.Choice{text.Typed(c.Applicant.Name).String(), "公示照片 " + c.Filing.ID + " " + id})
	}
	t.Out.File = &workflow.StoredFile{ID: id, Person: t.Case.Person.ID, MediaType: a.media, Pages: len(a.leaves), Size: int64(len(a.data)), SHA256: a.hash[:]}
	return t.Say("photo_which", text.Data{"Choices": choices})
}

// attachPhoto puts a photo that was kept to the notice it shows.
func (t *visit) attachPhoto(actor workflow.Actor) error {
	if !t.usable() {
		return t.Say("upload_lost", text.Data{"Where": strings.TrimSpace(t.Text.Phrase("posting"))})
	}
	done, err := t.applyAs(workflow.Command{Action: workflow.PhotoNotice, Actor: actor, File: &workflow.File{ID: t.stored.ID, Pages: t.stored.Pages}}, "")
	if err != nil || !done {
		return err
	}
	t.Out.Adopted = t.stored.ID
	return t.Say("photo_kept", view.Base(t.Turn, t.Case, t.Filing))
}
