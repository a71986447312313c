package workbook

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
	"example.org/beian/workflow/typed"
)

// Table is a sheet as it was read: texts, and what was wrong with cells.
type Table struct {
	Header  []string
	Rows    []Row
	Unknown []string // headings of columns that are not used
	Faults  []Fault

	date1904 bool
	column   map[string]int
	rounded  map[string]bool // lines and columns with [Scientific]
}

// Row is one row; Line is counted as Excel does.
type Row struct {
	Line  int
	Cells []string
}

// Fault is what is wrong with one cell or row. Args fill the sentence of the code.
type Fault struct {
	Line   int
	Column string
	Code   string
	Args   []any
}

// The codes of faults.
const (
	Formula    = "formula"
	Merged     = "merged"
	Scientific = "scientific"
	Missing    = "missing"
	NoCollege  = "unknown_college"
	NoRole     = "unknown_role"
	RoleWhere  = "role_where"
	BadDate    = "date"
	Future     = "future"
	BadOption  = "option"
	TooLong    = "long"
	BadPhone   = "phone"
	BadNumber  = "id"
	Twice      = "twice"
	Unlikely   = "unlikely"
	BadUserID  = "user_id"
	// Those of [roster.Row.Merge].
	NewCollege     = string(roster.NoCollege)
	NewCertificate = string(roster.NoCertificate)
	Taken          = string(roster.Taken)
	// Those of a workbook of statuses.
	NotFound = "not_found"
	Several  = "several"
	NoFiling = "no_filing"
	NotNow   = "not_now"
	OwnOne   = "own_filing"
)

// Read reads a workbook within bounds.
func Read(ctx context.Context, data []byte) (*Table, error) {
	in, err := inspect(data)
	if err != nil {
		return nil, err
	}
	// Both limits are the same, so that nothing is unpacked into a file on disk.
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostUnpacked, TmpDir: noDisk,
	})
	if err != nil {
		return nil, ErrNotWorkbook
	}
	t := &Table{date1904: in.date1904}
	if err := t.read(ctx, f, in); err != nil {
		_ = f.Close() // the reading has failed already
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("close workbook: %w", err)
	}
	return t, nil
}

// noDisk is where no file can be made: excelize then works in memory. Names and numbers of
// people do not belong into temporary files.
const noDisk = "/dev/null"

func (t *Table) read(ctx context.Context, f *excelize.File, in inspection) error {
	rows, err := f.Rows(in.sheet)
	if err != nil {
		return ErrNotWorkbook
	}
	defer func() { _ = rows.Close() }() // closes nothing that was written
	line := 0
	for rows.Next() {
		line++
		if line%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		cells, err := rows.Columns()
		if err != nil {
			return ErrNotWorkbook
		}
		for i := range cells {
			cells[i] = unguard(strings.TrimSpace(cells[i]))
		}
		if strings.Join(cells, "") == "" {
			continue
		}
		if t.column == nil {
			if err := t.heading(cells); err != nil {
				return err
			}
			continue
		}
		if len(t.Rows) == MaxRows {
			return ErrTooMany
		}
		t.add(Row{line, slices.Clip(cells[:min(len(cells), len(t.Header))])}, in)
	}
	if err := rows.Error(); err != nil {
		return ErrNotWorkbook
	}
	if t.column == nil {
		return ErrHeader
	}
	if len(t.Rows) == 0 {
		return ErrNoRows
	}
	t.markMerged(in)
	return nil
}

// labels are all headings that are understood, with the column they mean.
func labels() map[string]string {
	out := map[string]string{
		ColumnStatus: ColumnStatus, ColumnDate: ColumnDate, ColumnTail: ColumnTail,
		ColumnResult: ColumnResult,
	}
	for _, c := range Columns() {
		if fd, ok := workflow.FieldOf(c.Field); ok {
			for _, s := range fd.Synonyms {
				if _, taken := out[s]; !taken {
					out[s] = c.Label
				}
			}
		}
	}
	for _, c := range Columns() {
		out[strings.ToLower(c.Label)] = c.Label
	}
	return out
}

// heading reads the first row that has something in it.
func (t *Table) heading(cells []string) error {
	known := labels()
	t.column = map[string]int{}
	t.Header = cells
	for i, c := range cells {
		l, ok := known[strings.ToLower(strings.TrimRight(typed.Clean(c), "*"))]
		switch {
		case ok:
			if _, twice := t.column[l]; twice {
				return fmt.Errorf("%w: %s is there twice", ErrHeader, l)
			}
			t.column[l] = i
		case c != "":
			t.Unknown = append(t.Unknown, c)
		}
	}
	if t.Statuses() {
		if !t.has(ColumnPerson) && (!t.has(ColumnName) || !t.has(ColumnTail)) {
			return ErrHeader
		}
		return nil
	}
	if !t.has(ColumnPerson) || !t.has(ColumnName) {
		return ErrHeader
	}
	return nil
}

func (t *Table) has(column string) bool { _, ok := t.column[column]; return ok }

// Statuses reports whether this is a workbook of official statuses.
func (t *Table) Statuses() bool { return t.has(ColumnStatus) }

// scientific is a number that Excel has rounded; its last digits are lost.
var scientific = regexp.MustCompile(`^\d(?:\.\d+)?[Ee]\+?\d+$`)

func (t *Table) add(r Row, in inspection) {
	t.Rows = append(t.Rows, r)
	for label, i := range t.column {
		if i >= len(r.Cells) || label == ColumnResult {
			continue
		}
		name := ""
		if len(in.formulas)+len(in.rounded) > 0 {
			name, _ = excelize.CoordinatesToCellName(i+1, r.Line) // both count from 1
		}
		switch {
		case in.formulas[name]:
			t.fault(r.Line, label, Formula)
		case in.rounded[name] || scientific.MatchString(r.Cells[i]):
			t.fault(r.Line, label, Scientific)
			if t.rounded == nil {
				t.rounded = map[string]bool{}
			}
			t.rounded[fmt.Sprint(r.Line, " ", label)] = true
		}
	}
}

// markMerged faults the rows that merged cells touch: only the first of them has a value.
func (t *Table) markMerged(in inspection) {
	if len(in.merged) == 0 {
		return
	}
	touched := map[int]bool{}
	for _, s := range in.merged {
		for n := s.row1; n <= min(s.row2, s.row1+MaxRows); n++ {
			touched[n] = true
		}
		if len(touched) > 2*MaxRows {
			break
		}
	}
	for _, r := range t.Rows {
		if touched[r.Line] {
			t.fault(r.Line, "", Merged)
		}
	}
}

func (t *Table) fault(line int, column, code string, args ...any) {
	t.Faults = append(t.Faults, Fault{line, column, code, args})
}

// get is the text of a column in a row, "" when it is not there.
func (t *Table) get(r Row, column string) string {
	i, ok := t.column[column]
	if !ok || i >= len(r.Cells) {
		return ""
	}
	return r.Cells[i]
}

// Wrong returns the lines that have a fault.
func (t *Table) Wrong() map[int]bool {
	out := map[int]bool{}
	for _, f := range t.Faults {
		out[f.Line] = true
	}
	return out
}
