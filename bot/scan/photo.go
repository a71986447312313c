package scan

import (
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// photoArrived keeps what a handler sends without a code, and asks of whose public notice it is.
func (t visit) photoArrived(a arrival, id string) error {
	posted := slices.DeleteFunc(slices.Clone(a.desk), func(c workflow.Case) bool {
		n := c.Filing.Notice
		return n.State != workflow.NoticePosted && n.State != workflow.NoticePassed || n.Photo != "" ||
			!view.MayStamp(c, t.Case.Person.ID, t.Today())
	})
	if len(posted) == 0 {
		return t.Say("photo_not_now", nil)
	}
	const most = 5
	var c choices
	for _, of := range posted[:min(len(posted), most)] {
		c.add(text.Typed(of.Applicant.Name).String(), t.Photo, "filing", of.Filing.ID, "file", id)
	}
	if c.err != nil {
		return c.err
	}
	t.Out.File = a.record(id)
	t.Out.File.Person = t.Case.Person.ID
	return t.Say("photo_which", text.Data{"Choices": c.list})
}
