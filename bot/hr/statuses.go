package hr

import (
	"context"
	"errors"
	"fmt"

	"example.org/beian/bot/dingtalk"
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
func (x *check) statuses(ctx context.Context, sender workflow.Person) error {
	x.m.Kind = roster.ImportStatuses
	for i, s := range x.table.ReadStatuses(x.Today()) {
		if i == mostStatuses {
			x.fault(s.Line, "", workbook.NotNow, x.zh.Phrase("xl_too_many", mostStatuses))
			break
		}
		if err := x.status(ctx, s, sender); err != nil {
			return err
		}
	}
	return nil
}

// status decides what one row is.
func (x *check) status(ctx context.Context, s workbook.Status, sender workflow.Person) error {
	id, code, err := x.whom(ctx, s)
	if err != nil {
		return err
	}
	if code != "" {
		x.fault(s.Line, workbook.ColumnPerson, code)
		return nil
	}
	c, err := x.People.PersonCase(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case s.Name != "" && !identity.SameName(s.Name, c.Applicant.Name):
		x.fault(s.Line, workbook.ColumnName, workbook.NotFound)
		return nil
	case c.Filing == nil:
		x.fault(s.Line, workbook.ColumnPerson, workbook.NoFiling)
		return nil
	case id == sender.ID:
		x.fault(s.Line, workbook.ColumnPerson, workbook.OwnOne)
		return nil
	}
	row := roster.StatusRow{
		Line: s.Line, Filing: c.Filing.ID, Name: c.Applicant.Name, Text: text.MaskNumbers(s.Text), On: s.On,
	}
	changes, refusal, err := x.report(x.Open(c, dingtalk.Incoming{}), row, sender.ID)
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
	return nil
}

// whom finds the person of a status; code says why not.
func (x *check) whom(ctx context.Context, s workbook.Status) (id, code string, err error) {
	if s.Person != "" {
		found, err := x.Registry.Entries(ctx, []string{s.Person})
		if _, ok := found[s.Person]; err == nil && !ok {
			return "", workbook.NotFound, nil
		}
		return s.Person, "", err
	}
	ids, err := x.People.NamedTail(ctx, s.Name, s.Tail)
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

// report notes a status as the command for one does, and the new certificate when its day is
// given. refusal is the name of a phrase.
func (r *Room) report(t *turn.Turn, row roster.StatusRow, by string) (changes bool, refusal string, err error) {
	actor := workflow.Actor{ID: by, Role: workflow.HR}
	action := workflow.Report
	if view.SentBack(row.Text) {
		action = workflow.ReportReturned
	}
	if t.Filing.State == workflow.Approved && view.Passed(row.Text) {
		return false, "", nil // said before
	}
	err = t.Try(workflow.Command{Action: action, Actor: actor, Text: row.Text})
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
	err = t.Try(workflow.Command{Action: workflow.ReportApproved, Actor: actor, From: row.On, Text: row.Text})
	if errors.As(err, &refused) {
		return false, statusRefusal(refused.Code), nil
	}
	if err != nil {
		return false, "", err
	}
	return true, "", r.Renew(t)
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
func (r *Room) applyStatuses(
	ctx context.Context, job workflow.Office, m roster.Import, state roster.ImportState,
) error {
	switch {
	case m.By == job.Person && state == roster.ImportApplied: // done before an interruption
		d := text.Data{"Changed": m.Changed, "Same": m.Same, "Failed": nil, "More": 0}
		return r.answer(ctx, job, "statuses_done", d)
	case m.By != job.Person || state != roster.ImportChecked:
		return r.answer(ctx, job, "import_gone", nil)
	}
	rows, err := r.Checked.ImportStatuses(ctx, m.ID)
	if err != nil {
		return err
	}
	zh := r.Chinese()
	done := roster.Imported{Kind: m.Kind}
	var failed []string
	var errs []error
	for _, row := range rows {
		changes, refusal, err := r.applyStatus(ctx, row, job.Person)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("report status of %s: %w", row.Filing, err))
		case refusal != "":
			why := text.Typed(row.Name).String() + "：" + zh.Phrase(refusal)
			failed = append(failed, zh.Phrase("row_fault", row.Line, why))
		case changes:
			done.Changed++
		default:
			done.Same++
		}
	}
	if len(errs) > 0 { // the others are said; the next attempt finds them so
		return errors.Join(errs...)
	}
	if err := r.Writer.FinishImport(ctx, m.ID, done, r.Now()); err != nil {
		return err
	}
	const most = 20
	return r.answer(ctx, job, "statuses_done", text.Data{
		"Changed": done.Changed, "Same": done.Same,
		"Failed": failed[:min(most, len(failed))], "More": max(0, len(failed)-most),
	})
}

// applyStatus reports one status in a transaction of its own.
func (r *Room) applyStatus(
	ctx context.Context, row roster.StatusRow, by string,
) (changes bool, refusal string, err error) {
	err = r.Act(ctx, workflow.Inbound{Person: by, Filing: row.Filing}, func(t *turn.Turn) error {
		if t.Filing == nil || t.Filing.ID != row.Filing {
			refusal = "status_state"
			return nil
		}
		var err error
		if changes, refusal, err = r.report(t, row, by); refusal != "" {
			t.Abandon()
		}
		return err
	})
	return changes, refusal, err
}
