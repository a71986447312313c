package bot

import (
	"context"
	"errors"
	"fmt"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/identity"
	"example.org/beian/workflow/roster"
)

// mostStatuses is how many official statuses are taken in one workbook.
const mostStatuses = 1000

// statuses tries each status as if it were reported alone.
func (x *check) statuses(ctx context.Context, hr workflow.Person) error {
	x.m.Kind = roster.ImportStatuses
	for i, s := range x.table.ReadStatuses(x.Today()) {
		if i == mostStatuses {
			x.fault(s.Line, "", workbook.NotNow, x.zh.Phrase("xl_too_many", mostStatuses))
			break
		}
		id, code, err := x.whose(ctx, s)
		if err != nil {
			return err
		}
		if code != "" {
			x.fault(s.Line, workbook.ColumnPerson, code)
			continue
		}
		c, err := x.Records.PersonCase(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case s.Name != "" && !identity.SameName(s.Name, c.Applicant.Name):
			x.fault(s.Line, workbook.ColumnName, workbook.NotFound)
			continue
		case c.Filing == nil:
			x.fault(s.Line, workbook.ColumnPerson, workbook.NoFiling)
			continue
		case id == hr.ID:
			x.fault(s.Line, workbook.ColumnPerson, workbook.OwnOne)
			continue
		}
		row := roster.StatusRow{Line: s.Line, Filing: c.Filing.ID, Name: c.Applicant.Name, Text: text.MaskNumbers(s.Text), On: s.On}
		trial := x.newVisit(c)
		changes, refusal, err := trial.reported(row, workflow.Actor{ID: hr.ID, Role: workflow.HR})
		switch {
		case err != nil:
			return err
		case refusal != "":
			x.fault(s.Line, workbook.ColumnStatus, workbook.NotNow, x.zh.Phrase(refusal))
		case !changes:
			x.same++
			x.notes[s.Line] = workbook.Note{Text: x.zh.Phrase("row_same")}
		default:
			x.changed++
			x.notes[s.Line] = workbook.Note{Text: x.zh.Phrase("row_status")}
			x.m.Statuses = append(x.m.Statuses, row)
		}
	}
	return nil
}

// whose finds the person of a status; code says why not.
func (x *check) whose(ctx context.Context, s workbook.Status) (id, code string, err error) {
	if s.Person != "" {
		found, err := x.Imports.Entries(ctx, []string{s.Person})
		if _, ok := found[s.Person]; err == nil && !ok {
			return "", workbook.NotFound, nil
		}
		return s.Person, "", err
	}
	ids, err := x.Registry.NamedTail(ctx, s.Name, s.Tail)
	switch {
	case err != nil:
		return "", "", err
	case len(ids) == 0:
		return "", workbook.NotFound, nil
	case len(ids) > 1:
		return "", workbook.Several, nil
	}
	return ids[0], "", nil
}

// reported notes a status as the single command does, and the new certificate when its day
// is given. refusal is the name of a phrase.
func (t *visit) reported(row roster.StatusRow, by workflow.Actor) (changes bool, refusal string, err error) {
	action := workflow.Report
	if view.SentBack(row.Text) {
		action = workflow.ReportReturned
	}
	if t.Filing.State == workflow.Approved && view.Passed(row.Text) {
		return false, "", nil // said before
	}
	err = t.Try(workflow.Command{Action: action, Actor: by, Text: row.Text})
	var refused *workflow.Refusal
	switch {
	case errors.As(err, &refused) && refused.Code == workflow.RefusedSame:
	case errors.As(err, &refused):
		return false, statusRefusal(refused.Code), nil
	case err != nil:
		return false, "", err
	default:
		changes = true
	}
	if row.On.IsZero() || !view.Passed(row.Text) {
		return changes, "", nil
	}
	err = t.Try(workflow.Command{Action: workflow.ReportApproved, Actor: by, From: row.On, Text: row.Text})
	if errors.As(err, &refused) {
		return false, statusRefusal(refused.Code), nil
	}
	if err != nil {
		return false, "", err
	}
	return true, "", t.renew()
}

func statusRefusal(code workflow.Code) string {
	switch code {
	case workflow.RefusedDates:
		return "status_dates"
	case workflow.RefusedRole, workflow.RefusedOwn:
		return "status_role"
	}
	return "status_state"
}

// applyStatuses reports each status of a confirmed workbook, every one in a transaction of
// its own; one that is refused by now does not stop the others. Worked twice, the second
// time finds them said already.
func (b *Bot) applyStatuses(ctx context.Context, job workflow.Office, m roster.Import, state roster.ImportState) error {
	switch {
	case m.By == job.Person && state == roster.ImportApplied: // done before an interruption
		return b.officeAnswer(ctx, job, "statuses_done", text.Data{"Changed": m.Changed, "Same": m.Same, "Failed": nil, "More": 0})
	case m.By != job.Person || state != roster.ImportChecked:
		return b.officeAnswer(ctx, job, "import_gone", nil)
	}
	rows, err := b.Imports.ImportStatuses(ctx, m.ID)
	if err != nil {
		return err
	}
	zh := b.Chinese()
	r := roster.Imported{Kind: m.Kind}
	var failed []string
	var errs []error
	for _, row := range rows {
		changes, refusal := false, ""
		in := workflow.Inbound{Person: job.Person, Filing: row.Filing}
		err := b.Act(ctx, in, func(x *turn.Turn) error {
			t := b.visit(x)
			if t.Filing == nil || t.Filing.ID != row.Filing {
				refusal = "status_state"
				return nil
			}
			var err error
			if changes, refusal, err = t.reported(row, workflow.Actor{ID: job.Person, Role: workflow.HR}); refusal != "" {
				t.Abandon()
			}
			return err
		})
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("report status of %s: %w", row.Filing, err))
		case refusal != "":
			failed = append(failed, zh.Phrase("row_fault", row.Line, text.Typed(row.Name).String()+"："+zh.Phrase(refusal)))
		case changes:
			r.Changed++
		default:
			r.Same++
		}
	}
	if len(errs) > 0 { // the others are said; the next attempt finds them so
		return errors.Join(errs...)
	}
	if err := b.Imports.FinishImport(ctx, m.ID, r, b.Now()); err != nil {
		return err
	}
	const most = 20
	return b.officeAnswer(ctx, job, "statuses_done", text.Data{"Changed": r.Changed, "Same": r.Same, "Failed": failed[:min(most, len(failed))], "More": max(0, len(failed)-most)})
}
