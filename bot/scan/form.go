package scan

import (
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// formArrived answers what the codes on the pages say: the right filing, the current revision, all
// pages. Nothing is guessed.
func (t visit) formArrived(a arrival, id string) error {
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Where"] = t.Where()
	scan := a.scan()
	v := t.Papers.Judge(scan, t.Filing.ID, t.Filing.Revision, t.printed(a.events))
	switch again := a.same != "" && t.holds(a.same) && v.Finding != paper.Outdated; {
	case again && t.Filing.Slot(workflow.SlotForm) == workflow.SlotStale:
		return t.Say("upload_again", d) // returned, and sent once more as it was
	case again:
		return t.Say("upload_same", d)
	}
	switch v.Finding {
	case paper.Foreign:
		return t.Say("upload_foreign", d)
	case paper.OtherPaper:
		d["Title"] = strings.TrimPrefix(v.Kind.Title(), "杭州市高层次人才认定备案")
		return t.Say("upload_notice", d)
	case paper.Forged:
		return t.Say("upload_forged", d)
	case paper.Outdated:
		was, _ := workflow.At(a.events, v.Revision) // it was printed, or it would be forged
		return t.oldPaper(d, was)
	case paper.Incomplete:
		return t.keepPart(d, a, id, v)
	case paper.Partly:
		if t.verified() {
			return t.formFilled()
		}
	case paper.Whole:
		if !slices.ContainsFunc(scan.Pages, func(p paper.ScanPage) bool { return !p.Drawn }) {
			return t.askSigned(d, a, id)
		}
	}
	return t.formFits(d, a, id, v)
}

// formFits puts a form into its slot: verified when every page was read, else for the handler to look at.
func (t visit) formFits(d text.Data, a arrival, id string, v paper.Verdict) error {
	f := workflow.File{
		ID: id, Name: a.name, Pages: len(a.leaves), Revision: v.Revision,
		Checked: v.Finding == paper.Whole, Unread: v.Unread, Hints: pageHints(a.scan().Pages),
	}
	d["Pages"], d["Extra"], d["Unread"] = v.Pages, view.PageList(a.extra), view.PageList(v.Unread)
	d["Hint"] = view.HintList(t.Text, f.Hints)
	key := "upload_form"
	if !f.Checked {
		key = "upload_form_partly"
	}
	return t.fill(bid{slot: workflow.SlotForm, file: f, came: &a}, key, d)
}

// verified reports whether the present form is there with every page read.
func (t visit) verified() bool {
	m := t.Filing.Materials[workflow.SlotForm]
	return t.Filing.Slot(workflow.SlotForm) == workflow.SlotUploaded && m.File != nil && m.File.Checked
}

// formFilled says that the form is there and stays.
func (t visit) formFilled() error {
	return t.Say("slot_filled", text.Data{"Where": t.Where(), "Label": t.Text.Slot(workflow.SlotForm)})
}

// printed finds the sheet as it was printed in a revision, from the events where it is not the present
// one.
func (t visit) printed(events []workflow.Event) paper.Known {
	return func(kind workflow.PaperKind, revision int) (workflow.Sheet, bool) {
		if revision == t.Filing.Revision {
			return view.SheetOf(t.Turn, *t.Filing, kind), true
		}
		was, ok := workflow.At(events, revision)
		return view.SheetOf(t.Turn, was, kind), ok
	}
}

// askSigned keeps a form that is no picture of a paper, and asks whether it was signed without one.
func (t visit) askSigned(d text.Data, a arrival, id string) error {
	say, err := placeSpec().Say(slotAndFile(workflow.SlotForm, id))
	if err != nil {
		return err
	}
	t.keep(a, id)
	d["Say"] = say
	return t.Say("upload_unsigned", d)
}

// keepPart keeps pages of a form until the others come: people photograph one page after the other.
func (t visit) keepPart(d text.Data, a arrival, id string, v paper.Verdict) error {
	d["Got"], d["Pages"], d["Missing"] = view.PageList(v.Got), v.Pages, view.PageList(missing(v.Pages, v.Got))
	t.keep(a, id)
	t.Out.File.Revision, t.Out.File.Parts = v.Revision, v.Got
	return t.Say("upload_pages", d)
}

// oldPaper refuses a superseded print and says what has changed since (R-E05).
func (t visit) oldPaper(d text.Data, was workflow.Filing) error {
	var changes []string
	for _, fd := range workflow.Fields() {
		if before, now := was.Values[fd.Key], t.Filing.Values[fd.Key]; fd.Printed && before != now {
			line := fmt.Sprintf("%s(%s → %s)", t.Text.Field(fd), view.Shown(fd, before), view.Shown(fd, now))
			changes = append(changes, line)
		}
	}
	d["Old"], d["Printed"], d["Changes"] = was.Revision, view.Day(was.PrintedOn), changes
	return t.Say("upload_old", d)
}
