package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"

	"example.org/beian/workflow"
)

// sheetWriter writes rows of guarded text.
type sheetWriter struct {
	f      *excelize.File
	sw     *excelize.StreamWriter
	line   int
	styles struct{ head, red int }
}

func newWriter(sheet string, widths []float64) (*sheetWriter, error) {
	f := excelize.NewFile(excelize.Options{TmpDir: noDisk})
	w := &sheetWriter{f: f}
	err := func() error {
		if err := f.SetSheetName("Sheet1", sheet); err != nil {
			return err
		}
		var err error
		if w.styles.head, err = f.NewStyle(&excelize.Style{
			Font: &excelize.Font{Bold: true},
			Fill: fill("DDEBF7"),
		}); err != nil {
			return err
		}
		if w.styles.red, err = f.NewStyle(&excelize.Style{Fill: fill("FFC7CE"), NumFmt: textFormat}); err != nil {
			return err
		}
		if w.sw, err = f.NewStreamWriter(sheet); err != nil {
			return err
		}
		for i, width := range widths {
			if err := w.sw.SetColWidth(i+1, i+1, width); err != nil {
				return err
			}
		}
		return w.sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("begin workbook: %w", err), f.Close())
	}
	return w, nil
}

// textFormat is Excel's number format for text: a long number stays as it is typed.
const textFormat = 49

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// row writes one row; style says how each cell looks, 0 for plain.
func (w *sheetWriter) row(cells []string, style func(i int) int) error {
	w.line++
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = excelize.Cell{StyleID: style(i), Value: Guard(c)}
	}
	return w.sw.SetRow(fmt.Sprintf("A%d", w.line), values)
}

func (w *sheetWriter) bytes() ([]byte, error) {
	var out bytes.Buffer
	err := w.sw.Flush()
	if err == nil {
		err = w.f.Write(&out)
	}
	if err = errors.Join(err, w.f.Close()); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return out.Bytes(), nil
}

// List makes a workbook of one sheet, every cell a text that can be no formula.
func List(sheet string, header []string, widths []float64, rows [][]string) ([]byte, error) {
	w, err := newWriter(sheet, widths)
	if err != nil {
		return nil, err
	}
	err = w.row(header, func(int) int { return w.styles.head })
	for i := 0; i < len(rows) && err == nil; i++ {
		err = w.row(rows[i], func(int) int { return 0 })
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write workbook: %w", err), w.f.Close())
	}
	return w.bytes()
}

// Note is what the check of a row says.
type Note struct {
	Text    string
	Columns []string // those that are wrong
}

// Annotate gives the table back in its order with a column 检查结果 in front, wrong cells in
// red. It can be put right and sent again.
func (t *Table) Annotate(notes map[int]Note) ([]byte, error) {
	widths := make([]float64, 1+len(t.Header))
	for i := range widths {
		widths[i] = 16
	}
	widths[0] = 48
	w, err := newWriter(t.sheet(), widths)
	if err != nil {
		return nil, err
	}
	old, again := t.column[ColumnResult] // of a file that was annotated before
	pick := func(cells []string) []string {
		padded := append(slices.Clone(cells), make([]string, max(0, len(t.Header)-len(cells)))...)
		if again {
			padded = slices.Delete(padded, old, old+1)
		}
		return padded
	}
	header := pick(t.Header)
	err = w.row(append([]string{ColumnResult}, header...), func(int) int { return w.styles.head })
	for i := 0; i < len(t.Rows) && err == nil; i++ {
		r := t.Rows[i]
		n := notes[r.Line]
		wrong := map[int]bool{}
		for _, c := range n.Columns {
			at, ok := t.column[c]
			if again && at > old {
				at--
			}
			wrong[at+1] = ok
		}
		if len(n.Columns) > 0 {
			wrong[0] = true
		}
		err = w.row(append([]string{n.Text}, pick(r.Cells)...), func(i int) int {
			if wrong[i] {
				return w.styles.red
			}
			return 0
		})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("annotate workbook: %w", err), w.f.Close())
	}
	return w.bytes()
}

func (t *Table) sheet() string {
	if t.Statuses() {
		return ColumnStatus
	}
	return SheetRoster
}

// Template makes the empty roster: lists to choose from where there are some, all columns
// formatted as text, and the help beside it.
func Template(colleges, help []string) ([]byte, error) {
	f := excelize.NewFile(excelize.Options{TmpDir: noDisk})
	err := template(f, colleges, help)
	var out bytes.Buffer
	if err == nil {
		err = f.Write(&out)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("make template: %w", err)
	}
	return out.Bytes(), nil
}

func template(f *excelize.File, colleges, help []string) error {
	if err := f.SetSheetName("Sheet1", SheetRoster); err != nil {
		return err
	}
	for _, s := range []string{SheetHelp, SheetOptions} {
		if _, err := f.NewSheet(s); err != nil {
			return err
		}
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: textFormat})
	if err != nil {
		return err
	}
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("DDEBF7"), NumFmt: textFormat})
	if err != nil {
		return err
	}
	columns := Columns()
	last, err := excelize.ColumnNumberToName(len(columns))
	if err != nil {
		return err
	}
	err = errors.Join(f.SetColStyle(SheetRoster, "A:"+last, text), f.SetColWidth(SheetRoster, "A", last, 18),
		f.SetPanes(SheetRoster, &excelize.Panes{
			Freeze: true, XSplit: 2, YSplit: 1, TopLeftCell: "C2",
			ActivePane: "bottomRight",
		}),
		f.SetColWidth(SheetHelp, "A", "A", 100))
	for i, c := range columns {
		cell, cerr := excelize.CoordinatesToCellName(i+1, 1)
		err = errors.Join(err, cerr, f.SetCellStr(SheetRoster, cell, c.Label), f.SetCellStyle(SheetRoster, cell, cell, head),
			choices(f, i+1, options(c, colleges)))
	}
	for i, line := range help {
		err = errors.Join(err, f.SetCellStr(SheetHelp, fmt.Sprintf("A%d", i+1), Guard(line)))
	}
	return errors.Join(err, f.SetSheetVisible(SheetOptions, false))
}

// options are what a column is chosen from, nil when anything can be typed.
func options(c Column, colleges []string) []string {
	switch c.Label {
	case ColumnCollege:
		return colleges
	case ColumnRole:
		var out []string
		for _, r := range Roles() {
			out = append(out, r.Label)
		}
		return out
	case ColumnCategory:
		fd, _ := workflow.FieldOf(workflow.Category)
		return fd.Options
	}
	fd, _ := workflow.FieldOf(c.Field)
	return fd.Options
}

// choices puts a list under a column. It stands on a sheet of its own, because a list inside
// a validation may only have 255 characters.
func choices(f *excelize.File, column int, list []string) error {
	if len(list) == 0 {
		return nil
	}
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		return err
	}
	for i, s := range list {
		if err := f.SetCellStr(SheetOptions, fmt.Sprintf("%s%d", name, i+1), Guard(s)); err != nil {
			return err
		}
	}
	v := excelize.NewDataValidation(true)
	v.Sqref = fmt.Sprintf("%s2:%s%d", name, name, MaxRows+1)
	v.SetSqrefDropList(fmt.Sprintf("%s!$%s$1:$%s$%d", SheetOptions, name, name, len(list)))
	v.SetError(excelize.DataValidationErrorStyleWarning, "不在列表里", "列表里没有这个值，确定要填吗")
	return f.AddDataValidation(SheetRoster, v)
}
