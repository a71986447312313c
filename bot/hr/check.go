package hr

import (
	"context"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// check is a workbook being held against what is there.
type check struct {
	*Room
	zh    *text.Catalogue
	table *workbook.Table
	m     roster.Import
	notes map[int]workbook.Note // by line

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
	now, err := x.Registry.Entries(ctx, ids)
	if err != nil {
		return err
	}
	owners, err := x.Registry.Owners(ctx, numbers)
	if err != nil {
		return err
	}
	for _, r := range part {
		x.row(r, now, owners[r.Number])
	}
	if len(x.m.Rows) == 0 {
		return nil
	}
	if err := x.Checked.KeepImport(ctx, x.m); err != nil {
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
		x.notes[r.Line] = workbook.Note{Text: x.zh.Phrase("row_changed", strings.Join(differing(*was, after), "、"))}
		x.m.Rows = append(x.m.Rows, r)
	}
}

// differing names the columns in which two entries differ.
func differing(a, b roster.Entry) []string {
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
