package bot

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// Imports keeps checked workbooks and carries them out.
type Imports interface {
	Entries(ctx context.Context, ids []string) (map[string]roster.Entry, error)
	Owners(ctx context.Context, numbers []string) (map[string]string, error)
	KeepImport(ctx context.Context, m roster.Import) error
	LastImport(ctx context.Context, person string) (string, error)
	ImportOf(ctx context.Context, id string) (roster.Import, roster.ImportState, error)
	ImportStatuses(ctx context.Context, id string) ([]roster.StatusRow, error)
	ApplyImport(ctx context.Context, id, by string, now time.Time) (roster.Imported, error)
	FinishImport(ctx context.Context, id string, r roster.Imported, now time.Time) error
	UndoImport(ctx context.Context, id, by string, now time.Time) (roster.Imported, error)
	DropImport(ctx context.Context, id, by string) error
}

// workbookNames are the names of the files of a message when all are spreadsheets.
func workbookNames(files []dingtalk.Attachment) []string {
	var out []string
	for _, f := range files {
		switch strings.ToLower(path.Ext(f.Name)) {
		case ".xlsx", ".xlsm", ".xls", ".et", ".csv":
			out = append(out, f.Name)
		default:
			return nil
		}
	}
	return out
}

// receiveWorkbook leaves a workbook of HR to a job.
func (t *visit) receiveWorkbook(names []string) error {
	if len(names) > 1 {
		return t.Say("workbook_one", nil)
	}
	if strings.ToLower(path.Ext(names[0])) != ".xlsx" {
		return t.Say("workbook_xlsx", nil)
	}
	f := t.Incoming.Files[0]
	return t.leaveToOffice("", workflow.Office{Task: workflow.OfficeCheck, File: workflow.IntakeFile{Code: f.Code, Name: f.Name}})
}

// takeWorkbook fetches a workbook, checks it against the database and says what it would
// change. Nothing is changed yet.
func (b *Bot) takeWorkbook(ctx context.Context, job workflow.Office, hr workflow.Person) error {
	limits := text.Data{"Most": workbook.MaxRows, "MB": workbook.MaxBytes >> 20}
	raw, err := b.DingTalk.Download(ctx, job.File.Code)
	switch {
	case errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}):
		return b.officeAnswer(ctx, job, "workbook_lost", nil)
	case errors.Is(err, dingtalk.ErrTooLarge):
		return b.officeAnswer(ctx, job, "workbook_large", limits)
	case err != nil:
		return err
	}
	if b.Malware != nil {
		found, err := b.Malware.Scan(ctx, raw)
		if err != nil {
			return fmt.Errorf("look for malware: %w", err)
		}
		if found != "" {
			b.Log.Warn("malware refused", "name", found)
			return b.officeAnswer(ctx, job, "workbook_malware", nil)
		}
	}
	table, err := workbook.Read(ctx, raw)
	if err != nil {
		key, ok := unreadableWorkbook(err)
		if !ok {
			return fmt.Errorf("read workbook: %w", err)
		}
		return b.officeAnswer(ctx, job, key, limits)
	}
	id, err := b.importID(job)
	if err != nil {
		return err
	}
	x := &check{Bot: b, zh: b.Chinese(), table: table, notes: map[int]workbook.Note{}, m: roster.Import{ID: id, By: job.Person, At: b.Now()}}
	if table.Statuses() {
		err = x.statuses(ctx, hr)
	} else {
		err = x.roster(ctx)
	}
	if err != nil {
		return err
	}
	return x.answer(ctx, job)
}

// unreadableWorkbook is the text for what is wrong with a file as a whole.
func unreadableWorkbook(err error) (key string, ok bool) {
	for _, known := range []struct {
		err error
		key string
	}{
		{workbook.ErrOld, "workbook_xlsx"},
		{workbook.ErrNotWorkbook, "workbook_broken"},
		{workbook.ErrMacros, "workbook_macros"},
		{workbook.ErrTooLarge, "workbook_large"},
		{workbook.ErrTooMany, "workbook_large"},
		{workbook.ErrHeader, "workbook_header"},
		{workbook.ErrNoRows, "workbook_empty"},
	} {
		if errors.Is(err, known.err) {
			return known.key, true
		}
	}
	return "", false
}

// importID is the number of the import that a message asks for: the same when the job runs
// again, and not to be guessed.
func (b *Bot) importID(job workflow.Office) (string, error) {
	tag, err := b.Signer.ComputeMAC([]byte("import:" + job.Robot + ":" + job.Message))
	if err != nil {
		return "", fmt.Errorf("make code: %w", err)
	}
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var out [8]byte
	for i := range out {
		out[i] = letters[tag[5+i]&31]
	}
	return string(out[:]), nil
}

// check is a workbook being held against what is there.
type check struct {
	*Bot
	zh    *text.Catalogue
	table *workbook.Table
	m     roster.Import
	notes map[int]workbook.Note

	added, changed, same int
}

// roster brings each row together with what is there, some hundred at a time.
func (x *check) roster(ctx context.Context) error {
	x.m.Kind = roster.ImportPeople
	duties, err := x.Registry.Colleges(ctx)
	if err != nil {
		return err
	}
	colleges := map[string]string{}
	for _, d := range duties {
		colleges[d.College.Name] = d.College.ID
	}
	const chunk = 500
	part := make([]roster.Row, 0, chunk)
	for r := range x.table.Roster(colleges, x.Today()) {
		if part = append(part, r); len(part) == chunk {
			if err := x.compare(ctx, part); err != nil {
				return err
			}
			part = part[:0]
		}
	}
	return x.compare(ctx, part)
}

// compare holds some rows against what is there and keeps those that change something.
func (x *check) compare(ctx context.Context, part []roster.Row) error {
	ids, numbers := make([]string, len(part)), make([]string, len(part))
	for i, r := range part {
		ids[i], numbers[i] = r.Person, r.Number
	}
	now, err := x.Imports.Entries(ctx, ids)
	if err != nil {
		return err
	}
	owners, err := x.Imports.Owners(ctx, numbers)
	if err != nil {
		return err
	}
	for _, r := range part {
		x.row(r, now, owners[r.Number])
	}
	if len(x.m.Rows) == 0 {
		return nil
	}
	if err := x.Imports.KeepImport(ctx, x.m); err != nil {
		return err
	}
	x.m.Rows, x.m.Part = x.m.Rows[:0], x.m.Part+1
	return nil
}

// row decides what one row is.
func (x *check) row(r roster.Row, now map[string]roster.Entry, owner string) {
	var was *roster.Entry
	if e, ok := now[r.Person]; ok {
		was = &e
	}
	after, fault := r.Merge(was)
	switch {
	case owner != "" && owner != r.Person:
		x.fault(r.Line, workbook.ColumnNumber, workbook.Taken)
	case fault == roster.NoCollege:
		x.fault(r.Line, workbook.ColumnCollege, workbook.NewCollege)
	case fault != "":
		x.fault(r.Line, workbook.ColumnNumber, workbook.NewCertificate)
	case was == nil:
		x.added++
		x.notes[r.Line] = workbook.Note{Text: x.zh.Phrase("row_new")}
		x.m.Rows = append(x.m.Rows, r)
	case after.Same(*was):
		x.same++
		x.notes[r.Line] = workbook.Note{Text: x.zh.Phrase("row_same")}
	default:
		x.changed++
		x.notes[r.Line] = workbook.Note{Text: x.zh.Phrase("row_changed", strings.Join(x.differing(*was, after), "、"))}
		x.m.Rows = append(x.m.Rows, r)
	}
}

// differing names the columns in which two entries differ.
func (x *check) differing(a, b roster.Entry) []string {
	var out []string
	note := func(differs bool, label string) {
		if differs {
			out = append(out, label)
		}
	}
	note(a.Person.Name != b.Person.Name, workbook.ColumnName)
	note(a.Person.College != b.Person.College, workbook.ColumnCollege)
	note(len(a.Person.Grants) != len(b.Person.Grants), workbook.ColumnRole)
	if b.Certificate == nil {
		return out
	}
	var old workflow.Certificate
	if a.Certificate != nil {
		old = *a.Certificate
	}
	note(old.ID != b.Certificate.ID, workbook.ColumnNumber)
	note(old.Category != b.Certificate.Category, workbook.ColumnCategory)
	note(old.RecognisedOn != b.Certificate.RecognisedOn, workbook.ColumnRecognised)
	note(old.PrintedEnd != b.Certificate.PrintedEnd, workbook.ColumnEnd)
	note(old.Unit != b.Certificate.Unit, workbook.ColumnUnit)
	for _, fd := range workflow.Fields() {
		if fd.Key != workflow.Name && fd.Key != workflow.Category {
			note(old.Values[fd.Key] != b.Certificate.Values[fd.Key], fd.Label)
		}
	}
	return out
}

func (x *check) fault(line int, column, code string, args ...any) {
	x.table.Faults = append(x.table.Faults, workbook.Fault{Line: line, Column: column, Code: code, Args: args})
}

// answer keeps what can be imported, sends the annotated workbook, and asks.
func (x *check) answer(ctx context.Context, job workflow.Office) error {
	wrong := x.annotate()
	n := x.added + x.changed
	d := text.Data{
		"Total": len(x.table.Rows), "New": x.added, "Changed": x.changed, "Same": x.same, "Wrong": wrong, "Code": "",
		"Unknown": text.Typed(strings.Join(x.table.Unknown, "、")), "Status": x.table.Statuses(), "Lines": x.lines(), "More": max(0, len(x.table.Faults)-mostFaults), "File": false,
	}
	if n > 0 {
		if x.m.Kind == roster.ImportStatuses {
			if err := x.Imports.KeepImport(ctx, x.m); err != nil {
				return err
			}
		}
		d["Code"] = x.m.ID
	}
	if n > 0 || wrong > 0 {
		d["File"] = true
		file, err := x.table.Annotate(x.notes)
		if err != nil {
			return err
		}
		if err := x.sendWorkbook(ctx, job.Person, "检查结果-"+path.Base(job.File.Name), file); err != nil {
			return err
		}
	}
	return x.officeAnswer(ctx, job, "import_checked", d)
}

// mostFaults is how many the chat names; all are in the workbook.
const mostFaults = 5

// lines are the first faults, in the order of the sheet.
func (x *check) lines() []string {
	var out []string
	for _, f := range x.table.Faults[:min(mostFaults, len(x.table.Faults))] {
		out = append(out, text.Typed(x.zh.Phrase("row_fault", f.Line, x.reason(f))).String())
	}
	return out
}

// reason says what is wrong, with the column where it is one.
func (x *check) reason(f workbook.Fault) string {
	s := x.zh.Phrase("xl_"+f.Code, f.Args...)
	if f.Column == "" {
		return s
	}
	return f.Column + "：" + s
}

// annotate writes the faults into the notes and returns how many rows are wrong.
func (x *check) annotate() int {
	slices.SortStableFunc(x.table.Faults, func(a, b workbook.Fault) int { return a.Line - b.Line })
	by := map[int][]workbook.Fault{}
	for _, f := range x.table.Faults {
		by[f.Line] = append(by[f.Line], f)
	}
	for line, faults := range by {
		var n workbook.Note
		var texts []string
		for _, f := range faults {
			texts = append(texts, x.reason(f))
			n.Columns = append(n.Columns, f.Column)
		}
		n.Text = x.zh.Phrase("row_wrong", strings.Join(texts, "；"))
		x.notes[line] = n
	}
	return len(by)
}

// confirmImport leaves a checked workbook to a job.
func (t *visit) confirmImport() error {
	m := t.office.imported
	switch {
	case t.in.code == "" && t.office.state != roster.ImportChecked:
		return t.Say("import_none", nil)
	case m.By != t.Case.Person.ID || t.office.state == roster.ImportGone || t.Now().Sub(m.At) > roster.ImportTTL && t.office.state == roster.ImportChecked:
		return t.Say("import_gone", nil)
	case t.office.state != roster.ImportChecked:
		return t.Say("import_done_before", nil)
	}
	return t.leaveToOffice("", workflow.Office{Task: workflow.OfficeApply, Import: m.ID})
}

// undoImport takes an import back; anybody of HR may.
func (t *visit) undoImport() error {
	m := t.office.imported
	switch {
	case t.office.state == roster.ImportUndone:
		return t.Say("import_undone_before", nil)
	case t.office.state != roster.ImportApplied:
		return t.Say("import_gone", nil)
	case m.Kind != roster.ImportPeople:
		return t.Say("import_statuses_stay", nil)
	}
	return t.leaveToOffice("", workflow.Office{Task: workflow.OfficeUndo, Import: m.ID})
}

// applyImport carries out a confirmed workbook and says what came of it.
func (b *Bot) applyImport(ctx context.Context, job workflow.Office) error {
	m, state, err := b.Imports.ImportOf(ctx, job.Import)
	if err != nil {
		return err
	}
	if m.Kind == roster.ImportStatuses {
		return b.applyStatuses(ctx, job, m, state)
	}
	r, err := b.Imports.ApplyImport(ctx, job.Import, job.Person, b.Now())
	if err != nil {
		return err
	}
	if r.State != roster.ImportApplied {
		return b.officeAnswer(ctx, job, "import_gone", nil)
	}
	return b.officeAnswer(ctx, job, "import_done", text.Data{"New": r.New, "Changed": r.Changed, "Code": job.Import, "Left": b.leftAlone(ctx, r.Left), "Days": int(roster.UndoImport.Hours() / 24)})
}

// revertImport undoes an import and names those it left alone.
func (b *Bot) revertImport(ctx context.Context, job workflow.Office) error {
	r, err := b.Imports.UndoImport(ctx, job.Import, job.Person, b.Now())
	if err != nil {
		return err
	}
	if r.State == roster.ImportGone {
		return b.officeAnswer(ctx, job, "import_gone", nil)
	}
	return b.officeAnswer(ctx, job, "import_undone", text.Data{"New": r.New, "Changed": r.Changed, "Left": b.leftAlone(ctx, r.Left)})
}

// leftAlone names people for a sentence, some of them.
func (b *Bot) leftAlone(ctx context.Context, ids []string) []string {
	const most = 20
	names, err := b.Records.Names(ctx, ids[:min(most, len(ids))])
	if err != nil {
		b.Log.Warn("names not read", "err", err)
	}
	var out []string
	for _, id := range ids[:min(most, len(ids))] {
		name := text.Typed(names[id]).String()
		if name == "" {
			name = text.Typed(id).String()
		}
		out = append(out, name)
	}
	if len(ids) > most {
		out = append(out, b.Chinese().Phrase("and_more", len(ids)-most))
	}
	return out
}
