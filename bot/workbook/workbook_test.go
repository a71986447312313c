package workbook_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"example.org/beian/bot/workbook"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
)

var today = calendar.NewDate(2026, 11, 23)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sheet makes a workbook the way Excel does, with a change before it is written.
func sheet(t testing.TB, rows [][]any, change func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r))
	}
	if change != nil {
		change(f)
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	must(t, f.Close())
	return b.Bytes()
}

// cells reads a workbook back as a person would see it.
func cells(t testing.TB, data []byte, name string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	defer func() { must(t, f.Close()) }()
	rows, err := f.GetRows(name)
	must(t, err)
	return rows
}

var header = []any{"userId", "姓名", "学院", "角色", "证书编号", "认定级别", "认定日期", "有效期至", "认定时工作单位", "手机", "证件类别", "证件号码", "备注"}

func colleges() map[string]string { return map[string]string{"图书馆": "c06", "理学院": "c03"} }

func read(t testing.TB, data []byte) *workbook.Table {
	t.Helper()
	table, err := workbook.Read(t.Context(), data)
	must(t, err)
	return table
}

func TestRosterIsRead(t *testing.T) {
	t.Parallel()
	table := read(t, sheet(t, [][]any{
		header,
		{
			"u1", "陈 一帆", "图书馆", "学院经办人、人事处", "HZ-1", "d类", 45636, "2026.12.10", "示例师范大学", "139 0000 1111", "身份证",
			"330199198503121016", "x",
		},
		{},
		{"u2", "Anna  Beispiel", "理学院", "学院经办人:图书馆", "", "", "", "", "", "", "", "", ""},
	}, nil))
	got := slices.Collect(table.Roster(colleges(), today))
	if len(got) != 2 && len(table.Faults) > 0 && table.Faults[0].Code != workbook.BadNumber {
		t.Fatalf("%+v\n%+v", got, table.Faults)
	}
	if !slices.Equal(table.Unknown, []string{"备注"}) {
		t.Errorf("unused columns: %v", table.Unknown)
	}
	last := got[len(got)-1]
	if last.Line != 4 || last.Name != "Anna Beispiel" || len(last.Grants) != 1 || last.Grants[0].College != "c06" ||
		last.Certified() {
		t.Errorf("%+v", last)
	}
}

// number makes the check digit of an identity number right.
func number(t testing.TB, first string) string {
	t.Helper()
	for _, c := range "0123456789X" {
		if f := identity.Check(identity.ResidentCard, first+string(c), today); f.Severity != identity.Hard {
			return first + string(c)
		}
	}
	t.Fatalf("no check digit fits %s", first)
	return ""
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	good := number(t, "33010219850312101")
	row := func(change map[string]any) []any {
		out := []any{"u1", "陈一帆", "图书馆", "", "HZ-1", "E", "2024-12-10", "2026-12-10", "", "13900001111", "", good, ""}
		for i, h := range header {
			if v, ok := change[h.(string)]; ok {
				out[i] = v
			}
		}
		return out
	}
	for name, c := range map[string]struct {
		change map[string]any
		want   string
	}{
		"nothing wrong":           {nil, ""},
		"no userId":               {map[string]any{"userId": ""}, "userId missing"},
		"a userId with a space":   {map[string]any{"userId": "a b"}, "userId user_id"},
		"no name":                 {map[string]any{"姓名": " "}, "姓名 missing"},
		"unknown college":         {map[string]any{"学院": "海洋学院"}, "学院 unknown_college"},
		"unknown role":            {map[string]any{"角色": "校长"}, "角色 unknown_role"},
		"category":                {map[string]any{"认定级别": "F"}, " unlikely"},
		"a day that is not":       {map[string]any{"认定日期": "2024-02-30"}, "认定日期 date"},
		"a month only":            {map[string]any{"认定日期": "2024年12月"}, "认定日期 date"},
		"tomorrow":                {map[string]any{"认定日期": "2026-11-24"}, "认定日期 future"},
		"ends before it begins":   {map[string]any{"有效期至": "2023-12-10"}, " unlikely"},
		"a phone that is short":   {map[string]any{"手机": "12345"}, "手机 phone"},
		"a number ruined":         {map[string]any{"证件号码": 330102198503121016.0}, "证件号码 scientific"},
		"a number as words of it": {map[string]any{"证件号码": "3.30102E+17"}, "证件号码 scientific"},
		"17 digits":               {map[string]any{"证件号码": "33010219850312101"}, "证件号码 id"},
		"a wrong check digit":     {map[string]any{"证件号码": good[:17] + string('0'+(good[17]-'0'+1)%10)}, "证件号码 id"},
		"a date as Excel has it":  {map[string]any{"认定日期": 45636}, ""},
	} {
		table := read(t, sheet(t, [][]any{header, row(c.change)}, nil))
		rows := slices.Collect(table.Roster(colleges(), today))
		var got []string
		for _, f := range table.Faults {
			got = append(got, f.Column+" "+f.Code)
		}
		if strings.Join(got, "; ") != c.want || (len(rows) == 1) != (c.want == "") {
			t.Errorf("%s: %q, want %q (%d rows)", name, got, c.want, len(rows))
		}
	}
}

func TestTwiceIsAFault(t *testing.T) {
	t.Parallel()
	table := read(t, sheet(t, [][]any{
		{"userId", "姓名", "证书编号"},
		{"u1", "甲", "HZ-1"},
		{"u1", "乙", "HZ-2"},
		{"u2", "丙", "HZ-1"},
	}, nil))
	if rows := slices.Collect(table.Roster(colleges(), today)); len(rows) != 1 || len(table.Faults) != 2 ||
		table.Faults[0].Args[0] != 2 {
		t.Errorf("%+v %+v", rows, table.Faults)
	}
}

// TestFormulasAndMergedCells: a formula is never taken over, not even its last result, and a
// row with merged cells is not guessed.
func TestFormulasAndMergedCells(t *testing.T) {
	t.Parallel()
	table := read(t, sheet(t, [][]any{
		{"userId", "姓名", "备注"},
		{"u1", "甲", "x"},
		{"u2", "乙", "y"},
		{"u3", "丙", "z"},
		{"u4", "丁", "w"},
	}, func(f *excelize.File) {
		must(t, f.SetCellFormula("Sheet1", "B2", `=HYPERLINK("http://example.org","甲")`))
		must(t, f.SetCellFormula("Sheet1", "C5", `=1+1`)) // in a column that nobody reads
		must(t, f.MergeCell("Sheet1", "C3", "C4"))
	}))
	rows := slices.Collect(table.Roster(colleges(), today))
	if len(rows) != 1 || rows[0].Person != "u4" {
		t.Errorf("read %+v, faults %+v", rows, table.Faults)
	}
}

// zipped writes parts into an archive.
func zipped(t testing.TB, parts map[string]io.WriterTo) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, part := range parts {
		w, err := z.Create(name)
		must(t, err)
		_, err = part.WriteTo(w)
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// repeated is a text many times over, made as it is written.
type repeated struct {
	head, body, tail string
	n                int
}

func (r repeated) WriteTo(w io.Writer) (int64, error) {
	if _, err := io.WriteString(w, r.head); err != nil {
		return 0, err
	}
	chunk := strings.Repeat(r.body, 1000)
	for range r.n / 1000 {
		if _, err := io.WriteString(w, chunk); err != nil {
			return 0, err
		}
	}
	_, err := io.WriteString(w, r.tail)
	return 0, err
}

// with takes a good workbook and puts other parts into it.
func with(t testing.TB, parts map[string]io.WriterTo) []byte {
	t.Helper()
	good := sheet(t, [][]any{{"userId", "姓名"}, {"u1", "甲"}}, nil)
	z, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	must(t, err)
	all := map[string]io.WriterTo{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		var b bytes.Buffer
		_, err = b.ReadFrom(r)
		must(t, err)
		must(t, r.Close())
		all[f.Name] = &b
	}
	for name, p := range parts {
		all[name] = p
	}
	return zipped(t, all)
}

func TestHostileFiles(t *testing.T) {
	t.Parallel()
	many := make([][]any, workbook.MaxRows+2)
	many[0] = []any{"userId", "姓名"}
	for i := 1; i < len(many); i++ {
		many[i] = []any{fmt.Sprint("u", i), "甲"}
	}
	good := sheet(t, [][]any{{"userId", "姓名"}, {"u1", "甲"}}, nil)
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":     {nil, workbook.ErrNotWorkbook},
		"not a zip": {[]byte("userId,姓名\nu1,甲\n"), workbook.ErrNotWorkbook},
		"a word document": {
			zipped(t, map[string]io.WriterTo{"word/document.xml": strings.NewReader("<w/>")}),
			workbook.ErrNotWorkbook,
		},
		"an old or encrypted one": {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), workbook.ErrOld},
		"macros": {
			with(t, map[string]io.WriterTo{"xl/vbaProject.bin": strings.NewReader("x")}),
			workbook.ErrMacros,
		},
		"cut off":        {good[:len(good)/2], workbook.ErrNotWorkbook},
		"no header":      {sheet(t, [][]any{{"甲", "乙"}, {"u1", "甲"}}, nil), workbook.ErrHeader},
		"a header twice": {sheet(t, [][]any{{"userId", "姓名", "姓名"}, {"u1", "甲"}}, nil), workbook.ErrHeader},
		"nothing":        {sheet(t, nil, nil), workbook.ErrHeader},
		"only a header":  {sheet(t, [][]any{{"userId", "姓名"}}, nil), workbook.ErrNoRows},
		"too many rows":  {sheet(t, many, nil), workbook.ErrTooMany},
		"bomb in the sheet": {with(t, map[string]io.WriterTo{"xl/worksheets/sheet1.xml": repeated{
			`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`,
			strings.Repeat(" ", 100), `</sheetData></worksheet>`, 1_100_000,
		}}), workbook.ErrTooLarge},
		"bomb in another part": {with(t, map[string]io.WriterTo{"xl/media/image1.png": repeated{
			"", "0123456789", "",
			1_000_000,
		}}), workbook.ErrTooLarge},
		"millions of no string": {with(t, map[string]io.WriterTo{"xl/sharedStrings.xml": repeated{
			`<sst>`, `<si/>`, `</sst>`,
			3_000_000,
		}}), workbook.ErrTooLarge},
		"millions of cells": {with(t, map[string]io.WriterTo{"xl/worksheets/sheet1.xml": repeated{
			`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">`,
			`<c r="A1"/>`, `</row></sheetData></worksheet>`, 2_000_000,
		}}), workbook.ErrTooLarge},
		"a cell far out": {with(t, map[string]io.WriterTo{"xl/worksheets/sheet1.xml": strings.NewReader(
			`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c ` +
				`r="XFD1"><v>1</v></c></row></sheetData></worksheet>`,
		)}), workbook.ErrTooLarge},
	} {
		if _, err := workbook.Read(t.Context(), c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestNothingWrittenIsAFormula: what people typed comes out as text, guarded where a
// spreadsheet or what reads its CSV could take it for a formula.
func TestNothingWrittenIsAFormula(t *testing.T) {
	t.Parallel()
	bad := []string{
		"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\r=1", "＝1+1",
		`=HYPERLINK("http://example.org")`,
	}
	data, err := workbook.List("名单", []string{"姓名"}, nil, [][]string{bad})
	must(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	defer func() { must(t, f.Close()) }()
	for i, s := range bad {
		cell, err := excelize.CoordinatesToCellName(i+1, 2)
		must(t, err)
		formula, err := f.GetCellFormula("名单", cell)
		must(t, err)
		kind, err := f.GetCellType("名单", cell)
		must(t, err)
		value, err := f.GetCellValue("名单", cell)
		must(t, err)
		if formula != "" || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString ||
			!strings.HasPrefix(value, "'") {
			t.Errorf("%q is written as %q, formula %q, type %v", s, value, formula, kind)
		}
	}
}

// TestAnnotatedComesBack: the order stays, wrong cells are red, and the file can be sent
// again as it is.
func TestAnnotatedComesBack(t *testing.T) {
	t.Parallel()
	table := read(t, sheet(t, [][]any{{"userId", "姓名", "手机"}, {"u1", "甲", "1"}, {"u2", "=乙", "13900001111"}}, nil))
	_ = slices.Collect(table.Roster(colleges(), today))
	data, err := table.Annotate(map[int]workbook.Note{2: {Text: "有误", Columns: []string{"手机"}}, 3: {Text: "新增"}})
	must(t, err)
	rows := cells(t, data, workbook.SheetRoster)
	if fmt.Sprint(rows) != "[[检查结果 userId 姓名 手机] [有误 u1 甲 1] [新增 u2 '=乙 13900001111]]" {
		t.Errorf("%v", rows)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	plain, err := f.GetCellStyle(workbook.SheetRoster, "D3")
	must(t, err)
	red, err := f.GetCellStyle(workbook.SheetRoster, "D2")
	must(t, err)
	must(t, f.Close())
	if red == plain {
		t.Error("the wrong cell looks like the others")
	}
	again := read(t, data)
	if len(again.Unknown) != 0 || again.Rows[1].Cells[2] != "=乙" {
		t.Errorf("%+v", again)
	}
	data, err = again.Annotate(nil)
	must(t, err)
	if rows := cells(t, data, workbook.SheetRoster); len(rows[0]) != 4 {
		t.Errorf("annotated twice: %v", rows)
	}
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	data, err := workbook.Template([]string{"图书馆", "=理学院"}, []string{"怎么填", "How"})
	must(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	defer func() { must(t, f.Close()) }()
	list, err := f.GetDataValidations(workbook.SheetRoster)
	must(t, err)
	if len(list) < 10 {
		t.Errorf("%d lists to choose from", len(list))
	}
	style, err := f.GetColStyle(workbook.SheetRoster, "L")
	must(t, err)
	s, err := f.GetStyle(style)
	must(t, err)
	if s.NumFmt != 49 {
		t.Error("numbers typed into the template become numbers")
	}
	rows := cells(t, data, workbook.SheetRoster)
	if len(rows) != 1 || len(rows[0]) != len(workbook.Columns()) {
		t.Errorf("%v", rows)
	}
	if _, err := workbook.Read(t.Context(), data); !errors.Is(err, workbook.ErrNoRows) {
		t.Errorf("the empty template: %v", err)
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	table := read(t, sheet(t, [][]any{
		{"姓名", "证件后四位", "状态", "日期"},
		{"甲", "012x", "审核通过", "2026-11-20"},
		{"乙", 12, "审核中", ""},
		{"丙", "", "审核中", ""},
		{"丁", "1234", "", ""},
		{"甲", "012X", "退回", ""},
	}, nil))
	if !table.Statuses() {
		t.Fatal("not recognised")
	}
	got := table.ReadStatuses(today)
	if len(got) != 2 || got[0].Tail != "012X" || got[0].On != calendar.NewDate(2026, 11, 20) || got[1].Tail != "0012" {
		t.Errorf("%+v", got)
	}
	if len(table.Faults) != 3 {
		t.Errorf("%+v", table.Faults)
	}
}

// FuzzRead: whatever is sent as a workbook is read within bounds or refused.
func FuzzRead(f *testing.F) {
	list, err := workbook.List("名册", []string{workbook.ColumnPerson, workbook.ColumnName}, []float64{10, 10},
		[][]string{{"u1", "周小舟"}, {"u2", "=1+1"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(list)
	f.Add(list[:len(list)/2])
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := workbook.Read(t.Context(), data)
		if err != nil {
			return
		}
		for range table.Roster(nil, today) {
		}
		table.ReadStatuses(today)
		if _, err := table.Annotate(nil); err != nil {
			t.Error(err)
		}
	})
}
