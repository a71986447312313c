package review

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper"
)

// toView has the materials of a filing sent; whoever handles it at any step may look.
var toView = command.Spec{Name: "view", Forms: []string{"查看 {filing} {text?}"}}

func (t visit) viewMaterials() error {
	t.InChinese()
	s, refusal := t.seat(anyTicket)
	if refusal != "" {
		return t.turnAway(refusal)
	}
	t.Later(workflow.Show{Filing: t.Filing.ID, Viewer: s.actor.ID})
	return t.Say("view_comes", view.Base(t.Turn, t.Case, t.Filing))
}

// Show sends a handler a copy of the materials with their name across it, and notes it.
func (r *Room) Show(ctx context.Context, job workflow.Show) error {
	c, err := r.Cases.CaseFor(ctx, job.Viewer, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t := r.about(c)
	if _, refusal := t.seat(anyTicket); refusal != "" {
		return nil // no longer a handler of this filing
	}
	docs, err := t.documents(ctx)
	if err != nil {
		return err
	}
	d := view.Base(t.Turn, c, c.Filing)
	to := []string{job.Viewer}
	if len(docs) == 0 {
		return r.Write(ctx, to, "view_nothing", d)
	}
	now := r.Now()
	stamp := fmt.Sprintf("%s %s 查看", c.Person.Name, now.In(calendar.Zone()).Format("2006-01-02 15:04"))
	pdf, err := r.Papers.Copy(ctx, docs, stamp, now)
	if err != nil {
		return err
	}
	if len(pdf) > dingtalk.MaxFile {
		return r.Write(ctx, to, "view_large", d)
	}
	if err := r.Cards.Shown(ctx, c.Applicant.ID, to, workflow.ShownMaterials, now); err != nil {
		return err
	}
	return r.SendDocument(ctx, to, "材料-"+c.Applicant.Name+".pdf", "pdf", pdf)
}

// documents are the materials of a filing for somebody to look at: what has changed since
// the last return first, then the rest, then the photo of the notice.
func (t visit) documents(ctx context.Context) ([]paper.Shown, error) {
	_, changed, _ := t.Filing.Since(t.Policy())
	var first, rest []paper.Shown
	for _, s := range workflow.Slots() {
		m := t.Filing.Materials[s.Slot]
		if m.File == nil {
			continue
		}
		data, err := t.Document(ctx, m.File.ID)
		if err != nil {
			return nil, err
		}
		d := paper.Shown{Title: fmt.Sprintf("第 %d 项 %s", s.Slot, s.Label), Data: data}
		if slices.Contains(changed, s.Slot) {
			first = append(first, d)
		} else {
			rest = append(rest, d)
		}
	}
	if t.Filing.Notice.Photo != "" {
		data, err := t.Document(ctx, t.Filing.Notice.Photo)
		if err != nil {
			return nil, err
		}
		rest = append(rest, paper.Shown{Title: "公示照片", Data: data})
	}
	return append(first, rest...), nil
}
