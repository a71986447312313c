package hr

import (
	"context"
	"path"
	"slices"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// conclude keeps what can be imported, sends the annotated workbook, and asks.
func (x *check) conclude(ctx context.Context, job workflow.Office) error {
	wrong := x.annotate()
	n := x.added + x.changed
	d := text.Data{
		"Total": len(x.table.Rows), "New": x.added, "Changed": x.changed, "Same": x.same, "Wrong": wrong, "Code": "",
		"Unknown": text.Typed(strings.Join(x.table.Unknown, "、")), "Status": x.table.Statuses(),
		"Lines": x.lines(), "More": max(0, len(x.table.Faults)-mostFaults), "File": false,
	}
	if n > 0 {
		if x.m.Kind == roster.ImportStatuses {
			if err := x.Checked.KeepImport(ctx, x.m); err != nil {
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
	return x.answer(ctx, job, "import_checked", d)
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
