package hr

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/roster"
	"example.org/beian/workflow/typed"
)

// exportCommands send the list of certificates.
func (r *Room) exportCommands() []turn.Command {
	return []turn.Command{{
		Spec: command.Spec{
			Name: "export_list", Words: []string{"导出名单"}, English: []string{"export list"},
			Forms: []string{"(导出名单|export list) {filter:text}"},
		},
		Safe: true, Who: turn.HR, Read: r.forHR(r.filtered),
	}}
}

func (r *Room) filtered(ctx context.Context, _ asked) (turn.Action, error) {
	colleges, err := r.Registry.Colleges(ctx)
	if err != nil {
		return nil, err
	}
	return r.do(func(t visit) error { return t.exportList(colleges) }), nil
}

// exportList has the list of certificates sent; words behind it filter.
func (t visit) exportList(colleges []roster.Duty) error {
	job := workflow.Office{Task: workflow.OfficeExport}
	apart := func(r rune) bool { return strings.ContainsRune(" ,，、;；", r) }
	for _, w := range strings.FieldsFunc(typed.Clean(t.args.Text("filter")), apart) {
		if w = strings.TrimPrefix(w, "到期"); w == "" {
			continue
		}
		if d, ok := endOfMonth(w, t.Today()); ok {
			job.Until = d
			continue
		}
		c, ok := collegeNamed(colleges, w)
		if !ok {
			return t.Say("export_how", text.Data{"Word": text.Typed(w), "Example": t.Today().String()[:7]})
		}
		job.College = c.ID
	}
	return t.leave("export_list_comes", job)
}

// endOfMonth reads 2026-12 as its last day, and a whole date as it is.
func endOfMonth(w string, today calendar.Date) (calendar.Date, bool) {
	d, assumed, ok := calendar.ReadDate(w, today)
	if ok && assumed {
		d = calendar.NewDate(d.Year, d.Month+1, 0)
	}
	return d, ok
}

// sendList sends the list of certificates; that it was taken is noted for each person on it.
func (r *Room) sendList(ctx context.Context, job workflow.Office) error {
	var rows [][]string
	var people []string
	filter := roster.Lookup{College: job.College, Until: job.Until}
	err := r.Search.Listed(ctx, filter, func(c workflow.Case) error {
		w := r.whereabouts(c)
		a := workflow.Assess(c.Certificate, r.Today(), r.Rules().For(c.Filing))
		rows = append(rows, []string{
			c.Applicant.Name, c.Applicant.ID, c.College.Name, c.Certificate.Category, c.Certificate.RecognisedOn.String(),
			a.ValidUntil.String(), fmt.Sprint(a.DaysLeft), w.state, w.stage, w.waits, w.since,
		})
		people = append(people, c.Applicant.ID)
		return nil
	})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return r.answer(ctx, job, "export_none", nil)
	}
	header := strings.Split(r.Chinese().Phrase("export_header"), "、")
	file, err := workbook.List("名单", header, []float64{12, 20, 18, 8, 12, 12, 10, 16, 22, 36, 18}, rows)
	if err != nil {
		return err
	}
	detail := fmt.Sprintf("%d people college=%s until=%s", len(rows), job.College, job.Until)
	if err := r.Trail.Noted(ctx, job.Person, "export", detail, r.Now()); err != nil {
		return err
	}
	if err := r.Trail.ShownAll(ctx, people, job.Person, workflow.ShownList, r.Now()); err != nil {
		return err
	}
	day := r.Now().In(calendar.Zone()).Format(time.DateOnly)
	return r.sendWorkbook(ctx, job.Person, fmt.Sprintf("证书名单-%s-%d人.xlsx", day, len(rows)), file)
}
