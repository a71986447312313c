package view

import (
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// What somebody may have to do on a filing, as 待我处理 counts it.
const (
	TaskReview = "review" // decide
	TaskPost   = "post"   // post the public notice
	TaskSettle = "settle" // an objection
	TaskSeal   = "seal"   // sign and seal the form
)

// Task is what the person has to do on the filing now, "" when it is somebody else's turn.
func Task(book workflow.Rulebook, c workflow.Case, person string, today calendar.Date) string {
	f := c.Filing
	is := func(people []workflow.Person) bool {
		return slices.ContainsFunc(people, func(p workflow.Person) bool { return p.ID == person })
	}
	step, reviewing := book.For(f).ReviewStep(f.Review.Step)
	switch {
	case reviewing && f.State == workflow.Prereview:
		if is(c.Reviewers(step.Role, today)) {
			return TaskReview
		}
		return ""
	case f.Notice.State == workflow.NoticeObjection && is(c.Assignees(workflow.SchoolHandler, today)):
		return TaskSettle
	case !is(c.Assignees(workflow.CollegeHandler, today)):
		return ""
	case f.Notice.State == workflow.NoticeHanded:
		return TaskPost
	case Unsealed(f):
		return TaskSeal
	}
	return ""
}

// Unsealed reports whether the printed form is still to be signed and sealed.
func Unsealed(f *workflow.Filing) bool {
	return f.State.Editable() && f.Printed > 0 && f.Printed == f.Revision &&
		(f.Form == workflow.FormPrinted || f.Form == workflow.FormSigned || f.Form == workflow.FormCollegeSigned)
}

// Entry is one filing on a desk.
type Entry struct {
	Case workflow.Case
	Task string
}

// TasksOf are the filings on which it is the person's turn, the most urgent certificate first.
func TasksOf(book workflow.Rulebook, cases []workflow.Case, person string, today calendar.Date) []Entry {
	var out []Entry
	for _, c := range cases {
		if what := Task(book, c, person, today); what != "" {
			out = append(out, Entry{c, what})
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return -a.Case.Filing.Ends.DaysUntil(b.Case.Filing.Ends) })
	return out
}

// CountTasks says how many there are of each task.
func CountTasks(t *text.Catalogue, list []Entry) string {
	n := map[string]int{}
	for _, e := range list {
		n[e.Task]++
	}
	var parts []string
	for _, task := range []string{TaskReview, TaskPost, TaskSeal, TaskSettle} {
		if n[task] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", t.Phrase("task_"+task), n[task]))
		}
	}
	return strings.Join(parts, " · ")
}

// MayStamp reports whether somebody signs and seals for the college of a filing today.
func MayStamp(c workflow.Case, person string, today calendar.Date) bool {
	return slices.ContainsFunc(
		c.Assignees(workflow.CollegeHandler, today),
		func(p workflow.Person) bool { return p.ID == person },
	)
}

// MostOnDesk is how many filings are looked through for one handler.
const MostOnDesk = 200
