package paper

import (
	"slices"

	"example.org/beian/workflow"
)

// Finding is what a scan turned out to be.
type Finding string

// The findings. Only [Whole] fills a slot as verified; [Unread] and [Partly] are for a
// person to look at; the others are refused with the reason.
const (
	Unread     Finding = "unread"     // no page has a readable code
	Partly     Finding = "partly"     // what was read is right, other pages could not be read
	Whole      Finding = "whole"      // every page of the current sheet
	Incomplete Finding = "incomplete" // pages are missing
	Outdated   Finding = "outdated"   // printed before a change
	Foreign    Finding = "foreign"    // of another filing
	OtherPaper Finding = "other_paper"
	Forged     Finding = "forged" // a code that we did not print on this sheet
)

// Verdict is a finding with what it rests on.
type Verdict struct {
	Finding  Finding
	Kind     workflow.PaperKind // of the first page
	Revision int                // the oldest found
	Pages    int                // of the sheet
	Got      []int              // pages found, each once
	Unread   []int              // pages of the scan without a readable code, counted from 1
}

// Known returns the sheet of a paper as it was printed in a revision; ok is false when
// there was none.
type Known func(kind workflow.PaperKind, revision int) (s workflow.Sheet, ok bool)

// Judge decides what a scan is: every code on it is held against the sheet that was
// printed. Nothing is guessed: a page without a readable code counts for nothing, blank
// pages are passed over.
func Judge(mac MAC, s Scan, filing string, current int, known Known) Verdict {
	var marks []Mark
	v := Verdict{}
	for _, p := range s.Pages {
		marks = append(marks, p.Marks...)
		if len(p.Marks) == 0 && !p.Blank() {
			v.Unread = append(v.Unread, p.Number)
		}
	}
	if len(marks) == 0 {
		v.Finding = Unread
		return v
	}
	v.Kind, v.Revision, v.Pages = marks[0].Kind, marks[0].Revision, marks[0].Pages
	for _, m := range marks {
		v.Revision = min(v.Revision, m.Revision)
	}
	v.Finding = v.judge(mac, marks, filing, current, known)
	return v
}

func (v *Verdict) judge(mac MAC, marks []Mark, filing string, current int, known Known) Finding {
	for _, m := range marks {
		if m.Filing != filing {
			return Foreign
		}
		if m.Kind != workflow.PaperForm {
			v.Kind = m.Kind
			return OtherPaper
		}
	}
	for _, m := range marks {
		sheet, ok := known(m.Kind, m.Revision)
		if !ok || Verify(mac, m, sheet) != nil {
			return Forged
		}
	}
	if v.Revision != current {
		return Outdated
	}
	for _, m := range marks {
		if !slices.Contains(v.Got, m.Page) {
			v.Got = append(v.Got, m.Page)
		}
	}
	slices.Sort(v.Got)
	switch {
	case len(v.Got) == v.Pages:
		return Whole
	case len(v.Got)+len(v.Unread) >= v.Pages:
		return Partly
	}
	return Incomplete
}
